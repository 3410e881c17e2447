"""Examples on one picture, status by status, with what each of them shows below it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from ...comparison import Status
from ...comparison.counting.totals import SIDES
from ...comparison.statuses import SIDE_COLORS
from ..plain_lines import shorten
from .example_words import describe_example
from .item_examples import BAR, GAP, PANE, ItemExample

_TILE = 2 * PANE[0] + GAP, PANE[1] + BAR
_MARGIN, _LINE, _HEAD = 20, 24, 34
_BETWEEN = 28
_TEXT, _MUTED, _PAPER = "#1f2328", "#59636e", "#ffffff"
_CHIP = 13
_LONGEST = 60


def draw_sheet(
    examples: Sequence[ItemExample], fields: Sequence[str], columns: int = 2
) -> Image.Image:
    """A contact sheet.

    Args:
        examples: the examples, those of a status next to each other
        fields: the label fields of base and revised
        columns (2): how many stand side by side at most

    Returns:
        an RGB image
    """
    groups = [(s, list(found)) for s, found in groupby(examples, lambda e: e.status)]
    columns = max([1, *(min(columns, len(found)) for _, found in groups)])
    width = columns * (_TILE[0] + _MARGIN) + _MARGIN
    rows = sum(-(-len(found) // columns) for _, found in groups)
    height = 2 * _MARGIN + _LINE + rows * (_TILE[1] + _BETWEEN)
    height += len(groups) * (_HEAD + _MARGIN // 2)
    sheet = Image.new("RGB", (width, height), _PAPER)
    draw = ImageDraw.Draw(sheet)
    top = _draw_sides(draw, fields)
    for status, found in groups:
        top = _draw_status(draw, status, width, top)
        for start in range(0, len(found), columns):
            for place, example in enumerate(found[start : start + columns]):
                left = _MARGIN + place * (_TILE[0] + _MARGIN)
                sheet.paste(Image.fromarray(example.picture), (left, top))
                words = describe_example(example)
                _write(draw, (left, top + _TILE[1] + 4), words, _TILE[0])
            top += _TILE[1] + _BETWEEN
    return sheet


def _draw_sides(draw: ImageDraw.ImageDraw, fields: Sequence[str]) -> int:
    """Says which side has which colour."""
    left = _MARGIN
    for side, field in zip(SIDES, fields, strict=True):
        _chip(draw, left, _MARGIN, SIDE_COLORS[side])
        text = f"{side}: {shorten(field, _LONGEST)}"
        end = _write(draw, (left + 20, _MARGIN), text, PANE[0] - 20)
        left = max(end + _MARGIN, _MARGIN + PANE[0] + GAP)
    return _MARGIN + _LINE


def _draw_status(
    draw: ImageDraw.ImageDraw, status: Status, width: int, top: int
) -> int:
    top += _MARGIN // 2
    _chip(draw, _MARGIN, top + 3, status.color)
    end = _write(draw, (_MARGIN + 20, top), str(status), width, 16)
    room = width - _MARGIN - end - 10
    _write(draw, (end + 10, top + 3), status.description, room, ink=_MUTED)
    return top + _HEAD


def _chip(draw: ImageDraw.ImageDraw, left: int, top: int, color: str) -> None:
    box = (left, top + 1, left + _CHIP, top + 1 + _CHIP)
    draw.rectangle(box, fill=color, outline=_MUTED)


def _write(
    draw: ImageDraw.ImageDraw,
    place: tuple[int, int],
    text: str,
    room: int,
    size: int = 13,
    ink: str = _TEXT,
) -> int:
    """Writes a line, its end left out where it is too long; returns where it ends."""
    font = _font(size)
    line = text
    while line and draw.textlength(line, font) > room:
        line = f"{line.rstrip('…')[:-1]}…" if line != "…" else ""
    draw.text(place, line, fill=ink, font=font)
    return place[0] + round(draw.textlength(line, font))


@lru_cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """DejaVu Sans, which FiftyOne's charts bring; Pillow's own has few characters."""
    from matplotlib import get_data_path

    path = Path(get_data_path(), "fonts", "ttf", "DejaVuSans.ttf")
    return ImageFont.truetype(str(path), size)
