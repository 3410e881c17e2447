"""The result of comparing one image: objects, pairs and groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .statuses import Status


class Pair(NamedTuple):
    """A base and a revised object that are one and the same thing.

    Attributes:
        base: index among the base objects
        revised: index among the revised objects
        status: identical, refined, recrowded, relabeled or displaced
        iou: mask IoU
        boundary_iou: IoU of the bands inside the outlines (Cheng et al. 2021)
        area_change: (revised - base) / base area
    """

    base: int
    revised: int
    status: Status
    iou: float
    boundary_iou: float
    area_change: float


class Group(NamedTuple):
    """A whole on one side and its parts on the other.

    Attributes:
        status: split if the whole is in base, merged if it is in revised
        whole: index on the whole's side
        parts: indices on the other side, ascending
        absorbed: whether the whole is a crowd, whose parts scores leave out
    """

    status: Status
    whole: int
    parts: tuple[int, ...]
    absorbed: bool


@dataclass(frozen=True, slots=True, eq=False)
class SideComparison:
    """The result for the n objects of one side.

    Attributes:
        labels: n class names
        crowds: bool (n,)
        areas: float64 (n,), px²
        statuses: n statuses
        partners: int64 (n,), index on the other side of the object paired with, for
            a part that of its whole; -1 if there is none, as for a whole
        ious: float64 (n,), with the partner, for a whole that is in no pair with the
            union of its parts; NaN if there is none
        boundary_ious: float64 (n,), with the paired object; NaN outside of pairs
    """

    labels: tuple[str, ...]
    crowds: NDArray[np.bool_]
    areas: NDArray[np.float64]
    statuses: tuple[Status, ...]
    partners: NDArray[np.int64]
    ious: NDArray[np.float64]
    boundary_ious: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ImageComparison:
    """What the revision changed on one image.

    Attributes:
        base: the result for the base objects
        revised: the result for the revised objects
        pairs: in the order of the base objects
        groups: splits first, then merges, in the order of their wholes
    """

    base: SideComparison
    revised: SideComparison
    pairs: tuple[Pair, ...]
    groups: tuple[Group, ...]
