"""What a comparison came to: totals and tables of it, and a report to read."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import fiftyone as fo
import pandas as pd

from ..comparison import ComparisonTotals, PanopticQuality, Status
from ..comparison.totals import SIDES
from . import comparison_frames
from .census_frames import Census
from .errors import BrokenLabels
from .frames import frame
from .origin import lasting_name
from .run import ComparisonRunConfig, require_comparison


class ComparisonResults(fo.RunResults):
    """The results of a comparison; what every number means stands in the README.

    Args:
        samples: the samples that were compared
        config: the parameters
        key: the key of the run
        backend (None): the :class:`fiftyone.core.runs.Run`
        totals (None): see :meth:`comparison.ComparisonTotals.to_dict`
        broken (None): labels counted as degenerate, by what is wrong with them
    """

    def __init__(
        self,
        samples: Any,
        config: Any,
        key: str,
        backend: Any = None,
        totals: Mapping[str, Any] | None = None,
        broken: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(samples, config, key, backend=backend)
        self.totals = dict(totals or ComparisonTotals().to_dict())
        self.broken = dict(broken or {})
        self._counts = ComparisonTotals.from_dict(self.totals)

    @property
    def cls(self) -> str:
        """The name by which FiftyOne finds this class again."""
        return lasting_name(type(self))

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
            "images_with_disagreement": self.counts.images_with_disagreement,
            **{side: int(self.statuses()[side].sum()) for side in SIDES},
            **_quality(pooled),
            "mean_pq": self.counts.scores.mean_pq,
        }

    def classes(self) -> pd.DataFrame:
        """A row a class: objects of each side and status, PQ, SQ, RQ, TP, FP, FN.

        Of a class with nothing that scores, crowds alone, the qualities are None.
        """
        labels = sorted({label for _, label, _ in self.counts.objects})
        rows = [self._class_row(label) for label in labels]
        return frame(rows, labels, "class", None if rows else [])

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

    def census(self, samples: Any = None, **options: Any) -> Census:
        """The census of both label fields, with what the comparison found.

        It is of the labels as they are now, and their statuses.

        Args:
            samples (None): a dataset or view to count instead of what was compared
            **options: ``report``, ``executor`` and ``scheduler`` of `take_census`
        """
        from .census import take_census

        chosen = self.samples if samples is None else samples
        return take_census(chosen, key=self.key, **options)

    def to_dict(self) -> dict[str, Any]:
        """The parameters, the figures and every table, JSON-plain."""
        return {
            "key": self.key,
            "parameters": {
                name: getattr(self.config, name)
                for name in ("base_field", "revised_field", "iou", "low_iou", "cover")
            },
            "summary": {
                name: None if math.isnan(value) else value
                for name, value in self.summary().items()
            },
            "statuses": self.statuses().to_dict(orient="index"),
            "classes": self.classes().to_dict(orient="index"),
            "relabels": self.relabels().to_dict(orient="records"),
            "iou_histogram": self.iou_histogram().to_dict(orient="list"),
            "boundary_iou_histogram": self.iou_histogram(True).to_dict(orient="list"),
            "area_changes": self.area_changes().to_dict(orient="list"),
            "sizes": self.sizes().to_dict(orient="index"),
            "broken_labels": self.broken,
        }

    def __str__(self) -> str:
        from .report import text_report

        return text_report(self)

    def attributes(self) -> list[str]:
        """What is kept: the totals, of which all else is worked out."""
        return ["cls", "totals", "broken"]

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


def save_results(
    samples: Any,
    key: str,
    config: ComparisonRunConfig,
    totals: ComparisonTotals,
    broken: BrokenLabels,
) -> ComparisonResults:
    """Keeps the results of a comparison with its run."""
    results = ComparisonResults(
        samples, config, key, totals=totals.to_dict(), broken=broken.to_dict()
    )
    samples.save_run_results(key, results, overwrite=True, cache=False)
    return results


def load_results(dataset: fo.Dataset, key: str) -> ComparisonResults:
    """The results of a finished comparison.

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
    """
    config = require_comparison(dataset, key)
    found = dataset.load_run_results(key, cache=False)
    if isinstance(found, ComparisonResults):
        return found
    return ComparisonResults(
        found.samples, config, key, totals=found.totals, broken=found.broken
    )


def _quality(quality: PanopticQuality) -> dict[str, Any]:
    return {
        "pq": quality.pq,
        "sq": quality.sq,
        "rq": quality.rq,
        "tp": quality.tp,
        "fp": quality.fp,
        "fn": quality.fn,
    }
