"""The classes of an export: a file's own categories, and ids for all others."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ....zoo.label_sources import LabelSource
from ...error_types import ExportError

_SHOWN = 10


class ClassTable:
    """The classes that are exported, and the id of each.

    Categories of source files keep their ids and all that is said of them, also where
    no label is of them; those of the first field come first. A name that is in no file,
    and a category whose id another one has, gets an id that counts on from the largest.

    Args:
        sources: the files of each field that labels come from
        names: the classes of all labels
        chosen: the classes to export; None for all
        supercategories: those of classes that no file has
        unused: the classes of files that are left out, as nothing is of them

    Raises:
        ExportError: if a class is chosen that there is not
    """

    def __init__(
        self,
        sources: Iterable[Sequence[LabelSource]],
        names: Iterable[str],
        chosen: Sequence[str] | None = None,
        supercategories: Mapping[str, str] | None = None,
        unused: Collection[str] = (),
    ) -> None:
        self._by_file: dict[tuple[int, str], int] = {}
        self._by_name: dict[str, int] = {}
        taken: dict[int, dict[str, Any]] = {}
        left = []
        for category in _categories(sources):
            before = taken.setdefault(category["id"], category)
            if before["name"] == category["name"]:
                self._note(category, category["id"])
            else:
                left.append(category)
        largest = max(taken, default=0)
        for category in left:
            if category["name"] not in self._by_name:
                largest += 1
                taken[largest] = category | {"id": largest}
                self._by_name[category["name"]] = largest
            self._note(category, self._by_name[category["name"]])
        for name in names:
            if name not in self._by_name:
                largest += 1
                self._by_name[name] = largest
                taken[largest] = _new_category(largest, name, supercategories or {})
        if chosen is not None:
            _check_chosen(chosen, [n for n in self._by_name if n not in unused])
        used = [c for c in taken.values() if c["name"] not in unused]
        self.entries = [c for c in used if chosen is None or c["name"] in chosen]

    @property
    def names(self) -> list[str]:
        """The names of the classes, each once, in their order."""
        return list(dict.fromkeys(category["name"] for category in self.entries))

    @property
    def ids(self) -> dict[str, int]:
        """The id of each class."""
        return dict(self._by_name)

    @property
    def file_ids(self) -> list[tuple[int, str, int]]:
        """The classes of files: the id there, the name, and the id here."""
        return [(id, name, here) for (id, name), here in self._by_file.items()]

    def _note(self, category: Mapping[str, Any], id: int) -> None:
        self._by_file.setdefault((category["id"], category["name"]), id)
        self._by_name.setdefault(category["name"], id)


def _categories(sources: Iterable[Sequence[LabelSource]]) -> list[dict[str, Any]]:
    """All categories of files that can be used, in order, each once."""
    found: dict[tuple[int, str], dict[str, Any]] = {}
    for files in sources:
        for source in files:
            for category in source["categories"]:
                id, name = category.get("id"), category.get("name")
                if isinstance(id, int) and isinstance(name, str):
                    found.setdefault((id, name), category)
    return list(found.values())


def _new_category(
    id: int, name: str, supercategories: Mapping[str, str]
) -> dict[str, Any]:
    known = supercategories.get(name)
    return {"id": id, "name": name} | ({"supercategory": known} if known else {})


def _check_chosen(chosen: Sequence[str], known: Sequence[str]) -> None:
    for name in chosen:
        if name in known:
            continue
        near = difflib.get_close_matches(str(name), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        more = ", ..." if len(known) > _SHOWN else ""
        raise ExportError(
            f"There is no class {name!r} among the labels{hint} There are: "
            f"{', '.join(known[:_SHOWN])}{more}"
        )
