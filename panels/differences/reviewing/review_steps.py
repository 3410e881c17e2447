"""The steps of a review: verdicts of requests, policies to choose, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import fiftyone as fo

from ....labelsets import ComparisonError, list_reconciliations
from ....labelsets.reconciling.decisions.policies import PRESETS
from ....labelsets.reconciling.decisions.verdicts import Verdict, verdict_tags
from ....labelsets.reconciling.reconciled_runs import require_reconciliation
from ....labelsets.reconciling.review_items import ReviewItem
from ....labelsets.reconciling.verdict_writing import WrittenVerdict
from ..object_table import TableRow

Items = Mapping[str, ReviewItem]
"""The item that each label is in, by label id."""

NO_POLICY = "none"
_OF_FIELD = "as_"


@dataclass(frozen=True)
class PolicyChoice:
    """A policy that can be chosen.

    Attributes:
        title: its title
        policy: what `read_policy` takes; None decides nothing
    """

    title: str
    policy: Any = None


def policy_choices(dataset: fo.Dataset, key: str) -> dict[str, PolicyChoice]:
    """The policies that can be chosen, by a name of letters, digits and underscores.

    These are none, the presets, and those of fields that were reconciled from the
    comparison.
    """
    found = {NO_POLICY: PolicyChoice("none")}
    for preset in PRESETS:
        found[preset.replace("-", "_")] = PolicyChoice(preset, preset)
    for field in list_reconciliations(dataset, finished=True):
        try:
            config = require_reconciliation(dataset, field)
        except ComparisonError:
            continue
        if config.comparison == key and "consensus" not in config.policy:
            found[_OF_FIELD + field] = PolicyChoice(f"as in {field}", config.policy)
    return found


def read_verdict(name: Any) -> Verdict | None:
    """The verdict that a request names; None undoes one.

    Raises:
        ComparisonError: if it is none
    """
    if name is None:
        return None
    for verdict in Verdict:
        if name == str(verdict):
            return verdict
    known = ", ".join(map(str, Verdict))
    raise ComparisonError(f"Unknown verdict; there are: {known}")


def pack_written(written: WrittenVerdict) -> dict[str, Any]:
    """What a window keeps to undo a verdict, as plain JSON."""
    return {
        "sample_id": written.sample_id,
        "labels": written.labels,
        "own": written.own,
    }


def unpack_written(packed: Any, key: str) -> WrittenVerdict:
    """What a window sends back to undo a verdict.

    Raises:
        ComparisonError: if it holds anything but ids and verdicts
    """
    found = packed if isinstance(packed, Mapping) else {}
    sample_id, labels, own = (found.get(n) for n in ("sample_id", "labels", "own"))
    known = verdict_tags(key)
    given = labels if isinstance(labels, Mapping) else {}
    lists = [*given.values(), [] if own is None else own]
    ids = [sample_id, *given]
    tags_known = all(
        isinstance(tags, list) and all(tag in known for tag in tags) for tags in lists
    )
    if (
        not isinstance(labels, Mapping)
        or not tags_known
        or not all(isinstance(i, str) and _is_id(i) for i in ids)
    ):
        raise ComparisonError("This verdict can't be undone")
    return WrittenVerdict(str(sample_id), key, dict(given), own)


def next_open_row(
    rows: Sequence[TableRow], items: Items, behind: Sequence[str] = ()
) -> TableRow | None:
    """The row of the next open item in the order of a table.

    Those below come first, then those above that nobody has judged yet, so that items
    judged unsure, which stay open, are not visited again and again.

    Args:
        rows: the rows
        items: the items by label id
        behind: labels of the item to start behind; none to start at the top
    """
    at = max(
        (n for n, row in enumerate(rows) if set(row.own) & set(behind)), default=-1
    )
    here = {items[i].name for i in behind if i in items}
    open_rows = [
        (n, row, item)
        for n, row in enumerate(rows)
        if (item := items.get(row.own[0])) and item.is_open and item.name not in here
    ]
    new = [(n, row) for n, row, item in open_rows if item.judgement.verdict is None]
    below = [row for n, row in new if n > at]
    return next(iter(below or [row for _, row in new]), None)


def first_open_row(rows: Sequence[TableRow], items: Items) -> TableRow | None:
    """The row to start with on an image: of an item without a verdict where there is
    one, else of one judged unsure."""
    found = next_open_row(rows, items)
    if found is not None:
        return found
    return next(
        (r for r in rows if r.own[0] in items and items[r.own[0]].is_open), None
    )


def is_open(row: TableRow, items: Items) -> bool:
    """Whether a row is of an open item."""
    item = items.get(row.own[0])
    return item is not None and item.is_open


def _is_id(text: str) -> bool:
    return len(text) == 24 and set(text) <= set("0123456789abcdef")
