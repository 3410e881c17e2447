"""Files written beside their places, and moved there together once all are whole."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ..error_types import ExportError

NAMED = 3
"""How many of the files that are in the way a message names."""


class StagedFiles:
    """The files of one export, in a hidden folder until they are moved into place.

    Args:
        folder: the folder that the files will be in or below; created if need be
        overwrite: whether files that exist may be replaced
    """

    def __init__(self, folder: Path, overwrite: bool) -> None:
        self.overwrite = overwrite
        self._made: list[Path] = []
        self._parts: dict[Path, Path] = {}
        self._stale: list[Path] = []
        self._hidden = folder / f".{uuid.uuid4().hex}.part"
        try:
            self._make_folder(folder)
            self._hidden.mkdir()
        except OSError:
            self.discard()
            raise

    @property
    def paths(self) -> list[Path]:
        """The places of all files, in the order in which they were added."""
        return list(self._parts)

    def add(self, path: Path) -> Path:
        """A path at which to write a file, or make a link, for a place.

        Args:
            path: the place, absolute

        Raises:
            ExportError: if a file of this export has that place already
        """
        if path in self._parts:
            raise ExportError(f"Two files of this export would be called '{path}'")
        part = self._hidden / f"{len(self._parts)}{path.suffix}"
        self._parts[path] = part
        return part

    def scratch(self) -> Path:
        """A path for a file that is needed while others are written."""
        return self._hidden / uuid.uuid4().hex

    def remove(self, path: Path) -> None:
        """Notes a file of an earlier export, to be deleted where files are replaced."""
        self._stale.append(path)

    def move_into_place(self) -> None:
        """Gives all files their names; on any failure all is as it was before.

        Raises:
            ExportError: if files are in the way that may not be replaced
            OSError: if the disk refuses
        """
        check_targets(self._parts, self.overwrite)
        moves: list[_Move] = []
        try:
            for path, part in self._parts.items():
                self._make_folder(path.parent)
                moves.append(_Move(path, part, self.scratch()))
                moves[-1].do(self.overwrite)
            for path in self._stale if self.overwrite else ():
                moves.append(_Move(path, None, self.scratch()))
                moves[-1].do(self.overwrite)
        except BaseException:
            for move in reversed(moves):
                move.undo()
            raise
        self._made = []

    def discard(self) -> None:
        """Deletes the hidden folder, and folders that were made for nothing."""
        shutil.rmtree(self._hidden, ignore_errors=True)
        for folder in reversed(self._made):
            with suppress(OSError):  # somebody has put something there
                folder.rmdir()

    def _make_folder(self, folder: Path) -> None:
        missing = [f for f in (folder, *folder.parents) if not f.exists()]
        for each in reversed(missing):
            each.mkdir(exist_ok=True)
            self._made.append(each)


class _Move:
    """The move of a file into its place, which can be undone.

    Args:
        path: the file's place
        part: the file; None if what is in the place is deleted
        aside: where what was in the place is kept
    """

    def __init__(self, path: Path, part: Path | None, aside: Path) -> None:
        self.path, self.part, self.aside = path, part, aside
        self._moved = None if part is None else os.lstat(part)

    def do(self, overwrite: bool) -> None:
        if overwrite:
            self._keep_aside()
        if self.part is None:
            self.path.unlink(missing_ok=True)
        elif overwrite or not self._link():
            self.part.replace(self.path)

    def undo(self) -> None:
        """Puts back what was there; what others put there meanwhile stays."""
        is_moved = self._is_moved()
        if os.path.lexists(self.aside):
            if is_moved or not os.path.lexists(self.path):
                self.aside.replace(self.path)
        elif is_moved:
            self.path.unlink()

    def _keep_aside(self) -> None:
        """Gives what is in the place a second name, so that it is never missing."""
        if not os.path.lexists(self.path):
            return
        try:
            os.link(self.path, self.aside, follow_symlinks=False)
        except OSError:  # a file system without hard links
            self.path.rename(self.aside)

    def _link(self) -> bool:
        """Gives the file its name by a link, which fails where there is a file.

        Returns:
            False if the file system has no hard links and there is no file
        """
        assert self.part is not None
        try:
            os.link(self.part, self.path, follow_symlinks=False)
        except OSError:
            if os.path.lexists(self.path):
                raise _in_the_way([self.path]) from None
            return False
        self.part.unlink()
        return True

    def _is_moved(self) -> bool:
        try:
            return self._moved is not None and os.path.samestat(
                self._moved, os.lstat(self.path)
            )
        except FileNotFoundError:
            return False


@contextmanager
def staging(
    folder: Path, overwrite: bool, targets: Iterable[Path] = ()
) -> Iterator[StagedFiles]:
    """Files that get their names when all went well, and else are gone without trace.

    Folders that don't exist are created, and deleted again on a failure.

    Args:
        folder: the folder that the files will be in or below, absolute
        overwrite: whether files that exist may be replaced
        targets: places that are known before, to be checked before anything is written

    Raises:
        ExportError: if a file is in the way, or can't be written
    """
    _check_folder(folder)
    check_targets(targets, overwrite)
    files: StagedFiles | None = None
    try:
        files = StagedFiles(folder, overwrite)
        yield files
        files.move_into_place()
    except OSError as error:
        raise ExportError(
            f"The export to '{folder}' can't be written: {error.strerror or error}. "
            "Nothing there has changed"
        ) from error
    finally:
        if files is not None:
            files.discard()


def absolute_path(path: str | os.PathLike[str]) -> Path:
    """The absolute path of a file or folder that may not exist yet.

    Args:
        path: ``~`` stands for the home folder

    Raises:
        ExportError: if it is no path, or empty
    """
    if not isinstance(path, str | os.PathLike) or not os.fspath(path).strip():
        raise ExportError(
            f"There is no path to write to, found {path!r}; name a folder"
        )
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
        ExportError: if a file is in the way, or a folder can't be written to
    """
    paths = list(paths)
    for folder in {path.parent for path in paths}:
        _check_folder(folder)
    found = existing_files(paths)
    for path in found:
        if path.is_dir() and not path.is_symlink():
            raise ExportError(f"'{path}' is a folder; choose another folder")
    if found and not overwrite:
        raise _in_the_way(found)


def _in_the_way(found: list[Path]) -> ExportError:
    """The error that says which files are there already."""
    more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
    names = ", ".join(f"'{path}'" for path in found[:NAMED])
    return ExportError(
        f"There is already {names}{more}. Pass `overwrite=True` to replace what "
        "is there, or choose another folder"
    )


def _check_folder(folder: Path) -> None:
    known = folder
    while not os.path.lexists(known) and known != known.parent:
        known = known.parent
    if not known.is_dir():
        raise ExportError(f"'{folder}' can't be a folder: '{known}' is a file")
    if not os.access(known, os.W_OK | os.X_OK):
        raise ExportError(
            f"'{folder}' can't be written to: no permission for '{known}'"
        )
