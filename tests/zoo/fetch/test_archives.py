"""Zip archives: single members of them, damage to them, and names in them."""

from __future__ import annotations

import hashlib
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.data.coco_documents import flip_in, noise, write_zip
from helpers.programs.faulty_server import Served, retry_at_once, serve
from hypothesis import given, settings
from hypothesis import strategies as st
from sama_coco.zoo.errors import DownloadError, FormatError, NotFoundError
from sama_coco.zoo.fetch.archives import (
    check_archive,
    fetch_member,
    open_archive,
    read_member,
)
from sama_coco.zoo.fetch.sources import SPLITS, Member

WANTED = noise(50_000, 1)
MEMBERS = {
    "annotations/before.json": noise(400_000, 2),
    "annotations/wanted.json": WANTED,
    "annotations/after.json": noise(400_000, 3),
}
MEMBER = Member(
    "annotations/wanted.json", len(WANTED), hashlib.sha256(WANTED).hexdigest()
)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_zip(tmp_path / "served" / "labels.zip", MEMBERS, deflate=False)


@pytest.fixture
def server(archive: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    retry_at_once(monkeypatch)
    with serve(archive.parent) as served:
        yield served


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "fetched" / "wanted.json"


def beside(target: Path) -> set[str]:
    """The names in a target's folder, locks apart, which are left on purpose."""
    if not target.parent.exists():
        return set()
    return {p.name for p in target.parent.iterdir() if p.suffix != ".lock"}


def test_a_member_is_read_by_ranges_alone(
    server: Served, archive: Path, target: Path
) -> None:
    arrived: list[int] = []
    url = f"{server.url}/labels.zip"
    assert fetch_member(url, MEMBER, target, True, arrived.append) == target
    assert target.read_bytes() == WANTED
    assert all(server.faults.ranges)
    assert server.faults.sent < 150_000 < archive.stat().st_size
    assert len(WANTED) < sum(arrived) < len(WANTED) + 100
    assert beside(target) == {"wanted.json"}


def test_a_compressed_member_of_the_real_layout_is_read_by_ranges_alone(
    real_mirror: Path, target: Path
) -> None:
    path = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
    member = SPLITS["validation"].coco_member
    with serve(real_mirror) as server:
        fetch_member(f"{server.url}/{path}", member, target, False)
    assert target.read_bytes() == read_member(real_mirror / path, member.name)
    assert all(server.faults.ranges)


def test_an_archive_smaller_than_its_first_read_is_read(
    server: Served, archive: Path, target: Path
) -> None:
    write_zip(archive, {MEMBER.name: b"{}"})
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, False)
    assert target.read_bytes() == b"{}"


def test_a_member_that_is_there_is_not_asked_for(server: Served, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"mine")
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert target.read_bytes() == b"mine"
    assert server.faults.requests == []


def test_a_connection_that_breaks_within_a_member_is_made_again(
    server: Served, target: Path
) -> None:
    server.faults.break_after, server.faults.breaks = 30_000, 3
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert target.read_bytes() == WANTED
    assert server.faults.breaks == 0
    assert all(server.faults.ranges)


def give_up_within(server: Served, target: Path) -> int:
    """A fetch that ends for good within the member; how many bytes it leaves."""
    directory = [200] * 3  # of 64 KiB
    server.faults.break_after, server.faults.breaks = 30_000, 3
    server.faults.statuses = [*directory, 200, *[503] * 20]
    with pytest.raises(DownloadError, match="503"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    server.faults.statuses, server.faults.breaks = [], 0
    server.faults.requests.clear()
    assert beside(target) == {"wanted.json.part", "wanted.json.part.version"}
    return target.with_name("wanted.json.part").stat().st_size


def test_a_member_that_broke_off_is_resumed(
    server: Served, archive: Path, target: Path
) -> None:
    held = give_up_within(server, target)
    arrived: list[int] = []
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, True, arrived.append)
    assert target.read_bytes() == WANTED
    at = archive.read_bytes().index(WANTED) - 30 - len(MEMBER.name) + held
    assert (server.faults.ranges[-1] or "").startswith(f"bytes={at}-")
    assert arrived[0] == held > 0
    assert len(WANTED) < sum(arrived) < len(WANTED) + 100
    assert beside(target) == {"wanted.json"}


def test_a_part_of_an_archive_that_has_changed_is_not_resumed(
    server: Served, target: Path
) -> None:
    give_up_within(server, target)
    server.faults.etag = '"2"'
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert target.read_bytes() == WANTED
    assert beside(target) == {"wanted.json"}


def test_an_archive_that_changes_while_it_is_read_leaves_nothing(
    server: Served, target: Path
) -> None:
    server.faults.etags = ['"old"']
    with pytest.raises(DownloadError, match="changed on the server"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert beside(target) == set()


def test_a_process_killed_within_a_member_leaves_what_the_next_goes_on_with(
    server: Served, archive: Path, target: Path
) -> None:
    wanted = noise(6 << 20, 5)
    write_zip(archive, {MEMBER.name: wanted}, deflate=False)
    member = Member(MEMBER.name, len(wanted), hashlib.sha256(wanted).hexdigest())
    server.faults.hold_after = 5 << 20
    code = (
        "import sys; from pathlib import Path\n"
        "from sama_coco.zoo.fetch.archives import fetch_member\n"
        "from sama_coco.zoo.fetch.sources import Member\n"
        "member = Member(sys.argv[2], 0, '')\n"
        "fetch_member(sys.argv[1], member, Path(sys.argv[3]), False)\n"
    )
    url = f"{server.url}/labels.zip"
    process = subprocess.Popen([sys.executable, "-c", code, url, member.name, target])
    part = target.with_name("wanted.json.part")
    deadline = time.monotonic() + 60
    while not part.exists() or part.stat().st_size < 4 << 20:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.kill()
    process.wait(60)
    held = part.stat().st_size

    server.faults.hold_after = None
    server.faults.sent = 0
    fetch_member(url, member, target, True)
    assert target.read_bytes() == wanted
    assert server.faults.sent < len(wanted) - held + 200_000
    assert beside(target) == {"wanted.json"}


def test_two_threads_share_one_member(server: Served, target: Path) -> None:
    server.faults.hold_after = 20_000
    url = f"{server.url}/labels.zip"
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetch_member, url, MEMBER, target, True) for _ in range(2)]
        time.sleep(0.3)
        server.faults.release.set()
        assert [done.result() for done in both] == [target, target]
    assert target.read_bytes() == WANTED
    assert len(server.faults.requests) == 2, "the directory, and the member"
    assert beside(target) == {"wanted.json"}


def test_an_overloaded_server_is_asked_again_for_a_member(
    server: Served, target: Path
) -> None:
    server.faults.statuses = [503, 503]
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert target.read_bytes() == WANTED


def test_where_ranges_are_refused_the_archive_is_fetched_and_removed(
    server: Served, target: Path
) -> None:
    server.faults.refuse_ranges = True
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert target.read_bytes() == WANTED
    assert beside(target) == {"wanted.json"}


def test_a_whole_archive_is_removed_though_the_member_is_wrong(
    server: Served, archive: Path, target: Path
) -> None:
    write_zip(archive, {"other.json": b"{}"})
    server.faults.refuse_ranges = True
    with pytest.raises(FormatError, match="has no member"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert beside(target) == set()


def test_a_member_with_another_checksum_is_refused(
    server: Served, archive: Path, target: Path
) -> None:
    other = noise(len(WANTED), 9)
    write_zip(archive, MEMBERS | {MEMBER.name: other})
    with pytest.raises(DownloadError, match=r"labels.zip has the SHA-256 .* published"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, verify=True)
    assert beside(target) == set()
    fetch_member(f"{server.url}/labels.zip", MEMBER, target, verify=False)
    assert target.read_bytes() == other


def test_an_archive_that_is_404_is_named(server: Served, target: Path) -> None:
    with pytest.raises(NotFoundError, match=r"/none\.zip answers 404"):
        fetch_member(f"{server.url}/none.zip", MEMBER, target, True)
    assert beside(target) == set()


@pytest.mark.parametrize("size", [0, 10, 100, 300_000, 850_200])
@pytest.mark.parametrize("refuse_ranges", [False, True])
def test_a_truncated_archive_on_a_server_is_refused(
    server: Served, archive: Path, target: Path, size: int, refuse_ranges: bool
) -> None:
    server.faults.refuse_ranges = refuse_ranges
    archive.write_bytes(archive.read_bytes()[:size])
    with pytest.raises((FormatError, DownloadError), match=r"labels\.zip"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)
    assert beside(target) == set()


def test_a_page_served_in_place_of_an_archive_is_refused(
    server: Served, target: Path
) -> None:
    server.faults.content["/labels.zip"] = b"<html>Please log in</html>"
    with pytest.raises(FormatError, match=r"labels\.zip is not a whole zip archive"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, True)


@pytest.mark.parametrize("refuse_ranges", [False, True])
def test_a_corrupt_member_on_a_server_is_refused(
    server: Served, archive: Path, target: Path, refuse_ranges: bool
) -> None:
    server.faults.refuse_ranges = refuse_ranges
    flip_in(archive, WANTED)
    with pytest.raises(FormatError, match="CRC"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, False)
    assert beside(target) == set()


def test_a_member_of_a_file_is_read(archive: Path) -> None:
    assert read_member(archive, MEMBER.name) == WANTED


def test_a_missing_member_is_named_with_what_is_there(archive: Path) -> None:
    with pytest.raises(FormatError, match=r"no member 'x.json'; it holds .*/before"):
        read_member(archive, "x.json")


def test_an_empty_archive_says_that_it_holds_nothing(archive: Path) -> None:
    write_zip(archive, {})
    with pytest.raises(FormatError, match="it holds nothing"):
        read_member(archive, "x.json")


@pytest.mark.parametrize("data", [b"", b"no zip", b"PK\3\4" + bytes(100)])
def test_a_file_that_is_no_zip_is_refused(archive: Path, data: bytes) -> None:
    archive.write_bytes(data)
    with pytest.raises(FormatError, match=f"{archive} is not a whole zip archive"):
        read_member(archive, MEMBER.name)


def test_a_truncated_file_is_refused(archive: Path) -> None:
    archive.write_bytes(archive.read_bytes()[:-30])
    with pytest.raises(FormatError, match="not a whole zip"):
        read_member(archive, MEMBER.name)


def test_a_corrupt_member_is_refused_and_the_others_are_read(archive: Path) -> None:
    flip_in(archive, WANTED)
    with pytest.raises(FormatError, match="CRC"):
        read_member(archive, MEMBER.name)
    name = "annotations/after.json"
    assert read_member(archive, name) == MEMBERS[name]


def announce(archive: Path, size: int) -> None:
    """Has the directory of an archive say that every member unpacks to a size."""
    data = bytearray(archive.read_bytes())
    at = -1
    while (at := data.find(b"PK\1\2", at + 1)) >= 0:
        data[at + 24 : at + 28] = size.to_bytes(4, "little")
    archive.write_bytes(data)


def test_a_member_far_larger_than_labels_can_be_is_not_unpacked(archive: Path) -> None:
    announce(archive, 1_000_000_000)
    with pytest.raises(FormatError, match=r"unpacks to 1,000,000,000 bytes; .* most"):
        read_member(archive, MEMBER.name)


@pytest.mark.parametrize("refuse_ranges", [False, True])
def test_a_member_on_a_server_far_larger_than_labels_can_be_is_not_unpacked(
    server: Served, archive: Path, target: Path, refuse_ranges: bool
) -> None:
    server.faults.refuse_ranges = refuse_ranges
    announce(archive, 1_000_000_000)
    with pytest.raises(FormatError, match=r"unpacks to 1,000,000,000 bytes; .* most"):
        fetch_member(f"{server.url}/labels.zip", MEMBER, target, False)
    assert beside(target) == set()


def test_a_member_that_unpacks_to_more_than_it_says_is_refused(archive: Path) -> None:
    announce(archive, 1_000)
    with pytest.raises(FormatError, match="CRC"):
        read_member(archive, MEMBER.name)


def test_an_encrypted_member_is_refused(archive: Path) -> None:
    data = bytearray(archive.read_bytes())
    for signature, flags in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        at = -1
        while (at := data.find(signature, at + 1)) >= 0:
            data[at + flags] |= 1
    archive.write_bytes(data)
    with pytest.raises(FormatError, match="encrypted"):
        read_member(archive, MEMBER.name)


def test_a_missing_file_is_not_called_damaged(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_archive(tmp_path / "none.zip"):
        pass


def test_a_sound_archive_passes_its_check(archive: Path) -> None:
    check_archive(archive, (MEMBER,), 3)


def test_an_archive_of_another_number_of_members_fails_its_check(
    archive: Path,
) -> None:
    with pytest.raises(DownloadError, match="has 3 members, 5 were published"):
        check_archive(archive, count=5)


def test_an_archive_that_lacks_a_member_fails_its_check(archive: Path) -> None:
    with pytest.raises(DownloadError, match=r"lacks the member 'x\.json'"):
        check_archive(archive, (Member("x.json", 1, ""),))


def test_an_archive_with_another_member_fails_its_check(archive: Path) -> None:
    with pytest.raises(DownloadError, match="SHA-256"):
        check_archive(archive, (Member(MEMBER.name, 1, "0" * 64),))


@pytest.mark.parametrize("known", [(), (MEMBER,)])
def test_damage_to_any_member_fails_a_check_as_a_download_does(
    archive: Path, known: tuple[Member, ...]
) -> None:
    flip_in(archive, MEMBERS["annotations/after.json"])
    with pytest.raises(DownloadError, match=r"not a whole zip.*'annotations/after"):
        check_archive(archive, known)


_SMALL = {"a.json": b'{"x": 1}' * 50, "b.json": noise(500)}


@settings(max_examples=400, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(1, 6), cut=st.booleans())
def test_a_damaged_archive_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, seed: int, count: int, cut: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    data = bytearray(write_zip(path, _SMALL).read_bytes())
    rng = random.Random(seed)
    directory = data.index(b"PK\1\2")
    for _ in range(count):
        data[rng.randrange(rng.choice([0, directory]), len(data))] = rng.randrange(256)
    path.write_bytes(data[: rng.randrange(len(data))] if cut else data)
    try:
        found = read_member(path, "b.json")
    except FormatError:
        return
    assert found == _SMALL["b.json"]


def test_the_archives_that_these_tests_write_are_sound(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        assert opened.testzip() is None
