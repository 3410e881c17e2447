"""Compares two label sets of an image object by object: masks in, statuses out."""

from .changes import PairChange, measure_change
from .coco import from_coco, from_polygons
from .comparing import compare_image
from .matching import Thresholds
from .objects import ImageObjects
from .results import Group, ImageComparison, Pair, SideComparison
from .scores import PanopticQuality, PanopticScores, score_image
from .statuses import Status
from .totals import ComparisonTotals

__all__ = [
    "ComparisonTotals",
    "Group",
    "ImageComparison",
    "ImageObjects",
    "Pair",
    "PairChange",
    "PanopticQuality",
    "PanopticScores",
    "SideComparison",
    "Status",
    "Thresholds",
    "compare_image",
    "from_coco",
    "from_polygons",
    "measure_change",
    "score_image",
]
