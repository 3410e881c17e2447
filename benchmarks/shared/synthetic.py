"""Writes a seeded COCO / Sama-COCO pair of any size, as JSON files and as a mirror.

`generate` writes

- ``FOLDER/labels/{coco,sama}_{val,train}.json``, one document a label set, and
- ``FOLDER/mirror/``, both hosts' files at their upstream paths.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import numpy as np
import orjson
from numpy.typing import NDArray
from PIL import Image
from sama_coco.example.categories import CATEGORIES
from sama_coco.example.documents import LICENSES, image_entry
from sama_coco.example.mirror import COCO_HOST, SAMA_HOST

from .synthetic_labels import random_base, random_frames, random_revision
from .synthetic_outlines import annotations

CHUNK = 1_000
"""Images drawn and written at a time, and in a member of the Sama zip."""

_CATEGORY_IDS = np.array([entry["id"] for entry in CATEGORIES])
_FIRST_IMAGE_ID = 1_000_000
_UPSTREAM = {"validation": "val", "train": "train"}


class Document:
    """A COCO document written piece by piece into several files at once."""

    def __init__(self, files: list[IO[bytes]]) -> None:
        self._files = files
        self._write(b'{"info":{"description":"Random labels."},"licenses":')
        self._write(orjson.dumps(LICENSES))

    def entries(self, key: str, pieces: Iterator[list[Any]]) -> None:
        """Write one list of the document from lists of its entries."""
        self._write(f',"{key}":['.encode())
        comma = b""
        for piece in pieces:
            if piece:
                self._write(comma + orjson.dumps(piece)[1:-1])
                comma = b","
        self._write(b"]")

    def close(self) -> None:
        self._write(b',"categories":' + orjson.dumps(CATEGORIES) + b"}")

    def _write(self, content: bytes) -> None:
        for file in self._files:
            file.write(content)


class Synthetic:
    """The images and both label sets of a split, drawn chunk by chunk."""

    def __init__(self, images: int, split: str, seed: int) -> None:
        self.images, self.split, self.seed = images, _UPSTREAM[split], seed
        self.frames = random_frames(np.random.default_rng([seed, 0]), images)

    def chunks(self) -> Iterator[tuple[int, int]]:
        """First image and first image beyond, of every chunk."""
        for first in range(0, self.images, CHUNK):
            yield first, min(first + CHUNK, self.images)

    def entries(self, first: int, stop: int) -> list[dict[str, Any]]:
        sizes = self.frames[first:stop].tolist()
        return [
            image_entry(_FIRST_IMAGE_ID + index, f"{self.split}2017", *size)
            for index, size in enumerate(sizes, start=first)
        ]

    def labels(self, revised: bool) -> Iterator[list[dict[str, Any]]]:
        """Annotations of one label set, a list a chunk."""
        number = 20_000_001 if revised else 1_000_001
        for first, stop in self.chunks():
            frames = self.frames[first:stop]
            rng = np.random.default_rng([self.seed, 1, first])
            objects = random_base(rng, frames)
            if revised:
                objects = random_revision(rng, objects, frames)
            ids: NDArray[np.int64] = np.arange(first, stop) + _FIRST_IMAGE_ID
            yield list(annotations(objects, frames, ids, _CATEGORY_IDS, number))
            number += len(objects)


def write_base(made: Synthetic, folder: Path) -> None:
    archive_path = folder / "mirror" / COCO_HOST / "annotations"
    archive_path.mkdir(parents=True, exist_ok=True)
    path = archive_path / "annotations_trainval2017.zip"
    with ExitStack() as stack:
        archive = stack.enter_context(ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1))
        for other in set(_UPSTREAM.values()) - {made.split}:
            with archive.open(f"annotations/instances_{other}2017.json", "w") as member:
                document = Document([member])
                document.entries("images", iter(()))
                document.entries("annotations", iter(()))
                document.close()
        name = f"annotations/instances_{made.split}2017.json"
        member = stack.enter_context(archive.open(name, "w", force_zip64=True))
        raw = stack.enter_context(_raw(folder, f"coco_{made.split}"))
        document = Document([raw, member])
        document.entries("images", (made.entries(*chunk) for chunk in made.chunks()))
        document.entries("annotations", made.labels(revised=False))
        document.close()


def write_revised(made: Synthetic, folder: Path) -> None:
    host = folder / "mirror" / SAMA_HOST / "sama-coco"
    host.mkdir(parents=True, exist_ok=True)
    path = host / f"sama-coco-{made.split}.zip"
    with (
        ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive,
        _raw(folder, f"sama_{made.split}") as raw,
    ):
        whole = Document([raw])
        whole.entries("images", (made.entries(*chunk) for chunk in made.chunks()))
        whole.entries("annotations", _sharded(made, archive))
        whole.close()


def _sharded(made: Synthetic, archive: ZipFile) -> Iterator[list[dict[str, Any]]]:
    """The revised labels, each chunk of them also written as a member."""
    chunks = zip(made.chunks(), made.labels(revised=True), strict=True)
    for number, (chunk, labels) in enumerate(chunks):
        name = f"sama_coco_coco_format_{made.split}_{number}.json"
        with archive.open(name, "w") as member:
            shard = Document([member])
            shard.entries("images", iter([made.entries(*chunk)]))
            shard.entries("annotations", iter([labels]))
            shard.close()
        yield labels


def write_pictures(made: Synthetic, folder: Path) -> None:
    """One flat JPEG a size, hard-linked under every name, and all in the zip."""
    place = f"{made.split}2017"
    host = folder / "mirror" / COCO_HOST
    (host / place).mkdir(parents=True, exist_ok=True)
    (host / "zips").mkdir(exist_ok=True)
    first_of: dict[tuple[int, int], tuple[Path, bytes]] = {}
    with ZipFile(host / "zips" / f"{place}.zip", "w", ZIP_STORED) as archive:
        for chunk in made.chunks():
            for entry in made.entries(*chunk):
                size = entry["width"], entry["height"]
                path = host / place / entry["file_name"]
                path.unlink(missing_ok=True)
                if size in first_of:
                    os.link(first_of[size][0], path)
                else:
                    first_of[size] = path, _flat_jpeg(size)
                    path.write_bytes(first_of[size][1])
                archive.writestr(f"{place}/{path.name}", first_of[size][1])


def _flat_jpeg(size: tuple[int, int]) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, "#8d99ae").save(content, "JPEG", quality=60)
    return content.getvalue()


def _raw(folder: Path, name: str) -> IO[bytes]:
    path = folder / "labels" / f"{name}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.open("wb")


def generate(folder: Path, images: int, split: str, seed: int) -> None:
    """Writes the label files and flat pictures, unless they are there."""
    done = folder / f"done-{images}-{split}-{seed}"
    if not done.exists():
        made = Synthetic(images, split, seed)
        write_base(made, folder)
        write_revised(made, folder)
        write_pictures(made, folder)
        done.touch()
