"""Comparisons to export, one with class names that must not be read as markup."""

from __future__ import annotations

from pathlib import Path

import fiftyone as fo
from helpers.datasets.labelled import FIELDS, Sides, boxed, every_status, make_pair
from sama_coco.labelsets import compare_annotations
from sama_coco.zoo import load_splits

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "a | b",
    "[click](javascript:alert(1))",
    "=cmd|' /C calc'!A0",
    "</td></svg><script>alert(1)</script>",
    "line\nbreak\x07 and **bold** `code` &amp; www.example.com",
    "'=quoted",
    "{{ 7 * 7 }}",
    "猫",
)


def of_example(mirror: Path, folder: Path) -> fo.Dataset:
    """The project's own example, compared."""
    dataset, _ = load_splits(
        "example",
        "validation",
        folder,
        mirror=str(mirror),
        with_coco=True,
        label_types="segmentations",
    )
    compare_annotations(dataset)
    return dataset


def drawn(*samples: Sides) -> fo.Dataset:
    """A dataset of a few labels drawn by hand, compared."""
    dataset = make_pair(*(samples or [every_status()]))
    compare_annotations(dataset, **FIELDS)
    return dataset


def hostile() -> fo.Dataset:
    """A dataset that has every hostile class on both sides, relabeled in a circle."""
    places = [(6 * i, 4 * i, 6, 4) for i in range(len(HOSTILE))]
    dataset = make_pair(
        (
            [boxed(name, *at) for name, at in zip(HOSTILE, places, strict=True)],
            [
                boxed(name, *at)
                for name, at in zip(HOSTILE[1:] + HOSTILE[:1], places, strict=True)
            ],
        )
    )
    dataset.tag_samples(HOSTILE[0])
    compare_annotations(dataset, **FIELDS)
    return dataset


def files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
