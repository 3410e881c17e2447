"""A HTTP server of a folder, with byte ranges and with the faults of real ones."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from sama_coco.zoo.fetch import transfers


@dataclass
class Faults:
    """What goes wrong, and a log of what was asked.

    Attributes:
        refuse_ranges: answer every request with the whole file
        break_after: close the connection after that many bytes of a body ...
        breaks: ... this many times
        statuses: answer these status codes first, one a request
        retry_after: the ``Retry-After`` that goes with them
        missing_bytes: leave so many off the end of each body, and of its length
        length: name this as the length of every body
        byte_seconds: send each byte of a body by itself, and wait so long before it
        requests: the path and range of each request
        etag: the version of every file
        etags: the versions to name first, one a request
        content: served in place of the files, by path
        hide_size: do not name the length of a body
        hold_after: send that many bytes of a body, then wait for ``release``
        release: lets the bodies that wait go on
        gathering: each request waits until so many have come together
        sent: how many bytes of bodies were sent
        keep_alive: let a connection carry one request after the other
        connections: how many connections were made
    """

    refuse_ranges: bool = False
    break_after: int | None = None
    breaks: int = 0
    statuses: list[int] = field(default_factory=list)
    retry_after: str | None = None
    missing_bytes: int = 0
    length: str | None = None
    byte_seconds: float = 0.0
    requests: list[tuple[str, str | None]] = field(default_factory=list)
    etag: str | None = '"1"'
    etags: list[str] = field(default_factory=list)
    content: dict[str, bytes] = field(default_factory=dict)
    hide_size: bool = False
    hold_after: int | None = None
    release: threading.Event = field(default_factory=threading.Event)
    gathering: threading.Barrier | None = None
    sent: int = 0
    keep_alive: bool = False
    connections: int = 0

    def count(self) -> Counter[str]:
        """How often each path was asked for."""
        return Counter(path for path, _ in self.requests)

    @property
    def ranges(self) -> list[str | None]:
        """The range that each request asked for."""
        return [asked for _, asked in self.requests]


@dataclass(frozen=True)
class Served:
    """A server that runs: its address and its faults."""

    url: str
    faults: Faults


@contextmanager
def serve(folder: Path) -> Iterator[Served]:
    """Serves a folder from a free port of 127.0.0.1."""
    faults = Faults()

    class Handler(_Handler):
        root = folder
        state = faults
        lock = threading.Lock()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield Served(f"http://127.0.0.1:{server.server_port}", faults)
    finally:
        faults.release.set()
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    root: Path
    state: Faults
    lock: threading.Lock

    def setup(self) -> None:
        super().setup()
        with self.lock:
            self.state.connections += 1
        if self.state.keep_alive:
            self.protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        asked = self.headers.get("Range")
        with self.lock:
            self.state.requests.append((path, asked))
            status = self.state.statuses.pop(0) if self.state.statuses else 200
        if self.state.gathering is not None:
            try:
                self.state.gathering.wait()
            except threading.BrokenBarrierError:
                status = 400
        if status != 200:
            self._refuse(status)
            return
        data = self._read(path)
        if data is None:
            self.send_error(404)
            return
        self._send(data, None if self.state.refuse_ranges else asked)

    def _refuse(self, status: int) -> None:
        self.send_response(status)
        if self.state.retry_after is not None:
            self.send_header("Retry-After", self.state.retry_after)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _read(self, path: str) -> bytes | None:
        if path in self.state.content:
            return self.state.content[path]
        file = self.root / path.lstrip("/")
        return file.read_bytes() if file.is_file() else None

    def _send(self, data: bytes, asked: str | None) -> None:
        extent = _parse_range(asked, len(data))
        if extent is None:
            self.send_error(416)
            return
        first, last = extent
        self.send_response(200 if asked is None else 206)
        if asked is not None:
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
        body = data[first : last + 1]
        body = body[: len(body) - self.state.missing_bytes]
        if not self.state.hide_size:
            self.send_header("Content-Length", self.state.length or str(len(body)))
        with self.lock:
            etag = self.state.etags.pop(0) if self.state.etags else self.state.etag
        if etag is not None:
            self.send_header("ETag", etag)
        self.end_headers()
        self._send_body(body)

    def _send_body(self, body: bytes) -> None:
        with self.lock:
            cut = self.state.breaks > 0 and len(body) > (self.state.break_after or 0)
            if cut:
                self.state.breaks -= 1
        if cut:
            body = body[: self.state.break_after]
        held = len(body) if self.state.hold_after is None else self.state.hold_after
        with suppress(ConnectionError):
            if pause := self.state.byte_seconds:
                for at in range(len(body)):
                    if self.state.release.wait(pause):
                        break
                    self._send_part(body[at : at + 1])
                return
            self._send_part(body[:held])
            if held < len(body):
                self.state.release.wait()
                self._send_part(body[held:])
        if cut:
            self.close_connection = True

    def _send_part(self, data: bytes) -> None:
        self.wfile.write(data)
        self.wfile.flush()
        with self.lock:
            self.state.sent += len(data)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _parse_range(asked: str | None, size: int) -> tuple[int, int] | None:
    if asked is None:
        return 0, size - 1
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked)
    assert match, asked
    first, last = match.groups()
    if not first:
        return max(0, size - int(last)), size - 1
    if int(first) >= size:
        return None
    return int(first), min(int(last), size - 1) if last else size - 1


def retry_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the pauses out of the retries of downloads."""
    monkeypatch.setattr(transfers, "BACKOFF_SECONDS", 0)
