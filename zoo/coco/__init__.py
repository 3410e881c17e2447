"""COCO JSON, read and checked; outlines and run lengths to masks and back."""
