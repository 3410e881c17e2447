"""Whether loaded labels are those that were published, figure by figure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import fiftyone as fo
from tabulate import tabulate

from ..comparison.counting.totals import SIDES
from ..error_types import ComparisonError
from .census_frames import Census
from .published import COMPLETE_IMAGES, PUBLISHED, Line, published_lines
from .taking import take_census


@dataclass(frozen=True)
class PublishedReport:
    """Figures held against the published ones; it prints as a table.

    Attributes:
        lines: a line a figure and label set
    """

    lines: tuple[Line, ...]

    @property
    def equal(self) -> bool:
        """Whether every line is equal."""
        return all(line.equal for line in self.lines)

    def __str__(self) -> str:
        differing = sum(not line.equal for line in self.lines)
        rows = [
            (
                _NAMES[line.label_set],
                line.title,
                "" if line.count is None else f"{line.count:,}",
                ", ".join(
                    f"{value:,} ({page})" for page, value in _pages(line).items()
                ),
                line.verdict,
                line.missing or line.published.note,
            )
            for line in self.lines
        ]
        headers = ["label set", "figure", "counted", "published", "", ""]
        table = tabulate(rows, headers, disable_numparse=True)
        found = f"{differing} differ" if differing else "all are equal"
        return f"{table}\n\nOf {len(self.lines)} figures, {found}."


def check_published(
    samples: fo.core.collections.SampleCollection | Census,
    base_field: str | None = None,
    revised_field: str | None = None,
    show: Callable[[str], object] | None = print,
) -> PublishedReport:
    """Compares COCO's and Sama-COCO's labels with their published figures.

    Args:
        samples: a dataset of all images of train and validation, or a census of it
        base_field: COCO's field, or the only one. Without one, the fields most likely
            meant
        revised_field: Sama's field. Where both are given, and no name says otherwise,
            they are COCO's and Sama's whatever they are called
        show: what the report is given to; None for nothing

    Returns:
        the report; its `equal` says whether every figure is the published one

    Raises:
        ComparisonError: if these are not all 123,287 images, or it can't be told
            whose labels they are
    """
    census = samples
    if not isinstance(census, Census):
        found = census.count()
        _check_complete(found)
        census = take_census(census, base_field, revised_field)
    _check_complete(census.counts.base.images)
    label_sets = census.label_sets
    given = base_field, revised_field
    if None not in given and given == (census.base_field, census.revised_field):
        label_sets = _as_given(label_sets)
    if not label_sets:
        raise ComparisonError(
            f"The name '{census.base_field}' doesn't tell if it holds COCO's labels or "
            "Sama's; call it coco_... or sama_..., or give both fields"
        )
    report = PublishedReport(tuple(published_lines(census.sides, label_sets)))
    if show is not None:
        show(str(report))
    return report


_NAMES = {"coco": "COCO-2017", "sama": "Sama-COCO"}


def _as_given(named: dict[str, str]) -> dict[str, str]:
    """COCO's labels first and Sama's second, unless a name says otherwise.

    Args:
        named: the label sets that the names of the fields say, by side
    """
    by_order: dict[str, str] = dict(zip(SIDES, PUBLISHED, strict=True))
    return by_order if named.items() <= by_order.items() else named


def _pages(line: Line) -> dict[str, int]:
    values = dict(line.published.values)
    if len(values) > 1 and len(set(values.values())) == 1:
        return {"both pages": line.published.value}
    return values


def _check_complete(images: int) -> None:
    if images != COMPLETE_IMAGES:
        raise ComparisonError(
            f"The published figures are of all {COMPLETE_IMAGES:,} images of train and "
            f"validation; there are {images:,} here. Load both splits in full"
        )
