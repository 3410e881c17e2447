"""COCO's companions of the drawn labels: keypoints of people, and captions.

The keypoints are a template in the box of each person: they stand where a person's
would, and are not drawn after the picture.
"""

from typing import Any

Document = dict[str, Any]

FIRST_CAPTION_ID = 900_001
CAPTIONS_EACH = 5

_LEAST_HEIGHT_PX = 30
"""A person who is smaller has no labelled keypoints, as in COCO."""

_TEMPLATE = {
    "nose": (0.50, 0.10),
    "left_eye": (0.54, 0.07),
    "right_eye": (0.46, 0.07),
    "left_ear": (0.58, 0.09),
    "right_ear": (0.42, 0.09),
    "left_shoulder": (0.68, 0.24),
    "right_shoulder": (0.32, 0.24),
    "left_elbow": (0.78, 0.38),
    "right_elbow": (0.22, 0.38),
    "left_wrist": (0.82, 0.52),
    "right_wrist": (0.18, 0.52),
    "left_hip": (0.62, 0.54),
    "right_hip": (0.38, 0.54),
    "left_knee": (0.63, 0.75),
    "right_knee": (0.37, 0.75),
    "left_ankle": (0.64, 0.96),
    "right_ankle": (0.36, 0.96),
}
"""Where each point stands in its box, as shares of its width and height."""

_SKELETON = "16-14 14-12 17-15 15-13 12-13 6-12 7-13 6-7 6-8 7-9 8-10 9-11 2-3 1-2 1-3 "
_SKELETON += "2-4 3-5 4-6 5-7"

PERSON = {
    "supercategory": "person",
    "id": 1,
    "name": "person",
    "keypoints": list(_TEMPLATE),
    "skeleton": [[int(n) for n in edge.split("-")] for edge in _SKELETON.split()],
}
"""The one category of COCO's keypoints."""

_SENTENCES = (
    "A picture with {}.",
    "A drawing of {}.",
    "There is {} here.",
    "One can see {}.",
    "This shows {}.",
)


def keypoints_document(base: Document) -> Document:
    """What stands in ``annotations/person_keypoints_*2017.json``: people alone.

    Args:
        base: the document of the instances
    """
    people = [one for one in base["annotations"] if one["category_id"] == PERSON["id"]]
    return base | {
        "categories": [PERSON],
        "annotations": [one | _keypoints(one) for one in people],
    }


def captions_document(base: Document) -> Document:
    """What stands in ``annotations/captions_*2017.json``: five of each image.

    Args:
        base: the document of the instances
    """
    names = {one["id"]: one["name"] for one in base["categories"]}
    captions: list[Document] = []
    for image in base["images"]:
        found = {
            names[one["category_id"]]: None
            for one in base["annotations"]
            if one["image_id"] == image["id"]
        }
        seen = ", ".join(found) or "nothing that has a name"
        for sentence in _SENTENCES[:CAPTIONS_EACH]:
            number = FIRST_CAPTION_ID + len(captions)
            text = {"image_id": image["id"], "id": number}
            captions.append(text | {"caption": sentence.format(seen)})
    parts = {name: base[name] for name in ("info", "licenses", "images")}
    return parts | {"annotations": captions}


def _keypoints(person: Document) -> Document:
    x, y, width, height = person["bbox"]
    is_labelled = not person["iscrowd"] and height >= _LEAST_HEIGHT_PX
    values: list[int] = []
    for number, (across, down) in enumerate(_TEMPLATE.values()):
        v = (person["id"] + 2 * number) % 3 if is_labelled else 0
        place = (round(x + across * width), round(y + down * height)) if v else (0, 0)
        values += [*place, v]
    return {"num_keypoints": sum(v > 0 for v in values[2::3]), "keypoints": values}
