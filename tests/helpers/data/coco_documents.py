"""COCO documents for tests: made by hand, generated, and damaged."""

from __future__ import annotations

import copy
import json
import random
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from sama_coco.zoo.coco.coco_json import LabelSet, read_label_set
from sama_coco.zoo.defects import Defects

Json = dict[str, Any]

SQUARE = [[1.0, 1.0, 5.0, 1.0, 5.0, 5.0, 1.0, 5.0]]
HOSTILE_NAMES = [
    "../x.jpg",
    "a/b.jpg",
    "/etc/passwd",
    "a\\b.jpg",
    "C:x.jpg",
    "x.jpg/",
    "",
    ".",
    "..",
    "a\0.jpg",
    "a\n.jpg",
    "\ud800.jpg",
]


def image(id: int = 1, file_name: str | None = None, **entries: Any) -> Json:
    """An image entry of 20 x 10 px."""
    name = f"{id:012d}.jpg" if file_name is None else file_name
    return {"id": id, "file_name": name, "width": 20, "height": 10} | entries


def category(id: int = 1, name: str = "cat", supercategory: str = "animal") -> Json:
    """A category entry."""
    return {"id": id, "name": name, "supercategory": supercategory}


def annotation(id: int = 1, **entries: Any) -> Json:
    """An annotation of a square in image 1."""
    return {
        "id": id,
        "image_id": 1,
        "category_id": 1,
        "bbox": [1, 1, 4, 4],
        "area": 16,
        "iscrowd": 0,
        "segmentation": SQUARE,
    } | entries


def document(**entries: Any) -> Json:
    """A document with one image, one class and one object."""
    return {
        "info": {},
        "licenses": [],
        "images": [image()],
        "categories": [category()],
        "annotations": [annotation()],
    } | entries


def read(*documents: Json | bytes, strict: bool = False) -> tuple[LabelSet, Defects]:
    """Reads the files of a label set, named ``0.json``, ``1.json``, ..."""
    problems = Defects(strict)
    contents = [d if isinstance(d, bytes) else to_json(d) for d in documents]
    files = [(f"{i}.json", lambda data=d: data) for i, d in enumerate(contents)]
    return read_label_set("Sama-COCO", files, problems), problems


def to_json(content: Any) -> bytes:
    """JSON as Python writes it, NaN and Infinity included."""
    return json.dumps(content).encode()


def ids(labels: LabelSet) -> list[int]:
    """The ids of all annotations that were read, in order."""
    return sorted(a.id for found in labels.annotations.values() for a in found)


def write_zip(path: Path, members: Mapping[str, bytes], deflate: bool = True) -> Path:
    """Writes an archive, in folders that are made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    method = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def flip_in(path: Path, piece: bytes) -> None:
    """Changes a bit in the middle of a piece of a file that is stored as it is."""
    data = bytearray(path.read_bytes())
    data[data.index(piece) + len(piece) // 2] ^= 1
    path.write_bytes(data)


_scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.integers(-2, 5),
    st.floats(),
    st.text(max_size=4),
)
_junk = st.recursive(
    _scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from(["id", "size", "counts", "x"]), inner),
    ),
    max_leaves=6,
)
_segmentations = st.one_of(
    st.just(SQUARE),
    st.just({"size": [10, 20], "counts": [0, 5, 195]}),
    st.just({"size": [10, 20], "counts": "05l5"}),
    st.just([]),
)


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """Sound documents of a few images, classes and objects."""
    images = [image(i) for i in range(1, draw(st.integers(1, 3)) + 1)]
    categories = [category(i, f"class {i}") for i in range(1, draw(st.integers(1, 3)))]
    categories = categories or [category()]
    annotations = [
        annotation(
            10 + i,
            image_id=draw(st.sampled_from(images))["id"],
            category_id=draw(st.sampled_from(categories))["id"],
            iscrowd=draw(st.integers(0, 1)),
            bbox=[draw(st.integers(0, 8)) for _ in range(4)],
            segmentation=draw(_segmentations),
        )
        for i in range(draw(st.integers(0, 4)))
    ]
    return document(images=images, categories=categories, annotations=annotations)


@st.composite
def damaged_structures(draw: st.DrawFn) -> bytes:
    """Documents with values replaced, removed or repeated anywhere in them."""
    content = copy.deepcopy(draw(documents()))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(content))
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        action = draw(st.sampled_from(["replace", "remove", "repeat"]))
        if action == "remove":
            del holder[key]
        elif action == "repeat" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[key]))
        else:
            holder[key] = draw(_junk)
    return to_json(content)


@st.composite
def damaged_bytes(draw: st.DrawFn) -> bytes:
    """Documents with bytes cut off, overwritten, or put in."""
    data = bytearray(to_json(draw(documents())))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data)))
        action = draw(st.sampled_from(["cut", "overwrite", "insert"]))
        if action == "cut":
            del data[at:]
        elif action == "overwrite":
            data[at : at + 1] = draw(st.binary(min_size=1, max_size=1))
        else:
            data[at:at] = draw(st.binary(max_size=4))
    return bytes(data)


def _places(content: Any) -> Iterable[tuple[Any, Any]]:
    """Each list or dict in a document with each of its indices or keys."""
    if isinstance(content, dict):
        keys: Iterable[Any] = list(content)
    elif isinstance(content, list):
        keys = range(len(content))
    else:
        return
    for key in keys:
        yield content, key
        yield from _places(content[key])


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that do not compress."""
    return random.Random(seed).randbytes(size)
