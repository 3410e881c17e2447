"""Whether the bytes of a JPEG image are all there."""

from __future__ import annotations

import re

START, END = b"\xff\xd8", b"\xff\xd9"

_END_OF_IMAGE = 0xD9
_START_OF_SCAN = 0xDA
_BARE_MARKERS = {0x01, *range(0xD0, 0xD8)}
"""Markers that no length follows."""

_NEXT_MARKER = re.compile(rb"\xff+[^\x00\xd0-\xd7\xff]")
"""A marker behind a scan, in which FF is escaped by 00 and restarts are D0 to D7."""


def is_whole_jpeg(data: bytes) -> bool:
    """Whether a JPEG goes from its start to its end of image.

    What follows its end is allowed, as decoders do. Its segments are followed by their
    lengths, since a thumbnail in one of them has an end of its own. Source: ITU T.81,
    annex B.

    Args:
        data: the file
    """
    if not data.startswith(START):
        return False
    at = len(START)
    while at + 2 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == _END_OF_IMAGE:
            return True
        if marker == 0xFF:
            at += 1  # padding
            continue
        at += 2
        if marker in _BARE_MARKERS:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        if length < 2:
            return False
        at += length
        if marker == _START_OF_SCAN:
            found = _NEXT_MARKER.search(data, at)
            if found is None:
                return False
            at = found.end() - 2
    return False
