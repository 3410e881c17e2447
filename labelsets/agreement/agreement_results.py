"""The results of a measured agreement: data frames and a text report."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import fiftyone as fo
import numpy as np
import pandas as pd
from tabulate import tabulate

from ..error_types import AgreementError
from ..labels.frames import frame, plain_name
from ..runs.registry.other_runs import require_run
from ..runs.run_classes import KeptResults, load_kept
from .agreement_counts import AgreementCounts
from .agreement_groups import agreement_groups
from .agreement_run import METHOD, sample_fields

SCORES = ("pq", "rq", "sq", "boundary_iou")
MOST_CLASSES = 10


class AgreementResults(KeptResults):
    """The agreement of several label fields.

    Args:
        samples: the samples that were measured
        config: the parameters
        key: the key of the run
        backend (None): the :class:`fiftyone.core.runs.Run`
        counts: see :meth:`AgreementCounts.to_dict`
        broken (None): labels that could not be read, by what is wrong with them
    """

    kept = ("counts", "broken")

    def __init__(
        self,
        samples: Any,
        config: Any,
        key: str,
        backend: Any = None,
        counts: Mapping[str, Any] | None = None,
        broken: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(samples, config, key, backend=backend)
        self.counts = dict(counts or AgreementCounts(tuple(config.fields)).to_dict())
        self.broken = dict(broken or {})
        self._agreement = AgreementCounts.from_dict(self.counts)

    @property
    def agreement(self) -> AgreementCounts:
        """The counts, to compute with."""
        return self._agreement

    @property
    def fields(self) -> list[str]:
        """The label fields."""
        return list(self.agreement.fields)

    @property
    def alpha(self) -> float:
        """Krippendorff's nominal alpha over all clusters, 1 where it is undefined."""
        return self.agreement.overall.alpha

    @property
    def mean_alpha(self) -> float:
        """The mean alpha of the images."""
        return self.agreement.mean_alpha

    def classes(self) -> pd.DataFrame:
        """A row a class, that with most clusters first: index the class.

        Columns: alpha (of the clusters that a field gives the class), clusters, and
        for each field ``objects_<field>``, its objects of the class.
        """
        counts = self.agreement
        columns = [f"objects_{field}" for field in counts.fields]
        names = sorted(counts.classes, key=lambda name: (-counts.columns[name], name))
        rows = [
            {
                "alpha": counts.classes[name].alpha,
                "clusters": counts.columns[name],
                **{c: counts.objects[n, name] for n, c in enumerate(columns)},
            }
            for name in names
        ]
        return frame(rows, names, "class", ["alpha", "clusters", *columns])

    def vitality(self) -> pd.DataFrame:
        """A row a field, the one that disagrees most first: index the field.

        Columns: vitality (the alpha of all fields minus that without this one: below 0
        if the others agree better without it), alpha_without, mean_pq (of this field
        with each other one), objects, lacking (images without a list). Vitality and
        alpha_without are None of two fields.
        """
        counts = self.agreement
        enough = len(counts.fields) > 2
        pq = self.matrix("pq").to_numpy()
        rows = []
        for place in range(len(counts.fields)):
            without = counts.without[place].alpha if enough else None
            rows.append(
                {
                    "vitality": None if without is None else self.alpha - without,
                    "alpha_without": without,
                    "mean_pq": float(np.delete(pq[place], place).mean()),
                    "objects": sum(
                        n for (held, _), n in counts.objects.items() if held == place
                    ),
                    "lacking": counts.lacking[place],
                }
            )
        order = sorted(range(len(rows)), key=lambda n: _deviation(rows[n]))
        fields = [counts.fields[place] for place in order]
        return frame([rows[place] for place in order], fields, "field")

    def matrix(self, score: str = "pq") -> pd.DataFrame:
        """A score of each two fields, over the samples that both have, symmetric.

        Args:
            score ("pq"): pq, rq, sq, boundary_iou (mean of the true positive pairs)
                or images (how many both have)

        Raises:
            AgreementError: if there is no such score
        """
        if score not in (*SCORES, "images"):
            known = ", ".join((*SCORES, "images"))
            raise AgreementError(f"Unknown score {score!r}; there are: {known}")
        counts = self.agreement
        size = len(counts.fields)
        table = np.eye(size)
        if score == "images":
            measured = counts.images + counts.skipped
            table = np.diag([measured - counts.lacking[n] for n in range(size)])
        for one, other in combinations(range(size), 2):
            pair = counts.pairs[one, other]
            whole = pair if score in ("boundary_iou", "images") else pair.quality
            table[one, other] = table[other, one] = getattr(whole, score)
        return pd.DataFrame(table, index=self.fields, columns=self.fields)

    def by(self, name: str, samples: Any = None, bins: int = 10) -> pd.DataFrame:
        """The agreement of the fields by group of images, a row each.

        PQ, SQ and RQ are of the comparisons of each two fields, all counted together.

        Args:
            name: an attribute of labels (a group has the images with a label of it), a
                field of samples, or ``"tags"``; numbers are put in bins
            samples (None): a dataset or view to count instead of what was measured
            bins (10): the greatest number of bins of numbers

        Returns:
            index: the groups; columns: images, clusters, mean_alpha; pq, sq, rq (None
            where nothing scores), tp, fp, fn; deviation (from the mean alpha of all),
            the greatest first, and images without a value last

        Raises:
            ComparisonError: if there is nothing of that name to group by
        """
        chosen = self.samples if samples is None else samples
        return agreement_groups(
            chosen, self.fields, name, list(sample_fields(self.key)), bins
        )

    def summary(self) -> dict[str, Any]:
        """The figures of the whole."""
        counts = self.agreement
        return {
            "images": counts.images,
            "skipped": counts.skipped,
            "clusters": counts.clusters,
            "alpha": self.alpha,
            "mean_alpha": self.mean_alpha,
        }

    def to_dict(self) -> dict[str, Any]:
        """The parameters, the figures and every table, JSON-plain."""
        return {
            "key": self.key,
            "fields": self.fields,
            "summary": self.summary(),
            "classes": self.classes().to_dict(orient="index"),
            "vitality": self.vitality().to_dict(orient="index"),
            **{s: self.matrix(s).to_dict(orient="index") for s in (*SCORES, "images")},
            "broken_labels": self.broken,
        }

    def __str__(self) -> str:
        return _text(self)


def load_agreement(dataset: fo.Dataset, key: str = "agreement") -> AgreementResults:
    """The results of a measured agreement.

    Raises:
        ComparisonError: if there is no such run, or it is not finished
    """
    config = require_run(dataset, key, METHOD)
    return load_kept(AgreementResults, dataset, key, config)


def _deviation(row: Mapping[str, Any]) -> tuple[float, float]:
    vitality = row["vitality"]
    return (0.0 if vitality is None else vitality, row["mean_pq"])


def _text(results: AgreementResults) -> str:
    counts, vitality = results.agreement, results.vitality()
    title = f"Agreement '{results.key}': {', '.join(counts.fields)}"
    lines = [
        title,
        "=" * len(title),
        f"Krippendorff's alpha {results.alpha:.3f}, mean over {counts.images:,} images "
        f"{results.mean_alpha:.3f}; {counts.clusters:,} clusters of objects",
    ]
    if counts.skipped:
        lines.append(f"{counts.skipped:,} images that one field or none has left out")
    tables = {
        "PQ of each two": results.matrix("pq"),
        "Which field disagrees most": vitality.dropna(axis=1, how="all"),
        "Classes with most clusters": results.classes()
        .head(MOST_CLASSES)
        .rename(plain_name),
    }
    for name, table in tables.items():
        shown = tabulate(
            table.astype(object),
            headers="keys",
            floatfmt=".3f",
            intfmt=",",
            disable_numparse=[0],
        )
        lines += ["", name, "", shown]
    if results.broken:
        lines += ["", "Labels left out because they are broken", ""]
        lines += [f"{n['count']:6,}  {reason}" for reason, n in results.broken.items()]
    return "\n".join(lines)
