"""The results of a reconciliation: counts of decisions, rules, and open items."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any

import fiftyone as fo
import pandas as pd
from fiftyone import ViewField as F

from ..labels.frames import frame, summary_text
from ..runs.fields import RunFields
from ..runs.registry.registered import require_comparison
from ..runs.run_classes import KeptResults, load_kept
from .consensus_results import ConsensusResults
from .decisions.policies import PRESETS
from .decisions.policy_documents import read_policy
from .decisions.tally import DECISIONS, OPEN_ITEMS, Tally, status_order
from .reconciled_runs import ReconcileRunConfig, require_reconciliation

logger = logging.getLogger(__name__)

MOST_SHOWN = 100_000
"""The most items that a view shows: more would not fit into a request."""


class ReconcileResults(KeptResults):
    """The results of a reconciliation.

    Args:
        samples: the samples that were reconciled
        config: the parameters
        key: the key of the run, which is the field's name
        backend (None): the :class:`fiftyone.core.runs.Run`
        tally (None): see :meth:`tally.Tally.to_dict`
    """

    kept = ("tally",)

    def __init__(
        self,
        samples: Any,
        config: Any,
        key: str,
        backend: Any = None,
        tally: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(samples, config, key, backend=backend)
        self.tally = dict(tally or Tally().to_dict())
        self._tally = Tally.from_dict(self.tally)

    def counts(self) -> pd.DataFrame:
        """Items by status and decision.

        Returns:
            index status, columns base, revised, both, neither and open: items that
            nothing decides, whatever is taken of them
        """
        found = self._tally.items
        names = status_order({status for status, _ in found})
        rows = [{d: found[name, d] for d in DECISIONS} for name in names]
        return frame(rows, names, "status", DECISIONS)

    def rules(self) -> pd.DataFrame:
        """The rules and how often each decides.

        Returns:
            index the number of the rule, columns rule, take, fits: the items that it
            fits, and decides: those of them that no verdict and no earlier rule does
        """
        policy = read_policy(self.config.policy)
        if policy.preset is not None:
            lines = [(PRESETS[policy.preset], policy.preset)]
        else:
            lines = [(str(rule), rule.take) for rule in policy.rules]
        rows = [
            {
                "rule": text,
                "take": take,
                "fits": self._tally.fits[number],
                "decides": self._tally.decided[number],
            }
            for number, (text, take) in enumerate(lines, 1)
        ]
        columns = ("rule", "take", "fits", "decides")
        numbers = [str(number) for number in range(1, len(rows) + 1)]
        return frame(rows, numbers, "number", columns)

    def summary(self) -> dict[str, Any]:
        """The figures of the whole.

        Returns:
            images, items, by_verdict, by_policy, open, conflicts, labels_from_base,
            labels_from_revised, degenerate and newer: labels that are in no item, and
            filled_boxes: boxes that became masks
        """
        tally = self._tally
        return {
            "images": tally.images,
            "items": sum(tally.items.values()),
            "by_verdict": tally.deciders["verdict"],
            "by_policy": tally.deciders["policy"],
            "open": tally.deciders[OPEN_ITEMS],
            "conflicts": sum(map(len, tally.conflicts.values())),
            "labels_from_base": tally.labels["base"],
            "labels_from_revised": tally.labels["revised"],
            "degenerate": tally.degenerate,
            "newer": tally.newer,
            "filled_boxes": tally.filled_boxes,
        }

    def open_items(self) -> fo.DatasetView:
        """A view of the items that nothing decided, with their labels alone.

        Raises:
            ComparisonError: if the comparison was deleted since
        """
        return items_view(self.samples, self.config, self._tally.open_items)

    def conflicts(self) -> fo.DatasetView:
        """A view of the items with different verdicts, with their labels alone.

        Raises:
            ComparisonError: if the comparison was deleted since
        """
        return items_view(self.samples, self.config, self._tally.conflicts)

    def to_dict(self) -> dict[str, Any]:
        """The parameters, the figures and every table, JSON-plain."""
        names = ("comparison", "base_field", "revised_field", "policy", "open")
        return {
            "key": self.key,
            "parameters": {name: getattr(self.config, name) for name in names},
            "summary": self.summary(),
            "counts": self.counts().to_dict(orient="index"),
            "rules": self.rules().to_dict(orient="index"),
        }

    def __str__(self) -> str:
        return summary_text(self.summary(), self.counts(), self.rules())


def load_reconciliation(
    dataset: fo.Dataset, key: str
) -> ReconcileResults | ConsensusResults:
    """The results of a finished reconciliation, or of a consensus.

    Args:
        dataset: the dataset
        key: the name of the reconciled field

    Raises:
        ComparisonError: if there is none of that key, or it is not finished
    """
    config = require_reconciliation(dataset, key)
    if "consensus" in config.policy:
        return load_kept(ConsensusResults, dataset, key, config)
    return load_kept(ReconcileResults, dataset, key, config)


def items_view(
    samples: fo.core.collections.SampleCollection,
    config: ReconcileRunConfig,
    items: Mapping[str, Sequence[str]],
) -> fo.DatasetView:
    """A view of some items, the most disagreeing images first.

    Args:
        samples: the dataset, or a view of it
        config: the parameters of the reconciliation
        items: the names of the items, by sample id

    Raises:
        ComparisonError: if the comparison, whose values tell the items, is gone
    """
    dataset = samples._root_dataset
    require_comparison(dataset, config.comparison)
    fields = RunFields(config.comparison)
    pairs = ((sample, name) for sample, names in items.items() for name in names)
    shown = list(islice(pairs, MOST_SHOWN))
    total = sum(map(len, items.values()))
    if total > MOST_SHOWN:
        logger.warning("The view shows %d of %d items", MOST_SHOWN, total)
    names = [name for _, name in shown]
    view = dataset.select(list(dict.fromkeys(sample for sample, _ in shown)))
    for field in (config.base_field, config.revised_field):
        view = view.filter_labels(
            field, F(fields.item).is_in(names), only_matches=False
        )
    return view.sort_by(fields.disagreement, reverse=True)
