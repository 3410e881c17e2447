"""COCO's keypoints and captions on samples, and the labels that they go with.

They are read beside COCO's instances, so that they go with labels of COCO's fields, by
the ids of their annotations, and with copies of these in reconciled fields.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import fiftyone as fo
import numpy as np
from numpy.typing import NDArray

KEYPOINTS, CAPTIONS = "coco_keypoints", "coco_captions"
COMPANION_FIELDS = (KEYPOINTS, CAPTIONS)

_SOURCE = "coco_"

Document = Mapping[str, Any]


class ItemKeypoints(NamedTuple):
    """The keypoints of a person.

    Attributes:
        label_id: the id of the label of the person's instance
        points: float64 (n, 2), x and y relative to the image's size; NaN where a point
            is not labelled
        v: int64 (n,), 0 not labelled, 1 labelled and hidden, 2 labelled and visible
    """

    label_id: str
    points: NDArray[np.float64]
    v: NDArray[np.int64]


def goes_with_companions(field: str) -> bool:
    """Whether a field holds COCO's labels, which keypoints and captions go with."""
    return field.startswith(_SOURCE) and field not in COMPANION_FIELDS


def companion_fields(samples: fo.core.collections.SampleCollection) -> list[str]:
    """Those of the fields of companions that samples have."""
    schema = samples.get_field_schema()
    kinds = {KEYPOINTS: fo.EmbeddedDocumentField, CAPTIONS: fo.ListField}
    found = [n for n, kind in kinds.items() if isinstance(schema.get(n), kind)]
    is_other = getattr(schema.get(KEYPOINTS), "document_type", None) is not fo.Keypoints
    return [n for n in found if not (n == KEYPOINTS and is_other)]


def keypoints_of_labels(
    sample: Document, field: str, labels: Iterable[Document]
) -> list[ItemKeypoints]:
    """The keypoints of the people among some labels, such as those of an item.

    Args:
        sample: the document of the sample, with the field `KEYPOINTS` if it has one
        field: the field that the labels are in; of one that does not hold COCO's
            labels there are none
        labels: documents of labels with their ``_id`` and ``coco_id``

    Returns:
        in the order of the labels, those that have keypoints; points are all NaN of a
        person without a labelled point
    """
    people = people_by_id(sample) if goes_with_companions(field) else {}
    found = []
    for label in labels:
        person = people.get(label.get("coco_id"))
        if person is not None:
            points = np.array(person["points"], np.float64).reshape(-1, 2)
            v = np.array(visibility(person), np.int64)
            found.append(ItemKeypoints(str(label["_id"]), points, v))
    return found


def people_by_id(sample: Document) -> dict[Any, Document]:
    """The keypoints on a sample by the id of their annotation.

    Args:
        sample: the document of the sample, with the field `KEYPOINTS` if it has one
    """
    held = (sample.get(KEYPOINTS) or {}).get("keypoints") or ()
    return {one["coco_id"]: one for one in held if one.get("coco_id") is not None}


def visibility(person: Document) -> Sequence[int]:
    """The ``v`` of each keypoint; 2 for those that have a place, where it is gone."""
    points = person["points"]
    held = person.get("v")
    if isinstance(held, list) and len(held) == len(points):
        return held
    return [0 if x != x or y != y else 2 for x, y in points]
