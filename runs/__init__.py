"""A comparison as a run of a FiftyOne dataset: written, kept, found and read."""

from .census import take_census
from .census_frames import Census
from .checks import comparable_fields, find_pair
from .comparing import compare_annotations
from .errors import ComparisonError
from .fields import RunFields
from .published_check import check_published
from .results import ComparisonResults, load_results
from .run import (
    delete_comparison,
    list_comparisons,
    rename_comparison,
    require_comparison,
)

__all__ = [
    "Census",
    "ComparisonError",
    "ComparisonResults",
    "RunFields",
    "check_published",
    "comparable_fields",
    "compare_annotations",
    "delete_comparison",
    "find_pair",
    "list_comparisons",
    "load_results",
    "rename_comparison",
    "require_comparison",
    "take_census",
]
