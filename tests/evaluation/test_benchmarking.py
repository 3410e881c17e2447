"""Predictions evaluated against several label fields of a dataset, as a run."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
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
from sama_coco.labelsets import (
    ComparisonError,
    benchmark_predictions,
    compare_annotations,
    contested_view,
    load_benchmark,
)

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELDS = ["before", "after"]
METRICS = [
    *("AP", "AP50", "AP75", "APs", "APm", "APl"),
    *("AR1", "AR10", "AR100", "ARs", "ARm", "ARl"),
]


def make_sets(samples: list[dict[str, Any]]) -> fo.Dataset:
    """A dataset with the labels of each field of each sample, or None."""
    dataset = fo.Dataset("models")
    made = []
    for index, sides in enumerate(samples):
        metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
        sample = fo.Sample(filepath=f"/models/{index:05d}.png", metadata=metadata)
        for field, labels in sides.items():
            if labels is None:
                continue
            lines = bool(labels) and isinstance(labels[0], fo.Polyline)
            kind = fo.Polylines if lines else fo.Detections
            sample[field] = kind(**{"polylines" if lines else "detections": labels})
        made.append(sample)
    dataset.add_samples(made, dynamic=True)
    return dataset


def seen(like: Any, score: float | None, **changes: Any) -> Any:
    """A prediction that is like a label."""
    found = like.copy()
    found.confidence = score
    for name, value in changes.items():
        found[name] = value
    return found


def two_models() -> fo.Dataset:
    """`early` predicts cats as before, `late` some as after; both miss the dogs."""
    images = []
    for number in range(12):
        cat, dog = masked("cat", number, 0, 30, 30), masked("dog", 40, 30, 9, 9)
        moved = masked("cat", number, 25, 30, 30)
        late = [seen(moved, 0.8), seen(cat, 0.9, label="dog")]
        images.append(
            {
                "before": [cat, dog],
                "after": [moved, seen(dog, None)],
                "early": [seen(cat, 0.9 - number / 100)],
                "late": late[: 1 + number % 2] if number < 8 else [],
            }
        )
    return make_sets(images)


def test_metrics_have_a_column_a_label_field() -> None:
    results = benchmark_predictions(two_models(), "early", FIELDS)
    metrics = results.metrics()
    assert metrics.index.tolist() == METRICS
    assert metrics.columns.tolist() == FIELDS
    assert metrics.loc["AP", "before"] == pytest.approx(0.5)
    assert metrics.loc["AP", "after"] == 0.0
    assert metrics.loc["AP50", "before"] == pytest.approx(0.5)
    assert np.isnan(metrics.loc["APl", "before"])
    assert metrics.loc["ARs", "before"] == pytest.approx(0.5)


def test_intervals_hold_the_values_and_the_difference_is_paired() -> None:
    results = benchmark_predictions(two_models(), ["early", "late"], FIELDS)
    found = results.intervals("late")
    assert found.index.tolist() == METRICS
    for what in (*FIELDS, "after - before"):
        row = found.loc["AP", what]
        assert row["low"] <= row["value"] <= row["high"]
    difference = found["after - before"]["value"]
    assert difference.loc["AP"] == pytest.approx(
        found["after"]["value"].loc["AP"] - found["before"]["value"].loc["AP"]
    )
    certain = results.intervals("early").loc["AP", "before"]
    assert (certain["low"], certain["high"]) == pytest.approx((0.5, 0.5))


def test_the_same_seed_gives_the_same_intervals() -> None:
    dataset = two_models()
    first, again, other = (
        benchmark_predictions(
            dataset, "late", FIELDS, bootstrap=5, seed=seed, key=f"run{n}"
        )
        for n, seed in enumerate((7, 7, 8))
    )
    assert first.intervals().equals(again.intervals())
    assert not first.intervals().equals(other.intervals())
    without = benchmark_predictions(dataset, "late", FIELDS, bootstrap=0, key="none")
    assert without.metrics().equals(first.metrics())
    assert without.intervals()["after"]["low"].isna().all()
    assert "to" not in str(without).split("late")[-1].split("Classes")[0]


def test_classes_have_their_ap_and_the_labels_it_is_of() -> None:
    results = benchmark_predictions(two_models(), "early", FIELDS)
    classes = results.classes()
    assert classes["before"]["value"].to_dict() == {"cat": 1, "dog": 0}
    assert classes["after - before"]["value"].to_dict() == {"cat": -1, "dog": 0}
    assert classes["before"]["labels"].to_dict() == {"cat": 12, "dog": 12}
    assert classes.loc["cat", ("after - before", "high")] == -1


def test_models_are_ranked_under_each_label_set() -> None:
    results = benchmark_predictions(two_models(), ["early", "late"], FIELDS)
    ranks = results.ranks()
    assert ranks["before"]["rank"].to_dict() == {"early": 1, "late": 2}
    assert ranks["after"]["rank"].to_dict() == {"early": 2, "late": 1}
    assert ranks["rank"]["changes"].tolist() == [True, True]
    assert results.metrics().columns.tolist() == [
        (model, field) for model in ("early", "late") for field in FIELDS
    ]
    assert results.metrics("late").columns.tolist() == FIELDS
    assert "changes" in str(results)
    with pytest.raises(ComparisonError, match="Unknown metric 'F1'"):
        results.ranks("F1")
    with pytest.raises(ComparisonError, match="no predictions 'nowhere'"):
        results.metrics("nowhere")


def test_models_of_one_ap_share_a_rank() -> None:
    dataset = two_models()
    dataset.clone_sample_field("early", "same")
    ranks = benchmark_predictions(dataset, ["early", "same", "late"], FIELDS).ranks()
    assert ranks["before"]["rank"].to_dict() == {"early": 1, "same": 1, "late": 3}


def test_precision_is_given_by_recall() -> None:
    results = benchmark_predictions(two_models(), "early", FIELDS)
    curve = results.precision_recall("cat")
    assert len(curve) == 101
    assert (curve["before"] == 1).all()
    assert (curve["after"] == 0).all()
    with pytest.raises(ComparisonError, match="no class 'cow'"):
        results.precision_recall("cow")


def test_the_predictions_that_tell_label_sets_apart_can_be_seen() -> None:
    dataset = two_models()
    results = benchmark_predictions(dataset, ["early", "late"], FIELDS)
    view = contested_view(dataset, "benchmark", "before", "after", "early")
    assert view.count("early.detections") == len(view) == 12
    assert not contested_view(dataset, "benchmark", "after", "before", "early")
    assert len(contested_view(dataset, "benchmark", "after", "before", "late")) == 8
    few = contested_view(dataset.limit(5), "benchmark", "before", "after", name="cat")
    assert len(few) == 5
    assert not contested_view(dataset, "benchmark", "before", "after", name="dog")
    again = fo.DatasetView._build(dataset, view._serialize())
    assert again.values("early.detections.id") == view.values("early.detections.id")
    with pytest.raises(ComparisonError, match="no label field 'late'"):
        results.contested("late", "before")


def test_the_results_are_kept_with_the_run_and_nothing_else_is_written() -> None:
    dataset = two_models()
    before = list(dataset._sample_collection.find())
    results = benchmark_predictions(dataset, ["early", "late"], FIELDS)
    assert list(dataset._sample_collection.find()) == before
    assert dataset.list_runs(method="benchmark_predictions") == ["benchmark"]
    for loaded in (load_benchmark(dataset), dataset.load_run_results("benchmark")):
        assert loaded.to_dict() == results.to_dict()
        assert loaded.intervals().equals(results.intervals())
        assert str(loaded) == str(results)
    dataset.rename_run("benchmark", "other")
    assert load_benchmark(dataset, "other").metrics().equals(results.metrics())
    dataset.delete_run("other")
    with pytest.raises(ComparisonError, match="no run 'other'"):
        load_benchmark(dataset, "other")


def test_it_is_the_same_whoever_reads_the_labels() -> None:
    dataset = two_models()
    here = benchmark_predictions(dataset, "late", FIELDS)
    told: list[float] = []
    with ThreadPoolExecutor(2) as pool:
        there = benchmark_predictions(
            dataset,
            "late",
            FIELDS,
            key="there",
            executor=pool,
            on_progress=lambda done, text: told.append(done),
        )
    assert there.evaluation == here.evaluation
    assert (told[0], told[-1], told) == (0, 1, sorted(told))


def test_boxes_are_evaluated_as_they_are_given() -> None:
    """The mask of the label is a tenth of its box."""
    thin = np.zeros((30, 30), bool)
    thin[:3] = True
    label = masked("cat", 0, 0, 30, 30, mask=thin)
    box = boxed("cat", 0, 0, 30, 30, confidence=0.5)
    dataset = make_sets([{"before": [label], "model": [box]}])
    found = benchmark_predictions(dataset, "model", ["before"], iou="box").metrics()
    assert found.loc["AP", "before"] == pytest.approx(1)
    with pytest.raises(ComparisonError, match="'model' has boxes and no masks"):
        benchmark_predictions(dataset, "model", ["before"], key="masks")


def test_a_label_has_the_size_of_its_area_and_else_of_its_pixels() -> None:
    small = masked("cat", 0, 0, 30, 30)
    told = masked("cat", 0, 0, 30, 30, area=5000.0)
    mask = np.zeros((50, 50), bool)
    mask[:30, :30] = True
    in_large_box = masked("cat", 0, 0, 50, 50, mask=mask)
    for label, held in ((small, "APs"), (told, "APm"), (in_large_box, "APs")):
        dataset = make_sets([{"before": [label], "model": [seen(label, 0.5)]}])
        for iou in ("mask", "box"):
            found = benchmark_predictions(
                dataset, "model", ["before"], iou, bootstrap=0, overwrite=True
            )
            sizes = found.metrics()["before"].loc[["APs", "APm", "APl"]]
            assert sizes.dropna().index.tolist() == [held]
        dataset.delete()


def test_outlines_count_where_they_are_asked_for() -> None:
    label = masked("cat", 0, 0, 40, 40)
    ring = np.ones((40, 40), bool)
    ring[5:35, 5:35] = False
    hollow = seen(label, 0.5)
    holed = np.ones((40, 40), bool)
    holed[2:38, 2:38] = False
    holed[6:34, 6:34] = True
    hollow.mask = holed
    dataset = make_sets([{"before": [label], "model": [hollow]}])
    plain = benchmark_predictions(dataset, "model", ["before"], bootstrap=0)
    bound = benchmark_predictions(
        dataset, "model", ["before"], boundary=True, bootstrap=10, key="bound"
    )
    assert plain.metrics().loc["AP50", "before"] == pytest.approx(1)
    assert bound.metrics().loc["AP", "before"] < plain.metrics().loc["AP", "before"]
    row = bound.intervals().loc["AP", "before"]
    assert row["low"] == row["high"] == pytest.approx(row["value"])


def test_outlines_masks_and_boxes_can_be_held_against_each_other() -> None:
    dataset = make_sets(
        [
            {
                "before": [outlined("cat", 0, 0, 30, 30)],
                "after": [masked("cat", 0, 0, 30, 30), boxed("cat", 40, 0, 20, 20)],
                "model": [masked("cat", 0, 0, 30, 30, confidence=0.5)],
            }
        ]
    )
    results = benchmark_predictions(dataset, "model", FIELDS)
    assert results.metrics().loc["AR100"].tolist() == pytest.approx([1, 0.5])
    assert results.reading["boxes"] == {"after": 1}
    assert "which count as filled boxes: 1 of 'after'" in str(results)
    boxes = benchmark_predictions(dataset, "model", FIELDS, iou="box", key="boxes")
    assert boxes.metrics().loc["AR100"].tolist() == pytest.approx([1, 0.5])


def test_a_view_is_evaluated_as_it_shows_the_labels() -> None:
    dataset = two_models()
    view = dataset.filter_labels("before", F("label") == "cat", only_matches=False)
    view = view.limit(6).select_fields("before")
    found = benchmark_predictions(view, "early", FIELDS)
    assert found.metrics().loc["AP", "before"] == pytest.approx(1)
    assert found.reading["images"] == 6
    mapped = dataset.map_labels("early", {"cat": "dog"})
    found = benchmark_predictions(mapped, "early", FIELDS, key="mapped")
    assert found.metrics().loc["AP", "before"] == 0


def test_images_without_predictions_count_as_none_predicted() -> None:
    label = masked("cat", 0, 0, 30, 30)
    dataset = make_sets(
        [
            {"before": [label], "model": [seen(label, 0.5)]},
            {"before": [seen(label, None)], "model": []},
            {"before": [seen(label, None)], "model": None},
        ]
    )
    results = benchmark_predictions(dataset, "model", ["before"])
    assert results.reading["unpredicted"] == {"model": 2}
    assert results.metrics().loc["AR100", "before"] == pytest.approx(1 / 3)
    assert "which count as none predicted: 2 of 'model'" in str(results)


def test_images_that_a_label_set_lacks_are_left_out_for_all() -> None:
    label = masked("cat", 0, 0, 30, 30)
    images = [
        {"before": [seen(label, None)], "after": after, "model": [seen(label, 0.5)]}
        for after in ([seen(label, None)], [seen(label, None)], None)
    ]
    dataset = make_sets(images)
    as_empty = benchmark_predictions(dataset, "model", FIELDS)
    assert as_empty.reading["images"] == 3
    dataset.info["label_sets"] = {"after": []}
    dataset.save()
    skipped = benchmark_predictions(dataset, "model", FIELDS, overwrite=True)
    assert (skipped.reading["images"], skipped.reading["skipped"]) == (2, 1)
    assert "1 images left out" in str(skipped)
    told = benchmark_predictions(
        dataset, "model", FIELDS, missing="empty", overwrite=True
    )
    assert told.metrics().equals(as_empty.metrics())


def test_more_than_two_label_sets_have_a_difference_each_two() -> None:
    dataset = two_models()
    dataset.clone_sample_field("before", "third")
    fields = [*FIELDS, "third"]
    found = benchmark_predictions(dataset, "late", fields).intervals()
    assert found.columns.get_level_values(0).unique().tolist() == [
        *fields,
        "after - before",
        "third - before",
        "third - after",
    ]
    assert (found["third - before"].dropna() == 0).all(axis=None)


def test_the_report_has_the_classes_of_each_two_label_sets() -> None:
    dataset = two_models()
    dataset.clone_sample_field("before", "third")
    results = benchmark_predictions(dataset, "late", [*FIELDS, "third"])
    report = str(results)
    for one, other in (("before", "after"), ("before", "third"), ("after", "third")):
        what = f"{other} - {one}"
        table = report.partition(f"differs most, {what}\n\n")[2].partition("\n\n")[0]
        head, _, *rows = table.splitlines()
        assert head.split(None, 2) == [one, other, what]
        values = results.classes()[what, "value"].dropna()
        assert len(rows) == len(values) > 0
        for row in rows:
            number = float(row.split("  ")[-1].split("(")[0])
            assert number == pytest.approx(values.loc[row.split()[0]], abs=6e-4)


def test_hostile_class_names_are_kept_as_they_are() -> None:
    labels = [masked(name, 0, 0, 30, 30) for name in HOSTILE]
    found = [seen(label, 0.5) for label in labels]
    dataset = make_sets([{"before": labels, "after": labels[:3], "model": found}])
    results = benchmark_predictions(dataset, "model", FIELDS)
    assert sorted(load_benchmark(dataset).classes().index) == sorted(HOSTILE)
    assert (results.classes()["before"]["value"] == 1).all()
    assert str(results)


def test_broken_labels_are_named_and_never_matched() -> None:
    label, broken = masked("cat", 0, 0, 30, 30), masked("cat", 40, 30, 9, 9)
    broken.bounding_box = None
    dataset = make_sets([{"before": [label, broken], "model": [seen(label, 0.5)]}])
    results = benchmark_predictions(dataset, "model", ["before"])
    assert results.metrics().loc["AR100", "before"] == pytest.approx(0.5)
    ((_, found),) = results.reading["broken"].items()
    assert found["examples"] == [broken.id]
    assert "can't be read" in str(results)


def test_a_missing_size_is_computed_from_the_image(tmp_path: Path) -> None:
    dataset = two_models()
    draw_images(dataset, tmp_path)
    dataset.set_values("metadata", [None] * 12)
    results = benchmark_predictions(dataset, "early", FIELDS)
    assert results.metrics().loc["AP", "before"] == pytest.approx(0.5)


def with_bad_fields() -> fo.Dataset:
    dataset = two_models()
    for name in ("empty", "rare", "nothing", "vague", "strange", "infinite"):
        dataset.add_sample_field(name, fo.EmbeddedDocumentField, fo.Detections)
    dataset.set_values("empty", [fo.Detections(detections=[])] * 12)
    dataset.set_values("nothing", [fo.Detections(detections=[])] * 12)

    def on_first(**labels: Any) -> None:
        sample = dataset.first()
        for name, label in labels.items():
            sample[name] = fo.Detections(detections=[label])
        sample.save()

    on_first(
        rare=masked("cat", 0, 0, 9, 9),
        vague=masked("cat", 0, 0, 9, 9),
        strange=masked("zebra", 0, 0, 9, 9, confidence=0.5),
        infinite=masked("cat", 0, 0, 9, 9, confidence=float("nan")),
    )
    compare_annotations(dataset, *FIELDS)
    benchmark_predictions(dataset, "early", FIELDS, key="done", bootstrap=0)
    return dataset


REFUSED: list[tuple[Any, Any, dict[str, Any], str]] = [
    ("before", FIELDS, {}, "'before' is one of the label fields"),
    ("vague", FIELDS, {}, "1 of 1 labels in 'vague' have no `confidence`"),
    ("infinite", FIELDS, {}, "'infinite' has a `confidence` that is not a finite"),
    ("strange", FIELDS, {}, "classes that no label set has: 'zebra'"),
    ("nothing", FIELDS, {}, "'nothing' has no prediction"),
    ("nowhere", FIELDS, {}, "no field 'nowhere'"),
    (["early", "early"], FIELDS, {}, "'early' is named twice"),
    ([], FIELDS, {}, "Name a field of predictions"),
    ("early", [], {}, "Name a field of labels"),
    ("early", ["before", "before"], {}, "'before' is named twice"),
    ("early", ["before", "nowhere"], {}, "no field 'nowhere'"),
    ("early", ["before", "empty"], {}, "'empty' has no label"),
    ("early", ["before", "rare"], {}, "no value on 11 of 12"),
    ("early", FIELDS, {"iou": "outline"}, "Unknown `iou` 'outline'"),
    ("early", FIELDS, {"iou": "box", "boundary": True}, "needs `iou='mask'`"),
    ("early", FIELDS, {"bootstrap": -1}, "`bootstrap` -1"),
    ("early", FIELDS, {"seed": "x"}, "`seed` 'x'"),
    ("early", FIELDS, {"missing": "maybe"}, "Unknown `missing` 'maybe'"),
    ("early", FIELDS, {"key": "diff"}, "run of compare_annotations"),
    ("early", FIELDS, {"key": "done"}, "already"),
    ("early", FIELDS, {"key": "no key"}, "letters, digits"),
]


def test_what_can_not_be_evaluated_is_refused_and_nothing_written() -> None:
    dataset = with_bad_fields()
    before = state(dataset)
    for predictions, fields, options, message in REFUSED:
        with pytest.raises(ComparisonError, match=message):
            benchmark_predictions(dataset, predictions, fields, **options)
        assert state(dataset) == before, message
    for view, message in (
        (dataset.limit(0), "no samples"),
        (dataset.to_patches("before"), "patches"),
    ):
        with pytest.raises(ComparisonError, match=message):
            benchmark_predictions(view, "early", FIELDS)
    assert state(dataset) == before


def test_classes_that_a_file_has_and_no_label_are_known() -> None:
    dataset = with_bad_fields()
    categories = [{"id": 1, "name": "zebra"}]
    dataset.info["label_sets"] = {"after": [{"categories": categories}]}
    dataset.save()
    found = benchmark_predictions(dataset, "strange", FIELDS)
    assert found.metrics().loc["AP"].tolist() == [0, 0]
