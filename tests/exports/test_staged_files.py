"""Files of an export: all of them or none, and nobody else's lost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers.datasets.exported import files
from sama_coco.labelsets import ExportError
from sama_coco.labelsets.exports.staged_files import StagedFiles, staging


def write(staged: StagedFiles, *paths: Path) -> None:
    for path in paths:
        staged.add(path).write_text(f"new {path.name}")


def export(
    folder: Path, overwrite: bool, work: Callable[[StagedFiles], object]
) -> None:
    with staging(folder, overwrite) as staged:
        work(staged)


def test_files_appear_together(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    with staging(folder, overwrite=False) as staged:
        write(staged, folder / "x", folder / "below" / "y")
        assert not (folder / "x").exists()
    assert files(tmp_path) == {"a/b/x": b"new x", "a/b/below/y": b"new y"}
    assert sorted(path.name for path in folder.iterdir()) == ["below", "x"]


def test_a_failure_leaves_neither_files_nor_folders(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"

    def work(staged: StagedFiles) -> None:
        write(staged, folder / "x", folder / "below" / "y")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(folder, False, work)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_others_use_meanwhile_stays(tmp_path: Path) -> None:
    folder = tmp_path / "a"

    def work(staged: StagedFiles) -> None:
        write(staged, folder / "x")
        (folder / "theirs").write_text("theirs")
        raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        export(folder, False, work)
    assert files(tmp_path) == {"a/theirs": b"theirs"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_where_the_last_file_can_not_be_moved_all_is_as_it_was(
    overwrite: bool, tmp_path: Path
) -> None:
    old = {"x": "old x", "y": "old y"} if overwrite else {}
    for name, text in old.items():
        (tmp_path / name).write_text(text)
    before = files(tmp_path)

    def work(staged: StagedFiles) -> None:
        write(staged, *(tmp_path / name for name in ("x", "new", "y", "z")))
        staged.add(tmp_path / "never written")

    with pytest.raises(ExportError):
        export(tmp_path, overwrite, work)
    assert files(tmp_path) == before
    assert len(list(tmp_path.iterdir())) == len(before)


def test_a_file_that_comes_in_between_is_kept(tmp_path: Path) -> None:
    def work(staged: StagedFiles) -> None:
        write(staged, tmp_path / "x", tmp_path / "y")
        (tmp_path / "y").write_text("theirs")

    with pytest.raises(ExportError, match="already"):
        export(tmp_path, False, work)
    assert files(tmp_path) == {"y": b"theirs"}


def test_only_files_of_an_earlier_export_are_removed(tmp_path: Path) -> None:
    for name in ("x", "stale", "theirs"):
        (tmp_path / name).write_text("old")
    with staging(tmp_path, overwrite=True) as staged:
        write(staged, tmp_path / "x")
        staged.remove(tmp_path / "stale")
    assert files(tmp_path) == {"x": b"new x", "theirs": b"old"}
    with staging(tmp_path, overwrite=False) as staged:
        write(staged, tmp_path / "y")
        staged.remove(tmp_path / "theirs")
    assert "theirs" in files(tmp_path)


def test_links_are_moved_as_links(tmp_path: Path) -> None:
    (tmp_path / "image").write_text("image")
    for overwrite in (False, True):
        with staging(tmp_path, overwrite) as staged:
            staged.add(tmp_path / "link").symlink_to(tmp_path / "image")
        assert os.readlink(tmp_path / "link") == str(tmp_path / "image")


def test_a_name_is_given_once(tmp_path: Path) -> None:
    twice = tmp_path / "x", tmp_path / "x"
    with pytest.raises(ExportError, match="Two files"):
        export(tmp_path, True, lambda staged: write(staged, *twice))


@contextmanager
def small_files(limit: int) -> Iterator[None]:
    """Lets no file grow beyond a limit: to a program, a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_and_leaves_what_was_there(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("old")

    def work(staged: StagedFiles) -> None:
        write(staged, tmp_path / "x")
        with small_files(100):
            staged.add(tmp_path / "y").write_text("y" * 1000)

    with pytest.raises(ExportError, match="can't be written: File too large"):
        export(tmp_path, True, work)
    assert files(tmp_path) == {"x": b"old"}
    assert len(list(tmp_path.iterdir())) == 1


def test_a_killed_process_leaves_no_file_under_its_name(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from sama_coco.labelsets.exports.staged_files import staging\n"
        "folder = Path(sys.argv[1])\n"
        "with staging(folder, overwrite=True) as staged:\n"
        "    staged.add(folder / 'x').write_text('new')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    (tmp_path / "x").write_text("old")
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert done.returncode == -9
    assert (tmp_path / "x").read_text() == "old"
    assert all(p.name == "x" or p.name.startswith(".") for p in tmp_path.iterdir())
