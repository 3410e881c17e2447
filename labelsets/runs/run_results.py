"""The results of a comparison: totals and tables, and a report to read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import fiftyone as fo
import pandas as pd

from ..comparison import ComparisonTotals, PanopticQuality, Status
from ..comparison.counting.totals import SIDES
from ..error_types import ComparisonError
from ..labels.frames import frame
from . import comparison_frames
from .batches.run_totals import RunTotals
from .freshness import Freshness, check_freshness
from .registry.registered import require_comparison
from .run_classes import KeptResults, load_kept
from .run_config import PARAMETERS, ComparisonRun, ComparisonRunConfig, clear_run


class ComparisonResults(KeptResults):
    """The results of a comparison; docs/glossary.md says what numbers mean.

    Args:
        samples: the samples that were compared
        config: the parameters
        key: the key of the run
        backend (None): the :class:`fiftyone.core.runs.Run`
        totals (None): see :meth:`comparison.ComparisonTotals.to_dict`
        broken (None): labels that are degenerate: their count and the ids of the
            first, by reason
        left_out (0): samples without a list of labels in a field
        full_boxes (None): labels of each field that are boxes without a mask, on images
            where the other field has labels with masks
    """

    kept = ("totals", "broken", "left_out", "full_boxes")

    def __init__(
        self,
        samples: Any,
        config: Any,
        key: str,
        backend: Any = None,
        totals: Mapping[str, Any] | None = None,
        broken: Mapping[str, Any] | None = None,
        left_out: int = 0,
        full_boxes: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(samples, config, key, backend=backend)
        self.totals = dict(totals or ComparisonTotals().to_dict())
        self.broken = dict(broken or {})
        self.left_out = left_out
        self.full_boxes = dict(full_boxes or {})
        self._counts = ComparisonTotals.from_dict(self.totals)

    @property
    def counts(self) -> ComparisonTotals:
        """The totals, to compute with."""
        return self._counts

    def statuses(self) -> pd.DataFrame:
        """Objects of each side by status: index status, columns base, revised."""
        return comparison_frames.statuses(self.counts)

    def summary(self) -> dict[str, Any]:
        """The figures of the whole: images, objects, PQ and what it is made of."""
        pooled = self.counts.scores.pooled
        return {
            "images": self.counts.images,
            "images_left_out": self.left_out,
            "images_with_disagreement": self.counts.images_with_disagreement,
            **{side: int(self.statuses()[side].sum()) for side in SIDES},
            **_quality(pooled),
            "mean_pq": self.counts.scores.mean_pq,
        }

    def degenerate_line(self) -> str | None:
        """How many labels were not matched since they are degenerate, and why."""
        count = sum(found["count"] for found in self.broken.values())
        if not count:
            return None
        reasons = [f"{found['count']:,} x {why}" for why, found in self.broken.items()]
        return f"{count:,} degenerate labels were not matched: {'; '.join(reasons)}"

    def full_boxes_line(self) -> str | None:
        """How many full boxes were compared with masks, for want of masks."""
        if not self.full_boxes:
            return None
        fields = " and ".join(map(repr, self.full_boxes))
        counts = " and ".join(f"{count:,}" for count in self.full_boxes.values())
        return (
            f"Labels in {fields} are boxes without masks: {counts} counted as full "
            "boxes against masks"
        )

    def classes(self) -> pd.DataFrame:
        """A row a class: objects of each side and status, PQ, SQ, RQ, TP, FP, FN.

        Of a class with nothing that scores, crowds alone, the qualities are None.
        """
        labels = sorted({label for _, label, _ in self.counts.objects})
        rows = [self._class_row(label) for label in labels]
        return frame(rows, labels, "class", None if rows else [])

    def one_sided_classes(self) -> pd.DataFrame:
        """Classes that only one side has: index class, columns side, objects,
        suggestion, the other side's name of what is likely the same class or None.

        A ``class_map`` of :func:`compare_annotations` has them compared as one.
        """
        return comparison_frames.one_sided_classes(self.counts)

    def relabels(self) -> pd.DataFrame:
        """Relabeled pairs, the most frequent first: base, revised, pairs."""
        return comparison_frames.relabels(self.counts)

    def relabel_matrix(self) -> pd.DataFrame:
        """Relabeled pairs: index class in base, columns class in revised."""
        return comparison_frames.relabel_matrix(self.counts)

    def iou_histogram(self, boundary: bool = False) -> pd.DataFrame:
        """Pairs by IoU: index the lower edge of 20 bins, a column for each status.

        Args:
            boundary (False): of boundary IoU instead
        """
        return comparison_frames.iou_histogram(self.counts, boundary)

    def area_changes(self) -> pd.DataFrame:
        """Pairs by (revised - base) / base area: index the lower edge of 21 bins."""
        return comparison_frames.area_changes(self.counts)

    def sizes(self) -> pd.DataFrame:
        """Pairs by size: index the bucket in base, columns the bucket in revised."""
        return comparison_frames.sizes(self.counts)

    def by(
        self, name: str, samples: Any = None, bins: int = 10, **options: Any
    ) -> pd.DataFrame:
        """The results by group, one row per group.

        Groups are of an attribute of labels (such as ``annotator``), a field of samples
        (``batch``) or their ``tags``; numbers are put in bins. A label counts for its
        own group, a pair for that of its revised label, or of its base label where
        that one has none. The group that deviates most from the whole comes first,
        what has no value last.

        Args:
            name: what to group by
            samples (None): a dataset or view to count instead of what was compared
            bins (10): the greatest number of bins of numbers
            **options: ``on_progress``

        Returns:
            index: the groups (values, intervals of numbers, ``"(none)"``); columns:
            images; base, revised, difference; ``<status>_base``,
            ``<status>_revised``; pq, sq, rq, tp, fp, fn; deviation (of PQ)

        Raises:
            ComparisonError: if there is nothing of that name to group by
        """
        from ..census.by_group.group_reading import group_comparison

        chosen = self.samples if samples is None else samples
        return group_comparison(chosen, self.key, name, bins, **options)

    def freshness(self, most: int | None = None) -> Freshness:
        """Whether labels were edited, added or deleted since; see `check_freshness`.

        Args:
            most (None): how many samples are looked at, the ones written to last first
        """
        return check_freshness(self.samples._root_dataset, self.key, most)

    def to_dict(self) -> dict[str, Any]:
        """The parameters, the figures and every table, JSON-plain."""
        return {
            "key": self.key,
            "parameters": {
                name: getattr(self.config, name, None) for name in PARAMETERS
            },
            "summary": {
                name: None if math.isnan(value) else value
                for name, value in self.summary().items()
            },
            "statuses": self.statuses().to_dict(orient="index"),
            "classes": self.classes().to_dict(orient="index"),
            "one_sided_classes": self.one_sided_classes().to_dict(orient="index"),
            "relabels": self.relabels().to_dict(orient="records"),
            "iou_histogram": self.iou_histogram().to_dict(orient="list"),
            "boundary_iou_histogram": self.iou_histogram(True).to_dict(orient="list"),
            "area_changes": self.area_changes().to_dict(orient="list"),
            "sizes": self.sizes().to_dict(orient="index"),
            "broken_labels": self.broken,
            "full_boxes": self.full_boxes,
        }

    def __str__(self) -> str:
        from .report import text_report

        return text_report(self)

    def _class_row(self, label: str) -> dict[str, Any]:
        counts = self.counts
        row: dict[str, Any] = {}
        for side in SIDES:
            row[side] = sum(counts.objects[side, label, s] for s in Status)
        row["difference"] = row["revised"] - row["base"]
        for status in Status:
            for side in SIDES:
                row[f"{status}_{side}"] = counts.objects[side, label, status]
        quality = counts.scores.classes.get(label, PanopticQuality())
        unknown = dict.fromkeys(("pq", "sq", "rq")) if quality.empty else {}
        return row | _quality(quality) | unknown


def require_readable(
    dataset: fo.Dataset, key: str, config: ComparisonRunConfig, totals: RunTotals
) -> None:
    """Removes a run of which one side has labels, all of them degenerate.

    Raises:
        ComparisonError: in that case; both sides would seem to agree
    """
    objects = totals.tally.totals.objects
    for side, field in zip(SIDES, config.fields, strict=True):
        of_side = {s: n for (name, _, s), n in objects.items() if name == side and n}
        if not of_side or set(of_side) != {Status.DEGENERATE}:
            continue
        reasons = "; ".join(totals.degenerate.lines())
        clear_run(dataset, key)
        ComparisonRun.delete_run(dataset, key, cleanup=False)
        dataset.reload()
        raise ComparisonError(
            f"Field '{field}' can't be compared: none of its labels on these samples "
            "covers any of its image or can be read. Degenerate labels of "
            f"both fields: {reasons}. Nothing of the comparison '{key}' is kept"
        )


def save_results(
    samples: Any, key: str, config: ComparisonRunConfig, found: RunTotals
) -> ComparisonResults:
    """Keeps the results of a comparison with its run."""
    results = ComparisonResults(
        samples,
        config,
        key,
        totals=found.tally.totals.to_dict(),
        broken=found.degenerate.to_dict(),
        left_out=found.left_out,
        full_boxes=found.full_boxes,
    )
    samples.save_run_results(key, results, overwrite=True, cache=False)
    return results


def load_results(dataset: fo.Dataset, key: str) -> ComparisonResults:
    """The results of a finished comparison.

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
    """
    config = require_comparison(dataset, key)
    return load_kept(ComparisonResults, dataset, key, config)


def _quality(quality: PanopticQuality) -> dict[str, Any]:
    return {
        "pq": quality.pq,
        "sq": quality.sq,
        "rq": quality.rq,
        "tp": quality.tp,
        "fp": quality.fp,
        "fn": quality.fn,
    }
