"""What can be counted, and its census, counted once for each state of the data."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from concurrent.futures import Future
from dataclasses import dataclass

import fiftyone as fo

from ...labelsets import (
    Census,
    ComparisonError,
    comparable_fields,
    find_pair,
    list_comparisons,
    require_comparison,
    take_census,
)
from ...labelsets.census.kept_census import census_state, keep_census, recall_census
from ...labelsets.census.taking import CensusRequest
from ...zoo.workers.pools import WorkerError
from ...zoo.workers.spreading import MissingBatchesError
from ..side_names import side_name

IN_MEMORY = 8
SLOW = 2.0
"""Seconds after which a census is kept with its dataset too, for later sessions."""

_kept: OrderedDict[str, Future[Census]] = OrderedDict()
"""What was counted, or is being counted, by the state that it is of."""

_looking = threading.Lock()


@dataclass(frozen=True)
class Subject:
    """What a census can be taken of.

    Attributes:
        name: unique in its dataset
        title: what people read
        base_field: the earlier, or only, label field
        revised_field: the later label field, None for one label set
        key: the key of the comparison of the two, None for none
    """

    name: str
    title: str
    base_field: str
    revised_field: str | None = None
    key: str | None = None

    @property
    def request(self) -> CensusRequest:
        """What its census is asked."""
        return CensusRequest(self.base_field, self.revised_field, self.key)

    @property
    def label(self) -> str:
        """A short name, for files."""
        return self.key or self.base_field


def choices(dataset: fo.Dataset) -> dict[str, Subject]:
    """What can be counted in a dataset, by name: comparisons, `diff` first, then a
    pair of label fields if none was compared, then each label field by itself."""
    found = [
        _compared(dataset, key) for key in list_comparisons(dataset, finished=True)
    ]
    found.sort(key=lambda one: one.key != "diff")
    pair = find_pair(dataset)
    if pair is not None and not found:
        title = f"{side_name(pair[0])} → {side_name(pair[1])}, not compared"
        found.append(Subject("pair", title, *pair))
    found += [
        Subject(f"field:{field}", f"{field} alone", field)
        for field in comparable_fields(dataset)
    ]
    return {one.name: one for one in found}


def count(samples: fo.core.collections.SampleCollection, counted: Subject) -> Census:
    """The census of samples as they are now; see `take_census`.

    A verdict, which changes tags alone, causes no recount. Several windows that ask for
    the same get the same: one counts, others wait. What took long is kept with the
    dataset, and goes with it. It is this process that counts: a view is to be followed
    whatever becomes of other machines.

    Raises:
        ComparisonError: if they can't be counted
    """
    state = census_state(samples, counted.request)
    with _looking:
        known = _kept.get(state)
        found = _kept[state] = known or Future()
        _kept.move_to_end(state)
        while len(_kept) > IN_MEMORY:
            _kept.popitem(last=False)
    if known is None:
        _settle(found, state, samples, counted)
    return found.result()


def _settle(
    found: Future[Census],
    state: str,
    samples: fo.core.collections.SampleCollection,
    counted: Subject,
) -> None:
    """Counts, and tells those who wait; what went wrong is not kept."""
    try:
        found.set_result(_take(samples, counted.request, state))
    except BaseException as error:
        with _looking:
            if _kept.get(state) is found:
                del _kept[state]
        if isinstance(error, WorkerError | MissingBatchesError):
            refused = ComparisonError(str(error))
            refused.__cause__ = error
            error = refused
        found.set_exception(error)


def _take(
    samples: fo.core.collections.SampleCollection, request: CensusRequest, state: str
) -> Census:
    """The census that was kept of this state, or a new one."""
    found = recall_census(samples, request, state)
    if found is not None:
        return found
    start = time.monotonic()
    asked = request.base_field, request.revised_field, request.key
    census = take_census(samples, *asked, in_process=True)
    if time.monotonic() - start > SLOW:
        keep_census(samples, census.counts, state)
    return census


def _compared(dataset: fo.Dataset, key: str) -> Subject:
    config = require_comparison(dataset, key)
    fields = config.base_field, config.revised_field
    title = f"{key}: {side_name(fields[0])} → {side_name(fields[1])}"
    return Subject(f"run:{key}", title, *fields, key)
