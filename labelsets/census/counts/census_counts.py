"""All that a census counts of some images: their sizes, one or two label sets, and
what a comparison of the two found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...comparison.counting.count_tables import counter, rows
from ...comparison.counting.tallying import Tally
from .image_sizes import ImageSizes
from .label_census import LabelCensus, LabelColumns


@dataclass(slots=True)
class CensusCounts:
    """Counts of batches of images; batches merge with `+=`, in any order.

    Attributes:
        images: sizes of the images
        base: the earlier, or only, label set
        revised: the later label set, None in a census of one
        labelled: images by where they have labels: both, base, revised or neither; of
            a census of one base or neither
        comparison: what the comparison found on the labels, None without one
    """

    images: ImageSizes = field(default_factory=ImageSizes)
    base: LabelCensus = field(default_factory=LabelCensus)
    revised: LabelCensus | None = None
    labelled: Counter[str] = field(default_factory=Counter)
    comparison: Tally | None = None

    def add(self, base: LabelColumns, revised: LabelColumns | None = None) -> None:
        """Adds both label sets of a batch of images.

        Raises:
            ValueError: if they are of another number of images
        """
        if revised is not None and revised.images != base.images:
            raise ValueError(
                f"{base.images} images in base and {revised.images} in revised; "
                "expected the same ones"
            )
        self.base.add(base)
        in_base, in_revised = _labelled(base), np.zeros(base.images, bool)
        if revised is not None:
            self.revised = self.revised or LabelCensus()
            self.revised.add(revised)
            in_revised = _labelled(revised)
        for name, where in (
            ("both", in_base & in_revised),
            ("base", in_base & ~in_revised),
            ("revised", ~in_base & in_revised),
            ("neither", ~(in_base | in_revised)),
        ):
            if where.any():
                self.labelled[name] += int(where.sum())

    def __iadd__(self, other: CensusCounts) -> CensusCounts:
        self.images += other.images
        self.base += other.base
        if other.revised is not None:
            self.revised = self.revised or LabelCensus()
            self.revised += other.revised
        self.labelled.update(other.labelled)
        if other.comparison is not None:
            self.comparison = self.comparison or Tally()
            self.comparison += other.comparison
        return self

    def to_dict(self) -> dict[str, Any]:
        """The counts as a JSON-plain document, equal for equal counts."""
        revised, comparison = self.revised, self.comparison
        return {
            "images": self.images.to_dict(),
            "base": self.base.to_dict(),
            "revised": None if revised is None else revised.to_dict(),
            "labelled": rows(self.labelled),
            "comparison": None if comparison is None else comparison.to_dict(),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> CensusCounts:
        """The inverse of `to_dict`.

        Raises:
            ValueError: if the document is not one that `to_dict` made
        """
        try:
            revised, comparison = document["revised"], document["comparison"]
            return cls(
                images=ImageSizes.from_dict(document["images"]),
                base=LabelCensus.from_dict(document["base"]),
                revised=None if revised is None else LabelCensus.from_dict(revised),
                labelled=counter(document["labelled"], (str,)),
                comparison=None if comparison is None else Tally.from_dict(comparison),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(
                f"no census: {type(error).__name__} {error}; count again"
            ) from error


def _labelled(labels: LabelColumns) -> NDArray[np.bool_]:
    found = np.zeros(labels.images, bool)
    found[labels.image] = True
    return found
