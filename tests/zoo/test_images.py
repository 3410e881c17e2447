"""Images: found where they lie, fetched one by one or by zip, never half."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from coco_documents import noise, write_zip
from faulty_server import Served, retry_at_once, serve
from sama_coco.zoo.errors import DownloadError, FormatError, NotFoundError, Problems
from sama_coco.zoo.images import (
    THREADS,
    built_in_folders,
    fetch_images,
    find_images,
)
from sama_coco.zoo.request import Request

HOST = "images.cocodataset.org"
NAMES = [f"{i:012d}.jpg" for i in range(1, 7)]


def jpeg(name: str) -> bytes:
    """What the JPEG of a name holds here: the start of one, noise, and the end."""
    return b"\xff\xd8\xff\xe0" + noise(3_000, int(name[:12])) + b"\xff\xd9"


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


def small_split(mirror: str | Path, **arguments: Any) -> Request:
    """A request of a validation split that has six images."""
    request = Request.parse("validation", mirror=mirror, **arguments)
    return replace(request, split=replace(request.split, num_images=len(NAMES)))


def fetch(
    request: Request,
    folder: Path,
    names: Sequence[str] = tuple(NAMES),
    strict: bool = False,
) -> Problems:
    problems = Problems(strict)
    raw = folder.parent / "raw"
    fetch_images(request, names, folder, raw, problems, lambda *_: None)
    return problems


def held(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        return {}
    return {p.name: p.read_bytes() for p in folder.iterdir()}


def expected(names: Sequence[str] = tuple(NAMES)) -> dict[str, bytes]:
    return {name: jpeg(name) for name in names}


def test_images_of_the_built_in_datasets_are_found_where_they_lie(
    tmp_path: Path,
) -> None:
    request = Request.parse("validation")
    mine, zoo = tmp_path / "mine", tmp_path / "zoo"
    for i, place in enumerate(("coco-2017", "sama-coco")):
        put(zoo / place / "validation" / "data", NAMES[i], NAMES[2])
    coco, sama = built_in_folders(request, zoo)
    assert find_images(NAMES, mine, (coco, sama)) == {
        NAMES[0]: str(coco / NAMES[0]),
        NAMES[1]: str(sama / NAMES[1]),
        NAMES[2]: str(coco / NAMES[2]),
    }


def test_images_of_the_other_split_are_not_taken(tmp_path: Path) -> None:
    put(tmp_path / "coco-2017" / "train" / "data", NAMES[0])
    others = built_in_folders(Request.parse("validation"), tmp_path)
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
    fetch(small_split(mirror, max_samples=6), folder)
    assert held(folder).keys() == {*NAMES, new.name}


def test_a_part_of_a_split_is_fetched_image_by_image(
    server: Served, folder: Path
) -> None:
    request = small_split(server.url, max_samples=2)
    assert not len(fetch(request, folder, NAMES[:2]))
    assert held(folder) == expected(NAMES[:2])
    assert server.faults.count() == {f"/{HOST}/val2017/{n}": 1 for n in NAMES[:2]}


def test_a_whole_split_is_fetched_as_its_zip(server: Served, folder: Path) -> None:
    assert not len(fetch(small_split(server.url), folder))
    assert held(folder) == expected()
    assert set(server.faults.count()) == {f"/{HOST}/zips/val2017.zip"}
    raw = folder.parent / "raw"
    assert [p for p in raw.iterdir() if p.suffix != ".lock"] == []


def test_two_loads_at_once_share_the_zip(server: Served, folder: Path) -> None:
    server.faults.hold_after = 1_000
    request = small_split(server.url)
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetch, request, folder) for _ in range(2)]
        time.sleep(0.3)
        server.faults.release.set()
        assert [len(done.result()) for done in both] == [0, 0]
    assert held(folder) == expected()
    assert set(server.faults.count()) == {f"/{HOST}/zips/val2017.zip"}


def test_two_loads_at_once_fetch_the_same_images(server: Served, folder: Path) -> None:
    request = small_split(server.url, max_samples=6)
    server.faults.hold_after = 1_000
    with ThreadPoolExecutor(2) as pool:
        both = [pool.submit(fetch, request, folder) for _ in range(2)]
        while len(server.faults.requests) < 2 * len(NAMES):
            time.sleep(0.01)
        server.faults.release.set()
        assert [len(done.result()) for done in both] == [0, 0]
    assert held(folder) == expected()


def test_few_missing_images_of_a_whole_split_are_fetched_singly(
    server: Served, folder: Path
) -> None:
    request = Request.parse("validation", mirror=server.url)
    few = int(0.1 * request.split.num_images)
    assert len(NAMES) <= few
    fetch(request, folder)
    assert held(folder) == expected()
    assert f"/{HOST}/zips/val2017.zip" not in server.faults.count()


def test_only_what_is_missing_is_unpacked(server: Served, folder: Path) -> None:
    fetch(small_split(server.url), folder, NAMES[:3])
    assert held(folder) == expected(NAMES[:3])


def test_what_the_zip_lacks_is_fetched_singly(
    mirror: Path, server: Served, folder: Path
) -> None:
    write_images_zip(mirror, {f"val2017/{n}": jpeg(n) for n in NAMES[1:]})
    fetch(small_split(server.url), folder)
    assert held(folder) == expected()
    assert server.faults.count()[f"/{HOST}/val2017/{NAMES[0]}"] == 1


def test_the_zip_of_a_mirror_that_is_a_folder_stays_there(
    mirror: Path, folder: Path
) -> None:
    fetch(small_split(mirror), folder)
    assert held(folder) == expected()
    assert (mirror / HOST / "zips" / "val2017.zip").is_file()


def test_images_of_a_mirror_that_is_a_folder_are_copied(
    mirror: Path, folder: Path
) -> None:
    fetch(small_split(mirror, max_samples=6), folder)
    assert held(folder) == expected()


def test_folders_in_the_zip_are_passed_over(mirror: Path, folder: Path) -> None:
    write_images_zip(
        mirror, {"val2017/": b""} | {f"val2017/{n}": jpeg(n) for n in NAMES}
    )
    assert not len(fetch(small_split(mirror), folder))
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
        fetch(small_split(mirror), folder)
    assert held(folder) == {}
    assert not list(folder.parent.rglob("*evil*"))


def test_an_image_that_is_404_is_left_out_and_counted(
    mirror: Path, server: Served, folder: Path
) -> None:
    (mirror / HOST / "val2017" / NAMES[2]).unlink()
    problems = fetch(small_split(server.url, max_samples=6), folder)
    assert held(folder) == expected([n for n in NAMES if n != NAMES[2]])
    (line,) = problems.lines()
    assert line.startswith("1 x image that does not exist at its source")
    assert f"{NAMES[2]} answers 404" in line
    assert server.faults.count()[f"/{HOST}/val2017/{NAMES[2]}"] == 1


def test_an_image_that_a_folder_lacks_is_left_out_and_counted(
    mirror: Path, folder: Path
) -> None:
    (mirror / HOST / "val2017" / NAMES[2]).unlink()
    problems = fetch(small_split(mirror, max_samples=6), folder)
    assert len(held(folder)) == 5
    assert problems.counts == {"image that does not exist at its source": 1}


def test_strict_loading_raises_at_an_image_that_is_404(
    mirror: Path, server: Served, folder: Path
) -> None:
    (mirror / HOST / "val2017" / NAMES[2]).unlink()
    with pytest.raises(FormatError, match=f"{NAMES[2]} answers 404"):
        fetch(small_split(server.url, max_samples=6), folder, strict=True)
    assert held(folder).items() <= expected().items()


def test_a_missing_zip_of_images_is_named(mirror: Path, folder: Path) -> None:
    path = mirror / HOST / "zips" / "val2017.zip"
    path.unlink()
    with pytest.raises(NotFoundError, match=f"no file '{path}'"):
        fetch(small_split(mirror), folder)


@pytest.mark.parametrize("data", [b"<html>Please log in</html>", b"", b"\xff"])
def test_what_is_served_in_place_of_an_image_is_refused(
    server: Served, folder: Path, data: bytes
) -> None:
    server.faults.content[f"/{HOST}/val2017/{NAMES[0]}"] = data
    with pytest.raises(DownloadError, match=f"{NAMES[0]} is no JPEG image"):
        fetch(small_split(server.url, max_samples=1), folder, NAMES[:1])
    assert held(folder) == {}


def test_what_stands_in_a_zip_in_place_of_an_image_is_refused(
    mirror: Path, folder: Path
) -> None:
    write_images_zip(mirror, {f"val2017/{NAMES[0]}": b"<html></html>"})
    with pytest.raises(DownloadError, match=r"val2017\.zip is no JPEG image"):
        fetch(small_split(mirror), folder)
    assert held(folder) == {}


def test_a_failure_leaves_whole_images_only(server: Served, folder: Path) -> None:
    server.faults.content[f"/{HOST}/val2017/{NAMES[3]}"] = b"<html></html>"
    with pytest.raises(DownloadError, match="no JPEG"):
        fetch(small_split(server.url, max_samples=6), folder)
    assert held(folder).items() <= expected().items()
    assert NAMES[3] not in held(folder)


def test_an_image_whose_connection_breaks_is_completed(
    server: Served, folder: Path
) -> None:
    server.faults.break_after, server.faults.breaks = 1_000, 5
    fetch(small_split(server.url, max_samples=6), folder)
    assert held(folder) == expected()


def test_an_image_is_completed_where_ranges_are_refused(
    server: Served, folder: Path
) -> None:
    server.faults.refuse_ranges = True
    server.faults.break_after, server.faults.breaks = 1_000, 2
    fetch(small_split(server.url, max_samples=6), folder)
    assert held(folder) == expected()


def test_an_image_that_breaks_off_for_good_leaves_no_half_file(
    server: Served, folder: Path
) -> None:
    server.faults.break_after, server.faults.breaks = 1_000, 1
    server.faults.statuses = [200, *[503] * 20]
    with pytest.raises(DownloadError, match="503"):
        fetch(small_split(server.url, max_samples=1), folder, NAMES[:1])
    assert held(folder) == {}


@pytest.mark.parametrize(("num_workers", "together"), [(4, 4), (None, 6)])
def test_images_are_fetched_in_parallel(
    server: Served, folder: Path, num_workers: int | None, together: int
) -> None:
    assert together <= THREADS
    server.faults.gathering = threading.Barrier(together, timeout=20)
    names = NAMES[:together]
    request = small_split(server.url, max_samples=6, num_workers=num_workers)
    assert not len(fetch(request, folder, names))
    assert held(folder) == expected(names)


def test_one_worker_fetches_one_image_at_a_time(server: Served, folder: Path) -> None:
    server.faults.gathering = threading.Barrier(2, timeout=0.5)
    request = small_split(server.url, max_samples=6, num_workers=1)
    with pytest.raises(DownloadError, match="answers 400"):
        fetch(request, folder, NAMES[:2])


def test_progress_counts_each_image(mirror: Path, folder: Path) -> None:
    told: list[tuple[float, str]] = []
    fetch_images(
        small_split(mirror, max_samples=6),
        NAMES,
        folder,
        folder.parent / "raw",
        Problems(),
        lambda share, label: told.append((share, label)),
    )
    assert [share for share, _ in told] == [i / 6 for i in range(7)]
    assert {label for _, label in told} == {"6 images of 'validation'"}
