"""Annotations and rows that may wait for outlines, which are traced many at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ....zoo.coco.outlines import trace_all
from ....zoo.coco.pixel_runs import PixelRuns
from .pixel_shapes import Ring

Finish = Callable[[Sequence[Ring]], "bytes | Draft"]


@dataclass
class Draft:
    """What is written of a label.

    Attributes:
        kind: how the label is written, for people
        runs: its pixels, if its outlines are wanted
        finish: makes the text, or a draft that has one, out of the outlines
        text: the text; None if the label is left out
        lost: what the text does not say, counted by kind
    """

    kind: str
    runs: PixelRuns | None = None
    finish: Finish | None = None
    text: bytes | None = None
    lost: Mapping[str, int] = field(default_factory=dict)


def finish_drafts(drafts: Iterable[Draft]) -> None:
    """Gives all drafts their texts."""
    waiting = [d for d in drafts if d.runs is not None and d.finish is not None]
    outlines = trace_all([d.runs for d in waiting if d.runs is not None])
    for draft, rings in zip(waiting, outlines, strict=True):
        assert draft.finish is not None
        found = draft.finish(rings)
        if isinstance(found, Draft):
            draft.text, draft.lost = found.text, found.lost
        else:
            draft.text = found
