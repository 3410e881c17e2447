"""The figures of models, agreement and groups: what runs say, each opening samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import fiftyone as fo
import pandas as pd
import pytest
from helpers.datasets.exported import of_example
from helpers.datasets.modelled import ANNOTATORS, FIELDS, MODELS, add_models
from sama_coco.labelsets import (
    benchmark_predictions,
    compare_annotations,
    load_agreement,
    load_benchmark,
    load_evidence,
    load_results,
    measure_agreement,
    weigh_evidence,
)
from sama_coco.labelsets.evaluation.evidence_results import evidence_lines
from sama_coco.panels.numbers import Chart, Controls, Lines, Table
from sama_coco.panels.numbers.counting import choices
from sama_coco.panels.numbers.figure_views import Choice, Figure, Form
from sama_coco.panels.numbers.run_tabs import RUN_TABS
from sama_coco.panels.numbers.run_tabs.kept_groups import read_groups


@pytest.fixture(scope="module")
def example(
    example_mirror: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[fo.Dataset]:
    dataset = of_example(example_mirror, tmp_path_factory.mktemp("run-tabs"))
    add_models(dataset)
    benchmark_predictions(dataset, MODELS, FIELDS, bootstrap=20)
    measure_agreement(dataset, [*FIELDS, "third"])
    yield dataset
    if fo.dataset_exists(dataset.name):
        fo.delete_dataset(dataset.name)


def figures(dataset: Any, tab: str, choice: str = "run:diff", **chosen: Any) -> Any:
    counted = choices(dataset._root_dataset)[choice]
    found: Sequence[Figure] = RUN_TABS[tab](dataset, counted, Controls(**chosen))
    return {one.name: one for one in found}


def test_metrics_are_the_benchmarks_and_open_contested_predictions(
    example: fo.Dataset,
) -> None:
    results = load_benchmark(example)
    for model in MODELS:
        table = figures(example, "Models", model=model)["metrics"]
        expected = results.intervals(model)
        assert [row[0] for row in table.rows] == list(expected.index)
        for row in table.rows:
            for place, field in enumerate(FIELDS):
                assert row[1 + 2 * place] == expected.loc[row[0], (field, "value")]
        later = results.contested(FIELDS[1], FIELDS[0], model)
        view = table.view(example, table.rows[0], 5)
        assert set(view.values("id")) == {sample for sample, _ in later}
        shown = view.values(f"{model}.detections.id", unwind=True)
        assert set(shown) == {label for _, label in later}
        assert bool(later) == (model == "model_a")


def test_rank_changes_are_marked(example: fo.Dataset) -> None:
    table = figures(example, "Models")["ranks"]
    ranks = {row[0]: (row[2], row[4]) for row in table.rows}
    assert ranks == {"model_a": (2, 1), "model_b": (1, 2)}
    assert all("changes" in row[-1] for row in table.rows)
    assert len(table.view(example, table.rows[0], 3)) > 0


def test_differences_of_classes_open_predictions_of_the_class(
    example: fo.Dataset,
) -> None:
    chart = figures(example, "Models")["ap_differences"]
    classes = load_benchmark(example).classes("model_a")
    what = f"{FIELDS[1]} - {FIELDS[0]}"
    values = chart.traces[0]["y"]
    assert values == [classes.loc[name, (what, "value")] for name in chart.frame.index]
    assert [abs(v) for v in values] == sorted(map(abs, values), reverse=True)
    view = chart.opens(example, 0, 0)
    names = set(view.values("model_a.detections.label", unwind=True))
    assert names == {chart.frame.index[0]}


def test_the_difference_of_any_two_label_sets_is_shown_by_class(
    example: fo.Dataset,
) -> None:
    benchmark_predictions(example, MODELS, [*FIELDS, "third"], key="three", bootstrap=0)
    wanted = f"third - {FIELDS[1]}"
    found = figures(example, "Models", benchmark="three", pair=wanted)
    choice, chart = found["pair"], found["ap_differences"]
    assert len(choice.options) == 3
    assert choice.chosen == wanted
    classes = load_benchmark(example, "three").classes("model_a")
    expected = [classes.loc[name, (wanted, "value")] for name in chart.frame.index]
    assert chart.traces[0]["y"] == expected
    assert expected[0] < 0
    shown = chart.opens(example, 0, 0).values("model_a.detections.id", unwind=True)
    contested = load_benchmark(example, "three").contested(
        FIELDS[1], "third", "model_a", str(chart.frame.index[0])
    )
    assert set(shown) == {label for _, label in contested}
    gone = figures(example, "Models", benchmark="three", pair="a - b")["pair"]
    assert gone.chosen == next(iter(gone.options))
    example.delete_run("three")
    assert "pair" not in figures(example, "Models")


@pytest.mark.parametrize(
    ("pair", "others"),
    [
        (FIELDS, {FIELDS[0]: FIELDS[1], FIELDS[1]: FIELDS[0], "third": FIELDS[0]}),
        (
            [FIELDS[1], "third"],
            {FIELDS[0]: FIELDS[1], FIELDS[1]: "third", "third": FIELDS[1]},
        ),
    ],
)
def test_a_label_set_is_held_against_the_other_of_the_pair_that_is_chosen(
    example: fo.Dataset, pair: list[str], others: dict[str, str]
) -> None:
    fields = [*FIELDS, "third"]
    benchmark_predictions(example, MODELS, fields, key="three", bootstrap=0)
    results, wanted = load_benchmark(example, "three"), f"{pair[1]} - {pair[0]}"
    found = figures(example, "Models", benchmark="three", pair=wanted)
    names = ("COCO-2017", "Sama-COCO", "third")
    titles = dict(zip(fields, names, strict=True))
    said = [f"{titles[one]} against {titles[other]}" for one, other in others.items()]
    for name in ("ranks", "metrics", "precision_recall"):
        assert found[name].note.endswith(f": {', '.join(said)}")
    class_name = found["curve_class"].chosen
    for place, (right, wrong) in enumerate(others.items()):
        opened = {
            None: found["ranks"].view(
                example, ("model_a", *found["ranks"].rows[0][1:]), 1 + 2 * place
            ),
            "": found["metrics"].view(example, found["metrics"].rows[0], 1 + 2 * place),
            class_name: found["precision_recall"].opens(example, place, 50),
        }
        for name, view in opened.items():
            expected = results.contested(right, wrong, "model_a", name or None)
            shown = view.values("model_a.detections.id", unwind=True)
            assert set(shown) == {label for _, label in expected}
    assert results.contested("third", pair[0], "model_a") != results.contested(
        FIELDS[1], "third", "model_a"
    )
    example.delete_run("three")


def test_what_was_evaluated_and_left_out_is_said(example: fo.Dataset) -> None:
    lines = figures(example, "Models")["benchmark_lines"].lines
    assert lines[0].startswith("Mask AP and AR on 24 images against coco_segm")
    assert any("none predicted: 2 of 'model_a', 3 of 'mod" in line for line in lines)


def test_groups_are_read_once_while_nothing_changes(example: fo.Dataset) -> None:
    asked = (FIELDS, "diff", "annotator")
    first, by_tag = (
        read_groups(example, *asked),
        read_groups(example, FIELDS, "diff", "tags"),
    )
    assert read_groups(example, *asked) is first
    assert read_groups(example.limit(3), *asked) is not first
    assert read_groups(example, FIELDS, None, "annotator") is not first
    sample = example.first()
    sample.tags.append("looked at")
    sample.save()
    assert "looked at" in read_groups(example, FIELDS, "diff", "tags").index
    assert "looked at" not in by_tag.index
    sample[FIELDS[1]].detections[0].annotator = "dee"
    sample.save()
    assert "dee" in read_groups(example, *asked).index
    sample.tags.remove("looked at")
    sample[FIELDS[1]].detections[0].annotator = ANNOTATORS[0]
    sample.save()


def test_precision_is_shown_for_the_class_that_is_chosen(example: fo.Dataset) -> None:
    found = figures(example, "Models", curve_class="book")
    assert isinstance(found["curve_class"], Choice)
    assert found["curve_class"].chosen == "book"
    expected = load_benchmark(example).precision_recall("book", "model_a")
    for trace, field in zip(found["precision_recall"].traces, FIELDS, strict=True):
        assert trace["y"] == expected[field].tolist()


def test_evidence_is_that_of_the_comparison_in_the_view(example: fo.Dataset) -> None:
    offered = figures(example, "Models")
    assert "run Weigh evidence" in offered["needs_evidence"].lines[0]
    assert offered["weigh_evidence"].params == {"key": "diff"}
    assert "evidence_by_status" not in offered
    weigh_evidence(example, MODELS)
    for samples in (example, example.limit(9)):
        found, expected = figures(samples, "Models"), load_evidence(samples)
        assert found["evidence_lines"].lines == evidence_lines(expected)
        assert "advice, not truth" in found["evidence_lines"].lines[1]
        for what, frame in (
            ("status", expected.statuses()),
            ("class", expected.classes()),
        ):
            table = found[f"evidence_by_{what}"]
            assert [row[0] for row in table.rows] == list(frame.index)
            for place, column in enumerate(frame.columns, start=1):
                values = [None if pd.isna(v) else v for v in frame[column]]
                assert [row[place] for row in table.rows] == values
            row = next(row for row in table.rows if row[3] and row[4])
            for place in range(1, 6):
                view = table.view(samples, row, place)
                shown = {
                    (sample, item)
                    for field in FIELDS
                    for sample, own in zip(
                        *view.values(["id", f"{field}.detections.diff_item"]),
                        strict=True,
                    )
                    for item in own
                }
                assert len(shown) == row[place] if row[place] else view is None
    assert "evidence_lines" not in figures(example, "Models", f"field:{FIELDS[1]}")
    patches = figures(example.to_patches(FIELDS[0]), "Models")
    assert "patches" in patches["evidence_refused"].lines[0]
    assert patches["metrics"].rows


@pytest.mark.parametrize("score", ["pq", "rq", "sq", "boundary_iou"])
def test_fields_of_agreement_open_comparisons_or_offer_them(
    example: fo.Dataset, score: str
) -> None:
    chart = figures(example, "Agreement", score=score)["scores"]
    assert isinstance(chart, Chart)
    expected = load_agreement(example).matrix(score)
    assert chart.traces[0]["z"] == expected.to_numpy().tolist()
    view = chart.opens(example, 1, 0)
    values = view.values("diff_disagreement")
    assert values == sorted(values, reverse=True)
    assert len(values) == example.exists("diff_disagreement").count()
    assert chart.opens(example, 1, 1) is None
    form = chart.opens(example, 2, 1)
    assert isinstance(form, Form)
    assert form.operator == "compare_annotations"
    assert form.params["base_field"] == FIELDS[1]
    assert form.params["revised_field"] == "third"


def test_classes_and_who_stands_apart_are_the_agreements(example: fo.Dataset) -> None:
    found, results = figures(example, "Agreement"), load_agreement(example)
    by_class = found["alpha_by_class"]
    assert [row[:3] for row in by_class.rows] == [
        (name, row.alpha, row.clusters) for name, row in results.classes().iterrows()
    ]
    view = by_class.view(example, by_class.rows[1], 1)
    alphas = view.values("agreement_alpha")
    assert alphas == sorted(alphas)
    name = by_class.rows[1][0]
    for sample in view:
        assert any(
            name == label.label
            for field in results.fields
            for label in sample[field].detections
        )
    apart = found["vitality"]
    names = dict(zip(FIELDS, ("COCO-2017", "Sama-COCO"), strict=True))
    assert [row[:2] for row in apart.rows] == [
        (names.get(field, field), row.vitality)
        for field, row in results.vitality().iterrows()
    ]


def test_groups_are_those_of_the_comparison_in_the_view(example: fo.Dataset) -> None:
    view = example.limit(8)
    found = figures(view, "Groups", group_by="annotator")
    expected = load_results(example, "diff").by("annotator", view)
    table = found["groups"]
    titles = [column.title for column in table.columns]
    assert [row[0] for row in table.rows] == [str(group) for group in expected.index]
    for name, title in (("pq", "PQ"), ("deviation", "Deviation"), ("images", "Images")):
        shown = [row[titles.index(title)] for row in table.rows]
        assert shown == expected[name].tolist()
    deviations = found["deviations"].traces[0]["y"]
    assert [abs(v) for v in deviations] == sorted(map(abs, deviations), reverse=True)
    assert table.rows[-1][0] == "(none)"
    assert len(deviations) == len(table.rows) - 1
    for row in table.rows:
        if row[0] in ANNOTATORS:
            opened = table.view(view, row, 0)
            labels = opened.values(f"{FIELDS[1]}.detections.annotator", unwind=True)
            assert labels == [row[0]] * row[titles.index("Sama-COCO")]
            assert len(opened) == row[1]


def test_one_label_set_is_grouped_too(example: fo.Dataset) -> None:
    found = figures(example, "Groups", f"field:{FIELDS[1]}", group_by="annotator")
    assert "need a comparison" in found["groups_alone"].lines[0]
    counts = {row[0]: row[2] for row in found["groups"].rows}
    values = example.values(f"{FIELDS[1]}.detections.annotator", unwind=True)
    assert counts == {name: values.count(name) for name in ANNOTATORS}


def test_rows_are_kept_for_csv(example: fo.Dataset) -> None:
    for tab in RUN_TABS:
        for one in figures(example, tab).values():
            if isinstance(one, Table | Chart):
                assert len(one.frame) > 0, one.name


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize(
    ("tab", "operator"),
    [("Models", "benchmark_predictions"), ("Agreement", "measure_agreement")],
)
def test_without_a_run_it_is_offered(tab: str, operator: str) -> None:
    from helpers.datasets.labelled import FIELDS as SIDES
    from helpers.datasets.labelled import every_status, make_pair

    dataset = make_pair(every_status())
    compare_annotations(dataset, **SIDES)
    lines, form = figures(dataset, tab).values()
    assert isinstance(lines, Lines)
    assert isinstance(form, Form)
    assert form.operator == operator
    assert form.label in lines.lines[0]
