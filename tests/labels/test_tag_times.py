"""What tells apart states of samples, but for the tags that verdicts are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timezone

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, every_status, make_pair
from sama_coco.labelsets import compare_annotations
from sama_coco.labelsets.labels.fiftyone_internals import read_documents, write_values
from sama_coco.labelsets.labels.tags.tag_times import identity_but_tags
from sama_coco.labelsets.labels.views.view_internals import identity
from sama_coco.labelsets.reconciling.decisions.verdicts import Verdict
from sama_coco.labelsets.reconciling.verdict_writing import (
    undo_verdict,
    write_verdict,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def dataset() -> fo.Dataset:
    found = make_pair(every_status(), every_status(), every_status())
    compare_annotations(found, **FIELDS)
    return found


def judge(dataset: fo.Dataset) -> None:
    """Gives verdicts on images and objects, twice on one, and takes one back."""
    for sample_id in dataset.values("id"):
        write_verdict(dataset, sample_id, Verdict.BASE)
    label = dataset.last()["before"].detections[0].id
    written = write_verdict(dataset, dataset.last().id, Verdict.BOTH, [label])
    undo_verdict(dataset, written)


def test_verdicts_change_nothing(dataset: fo.Dataset) -> None:
    before = identity_but_tags(dataset)
    some = identity_but_tags(dataset.limit(2))
    judge(dataset)
    assert identity_but_tags(dataset) == before != some
    assert identity_but_tags(dataset.limit(2)) == some


def test_every_other_change_counts_also_of_samples_with_verdicts(
    dataset: fo.Dataset,
) -> None:
    judge(dataset)
    seen = {identity_but_tags(dataset)}
    sample = dataset.first()
    sample["before"].detections[0].label = "other"
    sample.save()
    seen.add(identity_but_tags(dataset))
    write_verdict(dataset, sample.id, Verdict.UNSURE)
    seen.add(identity_but_tags(dataset))
    assert len(seen) == 2
    dataset.delete_samples([sample.id])
    assert identity_but_tags(dataset) not in seen


@pytest.mark.parametrize("state_of", [identity, identity_but_tags])
def test_a_batch_that_is_half_written_is_another_state_than_the_whole(
    dataset: fo.Dataset, state_of: Callable[[fo.Dataset], tuple[str, ...]]
) -> None:
    now = datetime.now(timezone.utc)
    seen = {state_of(dataset)}
    for document in read_documents(dataset, dataset.values("id"), ["last_modified_at"]):
        write_values(dataset, [document], [{"diff_pq": 0.5}], [{}], now)
        seen.add(state_of(dataset))
    assert len(seen) == 1 + len(dataset)


def test_views_that_depend_on_tags_change_with_them(dataset: fo.Dataset) -> None:
    view = dataset.match_tags("prefer base")
    before = identity_but_tags(view)
    write_verdict(dataset, dataset.first().id, Verdict.BASE)
    assert identity_but_tags(view) != before
