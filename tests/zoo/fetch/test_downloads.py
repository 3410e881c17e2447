"""Files on the disk: whole or not there, however the download was broken off."""

from __future__ import annotations

import hashlib
import io
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.programs.faulty_server import Served, retry_at_once, serve
from sama_coco.zoo.errors import DownloadError, NotFoundError
from sama_coco.zoo.fetch import disk
from sama_coco.zoo.fetch.disk import replacing, require_file, require_space
from sama_coco.zoo.fetch.downloads import copy_stream, fetch, open_source

DATA = random.Random(2).randbytes(10_000)
LARGE = random.Random(3).randbytes(6 << 20)


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    retry_at_once(monkeypatch)
    with serve(tmp_path) as served:
        served.faults.content.update({"/data": DATA, "/large": LARGE})
        yield served


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "file"


def beside(target: Path) -> set[str]:
    """The names in a target's folder, the lock apart, which is left on purpose."""
    return {p.name for p in target.parent.iterdir() if p.suffix != ".lock"}


def leave_part(target: Path, data: bytes, version: str | None = '"1"') -> Path:
    """What a process that was killed leaves of a download."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(target.name + ".part")
    part.write_bytes(data)
    if version is not None:
        part.with_name(part.name + ".version").write_text(version)
    return part


def start_fetch(url: str, target: Path) -> subprocess.Popen[str]:
    """A process that says when it starts to fetch, then fetches."""
    code = (
        "import sys; from pathlib import Path\n"
        "from sama_coco.zoo.fetch.downloads import fetch\n"
        "print('ready', flush=True)\n"
        "fetch(sys.argv[1], Path(sys.argv[2]))\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", code, url, str(target)],
        stdout=subprocess.PIPE,
        text=True,
    )


def fail_after(server: Served, count: int, url: str, target: Path) -> None:
    """A fetch that ends for good after some bytes; the server is well again then."""
    server.faults.break_after, server.faults.breaks = count, 1
    server.faults.statuses = [200, *[503] * 20]
    with pytest.raises(DownloadError, match="503"):
        fetch(url, target)
    server.faults.statuses = []
    server.faults.requests.clear()


def wait_for_bytes(path: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    while not path.exists() or path.stat().st_size < count:
        assert time.monotonic() < deadline, f"{path} does not grow"
        time.sleep(0.01)


def test_a_file_is_fetched_whole_and_nothing_is_left_beside_it(
    server: Served, target: Path
) -> None:
    assert fetch(f"{server.url}/data", target, size=len(DATA)) == target
    assert target.read_bytes() == DATA
    assert beside(target) == {"file"}


def test_a_file_that_is_there_is_not_asked_for(server: Served, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"mine")
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == b"mine"
    assert server.faults.requests == []


def test_a_connection_that_breaks_again_and_again_ends_in_the_right_bytes(
    server: Served, target: Path
) -> None:
    server.faults.break_after, server.faults.breaks = 900, 9
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA
    asked = [f"bytes={900 * i}-9999" for i in range(1, 10)]
    assert server.faults.ranges == [None, *asked]


def test_progress_adds_up_to_the_size_of_the_file(server: Served, target: Path) -> None:
    server.faults.break_after, server.faults.breaks = 3_000, 1
    server.faults.etags = ['"old"']
    arrived: list[int] = []
    fetch(f"{server.url}/data", target, progress=arrived.append)
    assert sum(arrived) == len(DATA)


def test_a_part_of_the_same_version_is_resumed(server: Served, target: Path) -> None:
    leave_part(target, DATA[:4_000])
    arrived: list[int] = []
    fetch(f"{server.url}/data", target, progress=arrived.append)
    assert target.read_bytes() == DATA
    assert server.faults.ranges == ["bytes=4000-"]
    assert sum(arrived) == len(DATA)
    assert beside(target) == {"file"}


@pytest.mark.parametrize("version", [None, '"another"'])
def test_a_part_of_an_unknown_version_is_not_trusted(
    server: Served, target: Path, version: str | None
) -> None:
    leave_part(target, b"x" * 4_000, version)
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA
    assert server.faults.ranges[-1] is None


def test_a_part_is_fetched_anew_where_ranges_are_refused(
    server: Served, target: Path
) -> None:
    server.faults.refuse_ranges = True
    leave_part(target, DATA[:4_000])
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA


def test_a_part_that_is_already_whole_is_not_kept_from_its_name(
    server: Served, target: Path
) -> None:
    leave_part(target, DATA)
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA


def test_a_break_where_ranges_are_refused_starts_the_file_anew(
    server: Served, target: Path
) -> None:
    server.faults.refuse_ranges = True
    server.faults.break_after, server.faults.breaks = 3_000, 2
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA


def test_a_file_that_changes_on_the_server_is_fetched_anew(
    server: Served, target: Path
) -> None:
    server.faults.break_after, server.faults.breaks = 3_000, 1
    server.faults.etags = ['"old"']
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA
    assert server.faults.ranges == [None, "bytes=3000-9999", None]


def test_a_part_from_a_server_without_versions_is_not_trusted(
    server: Served, target: Path
) -> None:
    server.faults.etag = None
    fail_after(server, 3_000, f"{server.url}/data", target)
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA
    assert server.faults.ranges == [None]


def test_a_missing_file_leaves_nothing(server: Served, target: Path) -> None:
    with pytest.raises(NotFoundError, match="/none answers 404"):
        fetch(f"{server.url}/none", target)
    assert beside(target) == set()
    assert len(server.faults.requests) == 1


def test_a_download_that_is_given_up_keeps_what_arrived_for_the_next(
    server: Served, target: Path
) -> None:
    fail_after(server, 3_000, f"{server.url}/data", target)
    assert not target.exists()
    fetch(f"{server.url}/data", target)
    assert target.read_bytes() == DATA
    assert server.faults.ranges == ["bytes=3000-"]


def test_a_file_of_the_wrong_size_is_thrown_away(server: Served, target: Path) -> None:
    with pytest.raises(DownloadError, match="has 10000 bytes, 9999 were expected"):
        fetch(f"{server.url}/data", target, size=9_999)
    assert beside(target) == set()


def test_a_file_that_fails_its_check_is_thrown_away(
    server: Served, target: Path
) -> None:
    def refuse(path: Path) -> None:
        assert path.read_bytes() == DATA
        raise DownloadError("another file")

    with pytest.raises(DownloadError, match="another file"):
        fetch(f"{server.url}/data", target, check=refuse)
    assert beside(target) == set()


def test_a_killed_process_leaves_a_part_that_the_next_goes_on_with(
    server: Served, target: Path
) -> None:
    server.faults.hold_after = len(LARGE) - 100
    process = start_fetch(f"{server.url}/large", target)
    part = target.with_name("file.part")
    wait_for_bytes(part, 4 << 20)
    process.send_signal(signal.SIGKILL)
    assert process.wait(60) == -signal.SIGKILL
    assert not target.exists()
    left = part.stat().st_size
    assert 0 < left < len(LARGE)

    server.faults.hold_after = None
    fetch(f"{server.url}/large", target)
    assert target.read_bytes() == LARGE
    assert server.faults.ranges == [None, f"bytes={left}-"]
    assert beside(target) == {"file"}


def test_two_processes_share_one_download(server: Served, target: Path) -> None:
    server.faults.hold_after = 1_000
    both = [start_fetch(f"{server.url}/data", target) for _ in range(2)]
    for process in both:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    time.sleep(0.5)
    server.faults.release.set()
    assert [process.wait(60) for process in both] == [0, 0]
    assert target.read_bytes() == DATA
    assert len(server.faults.requests) == 1


def test_a_disk_that_fills_up_is_named_and_nothing_gets_the_final_name(
    server: Served, tiny_disk: Path
) -> None:
    server.faults.hide_size = True
    target = tiny_disk / "file"
    with pytest.raises(DownloadError, match=r"disk is full: '.*file' .* Make room"):
        fetch(f"{server.url}/large", target)
    assert not target.exists()


def test_a_file_that_cannot_fit_is_refused_before_it_is_fetched(
    server: Served, tiny_disk: Path
) -> None:
    with pytest.raises(DownloadError, match=r"tiny' has .* free, .* are needed"):
        fetch(f"{server.url}/large", tiny_disk / "file")
    assert beside(tiny_disk / "file") == set()


def test_a_replacement_on_a_full_disk_leaves_nothing(tiny_disk: Path) -> None:
    target = tiny_disk / "file"
    with pytest.raises(DownloadError, match="disk is full"), replacing(target) as file:
        file.write(LARGE)
    assert list(tiny_disk.iterdir()) == []


def test_two_threads_can_replace_one_file(target: Path) -> None:
    with replacing(target) as one, replacing(target) as other:
        one.write(b"one")
        other.write(b"other")
    assert target.read_bytes() == b"one"
    assert beside(target) == {"file"}


def test_a_replacement_gets_its_name_only_when_it_is_complete(target: Path) -> None:
    with replacing(target) as file:
        file.write(b"new")
        assert not target.exists()
    assert target.read_bytes() == b"new"
    with pytest.raises(ZeroDivisionError), replacing(target) as file:
        file.write(bytes(1 // len(b"")))
    assert target.read_bytes() == b"new"
    assert beside(target) == {"file"}


def test_a_mirror_that_is_a_folder_is_read_where_it_lies(target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(DATA)
    assert require_file(target) == target
    with open_source(target) as stream:
        assert stream.read(len(DATA)) == DATA


def test_a_file_that_a_mirror_lacks_is_named(target: Path) -> None:
    with pytest.raises(NotFoundError, match=f"no file '{target}'"):
        require_file(target)
    with (
        pytest.raises(NotFoundError, match=f"no file '{target}'"),
        open_source(target),
    ):
        pass


def test_a_folder_of_a_files_name_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        require_file(tmp_path)


def test_a_file_on_a_server_is_read_as_one_in_a_folder(server: Served) -> None:
    with open_source(f"{server.url}/data") as stream:
        assert b"".join(iter(lambda: stream.read(4_096), b"")) == DATA


def test_a_copy_tells_its_checksum_and_progress() -> None:
    arrived: list[int] = []
    copied = io.BytesIO()
    digest = copy_stream(io.BytesIO(LARGE), copied, arrived.append)
    assert copied.getvalue() == LARGE
    assert digest == hashlib.sha256(LARGE).hexdigest()
    assert sum(arrived) == len(LARGE)


def test_too_little_room_is_said_with_the_way_out(tmp_path: Path) -> None:
    require_space(tmp_path, 1)
    with pytest.raises(DownloadError, match="dataset_zoo_dir"):
        require_space(tmp_path, 1 << 60)


def test_an_error_of_the_disk_that_is_not_fullness_keeps_its_own_words(
    tmp_path: Path,
) -> None:
    with (
        pytest.raises(PermissionError),
        disk.translating_disk_errors(tmp_path / "file"),
    ):
        raise PermissionError(os.strerror(13))
