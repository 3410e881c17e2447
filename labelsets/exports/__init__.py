"""Label sets and comparisons as files: COCO and YOLO, tables, reports."""
