"""Which labels a comparison compares, and as which class: its options on classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import fiftyone as fo
from cachetools import LRUCache, cached

from ...zoo.label_sources import label_sources
from ..error_types import ComparisonError
from ..labels.class_names import nearest_class
from ..labels.label_fields import elements_path
from ..labels.reading import BrokenLabelError, class_name, read_crowd
from ..labels.views.view_internals import identity
from ..small_documents import is_document_path, load_document

Label = Mapping[str, Any]

_LONGEST = 60


@dataclass(frozen=True)
class ComparedClasses:
    """How labels are chosen and classed before anything is compared.

    Attributes:
        class_map: the common name of each class that gets another one
        ignored: the classes left out, by their own name or by their common one
        ignores_crowds: whether crowds are left out
    """

    class_map: Mapping[str, str]
    ignored: frozenset[str]
    ignores_crowds: bool

    @property
    def changes_labels(self) -> bool:
        """Whether any label may be left out or classed otherwise."""
        return bool(self.class_map or self.ignored or self.ignores_crowds)

    def apply(self, labels: Sequence[Label]) -> Sequence[Label]:
        """The labels that are compared, of their common classes.

        Args:
            labels: documents of labels; they stay as they are
        """
        if not self.changes_labels:
            return labels
        return [self._classed(label) for label in labels if self._compares(label)]

    def names(self, own: Iterable[str]) -> set[str]:
        """The classes that are compared, where labels have some of their own."""
        left = (name for name in own if not self._leaves_out(name))
        return {self.class_map.get(name, name) for name in left}

    def _compares(self, label: Label) -> bool:
        is_left_out = self.ignores_crowds and _is_crowd(label)
        return not (is_left_out or self._leaves_out(class_name(label.get("label"))))

    def _leaves_out(self, name: str) -> bool:
        return name in self.ignored or self.class_map.get(name, name) in self.ignored

    def _classed(self, label: Label) -> Label:
        common = self.class_map.get(class_name(label.get("label")))
        return label if common is None else {**label, "label": common}


def read_class_map(source: Any) -> list[list[str]]:
    """Reads a map of classes.

    Args:
        source: a mapping of names to common names, the path of a ``.yaml``, ``.yml`` or
            ``.json`` file that holds one, or None

    Returns:
        pairs of a name and its common name, sorted; those that are equal are left out

    Raises:
        ComparisonError: if it is no such mapping
    """
    where = ""
    if is_document_path(source):
        path = Path(source)
        where = f"{path.name}: "
        source = load_document(path, "class map", ComparisonError)
        source = {} if source is None else source
    if source is None:
        return []
    if not isinstance(source, Mapping):
        raise ComparisonError(
            f"{where}`class_map` must be a mapping of class names to common names, or "
            f"the path of a YAML or JSON file with one; found {_shown(source)}"
        )
    for name, common in source.items():
        for value in (name, common):
            if not isinstance(value, str) or not value:
                raise ComparisonError(
                    f"{where}`class_map` must map text to text; found {_shown(name)}: "
                    f"{_shown(common)}. In YAML, put numbers, yes and no in quotes"
                )
    return sorted([name, common] for name, common in source.items() if name != common)


def read_ignored(classes: str | Iterable[str]) -> list[str]:
    """Reads which classes are ignored: a name, or several.

    Raises:
        ComparisonError: if they are no names
    """
    names = [classes] if isinstance(classes, str) else list(classes)
    for name in names:
        if not isinstance(name, str):
            raise ComparisonError(
                f"`ignore_class` must hold names of classes; found {_shown(name)}"
            )
    return sorted(set(names))


def check_ignored(
    dataset: fo.Dataset, fields: Sequence[str], classes: ComparedClasses
) -> None:
    """Checks that the classes that are ignored exist.

    Args:
        dataset: the dataset
        fields: the label fields that are compared
        classes: the classes as they are compared

    Raises:
        ComparisonError: if one is the class of no label, of its field's files or of
            the map of classes; the message holds the nearest that is
    """
    if not classes.ignored:
        return
    known = {*classes.class_map.values()}
    for field in fields:
        known.update(listed_classes(dataset, field), field_classes(dataset, field))
    for name in sorted(classes.ignored - known):
        nearest = nearest_class(name, sorted(known))
        hint = f"did you mean '{nearest}'?" if nearest else f"there are {len(known):,}"
        raise ComparisonError(
            f"`ignore_class` names '{name}', a class that neither "
            f"{' nor '.join(map(repr, fields))} has; {hint}"
        )


def _identity_and_fields(dataset: fo.Dataset, fields: Sequence[str]) -> tuple[Any, ...]:
    return (*identity(dataset), *fields)


@cached(LRUCache(4), key=_identity_and_fields, lock=Lock())
def classes_of_fields(dataset: fo.Dataset, fields: Sequence[str]) -> list[list[str]]:
    """The classes of the labels of some fields; kept as long as no sample changes."""
    return [field_classes(dataset, field) for field in fields]


def field_classes(dataset: fo.Dataset, field: str) -> list[str]:
    """The classes of the labels of a field, sorted."""
    found = dataset.distinct(f"{elements_path(dataset, field)}.label")
    return sorted(map(class_name, found))


def listed_classes(dataset: fo.Dataset, field: str) -> set[str]:
    """The classes that the files of a field list, of no label too."""
    sources = label_sources(dataset, field)
    return {c["name"] for source in sources for c in source.get("categories") or ()}


def _is_crowd(label: Label) -> bool:
    try:
        return read_crowd(label.get("iscrowd"))
    except BrokenLabelError:
        return False


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
