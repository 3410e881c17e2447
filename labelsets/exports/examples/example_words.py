"""What an example shows, in a line: the class, and the numbers of its status."""

from __future__ import annotations

from collections.abc import Sequence

from ...comparison import Status
from ..plain_lines import shorten
from .item_examples import ItemExample

_LONGEST = 32
_MOST_CLASSES = 3


def describe_example(example: ItemExample) -> str:
    """What an example shows, such as ``cow → horse, IoU 0.97``; one line of text."""
    base, revised = example.base, example.revised
    old, new = _classes(base.classes), _classes(revised.classes)
    parts = [old if base.ids else new]
    if base.ids and revised.ids and old != new:
        parts = [f"{old} → {new}"]
    if example.status in (Status.SPLIT, Status.MERGED):
        parts = [f"{parts[0]}: {len(base.ids):,} → {len(revised.ids):,}"]
    parts += _status_words(example)
    if not example.image_found:
        parts.append("its image was not found")
    return ", ".join(parts)


def _classes(names: Sequence[str]) -> str:
    shown = [shorten(name, _LONGEST) for name in names[:_MOST_CLASSES]]
    more = len(names) - len(shown)
    return " and ".join([*shown, *([f"{more} more"] if more else [])])


def _status_words(example: ItemExample) -> list[str]:
    """The numbers that say most of a status."""
    base, revised, status = example.base, example.revised, example.status
    iou = [] if example.iou is None else [f"IoU {example.iou:.2f}"]
    if status is Status.SPLIT and base.crowd and not revised.crowd:
        return ["a crowd taken apart"]
    if status is Status.RECROWDED:
        return ["now a crowd" if revised.crowd else "no longer a crowd", *iou]
    if status is Status.REFINED:
        return _outline_words(example) + iou
    if status is Status.REMOVED:
        return [f"{base.area:,.0f} px²"]
    if status is Status.ADDED:
        return [f"{revised.area:,.0f} px²"]
    return [] if status in (Status.SPLIT, Status.MERGED) else iou


def _outline_words(example: ItemExample) -> list[str]:
    old, new = example.base.vertices, example.revised.vertices
    if old is None or new is None or old == new:
        biou = example.boundary_iou
        return [] if biou is None else [f"boundary IoU {biou:.2f}"]
    change = "finer" if new > old else "coarser"
    return [f"outline made {change}: {old:,} → {new:,} vertices"]
