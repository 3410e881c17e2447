"""What COCO documents say of a label set as a whole: info, licences, categories."""

from __future__ import annotations

from functools import cache
from typing import Any

from .....zoo.label_sources import LabelSource
from ..label_selection import LabelSelection, coco_sources


class CocoHeads:
    """The heads of the documents of an export.

    Args:
        selection: the labels that are exported
    """

    def __init__(self, selection: LabelSelection) -> None:
        self.classes = selection.class_table()
        self._selection = selection
        self._of_fields = [
            coco_sources(selection.dataset, field) for field in selection.fields
        ]
        self.license_ids = cache(self._license_ids)

    def head(self, split: str | None) -> dict[str, Any]:
        """All of the document of a split but its images and annotations."""
        return {
            "info": self._info(split),
            "licenses": self._licenses(split),
            "categories": self.classes.entries,
        }

    def _license_ids(self, split: str | None) -> dict[str, int]:
        """The ids of licences by their names."""
        return {one["name"]: one["id"] for one in self._licenses(split) if one["name"]}

    def _info(self, split: str | None) -> Any:
        """What the files say of themselves where they all say the same."""
        found = [source["info"] for source in self._sources(split)]
        is_one = found and all(info == found[0] for info in found)
        if is_one and not self._selection.is_reconciled:
            return found[0]
        dataset, field = self._selection.dataset.name, self._selection.field
        return {"description": f"The field '{field}' of the dataset '{dataset}'"}

    def _licenses(self, split: str | None) -> list[dict[str, Any]]:
        """The licences of the files, else those that the dataset lists."""
        found: dict[Any, dict[str, Any]] = {}
        for source in self._sources(split):
            for license in source["licenses"]:
                found.setdefault(license.get("id"), license)
        listed = self._selection.dataset.info.get("licenses")
        return list(found.values()) or (listed if isinstance(listed, list) else [])

    def _sources(self, split: str | None) -> list[LabelSource]:
        """The files of a split that the labels came from."""
        return [
            source
            for found in self._of_fields
            for source in found
            if split is None or source["split"] in (split, None)
        ]
