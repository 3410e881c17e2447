"""The names that a label file or an archive may give its files."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest
from helpers.data.coco_documents import HOSTILE_NAMES
from hypothesis import given
from hypothesis import strategies as st
from sama_coco.zoo.errors import FormatError
from sama_coco.zoo.fetch.disk import safe_file_name


@pytest.mark.parametrize("name", ["000000000139.jpg", "é ü.jpg", "a..b", ".hidden"])
def test_a_plain_file_name_is_accepted(name: str) -> None:
    assert safe_file_name(name, "x.json") == name


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_name_that_leaves_its_folder_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match=r"x\.json names the file"):
        safe_file_name(name, "x.json")


@pytest.mark.parametrize("name", ["x" * 201, "é" * 150, "x" * 9_999])
def test_a_name_that_no_disk_takes_is_refused(name: str) -> None:
    with pytest.raises(FormatError, match=r"x\.json names .* up to 200 bytes"):
        safe_file_name(name, "x.json")


@given(st.text() | st.text("./\\:a\0~ ", max_size=6))
def test_an_accepted_name_stays_in_its_folder(name: str) -> None:
    try:
        accepted = safe_file_name(name, "x.json")
    except FormatError:
        return
    folder = Path("/folder")
    path = Path((folder / accepted).as_posix())
    assert path.parent == folder
    assert path.resolve().parent == folder
    assert PurePath(accepted).name == accepted == name
    assert accepted.encode()
