"""The two label sets of a split: their files fetched, read, and joined by image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from .archives import check_archive, fetch_member, open_archive, read_member
from .coco_json import LabelSet, read_label_set
from .downloads import Progress, fetch, require_file
from .errors import FormatError, Problems
from .request import Request
from .sources import COCO_ZIP, Split

Files = Iterator[tuple[str, Callable[[], bytes]]]


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
    request: Request, folder: Path, progress: Progress | None = None
) -> dict[str, Path]:
    """Sees to it that the label files of a request lie on this disk.

    The files of a mirror that is a folder are used where they lie.

    Args:
        request: what is asked for
        folder: where files that are fetched are kept
        progress (None): called with the number of bytes that have just arrived

    Returns:
        for each label set, the file that holds it: Sama's zip, and COCO's zip or the
        one member of it
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
        files["coco"] = _coco_file(request, folder, progress)
    return files


def _coco_file(request: Request, folder: Path, progress: Progress | None) -> Path:
    member = request.split.coco_member
    coco = request.origin.locate(COCO_ZIP)
    if isinstance(coco, Path):
        return require_file(coco)
    target = folder / Path(member.name).name
    verify = request.origin.is_upstream
    return fetch_member(coco, member, target, verify, progress)


def read_label_sets(
    request: Request, files: dict[str, Path], problems: Problems
) -> list[LabelSet]:
    """Reads the label sets of a request, with the same image ids in each.

    Args:
        request: what is asked for
        files: what :func:`fetch_label_files` returned
        problems: where what has to be left out is counted

    Returns:
        Sama's set and, if asked for, COCO's, each listing the images of both

    Raises:
        FormatError: if a file is damaged as a whole
    """
    sama = read_label_set("Sama-COCO", _sama_members(files["sama"]), problems)
    if not request.with_coco:
        return [sama]
    coco = read_label_set(
        "COCO-2017", [_coco_member(files["coco"], request.split)], problems
    )
    _join(sama, coco, problems)
    return [sama, coco]


def _sama_members(path: Path) -> Files:
    with open_archive(path) as archive:
        names = [n for n in archive.namelist() if n.endswith(".json")]
    if not names:
        raise FormatError(f"{path} holds no .json file")
    for name in sorted(names):
        yield f"{path.name}/{name}", partial(read_member, path, name)


def _coco_member(path: Path, split: Split) -> tuple[str, Callable[[], bytes]]:
    if path.suffix == ".zip":
        return path.name, partial(read_member, path, split.coco_member.name)
    return path.name, path.read_bytes


def _join(sama: LabelSet, coco: LabelSet, problems: Problems) -> None:
    """Checks that both sets mean the same images, and lists those of both in both."""
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
            for annotation in sama.annotations.pop(image_id, ()):
                problems.skip(
                    "annotation of an image whose size differs between the sets",
                    f"annotation {annotation.id} of Sama-COCO, {image.file_name}",
                )
    for image_id in coco.images.keys() - sama.images.keys():
        name = coco.images[image_id].file_name
        problems.note("image that Sama-COCO does not have", name)
    sama.images = coco.images = sama.images | coco.images
