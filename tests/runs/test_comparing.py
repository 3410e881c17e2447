"""The comparison of two fields of a dataset: what is written, where, and when."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import fiftyone as fo
import pytest
from bson import ObjectId
from fiftyone import ViewField as F
from helpers.datasets.labelled import (
    FIELDS,
    STATUSES,
    Sides,
    boxed,
    column,
    every_status,
    make_pair,
    masked,
    outlined,
)
from sama_coco.labelsets import (
    ComparisonError,
    RunFields,
    compare_annotations,
    list_comparisons,
    require_comparison,
)
from sama_coco.labelsets.labels import fiftyone_internals
from sama_coco.labelsets.runs.batches import compare_batch as comparing

pytestmark = pytest.mark.usefixtures("fresh_database")

EQUAL: Sides = ([masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 10)])


def compare(samples: Any, **arguments: Any) -> Any:
    return compare_annotations(samples, **FIELDS | arguments)


def written(dataset: fo.Dataset) -> Any:
    """The samples as the database holds them, but for times, digests and null."""
    return _held(list(dataset._sample_collection.find().sort("_id")))


def _held(value: Any) -> Any:
    if isinstance(value, list):
        return [_held(one) for one in value]
    if not isinstance(value, dict):
        return value
    times = ("last_modified_at", "created_at", "diff_digest")
    return {
        name: _held(one)
        for name, one in value.items()
        if one is not None and name not in times
    }


def test_every_status_is_written_to_the_labels_that_have_it() -> None:
    dataset = make_pair(every_status())
    compare(dataset)
    for field, statuses in STATUSES.items():
        assert column(dataset, field, "diff") == statuses


def test_samples_in_memory_see_what_was_written() -> None:
    dataset = make_pair(every_status())
    sample = dataset.first()
    compare(dataset)
    assert sample.diff_removed == 1
    assert sample["diff_split"] == 4
    assert sample.before.detections[0]["diff"] == "identical"


def test_fields_are_declared_so_that_the_app_can_filter_by_them() -> None:
    dataset = make_pair(every_status())
    compare(dataset)
    schema = dataset.get_field_schema(flat=True)
    for name, kind in RunFields("diff").on_samples.items():
        assert type(schema[name]) is kind
    for field in FIELDS.values():
        for name, kind in RunFields("diff").on_labels.items():
            assert type(schema[f"{field}.detections.{name}"]) is kind


def test_written_samples_count_as_modified() -> None:
    dataset = make_pair(EQUAL, EQUAL)
    before = dataset.values("last_modified_at")
    compare(dataset.limit(1))
    after = dataset.values("last_modified_at")
    assert after[0] > before[0]
    assert after[1] == before[1]


def test_labels_of_one_side_alone_are_removed_or_added() -> None:
    dataset = make_pair((EQUAL[0], None), ([], EQUAL[1]), (None, None))
    results = compare(dataset)
    assert column(dataset, "before", "diff") == ["removed"]
    assert column(dataset, "after", "diff") == ["added"]
    assert dataset.values("diff_pq") == [0, 0, 1]
    assert results.summary()["images_with_disagreement"] == 2
    assert dataset.values("before.detections.id")[2] is None


def test_a_field_that_is_empty_stays_empty() -> None:
    dataset = make_pair((None, EQUAL[1]), ([], None))
    compare(dataset)
    documents = written(dataset)
    assert documents[0].get("before") is None
    assert documents[1]["before"]["detections"] == []
    assert documents[1].get("after") is None


def test_nothing_else_of_a_sample_changes() -> None:
    dataset = make_pair(every_status())
    before = written(dataset)
    compare(dataset)
    dataset.delete_run("diff")
    assert written(dataset) == before


def test_of_a_view_its_samples_only_are_compared() -> None:
    dataset = make_pair(every_status(), every_status(), EQUAL)
    results = compare(dataset.limit(2))
    assert results.summary()["images"] == 2
    assert column(dataset.limit(2), "before", "diff") == STATUSES["before"] * 2
    assert dataset.values("diff_pq")[2] is None
    assert column(dataset.skip(2), "before", "diff") == [None]


def test_samples_that_a_comparison_found_can_be_compared_again_under_its_key() -> None:
    dataset = make_pair(every_status(), EQUAL)
    compare(dataset)
    found = dataset.match(F("diff_disagreement") > 0.1)
    results = compare(dataset.select(found.values("id")), overwrite=True)
    assert results.summary()["images"] == 1
    assert column(dataset, "before", "diff") == [*STATUSES["before"], None]


def test_thresholds_are_those_that_were_asked_for() -> None:
    sides = [masked("cat", 0, 0, 10, 10)], [masked("cat", 0, 0, 10, 6)]
    dataset = make_pair(sides)
    for thresholds, status in (
        ({}, "refined"),
        ({"iou": 0.7}, "displaced"),
        ({"iou": 0.9, "low_iou": 0.8}, "removed"),
    ):
        compare(dataset, overwrite=True, **thresholds)
        assert column(dataset, "before", "diff") == [status]


def test_fields_of_different_kinds_are_written_where_their_labels_are() -> None:
    dataset = make_pair(
        (
            [outlined("cat", 0, 0, 10, 10), outlined("tie", 40, 0, 10, 10)],
            [boxed("dog", 0, 0, 10, 10), boxed("cat", 20, 20, 10, 10)],
        )
    )
    compare(dataset, key="kinds")
    assert dataset.values("before.polylines.kinds") == [["relabeled", "removed"]]
    assert dataset.values("after.detections.kinds") == [["relabeled", "added"]]
    assert (
        dataset.values("before.polylines.kinds_id")[0][0]
        == (dataset.values("after.detections.id")[0][0])
    )


def test_several_comparisons_live_side_by_side() -> None:
    dataset = make_pair(every_status())
    compare(dataset)
    compare(dataset, key="strict", iou=0.95)
    assert column(dataset, "before", "diff")[1] == "refined"
    assert column(dataset, "before", "strict")[1] == "displaced"
    dataset.delete_run("diff")
    assert column(dataset, "before", "strict")[1] == "displaced"


def test_progress_moves_from_batch_to_batch() -> None:
    dataset = make_pair(*[EQUAL] * 250)
    steps: list[tuple[float, str]] = []
    compare(dataset, on_progress=lambda done, label: steps.append((done, label)))
    assert [done for done, _ in steps][:3] == [0, 0.4, 0.8]
    assert steps[1][1] == "100 of 250 images compared"


def test_public_access_writes_and_finds_what_raw_access_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    samples = [every_status(), EQUAL, (EQUAL[0], None), (None, None), ([], EQUAL[1])]
    dataset = make_pair(*samples)
    raw = compare(dataset)
    documents = written(dataset)
    monkeypatch.setattr(fiftyone_internals, "reads_documents", lambda _: False)
    public = compare(dataset, overwrite=True)
    assert public.to_dict() == raw.to_dict()
    assert written(dataset) == documents


Change = Callable[[fo.Dataset, ObjectId], None]


def _update(dataset: fo.Dataset, sample_id: ObjectId, change: dict[str, Any]) -> None:
    """Writes as another client of FiftyOne does, some time later."""
    later = datetime.now(timezone.utc) + timedelta(seconds=1)
    change.setdefault("$set", {})["last_modified_at"] = later
    dataset._sample_collection.update_one({"_id": sample_id}, change)


def _new_label(label: str = "dog") -> dict[str, Any]:
    return dict(masked(label, 60, 40, 10, 10).to_mongo())


def _add(dataset: fo.Dataset, sample_id: ObjectId) -> None:
    _update(dataset, sample_id, {"$push": {"before.detections": _new_label()}})


def _drop(dataset: fo.Dataset, sample_id: ObjectId) -> None:
    _update(dataset, sample_id, {"$pop": {"before.detections": 1}})


def _replace_in_the_middle(dataset: fo.Dataset, sample_id: ObjectId) -> None:
    _update(dataset, sample_id, {"$set": {"before.detections.1": _new_label()}})


def _redraw(dataset: fo.Dataset, sample_id: ObjectId) -> None:
    moved = [0.9, 0.9, 0.1, 0.1]
    _update(
        dataset,
        sample_id,
        {"$set": {"before.detections.0.bounding_box": moved,
                  "before.detections.0.mask": None}},
    )  # fmt: skip


def _clear(dataset: fo.Dataset, sample_id: ObjectId) -> None:
    _update(dataset, sample_id, {"$set": {"before": None}})


def _delete(dataset: fo.Dataset, sample_id: ObjectId) -> None:
    dataset._sample_collection.delete_one({"_id": sample_id})


@pytest.fixture
def interfere(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Has another client change samples between reading and writing."""

    def start(change: Change, which: Any = slice(1), times: int = 1) -> list[int]:
        calls: list[int] = []
        write = comparing.write_values

        def change_and_write(dataset: Any, documents: Any, *values: Any) -> Any:
            calls.append(len(documents))
            if len(calls) <= times:
                for document in documents[which]:
                    change(dataset, document["_id"])
            return write(dataset, documents, *values)

        monkeypatch.setattr(comparing, "write_values", change_and_write)
        return calls

    return start


PLACES = {"cat": 0, "cow": 20, "ox": 40}

THREE: Sides = (
    [masked(name, x, 0, 10, 10) for name, x in PLACES.items()],
    [masked(name, x, 0, 10, 10) for name, x in PLACES.items()],
)


@pytest.mark.parametrize(
    "change", [_add, _drop, _replace_in_the_middle, _redraw, _clear]
)
def test_labels_that_change_in_between_are_compared_again(
    interfere: Callable[..., list[int]], change: Change
) -> None:
    dataset = make_pair(THREE, THREE)
    calls = interfere(change)
    results = compare(dataset)
    assert calls == [2, 1]

    clean = compare(dataset, key="fresh")
    assert results.statuses().equals(clean.statuses())
    assert results.summary() == clean.summary()
    assert dataset.values("diff_pq") == dataset.values("fresh_pq")
    for attribute in ("", "_id", "_iou", "_biou"):
        assert column(dataset, "before", f"diff{attribute}") == column(
            dataset, "before", f"fresh{attribute}"
        )


def test_tags_set_in_between_stay() -> None:
    dataset = make_pair(THREE)
    sample_id = ObjectId(dataset.first().id)
    documents = fiftyone_internals.read_documents(
        dataset, [str(sample_id)], ["last_modified_at"]
    )
    _update(dataset, sample_id, {"$push": {"tags": "seen"}})
    left = fiftyone_internals.write_values(dataset, documents, [{"tags": []}], [{}])
    assert left == [str(sample_id)]
    assert dataset._sample_collection.find_one()["tags"] == ["seen"]


@pytest.mark.parametrize("which", [slice(1), slice(None)])
def test_samples_deleted_in_between_are_left_out(
    interfere: Callable[..., list[int]], which: slice
) -> None:
    dataset = make_pair(THREE, EQUAL, EQUAL)
    interfere(_delete, which)
    results = compare(dataset)
    kept = 0 if which == slice(None) else 2
    assert results.summary()["images"] == kept
    assert results.summary()["base"] == kept
    assert require_comparison(dataset, "diff").finished


@pytest.mark.parametrize("change", [_add, _drop, _clear, _delete])
def test_public_access_too_compares_again_what_changed(
    interfere: Callable[..., list[int]],
    monkeypatch: pytest.MonkeyPatch,
    change: Change,
) -> None:
    dataset = make_pair(THREE, EQUAL)
    monkeypatch.setattr(fiftyone_internals, "reads_documents", lambda _: False)
    interfere(change)
    results = compare(dataset)
    clean = compare(dataset, key="fresh")
    assert results.summary() == clean.summary()
    assert column(dataset, "before", "diff") == column(dataset, "before", "fresh")


def test_labels_that_change_all_the_time_end_the_run_with_an_error(
    interfere: Callable[..., list[int]],
) -> None:
    dataset = make_pair(EQUAL)
    calls = interfere(_add, times=100)
    with pytest.raises(ComparisonError, match="labels of 1 samples changed while"):
        compare(dataset)
    assert len(calls) == comparing.ATTEMPTS
    assert list_comparisons(dataset) == ["diff"]
    assert list_comparisons(dataset, finished=True) == []


def test_samples_that_a_view_holds_twice_are_compared_once() -> None:
    dataset = make_pair(every_status(), EQUAL)
    whole = compare(dataset, key="whole")
    results = compare(dataset.concat(dataset))
    assert results.summary()["images"] == 2
    assert results.totals == whole.totals
