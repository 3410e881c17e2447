"""The comparison of two label sets on one image: `compare_image`."""

from __future__ import annotations

import math

import numpy as np

from .geometry.boundary import band_width
from .geometry.objects import ImageObjects
from .geometry.shapes import whole_and_union
from .groups import FoundGroup
from .image_results import Group, ImageComparison, SideComparison
from .matching import Matching
from .measures import measure_pairs
from .overlaps import Overlaps
from .sides import canonical_sides
from .statuses import Status
from .thresholds import Thresholds

_DEFAULT_THRESHOLDS = Thresholds()


def compare_image(
    base: ImageObjects,
    revised: ImageObjects,
    size: tuple[int, int],
    thresholds: Thresholds = _DEFAULT_THRESHOLDS,
) -> ImageComparison:
    """Compares two sets of objects on one image, object by object.

    The result depends neither on the order of the objects, exact copies aside, nor
    on which side is called base: swapping them swaps added with removed and split
    with merged and leaves the rest as it is. (Two wholes of equal area that claim
    each other's parts are the exception: base is served first.)

    Args:
        base: objects of the earlier label set
        revised: objects of the later label set
        size: height and width of the image in px; sets the band of boundary IoU
        thresholds: see `Thresholds`

    Example::

        before = ImageObjects.of(["cat"], [[10, 10, 40, 20]])
        after = ImageObjects.of(["cat"], [[12, 10, 40, 20]])
        compare_image(before, after, size=(480, 640)).pairs[0].iou  # 0.905
    """
    base_side, revised_side, revised_first = canonical_sides(base, revised)
    overlaps = Overlaps(base_side, revised_side, thresholds)
    matching = Matching(overlaps, revised_first, thresholds)
    pairs = measure_pairs(matching.pairs, overlaps, band_width(*size))
    found = _SideResult(base, Status.REMOVED), _SideResult(revised, Status.ADDED)
    for pair in pairs:
        measured = pair.iou, pair.boundary_iou
        found[0].set(pair.base, pair.status, pair.revised, *measured)
        found[1].set(pair.revised, pair.status, pair.base, *measured)
    groups = [_set_group(group, overlaps, found) for group in matching.groups]
    groups.sort(key=lambda group: (group.status.order, group.whole))
    return ImageComparison(
        base=found[0].frozen(),
        revised=found[1].frozen(),
        pairs=tuple(pairs),
        groups=tuple(groups),
    )


class _SideResult:
    """One side of a comparison while its objects are given their statuses."""

    def __init__(self, objects: ImageObjects, unmatched: Status) -> None:
        self.objects = objects
        self.statuses = [
            Status.DEGENERATE if degenerate else unmatched
            for degenerate in objects.degenerate.tolist()
        ]
        self.is_matched = [False] * len(objects)
        self.partners = [-1] * len(objects)
        self.ious = [math.nan] * len(objects)
        self.boundary_ious = [math.nan] * len(objects)

    def set(
        self,
        index: int,
        status: Status,
        partner: int,
        iou: float,
        boundary_iou: float = math.nan,
    ) -> None:
        self.statuses[index] = status
        self.partners[index] = partner
        self.ious[index] = iou
        self.boundary_ious[index] = boundary_iou
        self.is_matched[index] = True

    def frozen(self) -> SideComparison:
        return SideComparison(
            labels=self.objects.labels,
            crowds=self.objects.crowds,
            areas=self.objects.areas,
            statuses=tuple(self.statuses),
            partners=np.array(self.partners, np.int64),
            ious=np.array(self.ious),
            boundary_ious=np.array(self.boundary_ious),
        )


def _set_group(
    group: FoundGroup, overlaps: Overlaps, found: tuple[_SideResult, _SideResult]
) -> Group:
    """Gives the whole and the parts of a group their statuses."""
    wholes, parts = overlaps.base, overlaps.revised
    of_wholes, of_parts = found
    status = Status.SPLIT
    if not group.whole_in_base:
        wholes, parts = parts, wholes
        of_wholes, of_parts = of_parts, of_wholes
        status = Status.MERGED
    whole = int(wholes.indices[group.whole])
    for part, iou in zip(group.parts, group.ious, strict=True):
        of_parts.set(int(parts.indices[part]), status, whole, iou)
    if not of_wholes.is_matched[whole]:
        shapes = [parts.shapes[part] for part in group.parts]
        inside, union = whole_and_union(wholes.shapes[group.whole], shapes)
        iou = inside / (float(wholes.areas[group.whole]) + union - inside)
        of_wholes.set(whole, status, -1, iou)
    return Group(
        status=status,
        whole=whole,
        parts=tuple(sorted(parts.indices[group.parts].tolist())),
        absorbed=bool(wholes.crowds[group.whole]),
    )
