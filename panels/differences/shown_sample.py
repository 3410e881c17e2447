"""What a window shows of a sample: its objects, what is decided of them, its rows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import fiftyone as fo

from ...labelsets.reconciling.review_items import sample_items
from ..shown_runs import ShownRun
from .object_table import COLUMNS, MOST_ROWS, TableRow, table_rows
from .place import Place
from .reviewing.review_steps import NO_POLICY, Items, is_open, policy_choices
from .sample_differences import SampleDifferences, read_sample


@dataclass(frozen=True)
class ShownSample:
    """A sample at a place.

    Attributes:
        here: the place
        run: the comparison
        sample: what the comparison says of the sample
        items: the items by label id
    """

    here: Place
    run: ShownRun
    sample: SampleDifferences
    items: Items

    @property
    def columns(self) -> list[str]:
        """The columns of the table: evidence only where there is any."""
        weighed = any(item["evidence"] is not None for item in self.sample.objects)
        return [name for name in COLUMNS if weighed or name != "evidence"]

    @cached_property
    def rows(self) -> list[TableRow]:
        """All rows, in the order of the table."""
        here = self.here
        sort = here.sort if here.sort in COLUMNS else None
        return table_rows(self.sample.objects, sort, here.descending, self.items)

    @cached_property
    def listed(self) -> list[TableRow]:
        """The rows that the table lists, over all its pages."""
        if not self.here.open_only:
            return self.rows
        return [row for row in self.rows if is_open(row, self.items)]

    @property
    def page(self) -> list[TableRow]:
        """The rows of the page that is shown."""
        start = self.here.page * MOST_ROWS
        return self.listed[start : start + MOST_ROWS]

    def page_of(self, row: TableRow | None) -> int:
        """The page that a row is on; the first for None, or one that is not listed."""
        return self.listed.index(row) // MOST_ROWS if row in self.listed else 0


def shown_policy(dataset: fo.Dataset, here: Place) -> Any:
    """The policy that is chosen, as `read_policy` takes it; None for none."""
    found = policy_choices(dataset, here.run).get(here.policy or NO_POLICY)
    return found and found.policy


def read_shown(
    dataset: fo.Dataset, here: Place, run: ShownRun, outlines: bool = False
) -> ShownSample | None:
    """Reads what is to be shown at a place; None where there is no such sample.

    Args:
        dataset: the dataset
        here: the place
        run: its comparison
        outlines: as in `read_sample`
    """
    if here.sample_id is None:
        return None
    sample = read_sample(dataset, here.sample_id, run, outlines)
    if sample is None:
        return None
    found = sample_items(dataset, here.sample_id, run.key, shown_policy(dataset, here))
    items = {label_id: item for item in found for label_id in item.label_ids}
    return ShownSample(here, run, sample, items)
