"""The dataset that ``make app`` opens: published labels, or else a drawn example."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import fiftyone as fo

from ..example import write_mirror
from ..zoo import load_splits
from ..zoo.errors import DownloadError
from ..zoo.sources import Origin

ZOO_FOLDER = ("sama", "sama-coco")


def open_dataset(
    splits: Sequence[str],
    label_types: Sequence[str],
    max_samples: int | None,
    mirror: str | None,
    example_folder: Path,
) -> fo.Dataset:
    """Loads both label sets, or the example where the published ones are out of reach.

    A dataset that an earlier call made of the same things is opened again.

    Args:
        splits: ``"train"``, ``"validation"`` or both
        label_types: ``"detections"``, ``"segmentations"`` or both
        max_samples: the most images of each split, None for all
        mirror: what stands in for the published hosts, None for them
        example_folder: where the example is drawn

    Raises:
        ValueError: if an argument or a file can't be used
        OSError: if something can't be fetched or written
    """
    origin = Origin.resolve(mirror)
    parts = ["sama-coco", *splits, *label_types, str(max_samples or "all")]
    if origin.mirror is not None:
        parts.append(hashlib.sha256(origin.mirror.encode()).hexdigest()[:8])
    try:
        return _load("-".join(parts), splits, label_types, max_samples, origin.mirror)
    except DownloadError as error:
        if not origin.is_upstream:
            raise
        print(
            f"The published files are out of reach, so a drawn example opens: {error}"
        )
    example = str(write_mirror(example_folder))
    name = "-".join([*parts, "example"])
    return _load(name, splits, label_types, max_samples, example)


def _load(
    name: str,
    splits: Sequence[str],
    label_types: Sequence[str],
    max_samples: int | None,
    mirror: str | None,
) -> fo.Dataset:
    if fo.dataset_exists(name):
        dataset = fo.load_dataset(name)
        if dataset.persistent:
            return dataset
        dataset.delete()
    dataset, problems = load_splits(
        name,
        splits,
        Path(fo.config.dataset_zoo_dir, *ZOO_FOLDER),
        persistent=True,
        label_types=label_types,
        max_samples=max_samples,
        with_coco=True,
        mirror=mirror,
    )
    problems.report()
    return dataset
