"""Label fields as label files: COCO JSON, and Ultralytics' YOLO."""
