"""What all operators share: their form, their requests, their call from Python.

How to write an operator: a file with a class, listed in `operators/__init__.py` and in
`fiftyone.yml`, which says

- `config`: how FiftyOne lists it, see :func:`describe_operator`;
- `parameters`: each parameter once, see :mod:`operators.forms.parameters`. The form,
  its defaults and the check of requests are made of them;
- `function`: the function of `labelsets` that is called from Python, with a progress
  bar. Errors reach the caller unchanged, and FiftyOne's time limit does not apply;
- `run`: calls that function with the values of a request, and reports what was done;
- `changes_dataset`, where the App must load the dataset again;
- `form`, `output`, `follow_up` and `follow_error`, where more than the default is
  needed.

`execute` serves requests, delegated ones too. The dialog that showed the progress then
shows what `run` returns or raises; other programs get it as the result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types

from ..forms.parameters import Parameter, ParameterError
from ..forms.request_check import Checked, check_request
from .answering import OnProgress, answer, is_from_app, progress_bar, stream


def describe_operator(
    name: str,
    label: str,
    description: str,
    icon: str,
    risk: Literal["low", "medium", "high"],
    delegated: bool = False,
    dynamic: bool = True,
) -> foo.OperatorConfig:
    """How FiftyOne lists and runs an operator, for its attribute `config`.

    Args:
        name: its name, as in `fiftyone.yml`
        label: what the App calls it
        description: what it does, for the App's list
        icon: the name of a Material icon
        risk: how much it can change; versions of FiftyOne before 1.16 ignore it
        delegated: whether it may be queued
        dynamic: whether the form depends on what is entered
    """
    return foo.OperatorConfig(
        name=name,
        label=label,
        description=description,
        icon=icon,
        dynamic=dynamic,
        execute_as_generator=True,
        allow_delegated_execution=delegated,
        risk_level=risk,
    )


class SamaCocoOperator(foo.Operator):
    """An operator that is declared by its parameters, for the App and for Python."""

    parameters: tuple[Parameter, ...] = ()
    ignored: tuple[str, ...] = ("panel_id", "panel_state")
    """Parameters that FiftyOne adds to requests and reads itself: the App sends these
    two with a form that a panel opened."""

    function: Callable[..., Any]
    """The function that a call from Python runs."""

    has_progress = True
    """Whether `function` takes `on_progress`."""

    changes_dataset = False
    """Whether the App is to load the dataset again when the work is done."""

    def run(
        self, ctx: Any, values: Mapping[str, Any], on_progress: OnProgress
    ) -> dict[str, Any]:
        """Does what a request asks for.

        Args:
            ctx: the :class:`fiftyone.operators.ExecutionContext`
            values: a checked value for each of `parameters`
            on_progress: called with the share that is done, from 0 to 1, and a label

        Returns:
            the outputs, JSON-plain; ``message`` says in a sentence what was done
        """
        raise NotImplementedError

    def form(self, ctx: Any, values: Mapping[str, Any]) -> types.Property:
        """What the App asks for: every parameter, in order.

        Args:
            ctx: the :class:`fiftyone.operators.ExecutionContext`
            values: what was entered so far, or the defaults
        """
        inputs = types.Object()
        self.ask(inputs, ctx, values)
        return types.Property(inputs, view=types.View(label=self.config.label))

    def ask(
        self, inputs: types.Object, ctx: Any, values: Mapping[str, Any], *names: str
    ) -> None:
        """Adds parameters to a form, all if none is named."""
        for parameter in self.parameters:
            if not names or parameter.name in names:
                parameter.ask(inputs, ctx, values)

    def output(self, outputs: types.Object, result: Mapping[str, Any]) -> None:
        """Adds what `run` returned to the dialog, beside its ``message``."""

    def follow_up(self, ctx: Any, result: Mapping[str, Any]) -> Iterator[Any]:
        """Yields what the App is to do when the work is done."""
        if self.changes_dataset:
            yield ctx.ops.reload_dataset()

    def follow_error(self, ctx: Any, error: Exception) -> Iterator[Any]:
        """Yields what the App is to do, beside showing it, when the work failed."""
        yield from ()

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        """Calls :attr:`function` from Python, and draws its progress."""
        if not self.has_progress:
            return self.function(*args, **arguments)
        with progress_bar() as on_progress:
            return self.function(*args, **{"on_progress": on_progress} | arguments)

    def execute(self, ctx: Any) -> Any:
        """Serves a request: step by step for the App, at once for all others."""
        if is_from_app(ctx):
            return stream(self, ctx)
        return answer(self, ctx)

    def check(self, ctx: Any) -> Checked:
        """The checked values of a request, and what is wrong with them."""
        return check_request(self.parameters, ctx, self.ignored)

    def resolve_run_name(self, ctx: Any) -> str:
        """What a queue calls a run: by the comparison that it is of, if of one."""
        key = ctx.params.get("key")
        return f"{self.config.label}: {key}" if key else str(self.config.label)

    def resolve_input(self, ctx: Any) -> types.Property:
        """The form, with errors beside the inputs."""
        checked = self.check(ctx)
        form = self.form(ctx, checked.values)
        for name, error in checked.errors.items():
            asked = form.type.get_property(name) or form
            asked.invalid, asked.error_message = True, str(error)
        return form

    def resolve_output(self, ctx: Any) -> types.Property:
        """What the App shows of the result of a delegated run."""
        return self.show(ctx.results or {})

    def show(self, result: Mapping[str, Any]) -> types.Property:
        """What is shown of a result."""
        outputs = types.Object()
        outputs.str("message", label="Result")
        self.output(outputs, result)
        return types.Property(outputs, view=types.View(label=self.config.label))


class DatasetOperator(SamaCocoOperator):
    """An operator that works on the open dataset, or on part of it."""

    ignored = (*SamaCocoOperator.ignored, "view_target", "custom_view_target")

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        """Calls :attr:`function` from Python, and draws its progress.

        Raises:
            TypeError: if there is neither a dataset nor a view to work on
        """
        named = arguments.get("samples", arguments.get("dataset"))
        self.require_samples(args[0] if args else named)
        return super().__call__(*args, **arguments)

    def require_samples(self, samples: Any) -> None:
        """Checks that a call from Python names what to work on.

        Raises:
            TypeError: if it is neither a dataset nor a view
        """
        if not isinstance(samples, fo.core.collections.SampleCollection):
            raise TypeError(
                f"Pass a dataset or a view of one to '{self.config.name}'; found "
                f"{samples!r}"
            )

    def check(self, ctx: Any) -> Checked:
        """The checked values of a request, and what is wrong with them.

        Raises:
            ParameterError: if no dataset is open
        """
        if ctx.dataset is None:
            raise ParameterError(f"{_NO_DATASET}. {_NO_DATASET_TEXT}")
        return super().check(ctx)

    def resolve_input(self, ctx: Any) -> types.Property:
        """The form, or what to do first if no dataset is open."""
        if ctx.dataset is not None:
            return super().resolve_input(ctx)
        inputs = types.Object()
        view = types.Error(label=_NO_DATASET, description=_NO_DATASET_TEXT)
        inputs.view("no_dataset", view)
        reason = f"{_NO_DATASET}. {_NO_DATASET_TEXT}"
        return types.Property(inputs, invalid=True, error_message=reason)


_NO_DATASET = "Open a dataset first"
_NO_DATASET_TEXT = "This works on the dataset that the App shows"
