"""Run-length encoded masks: COCO's RLE, in column order, as arrays of run lengths."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
"""Lengths of runs of background and object in turn, background first; shape (n,)."""

_BITS = 5
_MORE = 1 << _BITS
_SIGN = 1 << (_BITS - 1)
_LONGEST = 12


def unpack_counts(packed: bytes) -> Counts:
    """The run lengths in the string of a compressed RLE.

    Each number is a group of characters with five bits each, the lowest first; from
    the fourth on it is the difference to the number two before. Source:
    ``rleFrString`` of pycocotools, which does not check what it reads.

    Raises:
        ValueError: if the string is no such code
    """
    bits = np.frombuffer(packed, np.uint8).astype(np.int64) - ord("0")
    if not len(bits) or bits.min() < 0 or bits.max() >= 2 * _MORE or bits[-1] >= _MORE:
        raise ValueError("a compressed RLE that is cut short or has other characters")
    last = np.flatnonzero(bits < _MORE)
    first = np.empty_like(last)
    first[0] = 0
    first[1:] = last[:-1] + 1
    sizes = last - first + 1
    if sizes.max() > _LONGEST:
        raise ValueError("a compressed RLE with a number beyond all images")
    shifts = _BITS * (np.arange(len(bits)) - np.repeat(first, sizes))
    counts = np.add.reduceat((bits & (_MORE - 1)) << shifts, first)
    counts -= (bits[last] & _SIGN) // _SIGN << (_BITS * sizes)
    counts[1::2] = np.cumsum(counts[1::2])
    counts[2::2] = np.cumsum(counts[2::2])
    return counts


def switches(counts: Counts) -> NDArray[np.int64]:
    """Where a frame, read column by column, turns from outside to inside and back.

    Returns:
        int64 (2k,), strictly ascending: places x * height + y
    """
    places = np.cumsum(counts)[: len(counts) // 2 * 2]
    if counts[1:].all():
        return places
    found, repeats = np.unique(places, return_counts=True)
    turns: NDArray[np.int64] = found[repeats % 2 == 1]
    return turns


def shorten_first_run(packed: bytes, pixels: int) -> bytes | None:
    """A compressed RLE without the first pixels of its frame.

    No later number is a difference to the first, so that it alone is written anew.

    Args:
        packed: the string of a sound compressed RLE
        pixels: how many pixels to leave out

    Returns:
        the string, or None if the object has some of these pixels
    """
    value = shift = size = 0
    more = True
    while more:
        bits = packed[size] - ord("0")
        value |= (bits & (_MORE - 1)) << shift
        shift += _BITS
        size += 1
        more = bits >= _MORE
    value -= pixels
    if value < 0:
        return None
    written = bytearray()
    more = True
    while more:
        bits = value & (_MORE - 1)
        value >>= _BITS
        more = value != 0 or bits >= _SIGN
        written.append(bits + (_MORE if more else 0) + ord("0"))
    return bytes(written) + packed[size:]


def decode_window(
    counts: Counts, height: int, window: tuple[int, int, int, int]
) -> NDArray[np.bool_]:
    """The part of a mask that lies in a window.

    Args:
        counts: the mask's run lengths
        height: the height in px of the frame that the mask fills
        window: the pixels wanted: x0, y0, x1, y1, the ends left out

    Returns:
        a C-ordered array of bool and shape (y1 - y0, x1 - x0)
    """
    x0, y0, x1, y1 = window
    start = x0 * height
    ends = np.minimum(np.maximum(np.cumsum(counts), start), x1 * height)
    runs = ends.copy()
    runs[0] -= start
    runs[1:] -= ends[:-1]
    is_object = np.zeros(len(runs), bool)
    is_object[1::2] = True
    columns = np.repeat(is_object, runs).reshape(x1 - x0, height)
    return np.ascontiguousarray(columns[:, y0:y1].T)
