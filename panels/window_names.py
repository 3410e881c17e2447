"""Names of a window's parts, which say which window it is or what it shows."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from ..labelsets.labels.fiftyone_internals import dataset_id

if TYPE_CHECKING:
    from typing_extensions import Self


class WindowName(ABC):
    """What the names of things of a panel end with.

    Windows share the state of a panel, so what is one window's own can't be read there.
    It stands in the names of what the window holds, with which it comes back.
    """

    PATTERN: ClassVar[re.Pattern[str]]
    """What such a text looks like at the end of a name; `parsed` is given it."""

    @abstractmethod
    def __str__(self) -> str:
        """The text that names end with."""

    @classmethod
    @abstractmethod
    def parsed(cls, found: re.Match[str]) -> Self:
        """What was found at the end of a name."""

    def name(self, thing: str) -> str:
        """The name of a thing of the panel, of which `read` finds this."""
        return f"{thing}-{self}"

    @classmethod
    def read(cls, text: Any) -> Self | None:
        """What a name, or the path of an event, ends with."""
        found = cls.PATTERN.search(text) if isinstance(text, str) else None
        return None if found is None else cls.parsed(found)

    @classmethod
    def of_event(cls, ctx: Any) -> Self | None:
        """What the event of a window says of it, in its `place` or its path."""
        return cls.read(ctx.params.get("place") or ctx.params.get("path"))


@dataclass(frozen=True)
class Window(WindowName):
    """A window that shows a dataset.

    Attributes:
        code: what the window calls itself, unlike any other
        dataset: the id of the dataset
    """

    code: str
    dataset: str
    PATTERN: ClassVar[re.Pattern[str]] = re.compile(
        r"(?P<code>[0-9a-f]{16})-(?P<dataset>[0-9a-f]{24})$"
    )

    def __str__(self) -> str:
        return f"{self.code}-{self.dataset}"

    @classmethod
    def parsed(cls, found: re.Match[str]) -> Window:
        """See `WindowName.parsed`."""
        return Window(found["code"], found["dataset"])

    @classmethod
    def of_event(cls, ctx: Any) -> Window | None:
        """The window of an event; None if it is not said, or of another dataset."""
        own = dataset_id(ctx.dataset)
        found = super().of_event(ctx)
        if found is None and re.fullmatch(
            "[0-9a-f]{16}", str(ctx.params.get("window"))
        ):
            return Window(ctx.params["window"], str(own))
        return found if found is not None and found.dataset == str(own) else None

    def thing(self, path: Any) -> str:
        """What the path of an event names, without this window."""
        return str(path or "").rpartition(".")[2].removesuffix(f"-{self}")
