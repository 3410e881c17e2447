"""The mirror that the project draws, kept from one run of the tests to the next."""

from __future__ import annotations

import fcntl
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import cv2
from checkout import REPOSITORY

DRAWN_BY = ("numpy", "pillow", "pycocotools")
"""The packages that the drawing code draws and encodes with, beside OpenCV."""


def kept_mirror() -> Path:
    """Draws the mirror, unless the same code has drawn it before.

    Other processes that need it wait meanwhile: to draw it takes 10 s of a core.

    Returns:
        its folder, which is read only by agreement
    """
    from sama_coco.example import write_mirror

    folder = REPOSITORY / ".run"
    folder.mkdir(exist_ok=True)
    with (folder / "example-mirror.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return write_mirror(folder / f"example-mirror-{_digest()}")


def _digest() -> str:
    """Of the code that draws, and of the versions of what it draws with."""
    found = sha256()
    for path in sorted((REPOSITORY / "example").rglob("*.py")):
        found.update(path.read_bytes())
    for release in (cv2.__version__, *map(version, DRAWN_BY)):
        found.update(release.encode())
    return found.hexdigest()[:16]
