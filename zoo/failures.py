"""What goes wrong in another process: sent as plain values, raised again here."""

from __future__ import annotations

import importlib
from concurrent.futures import BrokenExecutor, CancelledError
from typing import Any, NoReturn

_PASSING_CODES = {6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436}
"""Of a server that shuts down, starts, or is out of reach.

Source: the retryable errors of MongoDB's specification of retryable reads.
"""


class FarError(RuntimeError):
    """An error of another process whose class is not known here."""


class FarTracebackError(Exception):
    """Shows where an error of another process was raised."""

    def __str__(self) -> str:
        return f"\n{self.args[0]}"


class PassingError(Exception):
    """Work that was lost with a worker or a connection, and may succeed elsewhere."""


def is_passing(error: BaseException) -> bool:
    """Whether what failed was a process or connection, and may succeed elsewhere."""
    from pymongo.errors import ConnectionFailure, PyMongoError

    if isinstance(error, PyMongoError):
        code = getattr(error, "code", None)
        return isinstance(error, ConnectionFailure) or code in _PASSING_CODES
    lost = (BrokenExecutor, CancelledError, ConnectionError, EOFError, TimeoutError)
    return isinstance(error, lost)


def describe_failure(error: Exception, package: str, trace: str) -> dict[str, Any]:
    """An error as plain values.

    Args:
        error: the error
        package: the name that the code of the task goes by in this process
        trace: where it was raised
    """
    module = type(error).__module__
    return {
        "module": module.removeprefix(package),
        "class": type(error).__qualname__,
        "message": str(error),
        "trace": trace,
        "passing": is_passing(error),
    }


def raise_failure(failure: dict[str, Any], package: str) -> NoReturn:
    """Raises what :func:`describe_failure` described.

    Args:
        failure: the description
        package: the name that the code of the task goes by in this process

    Raises:
        PassingError: if it may succeed when tried again
        Exception: the error itself, or a :class:`FarError` if its class is not known
    """
    cause = FarTracebackError(failure["trace"])
    name, message = failure["class"], failure["message"]
    if failure["passing"]:
        raise PassingError(f"{name}: {message}") from cause
    module = failure["module"]
    known: Any = None
    if module.startswith(".") or module == "builtins":
        found = importlib.import_module(module, package)
        known = getattr(found, name, None)
    if not (isinstance(known, type) and issubclass(known, Exception)):
        raise FarError(f"{name}: {message}") from cause
    raise known(message) from cause
