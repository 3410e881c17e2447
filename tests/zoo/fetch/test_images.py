"""Images: found where they lie, fetched one by one or by zip, never half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.data.coco_documents import flip_in, noise, write_zip
from helpers.programs.faulty_server import Served, retry_at_once, serve
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.errors import FormatError, NotFoundError, UnreachableError
from sama_coco.zoo.fetch import split_images
from sama_coco.zoo.fetch.sources import SPLITS, Origin
from sama_coco.zoo.fetch.split_images import (
    LARGEST_IMAGE_BYTES,
    THREADS,
    ImageSource,
    built_in_folders,
    fetch_images,
    find_images,
)
from sama_coco.zoo.fetch.transfers import ATTEMPTS

HOST = "images.cocodataset.org"
NAMES = [f"{i:012d}.jpg" for i in range(1, 7)]


def jpeg(name: str) -> bytes:
    """What the JPEG of a name holds here: noise, as a comment, and no picture."""
    comment = noise(3_000, int(name[:12]))
    length = (len(comment) + 2).to_bytes(2, "big")
    return b"\xff\xd8\xff\xfe" + length + comment + b"\xff\xd9"


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    """A mirror with six images, singly and as a zip."""
    root = tmp_path / "mirror"
    folder = root / HOST / "val2017"
    folder.mkdir(parents=True)
    for name in NAMES:
        (folder / name).write_bytes(jpeg(name))
    write_images_zip(root, {f"val2017/{name}": jpeg(name) for name in NAMES})
    return root


def put(folder: Path, *names: str) -> Path:
    """A folder with these images in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).write_bytes(jpeg(name))
    return folder


def write_images_zip(mirror: Path, members: dict[str, bytes]) -> Path:
    return write_zip(mirror / HOST / "zips" / "val2017.zip", members)


@pytest.fixture
def server(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    retry_at_once(monkeypatch)
    with serve(mirror) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def images_of(
    mirror: str | Path, is_partial: bool = False, num_workers: int | None = None
) -> ImageSource:
    """The images of a validation split that has six."""
    split = replace(SPLITS["validation"], num_images=len(NAMES))
    nowhere = Path("nowhere")
    return ImageSource(
        split, Origin.resolve(mirror), nowhere, nowhere, is_partial, num_workers
    )


def fetch(
    source: ImageSource,
    folder: Path,
    names: Sequence[str] = tuple(NAMES),
    strict: bool = False,
) -> Defects:
    defects = Defects(strict)
    source = replace(source, folder=folder, archive_folder=folder.parent / "raw")
    fetch_images(source, names, defects, lambda *_: None)
    return defects


def held(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def expected(names: Sequence[str] = tuple(NAMES)) -> dict[str, bytes]:
    return {name: jpeg(name) for name in names}


def test_images_of_the_built_in_datasets_are_found_where_they_lie(
    tmp_path: Path,
) -> None:
    mine, zoo = tmp_path / "mine", tmp_path / "zoo"
    for i, place in enumerate(("coco-2017", "sama-coco")):
        put(zoo / place / "validation" / "data", NAMES[i], NAMES[2])
    coco, sama = built_in_folders("validation", zoo)
    assert find_images(NAMES, mine, (coco, sama)) == {
        NAMES[0]: str(coco / NAMES[0]),
        NAMES[1]: str(sama / NAMES[1]),
        NAMES[2]: str(coco / NAMES[2]),
    }


def test_images_of_the_other_split_are_not_taken(tmp_path: Path) -> None:
    put(tmp_path / "coco-2017" / "train" / "data", NAMES[0])
    others = built_in_folders("validation", tmp_path)
    assert find_images(NAMES, tmp_path / "mine", others) == {}


def test_an_image_that_was_fetched_before_comes_first(tmp_path: Path) -> None:
    mine = put(tmp_path / "mine", NAMES[0])
    others = [tmp_path / "none", put(tmp_path / "other", NAMES[0])]
    assert find_images(NAMES, mine, others) == {NAMES[0]: str(mine / NAMES[0])}


@pytest.mark.parametrize("name", ["a.JPG", "b.jpeg", "c.png", "no ending"])
def test_images_are_found_by_any_name(tmp_path: Path, name: str) -> None:
    mine, other = tmp_path / "mine", tmp_path / "other"
    other.mkdir()
    (other / name).write_bytes(jpeg(NAMES[0]))
    assert find_images([name], mine, [other]) == {name: str(other / name)}
    assert find_images([name], other) == {name: str(other / name)}


@pytest.mark.parametrize("size", [0, 1, 2, 1_000])
def test_an_image_that_another_program_left_cut_is_not_taken(
    tmp_path: Path, size: int
) -> None:
    other, next_one = put(tmp_path / "other", NAMES[0]), tmp_path / "next"
    (other / NAMES[0]).write_bytes(jpeg(NAMES[0])[:size])
    assert find_images(NAMES, tmp_path / "mine", [other, next_one]) == {}
    put(next_one, NAMES[0])
    found = find_images(NAMES, tmp_path / "mine", [other, next_one])
    assert found == {NAMES[0]: str(next_one / NAMES[0])}


def test_what_killed_processes_left_is_removed_by_the_next_fetch(
    mirror: Path, folder: Path
) -> None:
    folder.mkdir()
    old, new = folder / "a.jpg.1.part", folder / "a.jpg.2.part"
    for part in (old, new):
        part.write_bytes(b"\xff\xd8")
    os.utime(old, (0, 0))
    fetch(images_of(mirror, True), folder)
    assert held(folder).keys() == {*NAMES, new.name}


def test_a_part_of_a_split_is_fetched_image_by_image(
    server: Served, folder: Path
) -> None:
    source = images_of(server.url, True)
    assert not len(fetch(source, folder, NAMES[:2]))
    assert held(folder) == expected(NAMES[:2])
    assert server.faults.count() == {f"/{HOST}/val2017/{n}": 1 for n in NAMES[:2]}


def test_a_whole_split_is_fetched_as_its_zip(server: Served, folder: Path) -> None:
    assert not len(fetch(images_of(server.url), folder))
    assert held(folder) == expected()
    assert set(server.faults.count()) == {f"/{HOST}/zips/val2017.zip"}
    raw = folder.parent / "raw"
    assert [p for p in raw.iterdir() if p.suffix != ".lock"] == []


def test_two_loads_at_once_share_the_zip(server: Served, folder: Path) -> None:
    server.faults.hold_after = 1_000
    source = images_of(server.url)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetch, source, folder) for _ in range(2)]
        time.sleep(0.3)
        server.faults.release.set()
        assert [len(done.result()) for done in both] == [0, 0]
    assert held(folder) == expected()
    assert set(server.faults.count()) == {f"/{HOST}/zips/val2017.zip"}


def test_two_loads_at_once_fetch_the_same_images(server: Served, folder: Path) -> None:
    source = images_of(server.url, True)
    server.faults.hold_after = 1_000
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetch, source, folder) for _ in range(2)]
        while len(server.faults.requests) < 2 * len(NAMES):
            time.sleep(0.01)
        server.faults.release.set()
        assert [len(done.result()) for done in both] == [0, 0]
    assert held(folder) == expected()


def test_few_missing_images_of_a_whole_split_are_fetched_singly(
    server: Served, folder: Path
) -> None:
    source = replace(images_of(server.url), split=SPLITS["validation"])
    few = int(0.1 * source.split.num_images)
    assert len(NAMES) <= few
    fetch(source, folder)
    assert held(folder) == expected()
    assert f"/{HOST}/zips/val2017.zip" not in server.faults.count()


def test_only_what_is_missing_is_unpacked(server: Served, folder: Path) -> None:
    fetch(images_of(server.url), folder, NAMES[:3])
    assert held(folder) == expected(NAMES[:3])


def test_what_the_zip_lacks_is_fetched_singly(
    mirror: Path, server: Served, folder: Path
) -> None:
    write_images_zip(mirror, {f"val2017/{n}": jpeg(n) for n in NAMES[1:]})
    fetch(images_of(server.url), folder)
    assert held(folder) == expected()
    assert server.faults.count()[f"/{HOST}/val2017/{NAMES[0]}"] == 1


def test_the_zip_of_a_mirror_that_is_a_folder_stays_there(
    mirror: Path, folder: Path
) -> None:
    fetch(images_of(mirror), folder)
    assert held(folder) == expected()
    assert (mirror / HOST / "zips" / "val2017.zip").is_file()


def test_images_of_a_mirror_that_is_a_folder_are_copied(
    mirror: Path, folder: Path
) -> None:
    fetch(images_of(mirror, True), folder)
    assert held(folder) == expected()


def test_folders_in_the_zip_are_passed_over(mirror: Path, folder: Path) -> None:
    write_images_zip(
        mirror, {"val2017/": b""} | {f"val2017/{n}": jpeg(n) for n in NAMES}
    )
    assert not len(fetch(images_of(mirror), folder))
    assert held(folder) == expected()


@pytest.mark.parametrize(
    "member",
    [
        "../evil.jpg",
        "val2017/../../evil.jpg",
        "/etc/evil.jpg",
        "val2017//etc/evil.jpg",
        "val2017/a\\..\\evil.jpg",
        "other/evil.jpg",
        "val2017/C:evil.jpg",
    ],
)
def test_a_zip_member_that_leaves_the_folder_is_refused(
    mirror: Path, folder: Path, member: str
) -> None:
    write_images_zip(mirror, {member: jpeg(NAMES[0]), f"val2017/{NAMES[0]}": b"x"})
    with pytest.raises(FormatError, match=r"val2017\.zip names the file"):
        fetch(images_of(mirror), folder)
    assert held(folder) == {}
    assert not list(folder.parent.rglob("*evil*"))


def test_an_image_that_is_404_is_left_out_and_counted(
    mirror: Path, server: Served, folder: Path
) -> None:
    (mirror / HOST / "val2017" / NAMES[2]).unlink()
    problems = fetch(images_of(server.url, True), folder)
    assert held(folder) == expected([n for n in NAMES if n != NAMES[2]])
    (line,) = problems.lines()
    assert line.startswith("1 x image that does not exist at its source")
    assert f"{NAMES[2]} answers 404" in line
    assert server.faults.count()[f"/{HOST}/val2017/{NAMES[2]}"] == 1


def test_an_image_that_a_folder_lacks_is_left_out_and_counted(
    mirror: Path, folder: Path
) -> None:
    (mirror / HOST / "val2017" / NAMES[2]).unlink()
    problems = fetch(images_of(mirror, True), folder)
    assert len(held(folder)) == 5
    assert problems.counts == {"image that does not exist at its source": 1}


def test_strict_loading_raises_at_an_image_that_is_404(
    mirror: Path, server: Served, folder: Path
) -> None:
    (mirror / HOST / "val2017" / NAMES[2]).unlink()
    with pytest.raises(FormatError, match=f"{NAMES[2]} answers 404"):
        fetch(images_of(server.url, True), folder, strict=True)
    assert held(folder).items() <= expected().items()


def test_a_missing_zip_of_images_is_named(mirror: Path, folder: Path) -> None:
    path = mirror / HOST / "zips" / "val2017.zip"
    path.unlink()
    with pytest.raises(NotFoundError, match=f"no file '{path}'"):
        fetch(images_of(mirror), folder)


@pytest.mark.parametrize("data", [b"<html>Please log in</html>", b"", b"\xff"])
def test_what_is_served_in_place_of_an_image_is_refused(
    server: Served, folder: Path, data: bytes
) -> None:
    server.faults.content[f"/{HOST}/val2017/{NAMES[0]}"] = data
    (line,) = fetch(images_of(server.url, True), folder, NAMES[:1]).lines()
    assert line.startswith("1 x image that could not be fetched")
    assert f"{NAMES[0]} is no JPEG image" in line
    assert held(folder) == {}


def test_what_stands_in_a_zip_in_place_of_an_image_is_fetched_singly(
    mirror: Path, folder: Path
) -> None:
    write_images_zip(mirror, {f"val2017/{NAMES[0]}": b"<html></html>"})
    assert not len(fetch(images_of(mirror), folder))
    assert held(folder) == expected()


def test_an_image_that_always_fails_is_named_and_the_others_are_fetched(
    server: Served, folder: Path
) -> None:
    server.faults.content[f"/{HOST}/val2017/{NAMES[3]}"] = jpeg(NAMES[3])[:900]
    (line,) = fetch(images_of(server.url, True), folder).lines()
    assert line.startswith("1 x image that could not be fetched")
    assert f"{NAMES[3]} is not a whole JPEG image" in line
    assert held(folder) == expected([n for n in NAMES if n != NAMES[3]])
    assert server.faults.count()[f"/{HOST}/val2017/{NAMES[3]}"] == ATTEMPTS


def test_an_image_far_larger_than_a_jpeg_can_be_is_named_and_not_kept(
    server: Served, mirror: Path, folder: Path
) -> None:
    with (mirror / HOST / "val2017" / NAMES[0]).open("r+b") as file:
        file.truncate(LARGEST_IMAGE_BYTES + 1)
    defects = fetch(images_of(server.url, is_partial=True), folder)
    assert held(folder) == expected(NAMES[1:])
    (said,) = defects.lines()
    assert NAMES[0] in said
    assert "more than the 100,000,000 bytes" in said


def test_an_image_in_the_zip_far_larger_than_a_jpeg_can_be_is_fetched_singly(
    mirror: Path, folder: Path
) -> None:
    members = {f"val2017/{name}": jpeg(name) for name in NAMES}
    members[f"val2017/{NAMES[0]}"] = bytes(LARGEST_IMAGE_BYTES + 1)
    write_images_zip(mirror, members)
    fetch(images_of(mirror), folder)
    assert held(folder) == expected()


def test_strict_loading_raises_at_an_image_that_always_fails(
    server: Served, folder: Path
) -> None:
    server.faults.content[f"/{HOST}/val2017/{NAMES[3]}"] = jpeg(NAMES[3])[:900]
    with pytest.raises(FormatError, match=f"{NAMES[3]} is not a whole JPEG image"):
        fetch(images_of(server.url, True), folder, strict=True)
    assert held(folder).items() <= expected().items()


@pytest.mark.parametrize("status", [401, 403])
def test_an_image_that_is_refused_is_not_called_missing(
    server: Served, folder: Path, status: int
) -> None:
    server.faults.statuses = [status]
    source = images_of(server.url, True, num_workers=1)
    defects = fetch(source, folder)
    assert defects.counts == {"image that could not be fetched": 1}
    assert f"{NAMES[0]} answers {status}: access is refused" in defects.lines()[0]
    assert held(folder) == expected(NAMES[1:])


def test_a_server_that_is_gone_ends_the_load(
    server: Served, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(split_images, "UNREACHABLE_IN_A_ROW", 3)
    server.faults.statuses = [503] * 999
    with pytest.raises(UnreachableError, match="answers 503"):
        fetch(images_of(server.url, True), folder)
    assert held(folder) == {}


def test_an_image_without_its_end_is_fetched_again(
    server: Served, folder: Path
) -> None:
    server.faults.missing_bytes = 500

    def mend(share: float, label: str) -> None:
        if len(server.faults.requests) > 8:
            server.faults.missing_bytes = 0

    source = replace(
        images_of(server.url, True, num_workers=1),
        folder=folder,
        archive_folder=folder.parent,
    )
    defects = Defects()
    fetch_images(source, NAMES, defects, mend)
    # the first was given up after its attempts, the others came whole
    assert len(defects) <= 2
    assert held(folder).items() <= expected().items()
    assert not len(fetch(images_of(server.url, True), folder, [*NAMES]))
    assert held(folder) == expected()


def test_an_image_of_unknown_size_that_breaks_off_is_fetched_again(
    server: Served, folder: Path
) -> None:
    server.faults.hide_size = True
    server.faults.break_after, server.faults.breaks = 1_000, 5
    assert not len(fetch(images_of(server.url, True), folder))
    assert held(folder) == expected()


def test_an_image_that_is_cut_on_this_disk_is_not_taken_for_whole(
    folder: Path,
) -> None:
    put(folder, *NAMES[:2])
    (folder / NAMES[0]).write_bytes(jpeg(NAMES[0])[:-5])
    assert find_images(NAMES, folder) == {NAMES[1]: str(folder / NAMES[1])}


def test_an_image_that_is_cut_in_the_zip_is_fetched_singly(
    mirror: Path, server: Served, folder: Path
) -> None:
    members = {f"val2017/{n}": jpeg(n) for n in NAMES}
    members[f"val2017/{NAMES[1]}"] = jpeg(NAMES[1])[:700]
    path = write_images_zip(mirror, members)
    assert not len(fetch(images_of(server.url), folder))
    assert held(folder) == expected()
    singly = f"/{HOST}/val2017/{NAMES[1]}"
    assert [p for p in server.faults.count() if p.endswith(".jpg")] == [singly]
    assert path.is_file()


@pytest.mark.parametrize("whole_first", [False, True])
def test_of_an_image_that_stands_twice_in_the_zip_the_whole_one_is_taken(
    mirror: Path, server: Served, folder: Path, whole_first: bool
) -> None:
    path = write_images_zip(mirror, {f"val2017/{n}": jpeg(n) for n in NAMES[1:]})
    both = [jpeg(NAMES[0]), jpeg(NAMES[0])[:700]]
    with zipfile.ZipFile(path, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for data in both if whole_first else both[::-1]:
            archive.writestr(f"val2017/{NAMES[0]}", data)
    assert not len(fetch(images_of(server.url), folder))
    assert held(folder) == expected()
    assert not [p for p in server.faults.count() if p.endswith(".jpg")]


def test_an_image_whose_bytes_in_the_zip_are_damaged_is_fetched_singly(
    mirror: Path, server: Served, folder: Path
) -> None:
    members = {f"val2017/{n}": jpeg(n) for n in NAMES}
    path = write_zip(mirror / HOST / "zips" / "val2017.zip", members, deflate=False)
    flip_in(path, jpeg(NAMES[2])[100:])
    assert not len(fetch(images_of(server.url), folder))
    assert held(folder) == expected()


def test_a_zip_that_breaks_off_where_its_size_is_not_named_is_fetched_again(
    server: Served, folder: Path
) -> None:
    server.faults.hide_size = True
    server.faults.break_after, server.faults.breaks = 9_000, 2
    fetch(images_of(server.url), folder)
    assert held(folder) == expected()
    assert set(server.faults.count()) == {f"/{HOST}/zips/val2017.zip"}


INTERRUPTED = """
import sys
from pathlib import Path
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.fetch import transfers
from sama_coco.zoo.fetch.sources import SPLITS, Origin
from sama_coco.zoo.fetch.split_images import ImageSource, fetch_images

transfers.READ_TIMEOUT_SECONDS = transfers.SPEED_WINDOW_SECONDS = 10_000
folder = Path(sys.argv[2])
origin = Origin(sys.argv[1])
source = ImageSource(SPLITS["validation"], origin, folder, folder, True)
print("ready", flush=True)
fetch_images(source, sys.argv[3:], Defects(), lambda *_: None)
"""


@pytest.mark.timeout(120)
@pytest.mark.parametrize("is_silent", [False, True])
def test_one_interrupt_ends_a_load_from_a_server_that_hangs(
    server: Served, folder: Path, is_silent: bool
) -> None:
    if is_silent:
        server.faults.gathering = threading.Barrier(100)
    else:
        server.faults.byte_seconds = 1
    program = [sys.executable, "-c", INTERRUPTED, server.url, str(folder), *NAMES]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        while len(server.faults.requests) < len(NAMES):
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        assert process.wait(60) != 0
    assert held(folder) == {}
    if server.faults.gathering is not None:
        server.faults.gathering.abort()


def test_an_image_whose_connection_breaks_is_completed(
    server: Served, folder: Path
) -> None:
    server.faults.break_after, server.faults.breaks = 1_000, 5
    fetch(images_of(server.url, True), folder)
    assert held(folder) == expected()


def test_an_image_is_completed_where_ranges_are_refused(
    server: Served, folder: Path
) -> None:
    server.faults.refuse_ranges = True
    server.faults.break_after, server.faults.breaks = 1_000, 2
    fetch(images_of(server.url, True), folder)
    assert held(folder) == expected()


def test_an_image_that_breaks_off_for_good_leaves_no_half_file(
    server: Served, folder: Path
) -> None:
    server.faults.break_after, server.faults.breaks = 1_000, 1
    server.faults.statuses = [200, *[503] * 20]
    (line,) = fetch(images_of(server.url, True), folder, NAMES[:1]).lines()
    assert "could not be fetched" in line
    assert "503" in line
    assert held(folder) == {}


@pytest.mark.parametrize(("num_workers", "together"), [(4, 4), (None, 6)])
def test_images_are_fetched_in_parallel(
    server: Served, folder: Path, num_workers: int | None, together: int
) -> None:
    assert together <= THREADS
    server.faults.gathering = threading.Barrier(together, timeout=20)
    names = NAMES[:together]
    source = images_of(server.url, True, num_workers)
    assert not len(fetch(source, folder, names))
    assert held(folder) == expected(names)


def test_one_worker_fetches_one_image_at_a_time(server: Served, folder: Path) -> None:
    server.faults.gathering = threading.Barrier(2, timeout=0.5)
    source = images_of(server.url, True, 1)
    defects = fetch(source, folder, NAMES[:2])
    assert all("answers 400" in line for line in defects.lines())
    assert len(defects) == 2


def test_progress_counts_each_image(mirror: Path, folder: Path) -> None:
    told: list[tuple[float, str]] = []
    source = replace(
        images_of(mirror, True), folder=folder, archive_folder=folder.parent / "raw"
    )
    fetch_images(source, NAMES, Defects(), lambda *step: told.append(step))
    shares = dict.fromkeys(share for share, _ in told)
    assert list(shares) == [i / 6 for i in range(7)]
    assert {label for _, label in told} == {"6 images of 'validation'"}
