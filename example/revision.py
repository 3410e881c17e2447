"""From the figures of a scene to base labels, revised labels and a log of edits."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pycocotools import mask as coco_mask

from .canvas import SCALE
from .categories import CATEGORY_IDS
from .shape_outlines import (
    Mask,
    Polygons,
    bridged,
    counts,
    painted_mask,
    picture_mask,
    polygons,
    rle,
)
from .stage import Edit, Figure, Group, Sliver, Stage

_COARSE, _FINE = 24, 52
"""The most vertices that an object has in the base and in the revision."""

_CROWD_GAP_PX = {"base": 15, "revised": 11}
_DISPLACED_IOU = 0.27

Annotation = dict[str, Any]


@dataclass
class Labels:
    """Two label sets and the log of what the one changed in the other."""

    base: list[Annotation] = field(default_factory=list)
    revised: list[Annotation] = field(default_factory=list)
    edits: list[dict[str, Any]] = field(default_factory=list)


class Reviser:
    """Labels one split; annotation ids run on from picture to picture."""

    def __init__(self, base_id: int, revised_id: int) -> None:
        self.labels = Labels()
        self._base_ids = itertools.count(base_id)
        self._revised_ids = itertools.count(revised_id)

    def label(self, stage: Stage, image_id: int) -> None:
        """Add a scene's labels, in the order in which its things were drawn."""
        picture = _Picture(self, stage, image_id)
        for figure in stage.singles:
            picture.single(figure)
        for group in stage.groups:
            picture.group(group)
        for sliver in stage.slivers:
            picture.sliver(sliver)

    def base(self, annotation: Annotation) -> int:
        return _append(self.labels.base, annotation, self._base_ids)

    def revised(self, annotation: Annotation) -> int:
        return _append(self.labels.revised, annotation, self._revised_ids)


class _Picture:
    def __init__(self, reviser: Reviser, stage: Stage, image_id: int) -> None:
        self.reviser, self.stage, self.image_id = reviser, stage, image_id

    def single(self, figure: Figure) -> None:
        seen = painted_mask(self.stage.canvas, [figure])
        edit = figure.edit
        if edit == "drawn":
            edit = "identical" if self.stage.rng.random() < 0.4 else "refined"
        shift = self._displacement(seen) if edit == "displaced" else (0, 0)
        coarse = polygons(seen, SCALE, _COARSE, shift)
        if not coarse:
            return
        fine = coarse if edit == "identical" else polygons(seen, SCALE, _FINE)
        before = self._made(coarse, figure.was or figure.category)
        after = self._made(fine, figure.category)
        if edit == "refined" and self._equal(coarse, fine):
            edit = "identical"
        base = [] if edit == "added" else [self.reviser.base(before)]
        revised = [] if edit == "removed" else [self.reviser.revised(after)]
        self._log(edit, base, revised)

    def group(self, group: Group) -> None:
        singled = group.figures[len(group.figures) - group.singled :]
        kept = group.figures[: len(group.figures) - group.singled]
        base_whole = revised_whole = None
        if group.edit != "merged":
            base_whole = self.reviser.base(self._whole(group, "base", group.figures))
        if group.edit != "split":
            revised_whole = self.reviser.revised(self._whole(group, "revised", kept))
        if group.edit == "split" and base_whole:
            parts = [self._part("revised", figure) for figure in group.figures]
            self._log("split", [base_whole], parts)
        elif group.edit == "merged" and revised_whole:
            parts = [self._part("base", figure) for figure in group.figures]
            self._log("merged", parts, [revised_whole])
        elif base_whole and revised_whole:
            self._log(group.edit, [base_whole], [revised_whole])
            parts = [self._part("revised", figure) for figure in singled]
            if parts:
                self._log("split", [], parts)

    def sliver(self, sliver: Sliver) -> None:
        x, y, width = sliver.x, sliver.y, sliver.width
        line = [float(n) for n in (x, y, x + width, y, x + width / 2, y)]
        annotation = self._made([line], sliver.category)
        annotation["bbox"] = [float(x), float(y), float(width), 0.0]
        if sliver.side == "base":
            self._log("degenerate", [self.reviser.base(annotation)], [])
        else:
            self._log("degenerate", [], [self.reviser.revised(annotation)])

    def _part(self, side: str, figure: Figure) -> int:
        seen = painted_mask(self.stage.canvas, [figure])
        if side == "base":
            outline = polygons(seen, SCALE, _COARSE)
            return self.reviser.base(self._made(outline, figure.category))
        outline = polygons(seen, SCALE, _FINE)
        return self.reviser.revised(self._made(outline, figure.category))

    def _whole(self, group: Group, side: Any, figures: list[Figure]) -> Annotation:
        seen = picture_mask(painted_mask(self.stage.canvas, figures))
        gap = _CROWD_GAP_PX[side]
        mask = bridged(seen, gap)
        crowd = side in group.crowds
        if crowd and (side == "base" or group.outlines == "rle"):
            segmentation: Any = counts(mask)
        else:
            segmentation = polygons(mask, 1, 2 * (_COARSE if side == "base" else _FINE))
        return self._made(segmentation, figures[0].category, crowd)

    def _made(
        self, segmentation: Any, category: str, crowd: bool = False
    ) -> Annotation:
        coded = rle(segmentation, self.stage.height, self.stage.width)
        return {
            "segmentation": segmentation,
            "area": float(coco_mask.area(coded)),
            "iscrowd": int(crowd),
            "image_id": self.image_id,
            "bbox": [float(side) for side in coco_mask.toBbox(coded)],
            "category_id": CATEGORY_IDS[category],
        }

    def _equal(self, coarse: Polygons, fine: Polygons) -> bool:
        """Whether both cover the same pixels, as outlines of small things may."""
        size = self.stage.height, self.stage.width
        return bool(rle(coarse, *size)["counts"] == rle(fine, *size)["counts"])

    def _displacement(self, painted: Mask) -> tuple[int, int]:
        """The shift inside the frame whose IoU is nearest ``_DISPLACED_IOU``."""
        mask = picture_mask(painted)
        rows, columns = np.nonzero(mask)
        width, height = np.ptp(columns) + 1, np.ptp(rows) + 1
        best, least = (0, 0), 1.0
        for step in range(1, 40):
            for side in (1, -1):
                dx, dy = side * round(step * width / 40), -round(step * height / 120)
                x, y = columns + dx, rows + dy
                inside = x.min() >= 0 and x.max() < mask.shape[1] and y.min() >= 0
                if not inside:
                    continue
                shared = np.count_nonzero(mask[y, x])
                miss = abs(shared / (2 * len(x) - shared) - _DISPLACED_IOU)
                if miss < least - 1e-9:
                    best, least = (dx, dy), miss
        return best

    def _log(self, edit: Edit | str, base: list[int], revised: list[int]) -> None:
        self.reviser.labels.edits.append(
            {
                "image_id": self.image_id,
                "edit": edit,
                "coco_ids": base,
                "sama_ids": revised,
            }
        )


def _append(
    labels: list[Annotation], annotation: Annotation, ids: Iterator[int]
) -> int:
    number = next(ids)
    labels.append({**annotation, "id": number})
    return number
