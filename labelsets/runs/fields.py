"""The names of the fields of a comparison run: what is written, and what is read."""

from __future__ import annotations

from dataclasses import dataclass

import fiftyone as fo

from ..comparison import Status

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
    def item(self) -> str:
        """On labels: the smallest label id of the item; none on degenerate ones.

        An item is a connected component of labels under "partner of": a pair, a whole
        with all its parts and its own partner, or a single label.
        """
        return f"{self.key}_item"

    @property
    def reason(self) -> str:
        """On degenerate labels: why they cover nothing."""
        return f"{self.key}_reason"

    @property
    def class_name(self) -> str:
        """On labels: the class that was compared, where it is not the label's own."""
        return f"{self.key}_class"

    @property
    def evidence(self) -> str:
        """On labels: what predictions say for revised over base, from -1 to 1."""
        return f"{self.key}_evidence"

    @property
    def disagreement(self) -> str:
        """On samples: 1 - PQ."""
        return f"{self.key}_disagreement"

    @property
    def pq(self) -> str:
        """On samples: the panoptic quality over all classes."""
        return f"{self.key}_pq"

    @property
    def digest(self) -> str:
        """On samples: a digest of what was compared."""
        return f"{self.key}_digest"

    def count(self, status: Status) -> str:
        """On samples: the objects of a status, on both sides."""
        return f"{self.key}_{status}"

    @property
    def on_labels(self) -> dict[str, type[fo.Field]]:
        """The fields that every comparison declares on labels, with their types."""
        return {
            self.status: fo.StringField,
            self.partner: fo.StringField,
            self.iou: fo.FloatField,
            self.boundary_iou: fo.FloatField,
            self.area: fo.FloatField,
            self.item: fo.StringField,
            self.reason: fo.StringField,
        }

    @property
    def optional_on_labels(self) -> dict[str, type[fo.Field]]:
        """The fields of labels that are declared only where they are written."""
        return {self.class_name: fo.StringField, self.evidence: fo.FloatField}

    @property
    def all_on_labels(self) -> dict[str, type[fo.Field]]:
        """Every field of labels that may belong to the run, with its type."""
        return self.on_labels | self.optional_on_labels

    @property
    def on_samples(self) -> dict[str, type[fo.Field]]:
        """The fields that every comparison declares on samples, with their types."""
        return {
            self.disagreement: fo.FloatField,
            self.pq: fo.FloatField,
            self.digest: fo.StringField,
            **{self.count(status): fo.IntField for status in COUNTED},
        }
