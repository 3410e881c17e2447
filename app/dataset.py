"""The dataset that ``make app`` opens: published labels, or else a drawn example."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import fiftyone as fo

from .. import example
from ..labelsets import (
    AppSetup,
    compare_annotations,
    find_pair,
    list_comparisons,
    prepare_app,
)
from ..zoo import files_folder, load_splits
from ..zoo.errors import UnreachableError
from ..zoo.fetch.sources import Origin
from ..zoo.progress import OnProgress

KEY = "diff"
"""The comparison that is shown if there are several."""


def open_dataset(
    splits: Sequence[str],
    label_types: Sequence[str],
    max_samples: int | None,
    mirror: str | None,
    example_folder: Path,
) -> fo.Dataset:
    """Loads both label sets, or the example if the published ones can't be reached.

    A dataset that an earlier call made with the same options is opened again.

    Args:
        splits: ``"train"``, ``"validation"`` or both
        label_types: ``"detections"``, ``"segmentations"`` or both
        max_samples: the most images of each split, None for all
        mirror: what to use instead of the published hosts, None for them
        example_folder: where examples are drawn

    Raises:
        ValueError: if an argument or a file can't be used
        OSError: if something can't be fetched or written
    """
    origin = Origin.resolve(mirror)
    wanted = [str(max_samples or "all")]
    parts = ["sama-coco", *dict.fromkeys(splits), *dict.fromkeys(label_types), *wanted]
    if origin.mirror is not None:
        parts.append(hashlib.sha256(origin.mirror.encode()).hexdigest()[:8])
    try:
        return _load("-".join(parts), splits, label_types, max_samples, origin.mirror)
    except UnreachableError as error:
        if not origin.is_upstream:
            raise
        print(
            f"The published files are out of reach, so a drawn example opens: {error}"
        )
    version = example.drawing_version()
    drawn = str(example.write_mirror(example_folder / version))
    name = "-".join([*parts, "example", version])
    return _load(name, splits, label_types, max_samples, drawn)


def compare_once(
    dataset: fo.Dataset, on_progress: OnProgress | None = None
) -> AppSetup | None:
    """Compares the label sets of a dataset for the App, unless that is done already.

    Args:
        dataset: the dataset
        on_progress (None): called with the share that is compared, and a label

    Returns:
        what the App is to open; None without two sets to compare

    Raises:
        ComparisonError: if they can't be compared
    """
    pair = find_pair(dataset)
    if pair is None:
        return None
    finished = list_comparisons(dataset, finished=True)
    if not finished:
        compare_annotations(dataset, *pair, KEY, on_progress=on_progress)
    is_default = not finished or KEY in finished
    return prepare_app(dataset, KEY if is_default else finished[0])


def _load(
    name: str,
    splits: Sequence[str],
    label_types: Sequence[str],
    max_samples: int | None,
    mirror: str | None,
) -> fo.Dataset:
    known = _reopen(name)
    if known is not None:
        return known
    dataset, problems = load_splits(
        name,
        splits,
        files_folder(),
        persistent=True,
        label_types=label_types,
        max_samples=max_samples,
        with_coco=True,
        mirror=mirror,
    )
    problems.log()
    return dataset


def _reopen(name: str) -> fo.Dataset | None:
    """The complete dataset of a name, if there is one.

    One whose images are gone is renamed, with everything that was added to it.
    """
    if not fo.dataset_exists(name):
        return None
    dataset = fo.load_dataset(name)
    if not dataset.persistent:
        dataset.delete()
        return None
    lost = sum(not Path(path).is_file() for path in dataset.values("filepath"))
    if not lost:
        return dataset
    dataset.name = fo.make_unique_dataset_name(f"{name}-images-lost")
    print(
        f"{lost} image files of '{name}' are gone, so it is loaded anew. "
        f"The one without them is now called '{dataset.name}'"
    )
    return None
