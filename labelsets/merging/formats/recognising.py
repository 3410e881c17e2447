"""Recognises the format of labels, and reads them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ....zoo.coco.coco_json import Category
from ....zoo.errors import FormatError
from ....zoo.fetch.archives import open_archive
from .coco_file import CocoFile, read_coco
from .cvat_file import read_cvat
from .label_file import LabelFile, file_source
from .results_file import read_results
from .voc_folder import read_voc
from .yolo_folder import read_yolo

SUPPORTED = (
    "COCO JSON (also in a zip), COCO results, YOLO in Ultralytics' layout (its "
    "data.yaml), Pascal VOC (a folder of XML files), and CVAT for images (XML)"
)

_LARGEST_BYTES = 2 << 30
_MARK = b"\xef\xbb\xbf"
_YAML = (".yaml", ".yml")
_YOLO_NAMES = ("data.yaml", "data.yml", "dataset.yaml", "classes.txt")

_OTHERS = {
    "shapes": "LabelMe JSON, one file an image",
    "objects": "Supervisely JSON, one file an image",
    "_via_img_metadata": "a project of the VGG Image Annotator",
    "samples": "a FiftyOne export",
    "panoptic": "COCO panoptic JSON, whose masks lie in PNG files",
    "captions": "COCO captions",
}
"""Unsupported formats of JSON files, by how they are recognised."""


@dataclass(frozen=True)
class Predicted:
    """What a COCO results file does not say itself.

    Attributes:
        categories: the classes by their ids
        listed_in: the label file that lists the images, None where only ids are known
    """

    categories: Mapping[int, Category]
    listed_in: CocoFile | None = None


def open_labels(
    path: str | os.PathLike[str],
    predicted: Callable[[], Predicted] | None = None,
    within: Sequence[Path] = (),
) -> LabelFile:
    """Reads labels in any supported format.

    Args:
        path: a file or folder
        predicted (None): gives what a results file does not say, if it is one
        within (()): the folders that a file may refer to; any by default

    Raises:
        FormatError: if its format is not supported, with what was recognised, or it is
            damaged
        FileNotFoundError: if there is no such path
    """
    path = Path(path).expanduser()
    if path.is_dir():
        return _open_folder(path, predicted, within)
    if not path.is_file():
        raise FileNotFoundError(f"There is no label file '{path}'")
    if path.suffix.lower() in _YAML or path.name == "classes.txt":
        return read_yolo(path, within)
    if path.suffix.lower() == ".zip":
        member, data = _only_json(path)
        return read_content(path, data, predicted, member)
    if path.stat().st_size > _LARGEST_BYTES:
        raise FormatError(f"'{path}' is larger than {_LARGEST_BYTES >> 30} GB")
    return read_content(path, path.read_bytes(), predicted)


def read_content(
    path: Path,
    data: bytes,
    predicted: Callable[[], Predicted] | None = None,
    member: str | None = None,
) -> LabelFile:
    """Reads the content of one file, a JSON or an XML.

    Args:
        path: its path, or its name
        data: its content
        predicted (None): gives what a results file does not say, if it is one
        member (None): its name in the zip at the path

    Raises:
        FormatError: as :func:`open_labels`
    """
    name = member or path.name
    data = data.removeprefix(_MARK)
    start = data[:4096].lstrip()[:1]
    if start == b"<":
        if b"<annotations" in data[:4096]:
            return read_cvat(path, data)
        return read_voc(path, [(name, data)])
    if start == b"{":
        _require_coco(name, data)
        return read_coco(path, data, member)
    if start == b"[":
        _require_results(name, data)
        about = predicted() if predicted is not None else Predicted({})
        source = file_source("coco-results", path, data, member=member)
        return read_results(name, data, source, about.categories, about.listed_in)
    if path.suffix == ".txt":
        raise _unknown(name, "a text file; of YOLO, name the data.yaml")
    raise _unknown(name, "neither JSON nor XML")


def _open_folder(
    path: Path, predicted: Callable[[], Predicted] | None, within: Sequence[Path]
) -> LabelFile:
    files = sorted(entry for entry in path.iterdir() if entry.is_file())
    yolo = [f for f in files if f.name in _YOLO_NAMES]
    json = [f for f in files if f.suffix.lower() == ".json"]
    yaml = [f for f in files if f.suffix.lower() in _YAML]
    xml = [f for f in files if f.suffix.lower() == ".xml"]
    xml = xml or sorted((path / "Annotations").glob("*.xml"))
    for found in (yolo, json, [] if xml else yaml):
        if len(found) == 1:
            return open_labels(found[0], predicted, within)
        if found:
            several = f"a folder of {len(found)} {found[0].suffix} files"
            names = ", ".join(f"'{f.name}'" for f in found[:5])
            raise _unknown(path.name, f"{several}, of which to name one: {names}")
    if len(xml) == 1:
        return open_labels(xml[0], predicted, within)
    if xml:
        return read_voc(path, ((f.name, f.read_bytes()) for f in xml))
    shown = ", ".join(f"'{f.name}'" for f in sorted(path.iterdir())[:5]) or "nothing"
    raise _unknown(path.name, f"a folder of {shown}")


def _only_json(path: Path) -> tuple[str, bytes]:
    with open_archive(path) as archive:
        names = [n for n in archive.namelist() if n.lower().endswith(".json")]
        names = [n for n in names if not n.startswith("__MACOSX")]
        if len(names) != 1:
            raise _unknown(
                path.name, f"a zip of {len(names)} JSON files; one is needed"
            )
        if archive.getinfo(names[0]).file_size > _LARGEST_BYTES:
            raise FormatError(f"'{names[0]}' unpacks to over {_LARGEST_BYTES >> 30} GB")
        return names[0], archive.read(names[0])


_decode_keys = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


def _require_coco(name: str, data: bytes) -> None:
    try:
        found = _decode_keys(data)
    except msgspec.MsgspecError:
        return  # NaN, or damage, which the reader words
    annotations = bytes(found.get("annotations", b""))[:10_000]
    marks = set(found)
    if b'"segments_info"' in annotations:
        marks.add("panoptic")
    if b'"caption"' in annotations:
        marks.add("captions")
    other = next((_OTHERS[mark] for mark in _OTHERS if mark in marks), None)
    lacking = [k for k in ("images", "annotations", "categories") if k not in marks]
    if lacking or "panoptic" in marks:
        without = " and ".join(f"'{key}'" for key in lacking)
        raise _unknown(name, other or f"a JSON object without {without}")


def _require_results(name: str, data: bytes) -> None:
    start = data[:10_000]
    if b'"image_id"' not in start or b'"category_id"' not in start:
        raise _unknown(name, "a JSON list without 'image_id' and 'category_id'")


def _unknown(name: str, recognised: str) -> FormatError:
    return FormatError(f"'{name}' is {recognised}. Supported are {SUPPORTED}")
