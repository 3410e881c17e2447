"""A label field of what several label sets agree on."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from fiftyone.operators.executor import ExecutionError
from helpers.datasets.labelled import HEIGHT, WIDTH, boxed, masked, outlined, state
from helpers.programs.comparison_operators import PREFIX, form, requested, upload
from sama_coco.labelsets import (
    ClaimedError,
    ComparisonError,
    load_reconciliation,
    measure_agreement,
    reconcile_annotations,
)
from sama_coco.labelsets.runs.registry.claims import claim_run, revoke_claim

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELDS = ["one", "two", "three"]
URI = f"{PREFIX}/reconcile_annotations"


def measured(*samples: list[Any], missing: Any = None) -> fo.Dataset:
    """A dataset with a list of labels for each field of each sample, measured."""
    dataset = fo.Dataset("sets")
    made = []
    for index, sides in enumerate(samples):
        metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
        sample = fo.Sample(filepath=f"/sets/{index:05d}.png", metadata=metadata)
        for field, labels in zip(FIELDS, sides, strict=True):
            lines = bool(labels) and isinstance(labels[0], fo.Polyline)
            kind = fo.Polylines if lines else fo.Detections
            if labels is not None:
                sample[field] = kind(**{"polylines" if lines else "detections": labels})
        made.append(sample)
    dataset.add_samples(made, dynamic=True)
    measure_agreement(dataset, FIELDS, missing=missing)
    return dataset


def consensus(samples: Any, field: str = "agreed", **rule: Any) -> Any:
    return reconcile_annotations(samples, "agreement", {"consensus": rule}, field=field)


def two_of_three() -> fo.Dataset:
    """A cat that all have, two as a dog; a cow that one has; a crowd."""
    crowd = masked("cat", 40, 0, 20, 20, iscrowd=1)
    return measured(
        [
            [masked("cat", 0, 0, 20, 20, area=7.0, who="Ann"), crowd],
            [masked("dog", 4, 0, 20, 20, area=8.0, who="Bob")],
            [masked("dog", 8, 0, 20, 20, area=9.0), masked("cow", 0, 40, 9, 9)],
        ],
        [[], [], []],
    )


def test_what_enough_fields_have_becomes_a_label_of_the_medoid() -> None:
    dataset = two_of_three()
    results = consensus(dataset)
    ((label,), nothing) = (sample.agreed.detections for sample in dataset)
    source = dataset.first().two.detections[0]
    assert nothing == []
    assert (label.label, label.source, label.source_id) == ("dog", "two", source.id)
    assert (label.decided_by, label.who, label.area) == ("consensus", "Bob", 8)
    assert label.id != source.id
    assert label.bounding_box == source.bounding_box
    assert results.summary() == {
        "images": 2,
        "agreed": 1,
        "tied": 0,
        "leftover": 1,
        "leftover_labels": 1,
        "crowds": 1,
    }
    assert results.votes()["clusters"].to_dict() == {"3": 1, "1": 1}
    assert results.sources()["labels"].to_dict() == {"one": 0, "two": 1, "three": 0}
    assert "leftover labels: 1" in str(results)


def test_the_quorum_says_how_many_must_have_an_object() -> None:
    dataset = two_of_three()
    assert consensus(dataset, "all", quorum=1).summary()["agreed"] == 2
    dataset.set_values("one", [fo.Detections(), fo.Detections()])
    assert consensus(dataset, "few", quorum=3).summary()["agreed"] == 0


def test_a_file_says_what_is_agreed_on(tmp_path: Path) -> None:
    dataset, path = two_of_three(), tmp_path / "consensus.yaml"
    path.write_text("consensus:\n  quorum: 3\n  shape: majority\n")
    results = reconcile_annotations(dataset, "agreement", path, field="agreed")
    rule = {"quorum": 3, "shape": "majority"}
    assert results.summary() == consensus(dataset, "again", **rule).summary()
    assert results.config.policy["consensus"]["shape"] == "majority"


def test_the_word_alone_means_two_and_the_medoid(tmp_path: Path) -> None:
    dataset, path = two_of_three(), tmp_path / "consensus.yaml"
    path.write_text("consensus\n")
    for place, policy in enumerate(("consensus", path, {"consensus": {}})):
        field = f"agreed_{place}"
        results = reconcile_annotations(dataset, "agreement", policy, field=field)
        rule = {"quorum": 2, "shape": "medoid", "fields": FIELDS}
        assert results.config.policy == {"consensus": rule}


def test_a_file_that_is_uploaded_is_taken_as_one_on_disk(tmp_path: Path) -> None:
    dataset, path = two_of_three(), tmp_path / "mine.yaml"
    path.write_text("consensus:\n  quorum: 1\n")
    sent = {"policy": "file", "policy_file": upload(path.name, path.read_bytes())}
    properties, valid, _ = form(URI, dataset, **sent)
    assert valid
    assert {"agreement", "policy_file"} <= set(properties)
    assert not {"key", "open", "preview"} & set(properties)
    done = requested(URI, dataset, **sent, field="uploaded").result
    expected = reconcile_annotations(dataset, "agreement", path, field="agreed")
    assert [row["clusters"] for row in done["votes"]] == [
        int(count) for count in expected.votes()["clusters"]
    ]
    server_file = upload("mine.yaml", str(path).encode())
    _, valid, reasons = form(URI, dataset, policy="file", policy_file=server_file)
    assert not valid
    assert any("A policy is a preset's name" in reason for reason in reasons)


def test_the_form_reconciles_by_consensus() -> None:
    dataset = two_of_three()
    properties, valid, _ = form(URI, dataset)
    assert valid
    assert {"agreement", "quorum", "shape"} <= set(properties)
    assert not {"key", "open"} & set(properties)
    sent = {"agreement": "agreement", "policy": "consensus", "quorum": 1}
    done = requested(URI, dataset, **sent, field="agreed").result
    expected = consensus(dataset, "again", quorum=1)
    assert done["key"] == "agreed"
    assert f"Wrote {expected.summary()['agreed']} labels on 2 images" in done["message"]
    assert [row["clusters"] for row in done["votes"]] == [
        int(count) for count in expected.votes()["clusters"]
    ]
    with pytest.raises(ExecutionError, match="quorum"):
        requested(URI, dataset, **sent | {"quorum": 9}, field="third")


def test_the_majority_is_drawn_anew_with_an_area_of_its_own() -> None:
    dataset = two_of_three()
    consensus(dataset, shape="majority")
    (label,) = dataset.first().agreed.detections
    assert label.bounding_box == pytest.approx([4 / WIDTH, 0, 20 / WIDTH, 20 / HEIGHT])
    assert (label.mask.shape, label.area, label.label) == ((20, 20), 400, "dog")


@pytest.mark.parametrize("shape", ["medoid", "majority"])
def test_outlines_boxes_and_masks_together_become_masks(shape: str) -> None:
    dataset = measured(
        [
            [outlined("cat", 0, 0, 20, 20)],
            [boxed("cat", 0, 0, 20, 20)],
            [masked("cat", 0, 0, 20, 20)],
        ]
    )
    consensus(dataset, shape=shape)
    (label,) = dataset.first().agreed.detections
    assert np.asarray(label.mask).all()
    assert label.mask.shape == (20, 20)


def test_outlines_stay_outlines_and_boxes_boxes() -> None:
    lines = measured([[outlined("cat", 0, 0, 20, 20)] for _ in FIELDS])
    consensus(lines)
    assert lines.first().agreed.polylines[0].filled
    consensus(lines, "drawn", shape="majority")
    assert lines.first().drawn.detections[0].mask.shape == (20, 20)
    lines.delete()
    boxes = measured([[boxed("cat", 0, 0, 20, 20)] for _ in FIELDS])
    reconcile_annotations(boxes, "agreement", {"consensus": {}})
    assert boxes.first().reconciled_detections.detections[0].mask is None


def test_a_field_without_a_list_has_no_vote() -> None:
    cat = masked("cat", 0, 0, 20, 20)
    every = [[cat.copy()] for _ in FIELDS]
    dataset = measured([[cat], None, [cat.copy()]], every, missing="skip")
    assert consensus(dataset, quorum=2).votes()["clusters"].to_dict() == {
        "3": 1,
        "2": 1,
    }


def test_it_is_a_run_that_goes_with_its_field() -> None:
    dataset = two_of_three()
    before = [dataset.values(f"{field}.detections.id") for field in FIELDS]
    results = consensus(dataset)
    assert load_reconciliation(dataset, "agreed").to_dict() == results.to_dict()
    assert results.to_dict()["parameters"] == {
        "agreement": "agreement",
        "quorum": 2,
        "shape": "medoid",
        "fields": FIELDS,
    }
    with pytest.raises(ComparisonError, match="already"):
        consensus(dataset)
    dataset.delete_run("agreed")
    assert not dataset.has_sample_field("agreed")
    assert [dataset.values(f"{field}.detections.id") for field in FIELDS] == before


def test_a_view_alone_gets_the_field_and_a_dry_run_writes_nothing() -> None:
    dataset = two_of_three()
    before = state(dataset)
    dry = reconcile_annotations(
        dataset, "agreement", {"consensus": {}}, field="agreed", dry_run=True
    )
    assert dry.summary()["agreed"] == 1
    assert state(dataset) == before
    consensus(dataset.limit(1))
    assert dataset.values("agreed")[1] is None


def test_a_cancelled_run_leaves_nothing_behind() -> None:
    dataset = two_of_three()

    def stop(done: float, text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reconcile_annotations(
            dataset, "agreement", {"consensus": {}}, field="agreed", on_progress=stop
        )
    assert not dataset.has_sample_field("agreed")
    assert dataset.list_runs() == ["agreement"]


def test_a_sample_without_a_size_is_named() -> None:
    dataset = two_of_three()
    dataset.add_sample(fo.Sample(filepath="/later.png"))
    with pytest.raises(ComparisonError, match="has no metadata"):
        consensus(dataset)
    assert not dataset.has_sample_field("agreed")


def test_what_can_not_be_agreed_on_is_refused_and_nothing_written() -> None:
    dataset = two_of_three()
    later = dataset.add_sample(fo.Sample(filepath="/later.png"))
    before = state(dataset)
    for samples, policy, options, message in (
        (dataset, {"consensus": {"quorum": 4}}, {}, "quorum 4; the agreement is of 3"),
        (dataset, {"consensus": {"quorum": 0}}, {}, "quorum 0"),
        (dataset, {"consensus": {"shape": "mean"}}, {}, "shape 'mean'"),
        (dataset, {"consensus": {"votes": 2}}, {}, "Unknown key 'votes'"),
        (dataset, {"consensus": 2}, {}, "A consensus is"),
        (dataset, {"consensus": {}, "open": "base"}, {}, "nothing beside"),
        (dataset, {"consensus": {}}, {"key": "diff"}, "no run 'diff'"),
        (dataset, "consensus", {"open": "base"}, "leave out `open`; found 'base'"),
        (dataset, {"consensus": {}}, {"field": "one"}, "'one' is one of the measured"),
        (dataset.select(later), {"consensus": {}}, {}, "None of these samples"),
        (dataset.limit(0), {"consensus": {}}, {}, "no samples"),
    ):
        named = {"key": "agreement", "field": "agreed"} | options
        with pytest.raises(ComparisonError, match=message):
            reconcile_annotations(samples, policy=policy, **named)
        assert state(dataset) == before, message


def test_one_process_at_a_time_makes_the_field() -> None:
    dataset = two_of_three()
    before = state(dataset)
    with claim_run(dataset, "agreed"), pytest.raises(ClaimedError, match="'agreed'"):
        consensus(dataset)
    assert state(dataset) == before
    consensus(dataset)
    assert dataset.count("agreed.detections") == 1


def test_a_process_whose_claim_was_taken_writes_and_removes_nothing() -> None:
    dataset = two_of_three()
    with ExitStack() as others:

        def take(done: float, label: str) -> None:
            revoke_claim(dataset, "agreed")
            others.enter_context(claim_run(dataset, "agreed"))
            dataset.set_values("agreed", [fo.Detections()] * 2)

        with pytest.raises(ComparisonError, match="deleted, replaced or finished"):
            reconcile_annotations(
                dataset, "agreement", {"consensus": {}}, "agreed", on_progress=take
            )
    assert dataset.values("agreed") == [fo.Detections()] * 2
