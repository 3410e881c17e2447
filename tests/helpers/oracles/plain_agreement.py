"""A second implementation of clusters, plain and slow, on full frames."""

import itertools

import numpy as np


def frame_of(objects, index, size):
    """The pixels of an object on the whole image; a box must lie on whole px."""
    x, y, width, height = objects.boxes[index].astype(int)
    frame = np.zeros(size, bool)
    mask = objects.masks[index]
    frame[y : y + height, x : x + width] = True if mask is None else mask
    return frame


def plain_iou(a, b):
    return np.count_nonzero(a & b) / np.count_nonzero(a | b)


def plain_clusters(sides, size):
    """Clusters as sets of (field, index), without regard to ties."""
    objects = {
        (field, index): frame_of(side, index, size)
        for field, side in enumerate(sides)
        if side is not None
        for index in range(len(side))
        if side.areas[index] > 0 and not side.crowds[index]
    }
    pairs = [
        (plain_iou(objects[a], objects[b]), a, b)
        for a, b in itertools.combinations(objects, 2)
        if a[0] != b[0]
    ]
    clusters = [{key} for key in objects]
    for iou, a, b in sorted(pairs, key=lambda pair: -pair[0]):
        if iou < 0.5:
            break
        one = next(c for c in clusters if a in c)
        other = next(c for c in clusters if b in c)
        fields = [field for field, _ in [*one, *other]]
        if one is not other and len(set(fields)) == len(fields):
            clusters.remove(other)
            one |= other
    return clusters


def plain_columns(sides, clusters):
    """A column a cluster: a class name, "no object" as None, no list as NaN."""
    columns = []
    for cluster in clusters or [set()]:
        held = dict(cluster)
        columns.append(
            [
                np.nan
                if side is None
                else side.labels[held[field]]
                if field in held
                else None
                for field, side in enumerate(sides)
            ]
        )
    return columns
