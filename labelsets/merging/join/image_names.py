"""The names of image files, as two label sets can be joined by them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import parse_qs, unquote, urlsplit

Parts = tuple[str, ...]
"""The folders of a file and its name, outermost first."""

_COCO_YEAR = re.compile(r"^COCO_(?:train|val|test)\d{4}_(?=\d{12}\.\w+$)")
_DRIVE = re.compile(r"^[A-Za-z]:$")


def path_parts(path: str | None) -> Parts:
    """The folders and the name in a path, as any tool writes it.

    Backslashes, drives, addresses of a server and ``.`` and ``..`` are understood;
    Label Studio's ``/data/local-files/?d=images/1.jpg`` stands for the file it names.

    Args:
        path: an absolute or relative path, an address, or nothing

    Returns:
        the parts in Unicode's composed form (NFC), none if there is no path
    """
    if not path:
        return ()
    if "?" in path or "://" in path:
        path = _named_by_address(path)
    if not path.isascii():
        path = unicodedata.normalize("NFC", path)
    parts = path.replace("\\", "/").split("/")
    return tuple(p for p in parts if p not in ("", ".", "..") and not _DRIVE.match(p))


def file_name(parts: Parts) -> str | None:
    """The name of a file; COCO 2014's names are shortened to those of COCO 2017.

    ``COCO_val2014_000000000139.jpg`` gives ``000000000139.jpg``.
    """
    return _COCO_YEAR.sub("", parts[-1]) if parts else None


def stem(name: str | None) -> str | None:
    """The name of a file without its last suffix."""
    return None if name is None else name.rpartition(".")[0] or name


def below_common_folder(paths: Sequence[Parts]) -> list[Parts | None]:
    """Each path relative to the deepest folder that contains them all."""
    known = [parts for parts in paths if parts]
    if not known:
        return [None] * len(paths)
    first, last = min(known)[:-1], max(known)[:-1]
    common = 0
    while common < min(len(first), len(last)) and first[common] == last[common]:
        common += 1
    return [parts[common:] if parts else None for parts in paths]


def last_parts(paths: Sequence[Parts], count: int) -> list[Parts | None]:
    """The last ``count`` parts of each path, or all where there are fewer."""
    return [parts[-count:] if parts else None for parts in paths]


def _named_by_address(path: str) -> str:
    try:
        address = urlsplit(path)
    except ValueError:
        return path
    local = parse_qs(address.query).get("d")
    if local:
        return local[0]
    return unquote(address.path) if address.scheme and address.netloc else path
