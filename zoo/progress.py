"""The progress of the stages of a load: drawn as bars, or passed to a callback."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

OnProgress = Callable[[float, str], None]
"""Called with how much of a stage is done, from 0 to 1, and what the stage does."""

Advance = Callable[[int], None]
"""Called with the number of items, or bytes, that were just finished."""


@contextmanager
def stage(
    label: str, total: int, on_progress: OnProgress | None, in_bytes: bool = False
) -> Iterator[Advance]:
    """Shows the progress of one stage of a load.

    Args:
        label: what the stage does
        total: the number of items or bytes it has; nothing is shown of 0
        on_progress: called instead of a bar being drawn
        in_bytes (False): whether bytes are counted
    """
    if not total:
        yield lambda _: None
    elif on_progress is not None:
        yield _reporting(label, total, on_progress)
    else:
        import fiftyone.core.utils as fou

        print(label)
        scale = 8 if in_bytes else 1
        with fou.ProgressBar(total=scale * total, use_bits=in_bytes) as bar:
            yield lambda count: bar.update(scale * count)


def share_of(
    on_progress: OnProgress | None, start: float, share: float
) -> OnProgress | None:
    """A callback for a part of some work.

    Args:
        on_progress: the callback for the whole
        start: how much of the whole is done before the part, from 0 to 1
        share: how much of the whole the part is
    """
    if on_progress is None:
        return None
    return lambda done, label: on_progress(start + share * done, label)


def _reporting(label: str, total: int, on_progress: OnProgress) -> Advance:
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        on_progress(min(done / total, 1.0), label)

    on_progress(0.0, label)
    return advance
