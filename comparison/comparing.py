"""The comparison of two label sets on one image: `compare_image`."""

from __future__ import annotations

import math

import numpy as np

from .boundary import band_width
from .groups import FoundGroup
from .matching import Matching, Thresholds
from .measures import measure_pairs
from .objects import ImageObjects
from .overlaps import Overlaps
from .results import Group, ImageComparison, SideComparison
from .shapes import whole_and_union
from .sides import canonical_sides
from .statuses import Status

_DEFAULT_THRESHOLDS = Thresholds()


def compare_image(
    base: ImageObjects,
    revised: ImageObjects,
    size: tuple[int, int],
    thresholds: Thresholds = _DEFAULT_THRESHOLDS,
) -> ImageComparison:
    """Compares two sets of objects on one image, object by object.

    The outcome depends neither on the order of the objects, exact copies aside, nor
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
    base_side, revised_side, turned = canonical_sides(base, revised)
    overlaps = Overlaps(base_side, revised_side)
    matching = Matching(overlaps, turned, thresholds)
    pairs = measure_pairs(matching.pairs, overlaps, band_width(*size))
    drafts = _Draft(base, Status.REMOVED), _Draft(revised, Status.ADDED)
    for pair in pairs:
        measured = pair.iou, pair.boundary_iou
        drafts[0].settle(pair.base, pair.status, pair.revised, *measured)
        drafts[1].settle(pair.revised, pair.status, pair.base, *measured)
    groups = [_settle(found, overlaps, drafts) for found in matching.groups]
    groups.sort(key=lambda group: (group.status.order, group.whole))
    return ImageComparison(
        base=drafts[0].done(),
        revised=drafts[1].done(),
        pairs=tuple(pairs),
        groups=tuple(groups),
    )


class _Draft:
    """The side of a comparison while its objects are being settled."""

    def __init__(self, objects: ImageObjects, unmatched: Status) -> None:
        self.objects = objects
        self.statuses = [
            Status.DEGENERATE if degenerate else unmatched
            for degenerate in objects.degenerate.tolist()
        ]
        self.paired = [False] * len(objects)
        self.partners = [-1] * len(objects)
        self.ious = [math.nan] * len(objects)
        self.boundary_ious = [math.nan] * len(objects)

    def settle(
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
        self.paired[index] = True

    def done(self) -> SideComparison:
        return SideComparison(
            labels=self.objects.labels,
            crowds=self.objects.crowds,
            areas=self.objects.areas,
            statuses=tuple(self.statuses),
            partners=np.array(self.partners, np.int64),
            ious=np.array(self.ious),
            boundary_ious=np.array(self.boundary_ious),
        )


def _settle(
    found: FoundGroup, overlaps: Overlaps, drafts: tuple[_Draft, _Draft]
) -> Group:
    wholes, parts, ious = overlaps.base, overlaps.revised, overlaps.ious
    whole_draft, part_draft = drafts
    status = Status.SPLIT
    if not found.whole_in_base:
        wholes, parts, ious = parts, wholes, ious.T
        whole_draft, part_draft = part_draft, whole_draft
        status = Status.MERGED
    whole = int(wholes.indices[found.whole])
    for part in found.parts:
        iou = float(ious[found.whole, part])
        part_draft.settle(int(parts.indices[part]), status, whole, iou)
    if not whole_draft.paired[whole]:
        shapes = [parts.shapes[part] for part in found.parts]
        inside, union = whole_and_union(wholes.shapes[found.whole], shapes)
        iou = inside / (float(wholes.areas[found.whole]) + union - inside)
        whole_draft.settle(whole, status, -1, iou)
    return Group(
        status=status,
        whole=whole,
        parts=tuple(sorted(parts.indices[found.parts].tolist())),
        absorbed=bool(wholes.crowds[found.whole]),
    )
