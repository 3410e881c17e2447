"""The ids of annotations in an export: their own, where these are free."""

from __future__ import annotations

from array import array
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_NONE = -1


class AssignedIds(NamedTuple):
    """The ids of the labels of all samples.

    Attributes:
        ids: int64 (n,)
        starts: int64 (samples + 1,), where the ids of each sample begin
    """

    ids: NDArray[np.int64]
    starts: NDArray[np.int64]

    def of_sample(self, index: int) -> list[int]:
        """The ids of the labels of a sample, in order."""
        found: list[int] = self.ids[
            self.starts[index] : self.starts[index + 1]
        ].tolist()
        return found


class AnnotationIds:
    """Collects the ids that labels have, and gives each annotation its own.

    A label keeps its id unless another of the same file has it: one of an earlier
    field, or of the same field and earlier in the dataset. All others, and labels
    without an id, count on from the largest.
    """

    def __init__(self) -> None:
        self._ids, self._files = array("q"), array("b")
        self._fields, self._counts = array("b"), array("i")

    def add_sample(self) -> None:
        """Begins the labels of the next sample."""
        self._counts.append(0)

    def add_label(self, id: object, file: int, field: int) -> None:
        """Notes a label of the sample.

        Args:
            id: the id that it has; anything but an int from 0 on is none
            file: the number of the file that it is written to
            field: the number of the field that it came from
        """
        is_id = isinstance(id, int) and not isinstance(id, bool) and id >= 0
        self._ids.append(id if is_id else _NONE)  # type: ignore[arg-type]
        self._files.append(file)
        self._fields.append(field)
        self._counts[-1] += 1

    def assign(self, largest: int = 0) -> AssignedIds:
        """The ids that labels are exported with.

        Args:
            largest: the largest id that is known besides those of the labels
        """
        ids, kept = np.array(self._ids, np.int64), self._are_kept()
        first = max(int(ids.max(initial=0)), largest) + 1
        ids[~kept] = np.arange(first, first + np.count_nonzero(~kept))
        return AssignedIds(ids, np.concatenate(([0], np.cumsum(self._counts))))

    def renumbered(self) -> int:
        """How many labels have an id that another of their file has."""
        has_id = np.array(self._ids) != _NONE
        return int(np.count_nonzero(has_id & ~self._are_kept()))

    def _are_kept(self) -> NDArray[np.bool_]:
        ids, files = np.array(self._ids, np.int64), np.array(self._files)
        kept = np.zeros(len(ids), bool)
        order = np.lexsort((np.array(self._fields), ids, files))
        same = (np.diff(ids[order]) == 0) & (np.diff(files[order]) == 0)
        kept[order[np.concatenate(([True], ~same))[: len(order)]]] = True
        kept &= ids != _NONE
        return kept
