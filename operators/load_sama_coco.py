"""Operator that loads Sama-COCO, alone or next to COCO-2017, into a new dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import fiftyone as fo
from fiftyone.operators import types

from ..labelsets import compare_annotations, find_pair, prepare_app
from .calls.answering import OnProgress, progress_bar
from .calls.base import SamaCocoOperator, describe_operator
from .forms.form_parts import refuse
from .forms.markdown import plain
from .forms.parameters import Flag, Ids, Number, Text, Texts, Values

OPEN_PREPARED = "@sama/sama-coco/open_prepared"
"""The operator of `panels/viewer/src/opening.ts`."""

QUICK_LOOK = 50
"""Images that load within a minute or two: the default."""

SPLITS = {"validation": "Validation", "train": "Train"}
LABEL_TYPES = {
    "segmentations": "Segmentations",
    "detections": "Detections",
    "keypoints": "COCO-2017's keypoints",
    "captions": "COCO-2017's captions",
}


def _free_name(ctx: Any, values: Values) -> str:
    return str(fo.make_unique_dataset_name("sama-coco"))


class LoadSamaCoco(SamaCocoOperator):
    """Downloads the missing files of Sama-COCO and makes a dataset of them."""

    parameters = (
        Texts(
            "splits",
            ("validation",),
            "Splits",
            "Validation: 5,000 images. Train: 118,287 images",
            choices=SPLITS,
            least=1,
            required=True,
        ),
        Texts(
            "label_types",
            ("segmentations",),
            "Label types",
            "Segmentations are masks in boxes; detections are boxes alone",
            choices=LABEL_TYPES,
            least=1,
            required=True,
        ),
        Flag(
            "with_coco",
            True,
            "With COCO-2017's own labels",
            "Loads both label sets, as sama_* and coco_* fields",
        ),
        Flag(
            "compare",
            True,
            "Compare the two label sets",
            "Then opens a workspace that shows their differences",
        ),
        Texts(
            "classes",
            (),
            "Classes",
            "Only images with at least one of these; images with all of them come "
            "first",
        ),
        Ids("image_ids", None, "Image ids", "Only these images. Leave empty for all"),
        Number(
            "max_samples",
            QUICK_LOOK,
            "Number of images",
            f"The most from each split; {QUICK_LOOK} give a quick look. Empty for all",
            least=1,
            whole=True,
            clearable=True,
        ),
        Flag("shuffle", False, "Choose images at random"),
        Text("dataset_name", _free_name, "Name of the new dataset", required=True),
        Flag("persistent", True, "Keep it after this session"),
    )

    config = describe_operator(
        "load_sama_coco",
        "Load Sama-COCO",
        "Download Sama-COCO, alone or next to COCO-2017, as a new dataset",
        icon="download",
        risk="medium",
        delegated=True,
    )

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Loads and compares; see :meth:`SamaCocoOperator.run`."""
        from ..zoo import files_folder, load_splits

        arguments = dict(values)
        compares = arguments.pop("compare")
        dataset, problems = load_splits(
            arguments.pop("dataset_name"),
            arguments.pop("splits"),
            files_folder(),
            on_progress=on_progress,
            **arguments | {"image_ids": values["image_ids"] or None},
        )
        message = f"Loaded {len(dataset)} images into '{dataset.name}'"
        if problems:
            problems.log()  # the dialog goes when the App opens the dataset
            message += ". Left out or repaired: " + "; ".join(problems.lines())
        pair, opened = find_pair(dataset) if compares else None, None
        if pair:
            results = compare_annotations(dataset, *pair, on_progress=on_progress)
            opened = prepare_app(dataset, results.key).slugs
            message += f". Compared: PQ {results.summary()['pq']:.3f}"
        return {"dataset_name": dataset.name, "opened": opened, "message": message}

    def __call__(
        self,
        dataset_name: str,
        splits: str | list[str] = "validation",
        label_types: str | list[str] = "segmentations",
        with_coco: bool = True,
        persistent: bool = False,
        **arguments: Any,
    ) -> fo.Dataset:
        """Loads Sama-COCO from Python.

        Args:
            dataset_name: the name of the new dataset
            splits ("validation"): ``"validation"``, ``"train"`` or a list of both
            label_types ("segmentations"): ``"detections"``, ``"segmentations"``,
                ``"keypoints"``, ``"captions"`` or a list of these
            with_coco (True): whether COCO-2017's labels are loaded too
            persistent (False): whether the dataset outlives this session
            **arguments: see :func:`zoo.load_dataset`

        Returns:
            the dataset

        Raises:
            ValueError: if an argument or a file can't be used, or the name is taken
            OSError: if something can't be fetched or written
        """
        from ..zoo import files_folder, load_splits

        with progress_bar() as on_progress:
            dataset, _ = load_splits(
                dataset_name,
                splits,
                files_folder(),
                persistent,
                on_progress,
                label_types=label_types,
                with_coco=with_coco,
                **arguments,
            )
        return dataset

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """The form, which shows whether the name is taken."""
        form = super().form(ctx, values)
        name = values["dataset_name"]
        if fo.dataset_exists(name):
            reason = f"There is a dataset '{name}'; choose another name"
            refuse(form.type, "dataset_name", reason)
        if not values["with_coco"] and {"keypoints", "captions"} & {
            *values["label_types"]
        }:
            refuse(form.type, "label_types", "Keypoints and captions are COCO-2017's")
        else:
            form.type.view("fetched", types.Notice(label=plain(_describe(values))))
        return form

    def follow_up(self, ctx: Any, result: Mapping[str, Any]) -> Iterator[Any]:
        """Opens the dataset, with what shows its comparison."""
        name = result["dataset_name"]
        if result["opened"] is None:
            yield ctx.ops.open_dataset(name)
        else:
            yield ctx.trigger(OPEN_PREPARED, {"dataset": name, **result["opened"]})


def _describe(values: Mapping[str, Any]) -> str:
    """What would be fetched, or why nothing can be."""
    from ..zoo import files_folder
    from ..zoo.errors import ArgumentError

    names = "label_types", "classes", "max_samples", "with_coco"
    asked = {name: values[name] for name in names}
    asked["image_ids"] = values["image_ids"] or None
    try:
        from ..zoo.announcing import describe_fetch
        from ..zoo.request import Request

        requests = [Request.parse(split, **asked) for split in values["splits"]]
    except (ArgumentError, ImportError) as error:
        return str(error)
    return describe_fetch(requests, files_folder())
