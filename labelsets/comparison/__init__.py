"""Compares two label sets of an image object by object: masks in, statuses out."""

from .changes import PairChange, measure_change
from .comparing import compare_image
from .counting.scores import PanopticQuality, PanopticScores
from .counting.tallying import score_image, tally_images
from .counting.totals import ComparisonTotals
from .geometry.coco_objects import from_coco, from_polygons
from .geometry.objects import ImageObjects
from .image_results import Group, ImageComparison, Pair, SideComparison
from .statuses import Status
from .thresholds import Thresholds

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
    "tally_images",
]
