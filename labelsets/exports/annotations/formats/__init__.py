"""The formats of exported label files: COCO JSON, and Ultralytics' YOLO."""
