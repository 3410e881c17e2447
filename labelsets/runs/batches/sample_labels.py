"""What a comparison reads of a sample: two lists of labels, and the digest of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bson

from ....zoo.defects import Defects
from ...comparison import ImageComparison, compare_image
from ...labels.fiftyone_internals import labels_at
from ...labels.reading import read_objects
from ..compared_classes import ComparedClasses
from ..run_config import ComparisonRunConfig

_SHAPE = ("bounding_box", "mask", "mask_path", "points", "closed", "filled")
_COMPARED = ("_id", "_cls", "label", *_SHAPE)
_NUMBERS = ("iscrowd", "num_vertices")
"""What a comparison reads of labels; nothing else changes its digest."""

_DIGEST_BYTES = 16


@dataclass(frozen=True)
class SampleLabels:
    """The labels of one sample that are compared, and the size of its image.

    Attributes:
        width: of the image, px
        height: of the image, px
        sides: documents of the base labels and of the revised ones
    """

    width: int
    height: int
    sides: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]

    @classmethod
    def of(
        cls,
        document: Mapping[str, Any],
        paths: Sequence[str],
        classes: ComparedClasses,
    ) -> SampleLabels | None:
        """Reads the document of a sample.

        Args:
            document: the document, with its metadata and its labels
            paths: the paths of the labels in base and in revised
            classes: which labels are compared, and as which class

        Returns:
            what is compared, None if the size of the image is not known
        """
        metadata = document.get("metadata") or {}
        width, height = metadata.get("width"), metadata.get("height")
        if not width or not height:
            return None
        base, revised = (classes.apply(labels_at(document, path)) for path in paths)
        return cls(width, height, (base, revised))

    def compare(
        self, config: ComparisonRunConfig
    ) -> tuple[ImageComparison, dict[str, str]]:
        """Compares both sides.

        Returns:
            what the comparison says, and the reason of every label that can't be read
            by its id
        """
        broken = Defects()
        size = self.height, self.width
        base, revised = (
            read_objects(labels, self.width, self.height, broken)
            for labels in self.sides
        )
        return compare_image(base, revised, size, config.thresholds), broken.reasons

    def digest(self, config: ComparisonRunConfig) -> str:
        """Tells whether a comparison of these labels would be the same.

        It begins with the run's token, see :func:`is_of_run`. Tags, and what runs and
        people add to labels, have no part in it.
        """
        parameters = json.dumps(config.parameters, sort_keys=True, default=str)
        found = hashlib.blake2b(parameters.encode(), digest_size=_DIGEST_BYTES)
        found.update(f"{self.width} x {self.height}".encode())
        for labels in self.sides:
            found.update(f"; {len(labels)} labels: ".encode())
            for label in labels:
                found.update(_content(label))
        return f"{config.token}:{found.hexdigest()}"


def is_of_run(digest: str | None, config: ComparisonRunConfig) -> bool:
    """Whether a digest was written by a run, even if labels have changed since."""
    return digest is not None and digest.startswith(f"{config.token}:")


def _content(label: Mapping[str, Any]) -> bytes:
    """What is compared of a label, as bytes."""
    held = {name: label[name] for name in _COMPARED if label.get(name) is not None}
    held |= {n: str(label[n]) for n in _NUMBERS if label.get(n) is not None}
    path = label.get("mask_path")
    if path is not None and label.get("mask") is None and Path(path).is_file():
        held["pixels"] = Path(path).read_bytes()
    return bytes(bson.encode(held))
