"""Operator that loads Sama-COCO, alone or next to COCO-2017, into a new dataset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types

from .base import FROM_PYTHON, Report, SamaCocoOperator
from .forms import ask_scheduler

SPLITS = ("validation", "train")
LABEL_TYPES = ("segmentations", "detections")


class LoadSamaCoco(SamaCocoOperator):
    """Fetches what is missing of Sama-COCO and makes a dataset of it."""

    @property
    def config(self) -> foo.OperatorConfig:
        """How FiftyOne lists and runs the operator."""
        return foo.OperatorConfig(
            name="load_sama_coco",
            label="Load Sama-COCO",
            description="Load Sama-COCO, alone or next to COCO-2017, as a new dataset",
            icon="download",
            dynamic=True,
            execute_as_generator=True,
            allow_delegated_execution=True,
            risk_level=types.RiskLevel.MEDIUM,
        )

    def form(self, ctx: Any) -> types.Property:
        """The form."""
        inputs = types.Object()
        inputs.list(
            "splits",
            types.String(),
            default=["validation"],
            required=True,
            label="Splits",
            description="Validation: 5,000 images. Train: 118,287 images",
            view=_choices(SPLITS),
        )
        inputs.list(
            "label_types",
            types.String(),
            default=["segmentations"],
            required=True,
            label="Label types",
            description="Segmentations are masks in boxes; detections are boxes alone",
            view=_choices(LABEL_TYPES),
        )
        inputs.bool(
            "with_coco",
            default=True,
            label="With COCO-2017's own labels",
            description="Loads both label sets, as sama_* and coco_* fields",
        )
        inputs.list(
            "classes",
            types.String(),
            label="Classes",
            description="Only images with these, those with all of them first",
            view=types.AutocompleteView(multiple=True, allow_user_input=True),
        )
        inputs.int(
            "max_samples",
            default=500,
            min=1,
            label="Number of images",
            description="The most images of each split. Leave empty for all",
        )
        inputs.bool("shuffle", default=False, label="Choose images at random")
        inputs.str(
            "dataset_name",
            required=True,
            default=fo.make_unique_dataset_name("sama-coco"),
            label="Name of the new dataset",
        )
        self._check_name(inputs, ctx.params.get("dataset_name"))
        inputs.bool("persistent", default=True, label="Keep it after this session")
        ask_scheduler(inputs, ctx)
        return types.Property(inputs, view=types.View(label="Load Sama-COCO"))

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Loads the dataset; see :meth:`SamaCocoOperator.run`."""
        from ..zoo import files_folder, load_splits

        params = self._parameters(ctx.params)
        dataset, problems = load_splits(
            params.pop("dataset_name"),
            params.pop("splits", None),
            files_folder(),
            persistent=params.pop("persistent", False),
            report=report,
            **params,
        )
        message = f"Loaded {len(dataset)} images into '{dataset.name}'"
        if problems:
            message += ". Left out or mended: " + "; ".join(problems.lines())
        return {"dataset_name": dataset.name, "message": message}

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Opens the dataset."""
        yield ctx.ops.open_dataset(result["dataset_name"])

    def resolve_output(self, ctx: Any) -> types.Property:
        """What was done."""
        outputs = types.Object()
        outputs.str("message", label="Result")
        return types.Property(outputs)

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
            label_types ("segmentations"): ``"detections"``, ``"segmentations"`` or a
                list of both
            with_coco (True): whether COCO-2017's labels are loaded too
            persistent (False): whether the dataset outlives this session
            **arguments: see :func:`zoo.load_dataset`

        Returns:
            the dataset

        Raises:
            fiftyone.operators.executor.ExecutionError: if it could not be loaded
        """
        result = self.call(
            dataset_name=dataset_name,
            splits=splits,
            label_types=label_types,
            with_coco=with_coco,
            persistent=persistent,
            **arguments,
        )
        return fo.load_dataset(result["dataset_name"])

    @staticmethod
    def _parameters(params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of a load. The App may send others; who calls from Python
        has misspelt them."""
        from ..zoo.errors import one_of

        if params.get(FROM_PYTHON):
            for name in params:
                one_of(name, [*_PARAMETERS, FROM_PYTHON], "argument")
        return {k: v for k, v in params.items() if k in _PARAMETERS}

    @staticmethod
    def _check_name(inputs: types.Object, name: str | None) -> None:
        if name and fo.dataset_exists(name):
            inputs.view(
                "name_taken",
                types.Error(label=f"There is a dataset '{name}'; choose another name"),
            )
            inputs.get_property("dataset_name").invalid = True


_PARAMETERS = {
    "splits",
    "label_types",
    "with_coco",
    "classes",
    "image_ids",
    "num_workers",
    "max_samples",
    "shuffle",
    "seed",
    "include_id",
    "use_polylines",
    "mirror",
    "strict",
    "dataset_name",
    "persistent",
    "scheduler",
}


def _choices(values: tuple[str, ...]) -> types.DropdownView:
    view = types.DropdownView(multiple=True)
    for value in values:
        view.add_choice(value, label=value.capitalize())
    return view
