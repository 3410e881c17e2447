"""Work for other processes to do in tests of how work is spread."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def square(number: int, folder: str = "", deadly: int = -1) -> int:
    """Squares a number; one of them ends the process that tries, again and again.

    Every call leaves a file.
    """
    if folder:
        descriptor = os.open(Path(folder), os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(descriptor, f"{number}\n".encode())
        os.close(descriptor)
    if number == deadly:
        os.kill(os.getpid(), signal.SIGKILL)
    return number**2


def refuse(number: int) -> int:
    """Fails for what is wrong with the work itself."""
    raise ValueError(f"{number} can't be squared")


class PairError(Exception):
    """An error that can be pickled, but not unpickled."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} does not go with {other}")


def mismatch(number: int) -> int:
    """Fails with an error that can't be sent to another process."""
    raise PairError(number, number + 1)


def miss(number: int) -> int:
    """Fails because a file is missing, which is not a lost connection."""
    raise FileNotFoundError(f"no file {number}")


def has_imported(name: str) -> bool:
    """Whether a module was imported in this process."""
    return name in sys.modules
