"""Files on this disk: whole or not there, and the room for them."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from uuid import uuid4

import filelock

from ..errors import DiskFullError, DownloadError, FormatError, NotFoundError
from ..progress import OnProgress
from .interrupts import TICK

STALE_SECONDS = 3_600
"""Far longer than a transfer stands still before it is given up."""

LONGEST_NAME = 200
"""Of a file, in bytes; file systems take 255, of which a download needs some."""


def require_file(path: Path) -> Path:
    """The path of a file in a mirror folder, if it is there.

    Raises:
        NotFoundError: if it is not
    """
    if not path.is_file():
        raise NotFoundError(errno.ENOENT, f"The mirror has no file '{path}'")
    return path


def safe_file_name(name: str, where: str) -> str:
    """A file name that cannot lead out of the folder it is put into.

    Args:
        name: the name that a file or archive asks for
        where: what asks for it, for the error

    Returns:
        ``name``

    Raises:
        FormatError: if it is anything but a plain name
    """
    plain = PurePosixPath(name).name == name and name not in ("", ".", "..")
    if not plain or not name.isprintable() or any(c in name for c in "\\:"):
        raise FormatError(
            f"{where} names the file {name!r}, which could lie outside its folder. "
            "Only plain file names are accepted"
        )
    if len(name.encode()) > LONGEST_NAME:
        raise FormatError(
            f"{where} names the file '{name[:40]}...', of {len(name.encode())} bytes. "
            f"Only names of up to {LONGEST_NAME} bytes are accepted"
        )
    return name


@contextmanager
def replacing(target: Path, draft: Path | None = None) -> Iterator[BinaryIO]:
    """A file opened for writing that gets the name ``target`` if nothing is raised.

    Args:
        target: its name when it is complete
        draft (None): its name until then, where no other thread or process writes
            the same target; by default, one of its own

    Raises:
        DiskFullError: if the disk is full
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if draft is None:
        draft = target.with_name(f"{target.name}.{uuid4().hex[:12]}.part")
    try:
        with translating_disk_errors(target), draft.open("wb") as file:
            yield file
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


@contextmanager
def holding_lock(lock: Path, on_progress: OnProgress | None) -> Iterator[None]:
    """Holds a lock that other loads of this machine may hold.

    Args:
        lock: the file of the lock
        on_progress: called while another load holds it; what it raises ends the wait
    """
    held = filelock.FileLock(lock)
    while not held.is_locked:
        try:
            held.acquire(timeout=TICK)
        except filelock.Timeout:
            if on_progress is not None:
                on_progress(0.0, "Waiting for another load, which fetches the same")
    try:
        yield
    finally:
        held.release()


def remove_stale_parts(folder: Path) -> None:
    """Removes what killed processes left in a folder of :func:`replacing` targets."""
    for part in folder.glob("*.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > STALE_SECONDS:
                part.unlink()


@contextmanager
def translating_disk_errors(target: Path) -> Iterator[None]:
    """Words the error of a full disk for the person who has to make room."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        if not is_full or isinstance(error, DownloadError):
            raise
        raise DiskFullError(
            errno.ENOSPC,
            f"The disk is full: '{target}' could not be written whole. Make room in "
            f"'{target.parent}' and run this again: downloads go on where they stopped",
        ) from error


def require_space(folder: Path, size: int) -> None:
    """Checks that ``size`` more bytes fit on the disk of ``folder``.

    Raises:
        DiskFullError: if they do not
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < size:
        raise DiskFullError(
            errno.ENOSPC,
            f"'{folder}' has {free / 1e9:.1f} GB free, {size / 1e9:.1f} GB are "
            "needed. Make room, or move FiftyOne's zoo with "
            "`fiftyone.config.dataset_zoo_dir`",
        )
