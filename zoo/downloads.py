"""Getting files onto the disk whole: resumed when broken off, checked, renamed."""

from __future__ import annotations

import errno
import hashlib
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol
from uuid import uuid4

import filelock

from .errors import DownloadError, NotFoundError
from .transfers import ATTEMPTS, CHUNK_BYTES, CannotResumeError, Transfer

STALE_SECONDS = 3_600
"""Far longer than a transfer stands still before it is given up."""

Progress = Callable[[int], None]
"""Called with the number of bytes that have just arrived."""


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` of the next bytes; none at the end."""


def fetch(
    url: str,
    target: Path,
    size: int | None = None,
    check: Callable[[Path], None] | None = None,
    progress: Progress | None = None,
) -> Path:
    """Fetches a file, unless ``target`` is there.

    It grows under the name ``<target>.part``, which a later call goes on with, and
    gets its own name when it is complete and checked. Only one process fetches a
    target at a time; the others wait and use what it got.

    Args:
        url: the http(s) address
        target: where the file is wanted
        size (None): its size in bytes, if known beforehand
        check (None): called with the complete file before it gets its name; raises
            a :class:`DownloadError` if the file is not the one expected
        progress (None): see :data:`Progress`

    Returns:
        ``target``

    Raises:
        NotFoundError: if the server has no such file
        DownloadError: if it cannot be fetched, or is not what was expected
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    with filelock.FileLock(f"{target}.lock"), naming_full_disk(target):
        if not target.exists():
            _download(url, part, progress)
            _check_complete(url, part, size, check)
            part.replace(target)
            discard_part(part)
    return target


def fetch_range(
    url: str,
    part: Path,
    extent: tuple[int, int],
    version: str | None,
    progress: Progress | None = None,
) -> Path:
    """Fetches some bytes of a file, and goes on with what an earlier call left of them.

    The caller sees to it that no other process fetches them at the same time.

    Args:
        url: the http(s) address
        part: where the bytes go, and stay if not all arrive
        extent: the first byte wanted, and the one behind the last
        version: what tells the file from later ones of its address, see
            :attr:`Transfer.validator`; what is there of another version is dropped
        progress (None): see :data:`Progress`

    Returns:
        ``part``

    Raises:
        CannotResumeError: if the file is no longer of that version
        DownloadError: if the bytes cannot be fetched
    """
    first, stop = extent
    part.parent.mkdir(parents=True, exist_ok=True)
    held, known = _resumption(part)
    if known != version or held > stop - first:
        discard_part(part)
        held = 0
    with naming_full_disk(part):
        try:
            if held < stop - first:
                with Transfer(url, first + held, stop, version).open() as transfer:
                    _receive(transfer, part, held, progress)
            elif progress is not None:
                progress(held)
        except CannotResumeError:
            discard_part(part)
            raise
    return part


def discard_part(part: Path) -> None:
    """Removes what there is of a file that was not fetched to its end."""
    part.unlink(missing_ok=True)
    _version_file(part).unlink(missing_ok=True)


def remove_stale_parts(folder: Path) -> None:
    """Removes what killed processes left in a folder of :func:`replacing` targets."""
    for part in folder.glob("*.part"):
        with suppress(FileNotFoundError):
            if time.time() - part.stat().st_mtime > STALE_SECONDS:
                part.unlink()


@contextmanager
def open_source(source: str | Path) -> Iterator[Readable]:
    """A file of a mirror folder, or one on a server, opened for reading.

    Raises:
        NotFoundError: if it does not exist
    """
    if isinstance(source, Path):
        with require_file(source).open("rb") as file:
            yield file
    else:
        with Transfer(source).open() as transfer:
            yield transfer


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
        DownloadError: if the disk is full
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if draft is None:
        draft = target.with_name(f"{target.name}.{uuid4().hex[:12]}.part")
    try:
        with naming_full_disk(target), draft.open("wb") as file:
            yield file
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def copy_stream(
    source: Readable, target: BinaryIO, progress: Progress | None = None
) -> str:
    """Copies all that is left of ``source`` and returns its SHA-256 in hex."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        digest.update(chunk)
        if progress is not None:
            progress(len(chunk))
    return digest.hexdigest()


@contextmanager
def naming_full_disk(target: Path) -> Iterator[None]:
    """Words the error of a full disk for the person who has to make room."""
    try:
        yield
    except OSError as error:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        if not is_full or isinstance(error, DownloadError):
            raise
        raise DownloadError(
            errno.ENOSPC,
            f"The disk is full: '{target}' could not be written whole. Make room in "
            f"'{target.parent}' and run this again: downloads go on where they stopped",
        ) from error


def require_space(folder: Path, size: int) -> None:
    """Checks that ``size`` more bytes fit on the disk of ``folder``.

    Raises:
        DownloadError: if they do not
    """
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < size:
        raise DownloadError(
            errno.ENOSPC,
            f"'{folder}' has {free / 1e9:.1f} GB free, {size / 1e9:.1f} GB are "
            "needed. Make room, or move FiftyOne's zoo with "
            "`fiftyone.config.dataset_zoo_dir`",
        )


def _download(url: str, part: Path, progress: Progress | None) -> None:
    for _ in range(ATTEMPTS):
        start, validator = _resumption(part)
        try:
            with Transfer(url, start=start, validator=validator).open() as transfer:
                _receive(transfer, part, start, progress)
            return
        except CannotResumeError as error:
            failure = error
            if progress is not None and part.exists():
                progress(-part.stat().st_size)
            part.unlink(missing_ok=True)
    raise failure


def _resumption(part: Path) -> tuple[int, str | None]:
    """The byte to go on at, and the version of the file that the part is of."""
    version = _version_file(part)
    if not part.exists() or not version.exists() or not part.stat().st_size:
        part.unlink(missing_ok=True)
        return 0, None
    return part.stat().st_size, version.read_text()


def _receive(
    transfer: Transfer, part: Path, held: int, progress: Progress | None
) -> None:
    """Adds a transfer to the bytes of its file that are held already."""
    expected = None
    if transfer.stop is not None:
        require_space(part.parent, transfer.stop - transfer.position)
        expected = held + transfer.stop - transfer.position
    if transfer.validator is not None:
        _version_file(part).write_text(transfer.validator)
    if progress is not None:
        progress(held)
    with part.open("ab") as file:
        copy_stream(transfer, file, progress)
    received = part.stat().st_size
    if expected not in (None, received):
        part.unlink()
        raise DownloadError(
            f"{transfer.url}: {received} bytes arrived, {expected} were announced"
        )


def _version_file(part: Path) -> Path:
    return part.with_name(part.name + ".version")


def _check_complete(
    url: str,
    part: Path,
    size: int | None,
    check: Callable[[Path], None] | None,
) -> None:
    try:
        found = part.stat().st_size
        if size is not None and found != size:
            raise DownloadError(
                f"{url} has {found} bytes, {size} were expected: it is not the "
                "file that was published"
            )
        if check is not None:
            check(part)
    except DownloadError:
        discard_part(part)
        raise
