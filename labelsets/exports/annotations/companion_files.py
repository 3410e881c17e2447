"""COCO's companions beside exported instances: keypoints of people, and captions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from typing import Any

import msgspec

from ....zoo.label_sources import label_sources
from ...labels.image_companions import (
    CAPTIONS,
    KEYPOINTS,
    goes_with_companions,
    people_by_id,
    visibility,
)
from ..encoding.label_origin import SOURCE, SOURCE_ID
from ..staged_files import StagedFiles
from .export_plan import FilePlan
from .exported_samples import ExportedSample
from .formats.coco_files import CocoFile
from .formats.coco_heads import CocoHeads
from .label_selection import LabelSelection

Document = Mapping[str, Any]

_DECIMALS = 6
"""A place that was divided by the image's size and multiplied by it again is off by
less than 1e-11 px: rounded to so many places, it is what its file had."""

_encode = msgspec.json.Encoder().encode
_decode_raw = msgspec.json.Decoder(list[dict[str, msgspec.Raw]]).decode


class CompanionFiles:
    """Writes the keypoints and captions of the samples of an export, one file a split.

    A person's entry is that of the exported instance, with its keypoints; one whose
    instance is not exported is left out.

    Args:
        selection: the labels that are exported
        heads: what the documents begin with
        plan: the places of files
        files: the files of the export
        stack: closes them
    """

    def __init__(
        self,
        selection: LabelSelection,
        heads: CocoHeads,
        plan: FilePlan,
        files: StagedFiles,
        stack: ExitStack,
    ) -> None:
        self.people = self.captions = 0
        self._selection = selection
        self._files: dict[str, list[CocoFile]] = {}
        for field in plan.companions:
            self._files[field] = []
            for split in plan.documents:
                head = heads.head(split)
                categories = head.pop("categories")
                if field == KEYPOINTS:
                    head["categories"] = self._categories(heads.classes.ids, categories)
                file = CocoFile(files.add(plan.beside(field, split)), head)
                self._files[field].append(stack.enter_context(closing(file)))

    def add_image(self, split: int, entry: bytes) -> None:
        """Adds the entry of an image to all files of a split."""
        for files in self._files.values():
            files[split].add(entry)

    def begin_annotations(self) -> None:
        """Ends the images."""
        for files in self._files.values():
            for file in files:
                file.begin_annotations()

    def add(
        self, sample: ExportedSample, split: int, image_id: int, annotations: bytes
    ) -> None:
        """Adds what goes with a sample.

        Args:
            sample: the sample, with the fields of companions
            split: the number of its split
            image_id: the id of its image in the export
            annotations: its annotations as they were written
        """
        if KEYPOINTS in self._files and annotations:
            people = people_by_id(sample.document)
            for entry in self._people(people, sample.size, annotations):
                self._files[KEYPOINTS][split].add(entry)
                self.people += 1
        if CAPTIONS in self._files:
            for text in sample.document.get(CAPTIONS) or ():
                self.captions += 1
                found = {"image_id": image_id, "id": self.captions, "caption": text}
                self._files[CAPTIONS][split].add(_encode(found))

    def finish(self) -> list[str]:
        """Ends the files.

        Returns:
            what a person should know of them
        """
        for files in self._files.values():
            for file in files:
                file.finish()
        notes = []
        if KEYPOINTS in self._files:
            notes.append(f"Keypoints of {self.people:,} people")
        if CAPTIONS in self._files:
            notes.append(f"{self.captions:,} captions, numbered anew")
        return notes

    def _people(
        self, people: Mapping[Any, Document], size: tuple[int, int], annotations: bytes
    ) -> Iterator[bytes]:
        for entry in _decode(annotations) if people else ():
            person = people.get(self._coco_id(entry))
            if person is not None:
                yield _encode(entry | _keypoints(person, size))

    def _coco_id(self, entry: Document) -> Any:
        """The id of COCO's annotation that an exported one is, None if it is none."""
        if not self._selection.is_reconciled:
            return _value(entry["id"])
        source = _value(entry.get(SOURCE, b"null"))
        return _value(entry[SOURCE_ID]) if goes_with_companions(str(source)) else None

    def _categories(
        self, ids: Mapping[str, int], categories: Sequence[Document]
    ) -> list[Document]:
        """The classes that have keypoints, with the names and connections of these."""
        dataset = self._selection.dataset
        sources = label_sources(dataset, KEYPOINTS)
        if sources:
            listed = sources[0]["categories"]
            return [c | {"id": ids.get(c["name"], c["id"])} for c in listed]
        names = set(dataset.distinct(f"{KEYPOINTS}.keypoints.label"))
        skeleton = dataset.skeletons.get(KEYPOINTS)
        about: dict[str, Any] = {"keypoints": [], "skeleton": []}
        if skeleton is not None:
            edges = [[end + 1 for end in edge] for edge in skeleton.edges]
            about = {"keypoints": list(skeleton.labels or ()), "skeleton": edges}
        return [{**c, **about} for c in categories if c["name"] in names]


def _decode(annotations: bytes) -> list[dict[str, Any]]:
    text = b"[" + annotations + b"]"
    try:
        return _decode_raw(text)
    except msgspec.DecodeError:  # NaN and Infinity
        return list(json.loads(text))


def _value(value: Any) -> Any:
    is_raw = isinstance(value, msgspec.Raw | bytes)
    return msgspec.json.decode(value) if is_raw else value


def _keypoints(person: Document, size: tuple[int, int]) -> dict[str, Any]:
    v = visibility(person)
    values: list[float] = []
    for point, seen in zip(person["points"], v, strict=True):
        places = [_px(share, side) for share, side in zip(point, size, strict=True)]
        values += [*(places if seen else (0, 0)), seen]
    return {"num_keypoints": sum(one > 0 for one in v), "keypoints": values}


def _px(share: float, side: int) -> float:
    if share != share:
        return 0
    place = round(share * side, _DECIMALS)
    return int(place) if place.is_integer() else place
