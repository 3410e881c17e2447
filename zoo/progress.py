"""Showing how far the stages of a load are: as bars, or to whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import fiftyone.core.utils as fou

Report = Callable[[float, str], None]
"""Called with how much of a stage is done, from 0 to 1, and what the stage does."""

Advance = Callable[[int], None]
"""Called with the number of items, or bytes, that were just finished."""


@contextmanager
def stage(
    label: str, total: int, report: Report | None, in_bytes: bool = False
) -> Iterator[Advance]:
    """Shows the progress of one stage of a load.

    Args:
        label: what the stage does
        total: the number of items or bytes it has; nothing is shown of 0
        report: told instead of a bar being drawn
        in_bytes (False): whether bytes are counted
    """
    if not total:
        yield lambda _: None
    elif report is not None:
        yield _reporting(label, total, report)
    else:
        print(label)
        scale = 8 if in_bytes else 1
        with fou.ProgressBar(total=scale * total, use_bits=in_bytes) as bar:
            yield lambda count: bar.update(scale * count)


def _reporting(label: str, total: int, report: Report) -> Advance:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        report(min(done / total, 1.0), label)

    report(0.0, label)
    return advance
