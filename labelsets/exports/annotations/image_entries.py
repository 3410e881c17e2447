"""The images of an export: their entries in source files, ids, names and splits."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from ....zoo.coco.coco_json import Image
from ...error_types import ExportError
from ..sources.source_entries import ImageReference, SourceSet
from ..sources.source_labels import read_image

SPLITS = ("train", "validation", "val", "test")
"""The tags of samples that name a split."""

HEAD = ("filepath", "tags", "metadata", "coco_id", "coco_url", "license")
"""What is read of samples to know their images."""

Document = Mapping[str, Any]


class FoundImage(NamedTuple):
    """The entry of a sample's image in a file that its labels came from.

    Attributes:
        raw: the entry as it stands in the file
        image: what the loader reads of it
        sources: the files of its split
    """

    raw: bytes
    image: Image
    sources: SourceSet


def find_image(
    document: Document, sets: Sequence[SourceSet], annotation_ids: Sequence[int]
) -> FoundImage | None:
    """The entry of a sample's image, None if it is in no file or of another size.

    Args:
        document: the sample
        sets: the files of each split of a field
        annotation_ids: those of the sample's labels
    """
    coco_id = document.get("coco_id")
    name = os.path.basename(document["filepath"])
    wanted = ImageReference(coco_id if isinstance(coco_id, int) else None, name)
    tags = document.get("tags") or ()
    likely = sorted(sets, key=lambda one: one.split not in tags)
    by_name = ((sources, sources.image(wanted)) for sources in likely)
    by_labels = ((sources, sources.image_of(annotation_ids)) for sources in likely)
    for sources, raw in chain(by_name, by_labels):
        if raw is None:
            continue
        size = image_size(document)
        image = read_image(raw, size)
        if image is not None and size in (None, (image.width, image.height)):
            return FoundImage(raw, image, sources)
    return None


def image_size(document: Document) -> tuple[int, int] | None:
    """The width and height of a sample's image in px, None if not known."""
    metadata = document.get("metadata") or {}
    width, height = metadata.get("width"), metadata.get("height")
    return (width, height) if width and height else None


def split_of(document: Document) -> str | None:
    """The split that a sample is tagged with.

    Raises:
        ExportError: if it is tagged with several
    """
    found = [tag for tag in document.get("tags") or () if tag in SPLITS]
    if len(found) > 1:
        raise ExportError(
            f"The sample {document['_id']} ('{document['filepath']}') has the tags "
            f"{' and '.join(map(repr, found))}, which are two splits. Remove one"
        )
    return found[0] if found else None


class ImageTable:
    """Ids and file names of images, each once in a file.

    Args:
        largest: the largest id that is known; new ones count on from it
        root: the folder that names are relative to where files of several folders
            have the same name; None where they don't
    """

    def __init__(self, largest: int, root: str | None) -> None:
        self.renumbered = 0
        self._largest, self._root = largest, root
        self._ids: set[tuple[str | None, int]] = set()
        self._names: set[tuple[str | None, str]] = set()

    def entry(
        self, document: Document, found: FoundImage | None, licenses: Mapping[str, int]
    ) -> dict[str, Any]:
        """The entry of a sample's image, as decoded JSON.

        Args:
            document: the sample
            found: its entry in a source file
            licenses: ids of licences by their names

        Raises:
            ExportError: if its file's name is taken, or its size is not known
        """
        split = split_of(document)
        if found is not None:
            entry = json.loads(found.raw)
            entry.setdefault("width", found.image.width)
            entry.setdefault("height", found.image.height)
        else:
            entry = self._new_entry(document, licenses)
        entry["id"] = self._free_id(split, entry.get("id"))
        name = (split, entry["file_name"])
        if name in self._names:
            raise ExportError(
                f"Two images of the export are called '{entry['file_name']}'; one is "
                f"'{document['filepath']}'. Export a view with one of them"
            )
        self._names.add(name)
        return dict(entry)

    def _new_entry(
        self, document: Document, licenses: Mapping[str, int]
    ) -> dict[str, Any]:
        size = image_size(document)
        if size is None:
            raise ExportError(
                f"The size of '{document['filepath']}' is not known. Run "
                "`dataset.compute_metadata()`, or set `sample.metadata`"
            )
        entry: dict[str, Any] = {
            "id": document.get("coco_id"),
            "file_name": file_name(document, self._root),
            "width": size[0],
            "height": size[1],
        }
        if document.get("coco_url"):
            entry["coco_url"] = document["coco_url"]
        if document.get("license") in licenses:
            entry["license"] = licenses[document["license"]]
        return entry

    def _free_id(self, split: str | None, wanted: Any) -> int:
        """The id that an image has, or the next, where it has none or it is taken."""
        is_id = isinstance(wanted, int) and wanted >= 0
        if not is_id or (split, wanted) in self._ids:
            self.renumbered += is_id
            self._largest += 1
            wanted = self._largest
        self._ids.add((split, wanted))
        return int(wanted)


def file_name(
    document: Document, root: str | None, found: FoundImage | None = None
) -> str:
    """What the file of a sample's image is called in an export.

    Args:
        document: the sample
        root: see :class:`ImageTable`
        found: its entry in a source file
    """
    if found is not None:
        return found.image.file_name
    path: str = document["filepath"]
    if root is None:
        return os.path.basename(path)
    return os.path.relpath(path, root).replace(os.sep, "/")


def common_root(paths: Sequence[str]) -> str | None:
    """The folder that all files lie below, None if their names tell them apart."""
    names = {os.path.basename(path) for path in paths}
    if len(names) == len(paths):
        return None
    return os.path.commonpath([os.path.dirname(path) for path in paths])
