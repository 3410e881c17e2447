"""The agreement of label sets, as counts that add up in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..comparison import ImageComparison, PanopticQuality, Status, score_image
from ..comparison.counting.count_tables import counter, rows
from ..comparison.fixed_point import SCORE_ONE, to_units
from .reliability import AlphaCounts, Matrix, count_agreement

_TRUE_POSITIVE = (Status.IDENTICAL, Status.REFINED)

Pair = tuple[int, int]
"""The places of two label sets, the smaller first."""


@dataclass(slots=True)
class PairCounts:
    """The comparison of two label sets; counts add up with `+=`.

    Attributes:
        images: images that both have
        quality: the counts behind PQ, SQ and RQ, over all classes
        boundary_units: total boundary IoU of the true positive pairs, in `SCORE_ONE`
    """

    images: int = 0
    quality: PanopticQuality = field(default_factory=PanopticQuality)
    boundary_units: int = 0

    @property
    def boundary_iou(self) -> float:
        """Mean boundary IoU of the true positive pairs; as SQ where there are none."""
        quality = self.quality
        if not quality.tp:
            return quality.sq
        return self.boundary_units / SCORE_ONE / quality.tp

    def add(self, comparison: ImageComparison) -> PanopticQuality:
        """Adds an image, and gives the counts behind its own PQ."""
        self.images += 1
        found = score_image(comparison).pooled
        self.quality = self.quality + found
        for pair in comparison.pairs:
            if pair.status in _TRUE_POSITIVE and not comparison.base.crowds[pair.base]:
                self.boundary_units += to_units(pair.boundary_iou)
        return found

    def __iadd__(self, other: PairCounts) -> PairCounts:
        self.images += other.images
        self.quality = self.quality + other.quality
        self.boundary_units += other.boundary_units
        return self

    def to_list(self) -> list[int]:
        """The counts, JSON-plain."""
        found = self.quality
        quality = [found.tp, found.fp, found.fn, found.iou_units]
        return [self.images, *quality, self.boundary_units]

    @classmethod
    def from_list(cls, counts: Sequence[int]) -> PairCounts:
        """The inverse of `to_list`."""
        return cls(counts[0], PanopticQuality(*counts[1:5]), counts[5])


@dataclass(slots=True)
class AgreementCounts:
    """The agreement of n label sets; `add` counts images, `+=` merges counts.

    Attributes:
        fields: the label sets
        images: images that two label sets or more have
        lacking: of all images, those that each label set has no list for
        skipped: images that fewer than two label sets have
        clusters: clusters of objects
        overall: of all columns
        without: of all columns, without the row of each label set
        classes: of the columns that hold a class
        columns: the number of these columns
        objects: objects by (place of the label set, class), crowds left out
        alpha_units: total of the images' alphas, in `SCORE_ONE`
        pairs: the comparison of each pair of label sets
    """

    fields: tuple[str, ...]
    images: int = 0
    lacking: Counter[int] = field(default_factory=Counter)
    skipped: int = 0
    clusters: int = 0
    overall: AlphaCounts = field(default_factory=AlphaCounts)
    without: list[AlphaCounts] = field(default_factory=list)
    classes: dict[str, AlphaCounts] = field(default_factory=dict)
    columns: Counter[str] = field(default_factory=Counter)
    objects: Counter[tuple[int, str]] = field(default_factory=Counter)
    alpha_units: int = 0
    pairs: dict[Pair, PairCounts] = field(default_factory=dict)

    def __post_init__(self) -> None:
        count = len(self.fields)
        self.without = self.without or [AlphaCounts() for _ in range(count)]
        for one in range(count):
            for other in range(one + 1, count):
                self.pairs.setdefault((one, other), PairCounts())

    @property
    def mean_alpha(self) -> float:
        """The mean alpha of the images, 1 without any."""
        return self.alpha_units / SCORE_ONE / self.images if self.images else 1.0

    def add_columns(self, matrix: Matrix, names: Sequence[str]) -> None:
        """Adds the columns of images.

        Args:
            matrix: int64 (label sets, columns), see `reliability_columns`
            names: the class of each code
        """
        self.overall += count_agreement(matrix, names)
        for place, counts in enumerate(self.without):
            counts += count_agreement(np.delete(matrix, place, axis=0), names)
        for code, name in enumerate(names):
            of_class = matrix == code
            held = of_class.any(axis=0)
            if not held.any():
                continue
            found = self.classes.setdefault(name, AlphaCounts())
            found += count_agreement(matrix[:, held], names)
            self.columns[name] += int(held.sum())
            for place, objects in enumerate(of_class.sum(axis=1).tolist()):
                if objects:
                    self.objects[place, name] += objects

    def __iadd__(self, other: AgreementCounts) -> AgreementCounts:
        self.images += other.images
        self.skipped += other.skipped
        self.clusters += other.clusters
        self.alpha_units += other.alpha_units
        self.overall += other.overall
        for mine, found in zip(self.without, other.without, strict=True):
            mine += found
        for name, counts in other.classes.items():
            of_class = self.classes.setdefault(name, AlphaCounts())
            of_class += counts
        for pair, scores in other.pairs.items():
            of_pair = self.pairs[pair]
            of_pair += scores
        for table in _TABLES:
            getattr(self, table).update(getattr(other, table))
        return self

    def to_dict(self) -> dict[str, Any]:
        """The counts as a JSON-plain document, equal for equal counts."""
        return {
            "fields": list(self.fields),
            **{name: getattr(self, name) for name in _NUMBERS},
            "overall": self.overall.to_dict(),
            "without": [counts.to_dict() for counts in self.without],
            "classes": [[n, c.to_dict()] for n, c in sorted(self.classes.items())],
            "pairs": [[*p, *c.to_list()] for p, c in sorted(self.pairs.items())],
            **{table: rows(getattr(self, table)) for table in _TABLES},
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> AgreementCounts:
        """The inverse of `to_dict`.

        Raises:
            ValueError: if the document is not one that `to_dict` made
        """
        try:
            plain: dict[str, Any] = {name: int(document[name]) for name in _NUMBERS}
            plain |= {t: counter(document[t], types) for t, types in _TABLES.items()}
            return cls(
                fields=tuple(document["fields"]),
                overall=AlphaCounts.from_dict(document["overall"]),
                without=[AlphaCounts.from_dict(found) for found in document["without"]],
                classes={
                    name: AlphaCounts.from_dict(found)
                    for name, found in document["classes"]
                },
                pairs={
                    (one, other): PairCounts.from_list(counts)
                    for one, other, *counts in document["pairs"]
                },
                **plain,
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                f"no counts of an agreement: {type(error).__name__} {error}; measure "
                "it again"
            ) from error


_NUMBERS = ("images", "skipped", "clusters", "alpha_units")

_TABLES: dict[str, tuple[type, ...]] = {
    "lacking": (int,),
    "columns": (str,),
    "objects": (int, str),
}
"""What the keys of each table are made of."""
