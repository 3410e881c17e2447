"""The operators of comparisons as a program calls them, and as the App does."""

from __future__ import annotations

from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators.executor import ExecutionContext, Executor, ValidationContext
from labelled import FIELDS, masked

PREFIX = "@sama/sama-coco"
COMPARE, SHOW, LIST, RENAME, DELETE = (
    f"{PREFIX}/{name}"
    for name in (
        "compare_annotations",
        "show_differences",
        "list_comparisons",
        "rename_comparison",
        "delete_comparison",
    )
)

EQUAL = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])


def compare(samples: Any, **arguments: Any) -> Any:
    return foo.get_operator(COMPARE)(samples, **FIELDS | arguments)


def form(
    uri: str, samples: Any, **params: Any
) -> tuple[dict[str, Any], bool, list[str]]:
    """The properties of a form, whether it may be sent, and what is wrong with it."""
    request: dict[str, Any] = {"params": params}
    if samples is not None:
        request["dataset_name"] = samples._root_dataset.name
    if isinstance(samples, fo.DatasetView):
        request["view"] = samples._serialize()
    ctx = ExecutionContext(request, executor=Executor(), operator_uri=uri)
    operator = foo.get_operator(uri)
    inputs = operator.resolve_input(ctx)
    validation = ValidationContext(ctx, inputs, operator)
    reasons = [error.reason for error in validation.errors]
    return inputs.type.properties, not (inputs.invalid or validation.invalid), reasons


def from_the_app(uri: str, samples: Any, **params: Any) -> Any:
    """Executes as the App does: the form is resolved and validated first."""
    key = "view" if isinstance(samples, fo.DatasetView) else "dataset"
    return foo.execute_operator(uri, {key: samples}, params=params)


def invoked(step: Any) -> str:
    """The operator of the App that a step calls."""
    return str(step.body.operator_uri).rpartition("/")[2]
