"""A label set in figures: counts of images and labels that add up in any order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from ...comparison.counting.count_tables import counter, rows
from ...comparison.counting.object_sizes import MEDIUM_AREA, SMALL_AREA, VERY_SMALL_AREA

ATTRIBUTES = ("iscrowd", "area", "num_polygons", "num_vertices")
"""What a census asks of labels besides their class."""


@dataclass(frozen=True, slots=True, eq=False)
class LabelColumns:
    """The n labels of one field of some images, as arrays.

    Attributes:
        images: how many images, those without labels included
        image: int64 (n,), which of the images a label lies on
        names: class names
        classes: int64 (n,), index of the class in ``names``
        crowds: float64 (n,), 1 for a crowd, else 0; NaN where unknown
        areas: float64 (n,), px²; NaN where unknown
        polygons: float64 (n,), polygons of the outline, 0 for a RLE; NaN where unknown
        vertices: float64 (n,), vertices of all polygons, points that only close one
            left out; NaN where unknown
        derived: how many values of an attribute were not given but computed
    """

    images: int
    image: NDArray[np.int64]
    names: Sequence[str]
    classes: NDArray[np.int64]
    crowds: NDArray[np.float64]
    areas: NDArray[np.float64]
    polygons: NDArray[np.float64]
    vertices: NDArray[np.float64]
    derived: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ClassCounts:
    """What a census counts of a class; counts add with `+=`.

    Attributes:
        instances: labels, crowds included
        images: images with a label
        crowds: labels that stand for a group
        several_polygons: labels of more than one polygon
        polygons: polygons
        vertices: vertices, points that only close a polygon left out
        very_small: labels of at most 10² px², in `small` as well
        small: labels below 32² px²
        medium: labels from there to below 96² px²
        large: labels from 96² px² on
        no_iscrowd: labels of which it is unknown whether they are a crowd
        no_area: labels whose area is unknown
        no_num_polygons: labels whose number of polygons is unknown
        no_num_vertices: labels whose number of vertices is unknown
    """

    instances: int = 0
    images: int = 0
    crowds: int = 0
    several_polygons: int = 0
    polygons: int = 0
    vertices: int = 0
    very_small: int = 0
    small: int = 0
    medium: int = 0
    large: int = 0
    no_iscrowd: int = 0
    no_area: int = 0
    no_num_polygons: int = 0
    no_num_vertices: int = 0

    def __iadd__(self, other: ClassCounts) -> ClassCounts:
        for name in COUNTS:
            setattr(self, name, getattr(self, name) + getattr(other, name))
        return self

    def lacking(self, attribute: str) -> int:
        """How many labels lack an attribute, one of `ATTRIBUTES`."""
        return int(getattr(self, f"no_{attribute}"))


COUNTS = tuple(one.name for one in fields(ClassCounts))


@dataclass(slots=True)
class LabelCensus:
    """One label set in figures; batches of images `add`, censuses merge with `+=`.

    All counts are whole numbers: the sum is the same in any order and however images
    are batched. Memory grows with pairs of classes, not with images.

    Attributes:
        images: images, those without labels included
        classes: counts by class name
        objects_per_image: images by their number of labels
        vertices_per_object: labels by their number of vertices, where it is known
        cooccurrences: images by the pair of classes on them, names in order
        derived: labels by the attribute that was computed because it was not given
    """

    images: int = 0
    classes: dict[str, ClassCounts] = field(default_factory=dict)
    objects_per_image: Counter[int] = field(default_factory=Counter)
    vertices_per_object: Counter[int] = field(default_factory=Counter)
    cooccurrences: Counter[tuple[str, str]] = field(default_factory=Counter)
    derived: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> ClassCounts:
        """Counts over all classes; `images` are those with any label."""
        total = ClassCounts()
        for counts in self.classes.values():
            total += counts
        total.images = self.images - self.objects_per_image[0]
        return total

    def images_with_both(self, one: str, other: str) -> int:
        """The number of images with both of two classes, which may be the same."""
        if one == other:
            return self.classes[one].images if one in self.classes else 0
        return self.cooccurrences[(one, other) if one < other else (other, one)]

    def add(self, labels: LabelColumns) -> None:
        """Adds the labels of a batch of images that were not added before."""
        self.images += labels.images
        on_each = np.bincount(labels.image, minlength=labels.images)
        _update(self.objects_per_image, *np.unique(on_each, return_counts=True))
        known = labels.vertices[~np.isnan(labels.vertices)].astype(np.int64)
        _update(self.vertices_per_object, *np.unique(known, return_counts=True))
        self.derived.update({k: n for k, n in labels.derived.items() if n})
        self._add_classes(labels)

    def _add_classes(self, labels: LabelColumns) -> None:
        both = _cooccurrences(labels)
        counted = {**_class_columns(labels), "images": both.diagonal()}
        used = np.flatnonzero(counted["instances"]).tolist()
        for index in used:
            row = {name: int(column[index]) for name, column in counted.items()}
            counts = self.classes.setdefault(labels.names[index], ClassCounts())
            counts += ClassCounts(**row)
        for one, other, images in zip(
            *(a.tolist() for a in sparse.find(sparse.triu(both, 1))), strict=True
        ):
            first, second = sorted((labels.names[one], labels.names[other]))
            self.cooccurrences[first, second] += int(images)

    def __iadd__(self, other: LabelCensus) -> LabelCensus:
        self.images += other.images
        for name, counts in other.classes.items():
            mine = self.classes.setdefault(name, ClassCounts())
            mine += counts
        for table in _TABLES:
            getattr(self, table).update(getattr(other, table))
        return self

    def __add__(self, other: LabelCensus) -> LabelCensus:
        total = LabelCensus()
        total += self
        total += other
        return total

    def to_dict(self) -> dict[str, Any]:
        """The census as a JSON-plain document, equal for equal censuses."""
        return {
            "images": self.images,
            "classes": [
                [name, *(getattr(counts, count) for count in COUNTS)]
                for name, counts in sorted(self.classes.items())
            ],
            **{table: rows(getattr(self, table)) for table in _TABLES},
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> LabelCensus:
        """The inverse of `to_dict`.

        Raises:
            ValueError: if the document is not one that `to_dict` made
        """
        try:
            return cls(
                images=int(document["images"]),
                classes={
                    str(name): ClassCounts(
                        **dict(zip(COUNTS, map(int, counts), strict=True))
                    )
                    for name, *counts in document["classes"]
                },
                **{
                    table: counter(document[table], types)
                    for table, types in _TABLES.items()
                },
            )
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ValueError(
                f"no census: {type(error).__name__} {error}; count again"
            ) from error


_TABLES: dict[str, tuple[type, ...]] = {
    "objects_per_image": (int,),
    "vertices_per_object": (int,),
    "cooccurrences": (str, str),
    "derived": (str,),
}
"""What the keys of each table are made of."""


def _update(
    table: Counter[int], keys: NDArray[np.int64], counts: NDArray[np.int64]
) -> None:
    table.update(dict(zip(keys.tolist(), counts.tolist(), strict=True)))


def _cooccurrences(labels: LabelColumns) -> sparse.csr_array:
    """Images with both of two classes, int64 (classes, classes), symmetric."""
    size = max(labels.images, 1), max(len(labels.names), 1)
    places = np.unique(labels.image * size[1] + labels.classes)
    held = sparse.csr_array(
        (np.ones(len(places), np.int64), (places // size[1], places % size[1])), size
    )
    return held.T @ held


def _class_columns(labels: LabelColumns) -> dict[str, NDArray[Any]]:
    """For each count of `ClassCounts` but the images, its value of each class."""
    area, polygons = labels.areas, labels.polygons
    return {
        "instances": _by_class(labels, np.ones(len(labels.classes))),
        "crowds": _by_class(labels, labels.crowds),
        "several_polygons": _by_class(labels, polygons > 1),
        "polygons": _by_class(labels, polygons),
        "vertices": _by_class(labels, labels.vertices),
        "very_small": _by_class(labels, area <= VERY_SMALL_AREA),
        "small": _by_class(labels, area < SMALL_AREA),
        "medium": _by_class(labels, (area >= SMALL_AREA) & (area < MEDIUM_AREA)),
        "large": _by_class(labels, area >= MEDIUM_AREA),
        "no_iscrowd": _by_class(labels, np.isnan(labels.crowds)),
        "no_area": _by_class(labels, np.isnan(area)),
        "no_num_polygons": _by_class(labels, np.isnan(polygons)),
        "no_num_vertices": _by_class(labels, np.isnan(labels.vertices)),
    }


def _by_class(labels: LabelColumns, values: NDArray[Any]) -> NDArray[np.int64]:
    """Sums whole numbers, those that are unknown left out."""
    weights = np.nan_to_num(values.astype(np.float64), nan=0.0)
    sums = np.bincount(labels.classes, weights, minlength=len(labels.names))
    return np.rint(sums).astype(np.int64)
