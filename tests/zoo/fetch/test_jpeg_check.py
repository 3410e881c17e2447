"""Telling a whole JPEG from one whose end is missing."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from sama_coco.zoo.fetch.jpeg_check import END, START, is_whole_jpeg

PICTURE = Image.fromarray(
    np.random.default_rng(1).integers(0, 255, (40, 60, 3), np.uint8)
)


def encode(**options: object) -> bytes:
    file = io.BytesIO()
    PICTURE.save(file, "JPEG", **options)
    return file.getvalue()


def with_thumbnail() -> bytes:
    """A JPEG with a smaller one in it, which has an end of its own."""
    return encode(comment=encode(quality=5))


KINDS = {
    "baseline": encode(),
    "progressive": encode(progressive=True),
    "with restarts": encode(restart_marker_blocks=2),
    "with a thumbnail": with_thumbnail(),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_image_is_known_and_any_that_is_cut_is_not(kind: str) -> None:
    data = KINDS[kind]
    assert is_whole_jpeg(data)
    for size in range(len(data) - 1):
        assert not is_whole_jpeg(data[:size]), size


def test_what_follows_the_end_is_allowed() -> None:
    assert is_whole_jpeg(KINDS["baseline"] + bytes(9))


@pytest.mark.parametrize(
    "data", [b"", START, START + END[:1], END, b"<html>", START + b"\xff\xe0\x00\x01"]
)
def test_what_is_no_image_is_not_whole(data: bytes) -> None:
    assert not is_whole_jpeg(data)


def test_every_real_image_is_whole(real_mirror) -> None:  # type: ignore[no-untyped-def]
    images = sorted(real_mirror.rglob("*.jpg"))
    assert len(images) > 80
    assert all(is_whole_jpeg(path.read_bytes()) for path in images)
