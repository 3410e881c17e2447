"""The phases of work on large label sets, each to be timed in a process of its own.

A phase is run by ``run_all.py``, which measures memory from outside. What a phase needs
that is not part of it is made before the clock starts.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import agreement
import evaluation
from shared.apart import FOLDERS
from shared.sizes import SPLIT, load_ours

Work = Callable[[], Any]


def load(folder: Path) -> Work:
    """Both label files read, and a dataset made of them."""

    def work() -> None:
        load_ours(folder, SPLIT).persistent = True

    return work


def load_as_fiftyone(folder: Path) -> Work:
    """The importer that the built-in zoo datasets use, twice."""
    import fiftyone as fo

    short = FOLDERS[SPLIT]

    def work() -> None:
        for name in ("coco", "sama"):
            dataset = fo.Dataset.from_dir(
                dataset_type=fo.types.COCODetectionDataset,
                data_path=str(folder / f"mirror/images.cocodataset.org/{short}2017"),
                labels_path=str(folder / f"labels/{name}_{short}.json"),
                label_types="segmentations",
                include_id=True,
                name=name,
            )
            dataset.persistent = True

    return work


def merge(folder: Path) -> Work:
    """The labels of a dataset brought into another of the same images."""
    import fiftyone as fo
    import fiftyone.operators as foo

    here, there = _halves("ours", "merge")
    operator = foo.get_operator("@sama/sama-coco/merge_annotations")
    fields = {"sama_segmentations": "merged"}
    return lambda: operator(fo.load_dataset(here), there, fields=fields)


def merge_as_fiftyone(folder: Path) -> Work:
    """``merge_samples`` by the image's id, of the same two datasets."""
    import fiftyone as fo

    here, there = (fo.load_dataset(n) for n in _halves("ours", "merge_samples"))
    fields = {"sama_segmentations": "merged"}
    return lambda: here.merge_samples(there, key_field="coco_id", fields=fields)


def compare(folder: Path) -> Work:
    """The two label fields compared object by object."""
    import fiftyone as fo
    from sama_coco.labelsets import compare_annotations

    dataset = fo.load_dataset("ours")
    return lambda: compare_annotations(dataset, on_progress=lambda done, label: None)


def compare_as_fiftyone(folder: Path) -> Work:
    """``evaluate_detections`` with masks."""
    import fiftyone as fo

    dataset = fo.load_dataset("ours")
    return lambda: dataset.evaluate_detections(
        "sama_segmentations",
        gt_field="coco_segmentations",
        eval_key="eval",
        use_masks=True,
    )


def census(folder: Path) -> Work:
    """The table of both label fields, by the numbers."""
    import fiftyone as fo
    from sama_coco.labelsets.census.taking import take_census

    dataset = fo.load_dataset("ours")
    return lambda: take_census(dataset, "coco_segmentations", "sama_segmentations")


def panel(folder: Path) -> Work:
    """The panel of numbers opened on the comparison: counted if need be, laid out."""
    import fiftyone as fo
    from fiftyone.operators.executor import ExecutionContext, Executor
    from sama_coco.panels.numbers.by_the_numbers import ByTheNumbers

    place = f"{'0' * 16}-{fo.load_dataset('ours')._doc.id}"
    opened = {"panel_id": "numbers", "panel_state": {}, "place": place}
    request = {"dataset_name": "ours", "view": [], "params": opened}
    context = ExecutionContext(request, Executor())
    return lambda: json.dumps(ByTheNumbers().render(context).to_json())


def reconcile(folder: Path) -> Work:
    """A third label field made of the compared two, by a preset."""
    import fiftyone as fo
    from sama_coco.labelsets import reconcile_annotations

    dataset = fo.load_dataset("ours")
    return lambda: reconcile_annotations(dataset)


def export(folder: Path) -> Work:
    """A label field written as COCO JSON."""
    import fiftyone as fo
    from sama_coco.labelsets import export_annotations

    dataset = fo.load_dataset("ours")
    return lambda: export_annotations(
        dataset, "sama_segmentations", folder / "exported", format="coco"
    )


def measure_agreement(folder: Path) -> Work:
    """The agreement of both label fields and a third, one of them moved."""
    import fiftyone as fo
    from sama_coco.labelsets import measure_agreement as measure

    dataset = fo.load_dataset("ours")
    agreement.add_moved(dataset)
    return lambda: measure(dataset, agreement.FIELDS)


def benchmark(folder: Path) -> Work:
    """Predictions measured against both label fields, with intervals."""
    import fiftyone as fo
    from sama_coco.labelsets import benchmark_predictions

    dataset = fo.load_dataset("ours")
    evaluation.add_predictions(dataset)
    return lambda: benchmark_predictions(dataset, "model")


PHASES: dict[str, tuple[Callable[[Path], Work], Callable[[Path], Work] | None]] = {
    "load": (load, load_as_fiftyone),
    "merge": (merge, merge_as_fiftyone),
    "compare": (compare, compare_as_fiftyone),
    "census": (census, None),
    "panel": (panel, None),
    "reconcile": (reconcile, None),
    "export": (export, None),
    "agreement": (measure_agreement, None),
    "evaluation": (benchmark, None),
}
"""Each phase in this project's way, and in FiftyOne's own where it has one."""


def _halves(name: str, prefix: str) -> tuple[str, str]:
    """Two copies of a dataset, each with one of its label fields."""
    import fiftyone as fo

    made = []
    for side, other in (("coco", "sama"), ("sama", "coco")):
        dataset = fo.load_dataset(name).exclude_fields(f"{other}_segmentations")
        made.append(dataset.clone(f"{prefix}-{side}").name)
    return made[0], made[1]


def main() -> None:
    """Runs one phase and prints its seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("phase", choices=sorted(PHASES))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--fiftyone", action="store_true", help="its own way")
    options = parser.parse_args()
    import fiftyone as fo

    fo.list_datasets()
    prepare = PHASES[options.phase][options.fiftyone]
    assert prepare is not None
    work = prepare(options.folder)
    start = time.perf_counter()
    work()
    print(json.dumps({"seconds": time.perf_counter() - start}))


if __name__ == "__main__":
    main()
