"""Files that appear whole or not at all, and never in place of another unasked."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ..runs.errors import ComparisonError

NAMED = 3
"""How many of the files that are in the way a message names."""


def absolute_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of a file or folder that may not exist yet.

    Args:
        path: ``~`` stands for the home folder

    Raises:
        ComparisonError: if it is empty
    """
    if not os.fspath(path).strip():
        raise ComparisonError("There is no path to write to; name a folder")
    return Path(os.path.abspath(os.path.expanduser(path)))


def existing_files(paths: Iterable[Path]) -> list[Path]:
    """Those of the paths at which there is anything, be it a broken link."""
    return [path for path in paths if os.path.lexists(path)]


def check_targets(paths: Iterable[Path], overwrite: bool) -> None:
    """Checks that files can be written.

    Args:
        paths: the files, absolute
        overwrite: whether files that exist may be replaced

    Raises:
        ComparisonError: if a file is in the way, or a folder can't be written to
    """
    paths = list(paths)
    for folder in {path.parent for path in paths}:
        _check_folder(folder)
    found = existing_files(paths)
    for path in found:
        if path.is_dir():
            raise ComparisonError(f"'{path}' is a folder; choose another folder")
    if found and not overwrite:
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        names = ", ".join(f"'{path}'" for path in found[:NAMED])
        raise ComparisonError(
            f"There is already {names}{more}. Pass `overwrite=True` to replace what "
            "is there, or choose another folder"
        )


@contextmanager
def writing(path: Path, overwrite: bool) -> Iterator[Path]:
    """A path to write a file at, which gets its name when all went well.

    Folders that don't exist are created.

    Args:
        path: the file, absolute
        overwrite: whether one that exists may be replaced

    Raises:
        ComparisonError: if the file can't be written, or is in the way
    """
    check_targets([path], overwrite)
    part = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        check_targets([path], overwrite)
        part.replace(path)
    except OSError as error:
        reason = error.strerror or error
        raise ComparisonError(f"'{path}' can't be written: {reason}") from error
    finally:
        part.unlink(missing_ok=True)


def _check_folder(folder: Path) -> None:
    known = folder
    while not os.path.lexists(known) and known != known.parent:
        known = known.parent
    if not known.is_dir():
        raise ComparisonError(f"'{folder}' can't be a folder: '{known}' is a file")
    if not os.access(known, os.W_OK | os.X_OK):
        raise ComparisonError(
            f"'{folder}' can't be written to: no permission for '{known}'"
        )
