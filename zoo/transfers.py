"""Reading a file over HTTP in one go, however often its connection breaks."""

from __future__ import annotations

import errno
import threading
from typing import Any

import requests
import tenacity
import urllib3

from .errors import DownloadError, NotFoundError, UnreachableError

CHUNK_BYTES = 1 << 20
CONNECT_TIMEOUT_SECONDS = 10.0
READ_TIMEOUT_SECONDS = 60.0
ATTEMPTS = 6

_RETRIED_STATUS = {408, 425, 429, 500, 502, 503, 504}


class TransientError(UnreachableError):
    """A failure that may pass: it is tried again before anyone hears of it."""


class CannotResumeError(DownloadError):
    """The server can't or won't go on in the middle of the file."""


class RangesRefusedError(CannotResumeError):
    """The server sends whole files only."""


_local = threading.local()


def _session() -> requests.Session:
    """The connections of this thread, each used again for the next file."""
    if not hasattr(_local, "session"):
        _local.session = requests.Session()
    session: requests.Session = _local.session
    return session


class Transfer:
    """The bytes of one GET request, from ``start`` on.

    A connection that fails or breaks is made again, with growing pauses, and goes
    on behind the last byte read; every byte that arrives starts the count of
    attempts anew.

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

    def open(self) -> Transfer:
        """Sends the request, so that ``size``, ``stop`` and ``validator`` are known.

        Raises:
            NotFoundError: if the server has no such file
            RangesRefusedError: if a part was asked for and the whole would come
            DownloadError: if no server answers, or one refuses
        """
        self._retrying()(self._open)
        return self

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """Up to ``size`` of the next bytes; none at the end.

        Raises:
            CannotResumeError: if the connection broke, and the file changed on the
                server in between or can't be read from its middle
            DownloadError: if the connection breaks and cannot be made again
        """
        if self.stop is not None and self.position >= self.stop:
            return b""
        data: bytes = self._retrying()(self._read_some, size)
        return data

    def close(self) -> None:
        """Ends the connection."""
        if self._response is not None:
            self._response.close()
            self._response = None

    def __enter__(self) -> Transfer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @staticmethod
    def _retrying() -> tenacity.Retrying:
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(TransientError),
            wait=tenacity.wait_random_exponential(multiplier=0.25, max=20),
            stop=tenacity.stop_after_attempt(ATTEMPTS),
            reraise=True,
        )

    def _read_some(self, size: int) -> bytes:
        if self._response is None:
            self._open()
        assert self._response is not None
        try:
            data: bytes = self._response.raw.read(size, decode_content=False)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            self.close()
            raise TransientError(
                f"{self.url}: the connection broke at byte {self.position}: {error}"
            ) from error
        if not data and self.stop is not None and self.position < self.stop:
            self.close()
            raise TransientError(
                f"{self.url}: the server stopped sending at byte {self.position} "
                f"of {self.stop}"
            )
        self.position += len(data)
        return data

    def _open(self) -> None:
        response = self._request()
        try:
            self._check_status(response)
            self._check_version(response)
            self._read_extent(response)
        except DownloadError:
            response.close()
            raise
        self._response = response

    def _request(self) -> requests.Response:
        headers = {"Accept-Encoding": "identity"}
        if self._partial:
            last = "" if self.stop is None else str(self.stop - 1)
            headers["Range"] = (
                f"bytes={self.position}-{last}"
                if self.position >= 0
                else f"bytes={self.position}"
            )
        try:
            return _session().get(
                self.url,
                headers=headers,
                stream=True,
                timeout=(CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS),
            )
        except requests.RequestException as error:
            raise TransientError(
                f"{self.url} cannot be reached: {_reason(error)}"
            ) from error

    @property
    def _partial(self) -> bool:
        return self.position != 0 or self.stop is not None

    def _check_status(self, response: requests.Response) -> None:
        status = response.status_code
        if status in (403, 404, 410):
            raise NotFoundError(
                errno.ENOENT, f"{self.url} answers {status}: there is no such file"
            )
        if status in _RETRIED_STATUS:
            raise TransientError(f"{self.url} answers {status}: {response.reason}")
        if self._partial and status == 200:
            raise RangesRefusedError(f"{self.url}: the server refuses ranges")
        if status == 416:
            raise CannotResumeError(f"{self.url} has no byte {self.position}")
        if status not in (200, 206):
            raise DownloadError(f"{self.url} answers {status}: {response.reason}")

    def _check_version(self, response: requests.Response) -> None:
        found = response.headers.get("ETag") or response.headers.get("Last-Modified")
        if self.validator is not None and found != self.validator:
            raise CannotResumeError(
                f"{self.url} changed on the server while it was being read"
            )
        self.validator = found

    def _read_extent(self, response: requests.Response) -> None:
        if response.status_code == 200:
            length = response.headers.get("Content-Length")
            self.size = self.stop = None if length is None else int(length)
            return
        try:
            extent, size = response.headers["Content-Range"][6:].split("/")
            first, last = (int(value) for value in extent.split("-"))
        except (KeyError, ValueError) as error:
            raise DownloadError(f"{self.url} answers a malformed range") from error
        if self.position >= 0 and first != self.position:
            raise DownloadError(f"{self.url} answers another range than was asked")
        self.position, self.stop = first, last + 1
        self.size = None if size == "*" else int(size)


def _reason(error: BaseException) -> Any:
    """The innermost cause of a network failure, without the layers around it."""
    while True:
        inner = getattr(error, "reason", None) or error.__cause__
        if not isinstance(inner, BaseException):
            inner = next((a for a in error.args if isinstance(a, BaseException)), None)
        if inner is None:
            return error
        error = inner
