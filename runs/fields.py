"""The names of the fields of a comparison run: what is written, and what is read."""

from __future__ import annotations

from dataclasses import dataclass

import fiftyone as fo

from ..comparison import Status
from .errors import ComparisonError

COUNTED = tuple(s for s in Status if s is not Status.IDENTICAL)
"""The statuses that samples have a count of."""


@dataclass(frozen=True)
class RunFields:
    """The fields that the run of a key makes.

    Attributes:
        key: the run's key
    """

    key: str

    @property
    def status(self) -> str:
        """On labels: the status."""
        return self.key

    @property
    def partner(self) -> str:
        """On labels: the id of the partner; in a group, that of the whole."""
        return f"{self.key}_id"

    @property
    def iou(self) -> str:
        """On labels: the IoU with the partner."""
        return f"{self.key}_iou"

    @property
    def boundary_iou(self) -> str:
        """On labels: the boundary IoU with the partner."""
        return f"{self.key}_biou"

    @property
    def area(self) -> str:
        """On labels: the area that was compared, in px²: mask pixels, or the box's."""
        return f"{self.key}_area"

    @property
    def disagreement(self) -> str:
        """On samples: 1 - PQ."""
        return f"{self.key}_disagreement"

    @property
    def pq(self) -> str:
        """On samples: the panoptic quality over all classes."""
        return f"{self.key}_pq"

    def count(self, status: Status) -> str:
        """On samples: the objects of a status, on both sides."""
        return f"{self.key}_{status}"

    @property
    def on_labels(self) -> dict[str, type[fo.Field]]:
        """The fields of labels, with their types."""
        return {
            self.status: fo.StringField,
            self.partner: fo.StringField,
            self.iou: fo.FloatField,
            self.boundary_iou: fo.FloatField,
            self.area: fo.FloatField,
        }

    @property
    def on_samples(self) -> dict[str, type[fo.Field]]:
        """The fields of samples, with their types."""
        return {
            self.disagreement: fo.FloatField,
            self.pq: fo.FloatField,
            **{self.count(status): fo.IntField for status in COUNTED},
        }


_ELEMENTS = {fo.Detections: "detections", fo.Polylines: "polylines"}

COMPARABLE = tuple(_ELEMENTS)
"""The kinds of label fields that can be compared."""


def elements_path(dataset: fo.Dataset, field: str) -> str:
    """The path of the labels in a field, such as ``ground_truth.detections``.

    Args:
        dataset: the dataset
        field: a field of detections or polylines

    Raises:
        ComparisonError: if there is no such field
    """
    kind = getattr(dataset.get_field(field), "document_type", None)
    if kind not in _ELEMENTS:
        raise ComparisonError(
            f"'{dataset.name}' has no field '{field}' of detections or polylines; if "
            "it was renamed or deleted after a comparison, run the comparison again"
        )
    return f"{field}.{_ELEMENTS[kind]}"
