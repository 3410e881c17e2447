"""How an operator answers: the App step by step, other programs and queues at once.

FiftyOne sends the App what a streaming operator yields. The App shows progress in a
dialog, and an output in its place; it does not show errors that the generator raises.
Other callers get nothing from a generator: `foo.execute_operator` returns None for it.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import fiftyone as fo
from fiftyone.operators import types

from ...zoo.errors import SamaCocoError
from ...zoo.progress import OnProgress
from ..forms.markdown import plain

if TYPE_CHECKING:
    from .base import SamaCocoOperator

logger = logging.getLogger(__name__)

_WORDED = (SamaCocoError, OSError, MemoryError)
"""Errors whose text is written for people and quotes nothing from a file."""

_OF_THE_APP = {"operator_uri", "selected", "selected_labels"}
"""In every request of the App; a call of `foo.execute_operator` has no URI."""


class RequestError(SamaCocoError, ValueError):
    """A request was not carried out; the text says why."""


def is_from_app(ctx: Any) -> bool:
    """Whether a request comes from the App, which reads a stream."""
    return bool(ctx.request_params.keys() >= _OF_THE_APP) and not ctx.delegated


def answer(operator: SamaCocoOperator, ctx: Any) -> dict[str, Any]:
    """Carries out a request.

    Args:
        operator: the operator
        ctx: the :class:`fiftyone.operators.ExecutionContext` of the request

    Returns:
        the outputs

    Raises:
        RequestError: if it was not carried out. Nothing is chained to it: FiftyOne
            would send that too, and it may repeat what is in a file
    """
    try:
        values = operator.check(ctx).require()
        return operator.run(
            ctx, values, lambda share, label: ctx.set_progress(share, label)
        )
    except Exception as error:
        reason = _reason(operator, error)
    raise RequestError(reason)


def stream(operator: SamaCocoOperator, ctx: Any) -> Iterator[Any]:
    """Carries out a request of the App, and yields what the App is to show.

    The work ends soon after the App stops listening.
    """
    steps: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()
    cancelled = threading.Event()

    def on_progress(share: float, label: str) -> None:
        if cancelled.is_set():
            raise KeyboardInterrupt("The App stopped listening")
        steps.put((share, label))

    def work() -> dict[str, Any]:
        return operator.run(ctx, operator.check(ctx).require(), on_progress)

    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        future.add_done_callback(lambda _: steps.put(None))
        try:
            yield from _show_progress(ctx, steps)
        finally:
            cancelled.set()
    yield from _conclude(operator, ctx, future)


@contextmanager
def progress_bar() -> Iterator[OnProgress]:
    """Draws a bar, and a new one where another part of the work begins."""
    bars: list[Any] = []
    before = 0.0

    def on_progress(share: float, label: str) -> None:
        nonlocal before
        if not bars or share < before:
            close()
            options = {"show_iteration": False, "show_iter_rate": False}
            bars.append(fo.ProgressBar(total=100, **options))
            bars[-1].start()
        before = share
        bars[-1].set_iteration(round(100 * share), suffix=label)

    def close() -> None:
        while bars:
            bars.pop().close()

    try:
        yield on_progress
    finally:
        close()


def _show_progress(
    ctx: Any, steps: queue.SimpleQueue[tuple[float, str] | None]
) -> Iterator[Any]:
    """Yields progress to the App, only as often as the bar visibly moves."""
    shown = (-1.0, "")
    while (step := steps.get()) is not None:
        share, label = step
        if label != shown[1] or share - shown[0] >= 0.01:
            shown = step
            yield ctx.ops.set_progress(label=label, progress=share)


def _conclude(
    operator: SamaCocoOperator, ctx: Any, future: Future[dict[str, Any]]
) -> Iterator[Any]:
    """Yields the result of the work, or why it failed."""
    try:
        result = future.result()
        steps = list(operator.follow_up(ctx, result))
    except Exception as error:
        reason = _reason(operator, error)
        yield from operator.follow_error(ctx, error)
        yield ctx.ops.show_output(_failure(operator, reason).to_json(), {})
        yield ctx.ops.notify(reason, variant="error")
        return
    yield from steps
    yield ctx.ops.show_output(operator.show(result).to_json(), result)
    yield ctx.ops.notify(result["message"], variant="success")


def _failure(operator: SamaCocoOperator, reason: str) -> types.Property:
    """What the dialog shows in place of the progress when the work failed."""
    outputs = types.Object()
    label = f"{operator.config.label} failed"
    outputs.view("failure", types.Error(label=label, description=plain(reason)))
    return types.Property(outputs, view=types.View(label=operator.config.label))


def _reason(operator: SamaCocoOperator, error: Exception) -> str:
    """The text of an error for the sender of the request."""
    logger.error("%s failed", operator.config.label, exc_info=error)
    if isinstance(error, _WORDED):
        return str(error)
    return (
        f"{operator.config.label} failed: {type(error).__name__}. The log of the "
        "program that runs FiftyOne says more"
    )
