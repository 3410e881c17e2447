"""The verbs of the plugin, one module each."""

from .compare_annotations import CompareAnnotations
from .export_comparison import ExportComparison
from .load_sama_coco import LoadSamaCoco
from .manage_comparisons import DeleteComparison, ListComparisons, RenameComparison
from .merge_annotations import MergeAnnotations
from .show_differences import ShowDifferences

OPERATORS = (
    LoadSamaCoco,
    MergeAnnotations,
    CompareAnnotations,
    ShowDifferences,
    ListComparisons,
    RenameComparison,
    DeleteComparison,
    ExportComparison,
)
