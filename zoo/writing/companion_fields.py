"""The fields of COCO's companions on a dataset: keypoints with a skeleton, captions."""

from __future__ import annotations

import fiftyone as fo

from ..coco.companions import Companions
from ..labels import KEYPOINT_ATTRIBUTES
from ..request import Request
from .fiftyone_writer import FIELD_TYPES
from .sample_documents import ELEMENTS


def declare_companions(dataset: fo.Dataset, request: Request) -> None:
    """Declares the fields of the companions that are loaded, if any.

    Args:
        dataset: the dataset
        request: what is asked for
    """
    if request.captions is not None:
        captions = fo.ListField(fo.StringField())
        dataset.add_dynamic_sample_fields({request.captions: captions})
    field = request.keypoints
    if field is None:
        return
    keypoints = fo.EmbeddedDocumentField(getattr(fo, field.labels_type))
    dataset.add_dynamic_sample_fields({field.name: keypoints})
    path = f"{field.name}.{ELEMENTS[field.labels_type]}"
    attributes = {n: FIELD_TYPES[kind]() for n, kind in KEYPOINT_ATTRIBUTES.items()}
    attributes["v"] = fo.ListField(fo.IntField())
    dataset.add_dynamic_sample_fields({f"{path}.{n}": f for n, f in attributes.items()})


def note_skeleton(
    dataset: fo.Dataset, request: Request, companions: Companions
) -> None:
    """Says on a dataset what its keypoints are called and how they are connected.

    Args:
        dataset: the dataset, which is to be saved
        request: what was asked for
        companions: what was read
    """
    field, body = request.keypoints, companions.body
    if field is not None and body is not None:
        edges = [list(edge) for edge in body.edges]
        skeleton = fo.KeypointSkeleton(labels=list(body.names), edges=edges)
        dataset.skeletons[field.name] = skeleton
