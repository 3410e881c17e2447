"""The verbs of the plugin, one module each."""

from .add_annotations import AddAnnotations
from .benchmark_predictions import BenchmarkPredictions
from .compare_annotations import CompareAnnotations
from .export_annotations import ExportAnnotations
from .export_comparison import ExportComparison
from .load_sama_coco import LoadSamaCoco
from .manage_comparisons import DeleteComparison, ListComparisons, RenameComparison
from .measure_agreement import MeasureAgreement
from .merge_annotations import MergeAnnotations
from .reconcile_annotations import ReconcileAnnotations
from .show_differences import ShowDifferences
from .show_examples import ShowExamples
from .weigh_evidence import WeighEvidence

OPERATORS = (
    LoadSamaCoco,
    AddAnnotations,
    MergeAnnotations,
    CompareAnnotations,
    ShowDifferences,
    ShowExamples,
    ListComparisons,
    RenameComparison,
    DeleteComparison,
    ReconcileAnnotations,
    ExportComparison,
    MeasureAgreement,
    BenchmarkPredictions,
    WeighEvidence,
    ExportAnnotations,
)
