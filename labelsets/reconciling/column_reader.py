"""Turns label documents into the columns that items are computed from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..comparison import Status
from ..error_types import ComparisonError
from ..labels.fiftyone_internals import labels_at
from ..labels.reading import BrokenLabelError, class_name, read_crowd
from ..runs.fields import RunFields
from .decisions.items import BASE, NEWER, REVISED, Ints, LabelColumns
from .decisions.verdicts import verdict_tags

Label = Mapping[str, Any]

_ORDERS = {str(status): status.order for status in Status}
_NO_ITEM = (NEWER, Status.DEGENERATE.order)


class ColumnReader:
    """Reads label documents, batch by batch, into columns.

    Args:
        key: the key of the comparison
        paths: the paths of the labels of base and revised
    """

    def __init__(self, key: str, paths: tuple[str, str]) -> None:
        self.key, self.paths = key, paths
        self.fields = RunFields(key)
        self.class_names: list[str] = []
        self._classes: dict[str, int] = {}
        self._verdicts = {
            tag: 1 << number for number, tag in enumerate(verdict_tags(key))
        }

    @property
    def wanted(self) -> list[str]:
        """The fields of samples that it reads."""
        fields = self.fields
        names = ["_id", "label", "tags", "iscrowd", fields.status, fields.item]
        names += [fields.iou, fields.area, fields.class_name, fields.evidence]
        paths = [f"{path}.{name}" for path in self.paths for name in names]
        return ["tags", "last_modified_at", fields.disagreement, *paths]

    def read(self, documents: Sequence[Mapping[str, Any]]) -> LabelColumns:
        """The labels of some samples, sample by sample, base's first.

        Args:
            documents: the samples, with at least the fields that are `wanted`

        Raises:
            ComparisonError: if a sample was not compared, or a label can't be read
        """
        self._check(documents)
        lists = [[labels_at(d, path) for path in self.paths] for d in documents]
        labels = [label for sides in lists for side in sides for label in side]
        sizes = np.array([[len(s) for s in sides] for sides in lists], int)
        sizes = sizes.reshape(-1, 2)
        sample = np.repeat(np.arange(len(documents)), sizes.sum(axis=1))
        sides = np.tile([BASE, REVISED], len(documents))
        name = self.fields.status
        status = _whole([_ORDERS.get(str(x.get(name)), NEWER) for x in labels])
        is_decided = ~np.isin(status, _NO_ITEM)
        own = [class_name(x.get("label")) for x in labels]
        return LabelColumns(
            sample=sample,
            side=np.repeat(sides, sizes.ravel()),
            status=status,
            item=self._items(labels, sample, is_decided),
            iou=_real(labels, self.fields.iou),
            area=_real(labels, self.fields.area),
            evidence=_real(labels, self.fields.evidence),
            crowd=_crowds(labels, is_decided),
            compared_class=self._compared(labels, own),
            own_class=self._numbers(own),
            verdicts=_whole([self._bits(x.get("tags")) for x in labels]),
            sample_verdicts=_whole([self._bits(d.get("tags")) for d in documents]),
            class_names=self.class_names,
        )

    def _check(self, documents: Sequence[Mapping[str, Any]]) -> None:
        field = self.fields.disagreement
        missing = [d["_id"] for d in documents if d.get(field) is None]
        if missing:
            raise not_compared(self.key, len(missing), missing[0])

    def _items(
        self, labels: Sequence[Label], sample: Ints, is_decided: Iterable[bool]
    ) -> Ints:
        """The number of each label's item, -1 for labels in none."""
        name, numbers = self.fields.item, dict[tuple[int, str], int]()
        found = []
        for label, number, decided in zip(
            labels, sample.tolist(), is_decided, strict=True
        ):
            item = label.get(name) if decided else None
            if item is not None:
                found.append(numbers.setdefault((number, item), len(numbers)))
            elif decided:
                raise ComparisonError(
                    f"Label {label['_id']} has a status of '{self.key}' but no item. "
                    "Run the comparison again"
                )
            else:
                found.append(-1)
        return _whole(found)

    def _compared(self, labels: Sequence[Label], own: Sequence[str]) -> Ints:
        """The numbers of the classes that were compared."""
        name = self.fields.class_name
        compared = (x.get(name) or label for x, label in zip(labels, own, strict=True))
        return self._numbers(compared)

    def _numbers(self, names: Iterable[str]) -> Ints:
        """Numbers of classes, new ones for those that are new."""
        known = self._classes
        found = _whole([known.setdefault(name, len(known)) for name in names])
        self.class_names.extend(list(known)[len(self.class_names) :])
        return found

    def _bits(self, tags: Iterable[str] | None) -> int:
        """The verdicts among tags, a bit each."""
        found = 0
        for tag in tags or ():
            found |= self._verdicts.get(tag, 0)
        return found


def not_compared(key: str, count: int, first: object) -> ComparisonError:
    """Says that samples can't be reconciled because they were not compared."""
    field = RunFields(key).disagreement
    return ComparisonError(
        f"{count:,} samples were not compared as '{key}', the first is {first}. "
        f"Compare them, or reconcile those that were: dataset.exists('{field}')"
    )


def _crowds(labels: Sequence[Label], is_decided: Iterable[bool]) -> Any:
    """Whether labels are crowds; those in no item are not."""
    flags = zip(labels, is_decided, strict=True)
    return np.array([decided and _crowd(label) for label, decided in flags], bool)


def _crowd(label: Label) -> bool:
    flag = label.get("iscrowd")
    if flag is None or flag == 0:
        return False
    try:
        return read_crowd(flag)
    except BrokenLabelError as error:
        raise ComparisonError(
            f"Label {label['_id']} was changed since it was compared: it has {error}. "
            "Run the comparison again"
        ) from error


def _whole(values: Sequence[int]) -> Ints:
    return np.array(values, np.int64)


def _real(labels: Sequence[Label], name: str) -> Any:
    """An attribute of labels as numbers, NaN where there is none."""
    return np.array([x.get(name) for x in labels], np.float64)
