"""Files on this disk: whole or not there, and the room for them."""

from __future__ import annotations

import errno
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import filelock

from ..errors import DiskFullError, DownloadError, NotFoundError
from ..progress import OnProgress
from .interrupts import TICK

STALE_SECONDS = 3_600
"""Far longer than a transfer stands still before it is given up."""


def require_file(path: Path) -> Path:
    """The path of a file in a mirror folder, if it is there.

    Raises:
        NotFoundError: if it is not
    """
    if not path.is_file():
        raise NotFoundError(errno.ENOENT, f"The mirror has no file '{path}'")
    return path


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
