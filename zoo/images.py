"""Finding the images of a split on this disk, and fetching those that are missing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import tenacity

from .archives import open_archive, safe_file_name
from .downloads import (
    Readable,
    copy_stream,
    fetch,
    open_source,
    replacing,
    require_file,
)
from .errors import DownloadError, NotFoundError, Problems
from .progress import Advance, Report, stage
from .request import Request
from .transfers import ATTEMPTS, CannotResumeError, Transfer

BUILT_IN_DATASETS = ("coco-2017", "sama-coco")
THREADS = 16
ZIP_SHARE = 0.1
"""Share of a split's images that must be missing for its zip to be fetched."""


def image_folders(request: Request, folder: Path, zoo_dir: Path) -> list[Path]:
    """Where images of the split of a request may lie.

    Args:
        request: what is asked for
        folder: the folder of images that earlier loads fetched
        zoo_dir: the folder of FiftyOne's zoo datasets
    """
    split = request.split.name
    return [folder, *(zoo_dir / name / split / "data" for name in BUILT_IN_DATASETS)]


def find_images(folders: Iterable[Path]) -> dict[str, str]:
    """The paths of the images in some folders, by file name; the first folder wins."""
    found: dict[str, str] = {}
    for folder in folders:
        if not folder.is_dir():
            continue
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".jpg"):
                    found.setdefault(entry.name, entry.path)
    return found


def fetch_images(
    request: Request,
    names: Sequence[str],
    folder: Path,
    archive_folder: Path,
    problems: Problems,
    report: Report | None = None,
) -> None:
    """Fetches missing images: one by one, or by zip if most of a split is missing.

    An image that does not exist at its source is left out and counted.

    Args:
        request: what is asked for
        names: the file names of the missing images
        folder: where the images go
        archive_folder: where a zip of images is kept while it is unpacked
        problems: where images that had to be left out are counted
        report (None): told of the progress, instead of bars being drawn

    Raises:
        DownloadError: if images cannot be fetched
    """
    if not request.is_partial and len(names) > ZIP_SHARE * request.split.num_images:
        archive = _images_zip(request, archive_folder, report)
        with stage("Unpacking images", len(names), report) as unpacked:
            names = _unpack(archive, request.split.folder, names, folder, unpacked)
        if archive.parent == archive_folder:
            archive.unlink()
    label = f"{len(names)} images of '{request.split.name}'"
    with stage(label, len(names), report) as arrived:
        _fetch_singly(request, names, folder, problems, arrived)


def _images_zip(request: Request, folder: Path, report: Report | None) -> Path:
    remote = request.split.images_zip
    source = request.origin.locate(remote)
    if isinstance(source, Path):
        return require_file(source)
    with Transfer(source).open() as transfer:
        size = transfer.size or 0
    with stage(f"All images of '{request.split.name}'", size, report, True) as arrived:
        return fetch(source, folder / remote.name, progress=arrived)


def _unpack(
    archive: Path, prefix: str, names: Sequence[str], folder: Path, advance: Advance
) -> list[str]:
    """Unpacks images from the zip of a split; returns the names it does not hold."""
    missing = set(names)
    with open_archive(archive) as images:
        for member in images.namelist():
            if member.endswith("/"):
                continue
            name = safe_file_name(member.removeprefix(f"{prefix}/"), str(archive))
            if name in missing:
                with images.open(member) as stream:
                    _save(stream, folder / name, f"'{member}' in {archive}")
                missing.remove(name)
                advance(1)
    return sorted(missing)


def _fetch_singly(
    request: Request,
    names: Sequence[str],
    folder: Path,
    problems: Problems,
    advance: Advance,
) -> None:
    def fetch_one(name: str) -> None:
        source = request.origin.locate(request.split.image(name))
        _from_the_start(_fetch_image, source, folder / name)

    with ThreadPoolExecutor(request.num_workers or THREADS) as pool:
        tasks = {pool.submit(fetch_one, name): name for name in names}
        try:
            for task in as_completed(tasks):
                try:
                    task.result()
                except NotFoundError as error:
                    problems.skip("image that does not exist at its source", str(error))
                advance(1)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


_from_the_start = tenacity.Retrying(
    retry=tenacity.retry_if_exception_type(CannotResumeError),
    stop=tenacity.stop_after_attempt(ATTEMPTS),
    reraise=True,
)
"""Repeats a transfer that broke where it can't go on in the middle."""


def _fetch_image(source: str | Path, target: Path) -> None:
    with open_source(source) as stream:
        _save(stream, target, str(source))


def _save(stream: Readable, target: Path, source: str) -> None:
    with replacing(target) as file:
        head = stream.read(2)
        if head != b"\xff\xd8":
            raise DownloadError(f"{source} is no JPEG image")
        file.write(head)
        copy_stream(stream, file)
