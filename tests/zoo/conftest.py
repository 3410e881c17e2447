"""What the tests of the zoo dataset share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.programs.mounted_disk import mounted_disk


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    with mounted_disk(tmp_path / "tiny", "64k") as disk:
        yield disk
