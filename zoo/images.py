"""Finding the images of a split on this disk, and fetching those that are missing."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import filelock
import tenacity

from .archives import open_archive, safe_file_name
from .downloads import (
    Readable,
    copy_stream,
    fetch,
    open_source,
    remove_stale_parts,
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

_JPEG_START, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


def built_in_folders(request: Request, zoo_dir: Path) -> list[Path]:
    """Where FiftyOne's own zoo datasets keep images of the split of a request.

    Args:
        request: what is asked for
        zoo_dir: the folder of FiftyOne's zoo datasets
    """
    return [zoo_dir / n / request.split.name / "data" for n in BUILT_IN_DATASETS]


def find_images(
    names: Iterable[str], folder: Path, others: Sequence[Path] = ()
) -> dict[str, str]:
    """The paths of those images that lie on this disk, by file name.

    Args:
        names: the file names of the images
        folder: where :func:`fetch_images` put them, which keeps whole ones only
        others (()): where other programs did, which may have been killed at it. What
            does not start and end as a JPEG does is not taken from there
    """
    wanted = set(names)
    found: dict[str, str] = {}
    for place in (folder, *others):
        for name in wanted.intersection(_listed(place)):
            path = f"{place}{os.sep}{name}"
            if place is folder or _is_whole(path):
                found[name] = path
        wanted -= found.keys()
    return found


def _listed(folder: Path) -> list[str]:
    """The names in a folder: asked for at once, as a split may have 118,287."""
    return os.listdir(folder) if folder.is_dir() else []


def _is_whole(path: str) -> bool:
    try:
        with open(path, "rb", buffering=0) as file:
            start = file.read(2)
            file.seek(-2, os.SEEK_END)
            return start == _JPEG_START and file.read(2) == _JPEG_END
    except OSError:
        return False


def fetch_images(
    request: Request,
    names: Sequence[str],
    folder: Path,
    archive_folder: Path,
    problems: Problems,
    report: Report | None = None,
) -> None:
    """Fetches missing images: one by one, or by zip if much of a split is missing.

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
    remove_stale_parts(folder)
    if not request.is_partial and len(names) > ZIP_SHARE * request.split.num_images:
        names = _fetch_by_zip(request, names, folder, archive_folder, report)
    label = f"{len(names)} images of '{request.split.name}'"
    with stage(label, len(names), report) as arrived:
        _fetch_singly(request, names, folder, problems, arrived)


def _fetch_by_zip(
    request: Request,
    names: Sequence[str],
    folder: Path,
    archive_folder: Path,
    report: Report | None,
) -> Sequence[str]:
    """Fetches images by the zip of their split; returns the names it does not hold.

    One process or thread at a time: the others find the images that it unpacked.
    """
    archive_folder.mkdir(parents=True, exist_ok=True)
    lock = archive_folder / f"{request.split.images_zip.name}.unpacking.lock"
    with filelock.FileLock(lock):
        found = find_images(names, folder)
        names = [name for name in names if name not in found]
        if names:
            archive = _images_zip(request, archive_folder, report)
            with stage("Unpacking images", len(names), report) as unpacked:
                names = _unpack(archive, request.split.folder, names, folder, unpacked)
            if archive.parent == archive_folder:
                archive.unlink()
    return names


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
        if head != _JPEG_START:
            raise DownloadError(f"{source} is no JPEG image")
        file.write(head)
        copy_stream(stream, file)
