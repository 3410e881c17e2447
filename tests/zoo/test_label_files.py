"""The label files of a split: fetched or used where they lie, read, and joined."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers.data.coco_documents import (
    annotation,
    category,
    document,
    flip_in,
    ids,
    image,
    to_json,
    write_zip,
)
from helpers.programs.faulty_server import Served, retry_at_once, serve
from sama_coco.zoo.coco.coco_json import LabelSet
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.errors import DownloadError, FormatError, NotFoundError
from sama_coco.zoo.fetch.sources import Member, Origin
from sama_coco.zoo.label_files import fetch_label_files, label_bytes, read_label_sets
from sama_coco.zoo.request import Request

SAMA = "sama-documentation-assets.s3.amazonaws.com/sama-coco/sama-coco-val.zip"
COCO = "images.cocodataset.org/annotations/annotations_trainval2017.zip"
MEMBER = "annotations/instances_val2017.json"


def write_labels(
    mirror: Path,
    sama: list[dict[str, Any]] | None = None,
    coco: dict[str, Any] | None = None,
) -> Path:
    """A mirror of labels alone: Sama's in members, COCO's in one."""
    parts = [document()] if sama is None else sama
    write_zip(
        mirror / SAMA,
        {
            f"sama_coco_coco_format_val_{i}.json": to_json(p)
            for i, p in enumerate(parts)
        },
    )
    write_zip(
        mirror / COCO,
        {
            "annotations/captions_val2017.json": b"",
            MEMBER: to_json(coco or document(annotations=[annotation(50)])),
        },
    )
    return mirror


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    return write_labels(tmp_path / "mirror")


@pytest.fixture
def server(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    retry_at_once(monkeypatch)
    with serve(mirror) as served:
        yield served


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def request(mirror: str | Path, **arguments: Any) -> Request:
    return Request.parse(
        "validation", mirror=mirror, **({"with_coco": True} | arguments)
    )


def load(
    mirror: str | Path, raw: Path, strict: bool = False, **arguments: Any
) -> tuple[list[LabelSet], Defects]:
    asked, problems = request(mirror, **arguments), Defects(strict)
    return read_label_sets(asked, fetch_label_files(asked, raw), problems), problems


def kept(raw: Path) -> set[str]:
    """What is kept of a fetch, the locks apart, which are left on purpose."""
    if not raw.exists():
        return set()
    return {p.name for p in raw.iterdir() if p.suffix != ".lock"}


def test_the_files_of_a_mirror_folder_are_used_where_they_lie(
    mirror: Path, raw: Path
) -> None:
    files = fetch_label_files(request(mirror), raw)
    assert files == {"sama": mirror / SAMA, "coco": mirror / COCO}
    assert kept(raw) == set()


def test_from_a_server_samas_zip_and_cocos_one_member_are_fetched(
    server: Served, raw: Path
) -> None:
    files = fetch_label_files(request(server.url), raw)
    assert files == {
        "sama": raw / "sama-coco-val.zip",
        "coco": raw / "instances_val2017.json",
    }
    assert kept(raw) == {"sama-coco-val.zip", "instances_val2017.json"}
    assert all(asked for path, asked in server.faults.requests if path == f"/{COCO}")


def test_files_that_were_fetched_are_not_asked_for_again(
    server: Served, raw: Path
) -> None:
    first, _ = load(server.url, raw)
    server.faults.requests.clear()
    again, _ = load(server.url, raw)
    assert server.faults.requests == []
    assert [ids(labels) for labels in again] == [ids(labels) for labels in first]


def test_coco_is_not_asked_for_where_it_is_not_wanted(
    server: Served, raw: Path
) -> None:
    labels, _ = load(server.url, raw, with_coco=False)
    assert [found.name for found in labels] == ["Sama-COCO"]
    assert set(server.faults.count()) == {f"/{SAMA}"}


def test_a_folder_and_a_server_give_the_same_labels(
    real_mirror: Path, tmp_path: Path
) -> None:
    with serve(real_mirror) as server:
        served, _ = load(server.url, tmp_path / "raw")
    lying, problems = load(real_mirror, tmp_path / "none")
    for one, other in zip(served, lying, strict=True):
        assert ids(one) == ids(other) != []
        assert one.images == other.images
    assert not len(problems)


def test_members_that_stand_alone_are_read_as_one_set(
    tmp_path: Path, raw: Path
) -> None:
    parts = [
        document(images=[image(1), image(2)]),
        document(images=[image(2), image(3)], annotations=[annotation(2, image_id=3)]),
    ]
    coco = document(images=[image(i) for i in (1, 2, 3)])
    (sama, _), problems = load(write_labels(tmp_path, parts, coco), raw)
    assert sorted(sama.images) == [1, 2, 3]
    assert ids(sama) == [1, 2]
    assert not len(problems)


def test_members_that_are_no_json_are_passed_over(mirror: Path, raw: Path) -> None:
    write_zip(mirror / SAMA, {"README.txt": b"hello", "x.json": to_json(document())})
    (sama, _), _ = load(mirror, raw)
    assert ids(sama) == [1]


def test_a_zip_without_json_is_refused(mirror: Path, raw: Path) -> None:
    write_zip(mirror / SAMA, {"README.txt": b"hello"})
    with pytest.raises(FormatError, match=r"sama-coco-val\.zip holds no \.json file"):
        load(mirror, raw)


@pytest.mark.parametrize("path", [SAMA, COCO])
def test_a_file_that_the_mirror_lacks_is_named(
    mirror: Path, raw: Path, path: str
) -> None:
    (mirror / path).unlink()
    with pytest.raises(NotFoundError, match=f"no file '{mirror / path}'"):
        load(mirror, raw)


@pytest.mark.parametrize("path", [SAMA, COCO])
def test_a_file_that_the_server_lacks_is_named(
    mirror: Path, server: Served, raw: Path, path: str
) -> None:
    (mirror / path).unlink()
    with pytest.raises(NotFoundError, match=f"{server.url}/{path} answers 404"):
        load(server.url, raw)


@pytest.mark.parametrize("path", [SAMA, COCO])
@pytest.mark.parametrize("size", [0, 20, 200])
def test_a_file_that_is_cut_short_is_refused_by_name(
    mirror: Path, raw: Path, path: str, size: int
) -> None:
    (mirror / path).write_bytes((mirror / path).read_bytes()[:size])
    with pytest.raises(FormatError, match=f"{path} is not a whole zip archive"):
        load(mirror, raw)


@pytest.mark.parametrize("path", [SAMA, COCO])
def test_a_damaged_file_on_a_server_is_refused_and_not_kept(
    mirror: Path, server: Served, raw: Path, path: str
) -> None:
    (mirror / path).write_bytes((mirror / path).read_bytes()[:200])
    with pytest.raises((FormatError, DownloadError), match=r"\.zip"):
        load(server.url, raw)
    assert Path(path).name not in kept(raw)
    assert not [name for name in kept(raw) if name.endswith((".part", ".json"))]


def test_a_corrupt_member_is_refused_by_name(mirror: Path, raw: Path) -> None:
    data = to_json(document())
    write_zip(mirror / SAMA, {"a.json": data}, deflate=False)
    flip_in(mirror / SAMA, data)
    with pytest.raises(FormatError, match=r"sama-coco-val\.zip is not a whole .*CRC"):
        load(mirror, raw)


def test_a_corrupt_member_on_a_server_is_refused_before_it_is_kept(
    mirror: Path, server: Served, raw: Path
) -> None:
    data = to_json(document())
    write_zip(mirror / SAMA, {"a.json": data, "b.json": data}, deflate=False)
    flip_in(mirror / SAMA, data)
    with pytest.raises(DownloadError, match=r"'a\.json' in it has another checksum"):
        fetch_label_files(request(server.url), raw)
    assert kept(raw) == set()


def test_a_member_that_coco_lacks_is_named(mirror: Path, raw: Path) -> None:
    write_zip(mirror / COCO, {"annotations/instances_train2017.json": b"{}"})
    with pytest.raises(FormatError, match=f"no member '{MEMBER}'; it holds annot"):
        load(mirror, raw)


def test_json_that_is_cut_short_is_named_with_its_member(
    mirror: Path, raw: Path
) -> None:
    write_zip(mirror / SAMA, {"a.json": to_json(document())[:-9]})
    with pytest.raises(FormatError, match=r"sama-coco-val\.zip/a\.json' is not whole"):
        load(mirror, raw)


def test_each_set_lists_its_own_images(tmp_path: Path, raw: Path) -> None:
    sama = [document(images=[image(1), image(2)])]
    coco = document(images=[image(1), image(3)])
    (one, other), problems = load(write_labels(tmp_path, sama, coco), raw)
    assert (sorted(one.images), sorted(other.images)) == ([1, 2], [1, 3])
    assert problems.counts == {
        "image that COCO-2017 does not have": 1,
        "image that Sama-COCO does not have": 1,
    }


@pytest.mark.parametrize(
    ("sama", "coco"),
    [
        ([image(1, "a.jpg")], [image(2, "a.jpg")]),
        ([image(1, "a.jpg")], [image(1, "b.jpg")]),
        (
            [image(1, "a.jpg"), image(2, "b.jpg")],
            [image(1, "b.jpg"), image(2, "a.jpg")],
        ),
    ],
)
def test_sets_whose_ids_mean_other_images_are_not_joined(
    tmp_path: Path, raw: Path, sama: list[Any], coco: list[Any]
) -> None:
    mirror = write_labels(
        tmp_path,
        [document(images=sama)],
        document(images=coco, annotations=[]),
    )
    with pytest.raises(FormatError, match="do not belong together"):
        load(mirror, raw)


def test_sets_whose_ids_mean_other_classes_are_not_joined(
    tmp_path: Path, raw: Path
) -> None:
    other = document(categories=[category(name="another")])
    mirror = write_labels(tmp_path, [document()], other)
    with pytest.raises(FormatError, match="'another' in COCO-2017"):
        load(mirror, raw)


def test_objects_of_an_image_whose_size_differs_are_left_out(
    tmp_path: Path, raw: Path
) -> None:
    sama = document(
        images=[image(1, width=40), image(2)],
        annotations=[annotation(1), annotation(2, image_id=2)],
    )
    coco = document(images=[image(1), image(2)], annotations=[annotation(50)])
    mirror = write_labels(tmp_path, [sama], coco)
    (one, other), problems = load(mirror, raw)
    assert ids(one) == [2]
    assert ids(other) == [50]
    assert one.images[1].width == other.images[1].width == 20
    assert len(problems) == 1
    with pytest.raises(FormatError, match="size differs"):
        load(mirror, raw, strict=True)


def upstream(server: Served, monkeypatch: pytest.MonkeyPatch, **facts: Any) -> Request:
    """A request that takes a server for the published hosts, with other facts."""
    found = Request.parse("validation", with_coco=True)
    locate = Origin.locate

    def relocate(origin: Origin, file: Any) -> str | Path:
        return locate(Origin(server.url), file)

    monkeypatch.setattr(Origin, "locate", relocate)
    return replace(found, split=replace(found.split, **facts))


def member(name: str, data: bytes) -> Member:
    return Member(name, len(data), hashlib.sha256(data).hexdigest())


def published(mirror: Path) -> dict[str, Any]:
    """The facts by which the files of a mirror pass for those published."""
    found = Request.parse("validation").split
    name = "sama_coco_coco_format_val_0.json"
    with zipfile.ZipFile(mirror / COCO) as archive:
        packed = archive.getinfo(MEMBER).compress_size
    return {
        "sama_zip": replace(found.sama_zip, size=(mirror / SAMA).stat().st_size),
        "sama_members": (member(name, to_json(document())),),
        "num_sama_members": 1,
        "coco_member": replace(
            member(MEMBER, to_json(document(annotations=[annotation(50)]))),
            packed_size=packed,
        ),
    }


def test_files_as_published_pass_their_checks(
    mirror: Path, server: Served, raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = published(mirror)
    asked = upstream(server, monkeypatch, **facts)
    packed = facts["coco_member"].packed_size
    size = facts["sama_zip"].size + packed
    assert label_bytes(asked, raw) == size
    arrived: list[int] = []
    fetch_label_files(asked, raw, arrived.append)
    with_directory = packed  # of an archive as small as this one
    assert sum(arrived) == size - with_directory
    assert label_bytes(asked, raw) == 0


@pytest.mark.parametrize(
    ("fact", "message"),
    [
        ("sama_zip", "are expected|were expected"),
        ("sama_members", "SHA-256"),
        ("num_sama_members", "has 1 members, 2 were published"),
        ("coco_member", "SHA-256"),
    ],
)
def test_a_file_that_is_not_the_published_one_is_refused_and_not_kept(
    mirror: Path,
    server: Served,
    raw: Path,
    monkeypatch: pytest.MonkeyPatch,
    fact: str,
    message: str,
) -> None:
    facts = published(mirror)
    other = {
        "sama_zip": replace(facts["sama_zip"], size=5),
        "sama_members": (replace(facts["sama_members"][0], sha256="0" * 64),),
        "num_sama_members": 2,
        "coco_member": replace(facts["coco_member"], sha256="0" * 64),
    }
    asked = upstream(server, monkeypatch, **facts | {fact: other[fact]})
    with pytest.raises(DownloadError, match=message):
        fetch_label_files(asked, raw)
    assert kept(raw) <= ({"sama-coco-val.zip"} if fact == "coco_member" else set())


def test_the_checks_of_the_published_files_do_not_hold_for_a_mirror(
    server: Served, raw: Path
) -> None:
    assert label_bytes(request(server.url), raw) == 0
    fetch_label_files(request(server.url), raw)
    assert len(kept(raw)) == 2
