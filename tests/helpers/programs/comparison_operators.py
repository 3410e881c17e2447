"""The operators of comparisons as a program calls them, and as the App does."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators.executor import ValidationContext
from helpers.datasets.labelled import FIELDS, masked
from helpers.programs.app_server import app_context

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
    ctx = app_context(uri, samples, **params)
    operator = foo.get_operator(uri)
    inputs = operator.resolve_input(ctx)
    validation = ValidationContext(ctx, inputs, operator)
    reasons = [error.reason for error in validation.errors]
    return inputs.type.properties, not (inputs.invalid or validation.invalid), reasons


def risk_of(config: foo.OperatorConfig) -> str:
    """The risk that an operator declares, of which FiftyOne knows since 1.16."""
    if hasattr(config, "risk_level"):
        return str(config.risk_level.value)
    return str(config.kwargs["risk_level"])


def requested(uri: str, samples: Any, **params: Any) -> Any:
    """Executes as a program does: the form is resolved and validated first."""
    key = "view" if isinstance(samples, fo.DatasetView) else "dataset"
    return foo.execute_operator(uri, {key: samples}, params=params)


def upload(name: str, data: bytes) -> dict[str, str]:
    """A file as the App sends it."""
    return {"name": name, "content": f"data:;base64,{b64encode(data).decode()}"}


def invoked(step: Any) -> str:
    """The operator of the App that a step calls."""
    return str(step.body.operator_uri).rpartition("/")[2]


def shown(text: str) -> str:
    """Markdown without formatting as the App shows it: its characters as they are."""
    return text.replace("\\", "")
