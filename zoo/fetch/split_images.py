"""Finding the images of a split on this disk, and fetching those that are missing."""

from __future__ import annotations

import os
import queue
import threading
import time
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..defects import Defects
from ..errors import (
    DiskFullError,
    DownloadError,
    FormatError,
    NotFoundError,
    UnreachableError,
)
from ..progress import Advance, OnProgress, stage
from .archives import open_archive, open_member
from .disk import (
    holding_lock,
    remove_stale_parts,
    replacing,
    require_file,
    safe_file_name,
)
from .downloads import Readable, fetch, open_source, read_all
from .interrupts import GRACE_SECONDS, run_interruptibly, start_thread
from .jpeg_check import END, START, is_whole_jpeg
from .sources import Origin, Split
from .transfers import ATTEMPTS, CannotResumeError, Transfer

BUILT_IN_DATASETS = ("coco-2017", "sama-coco")
THREADS = 16
ZIP_SHARE = 0.1
"""Share of a split's images that must be missing for its zip to be fetched."""

LARGEST_IMAGE_BYTES = 100_000_000
UNREACHABLE_IN_A_ROW = 20
"""So many images that fail without one that arrives end a load."""


class DamagedImageError(DownloadError):
    """An image that is not a JPEG, or not all of one."""


@dataclass(frozen=True)
class ImageSource:
    """Where the images of a split come from, and where they go.

    Attributes:
        split: the split
        origin: the published hosts or a mirror
        folder: where the images are kept
        archive_folder: where a zip of images is kept while it is unpacked
        is_partial: whether less than the whole split is wanted
        num_workers: the number of threads that fetch images; None for
            :data:`THREADS`
    """

    split: Split
    origin: Origin
    folder: Path
    archive_folder: Path
    is_partial: bool = False
    num_workers: int | None = None


def built_in_folders(split: str, zoo_dir: Path) -> list[Path]:
    """Where FiftyOne's own zoo datasets keep images of a split.

    Args:
        split: the name of the split
        zoo_dir: the folder of FiftyOne's zoo datasets
    """
    return [zoo_dir / name / split / "data" for name in BUILT_IN_DATASETS]


def find_images(
    names: Iterable[str], folder: Path, others: Sequence[Path] = ()
) -> dict[str, str]:
    """The paths of those images that lie whole on this disk, by file name.

    Args:
        names: the file names of the images
        folder: where :func:`fetch_images` puts them
        others (()): where other programs do
    """
    wanted = set(names)
    found: dict[str, str] = {}
    for place in (folder, *others):
        for name in wanted.intersection(_listed(place)):
            path = f"{place}{os.sep}{name}"
            if _is_whole(path):
                found[name] = path
        wanted -= found.keys()
    return found


def fetch_images(
    source: ImageSource,
    names: Sequence[str],
    defects: Defects,
    on_progress: OnProgress | None = None,
) -> None:
    """Fetches missing images: one by one, or by zip if much of a split is missing.

    An image that can't be had whole is left out and counted.

    Args:
        source: where the images come from and go
        names: the file names of the missing images
        defects: where images that had to be left out are counted
        on_progress (None): called with the progress, instead of bars being drawn

    Raises:
        DiskFullError: if the images do not fit on the disk
        UnreachableError: if one image after the other can't be had
        DownloadError: if their zip can't be fetched
    """
    remove_stale_parts(source.folder)
    if not source.is_partial and len(names) > ZIP_SHARE * source.split.num_images:
        names = _fetch_by_zip(source, names, on_progress)
    label = f"{len(names)} images of '{source.split.name}'"
    with stage(label, len(names), on_progress) as arrived:
        run_interruptibly(
            lambda advance: _fetch_singly(source, names, defects, advance), arrived
        )


def _listed(folder: Path) -> list[str]:
    """The names in a folder: asked for at once, as a split may have 118,287."""
    return os.listdir(folder) if folder.is_dir() else []


def _is_whole(path: str) -> bool:
    """Whether a file is a whole JPEG; one that ends as they do is taken for one."""
    try:
        with open(path, "rb", buffering=0) as file:
            start = file.read(2)
            if start != START or file.seek(0, os.SEEK_END) < len(START + END):
                return False
            file.seek(-2, os.SEEK_END)
            if file.read(2) == END:
                return True
            file.seek(0)
            return is_whole_jpeg(file.readall())
    except OSError:
        return False


def _fetch_by_zip(
    source: ImageSource, names: Sequence[str], on_progress: OnProgress | None
) -> Sequence[str]:
    """Fetches images by the zip of their split; returns the names it does not hold.

    One process or thread at a time: the others find the images that it unpacked.
    """
    folder = source.archive_folder
    folder.mkdir(parents=True, exist_ok=True)
    lock = folder / f"{source.split.images_zip.name}.unpacking.lock"
    with holding_lock(lock, on_progress):
        found = find_images(names, source.folder)
        names = [name for name in names if name not in found]
        if names:
            archive = _images_zip(source, on_progress)
            with stage("Unpacking images", len(names), on_progress) as unpacked:
                names = _unpack(archive, source, names, unpacked)
            if archive.parent == folder:
                archive.unlink()
    return names


def _images_zip(source: ImageSource, on_progress: OnProgress | None) -> Path:
    remote = source.split.images_zip
    place = source.origin.locate(remote)
    if isinstance(place, Path):
        return require_file(place)
    url = place
    with Transfer(url).open() as transfer:
        size = transfer.size or 0
    target = source.archive_folder / remote.name
    label = f"All images of '{source.split.name}'"
    with stage(label, size, on_progress, in_bytes=True) as arrived:
        return run_interruptibly(
            lambda advance: fetch(url, target, check=_check_zip, progress=advance),
            arrived,
        )


def _check_zip(path: Path) -> None:
    try:
        with open_archive(path):
            pass
    except FormatError as error:
        raise DownloadError(str(error)) from error


def _unpack(
    archive: Path, source: ImageSource, names: Sequence[str], advance: Advance
) -> list[str]:
    """Unpacks images from the zip of a split; returns the names it does not hold.

    What is damaged in it counts as not held.
    """
    missing = set(names)
    with open_archive(archive) as images:
        for member in images.infolist():
            if member.is_dir():
                continue
            name = safe_file_name(
                member.filename.removeprefix(f"{source.split.folder}/"), str(archive)
            )
            if name in missing and _unpack_image(images, member, source.folder / name):
                missing.remove(name)
                advance(1)
    return sorted(missing)


def _unpack_image(
    images: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path
) -> bool:
    where = f"'{member.filename}' in {images.filename}"
    try:
        with open_member(images, member, LARGEST_IMAGE_BYTES) as stream:
            _save(stream, target, where)
    except (DamagedImageError, FormatError):
        return False
    return True


def _fetch_singly(
    source: ImageSource, names: Sequence[str], defects: Defects, advance: Advance
) -> None:
    waiting: queue.SimpleQueue[str] = queue.SimpleQueue()
    for name in names:
        waiting.put(name)
    ended: queue.SimpleQueue[Exception | None] = queue.SimpleQueue()
    is_over = threading.Event()

    def fetch_waiting() -> None:
        while not is_over.is_set():
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            ended.put(_try_image(source, name))

    threads = [
        start_thread(fetch_waiting)
        for _ in range(min(source.num_workers or THREADS, len(names)))
    ]
    unreachable = 0
    try:
        for _ in names:
            error = ended.get()
            unreachable = unreachable + 1 if isinstance(error, UnreachableError) else 0
            if error is not None:
                _count_failure(error, unreachable, defects)
            advance(1)
    finally:
        is_over.set()
        end = time.monotonic() + GRACE_SECONDS
        for thread in threads:
            thread.join(max(end - time.monotonic(), 0))


def _try_image(source: ImageSource, name: str) -> Exception | None:
    place = source.origin.locate(source.split.image(name))
    try:
        _fetch_image(place, source.folder / name)
    except Exception as error:
        return error
    return None


def _count_failure(error: Exception, unreachable: int, defects: Defects) -> None:
    if unreachable == UNREACHABLE_IN_A_ROW or not isinstance(error, DownloadError):
        raise error
    if isinstance(error, NotFoundError):
        defects.skip("image that does not exist at its source", str(error))
    elif isinstance(error, DiskFullError):
        raise error
    else:
        defects.skip("image that could not be fetched", str(error))


def _fetch_image(place: str | Path, target: Path) -> None:
    """Fetches an image, from its start where it is damaged or can't be resumed."""
    attempts = ATTEMPTS if isinstance(place, str) else 1
    for attempt in range(1, attempts + 1):
        try:
            with open_source(place) as stream:
                _save(stream, target, str(place))
            return
        except (CannotResumeError, DamagedImageError):
            if attempt == attempts:
                raise


def _save(stream: Readable, target: Path, source: str) -> None:
    data = read_all(stream, LARGEST_IMAGE_BYTES, source)
    if not data.startswith(START):
        raise DamagedImageError(f"{source} is no JPEG image")
    if not is_whole_jpeg(data):
        raise DamagedImageError(
            f"{source} is not a whole JPEG image: its end is missing in {len(data):,} "
            "bytes"
        )
    with replacing(target) as file:
        file.write(data)
