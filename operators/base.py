"""What all operators share: being called from Python, progress, being cancelled."""

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


class Caller:
    """A program that waits for an operator, with a progress bar in the meantime."""

    def __init__(self) -> None:
        self._has_left = threading.Event()
        self._bar: Any = None
        self._done = 0.0

    def report(self, done: float, label: str) -> None:
        """Moves the bar, a new one where another part of the work begins.

        Args:
            done: how much is done, from 0 to 1
            label: what is being done

        Raises:
            KeyboardInterrupt: if nobody waits any more, so that the work ends
        """
        if self._has_left.is_set():
            raise KeyboardInterrupt("The program stopped waiting")
        if self._bar is None or done < self._done:
            self._close()
            self._bar = fo.ProgressBar(
                total=100, show_iteration=False, show_iter_rate=False
            )
            self._bar.start()
        self._done = done
        self._bar.set_iteration(round(100 * done), suffix=label)

    def wait(self, work: Callable[[], Any]) -> Any:
        """Waits for work in another thread, which ends soon if this is interrupted.

        Raises:
            BaseException: what the work raises, or what interrupts the waiting
        """
        try:
            with ThreadPoolExecutor(1) as pool:
                try:
                    return pool.submit(work).result()
                except BaseException:
                    self._has_left.set()
                    raise
        finally:
            self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None


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
            report: told of the progress; what it raises ends the work

        Returns:
            the outputs; ``message`` says in a sentence what was done
        """
        raise NotImplementedError

    def follow_up(self, ctx: Any, result: dict[str, Any]) -> Iterator[Any]:
        """Yields what the App is to do when the work is done."""
        yield from ()

    def execute(self, ctx: Any) -> Any:
        """Runs at once from Python or a queue, step by step for a waiting App."""
        if caller := ctx.params.get(FROM_PYTHON):
            return self.run(ctx, caller.report)
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
        caller = Caller()
        params[FROM_PYTHON] = caller
        execution = caller.wait(
            lambda: foo.execute_operator(self.uri, request, params=params)
        )
        return execution.result


class DatasetOperator(SamaCocoOperator):
    """An operator that works on the dataset that is open, or on part of it."""

    def resolve_input(self, ctx: Any) -> types.Property:
        """The form, or what to do first where no dataset is open."""
        if ctx.dataset is not None:
            return super().resolve_input(ctx)
        inputs = types.Object()
        inputs.view(
            "no_dataset",
            types.Error(
                label="Open a dataset first",
                description="This works on the dataset that is open in the App",
            ),
        )
        return types.Property(inputs, invalid=True)

    def call(self, samples: Any = None, **params: Any) -> Any:
        """Executes the operator from Python; see :meth:`SamaCocoOperator.call`.

        Raises:
            TypeError: if there is neither a dataset nor a view to work on
        """
        if not isinstance(samples, fo.core.collections.SampleCollection):
            raise TypeError(
                f"Pass a dataset or a view of one to '{self.config.name}'; found "
                f"{samples!r}"
            )
        return super().call(samples, **params)
