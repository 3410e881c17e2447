"""The two label sets of a split: their files fetched, read, and joined by image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from .coco.coco_json import LabelSet, read_label_set
from .coco.companions import read_captions, read_keypoints
from .defects import Defects
from .errors import FormatError
from .fetch.archives import check_archive, fetch_member, open_archive, read_member
from .fetch.disk import require_file
from .fetch.downloads import fetch
from .fetch.sources import COCO_ZIP, Member, Split
from .label_sources import LabelSource, describe_source
from .progress import Advance
from .request import Request

Files = Iterator[tuple[Path, str | None]]
"""Files of labels: the path of each, and its name in the zip that the path is of."""


def label_bytes(request: Request, folder: Path) -> int:
    """The bytes that :func:`fetch_label_files` will have to fetch, as published.

    Args:
        request: what is asked for
        folder: where files that are fetched are kept
    """
    split = request.split
    sizes = {folder / split.sama_zip.name: split.sama_zip.size or 0}
    if request.with_coco:
        member = split.coco_member
        sizes[folder / Path(member.name).name] = member.packed_size or member.size
    if not request.origin.is_upstream:
        return 0
    return sum(size for path, size in sizes.items() if not path.exists())


def fetch_label_files(
    request: Request, folder: Path, progress: Advance | None = None
) -> dict[str, Path]:
    """Fetches the label files of a request that are not on this disk yet.

    The files of a mirror that is a folder are used where they lie.

    Args:
        request: what is asked for
        folder: where files that are fetched are kept
        progress (None): called with the number of bytes that have just arrived

    Returns:
        for each label set and companion of COCO's, the file that holds it: Sama's
        zip, and COCO's zip or the one member of it
    """
    files = {}
    split, origin = request.split, request.origin
    sama = origin.locate(split.sama_zip)
    if isinstance(sama, Path):
        files["sama"] = require_file(sama)
    else:
        files["sama"] = fetch(
            sama,
            folder / split.sama_zip.name,
            size=split.sama_zip.size if origin.is_upstream else None,
            check=partial(
                check_archive,
                members=split.sama_members if origin.is_upstream else (),
                count=split.num_sama_members if origin.is_upstream else None,
            ),
            progress=progress,
        )
    if request.with_coco:
        for kind, member in _coco_members(request).items():
            files[kind] = _coco_file(request, member, folder, progress)
    return files


def _coco_members(request: Request) -> dict[str, Member]:
    """The members of COCO's archive that are read: instances, and their companions."""
    split = request.split
    companions = {kind: split.companion(kind) for kind in request.companions}
    return {"coco": split.coco_member} | companions


def _coco_file(
    request: Request, member: Member, folder: Path, progress: Advance | None
) -> Path:
    coco = request.origin.locate(COCO_ZIP)
    if isinstance(coco, Path):
        return require_file(coco)
    target = folder / Path(member.name).name
    verify = request.origin.is_upstream
    return fetch_member(coco, member, target, verify, progress)


def read_label_sets(
    request: Request, files: dict[str, Path], problems: Defects
) -> list[LabelSet]:
    """Reads the label sets of a request, in which an id means the same image.

    Args:
        request: what is asked for
        files: what :func:`fetch_label_files` returned
        problems: where what has to be left out is counted

    Returns:
        Sama's set and, if asked for, COCO's; an image may be listed by one alone

    Raises:
        FormatError: if a file is damaged as a whole
    """
    sama = _read("Sama-COCO", _sama_members(files["sama"]), request.split, problems)
    if not request.with_coco:
        return [sama]
    coco_file = _in_archive(files["coco"], request.split.coco_member)
    coco = _read("COCO-2017", iter([coco_file]), request.split, problems)
    for kind in request.companions:
        _read_companion(coco, kind, files[kind], request.split, problems)
    _check_same_images(sama, coco, problems)
    return [sama, coco]


def _read(name: str, files: Files, split: Split, problems: Defects) -> LabelSet:
    sources: list[LabelSource] = []

    def contents() -> Iterator[tuple[str, Callable[[], bytes]]]:
        for path, member in files:
            data = path.read_bytes() if member is None else read_member(path, member)
            title = path.name if member is None else f"{path.name}/{member}"
            yield title, lambda data=data: data  # type: ignore[misc]
            # behind the yield: by now the reader has accepted the file
            sources.append(describe_source(path, data, member, split.name))

    labels = read_label_set(name, contents(), problems)
    labels.sources = sources
    return labels


def _sama_members(path: Path) -> Files:
    with open_archive(path) as archive:
        names = [n for n in archive.namelist() if n.endswith(".json")]
    if not names:
        raise FormatError(f"{path} holds no .json file")
    for name in sorted(names):
        yield path, name


def _in_archive(path: Path, member: Member) -> tuple[Path, str | None]:
    return path, member.name if path.suffix == ".zip" else None


def _read_companion(
    coco: LabelSet, kind: str, file: Path, split: Split, problems: Defects
) -> None:
    path, member = _in_archive(file, split.companion(kind))
    data = path.read_bytes() if member is None else read_member(path, member)
    title = f"'{path.name}'" if member is None else f"'{path.name}/{member}'"
    found = coco.companions
    if kind == "keypoints":
        read_keypoints(data, title, coco.images, coco.categories, found, problems)
    else:
        read_captions(data, title, coco.images, found, problems)
    coco.companion_sources[kind] = describe_source(path, data, member, split.name)


def _check_same_images(sama: LabelSet, coco: LabelSet, problems: Defects) -> None:
    """Checks that both sets mean the same images and classes by the same ids.

    Labels of an image that the two sets give different sizes count in COCO's alone.
    """
    for category_id in sama.categories.keys() & coco.categories.keys():
        names = [s.categories[category_id].name for s in (sama, coco)]
        if names[0] != names[1]:
            raise FormatError(
                f"Category {category_id} is '{names[0]}' in Sama-COCO and '{names[1]}' "
                "in COCO-2017. The two label sets do not belong together"
            )
    coco_ids = {image.file_name: i for i, image in coco.images.items()}
    for image_id, image in sama.images.items():
        coco_id = coco_ids.get(image.file_name, image_id)
        namesake = coco.images.get(image_id)
        if coco_id != image_id or (namesake and namesake.file_name != image.file_name):
            raise FormatError(
                f"'{image.file_name}' is image {image_id} in Sama-COCO, but in "
                f"COCO-2017 it is {coco_id}, and {image_id} is "
                f"'{namesake.file_name if namesake else 'unknown'}'. The two label "
                "sets do not belong together"
            )
        if namesake is None:
            problems.note("image that COCO-2017 does not have", image.file_name)
        elif (image.width, image.height) != (namesake.width, namesake.height):
            sama.images[image_id] = namesake
            for annotation in sama.annotations.pop(image_id, ()):
                problems.skip(
                    "annotation of an image whose size differs between the sets",
                    f"annotation {annotation.id} of Sama-COCO, {image.file_name}",
                )
    for image_id in coco.images.keys() - sama.images.keys():
        name = coco.images[image_id].file_name
        problems.note("image that Sama-COCO does not have", name)
