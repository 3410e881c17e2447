"""Labels as annotations of COCO's JSON and as rows of YOLO's text, in any process."""
