"""Getting files onto the disk whole: resumed when broken off, checked, renamed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import filelock

from ..errors import DownloadError
from ..progress import Advance
from .disk import require_file, require_space, translating_disk_errors
from .transfers import ATTEMPTS, CHUNK_BYTES, CannotResumeError, Transfer


class Readable(Protocol):
    """Anything that bytes can be read from."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` of the next bytes; none at the end."""


def fetch(
    url: str,
    target: Path,
    size: int | None = None,
    check: Callable[[Path], None] | None = None,
    progress: Advance | None = None,
) -> Path:
    """Fetches a file, unless ``target`` is there.

    It grows under the name ``<target>.part``, which a later call resumes, and
    gets its own name when it is complete and checked. Only one process fetches a
    target at a time; the others wait and use what it got.

    Args:
        url: the http(s) address
        target: where the file is wanted
        size (None): its size in bytes, if known beforehand
        check (None): called with the complete file before it gets its name; raises
            a :class:`DownloadError` if the file is not the one expected
        progress (None): called with the number of bytes that have just arrived

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
    with filelock.FileLock(f"{target}.lock"), translating_disk_errors(target):
        if not target.exists():
            _download_checked(url, part, size, check, progress)
            part.replace(target)
            discard_part(part)
    return target


def fetch_range(
    url: str,
    part: Path,
    extent: tuple[int, int],
    version: str | None,
    progress: Advance | None = None,
) -> Path:
    """Fetches a range of a file, and resumes what an earlier call left of it.

    The caller sees to it that no other process fetches them at the same time.

    Args:
        url: the http(s) address
        part: where the bytes go, and stay if not all arrive
        extent: the first byte wanted, and the one behind the last
        version: what tells the file from later ones of its address, see
            :attr:`Transfer.validator`; what is there of another version is dropped
        progress (None): called with the number of bytes that have just arrived

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
    with translating_disk_errors(part):
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
    """Removes what there is of a file that was not fetched completely."""
    part.unlink(missing_ok=True)
    _version_file(part).unlink(missing_ok=True)


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


def read_all(source: Readable, largest: int, name: str) -> bytes:
    """All that is left of ``source``.

    Args:
        source: what to read
        largest: the most bytes that it may have
        name: what it is called in the error

    Raises:
        DownloadError: if it has more
    """
    data = bytearray()
    while chunk := source.read(CHUNK_BYTES):
        data += chunk
        if len(data) > largest:
            raise DownloadError(
                f"{name} has more than the {largest:,} bytes that such a file can have"
            )
    return bytes(data)


def copy_stream(
    source: Readable, target: BinaryIO, progress: Advance | None = None
) -> str:
    """Copies all that is left of ``source`` and returns its SHA-256 in hex."""
    digest = hashlib.sha256()
    while chunk := source.read(CHUNK_BYTES):
        target.write(chunk)
        digest.update(chunk)
        if progress is not None:
            progress(len(chunk))
    return digest.hexdigest()


def _download_checked(
    url: str,
    part: Path,
    size: int | None,
    check: Callable[[Path], None] | None,
    progress: Advance | None,
) -> None:
    """Downloads a file and checks it.

    Where the server does not announce its size, one whose connection broke looks like
    one that is complete, so that what fails its check there is downloaded again.
    """
    for attempt in range(ATTEMPTS):
        is_announced = _download(url, part, progress)
        received = part.stat().st_size
        try:
            _check_complete(url, part, size, check)
        except DownloadError:
            if is_announced or attempt == ATTEMPTS - 1:
                raise
            if progress is not None:
                progress(-received)
        else:
            return


def _download(url: str, part: Path, progress: Advance | None) -> bool:
    """Downloads a file; returns whether the server announced its size."""
    for _ in range(ATTEMPTS):
        start, validator = _resumption(part)
        try:
            with Transfer(url, start=start, validator=validator).open() as transfer:
                _receive(transfer, part, start, progress)
            return transfer.stop is not None
        except CannotResumeError as error:
            failure = error
            if progress is not None and part.exists():
                progress(-part.stat().st_size)
            part.unlink(missing_ok=True)
    raise failure


def _resumption(part: Path) -> tuple[int, str | None]:
    """The byte to resume at, and the version of the file that the part is of."""
    version = _version_file(part)
    if not part.exists() or not version.exists() or not part.stat().st_size:
        part.unlink(missing_ok=True)
        return 0, None
    return part.stat().st_size, version.read_text()


def _receive(
    transfer: Transfer, part: Path, held: int, progress: Advance | None
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
