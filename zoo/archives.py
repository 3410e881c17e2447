"""Reading single members out of zip archives, on the disk or on a server."""

from __future__ import annotations

import errno
import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

import remotezip

from .downloads import Progress, copy_stream, fetch, replacing
from .errors import DownloadError, FormatError
from .sources import Member
from .transfers import CHUNK_BYTES, RangesRefusedError, Transfer

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


def fetch_member(
    url: str,
    member: Member,
    target: Path,
    verify: bool,
    progress: Progress | None = None,
) -> Path:
    """Unpacks one member of a zip on a server, unless ``target`` is there.

    Only the member is read, with Range requests. Where the server refuses these,
    the whole archive is fetched into the folder of ``target`` and then removed.

    Args:
        url: the http(s) address of the archive
        member: the member wanted
        target: where the unpacked file is wanted
        verify: whether the unpacked file must have the published checksum
        progress (None): called with the number of bytes that were just unpacked

    Returns:
        ``target``

    Raises:
        NotFoundError: if there is no such archive
        FormatError: if it is no zip, is cut short or lacks the member
        DownloadError: if it cannot be fetched or is not the published one
    """
    if target.exists():
        return target
    try:
        with _open_remote(url) as remote:
            return _unpack(remote, url, member, target, verify, progress)
    except RangesRefusedError:
        whole = fetch(url, target.with_name(url.rsplit("/", 1)[-1]))
    try:
        with open_archive(whole) as local:
            return _unpack(local, url, member, target, verify, progress)
    finally:
        whole.unlink()


def read_member(path: Path, name: str) -> bytes:
    """One member of a zip on the disk, unpacked.

    Raises:
        FormatError: if it is no zip, is cut short or lacks the member
    """
    with open_archive(path) as archive:
        return archive.read(_find(archive, name, str(path)))


@contextmanager
def open_archive(path: Path) -> Iterator[zipfile.ZipFile]:
    """An archive on the disk, with the damage found in it worded.

    Raises:
        FormatError: if it is no zip, or proves to be damaged while it is read
    """
    with _wording_damage(str(path)), zipfile.ZipFile(path) as archive:
        yield archive


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
    return name


def check_archive(
    path: Path, members: tuple[Member, ...] = (), count: int | None = None
) -> None:
    """Checks that a file is a zip, and against what was published of it.

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
            for member in members:
                if member.name not in names:
                    raise DownloadError(f"{path} lacks the member '{member.name}'")
                digest = hashlib.sha256(archive.read(member.name)).hexdigest()
                _require_digest(digest, member, str(path))
    except FormatError as error:
        raise DownloadError(str(error)) from error


def _require_digest(digest: str, member: Member, where: str) -> None:
    if digest != member.sha256:
        raise DownloadError(
            f"'{member.name}' in {where} has the SHA-256 {digest}, {member.sha256} "
            "was published"
        )


def _unpack(
    archive: zipfile.ZipFile,
    where: str,
    member: Member,
    target: Path,
    verify: bool,
    progress: Progress | None,
) -> Path:
    with _wording_damage(where):
        info = _find(archive, member.name, where)
        with archive.open(info) as stream, replacing(target) as file:
            digest = copy_stream(stream, file, progress)
            if verify:
                _require_digest(digest, member, where)
    return target


def _find(archive: zipfile.ZipFile, name: str, where: str) -> zipfile.ZipInfo:
    try:
        return archive.getinfo(name)
    except KeyError as error:
        names = ", ".join(archive.namelist()[:5]) or "nothing"
        raise FormatError(
            f"{where} has no member '{name}'; it holds {names}"
        ) from error


@contextmanager
def _wording_damage(where: str) -> Iterator[None]:
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
def _open_remote(url: str) -> Iterator[zipfile.ZipFile]:
    with (
        _wording_damage(url),
        remotezip.RemoteZip(url, fetcher=_ResumingFetcher) as archive,
    ):
        yield archive


class _ResumingFetcher(remotezip.RemoteFetcher):
    """Lets remotezip read through transfers that survive broken connections."""

    def fetch(self, data_range: tuple[int, int | None], stream: bool = False) -> Any:
        first, last = data_range
        transfer = Transfer(
            self._url, start=first, stop=None if last is None else last + 1
        ).open()
        if transfer.stop is None:
            transfer.close()
            raise RangesRefusedError(f"{self._url}: the server hides its size")
        start = transfer.position
        size = transfer.stop - start
        return remotezip.PartialBuffer(_Stream(transfer), start, size, stream)


class _Stream:
    """A transfer that counts from 0 and fills every read, as remotezip expects."""

    def __init__(self, transfer: Transfer) -> None:
        self._transfer = transfer
        self._start = transfer.position
        self.closed = False

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        data = b""
        while len(data) < size and (
            chunk := self._transfer.read(min(size - len(data), CHUNK_BYTES))
        ):
            data += chunk
        return data

    def tell(self) -> int:
        return self._transfer.position - self._start

    def close(self) -> None:
        self._transfer.close()
        self.closed = True
