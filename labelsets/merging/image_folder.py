"""The image files in a folder, and their sizes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from fiftyone.core.metadata import get_image_info
from PIL import Image

from ..error_types import MergeError
from .join.join_sides import Size

SUFFIXES = {".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif"}


def list_images(folder: Path) -> list[Path]:
    """The image files in a folder and all folders below it, sorted.

    Args:
        folder: the folder; linked folders are followed, hidden files left out
    """
    return sorted(_walk(folder, {os.path.realpath(folder)}))


def find_images(images: str | os.PathLike[str] | Iterable[str | Path]) -> list[str]:
    """The absolute paths of the caller's images.

    Args:
        images: a folder, or the paths of image files

    Raises:
        MergeError: if there is no such folder or file, or no image
    """
    if isinstance(images, str | os.PathLike):
        folder = Path(images).expanduser()
        if not folder.is_dir():
            raise MergeError(f"There is no folder of images '{folder}'")
        found = list_images(folder.absolute())
    else:
        found = [Path(path).expanduser().absolute() for path in images]
        for path in found:
            if not path.is_file():
                raise MergeError(f"There is no image '{path}'")
    if not found:
        kinds = ", ".join(sorted(SUFFIXES))
        raise MergeError(f"There are no images in '{images}': no file ends in {kinds}")
    return [str(path) for path in found]


def read_sizes(paths: Sequence[str]) -> list[Size | None]:
    """The width and height of image files in px, as FiftyOne shows them.

    Args:
        paths: their paths

    Returns:
        the size of each, None for a file that can't be read as an image
    """
    with ThreadPoolExecutor() as pool:
        return list(pool.map(_read_size, paths, chunksize=64))


def _read_size(path: str) -> Size | None:
    try:
        with open(path, "rb") as file:
            width, height, _ = get_image_info(file)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return width, height


def _walk(folder: Path, seen: set[str]) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            if entry.is_dir():
                real = os.path.realpath(entry.path)
                if real not in seen:
                    seen.add(real)
                    yield from _walk(Path(entry.path), seen)
            elif os.path.splitext(entry.name)[1].lower() in SUFFIXES:
                yield Path(entry.path)
