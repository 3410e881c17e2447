"""Label files as each tool writes them, of the same drawn images and objects."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

Json = dict[str, Any]

WIDTH, HEIGHT = 80, 60
NAMES = [f"{number:012d}.jpg" for number in (139, 285, 632)]
CLASSES = ["cat", "dog"]
SQUARE = [[10.0, 10.0, 30.0, 10.0, 30.0, 30.0, 10.0, 30.0]]
SQUARE_BOX = [10, 10, 20, 20]
BOX = [40, 20, 16, 12]


def draw_images(folder: Path, names: Sequence[str] = NAMES) -> Path:
    """Draws gray images of 80 x 60 px; folders in names are made."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(path), np.full((HEIGHT, WIDTH, 3), 127, np.uint8))
    return folder


def coco(names: Sequence[str] = NAMES, first_id: int = 1, **entries: Any) -> Json:
    """COCO JSON: on each image a square with an outline and a box without one."""
    images = [
        {"id": first_id + row, "file_name": name, "width": WIDTH, "height": HEIGHT}
        for row, name in enumerate(names)
    ]
    annotations = []
    for row, image in enumerate(images):
        for part, (box, outline) in enumerate(((SQUARE_BOX, SQUARE), (BOX, []))):
            annotations.append(
                {
                    "id": first_id + 2 * row + part,
                    "image_id": image["id"],
                    "category_id": 1 + part,
                    "bbox": box,
                    "area": box[2] * box[3],
                    "iscrowd": 0,
                    "segmentation": outline,
                }
            )
    categories = [{"id": 1 + i, "name": name} for i, name in enumerate(CLASSES)]
    return {
        "info": {},
        "licenses": [],
        "images": images,
        "annotations": annotations,
        "categories": categories,
    } | entries


def cvat_coco() -> Json:
    """CVAT's COCO: `segmentation: []`, attributes, empty licences and urls."""
    document = coco(licenses=[{"name": "", "id": 0, "url": ""}])
    for image in document["images"]:
        image |= {"license": 0, "flickr_url": "", "coco_url": "", "date_captured": 0}
    for number, annotation in enumerate(document["annotations"]):
        annotation["attributes"] = {
            "occluded": number % 2 == 0,
            "rotation": 0.5 * number,
            "vehicle type": "van",
            "track_id": number,
        }
    return document


def label_studio_coco() -> Json:
    """Label Studio's COCO: names with a prefix, in a folder of Windows, ids from 0."""
    names = [f"images\\0a1b2c3{row}-{name}" for row, name in enumerate(NAMES)]
    document = coco(names, first_id=0)
    for annotation in document["annotations"]:
        annotation["ignore"] = 0
    return document


def roboflow_coco() -> Json:
    """Roboflow's COCO: renamed images, and a class 0 that is a heading."""
    hash = "0f3a" * 8
    names = [f"{name[:-4]}_jpg.rf.{hash}.jpg" for name in NAMES]
    document = coco(names, first_id=0)
    heading = {"id": 0, "name": "animals", "supercategory": "none"}
    for category in document["categories"]:
        category["supercategory"] = "animals"
    document["categories"].insert(0, heading)
    return document


def supervisely_coco() -> Json:
    """Supervisely's COCO: huge ids of classes, no `iscrowd` and no `area`."""
    document = coco()
    for entry in (*document["categories"], *document["annotations"]):
        key = "id" if "name" in entry else "category_id"
        entry[key] += 13_790_000_000
    for annotation in document["annotations"]:
        del annotation["iscrowd"], annotation["area"]
    return document


def datumaro_coco() -> Json:
    """Datumaro's COCO: attributes, text in `license`, sizes missing for an image."""
    document = coco()
    del document["images"][1]["width"], document["images"][1]["height"]
    for annotation in document["annotations"]:
        annotation["attributes"] = {"is_crowd": False, "source": "manual", "id": 7}
    return document


def text_ids_coco() -> Json:
    """COCO whose ids are all text, and two classes of one name."""
    document = coco()
    for image in document["images"]:
        image["id"] = f"image-{image['id']}"
    for annotation in document["annotations"]:
        annotation["id"] = f"a{annotation['id']}"
        annotation["image_id"] = f"image-{annotation['image_id']}"
        annotation["category_id"] = f"{annotation['category_id']}"
    for category in document["categories"]:
        category["id"] = f"{category['id']}"
    document["categories"].append({"id": "3", "name": "cat", "supercategory": "toy"})
    return document


def bare_coco() -> Json:
    """COCO with the least that can be read: no boxes where there are outlines."""
    document = coco()
    del document["info"], document["licenses"]
    for annotation in document["annotations"]:
        for key in ("id", "area", "iscrowd"):
            del annotation[key]
        del annotation["bbox" if annotation["segmentation"] else "segmentation"]
    return document


TOOLS = {
    "coco": coco,
    "CVAT": cvat_coco,
    "Label Studio": label_studio_coco,
    "Roboflow": roboflow_coco,
    "Supervisely": supervisely_coco,
    "Datumaro": datumaro_coco,
    "text ids": text_ids_coco,
    "bare": bare_coco,
}


def write_json(path: Path, content: Any) -> Path:
    """Writes a JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def results(document: Json, score: Any = 0.75) -> list[Json]:
    """COCO results with a prediction for each annotation of a document."""
    return [
        {
            "image_id": a["image_id"],
            "category_id": a["category_id"],
            "bbox": a["bbox"],
            "score": score,
        }
        for a in document["annotations"]
    ]


def write_yolo(folder: Path, with_images: bool = False, prefix: str = "") -> Path:
    """YOLO in Ultralytics' layout; returns its data.yaml.

    Each image has a square with an outline and a box, but the last has no file.
    """
    labels = folder / "labels" / "val"
    labels.mkdir(parents=True)
    x, y, w, h = BOX
    box = [(x + w / 2) / WIDTH, (y + h / 2) / HEIGHT, w / WIDTH, h / HEIGHT]
    outline = [v / (HEIGHT if i % 2 else WIDTH) for i, v in enumerate(SQUARE[0])]
    outline[0:0] = outline[:2]  # five points, so that it is no box
    rows = [
        " ".join(["0", *(f"{v:.6f}" for v in outline)]),
        " ".join(["1", *(f"{v:.6f}" for v in box)]),
    ]
    for name in NAMES[:-1]:
        (labels / f"{name[:-4]}.txt").write_text("\n".join(rows) + "\n")
    if with_images:
        draw_images(folder / "images" / "val")
    path = folder / "data.yaml"
    path.write_text(f"path: .\nval: {prefix}images/val\nnames:\n  0: cat\n  1: dog\n")
    return path


VOC = """<annotation>
  <folder>photos</folder><filename>{name}</filename>
  <size><width>80</width><height>60</height><depth>3</depth></size>
  <object>
    <name>cat</name><pose>Left</pose><truncated>0</truncated><difficult>1</difficult>
    <bndbox><xmin>10.5</xmin><ymin>10</ymin><xmax>30.5</xmax><ymax>30</ymax></bndbox>
  </object>
</annotation>
"""


def write_voc(folder: Path, names: Sequence[str] = NAMES) -> Path:
    """A folder of Pascal VOC: a box on each image."""
    folder.mkdir(parents=True)
    for name in names:
        path = folder / f"{name[:-4]}.xml"
        path.write_text(VOC.format(name=name))
    return folder


CVAT_IMAGE = """
<image id="{row}" name="{name}" width="80" height="60">
  <box label="dog" occluded="1" xtl="40.25" ytl="20.50" xbr="56.25" ybr="32.50">
    <attribute name="age">7</attribute></box>
  <box label="dog" xtl="10" ytl="30" xbr="30" ybr="34" rotation="90.00"></box>
  <polygon label="cat" points="10.5,10.0;30.5,10.0;30.5,30.0;10.5,30.0"></polygon>
  <mask label="cat" rle="0,3,1,2" left="60" top="40" width="3" height="2"></mask>
  <polyline label="cat" points="1,1;2,2"></polyline>
</image>"""


def write_cvat(path: Path, names: Sequence[str] = NAMES) -> Path:
    """CVAT for images: boxes, one of them turned, a polygon, a mask and a line."""
    images = [CVAT_IMAGE.format(row=row, name=name) for row, name in enumerate(names)]
    text = "".join(images)
    path.write_text(f"<annotations><version>1.1</version>{text}</annotations>")
    return path
