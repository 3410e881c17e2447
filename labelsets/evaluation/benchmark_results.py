"""The results of a benchmark: data frames and a text report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import fiftyone as fo
import numpy as np
import pandas as pd

from ..error_types import EvaluationError
from ..runs.registry.other_runs import require_run
from ..runs.run_classes import KeptResults, load_kept
from .benchmark_run import METHOD
from .metrics.coco_metrics import METRICS, RECALLS

_UNKNOWN = (None, None)


class BenchmarkResults(KeptResults):
    """The evaluation of predictions against each of several label fields.

    Args:
        samples: the samples that were evaluated
        config: the parameters
        key: the key of the run
        backend (None): the :class:`fiftyone.core.runs.Run`
        evaluation: see `evaluating.Evaluation`
        reading (None): ``images``, ``skipped`` (no list in a label field),
            ``unpredicted`` (images without predictions, by field), ``boxes`` (labels
            without a mask that count as filled boxes) and ``broken`` labels
    """

    kept = ("evaluation", "reading")

    def __init__(
        self,
        samples: Any,
        config: Any,
        key: str,
        backend: Any = None,
        evaluation: Mapping[str, Any] | None = None,
        reading: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(samples, config, key, backend=backend)
        self.evaluation = dict(evaluation or {})
        self.reading = dict(reading or {})

    @property
    def fields(self) -> list[str]:
        """The label fields."""
        return list(self.config.fields)

    @property
    def predictions(self) -> list[str]:
        """The fields of predictions."""
        return list(self.config.predictions)

    def metrics(self, predictions: str | None = None) -> pd.DataFrame:
        """COCO's metrics: index the metric, a column a label field.

        Args:
            predictions (None): the field of predictions. Without it, of several the
                columns are (predictions, label field)
        """
        chosen = self._chosen(predictions)
        columns = {
            (name, field): self._of(name, field)["metrics"]
            for name in chosen
            for field in self.fields
        }
        table = pd.DataFrame(columns, index=_index(METRICS, "metric"), dtype=float)
        return table[chosen[0]] if len(chosen) == 1 else table

    def intervals(self, predictions: str | None = None) -> pd.DataFrame:
        """Metrics and their differences, with 95 % intervals: index the metric.

        Columns: (what, ``value``, ``low`` or ``high``), what being each label field
        and, as ``"sama - coco"``, each difference of a later and an earlier one. Low
        and high are NaN without a bootstrap.

        Args:
            predictions (None): the field of predictions, by default the first
        """
        name = self._one(predictions)
        return self._with_intervals(name, "metrics", "intervals", METRICS, "metric")

    def classes(self, predictions: str | None = None) -> pd.DataFrame:
        """The AP of each class and its differences, with 95 % intervals: index class.

        Columns: those of `intervals`, and (label field, ``labels``), the labels that
        the AP is of.

        Args:
            predictions (None): the field of predictions, by default the first
        """
        name, names = self._one(predictions), self.evaluation["names"]
        table = self._with_intervals(
            name, "class_ap", "class_intervals", names, "class"
        )
        for field in self.fields:
            table[field, "labels"] = self.evaluation["counts"][field]
        return table

    def ranks(self, metric: str = "AP") -> pd.DataFrame:
        """The models by a metric under each label set: index the field of predictions.

        Columns: (label field, ``value`` or ``rank``), 1 the best, equal values the same
        rank; (``rank``, ``changes``), whether label sets give the model other ranks.

        Raises:
            EvaluationError: if there is no such metric
        """
        if metric not in METRICS:
            raise EvaluationError(
                f"Unknown metric {metric!r}; there are: {', '.join(METRICS)}"
            )
        table = pd.DataFrame(index=_index(self.predictions, "predictions"))
        found = [self.metrics(name).loc[metric] for name in self.predictions]
        ranks = []
        for field in self.fields:
            values = pd.Series([one[field] for one in found], table.index)
            ranks.append(values.rank(method="min", ascending=False))
            table[field, "value"] = values
            table[field, "rank"] = ranks[-1].astype("Int64")
        differ = pd.concat(ranks, axis=1).nunique(axis=1, dropna=False) > 1
        table["rank", "changes"] = differ
        table.columns = pd.MultiIndex.from_tuples(table.columns)
        return table

    def precision_recall(
        self, name: str, predictions: str | None = None
    ) -> pd.DataFrame:
        """Precision of a class at IoU 0.5: index the recall, a column a label field.

        Args:
            name: the class
            predictions (None): the field of predictions, by default the first

        Raises:
            EvaluationError: if there is no such class
        """
        place, chosen = self._place(name), self._one(predictions)
        curves = {
            field: self._of(chosen, field)["precision"][place] or [None] * len(RECALLS)
            for field in self.fields
        }
        index = pd.Index(RECALLS, name="recall")
        return pd.DataFrame(curves, index=index, dtype=float)

    def contested(
        self,
        right: str,
        wrong: str,
        predictions: str | None = None,
        name: str | None = None,
    ) -> list[tuple[str, str]]:
        """The predictions that are right under one label set and wrong under another.

        At IoU 0.5; `contested_view` shows them.

        Args:
            right: the label field under which they are right
            wrong: the label field under which they are wrong
            predictions (None): the field of predictions, by default the first
            name (None): the class that they predict, by default any

        Returns:
            the id of the sample, and of the prediction, of each

        Raises:
            EvaluationError: if the benchmark has no such fields or class
        """
        for field in (right, wrong):
            if field not in self.fields:
                raise EvaluationError(
                    f"The benchmark '{self.key}' has no label field {field!r}; it has: "
                    f"{', '.join(self.fields)}"
                )
        place = None if name is None else self._place(name)
        places = self.fields.index(right), self.fields.index(wrong)
        found = self.evaluation["predictions"][self._one(predictions)]["contested"]
        return [
            (sample, label)
            for sample, label, code, under, not_under in found
            if places[0] in under and places[1] in not_under and place in (None, code)
        ]

    def to_dict(self) -> dict[str, Any]:
        """The parameters and all results, in plain JSON."""
        names = ("iou", "boundary", "bootstrap", "seed", "missing")
        return {
            "key": self.key,
            "predictions": self.predictions,
            "fields": self.fields,
            "parameters": {name: getattr(self.config, name) for name in names},
            "reading": self.reading,
            "evaluation": self.evaluation,
        }

    def __str__(self) -> str:
        from .benchmark_report import benchmark_text

        return benchmark_text(self)

    def _with_intervals(
        self, name: str, values: str, bounds: str, index: Sequence[str], title: str
    ) -> pd.DataFrame:
        columns: dict[tuple[str, str], Any] = {}
        for field in self.fields:
            found = self._of(name, field)
            columns[field, "value"] = np.array(found[values], float)
            _add_bounds(columns, field, found.get(bounds), len(index))
        differences = {
            tuple(found["fields"]): found[bounds]
            for found in self.evaluation["predictions"][name]["differences"]
        }
        for one, other in combinations(self.fields, 2):
            what = f"{other} - {one}"
            later, earlier = columns[other, "value"], columns[one, "value"]
            columns[what, "value"] = later - earlier
            _add_bounds(columns, what, differences.get((one, other)), len(index))
        return pd.DataFrame(columns, index=_index(index, title))

    def _of(self, predictions: str, field: str) -> dict[str, Any]:
        found: dict[str, Any] = self.evaluation["predictions"][predictions]["labels"]
        of_field: dict[str, Any] = found[field]
        return of_field

    def _place(self, name: str) -> int:
        names: list[str] = self.evaluation["names"]
        if name not in names:
            raise EvaluationError(f"There is no class {name!r} in this benchmark")
        return names.index(name)

    def _chosen(self, predictions: str | None) -> list[str]:
        return self.predictions if predictions is None else [self._one(predictions)]

    def _one(self, predictions: str | None) -> str:
        if predictions is None:
            return self.predictions[0]
        if predictions not in self.predictions:
            raise EvaluationError(
                f"The benchmark '{self.key}' has no predictions {predictions!r}; it "
                f"has: {', '.join(self.predictions)}"
            )
        return predictions


def load_benchmark(dataset: fo.Dataset, key: str = "benchmark") -> BenchmarkResults:
    """The results of a benchmark.

    Raises:
        ComparisonError: if there is no such run, or it is not finished
    """
    config = require_run(dataset, key, METHOD)
    return load_kept(BenchmarkResults, dataset, key, config)


def _add_bounds(
    columns: dict[tuple[str, str], Any],
    what: str,
    bounds: Sequence[Sequence[float | None]] | None,
    count: int,
) -> None:
    pairs = np.array(bounds or [_UNKNOWN] * count, float).reshape(-1, 2)
    columns[what, "low"], columns[what, "high"] = pairs.T


def _index(names: Sequence[str], title: str) -> pd.Index:
    return pd.Index(list(names), name=title, dtype=object)
