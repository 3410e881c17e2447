"""Parts of forms that several operators have."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import fiftyone as fo
from fiftyone.operators import types


def blocked(title: str, name: str, reason: str, way_out: str) -> types.Property:
    """The form of an operator that has nothing to work on.

    Args:
        title: the operator's label
        name: of the message in the form
        reason: what is missing
        way_out: what to do first
    """
    inputs = types.Object()
    inputs.view(name, types.Error(label=reason, description=way_out))
    said = f"{reason}. {way_out}"
    view = types.View(label=title)
    return types.Property(inputs, view=view, invalid=True, error_message=said)


def refuse(inputs: types.Object, name: str, reason: object) -> None:
    """Shows beside an input why the form can't be sent."""
    found = inputs.get_property(name)
    found.invalid, found.error_message = True, str(reason)


def refuse_what_fails(
    inputs: types.Object, checks: Mapping[str, Callable[[], object]]
) -> None:
    """Shows the message of each check that raises a `ValueError` beside its input.

    Args:
        inputs: the form
        checks: the checks by the name of the input
    """
    for name, check in checks.items():
        try:
            check()
        except ValueError as error:
            refuse(inputs, name, error)


def ask_to_replace_run(
    inputs: types.Object, dataset: fo.Dataset, method: str, values: Mapping[str, Any]
) -> None:
    """Asks whether a finished run of a key is to be replaced.

    Args:
        inputs: the form
        dataset: the dataset
        method: the method of the run
        values: what was entered, with ``key`` and ``overwrite``
    """
    key = values["key"]
    if key not in dataset.list_runs(method=method):
        return
    if not getattr(dataset.get_run_info(key).config, "finished", False):
        return
    ask_to_overwrite(
        inputs,
        values,
        f"Replace '{key}'",
        "Deletes its results and fields, then computes them again",
        f"There is a run '{key}': replace it, or choose another key",
    )


def ask_to_replace_files(
    inputs: types.Object, found: Sequence[Path], values: Mapping[str, Any]
) -> None:
    """Asks whether existing files are to be replaced.

    Args:
        inputs: the form
        found: the files
        values: what was entered, with ``overwrite``
    """
    if found:
        ask_to_overwrite(
            inputs,
            values,
            f"Replace {len(found)} existing file{'' if len(found) == 1 else 's'}",
            ", ".join(path.name for path in found),
            "Choose another folder, or replace them",
        )


def ask_to_overwrite(
    inputs: types.Object,
    values: Mapping[str, Any],
    label: str,
    description: str,
    reason: str,
) -> None:
    """Asks for ``overwrite``, without which the form can't be sent.

    Args:
        inputs: the form
        values: what was entered, with ``overwrite``
        label: what would be replaced
        description: what that means
        reason: why the form can't be sent without it
    """
    inputs.bool("overwrite", default=False, label=label, description=description)
    if not values["overwrite"]:
        refuse(inputs, "overwrite", reason)
