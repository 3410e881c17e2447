"""COCO's measures of detections, and their bootstrap: arrays in, numbers out."""
