"""Complete counts that are made up of the published figures."""

from __future__ import annotations

from collections import Counter

from sama_coco.labelsets import Census
from sama_coco.labelsets.census.counts.census_counts import CensusCounts
from sama_coco.labelsets.census.counts.label_census import ClassCounts, LabelCensus
from sama_coco.labelsets.census.published import (
    COCO,
    COMPLETE_IMAGES,
    CURRENT,
    EARLIER,
    SAMA,
    Published,
)

CLASSES = [f"class {number}" for number in range(80)]


def _made_up(published: dict[str, Published], page: str, more: int) -> LabelCensus:
    """A label set with the published counts, and the closing points one page has.

    Args:
        published: the figures
        page: the page whose number of vertices it has without closing points
        more: how many of the first classes have an instance more than in the other
    """

    def value(name: str) -> int:
        return published[name].value

    vertices = published["vertices"].values[page]
    closed = published["vertices"].values[EARLIER]
    rest = ClassCounts(
        instances=value("instances"),
        images=COMPLETE_IMAGES - 10,
        crowds=value("crowds"),
        several_polygons=value("several_polygons"),
        polygons=closed - vertices or 7,
        vertices=vertices,
        very_small=value("very_small"),
        small=value("small"),
        medium=value("medium"),
        large=value("large"),
    )
    classes = {name: ClassCounts(instances=10, images=10) for name in CLASSES}
    for name in CLASSES[:more] if more == 33 else CLASSES[33:]:
        classes[name].instances += 1
    ballast = classes[CLASSES[0] if more == 33 else CLASSES[-1]]
    rest.instances -= sum(counts.instances for counts in classes.values())
    ballast += rest
    return LabelCensus(
        images=COMPLETE_IMAGES,
        classes=classes,
        objects_per_image=Counter({0: 10, 5: COMPLETE_IMAGES - 10}),
    )


def complete(page: str = CURRENT) -> Census:
    """A census of all images with the counts of one of the pages."""
    counts = CensusCounts(
        base=_made_up(COCO, page, 33), revised=_made_up(SAMA, page, 47)
    )
    return Census(counts, "coco_segmentations", "sama_segmentations")
