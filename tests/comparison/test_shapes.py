"""Shapes: what several of them cover together."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from sama_coco.labelsets.comparison.geometry.shapes import Box, Pixels, whole_and_union

edges = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(sorted)
spans = edges.filter(lambda span: span[0] < span[1])
rectangles = st.tuples(spans, spans).map(lambda s: (s[0][0], s[1][0], s[0][1], s[1][1]))


def as_mask(rectangle: tuple[int, int, int, int]) -> Pixels:
    x0, y0, x1, y1 = rectangle
    return Pixels(np.ones((y1 - y0, x1 - x0), bool), *rectangle)


@given(rectangles, st.lists(rectangles, min_size=1, max_size=5))
def test_masks_cover_what_boxes_in_their_place_cover(
    whole: tuple[int, int, int, int], parts: list[tuple[int, int, int, int]]
) -> None:
    canvas = np.zeros((12, 12), bool)
    for x0, y0, x1, y1 in parts:
        canvas[y0:y1, x0:x1] = True
    x0, y0, x1, y1 = whole
    expected = (canvas[y0:y1, x0:x1].sum(), canvas.sum())
    boxes = [Box(*map(float, part)) for part in parts]
    masks = [as_mask(part) for part in parts]
    assert whole_and_union(as_mask(whole), masks) == expected
    assert whole_and_union(Box(*map(float, whole)), boxes) == expected
    assert whole_and_union(as_mask(whole), [masks[0], *boxes[1:]]) == expected
