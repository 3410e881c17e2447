"""Reading single members out of zip archives, on the disk or on a server."""

from __future__ import annotations

import errno
import hashlib
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import filelock
import remotezip

from ..errors import DownloadError, FormatError
from ..progress import Advance
from .disk import replacing
from .downloads import (
    Readable,
    copy_stream,
    discard_part,
    fetch,
    fetch_range,
    read_all,
)
from .sources import Member
from .transfers import RangesRefusedError, Transfer

_DAMAGE = (
    EOFError,
    RuntimeError,
    UnicodeDecodeError,
    lzma.LZMAError,
    remotezip.RemoteZipError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)
"""What is raised for damaged archives; RuntimeError for encrypted members."""


LARGEST_LABEL_BYTES = 900_000_000
"""Of a file of labels, unpacked; COCO's largest has 469,785,474."""


class ChecksumError(DownloadError):
    """A file is another one than was published."""


def fetch_member(
    url: str,
    member: Member,
    target: Path,
    verify: bool,
    progress: Advance | None = None,
) -> Path:
    """Unpacks one member of a zip on a server, unless ``target`` is there.

    Only the member is fetched, with Range requests, as ``<target>.part``, which a
    later call resumes. Where the server refuses these, the whole archive is
    fetched into the folder of ``target`` and then removed. Only one process or thread
    fetches a target at a time; the others wait and use what it got.

    Args:
        url: the http(s) address of the archive
        member: the member wanted
        target: where the unpacked file is wanted
        verify: whether the unpacked file must have the published checksum
        progress (None): called with the number of bytes that have just arrived

    Returns:
        ``target``

    Raises:
        NotFoundError: if there is no such archive
        FormatError: if it is no zip, is cut short or lacks the member
        DownloadError: if it cannot be fetched or is not the published one
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with filelock.FileLock(f"{target}.lock"):
        if not target.exists() and not _fetch_alone(
            url, member, target, verify, progress
        ):
            _fetch_by_archive(url, member, target, verify)
    return target


def _fetch_alone(
    url: str, member: Member, target: Path, verify: bool, progress: Advance | None
) -> bool:
    """Fetches a member by ranges; returns whether the server takes them."""
    part = target.with_name(f"{target.name}.part")
    try:
        with _open_remote(url, part, progress) as remote:
            _unpack(remote, url, member, target, verify)
    except RangesRefusedError:
        discard_part(part)
        return False
    except (FormatError, ChecksumError):
        discard_part(part)
        raise
    discard_part(part)
    return True


def _fetch_by_archive(url: str, member: Member, target: Path, verify: bool) -> None:
    whole = fetch(url, target.with_name(url.rsplit("/", 1)[-1]))
    try:
        with open_archive(whole) as local:
            _unpack(local, url, member, target, verify)
    finally:
        whole.unlink()


def read_member(path: Path, name: str) -> bytes:
    """One member of a zip on the disk, unpacked.

    Raises:
        FormatError: if it is no zip, is cut short or lacks the member
    """
    with open_archive(path) as archive:
        info = _find(archive, name, str(path))
        _require_size(info, LARGEST_LABEL_BYTES, str(path))
        return archive.read(info)


@contextmanager
def open_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, largest: int
) -> Iterator[Readable]:
    """A member of an archive, with the damage found in it worded.

    Args:
        archive: the archive
        info: the member
        largest: the most bytes that it may unpack to

    Raises:
        FormatError: if it is larger, or proves to be damaged while it is read
    """
    _require_size(info, largest, str(archive.filename))
    with _translating_damage(str(archive.filename)), archive.open(info) as stream:
        yield stream


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive on the disk, with the damage found in it worded.

    Raises:
        FormatError: if it is no zip, or proves to be damaged while it is read
    """
    with _translating_damage(str(path)), zipfile.ZipFile(path) as archive:
        yield archive


def check_archive(
    path: Path, members: tuple[Member, ...] = (), count: int | None = None
) -> None:
    """Checks that a file is a whole zip, and against what was published of it.

    Args:
        path: the archive
        members (()): the members whose size and checksum are known
        count (None): how many members it must have, if known

    Raises:
        DownloadError: if it is damaged or another archive
    """
    try:
        with open_archive(path) as archive:
            names = set(archive.namelist())
            if count is not None and len(names) != count:
                raise DownloadError(
                    f"{path} has {len(names)} members, {count} were published"
                )
            if damaged := archive.testzip():
                raise DownloadError(
                    f"{path} is not a whole zip archive: '{damaged}' in it has another "
                    "checksum (CRC-32). It was removed; run this again"
                )
            for member in members:
                if member.name not in names:
                    raise DownloadError(f"{path} lacks the member '{member.name}'")
                digest = hashlib.sha256(archive.read(member.name)).hexdigest()
                _require_digest(digest, member, str(path))
    except FormatError as error:
        raise DownloadError(str(error)) from error


def _require_digest(digest: str, member: Member, where: str) -> None:
    if digest != member.sha256:
        raise ChecksumError(
            f"'{member.name}' in {where} has the SHA-256 {digest}, {member.sha256} "
            "was published"
        )


def _unpack(
    archive: zipfile.ZipFile,
    where: str,
    member: Member,
    target: Path,
    verify: bool,
) -> None:
    """Unpacks a member, whose target no other thread or process writes."""
    draft = target.with_name(f"{target.name}.unpacking")
    with _translating_damage(where):
        info = _find(archive, member.name, where)
        _require_size(info, LARGEST_LABEL_BYTES, where)
        with archive.open(info) as stream, replacing(target, draft) as file:
            digest = copy_stream(stream, file)
            if verify and member.sha256 is not None:
                _require_digest(digest, member, where)


def _find(archive: zipfile.ZipFile, name: str, where: str) -> zipfile.ZipInfo:
    try:
        return archive.getinfo(name)
    except KeyError as error:
        names = ", ".join(archive.namelist()[:5]) or "nothing"
        raise FormatError(
            f"{where} has no member '{name}'; it holds {names}"
        ) from error


def _require_size(info: zipfile.ZipInfo, largest: int, where: str) -> None:
    """Checks what a member says of its size: zipfile reads no more than that."""
    if info.file_size > largest:
        raise FormatError(
            f"'{info.filename}' in {where} unpacks to {info.file_size:,} bytes; "
            f"such a file has {largest:,} at most. It was not unpacked"
        )


@contextmanager
def _translating_damage(where: str) -> Iterator[None]:
    try:
        yield
    except (*_DAMAGE, OSError) as error:
        if isinstance(error.__context__, DownloadError):
            raise error.__context__ from None  # zipfile takes any OSError for damage
        if isinstance(error, OSError) and not _is_damage(error):
            raise
        raise FormatError(
            f"{where} is not a whole zip archive: {error}. Delete it, or correct the "
            "mirror, and run this again"
        ) from error


def _is_damage(error: OSError) -> bool:
    """Whether an error is of a position or stream that cannot be, not of the disk."""
    return error.errno in (None, errno.EINVAL) and not isinstance(error, DownloadError)


@contextmanager
def _open_remote(
    url: str, part: Path, progress: Advance | None
) -> Iterator[zipfile.ZipFile]:
    """An archive on a server, of which one member can be read.

    Args:
        url: the http(s) address
        part: where the member is kept while it is read, and when it breaks off
        progress: called with the number of bytes of it that have just arrived
    """

    def fetcher(*_: Any, **__: Any) -> _ResumingFetcher:
        return _ResumingFetcher(url, part, progress)

    with (
        _translating_damage(url),
        remotezip.RemoteZip(url, fetcher=fetcher) as archive,
    ):
        yield archive


class _ResumingFetcher(remotezip.RemoteFetcher):
    """Lets remotezip read through transfers that survive broken connections.

    The directory, at the end of the archive, is read at once; the bytes of a member,
    which remotezip asks for as a stream, are fetched into a file and read there.
    """

    def __init__(self, url: str, part: Path, progress: Advance | None) -> None:
        super().__init__(url)
        self._part = part
        self._progress = progress
        self._version: str | None = None

    def fetch(self, data_range: tuple[int, int | None], stream: bool = False) -> Any:
        first, last = data_range
        if stream and last is not None:
            return self._fetch_member(first, last + 1)
        stop = None if last is None else last + 1
        with Transfer(self._url, start=first, stop=stop).open() as transfer:
            if transfer.stop is None:
                raise RangesRefusedError(f"{self._url}: the server hides its size")
            start = transfer.position
            data = read_all(transfer, transfer.stop - start, self._url)
        self._version = transfer.validator
        return remotezip.PartialBuffer(io.BytesIO(data), start, len(data), stream)

    def _fetch_member(self, first: int, stop: int) -> Any:
        if not 0 <= first < stop:
            raise remotezip.OutOfBound(f"a member from byte {first} to {stop}")
        version = self._version
        fetch_range(self._url, self._part, (first, stop), version, self._progress)
        size = self._part.stat().st_size
        return remotezip.PartialBuffer(self._part.open("rb"), first, size, True)
