"""The figures of a census by name: what each is called, and how it is counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from .counts.label_census import LabelCensus


class Figure(NamedTuple):
    """A line of the table of a census.

    Attributes:
        title: for people
        value: its value in a label set
        needs: the attributes of labels that it takes
    """

    title: str
    value: Callable[[LabelCensus], int]
    needs: tuple[str, ...] = ()


FIGURES: dict[str, Figure] = {
    "images": Figure("Images", lambda c: c.images),
    "labelled_images": Figure("Images with labels", lambda c: c.total.images),
    "classes": Figure("Classes in use", lambda c: len(c.classes)),
    "instances": Figure("Instances, crowds included", lambda c: c.total.instances),
    "crowds": Figure("Crowds", lambda c: c.total.crowds, ("iscrowd",)),
    "several_polygons": Figure(
        "Objects of more than one polygon",
        lambda c: c.total.several_polygons,
        ("num_polygons",),
    ),
    "polygons": Figure("Polygons", lambda c: c.total.polygons, ("num_polygons",)),
    "vertices": Figure("Vertices", lambda c: c.total.vertices, ("num_vertices",)),
    "vertices_closed": Figure(
        "Vertices, closing points included",
        lambda c: c.total.vertices + c.total.polygons,
        ("num_vertices", "num_polygons"),
    ),
    "very_small": Figure(
        "Very small, at most 10² px²", lambda c: c.total.very_small, ("area",)
    ),
    "small": Figure("Small, below 32² px²", lambda c: c.total.small, ("area",)),
    "medium": Figure("Medium", lambda c: c.total.medium, ("area",)),
    "large": Figure("Large, from 96² px²", lambda c: c.total.large, ("area",)),
}
"""The lines that a label set has by itself, in their order. A closing point repeats the
first point of its polygon; files hold it or leave it out."""

CLASSES_WITH_MORE = "classes_with_more"
"""The line that takes two label sets: classes with more instances than in the other."""

_REASONS = {
    "iscrowd": "no `iscrowd`",
    "area": "no `area`, and no mask it could be counted from",
    "num_polygons": "no `num_polygons`, which a mask does not tell",
    "num_vertices": "no `num_vertices`, which a mask does not tell",
}
"""What it means that labels lack an attribute."""


def figure(census: LabelCensus, name: str) -> int | None:
    """A figure of a label set, None where labels lack what it takes."""
    return None if why_missing(census, name) else FIGURES[name].value(census)


def why_missing(census: LabelCensus, name: str) -> str | None:
    """Why a figure is not available, None if it is."""
    total = census.total
    reasons = [
        f"{total.lacking(attribute):,} of {total.instances:,} labels have "
        f"{_REASONS[attribute]}"
        for attribute in FIGURES[name].needs
        if total.lacking(attribute)
    ]
    return "; ".join(reasons) or None


def classes_with_more(one: LabelCensus, other: LabelCensus) -> list[str]:
    """The classes that have more instances in one label set than in the other."""
    theirs = {name: counts.instances for name, counts in other.classes.items()}
    return [
        name
        for name, counts in one.classes.items()
        if counts.instances > theirs.get(name, 0)
    ]


def side_figure(sides: Mapping[str, LabelCensus], side: str, name: str) -> int | None:
    """A figure of one of two label sets, `CLASSES_WITH_MORE` included."""
    if name != CLASSES_WITH_MORE:
        return figure(sides[side], name)
    other = "revised" if side == "base" else "base"
    return len(classes_with_more(sides[side], sides[other]))


def title(name: str) -> str:
    """What a figure is called for people."""
    if name == CLASSES_WITH_MORE:
        return "Classes with more instances than the other"
    return FIGURES[name].title
