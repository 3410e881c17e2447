"""The dataset that ``make app`` opens: published labels, or else a drawn example."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import fiftyone as fo

from .. import example
from ..example import write_mirror
from ..zoo import files_folder, load_splits
from ..zoo.errors import UnreachableError
from ..zoo.sources import Origin


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
    version = _example_version()
    drawn = str(write_mirror(example_folder / version))
    name = "-".join([*parts, "example", version])
    return _load(name, splits, label_types, max_samples, drawn)


def _example_version() -> str:
    """Changes with the code that draws the example."""
    folder = Path(example.__path__[0])
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


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
    problems.report()
    return dataset


def _reopen(name: str) -> fo.Dataset | None:
    """The dataset of a name, if there is one that is whole.

    One whose images are gone makes way, with all that was added to it since.
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
