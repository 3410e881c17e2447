"""Transfers over HTTP: ranges, retries, and going on where a connection broke."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.programs.faulty_server import Served, retry_at_once, serve
from sama_coco.zoo.errors import (
    DownloadError,
    NotFoundError,
    RefusedError,
    UnreachableError,
)
from sama_coco.zoo.fetch import transfers
from sama_coco.zoo.fetch.interrupts import (
    TransferGroup,
    TransferInterruptedError,
    run_interruptibly,
)
from sama_coco.zoo.fetch.transfers import (
    CannotResumeError,
    RangesRefusedError,
    SlowServerError,
    Transfer,
)
from sama_coco.zoo.progress import Advance

DATA = random.Random(1).randbytes(10_000)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    retry_at_once(monkeypatch)
    with serve(tmp_path) as served:
        served.faults.content["/data"] = DATA
        yield served


def read_all(transfer: Transfer, size: int = 4096) -> bytes:
    with transfer.open():
        return b"".join(iter(lambda: transfer.read(size), b""))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_whole_file_is_read_without_a_range(server: Served) -> None:
    transfer = Transfer(f"{server.url}/data")
    assert read_all(transfer) == DATA
    assert (transfer.position, transfer.stop, transfer.size) == (10_000,) * 3
    assert server.faults.ranges == [None]


@pytest.mark.parametrize(
    ("start", "stop", "asked"),
    [
        (100, None, "bytes=100-"),
        (100, 200, "bytes=100-199"),
        (0, 1, "bytes=0-0"),
        (-300, None, "bytes=-300"),
        (9_999, None, "bytes=9999-"),
    ],
)
def test_a_part_is_read_by_its_range(
    server: Served, start: int, stop: int | None, asked: str
) -> None:
    transfer = Transfer(f"{server.url}/data", start, stop)
    assert read_all(transfer) == DATA[start:stop]
    assert transfer.size == len(DATA)
    assert server.faults.ranges == [asked]


def test_a_suffix_longer_than_the_file_is_the_whole_file(server: Served) -> None:
    transfer = Transfer(f"{server.url}/data", -20_000).open()
    assert transfer.position == 0
    assert read_all(transfer) == DATA


def test_a_broken_connection_goes_on_behind_the_last_byte(server: Served) -> None:
    server.faults.break_after, server.faults.breaks = 3_000, 2
    assert read_all(Transfer(f"{server.url}/data")) == DATA
    assert server.faults.ranges == [None, "bytes=3000-9999", "bytes=6000-9999"]


def test_a_broken_suffix_range_goes_on_behind_the_last_byte(server: Served) -> None:
    server.faults.break_after, server.faults.breaks = 100, 1
    assert read_all(Transfer(f"{server.url}/data", -300)) == DATA[-300:]
    assert server.faults.ranges == ["bytes=-300", "bytes=9800-9999"]


def test_every_byte_that_arrives_starts_the_count_of_attempts_anew(
    server: Served,
) -> None:
    server.faults.break_after, server.faults.breaks = 500, 15
    assert read_all(Transfer(f"{server.url}/data")) == DATA
    assert len(server.faults.requests) == 16 > transfers.ATTEMPTS


def test_a_connection_that_never_carries_a_byte_is_given_up(server: Served) -> None:
    server.faults.break_after, server.faults.breaks = 0, 99
    with pytest.raises(DownloadError, match=r"/data: .* at byte 0"):
        read_all(Transfer(f"{server.url}/data"))
    assert len(server.faults.requests) == transfers.ATTEMPTS


def test_an_overloaded_server_is_asked_again(server: Served) -> None:
    server.faults.statuses = [503, 503]
    assert read_all(Transfer(f"{server.url}/data")) == DATA
    assert len(server.faults.requests) == 3


def test_a_server_that_stays_overloaded_is_named_with_its_answer(
    server: Served,
) -> None:
    server.faults.statuses = [503] * 99
    with pytest.raises(UnreachableError, match=r"/data answers 503"):
        Transfer(f"{server.url}/data").open()
    assert len(server.faults.requests) == transfers.ATTEMPTS


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_file_is_not_asked_for_again(server: Served, status: int) -> None:
    server.faults.statuses = [status]
    with pytest.raises(NotFoundError, match=f"/data answers {status}"):
        Transfer(f"{server.url}/data").open()
    assert len(server.faults.requests) == 1


@pytest.mark.parametrize("status", [401, 403, 407])
def test_a_refusal_is_not_taken_for_a_missing_file(server: Served, status: int) -> None:
    server.faults.statuses = [status]
    with pytest.raises(RefusedError, match=f"{status}: access is refused"):
        Transfer(f"{server.url}/data").open()
    assert len(server.faults.requests) == 1


def test_an_address_where_nobody_listens_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    retry_at_once(monkeypatch)
    url = f"http://127.0.0.1:{free_port()}/data"
    with pytest.raises(UnreachableError, match=f"{url} cannot be reached: .*refused"):
        Transfer(url).open()


@pytest.mark.parametrize(
    ("code", "has_answered", "lookups"),
    [
        (socket.EAI_NONAME, False, 1),
        (socket.EAI_NONAME, True, 3),
        (socket.EAI_AGAIN, False, 3),
    ],
)
def test_a_host_that_does_not_exist_is_looked_up_once(
    monkeypatch: pytest.MonkeyPatch, code: int, has_answered: bool, lookups: int
) -> None:
    """One that has answered before may well exist, and is tried again."""
    host = "labels.invalid"
    monkeypatch.setattr(transfers, "_answered", {host} if has_answered else set())
    retry_at_once(monkeypatch)
    monkeypatch.setattr(transfers, "ATTEMPTS", 3)
    asked = []

    def look_up(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(code, "no address")

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(UnreachableError, match=r"cannot be reached: .*no address"):
        Transfer(f"http://{host}/data").open()
    assert asked == [host] * lookups


def test_a_server_that_says_nothing_is_not_waited_for_forever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    retry_at_once(monkeypatch)
    monkeypatch.setattr(transfers, "READ_TIMEOUT_SECONDS", 0.05)
    monkeypatch.setattr(transfers, "ATTEMPTS", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/data"
        with pytest.raises(DownloadError, match=r"cannot be reached: .*timed out"):
            Transfer(url).open()


def test_a_body_that_stalls_is_asked_for_again(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "READ_TIMEOUT_SECONDS", 0.3)
    server.faults.hold_after = 4_096
    transfer = Transfer(f"{server.url}/data").open()
    assert transfer.read(4_096) == DATA[:4_096]
    server.faults.hold_after = None
    assert b"".join(iter(transfer.read, b"")) == DATA[4_096:]
    assert server.faults.ranges == [None, "bytes=4096-9999"]


def test_a_server_that_refuses_ranges_is_told_apart(server: Served) -> None:
    server.faults.refuse_ranges = True
    with pytest.raises(RangesRefusedError, match="refuses ranges"):
        Transfer(f"{server.url}/data", 100).open()
    assert len(server.faults.requests) == 1


def test_a_broken_whole_file_is_not_resumed_where_ranges_are_refused(
    server: Served,
) -> None:
    server.faults.refuse_ranges = True
    server.faults.break_after, server.faults.breaks = 3_000, 1
    with pytest.raises(RangesRefusedError):
        read_all(Transfer(f"{server.url}/data"))


def test_a_file_that_changes_between_two_requests_is_not_mixed(
    server: Served,
) -> None:
    server.faults.break_after, server.faults.breaks = 3_000, 1
    server.faults.etags = ['"old"', '"new"']
    with pytest.raises(CannotResumeError, match="changed on the server"):
        read_all(Transfer(f"{server.url}/data"))


def test_a_part_behind_the_end_of_the_file_is_refused(server: Served) -> None:
    with pytest.raises(CannotResumeError, match="has no byte 10000"):
        Transfer(f"{server.url}/data", 10_000).open()


def test_a_file_of_unnamed_size_is_read_to_its_end(server: Served) -> None:
    server.faults.hide_size = True
    transfer = Transfer(f"{server.url}/data")
    assert read_all(transfer) == DATA
    assert transfer.size is None


def test_a_thread_fetches_one_file_after_the_other_over_one_connection(
    server: Served,
) -> None:
    server.faults.keep_alive = True
    with ThreadPoolExecutor(1) as pool:
        for _ in range(5):
            assert pool.submit(read_all, Transfer(f"{server.url}/data")).result()
    assert server.faults.connections == 1


@pytest.mark.parametrize(
    ("status", "is_passing"), [(404, False), (401, False), (503, True)]
)
def test_a_server_that_answers_is_not_out_of_reach(
    server: Served, status: int, is_passing: bool
) -> None:
    server.faults.statuses = [status] * 99
    with pytest.raises(DownloadError) as caught:
        Transfer(f"{server.url}/data").open()
    assert isinstance(caught.value, UnreachableError) is is_passing


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_is_left_alone_for_as_long_as_it_asks(
    server: Served, status: int
) -> None:
    server.faults.statuses, server.faults.retry_after = [status], "2"
    begun = time.monotonic()
    assert read_all(Transfer(f"{server.url}/data")) == DATA
    assert time.monotonic() - begun >= 2


def test_a_server_that_asks_for_hours_is_not_left_alone_that_long(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "LONGEST_RETRY_AFTER_SECONDS", 0.1)
    server.faults.statuses, server.faults.retry_after = [503], "86400"
    assert read_all(Transfer(f"{server.url}/data")) == DATA


def test_a_pause_that_makes_no_sense_is_passed_over(server: Served) -> None:
    server.faults.statuses, server.faults.retry_after = [503], "soon"
    assert read_all(Transfer(f"{server.url}/data")) == DATA


def test_a_server_that_sends_next_to_nothing_is_given_up(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "SPEED_WINDOW_SECONDS", 0.3)
    server.faults.byte_seconds = 0.05
    with pytest.raises(SlowServerError, match="less than 1,000 bytes a second"):
        read_all(Transfer(f"{server.url}/data"))
    assert len(server.faults.requests) == transfers.SLOW_WINDOWS


def test_a_connection_that_is_slow_is_exchanged_for_another(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "SPEED_WINDOW_SECONDS", 0.3)
    server.faults.byte_seconds = 0.05
    transfer = Transfer(f"{server.url}/data").open()
    data = b"".join(transfer.read() for _ in range(3))
    server.faults.byte_seconds = 0
    data += b"".join(iter(transfer.read, b""))
    assert data == DATA
    assert [asked is None for asked in server.faults.ranges] == [True, False]


@pytest.mark.parametrize("length", ["many", "-5", "1e3", "0x10"])
def test_a_malformed_length_is_named(server: Served, length: str) -> None:
    server.faults.length = length
    with pytest.raises(DownloadError, match=r"/data answers the malformed length"):
        Transfer(f"{server.url}/data").open()


@pytest.mark.timeout(60)
def test_a_transfer_is_interrupted_while_it_waits(
    server: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfers, "READ_TIMEOUT_SECONDS", 10_000)
    server.faults.hold_after = 4_096
    arrived, ended = threading.Event(), threading.Event()

    def work(advance: Advance) -> None:
        try:
            with Transfer(f"{server.url}/data").open() as transfer:
                while data := transfer.read():
                    advance(len(data))
                    arrived.set()
        finally:
            ended.set()

    def on_progress(count: int) -> None:
        if arrived.is_set() and not count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_interruptibly(work, on_progress)
    assert ended.wait(30)


def test_what_the_work_raises_is_raised_where_it_is_waited_for() -> None:
    def work(advance: Advance) -> None:
        advance(3)
        raise ZeroDivisionError

    told: list[int] = []
    with pytest.raises(ZeroDivisionError):
        run_interruptibly(work, told.append)
    assert sum(told) == 3


def test_nothing_is_fetched_after_an_interrupt(server: Served) -> None:
    group = TransferGroup()
    group.interrupt()
    transfer = Transfer(f"{server.url}/data")
    transfer._transfers = group
    with pytest.raises(TransferInterruptedError):
        transfer.open()
    assert server.faults.requests == []
