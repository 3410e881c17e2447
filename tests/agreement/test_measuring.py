"""The agreement of several label fields of a dataset, as a run of it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import (
    HEIGHT,
    HOSTILE,
    WIDTH,
    boxed,
    draw_images,
    masked,
    outlined,
    state,
)
from kalos.iaa.core import vision_alpha
from sama_coco.labelsets import (
    AgreementError,
    ClaimedError,
    ComparisonError,
    compare_annotations,
    load_agreement,
    measure_agreement,
)
from sama_coco.labelsets.runs.registry.claims import claim_run

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELDS = ["one", "two", "three"]


def make_sets(*samples: list[Any], fields: list[str] = FIELDS) -> fo.Dataset:
    """A dataset with a list of labels for each field of each sample, or None."""
    dataset = fo.Dataset("sets")
    for place, field in enumerate(fields):
        given = [label for sides in samples for label in sides[place] or ()]
        lines = bool(given) and isinstance(given[0], fo.Polyline)
        kind = fo.Polylines if lines else fo.Detections
        dataset.add_sample_field(field, fo.EmbeddedDocumentField, kind)
    made = []
    for index, sides in enumerate(samples):
        metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
        sample = fo.Sample(filepath=f"/sets/{index:05d}.png", metadata=metadata)
        for field, labels in zip(fields, sides, strict=True):
            if labels is not None:
                kind = dataset.get_field(field).document_type
                name = "polylines" if kind is fo.Polylines else "detections"
                sample[field] = kind(**{name: labels})
        made.append(sample)
    dataset.add_samples(made, dynamic=True)
    return dataset


def three_sets() -> fo.Dataset:
    """Four images: all agree; two call it a dog; one misses it; nothing there."""
    return make_sets(
        [
            [masked("cat", 0, 0, 10, 10)],
            [masked("cat", 1, 0, 10, 10)],
            [masked("cat", 0, 0, 10, 9)],
        ],
        [
            [masked("cat", 0, 0, 10, 10)],
            [masked("dog", 0, 0, 10, 10)],
            [masked("dog", 0, 0, 10, 9)],
        ],
        [[masked("cow", 20, 20, 10, 10)], [masked("cow", 20, 20, 10, 9)], []],
        [[], [], []],
    )


MATRIX = np.array([[0, 0, 2, -1], [0, 1, 2, -1], [0, 1, -1, -1]], float)


def test_alphas_are_those_of_the_matrix_that_the_fields_make() -> None:
    results = measure_agreement(three_sets(), FIELDS)
    assert results.alpha == pytest.approx(vision_alpha(MATRIX))
    alphas = [vision_alpha(MATRIX[:, [n]]) for n in range(4)]
    assert results.mean_alpha == pytest.approx(np.mean(alphas))
    classes = results.classes()
    assert classes["alpha"].to_dict() == pytest.approx(
        {
            "cat": vision_alpha(MATRIX[:, [0, 1]]),
            "dog": vision_alpha(MATRIX[:, [1]]),
            "cow": vision_alpha(MATRIX[:, [2]]),
        }
    )
    assert classes["clusters"].to_dict() == {"cat": 2, "dog": 1, "cow": 1}
    assert classes.loc["cat", "objects_one"] == 2
    for place, field in enumerate(FIELDS):
        without = vision_alpha(np.delete(MATRIX, place, axis=0))
        row = results.vitality().loc[field]
        assert row["alpha_without"] == pytest.approx(without)
        assert row["vitality"] == pytest.approx(results.alpha - without)


def test_samples_get_their_alpha_and_number_of_clusters() -> None:
    dataset = three_sets()
    measure_agreement(dataset, FIELDS, key="how")
    assert dataset.values("how_clusters") == [1, 1, 1, 0]
    alphas = [vision_alpha(MATRIX[:, [n]]) for n in range(4)]
    assert dataset.values("how_alpha") == pytest.approx(alphas)
    assert isinstance(dataset.get_field("how_alpha"), fo.FloatField)


def test_matrices_are_those_of_the_comparison_of_each_two() -> None:
    dataset = three_sets()
    results = measure_agreement(dataset, FIELDS)
    for n, (base, revised) in enumerate(
        [("one", "two"), ("one", "three"), ("two", "three")]
    ):
        compared = compare_annotations(dataset, base, revised, key=f"diff{n}").summary()
        for score in ("pq", "sq", "rq"):
            table = results.matrix(score)
            assert table.loc[base, revised] == pytest.approx(compared[score])
            assert table.loc[revised, base] == table.loc[base, revised]
            assert table.loc[base, base] == 1
    assert results.matrix("images").to_numpy().tolist() == [[4] * 3] * 3
    assert 0 < results.matrix("boundary_iou").loc["one", "two"] < 1
    with pytest.raises(AgreementError, match="Unknown score 'f1'"):
        results.matrix("f1")


def test_two_fields_are_enough_and_have_no_vitality() -> None:
    results = measure_agreement(three_sets(), FIELDS[:2])
    assert results.alpha == pytest.approx(vision_alpha(MATRIX[:2]))
    assert results.vitality()["vitality"].tolist() == [None, None]
    assert "vitality" not in str(results)


def test_ten_fields_of_masks_boxes_and_outlines() -> None:
    kinds = [masked, boxed, outlined]
    fields = [f"set{n}" for n in range(10)]
    sides = [[kinds[n % 3]("cat", 5, 5, 20, 20)] for n in range(10)]
    results = measure_agreement(make_sets(sides, fields=fields), fields)
    assert (results.alpha, results.agreement.clusters) == (1, 1)
    assert (results.matrix("pq").to_numpy() == 1).all()


def test_the_results_are_kept_with_the_run() -> None:
    dataset = three_sets()
    results = measure_agreement(dataset, FIELDS, missing="skip")
    assert dataset.list_runs(method="measure_agreement") == ["agreement"]
    for loaded in (load_agreement(dataset), dataset.load_run_results("agreement")):
        assert loaded.to_dict() == results.to_dict()
    assert dataset.get_run_info("agreement").config.missing == "skip"
    dataset.rename_run("agreement", "other")
    assert dataset.values("other_clusters") == [1, 1, 1, 0]
    assert load_agreement(dataset, "other").alpha == results.alpha
    dataset.delete_run("other")
    assert not dataset.has_sample_field("other_alpha")
    with pytest.raises(ComparisonError, match="no run 'other'"):
        load_agreement(dataset, "other")


def test_the_report_names_what_it_tells() -> None:
    text = str(measure_agreement(three_sets(), FIELDS))
    for part in ("alpha", "PQ of each two", "Which field disagrees most", "cow"):
        assert part in text


def test_a_view_is_measured_as_it_shows_the_labels() -> None:
    dataset = three_sets()
    view = dataset.filter_labels("two", F("label") != "dog", only_matches=False)
    view = view.map_labels("three", {"dog": "cat"}).limit(3)
    results = measure_agreement(view, FIELDS)
    shown = np.array([[0, 0, 2], [0, -1, 2], [0, 0, -1]], float)
    assert results.alpha == pytest.approx(vision_alpha(shown))
    assert dataset.values("agreement_clusters") == [1, 1, 1, None]
    hidden = dataset.select_fields("one")
    again = measure_agreement(hidden, FIELDS, overwrite=True)
    assert again.alpha == pytest.approx(vision_alpha(MATRIX))


def test_in_a_field_from_files_no_value_is_no_list() -> None:
    labels = [masked("cat", 0, 0, 9, 9)]
    dataset = make_sets(
        [labels, labels], [labels, None], [labels, labels], fields=FIELDS[:2]
    )
    as_empty = measure_agreement(dataset, FIELDS[:2])
    assert dataset.values("agreement_alpha") == pytest.approx([1, 0, 1])
    dataset.info["label_sets"] = {"two": []}
    dataset.save()
    as_skipped = measure_agreement(dataset, FIELDS[:2], overwrite=True)
    assert dataset.values("agreement_alpha") == [1, None, 1]
    assert (as_skipped.agreement.images, as_skipped.agreement.skipped) == (2, 1)
    told = measure_agreement(dataset, FIELDS[:2], missing="empty", overwrite=True)
    assert told.alpha == as_empty.alpha


def test_crowds_are_left_out_of_clusters() -> None:
    one = [masked("cat", 0, 0, 9, 9), masked("cat", 20, 20, 20, 20, iscrowd=1)]
    results = measure_agreement(make_sets([one, one[:1], one[:1]]), FIELDS)
    assert (results.agreement.clusters, results.alpha) == (1, 1)


def test_broken_labels_are_named_and_take_no_part() -> None:
    broken = masked("cat", 0, 0, 9, 9)
    broken.bounding_box = None
    labels = [masked("cat", 0, 0, 9, 9)]
    dataset = make_sets([[*labels, broken], labels, labels])
    results = measure_agreement(dataset, FIELDS)
    assert (results.agreement.clusters, results.alpha) == (1, 1)
    ((_, found),) = results.broken.items()
    assert found["examples"] == [broken.id]


def test_hostile_class_names_are_kept_as_they_are() -> None:
    rows = [[[masked(name, 0, 0, 9, 9)]] * 3 for name in HOSTILE]
    results = measure_agreement(make_sets(*rows), FIELDS)
    found = load_agreement(results.samples._root_dataset)
    assert sorted(found.classes().index) == sorted(HOSTILE)
    assert str(found)


def test_it_is_the_same_whoever_does_the_work() -> None:
    dataset = three_sets()
    here = measure_agreement(dataset, FIELDS)
    told: list[float] = []
    with ThreadPoolExecutor(2) as pool:
        there = measure_agreement(
            dataset,
            FIELDS,
            key="there",
            executor=pool,
            on_progress=lambda done, text: told.append(done),
        )
    assert there.counts == here.counts
    assert (told[0], told[-1]) == (0, 1)


def test_a_missing_size_is_computed_from_the_image(tmp_path: Any) -> None:
    dataset = three_sets()
    draw_images(dataset, tmp_path)
    dataset.set_values("metadata", [None] * 4)
    assert measure_agreement(dataset, FIELDS).alpha == pytest.approx(
        vision_alpha(MATRIX)
    )


REFUSED: list[tuple[Any, dict[str, Any], str]] = [
    (["one"], {}, "two label fields or more"),
    ("one", {}, "two label fields or more"),
    (["one", "one"], {}, "'one' is named twice"),
    (["one", "nowhere"], {}, "no field 'nowhere'"),
    (["one", "filepath"], {}, "no field 'filepath'"),
    (["one", "empty"], {}, "'empty' has no label"),
    (["one", "rare"], {}, "no value on 3 of 4"),
    (["one", "two"], {"key": "no key"}, "letters, digits"),
    (["one", "two"], {"key": "taken"}, "the field 'taken_alpha'"),
    (["one", "two"], {"key": "eval"}, "key of an evaluation"),
    (["one", "two"], {"key": "diff"}, "run of compare_annotations"),
    (["one", "two"], {"key": "done"}, "already"),
    (["one", "two"], {"missing": "maybe"}, "Unknown `missing` 'maybe'"),
    (["one", "crowded"], {}, "None of the labels in 'crowded'"),
]


def test_what_can_not_be_measured_is_refused_and_nothing_written() -> None:
    dataset = three_sets()
    for name in ("empty", "rare", "crowded"):
        dataset.add_sample_field(name, fo.EmbeddedDocumentField, fo.Detections)
    first = dataset.first()
    first["rare"] = fo.Detections(detections=[masked("cat", 0, 0, 9, 9)])
    first.save()
    crowds = [masked("cat", 0, 0, 9, 9, iscrowd=1)]
    dataset.set_values("crowded", [fo.Detections(detections=crowds)] * 4, dynamic=True)
    dataset.add_sample_field("taken_alpha", fo.IntField)
    dataset.evaluate_detections("one", gt_field="two", eval_key="eval")
    compare_annotations(dataset, "one", "two")
    measure_agreement(dataset, FIELDS, key="done")
    before = state(dataset)
    for fields, options, message in REFUSED:
        with pytest.raises(ComparisonError, match=message):
            measure_agreement(dataset, fields, **options)
        assert state(dataset) == before, message


def test_samples_that_can_not_be_measured_are_refused() -> None:
    dataset = three_sets()
    measure_agreement(dataset, FIELDS)
    before = state(dataset)
    agreed = dataset.match(F("agreement_alpha") > 0)
    for view, message in (
        (dataset.limit(0), "no samples"),
        (dataset.to_patches("one"), "patches"),
        (agreed, "reads 'agreement_alpha'"),
    ):
        with pytest.raises(ComparisonError, match=message):
            measure_agreement(view, FIELDS, overwrite=True)
    assert state(dataset) == before
    measure_agreement(agreed, FIELDS, key="again")


def test_a_failure_while_measuring_leaves_everything_as_it_was() -> None:
    dataset = three_sets()
    measure_agreement(dataset, FIELDS)
    before = state(dataset)

    def stop(done: float, text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        measure_agreement(dataset, FIELDS, overwrite=True, on_progress=stop)
    assert state(dataset) == before


def test_one_process_at_a_time_writes_a_measurement() -> None:
    dataset = three_sets()
    before = state(dataset)
    with claim_run(dataset, "agreement"), pytest.raises(ClaimedError, match="working"):
        measure_agreement(dataset, FIELDS)
    assert state(dataset) == before

    def finish_another(done: float, label: str) -> None:
        if "agreement" not in dataset.list_runs():
            measure_agreement(fo.load_dataset(dataset.name), FIELDS[:2])

    with pytest.raises(ComparisonError, match="There is a run 'agreement'"):
        measure_agreement(dataset, FIELDS, on_progress=finish_another)
    assert load_agreement(dataset).fields == FIELDS[:2]
