"""A mirror read back with nothing but zip and JSON."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import ZipFile

Document = dict[str, Any]


@dataclass(frozen=True)
class Mirror:
    """The files of a mirror, by split (`val` or `train`)."""

    folder: Path

    def archive(self, *parts: str) -> ZipFile:
        return ZipFile(self.folder.joinpath(*parts))

    def coco(self, split: str) -> Document:
        name = f"annotations/instances_{split}2017.json"
        with self.archive(
            "images.cocodataset.org", "annotations", "annotations_trainval2017.zip"
        ) as archive:
            document: Document = json.loads(archive.read(name))
        return document

    def shards(self, split: str) -> list[Document]:
        host = "sama-documentation-assets.s3.amazonaws.com"
        with self.archive(host, "sama-coco", f"sama-coco-{split}.zip") as archive:
            return [json.loads(archive.read(name)) for name in archive.namelist()]

    def sama(self, split: str) -> list[Document]:
        return [one for shard in self.shards(split) for one in shard["annotations"]]

    def edits(self, split: str) -> list[Document]:
        log = json.loads((self.folder / "edits.json").read_text())
        edits: list[Document] = log["validation" if split == "val" else split]
        return edits
