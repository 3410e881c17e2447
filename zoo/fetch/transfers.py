"""Reading a file over HTTP in one go, however often its connection breaks."""

from __future__ import annotations

import errno
import socket
import threading
import time
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3
from urllib3.util import Retry

from ..errors import DownloadError, NotFoundError, RefusedError, UnreachableError
from .interrupts import current_transfers

CHUNK_BYTES = 1 << 20
CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 30.0
ATTEMPTS = 6
BACKOFF_SECONDS = 0.25
LONGEST_BACKOFF_SECONDS = 20.0
LONGEST_RETRY_AFTER_SECONDS = 120.0
LEAST_BYTES_PER_SECOND = 1_000
SPEED_WINDOW_SECONDS = 10.0
SLOW_WINDOWS = 3
"""How often a server may be slower than that before it is given up."""

_RETRIED_STATUS = {408, 425, 429, 500, 502, 503, 504}


class BrokenTransferError(UnreachableError):
    """A connection that broke while a body was read; the transfer is retried."""


class SlowServerError(UnreachableError):
    """A server that sends next to nothing."""


class CannotResumeError(DownloadError):
    """The server can't or won't resume in the middle of the file."""


class RangesRefusedError(CannotResumeError):
    """The server sends whole files only."""


class Transfer:
    """The bytes of one GET request, from ``start`` on.

    Requests that fail are repeated by urllib3. A connection that breaks while the body
    is read is made again and goes on behind the last byte; every byte that arrives
    starts the count of attempts anew.

    Args:
        url: the http(s) address
        start (0): the first byte wanted; if negative, that many from the end
        stop (None): the byte behind the last one wanted
        validator (None): the ``ETag`` or ``Last-Modified`` that the file had when
            the bytes before ``start`` were read

    Attributes:
        position: the offset in the file of the next byte
        size: the size of the whole file in bytes, None until a server tells it
        stop: the byte behind the last one of this transfer, None until known
        validator: what tells this version of the file from another
    """

    def __init__(
        self,
        url: str,
        start: int = 0,
        stop: int | None = None,
        validator: str | None = None,
    ) -> None:
        self.url = url
        self.position = start
        self.size: int | None = None
        self.stop = stop
        self.validator = validator
        self._response: requests.Response | None = None
        self._transfers = current_transfers()
        self._breaks = 0
        self._speed = _Speed()

    def open(self) -> Transfer:
        """Sends the request, so that ``size``, ``stop`` and ``validator`` are known.

        Raises:
            NotFoundError: if the server has no such file
            RefusedError: if it answers that access is refused
            RangesRefusedError: if a part was asked for and the whole would come
            DownloadError: if no server answers, or one answers an error
        """
        self._transfers.check()
        response = self._request()
        try:
            self._check_status(response)
            self._check_version(response)
            self._read_extent(response)
            self._transfers.add(response.raw)
        except DownloadError:
            response.close()
            raise
        self._response = response
        return self

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """Up to ``size`` of the next bytes, as soon as there are any; none at the end.

        Raises:
            CannotResumeError: if the connection broke, and the file changed on the
                server in between or can't be read from its middle
            SlowServerError: if hardly anything arrives
            DownloadError: if the connection breaks and cannot be made again
        """
        while self.stop is None or self.position < self.stop:
            try:
                if self._response is None:
                    self.open()
                data = self._read_some(size)
            except BrokenTransferError:
                self.close()
                self._breaks += 1
                if self._breaks == ATTEMPTS:
                    raise
                pause = BACKOFF_SECONDS * 2**self._breaks
                self._transfers.sleep(min(pause, LONGEST_BACKOFF_SECONDS))
            else:
                self._breaks = 0
                self.position += len(data)
                return data
        return b""

    def close(self) -> None:
        """Ends the connection."""
        if self._response is not None:
            self._transfers.remove(self._response.raw)
            self._response.close()
            self._response = None

    def __enter__(self) -> Transfer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _read_some(self, size: int) -> bytes:
        assert self._response is not None
        if self.stop is not None:
            size = min(size, self.stop - self.position)
        begun = time.monotonic()
        try:
            data: bytes = self._response.raw.read1(size, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            self._transfers.check()
            self._check_speed(0, time.monotonic() - begun)
            raise BrokenTransferError(
                f"{self.url}: the connection broke at byte {self.position}: {error}"
            ) from error
        self._transfers.check()
        self._check_speed(len(data), time.monotonic() - begun)
        if not data and self.stop is not None:
            raise BrokenTransferError(
                f"{self.url}: the server stopped sending at byte {self.position} "
                f"of {self.stop}"
            )
        return data

    def _check_speed(self, size: int, seconds: float) -> None:
        """Takes another connection where this one is slow, which may be faster."""
        if not self._speed.is_too_low(size, seconds):
            return
        if self._speed.slow_windows == SLOW_WINDOWS:
            raise SlowServerError(
                f"{self.url}: the server sends less than {LEAST_BYTES_PER_SECOND:,} "
                f"bytes a second; gave up at byte {self.position}"
            )
        self.close()

    def _request(self) -> requests.Response:
        headers = {"Accept-Encoding": "identity"}
        if self._is_partial:
            last = "" if self.stop is None else str(self.stop - 1)
            headers["Range"] = (
                f"bytes={self.position}-{last}"
                if self.position >= 0
                else f"bytes={self.position}"
            )
        try:
            response = _session().get(
                self.url,
                headers=headers,
                stream=True,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
            )
        except requests.RequestException as error:
            raise UnreachableError(
                f"{self.url} cannot be reached: {_reason(error)}"
            ) from error
        _answered.add(urlsplit(self.url).hostname)
        return response

    @property
    def _is_partial(self) -> bool:
        return self.position != 0 or self.stop is not None

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        answer = f"{self.url} answers {status}"
        if status in (404, 410):
            raise NotFoundError(errno.ENOENT, f"{answer}: there is no such file")
        if status in (401, 403, 407):
            raise RefusedError(
                errno.EACCES,
                f"{answer}: access is refused. Correct the mirror, or the "
                "credentials for the proxy or server",
            )
        if status in _RETRIED_STATUS:
            raise UnreachableError(f"{answer}: {response.reason}")
        if self._is_partial and status == 200:
            raise RangesRefusedError(f"{self.url}: the server refuses ranges")
        if status == 416:
            raise CannotResumeError(f"{self.url} has no byte {self.position}")
        if status not in (200, 206):
            raise DownloadError(f"{answer}: {response.reason}")

    def _check_version(self, response: requests.Response) -> None:
        found = response.headers.get("ETag") or response.headers.get("Last-Modified")
        if self.validator is not None and found != self.validator:
            raise CannotResumeError(
                f"{self.url} changed on the server while it was being read"
            )
        self.validator = found

    def _read_extent(self, response: requests.Response) -> None:
        if response.status_code == 200:
            self.size = self.stop = self._length(response)
            return
        header = response.headers.get("Content-Range", "")
        try:
            extent, size = header.removeprefix("bytes ").split("/")
            first, last = (int(value) for value in extent.split("-"))
            self.size = None if size == "*" else int(size)
        except ValueError as error:
            raise DownloadError(
                f"{self.url} answers the malformed range {header[:80]!r}"
            ) from error
        if self.position >= 0:
            is_right = first == self.position <= last
        else:
            is_right = 0 <= first <= last < first - self.position
        if not is_right or (self.stop is not None and last >= self.stop):
            raise DownloadError(
                f"{self.url} answers the range {header[:80]!r}, which was not asked for"
            )
        self.position, self.stop = first, last + 1

    def _length(self, response: requests.Response) -> int | None:
        length = response.headers.get("Content-Length")
        if length is None or length.strip().isdecimal():
            return None if length is None else int(length)
        raise DownloadError(f"{self.url} answers the malformed length {length[:80]!r}")


class _Speed:
    """How fast bytes arrive while they are waited for."""

    def __init__(self) -> None:
        self.slow_windows = 0
        self._bytes = 0
        self._seconds = 0.0

    def is_too_low(self, size: int, seconds: float) -> bool:
        """Counts bytes that took some seconds, and whether a slow window ends now."""
        self._bytes += size
        self._seconds += seconds
        if self._seconds < SPEED_WINDOW_SECONDS:
            return False
        is_slow = self._bytes < LEAST_BYTES_PER_SECOND * self._seconds
        self._bytes, self._seconds = 0, 0.0
        self.slow_windows = self.slow_windows + 1 if is_slow else 0
        return is_slow


class _Retry(Retry):
    """Waits as long as a server asks for, within reason.

    A host that does not exist is looked up once, unless it has answered before.
    """

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: Any = None,
        error: Exception | None = None,
        _pool: Any = None,
        _stacktrace: Any = None,
    ) -> _Retry:
        cause = None if error is None else _reason(error)
        is_unknown = isinstance(cause, socket.gaierror) and (
            cause.errno == socket.EAI_NONAME
        )
        if is_unknown and getattr(_pool, "host", None) not in _answered:
            raise urllib3.exceptions.MaxRetryError(_pool, str(url), error)
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: Any) -> float | None:
        try:
            seconds = super().get_retry_after(response)
        except urllib3.exceptions.InvalidHeader:
            return None
        return None if seconds is None else min(seconds, LONGEST_RETRY_AFTER_SECONDS)


_local = threading.local()
_answered: set[str | None] = set()
"""The hosts that have answered this process."""


def _session() -> requests.Session:
    """The connections of this thread, each used again for the next file."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    session: requests.Session = _local.session
    for adapter in session.adapters.values():
        adapter.max_retries = _Retry(  # type: ignore[attr-defined]
            total=ATTEMPTS - 1,
            status_forcelist=_RETRIED_STATUS,
            backoff_factor=BACKOFF_SECONDS,
            backoff_max=LONGEST_BACKOFF_SECONDS,
            backoff_jitter=BACKOFF_SECONDS,
            raise_on_status=False,
        )
    return session


def _reason(error: BaseException) -> Any:
    """The innermost cause of a network failure, without the layers around it."""
    while True:
        inner = getattr(error, "reason", None) or error.__cause__
        if not isinstance(inner, BaseException):
            inner = next((a for a in error.args if isinstance(a, BaseException)), None)
        if inner is None:
            return error
        error = inner
