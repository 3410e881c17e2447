"""What a request may name, checked.

A request is whatever reaches FiftyOne's server: the App's forms, other programs, and
any web page that a user of the App happens to visit, since the server asks for neither
a content type nor an origin. So an operator takes from a request what it declares as
its parameters and nothing else, each value is checked before anything is done, and no
kind of parameter names a host to connect to. Files and folders lie below those that the
environment variable `LABELSETS_FOLDERS` lists, where the server's owner sets it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .parameters import LONGEST, Parameter, ParameterError

FROM_PYTHON_ALONE = {
    "executor": "call it from Python",
    "mirror": "set SAMA_COCO_MIRROR where FiftyOne runs, or call it from Python",
    "num_workers": "call it from Python",
    "scheduler": "set SAMA_COCO_SCHEDULER where FiftyOne runs, or call it from Python",
}
"""What no request may name, and what to do instead."""


@dataclass(frozen=True)
class Checked:
    """What a request holds.

    Attributes:
        values: a value for each parameter; the default for those that can't be used
        errors: what is wrong, by parameter
    """

    values: dict[str, Any]
    errors: dict[str, ParameterError]

    def require(self) -> dict[str, Any]:
        """The values.

        Raises:
            ParameterError: if anything is wrong
        """
        for error in self.errors.values():
            raise error
        return self.values


def check_request(
    parameters: Sequence[Parameter], ctx: Any, ignored: Sequence[str] = ()
) -> Checked:
    """Checks what a request holds against what an operator declares.

    Args:
        parameters: those of the operator, in order
        ctx: the :class:`fiftyone.operators.ExecutionContext` of the request
        ignored: names that FiftyOne itself puts there and reads
    """
    checked = Checked({}, {})
    given = ctx.params if isinstance(ctx.params, Mapping) else {"params": ctx.params}
    known = [parameter.name for parameter in parameters]
    for name in given:
        if name not in known and name not in ignored:
            checked.errors[str(name)] = _unknown(str(name), known)
    for parameter in parameters:
        name, value = parameter.name, given.get(parameter.name)
        try:
            if value is not None:
                checked.values[name] = parameter.check(value)
            elif parameter.clearable and name in given:
                checked.values[name] = None
        except ParameterError as error:
            checked.errors[name] = error
        if name not in checked.values:
            checked.values[name] = parameter.default_for(ctx, checked.values)
    return checked


def _unknown(name: str, known: Sequence[str]) -> ParameterError:
    if name in FROM_PYTHON_ALONE:
        way_out = FROM_PYTHON_ALONE[name]
        return ParameterError(f"`{name}` can't be set by a request; {way_out}")
    takes = ", ".join(known) or "no parameters"
    return ParameterError(f"Unknown parameter '{name[:LONGEST]}'; this takes {takes}")
