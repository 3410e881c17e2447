"""Views of exactly the items that a table of evidence counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import fiftyone as fo
from fiftyone import ViewField as F

from ..comparison import Status
from ..error_types import EvaluationError
from ..labels.label_fields import elements_path
from ..labels.views.expressions import all_of, is_of_class, one_of
from ..labels.views.view_internals import without_projection
from ..reconciling.decisions.items import GROUPED
from ..runs.fields import RunFields
from ..runs.views.difference_views import Differences, differences_view
from .evidence_results import COLUMNS, load_evidence

_OF_COLUMN: dict[str, Callable[[F], F]] = {
    "advised": lambda evidence: evidence.exists(),
    "base": lambda evidence: evidence.exists() & (evidence < 0),
    "revised": lambda evidence: evidence.exists() & (evidence > 0),
    "equal": lambda evidence: evidence.exists() & (evidence == 0),
    "mean": lambda evidence: evidence.exists(),
}
"""What the evidence on the labels of an item is, for a column to count it."""


def evidence_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    status: str | None = None,
    name: str | None = None,
    column: str = "items",
) -> fo.DatasetView:
    """The items that a cell of `EvidenceResults` counts, the most disagreeing first.

    Of base and revised the view has all labels of these items and no others.

    Args:
        samples: a dataset or view
        key: the key of a comparison for which evidence was weighed
        status (None): a status that the items have, by default any
        name (None): a class that a label of theirs has, by default any
        column ("items"): a column of the tables; of ``mean``, the items it is of

    Raises:
        ComparisonError: if there is no such comparison, evidence, status or column
    """
    if column not in COLUMNS:
        raise EvaluationError(
            f"Unknown column {column!r}; there are: {', '.join(COLUMNS)}"
        )
    dataset = samples._root_dataset
    results = load_evidence(dataset.limit(0), key)
    wanted = Differences([] if status is None else [status])
    fields = RunFields(key)
    base, revised = results.base_field, results.revised_field
    paths = [elements_path(dataset, side) for side in (base, revised)]
    has_names = dataset.get_field(f"{paths[0]}.{fields.class_name}") is not None

    counted = [F(fields.item).exists()]
    if column in _OF_COLUMN:
        counted.append(_OF_COLUMN[column](F(fields.evidence)))
    own = [F(fields.status).is_in(list(wanted.statuses))] if status else []
    if name is not None:
        own.append(_is_of_class(name, fields, has_names))
    chosen = [*counted, *(_with(one, paths, fields) for one in own)]
    if status and status not in GROUPED:
        in_group = F(fields.status).is_in([str(one) for one in GROUPED])
        chosen.append(~_with(in_group, paths, fields))

    # base is filtered while revised is whole; an item that has a label in base stands
    # or falls with it, and of those that have none each is an added object
    has_base = one_of(F(fields.item), F(f"${paths[0]}").map(F(fields.item)))
    is_added = all_of([F(fields.status) == str(Status.ADDED), *counted, *own])
    view = differences_view(without_projection(samples), key, Differences())
    view = view.filter_labels(base, all_of(chosen), only_matches=False)
    view = view.filter_labels(revised, has_base | is_added, only_matches=False)
    return view.match((F(paths[0]).length() > 0) | (F(paths[1]).length() > 0))


def _with(condition: F, paths: Sequence[str], fields: RunFields) -> F:
    """Whether a label's item has a label, on either side, of which something holds."""
    first, second = (
        one_of(F(fields.item), F(f"${path}").filter(condition).map(F(fields.item)))
        for path in paths
    )
    return first | second


def _is_of_class(name: str, fields: RunFields, has_names: bool) -> F:
    """Whether a label is, or was compared as, of a class."""
    own = is_of_class([name])
    return own | (F(fields.class_name) == F.literal(name)) if has_names else own
