"""The mirror that the project draws, kept from one run of the tests to the next."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

import cv2
from filelock import FileLock
from helpers.checkout import REPOSITORY

DRAWN_BY = ("numpy", "pillow", "pycocotools")
"""The packages that the drawing code draws and encodes with, beside OpenCV."""


def kept_mirror() -> Path:
    """Draws the mirror, unless the same code has drawn it before.

    Other processes that need it wait meanwhile: to draw it takes 10 s of a core.

    Returns:
        its folder, which is read only by agreement
    """
    from sama_coco.example import drawing_version, write_mirror

    folder = REPOSITORY / ".run"
    folder.mkdir(exist_ok=True)
    versions = drawing_version(), cv2.__version__, *map(version, DRAWN_BY)
    with FileLock(folder / "example-mirror.lock"):
        return write_mirror(folder / "-".join(("example-mirror", *versions)))
