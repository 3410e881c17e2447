"""A census as frames and sentences: what the panel shows, and Python gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo
import pandas as pd

from ..comparison.counting.totals import ComparisonTotals
from ..error_types import ComparisonError
from ..labels.frames import change, frame
from ..runs import comparison_frames
from .class_frame import class_frame
from .counts.bins import (
    ASPECT_EDGES,
    VERTEX_EDGES,
    aspect_counts,
    bin_titles,
    vertex_counts,
)
from .counts.census_counts import CensusCounts
from .counts.class_pairs import absent_pairs_frame, cooccurrence_frame
from .counts.label_census import LabelCensus
from .figures import (
    CLASSES_WITH_MORE,
    FIGURES,
    side_figure,
    title,
    why_missing,
)
from .headlines import headlines
from .published import COMPLETE_IMAGES, Line, published_lines


class Census:
    """The census of one or two label fields of some samples.

    Attributes:
        counts: what was counted
        base_field: the earlier, or only, label field
        revised_field: the later label field, None in a census of one
        key: the key of the comparison whose outcome was counted, None without one
        samples: what was counted, to count it by group; None if that is not known
    """

    def __init__(
        self,
        counts: CensusCounts,
        base_field: str,
        revised_field: str | None = None,
        key: str | None = None,
        samples: fo.core.collections.SampleCollection | None = None,
    ) -> None:
        self.counts = counts
        self.base_field = base_field
        self.revised_field = revised_field
        self.key = key
        self.samples = samples

    @property
    def sides(self) -> dict[str, LabelCensus]:
        """The label sets by side: base, and revised if there are two."""
        found = {"base": self.counts.base}
        if self.revised_field is not None:
            found["revised"] = self.counts.revised or LabelCensus()
        return found

    @property
    def complete(self) -> bool:
        """Whether these are as many images as the published figures are of."""
        return self.counts.base.images == COMPLETE_IMAGES

    @property
    def label_sets(self) -> dict[str, str]:
        """Whose labels are on each side, coco or sama, by the names of the fields.

        A side whose field name doesn't say is left out.
        """
        fields = {"base": self.base_field, "revised": self.revised_field or ""}
        named = {side: _label_set(fields[side]) for side in self.sides}
        return {side: name for side, name in named.items() if name}

    def published(self) -> list[Line]:
        """Every published figure held against ours; empty if the dataset is not
        complete, or it can't be told whose labels these are."""
        return published_lines(self.sides, self.label_sets) if self.complete else []

    @property
    def totals(self) -> ComparisonTotals | None:
        """What the comparison found on these labels, None without a comparison."""
        found = self.counts.comparison
        return None if found is None else found.totals

    @property
    def missing(self) -> dict[tuple[str, str], str]:
        """Why figures are not available: a reason by name of the figure and side.

        Of what the comparison found: ``status``, ``partner`` and ``area``, with the
        side ``comparison``.
        """
        found = {
            (name, side): reason
            for side, census in self.sides.items()
            for name in FIGURES
            if (reason := why_missing(census, name))
        }
        comparison = self.counts.comparison
        lacking = {} if comparison is None else comparison.lacking
        return found | {
            (name, "comparison"): f"{count:,} {_LACKING[name]}"
            for name, count in lacking.items()
        }

    @property
    def notes(self) -> list[str]:
        """What was worked out because labels did not give it."""
        return [
            f"{count:,} labels of {self._field(side)}: {_DERIVED[attribute]}"
            for side, census in self.sides.items()
            for attribute, count in sorted(census.derived.items())
        ]

    def overview(self) -> pd.DataFrame:
        """The table of figures: index the figure's name, a row a figure.

        Columns: title, base; of two label sets revised, difference (revised - base)
        and ratio (revised / base); where the dataset is complete and the names of the
        fields say whose labels they hold published_base and published_revised, and
        agrees_base and agrees_revised, which say the pages that agree, or the
        difference. None is what is not available, see `missing`.
        """
        names = list(FIGURES)
        if "revised" in self.sides:
            names.insert(names.index("classes") + 1, CLASSES_WITH_MORE)
        rows = [self._figure_row(name) for name in names]
        return frame(rows, names, "figure")

    def headlines(self) -> list[str]:
        """The figures that stand out, in sentences."""
        return headlines(self)

    def classes(self) -> pd.DataFrame:
        """A row a class, the most frequent first: index the class.

        Columns: base and of two label sets revised (instances), difference, ratio;
        images, crowds, several_polygons and
        vertices of each side, such as images_base; rare. With a comparison also, in
        objects: identical, refined (pairs); relabeled (base objects that got another
        class) and relabeled_into; split (base objects); added, removed; then
        every status of each side, such as merged_base; tp, fp, fn, pq, sq, rq,
        None for a class without any scored object.
        """
        return class_frame(self.sides, self.totals)

    def cooccurrences(self, side: str = "base") -> pd.DataFrame:
        """Images with both of two classes, int (classes, classes), symmetric.

        The diagonal holds the images of one class. Classes in the order of `classes`.

        Args:
            side ("base"): of which label set
        """
        return cooccurrence_frame(self.sides[side], self.classes().index)

    def absent_pairs(self, side: str = "base") -> pd.DataFrame:
        """Pairs of classes that are on no image together: one, other, images_one,
        images_other, expected (images with both if classes were independent), the
        most expected first.

        Args:
            side ("base"): of which label set
        """
        return absent_pairs_frame(self.cooccurrences(side), self.sides[side].images)

    def objects_per_image(self) -> pd.DataFrame:
        """Images by their number of labels, every number from 0 to the greatest:
        index objects, a column a side."""
        most = max(max(c.objects_per_image, default=0) for c in self.sides.values())
        return pd.DataFrame(
            {
                side: [census.objects_per_image[n] for n in range(most + 1)]
                for side, census in self.sides.items()
            },
            index=pd.RangeIndex(most + 1, name="objects"),
        )

    def vertices_per_object(self) -> pd.DataFrame:
        """Labels by their number of vertices, 0 for a RLE: index the lower edge of
        each bin, columns title and a column a side, of labels whose number is known."""
        found = {s: vertex_counts(c.vertices_per_object) for s, c in self.sides.items()}
        return _binned(VERTEX_EDGES, found, "vertices")

    def labelled_images(self) -> pd.Series:
        """Images by where they have labels: both, base, revised, neither."""
        names = ["both", "base", "revised", "neither"]
        if "revised" not in self.sides:
            names = ["base", "neither"]
        counts = [self.counts.labelled[name] for name in names]
        return pd.Series(counts, index=pd.Index(names, name="labelled"), name="images")

    def image_sizes(self) -> pd.DataFrame:
        """Images by exact size, the most frequent first: width, height, images."""
        rows = [(*size, n) for size, n in self.counts.images.sizes.most_common()]
        return pd.DataFrame(rows, columns=["width", "height", "images"])

    def aspect_ratios(self) -> pd.DataFrame:
        """Images by width / height: index the lower edge of each bin, columns title
        and images."""
        counts = {"images": aspect_counts(self.counts.images.sizes)}
        return _binned(ASPECT_EDGES, counts, "aspect_ratio")

    def images(self) -> dict[str, Any]:
        """images, unknown_size, median_width, median_height, median_aspect_ratio and
        median_megapixels; None without any image of known size."""
        sizes = self.counts.images
        return {
            "images": sizes.images,
            "unknown_size": sizes.unknown,
            "median_width": sizes.median_width(),
            "median_height": sizes.median_height(),
            "median_aspect_ratio": sizes.median_aspect(),
            "median_megapixels": sizes.median_megapixels(),
        }

    def statuses(self) -> pd.DataFrame:
        """Objects of each side by status: index status, columns base, revised."""
        return comparison_frames.statuses(self._compared())

    def relabels(self) -> pd.DataFrame:
        """Relabeled pairs, the most frequent first: base, revised, pairs."""
        return comparison_frames.relabels(self._compared())

    def relabel_matrix(self) -> pd.DataFrame:
        """Relabeled pairs: index class in base, columns class in revised."""
        return comparison_frames.relabel_matrix(self._compared())

    def iou_histogram(self, boundary: bool = False) -> pd.DataFrame:
        """Pairs by IoU: index the lower edge of 20 bins, a column for each status.

        Args:
            boundary (False): of boundary IoU instead
        """
        return comparison_frames.iou_histogram(self._compared(), boundary)

    def area_changes(self) -> pd.DataFrame:
        """Pairs by (revised - base) / base area: index the lower edge of 21 bins of
        0.1, the last open, a column for each status."""
        return comparison_frames.area_changes(self._compared())

    def sizes(self) -> pd.DataFrame:
        """Pairs by size: index the bucket in base, columns the bucket in revised."""
        return comparison_frames.sizes(self._compared())

    def by(self, name: str, bins: int = 10, **options: Any) -> pd.DataFrame:
        """The figures of both label sets by group, a row a group.

        Args:
            name: an attribute of labels, a field of samples, or ``"tags"``
            bins (10): the greatest number of bins of numbers
            **options: ``on_progress``

        Returns:
            index: the groups; columns: images; base and revised (instances),
            difference; crowds, several_polygons, vertices, small, medium and large of
            each side, such as crowds_base

        Raises:
            ComparisonError: if there is nothing of that name to group by, or it is not
                known what was counted
        """
        from .by_group.group_reading import group_census

        if self.samples is None:
            raise ComparisonError("Take the census again to group what it counts")
        fields = [f for f in (self.base_field, self.revised_field) if f is not None]
        return group_census(self.samples, fields, name, bins, **options)

    def to_dict(self) -> dict[str, Any]:
        """The fields and all counts, JSON-plain."""
        return {
            "base_field": self.base_field,
            "revised_field": self.revised_field,
            "key": self.key,
            "counts": self.counts.to_dict(),
        }

    def _compared(self) -> ComparisonTotals:
        if self.totals is None:
            raise ComparisonError(
                "This census is not of a comparison; run one of "
                f"'{self.base_field}' and another field, and give its key"
            )
        return self.totals

    def _field(self, side: str) -> str:
        field = self.base_field if side == "base" else self.revised_field
        return f"'{field}'"

    def value(self, name: str, side: str) -> int | None:
        """A figure of one side, None if it is not available."""
        return side_figure(self.sides, side, name)

    def _figure_row(self, name: str) -> dict[str, Any]:
        row: dict[str, Any] = {"title": title(name)}
        row |= {side: self.value(name, side) for side in self.sides}
        if "revised" in self.sides:
            row |= change(row["base"], row["revised"])
        if self.complete:
            lines = {x.side: x for x in self.published() if x.name == name}
            for side in self.label_sets:
                line = lines.get(side)
                row[f"published_{side}"] = line and line.published.value
                row[f"agrees_{side}"] = line and line.verdict
        return row


_LACKING = {
    "status": "labels have no status: they are newer than the comparison, or left out",
    "partner": "labels in a pair whose partner is not among these labels",
    "area": "pairs without the areas compared, which older comparisons did not keep; "
    "run the comparison again",
}

_DERIVED = {
    "area": "area counted from the mask, for want of `area`",
    "num_polygons": "polygons counted from the outline, for want of `num_polygons`",
    "num_vertices": "vertices counted from the outline, for want of `num_vertices`",
}


def _label_set(field: str) -> str:
    """Whose labels a field holds by its name; "sama" goes first, as in Sama-COCO."""
    return next((name for name in ("sama", "coco") if name in field.lower()), "")


def _binned(
    edges: Sequence[float], columns: dict[str, list[int]], name: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {"title": bin_titles(edges), **columns}, index=pd.Index(edges, name=name)
    )
