"""What is said of a load before it fetches anything."""

from __future__ import annotations

from pathlib import Path

from sama_coco.zoo.announcing import describe_fetch
from sama_coco.zoo.request import Request

LABELS = {"sama": 5_744_782, "coco": 6_529_031}
"""The published bytes of validation's label files."""


def test_hosts_sizes_and_the_folder_are_named(tmp_path: Path) -> None:
    said = describe_fetch(
        [Request.parse("validation", max_samples=50, with_coco=True)], tmp_path
    )
    assert f"{sum(LABELS.values()) / 1e6:.0f} MB of labels from sama-doc" in said
    assert "and images.cocodataset.org, 50 images (about 8 MB) from images." in said
    assert f"into {tmp_path}." in said


def test_labels_that_are_there_are_not_counted(tmp_path: Path) -> None:
    request = Request.parse("validation", image_ids=[1, 2])
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / request.split.sama_zip.name).touch()
    said = describe_fetch([request], tmp_path)
    assert said.startswith("Fetches up to 2 images (about 0 MB) from images.")


def test_whole_splits_are_told_in_gigabytes(tmp_path: Path) -> None:
    said = describe_fetch(map(Request.parse, ("train", "validation")), tmp_path)
    assert "123,287 images (about 20.1 GB)" in said
    assert "cocodataset.org, 123,287" not in said


def test_a_mirror_is_named_in_place_of_the_hosts(tmp_path: Path) -> None:
    request = Request.parse("validation", mirror=tmp_path, max_samples=3)
    assert f"and 3 images (about 0 MB) from {tmp_path} into" in describe_fetch(
        [request], tmp_path / "files"
    )
