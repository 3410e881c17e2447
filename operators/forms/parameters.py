"""The kinds of parameters that operators declare: their check and their input."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fiftyone.operators import types

from ...zoo.errors import SamaCocoError

LONGEST = 200
"""How many characters of a value an error repeats."""

Values = Mapping[str, Any]
"""The values of the parameters that come before, by name."""


class ParameterError(SamaCocoError, ValueError):
    """A request has a name or a value that can't be used."""


@dataclass(frozen=True)
class Parameter:
    """A parameter of an operator.

    Attributes:
        name: its name, in requests and in `run`
        default: its value if a request omits it or holds None; a function of
            the context and the values of the parameters before it, or a value
        label: its label in the form
        description: the text below its input
        required: whether a value must be given if there is no default
        clearable: whether null, which a cleared input sends, means None and not the
            default
    """

    name: str
    default: Any = None
    label: str = ""
    description: str = ""
    required: bool = field(default=False, kw_only=True)
    clearable: bool = field(default=False, kw_only=True)

    def default_for(self, ctx: Any, values: Values) -> Any:
        """The default, which may depend on the dataset."""
        return self.default(ctx, values) if callable(self.default) else self.default

    def check(self, value: Any) -> Any:
        """A value of a request as `run` gets it.

        Raises:
            ParameterError: if it can't be used
        """
        raise NotImplementedError

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        """Adds the parameter to a form."""
        raise NotImplementedError

    def _look(self, ctx: Any, values: Values) -> dict[str, Any]:
        """What the inputs of all kinds have in common.

        FiftyOne refuses a request that leaves out what is required, default or not.
        """
        default = self.default_for(ctx, values)
        return {
            "default": default,
            "required": self.required and default is None,
            "label": self.label or self.name.replace("_", " ").capitalize(),
            "description": self.description or None,
        }

    def _refuse(self, expected: str, value: Any) -> ParameterError:
        found = repr(value)
        shown = found if len(found) <= LONGEST else f"{found[: LONGEST - 3]}..."
        return ParameterError(f"`{self.name}` must be {expected}, not {shown}")


@dataclass(frozen=True)
class Text(Parameter):
    """Text of one line."""

    def check(self, value: Any) -> str:
        if not isinstance(value, str) or "\0" in value:
            raise self._refuse("text", value)
        return value

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        inputs.str(self.name, **self._look(ctx, values))


@dataclass(frozen=True)
class Flag(Parameter):
    """Yes or no."""

    default: Any = False

    def check(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise self._refuse("true or false", value)
        return value

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        inputs.bool(self.name, **self._look(ctx, values))


@dataclass(frozen=True)
class Number(Parameter):
    """A number.

    Attributes:
        least: the least that it may be; None for any
        most: the most that it may be; None for any
        whole: whether it is an int
    """

    least: float | None = field(default=None, kw_only=True)
    most: float | None = field(default=None, kw_only=True)
    whole: bool = field(default=False, kw_only=True)

    def check(self, value: Any) -> float:
        number = value
        if self.whole and isinstance(value, float) and value.is_integer():
            number = int(value)  # JSON of a browser knows no ints
        kinds = int if self.whole else int | float
        is_number = isinstance(number, kinds) and not isinstance(number, bool)
        if not is_number or not self._is_in_range(number):
            raise self._refuse(self._expected, value)
        return number if self.whole else float(number)

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        add = inputs.int if self.whole else inputs.float
        add(self.name, min=self.least, max=self.most, **self._look(ctx, values))

    def _is_in_range(self, number: float) -> bool:
        least = -math.inf if self.least is None else self.least
        most = math.inf if self.most is None else self.most
        return math.isfinite(number) and least <= number <= most

    @property
    def _expected(self) -> str:
        kind = "a whole number" if self.whole else "a number"
        if self.least is not None and self.most is not None:
            return f"{kind} from {self.least} to {self.most}"
        if self.least is not None:
            return f"{kind} of at least {self.least}"
        return kind if self.most is None else f"{kind} of at most {self.most}"


@dataclass(frozen=True)
class Choice(Parameter):
    """One of some texts.

    Attributes:
        choices: the texts, with what the form calls them, or without; a function of
            the context and the values before makes them. Then any text is let through
            to the library, whose errors say more
        radio: whether the form shows them side by side
    """

    choices: Any = field(default=(), kw_only=True)
    radio: bool = field(default=False, kw_only=True)

    def check(self, value: Any) -> str:
        known = None if callable(self.choices) else list(self.choices)
        if not isinstance(value, str) or (known is not None and value not in known):
            options = "text" if known is None else f"one of {', '.join(known)}"
            raise self._refuse(options, value)
        return value

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        named = _named(self.choices, ctx, values)
        horizontal = {"orientation": "horizontal"}
        view = types.RadioGroup(**horizontal) if self.radio else types.DropdownView()
        for value, label in named.items():
            view.add_choice(value, label=label)
        look = self._look(ctx, values)
        inputs.enum(self.name, list(named), view=view, **look)


@dataclass(frozen=True)
class Texts(Parameter):
    """A list of texts; one text alone counts as a list of it.

    Attributes:
        choices: as of :class:`Choice`; None if any text may be entered
        least: how many there are at least
    """

    default: Any = ()
    choices: Any = field(default=None, kw_only=True)
    least: int = field(default=0, kw_only=True)

    def check(self, value: Any) -> list[str]:
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(t, str) for t in texts):
            raise self._refuse("a list of texts", value)
        fixed = self.choices is not None and not callable(self.choices)
        if fixed and not set(texts) <= set(self.choices):
            raise self._refuse(f"any of {', '.join(self.choices)}", value)
        if len(texts) < self.least:
            known = f" of {', '.join(self.choices)}" if fixed else ""
            raise self._refuse(f"at least {self.least}{known}", value)
        return list(texts)

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        if self.choices is None:
            view = types.AutocompleteView(multiple=True, allow_user_input=True)
        else:
            view = types.DropdownView(multiple=True)
            for value, label in _named(self.choices, ctx, values).items():
                view.add_choice(value, label=label)
        look = self._look(ctx, values)
        look["default"] = list(look["default"])
        inputs.list(self.name, types.String(), view=view, **look)


@dataclass(frozen=True)
class Ids(Parameter):
    """A list of ids, each a number or a text."""

    def check(self, value: Any) -> list[int | str]:
        if not isinstance(value, list) or not all(
            isinstance(one, int | str) and not isinstance(one, bool) for one in value
        ):
            raise self._refuse("a list of ids", value)
        return list(value)

    def ask(self, inputs: types.Object, ctx: Any, values: Values) -> None:
        view = types.AutocompleteView(multiple=True, allow_user_input=True)
        inputs.list(self.name, types.String(), view=view, **self._look(ctx, values))


@dataclass(frozen=True)
class Names(Parameter):
    """Texts by texts, such as new names of fields; their owner draws their form."""

    def check(self, value: Any) -> dict[str, str | None]:
        if not isinstance(value, Mapping) or not all(
            isinstance(key, str) and (name is None or isinstance(name, str))
            for key, name in value.items()
        ):
            raise self._refuse("a mapping of names to names", value)
        return dict(value)


def _named(
    choices: Mapping[str, str] | Sequence[str] | Callable[..., Any],
    ctx: Any,
    values: Values,
) -> dict[str, str]:
    """Choices, and what a form calls them."""
    found = choices(ctx, values) if callable(choices) else choices
    return dict(found) if isinstance(found, Mapping) else {x: x for x in found}
