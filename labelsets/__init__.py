"""What is done with label sets, from Python alone: the public API of the project.

Names are imported when they are first used, so that `labelsets.comparison` stays free
of FiftyOne.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .agreement.agreement_results import AgreementResults, load_agreement
    from .agreement.measuring import measure_agreement
    from .census.by_group.group_views import group_view
    from .census.census_frames import Census
    from .census.published_check import check_published
    from .census.taking import take_census
    from .error_types import (
        AgreementError,
        ClaimedError,
        ComparisonError,
        EvaluationError,
        ExportError,
        JoinError,
        MergeError,
        OpenItemsError,
        PolicyError,
    )
    from .evaluation.benchmark_results import BenchmarkResults, load_benchmark
    from .evaluation.benchmarking import benchmark_predictions
    from .evaluation.contested_views import contested_view
    from .evaluation.evidence_results import EvidenceResults, load_evidence
    from .evaluation.evidence_views import evidence_view
    from .evaluation.weighing import weigh_evidence
    from .exports.annotations.export_labels import export_annotations
    from .exports.annotations.export_results import AnnotationExport
    from .exports.comparison_files import export_comparison
    from .exports.examples.example_sheets import ExampleSheets, show_examples
    from .labels.label_fields import comparable_fields, find_pair
    from .managing.kept_runs import (
        delete_comparison,
        describe_comparisons,
        rename_comparison,
    )
    from .merging.from_files.adding import add_annotations
    from .merging.from_files.set_loading import load_label_sets
    from .merging.merge import merge_annotations
    from .reconciling.decisions.policies import Policy, Rule
    from .reconciling.decisions.policy_documents import read_policy
    from .reconciling.reconcile_dataset import reconcile_annotations
    from .reconciling.reconcile_results import ReconcileResults, load_reconciliation
    from .reconciling.reconciled_runs import list_reconciliations
    from .runs.compare_dataset import compare_annotations
    from .runs.fields import RunFields
    from .runs.freshness import check_freshness, is_sample_changed
    from .runs.registry.registered import list_comparisons, require_comparison
    from .runs.run_results import ComparisonResults, load_results
    from .runs.workspace.app_setup import AppSetup, prepare_app

_MODULES = {
    "AgreementError": "error_types",
    "AgreementResults": "agreement.agreement_results",
    "BenchmarkResults": "evaluation.benchmark_results",
    "AppSetup": "runs.workspace.app_setup",
    "AnnotationExport": "exports.annotations.export_results",
    "Census": "census.census_frames",
    "ClaimedError": "error_types",
    "ComparisonError": "error_types",
    "ComparisonResults": "runs.run_results",
    "EvaluationError": "error_types",
    "EvidenceResults": "evaluation.evidence_results",
    "ExampleSheets": "exports.examples.example_sheets",
    "ExportError": "error_types",
    "JoinError": "error_types",
    "MergeError": "error_types",
    "OpenItemsError": "error_types",
    "Policy": "reconciling.decisions.policies",
    "PolicyError": "error_types",
    "ReconcileResults": "reconciling.reconcile_results",
    "Rule": "reconciling.decisions.policies",
    "RunFields": "runs.fields",
    "add_annotations": "merging.from_files.adding",
    "benchmark_predictions": "evaluation.benchmarking",
    "check_freshness": "runs.freshness",
    "check_published": "census.published_check",
    "comparable_fields": "labels.label_fields",
    "compare_annotations": "runs.compare_dataset",
    "delete_comparison": "managing.kept_runs",
    "describe_comparisons": "managing.kept_runs",
    "evidence_view": "evaluation.evidence_views",
    "export_annotations": "exports.annotations.export_labels",
    "export_comparison": "exports.comparison_files",
    "find_pair": "labels.label_fields",
    "group_view": "census.by_group.group_views",
    "is_sample_changed": "runs.freshness",
    "list_comparisons": "runs.registry.registered",
    "list_reconciliations": "reconciling.reconciled_runs",
    "load_agreement": "agreement.agreement_results",
    "load_benchmark": "evaluation.benchmark_results",
    "load_evidence": "evaluation.evidence_results",
    "load_label_sets": "merging.from_files.set_loading",
    "load_reconciliation": "reconciling.reconcile_results",
    "load_results": "runs.run_results",
    "measure_agreement": "agreement.measuring",
    "merge_annotations": "merging.merge",
    "prepare_app": "runs.workspace.app_setup",
    "read_policy": "reconciling.decisions.policy_documents",
    "reconcile_annotations": "reconciling.reconcile_dataset",
    "rename_comparison": "managing.kept_runs",
    "require_comparison": "runs.registry.registered",
    "show_examples": "exports.examples.example_sheets",
    "take_census": "census.taking",
    "contested_view": "evaluation.contested_views",
    "weigh_evidence": "evaluation.weighing",
}

__all__ = [
    "AgreementError",
    "AgreementResults",
    "AnnotationExport",
    "AppSetup",
    "BenchmarkResults",
    "Census",
    "ClaimedError",
    "ComparisonError",
    "ComparisonResults",
    "EvaluationError",
    "EvidenceResults",
    "ExampleSheets",
    "ExportError",
    "JoinError",
    "MergeError",
    "OpenItemsError",
    "Policy",
    "PolicyError",
    "ReconcileResults",
    "Rule",
    "RunFields",
    "add_annotations",
    "benchmark_predictions",
    "check_freshness",
    "check_published",
    "comparable_fields",
    "compare_annotations",
    "contested_view",
    "delete_comparison",
    "describe_comparisons",
    "evidence_view",
    "export_annotations",
    "export_comparison",
    "find_pair",
    "group_view",
    "is_sample_changed",
    "list_comparisons",
    "list_reconciliations",
    "load_agreement",
    "load_benchmark",
    "load_evidence",
    "load_label_sets",
    "load_reconciliation",
    "load_results",
    "measure_agreement",
    "merge_annotations",
    "prepare_app",
    "read_policy",
    "reconcile_annotations",
    "rename_comparison",
    "require_comparison",
    "show_examples",
    "take_census",
    "weigh_evidence",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_MODULES[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
