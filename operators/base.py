"""What all operators share: being called from Python, and showing progress."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
from fiftyone.operators import types

Report = Callable[[float, str], None]
"""Called with how much is done, from 0 to 1, and what is being done."""

FROM_PYTHON = "from_python"


class SamaCocoOperator(foo.Operator):
    """An operator that works in one go and then says what it did.

    Subclasses give :meth:`form`, :meth:`run` and, to act on the App afterwards,
    :meth:`follow_up`. What the form refuses, :meth:`run` must refuse too, in words:
    from Python there is no form.
    """

    def form(self, ctx: Any) -> types.Property:
        """What the App asks for.

        Args:
            ctx: the :class:`fiftyone.operators.ExecutionContext`
        """
        return types.Property(types.Object())

    def resolve_input(self, ctx: Any) -> types.Property:
        """The form, for the App alone."""
        if ctx.params.get(FROM_PYTHON):
            return types.Property(types.Object())
        return self.form(ctx)

    def run(self, ctx: Any, report: Report | None) -> dict[str, Any]:
        """Does the work.

        Args:
            ctx: the :class:`fiftyone.operators.ExecutionContext`
            report: told of the progress; None where bars may be drawn

        Returns:
            the outputs; ``message`` says in a sentence what was done
        """
        raise NotImplementedError

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Yields what the App is to do when the work is done."""
        yield from ()

    def execute(self, ctx: Any) -> Any:
        """Runs at once from Python or a queue, step by step for a waiting App."""
        if ctx.params.get(FROM_PYTHON):
            return self.run(ctx, None)
        if ctx.delegated:
            return self.run(ctx, lambda done, label: ctx.set_progress(done, label))
        return self._run_in_app(ctx)

    def _run_in_app(self, ctx: Any) -> Iterator[Any]:
        progress: queue.SimpleQueue[tuple[float, str] | None] = queue.SimpleQueue()
        with ThreadPoolExecutor(1) as pool:
            cancelled = threading.Event()

            def report(done: float, label: str) -> None:
                if cancelled.is_set():
                    raise KeyboardInterrupt("The App stopped listening")
                progress.put((done, label))

            work = pool.submit(self.run, ctx, report)
            work.add_done_callback(lambda _: progress.put(None))
            try:
                yield from self._show(ctx, progress)
            finally:
                cancelled.set()
        result = work.result()
        yield from self.follow_up(ctx, result)
        yield ctx.ops.notify(result["message"], variant="success")

    def _show(
        self, ctx: Any, progress: queue.SimpleQueue[tuple[float, str] | None]
    ) -> Iterator[Any]:
        """Yields progress to the App, no more often than it can be seen to move."""
        shown = (-1.0, "")
        while (step := progress.get()) is not None:
            done, label = step
            if label != shown[1] or done - shown[0] >= 0.01:
                shown = step
                yield ctx.ops.set_progress(label=label, progress=done)

    def call(self, samples: Any = None, **params: Any) -> Any:
        """Executes the operator from Python.

        Args:
            samples: the dataset or view to work on, if any
            **params: the operator's parameters

        Returns:
            what :meth:`run` returned
        """
        request: dict[str, Any] = {}
        if isinstance(samples, fo.DatasetView):
            request["view"] = samples
        elif samples is not None:
            request["dataset"] = samples
        params[FROM_PYTHON] = True
        with ThreadPoolExecutor(1) as pool:
            execution = pool.submit(
                foo.execute_operator, self.uri, request, params=params
            ).result()
        return execution.result
