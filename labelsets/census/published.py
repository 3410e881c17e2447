"""What Sama published of both label sets, train and validation together.

Source: the table at sama.com/sama-coco-dataset, and the page that was there earlier.
Areas are those of the files; crowds are included in every line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .counts.label_census import LabelCensus
from .figures import CLASSES_WITH_MORE, side_figure, title, why_missing

COMPLETE_IMAGES = 123_287
"""Images of train and validation; fewer than these can't be held against the table."""

CURRENT, EARLIER = "current page", "earlier page"


@dataclass(frozen=True)
class Published:
    """A published figure.

    Attributes:
        values: its value on each page that gives it, first the one that a count is
            held against
        note: what is known to be wrong with it
    """

    values: Mapping[str, int]
    note: str = ""

    @property
    def value(self) -> int:
        """The value that a count is held against."""
        return next(iter(self.values.values()))

    def pages(self, count: int | None) -> list[str]:
        """The pages that a count agrees with."""
        return [page for page, value in self.values.items() if value == count]


def _on_both(value: int) -> Published:
    return Published({CURRENT: value, EARLIER: value})


def _vertices(current: int, earlier: int) -> dict[str, Published]:
    """Two published counts that differ by about one point a polygon.

    No page says which counts the points that close polygons, so that both of ours are
    held against both.
    """
    return {
        "vertices": Published({CURRENT: current, EARLIER: earlier}),
        "vertices_closed": Published({EARLIER: earlier, CURRENT: current}),
    }


COCO: dict[str, Published] = {
    "images": _on_both(COMPLETE_IMAGES),
    "classes": _on_both(80),
    "classes_with_more": _on_both(33),
    "instances": _on_both(896_782),
    "crowds": _on_both(10_498),
    "several_polygons": _on_both(86_156),
    **_vertices(21_726_743, 22_735_106),
    "very_small": _on_both(78_213),
    "small": _on_both(371_655),
    "medium": Published({EARLIER: 307_732}, "the current page misprints 86,156"),
    "large": _on_both(217_395),
}

SAMA: dict[str, Published] = {
    "images": _on_both(COMPLETE_IMAGES),
    "classes": _on_both(80),
    "classes_with_more": _on_both(47),
    "instances": _on_both(1_115_464),
    "crowds": _on_both(47_428),
    "several_polygons": _on_both(175_698),
    **_vertices(40_258_235, 41_638_434),
    "very_small": _on_both(48_394),
    "small": _on_both(555_006),
    "medium": _on_both(354_290),
    "large": _on_both(206_168),
}

PUBLISHED = {"coco": COCO, "sama": SAMA}
"""By label set: COCO's is the earlier one, Sama's the later one."""


@dataclass(frozen=True)
class Line:
    """A figure held against the published one.

    Attributes:
        name: the figure's name, see `FIGURES`
        title: what it is, for people
        side: base or revised
        label_set: whose published figure it is, a key of `PUBLISHED`
        count: what was counted, None where that was not available
        published: what was published
        missing: why there is no count
    """

    name: str
    title: str
    side: str
    label_set: str
    count: int | None
    published: Published
    missing: str | None = None

    @property
    def equal(self) -> bool:
        """Whether a published value is the same."""
        return bool(self.published.pages(self.count))

    @property
    def difference(self) -> int | None:
        """Counted less published, None where there is no count."""
        return None if self.count is None else self.count - self.published.value

    @property
    def verdict(self) -> str:
        """Equal, and on which page if not on both; the difference; or neither."""
        pages = self.published.pages(self.count)
        if pages:
            return "equal" if len(pages) > 1 else f"equal ({pages[0]})"
        return "not available" if self.count is None else f"{self.difference:+,}"


def published_lines(
    sides: Mapping[str, LabelCensus], label_sets: Mapping[str, str]
) -> list[Line]:
    """Every figure that was published, held against what was counted.

    Args:
        sides: the label sets by side, base and perhaps revised
        label_sets: for each side the key of `PUBLISHED` it is held against; what is
            published of the two together takes both
    """
    both = set(label_sets.values()) == set(PUBLISHED)
    lines = []
    for side, label_set in label_sets.items():
        for name, published in PUBLISHED[label_set].items():
            if name == CLASSES_WITH_MORE and not both:
                continue
            missing = (
                None if name == CLASSES_WITH_MORE else why_missing(sides[side], name)
            )
            count = side_figure(sides, side, name)
            lines.append(
                Line(name, title(name), side, label_set, count, published, missing)
            )
    return lines
