"""The figures of the panel of numbers: each opens exactly what it counts."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from fiftyone import ViewField as F
from fiftyone.operators.store import ExecutionStore
from helpers.data.complete_counts import CLASSES, complete
from helpers.datasets.exported import of_example
from helpers.datasets.labelled import (
    FIELDS,
    HOSTILE,
    boxed,
    every_status,
    make_pair,
    masked,
)
from sama_coco.labelsets import (
    Census,
    compare_annotations,
    list_comparisons,
    prepare_app,
    take_census,
)
from sama_coco.labelsets.census import kept_census
from sama_coco.labelsets.reconciling.decisions.verdicts import Verdict
from sama_coco.labelsets.reconciling.verdict_writing import write_verdict
from sama_coco.labelsets.runs import compare_dataset
from sama_coco.panels.numbers import (
    TABS,
    Chart,
    Controls,
    Lines,
    Table,
    counting,
    figures_of,
)
from sama_coco.panels.numbers.census_tabs.explorer_tab import explored_view
from sama_coco.panels.numbers.census_tabs.overview_tab import overview_tab
from sama_coco.panels.numbers.charts import escaped
from sama_coco.panels.numbers.counting import choices, count
from sama_coco.panels.numbers.figure_views import whole

SIDES = {"base": "coco_segmentations", "revised": "sama_segmentations"}
Measure = Callable[[fo.DatasetView], int]


@pytest.fixture(scope="module")
def example(
    example_mirror: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[fo.Dataset]:
    dataset = of_example(example_mirror, tmp_path_factory.mktemp("numbers"))
    yield dataset
    if fo.dataset_exists(dataset.name):
        fo.delete_dataset(dataset.name)


@pytest.fixture(scope="module")
def census(example: fo.Dataset) -> Census:
    return take_census(example, key="diff")


def figure(census: Census, tab: str, name: str, **controls: Any) -> Any:
    found = {f.name: f for f in figures_of(tab, census, Controls(**controls))}
    return found[name]


def objects(side: str, *conditions: tuple[str, Any]) -> Measure:
    """How many labels of a side a view shows, of those that meet conditions."""

    def measure(view: fo.DatasetView) -> int:
        labels = F("detections")
        for name, value in conditions:
            labels = labels.filter(F(name) == F.literal(value))
        return int(sum(view.values(F(f"{SIDES[side]}").apply(labels).length())))

    return measure


def total(side: str, *attributes: str) -> Measure:
    """The sum of attributes of the labels of a side that a view shows."""
    path = f"{SIDES[side]}.detections"
    return lambda view: int(sum(view.sum(f"{path}.{name}") for name in attributes))


def classes(side: str) -> Measure:
    """How many classes the labels of a side that a view shows are of."""
    return lambda view: len(view.distinct(f"{SIDES[side]}.detections.label"))


def check_cells(
    samples: Any, table: Table, measures: dict[int, Callable[[Any], Measure]]
) -> None:
    """Every number in some columns is what its view holds."""
    assert table.opens is not None
    assert table.rows
    for row in table.rows:
        for column, measure in measures.items():
            view = table.opens(samples, row, column)
            if view is not None:
                assert measure(row)(view) == row[column], (row, column)


def check_points(samples: Any, chart: Chart, measure: Callable[[int], Measure]) -> None:
    """Every bar, or field of a matrix, is what its view holds."""
    assert chart.opens is not None
    seen = 0
    for number, trace in enumerate(chart.traces):
        rows = trace["z"] if chart.matrix else [trace["y"]]
        for place, values in enumerate(rows):
            for point, value in enumerate(values):
                if value:
                    at = place if chart.matrix else number
                    view = chart.opens(samples, at, point)
                    assert view is not None
                    assert measure(number)(view) == value, (chart.name, at, point)
                    seen += 1
    assert seen


def images(*_: Any) -> Measure:
    return len


def side_of(number: int) -> str:
    return list(SIDES)[number]


def test_the_table_of_figures_opens_what_it_counts(
    example: fo.Dataset, census: Census
) -> None:
    table = figure(census, "Overview", "figures")
    assert [row[-1] for row in table.rows] == list(census.overview().index)

    def measure(side: str) -> Callable[[Any], Measure]:
        summed = {
            "polygons": total(side, "num_polygons"),
            "vertices": total(side, "num_vertices"),
            "vertices_closed": total(side, "num_vertices", "num_polygons"),
            "classes": classes(side),
            "classes_with_more": classes(side),
            "images": images(),
            "labelled_images": images(),
        }
        return lambda row: summed.get(row[-1], objects(side))

    check_cells(example, table, {1: measure("base"), 2: measure("revised")})


def test_a_cell_that_counts_nothing_opens_nothing(
    example: fo.Dataset, census: Census
) -> None:
    tables = [
        one
        for tab in TABS
        for one in figures_of(tab, census, Controls())
        if isinstance(one, Table) and one.opens is not None
    ]
    empty = 0
    for one in tables:
        counting = [n for n, column in enumerate(one.columns) if column.form is whole]
        for row in one.rows[:40]:
            for column in (n for n in counting if not row[n]):
                assert one.view(example, row, column) is None, (one.name, row, column)
                empty += 1
    assert empty > 20


def test_statuses_open_their_objects(example: fo.Dataset, census: Census) -> None:
    table = figure(census, "Overview", "statuses")
    measures = {
        column: lambda row, side=side: objects(side, ("diff", row[0]))
        for column, side in enumerate(SIDES, 1)
    }
    check_cells(example, table, measures)
    assert table.opens(example, table.rows[0], 0) is None


def test_classes_open_what_they_count(example: fo.Dataset, census: Census) -> None:
    table = figure(census, "Classes", "classes")
    titles = [column.title for column in table.columns]
    measures: dict[int, Callable[[Any], Measure]] = {
        column: lambda row, side=side: objects(side, ("label", row[0]))
        for column, side in enumerate(SIDES, 1)
    }
    for title, side in (
        ("identical", "base"),
        ("refined", "base"),
        ("split", "base"),
        ("removed", "base"),
        ("added", "revised"),
    ):
        measures[titles.index(title)] = lambda row, side=side, status=title: objects(
            side, ("label", row[0]), ("diff", status)
        )
    check_cells(example, table, measures)
    whole = table.opens(example, table.rows[0], 0)
    assert 0 < len(whole) <= len(example)


@pytest.mark.parametrize("shown", ["ten most frequent", "all classes"])
def test_bars_of_classes_open_their_images(
    example: fo.Dataset, census: Census, shown: str
) -> None:
    chart = figure(census, "Classes", "instances", classes_shown=shown)
    names = list(chart.frame.index)
    assert len(names) == (10 if "ten" in shown else len(census.classes()))
    for number, side in enumerate(SIDES):
        for point, name in enumerate(names):
            view = chart.opens(example, number, point)
            found = objects(side, ("label", name))(view)
            assert found == chart.traces[number]["y"][point]
            assert all(view.values(F(SIDES[side]).apply(F("detections")).length()))


def test_relabels_open_their_pairs(example: fo.Dataset, census: Census) -> None:
    table = figure(census, "Relabels", "relabels")
    check_cells(example, table, {2: lambda row: objects("base", ("label", row[0]))})
    check_points(
        example, figure(census, "Relabels", "relabel_matrix"), lambda _: objects("base")
    )


@pytest.mark.parametrize("name", ["iou", "boundary_iou", "area_change", "sizes"])
def test_shapes_open_their_pairs(
    example: fo.Dataset, census: Census, name: str
) -> None:
    chart = figure(census, "Shapes", name)
    check_points(example, chart, lambda _: objects("base"))
    check_points(example, chart, lambda _: objects("revised"))


def test_vertices_open_their_objects(example: fo.Dataset, census: Census) -> None:
    chart = figure(census, "Shapes", "vertices")
    check_points(example, chart, lambda number: objects(side_of(number)))


@pytest.mark.parametrize("name", ["objects", "aspect_ratios"])
def test_charts_of_images_open_them(
    example: fo.Dataset, census: Census, name: str
) -> None:
    check_points(example, figure(census, "Images", name), images)


def test_tables_of_images_open_them(example: fo.Dataset, census: Census) -> None:
    check_cells(example, figure(census, "Images", "labelled"), {1: images})
    check_cells(example, figure(census, "Images", "image_sizes"), {2: images})


@pytest.mark.parametrize("side", SIDES)
def test_the_explorer_opens_what_meets(
    example: fo.Dataset, census: Census, side: str
) -> None:
    chart = figure(census, "Explorer", f"together_{side}")
    check_points(example, chart, images)
    table = figure(census, "Explorer", f"never_meet_{side}")
    check_cells(example, table, {2: images, 3: images})


def test_the_explorer_counts_what_it_opens(example: fo.Dataset, census: Census) -> None:
    names = [str(name) for name in census.classes().index[:3]]
    path = f"{SIDES['base']}.detections.label"
    held = [set(found or ()) for found in example.values(path)]
    chosen = Controls(must=(names[0],), must_not=(names[1],), where="base")
    expected = sum(names[0] in one and names[1] not in one for one in held)
    assert len(explored_view(example, census, chosen)) == expected
    anything = Controls(may=tuple(names), where="base")
    expected = sum(bool(set(names) & one) for one in held)
    assert len(explored_view(example, census, anything)) == expected


def test_figures_follow_a_view(example: fo.Dataset) -> None:
    view = example.limit(5).filter_labels(SIDES["base"], F("label") != "person")
    census = take_census(view, key="diff")
    table = figure(census, "Classes", "classes")
    assert "person" not in [row[0] for row in table.rows if row[1]]
    check_cells(view, table, {1: lambda row: objects("base", ("label", row[0]))})


@pytest.mark.parametrize("tab", TABS)
def test_what_is_exported_is_what_is_shown(census: Census, tab: str) -> None:
    for one in figures_of(tab, census, Controls()):
        if isinstance(one, Lines):
            assert all(one.lines)
            continue
        text = one.frame.to_csv(index=isinstance(one, Chart))
        rows = list(csv.reader(io.StringIO(text)))
        assert len(rows) > 1
        if isinstance(one, Table):
            assert rows[0] == [column.title for column in one.columns]
            assert len(rows) == len(one.rows) + 1


@pytest.mark.parametrize("column", [0, 1, 4])
@pytest.mark.parametrize("descending", [False, True])
def test_tables_are_sorted(census: Census, column: int, descending: bool) -> None:
    table = figure(census, "Classes", "classes").sorted(column, descending)
    values = [row[column] for row in table.rows]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=descending)
    assert values[len(known) :] == [None] * (len(values) - len(known))


def test_a_search_keeps_the_classes_that_hold_it(census: Census) -> None:
    table = figure(census, "Classes", "classes", search=" PERS ")
    assert [row[0] for row in table.rows] == ["person"]
    nothing = figure(census, "Classes", "classes", search="no such class")
    assert nothing.rows == []


@pytest.mark.usefixtures("fresh_database")
def test_hostile_names_are_data_in_every_tab() -> None:
    side = [masked(name, 2 * i, 2 * i, 9, 9) for i, name in enumerate(HOSTILE)]
    other = [masked(name, 2 * i, 2 * i, 9, 8) for i, name in enumerate(HOSTILE[::-1])]
    dataset = make_pair((side, other), (side, side))
    compare_annotations(dataset, "before", "after")
    census = take_census(dataset, key="diff")
    for tab in TABS:
        for one in figures_of(tab, census, Controls()):
            if isinstance(one, Chart):
                shown = [one.layout["xaxis"]["ticktext"], one.layout["yaxis"]]
                assert "<" not in str(shown).replace("<br>", "")
                assert all("<" not in str(trace.get("text")) for trace in one.traces)
    table = figure(census, "Classes", "classes")
    assert {row[0] for row in table.rows} == set(HOSTILE)
    for row in table.rows:
        view = table.opens(dataset, row, 1)
        labels = view.values("before.detections.label", unwind=True)
        assert labels.count(row[0]) == row[1]


def test_text_in_charts_is_escaped_and_short() -> None:
    assert escaped("<b>&amp;") == "&lt;b&gt;&amp;amp;"
    assert escaped("two\nlines") == "two lines"
    assert escaped("") == "“”"
    assert len(escaped("l" * 3000)) == 40


@pytest.mark.usefixtures("fresh_database")
def test_what_can_be_counted_is_offered() -> None:
    dataset = make_pair(every_status())
    assert [one.key for one in choices(dataset).values()] == [None] * 3
    assert list(choices(dataset)) == ["pair", "field:before", "field:after"]
    compare_annotations(dataset, "before", "after", key="other")
    compare_annotations(dataset, "before", "after")
    assert list(choices(dataset))[:2] == ["run:diff", "run:other"]
    dataset.delete_sample_fields(["after"])
    assert "field:before" in choices(dataset)


@pytest.mark.usefixtures("fresh_database")
def test_without_a_comparison_its_tabs_say_so() -> None:
    dataset = make_pair(every_status())
    census = take_census(dataset, "before", "after")
    for tab in ("Relabels", "Shapes"):
        assert figure(census, tab, "needs_comparison").lines
    alone = take_census(dataset, "before")
    for tab in TABS:
        assert figures_of(tab, alone, Controls())


@pytest.mark.usefixtures("fresh_database")
def test_boxes_alone_are_counted_and_what_they_lack_is_said() -> None:
    dataset = make_pair(([boxed("cat", 0, 0, 9, 9)], []))
    census = take_census(dataset, "before", "after")
    rows = {row[-1]: row for row in figure(census, "Overview", "figures").rows}
    assert rows["instances"][1:3] == (1, 0)
    assert rows["vertices"][1] is None
    said = " ".join(figure(census, "Overview", "missing").lines)
    assert "num_vertices" in said


def test_published_figures_stand_beside_those_of_a_complete_dataset() -> None:
    census = complete()
    table = figure(census, "Overview", "figures")
    titles = [column.title for column in table.columns]
    assert titles[-4:] == [
        "COCO-2017, published",
        "agrees",
        "Sama-COCO, published",
        "agrees",
    ]
    rows = {row[-1]: row for row in table.rows}
    shown = [c.show(v) for c, v in zip(table.columns, rows["crowds"], strict=False)]
    assert shown[1:3] == ["10,498", "47,428"]
    assert shown[-4:] == ["10,498", "equal", "47,428", "equal"]
    census.sides["revised"].classes[CLASSES[-1]].crowds += 3
    rows = {r[-1]: r for r in overview_tab(census, Controls())[1].rows}  # type: ignore
    assert rows["crowds"][-2] == "+3"
    assert rows["polygons"][-3] is None


@pytest.mark.usefixtures("fresh_database")
def test_a_census_is_kept_until_something_changes() -> None:
    dataset = make_pair(every_status(), every_status())
    (counted,) = [one for name, one in choices(dataset).items() if name == "pair"]
    first = count(dataset, counted)
    assert count(dataset, counted) is first
    view = dataset.limit(1)
    assert count(view, counted) is count(dataset.limit(1), counted)
    assert count(view, counted) is not first
    sample = dataset.first()
    sample["before"].detections[0].label = "zebra"
    sample.save()
    changed = count(dataset, counted)
    assert changed is not first
    assert "zebra" in changed.classes().index
    dataset.delete_samples([dataset.first().id])
    assert len(dataset) == 1
    assert count(dataset, counted).counts.base.images == 1


@pytest.mark.usefixtures("fresh_database")
def test_a_verdict_causes_no_recount() -> None:
    dataset = make_pair(every_status(), every_status())
    compare_annotations(dataset, **FIELDS)
    counted = choices(dataset)["run:diff"]
    first = count(dataset, counted)
    label = dataset.last()["before"].detections[0].id
    write_verdict(dataset, dataset.last().id, Verdict.BASE, [label])
    write_verdict(dataset, dataset.first().id, None)
    assert count(dataset, counted) is first


@pytest.mark.usefixtures("fresh_database")
def test_a_census_that_took_long_is_kept_for_later_sessions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(counting, "SLOW", -1.0)
    dataset = make_pair(every_status())
    compare_annotations(dataset, "before", "after")
    counted = choices(dataset)["run:diff"]
    first = count(dataset, counted)
    counting._kept.clear()
    taken: list[Any] = []
    monkeypatch.setattr(counting, "take_census", lambda *_, **__: taken.append(1))
    again = count(dataset, counted)
    assert again is not first
    assert again.to_dict() == first.to_dict()
    assert taken == []
    monkeypatch.undo()
    monkeypatch.setattr(counting, "SLOW", -1.0)
    for limit in range(1, 3 * kept_census.KEPT):
        count(dataset.match(F("filepath") != str(limit)), counted)
    store = ExecutionStore.create("sama_coco_census", dataset_id=dataset._doc.id)
    assert len(store.list_keys()) <= kept_census.KEPT
    for name in store.list_keys():
        about = store.get_metadata(name)
        kept = (about["expires_at"] - about["created_at"]).total_seconds()
        assert kept == pytest.approx(kept_census.KEPT_SECONDS, rel=0.01)


@pytest.mark.usefixtures("fresh_database")
def test_a_comparison_of_many_images_counts_for_the_panel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compare_dataset, "MIN_FOR_CENSUS", 2)
    dataset = make_pair(every_status(), every_status())
    said: list[str] = []
    compare_annotations(dataset, **FIELDS, on_progress=lambda _, x: said.append(x))
    assert said[-1] == "2 images compared, their figures are counted"
    counted = choices(dataset)["run:diff"]
    expected = take_census(dataset, key="diff").to_dict()
    opened = prepare_app(dataset).view
    with monkeypatch.context() as without_counting:
        without_counting.setattr(counting, "take_census", None)
        for view in (
            opened,
            dataset,
            dataset.sort_by("diff_disagreement", reverse=True),
            dataset.exclude_fields("diff_pq").sort_by("filepath"),
        ):
            assert count(view, counted).to_dict() == expected
            counting._kept.clear()
    assert count(dataset.limit(1), counted).counts.base.images == 1
    sample = dataset.first()
    sample["after"].detections[0].label = "zebra"
    sample.save()
    assert "zebra" in count(opened, counted).classes().index


@pytest.mark.usefixtures("fresh_database")
def test_a_comparison_of_some_images_counts_for_the_view_that_opens(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(compare_dataset, "MIN_FOR_CENSUS", 1)
    dataset = make_pair(every_status(), every_status())
    compare_annotations(dataset.limit(1), **FIELDS)
    counted = choices(dataset)["run:diff"]
    with monkeypatch.context() as without_counting:
        without_counting.setattr(counting, "take_census", None)
        opened = count(prepare_app(dataset).view, counted)
    assert opened.counts.base.images == 1
    assert count(dataset, counted).counts.base.images == 2


@pytest.mark.usefixtures("fresh_database")
def test_figures_that_cannot_be_kept_fail_no_comparison(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(compare_dataset, "MIN_FOR_CENSUS", 1)

    def fail(*_: Any) -> None:
        raise OSError("no room")

    monkeypatch.setattr(kept_census, "keep_census", fail)
    dataset = make_pair(every_status())
    compare_annotations(dataset, **FIELDS)
    assert list_comparisons(dataset, finished=True) == ["diff"]
    assert "no room" in caplog.text


@pytest.mark.usefixtures("fresh_database")
def test_a_census_too_large_for_the_database_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kept_census, "LARGEST", 10)
    monkeypatch.setattr(counting, "SLOW", -1.0)
    dataset = make_pair(every_status())
    compare_annotations(dataset, **FIELDS)
    count(dataset, choices(dataset)["run:diff"])
    store = ExecutionStore.create(kept_census.STORE, dataset_id=dataset._doc.id)
    assert store.list_keys() == []


def test_numbers_are_written_for_people() -> None:
    table = Table("t", "t", [], [])
    assert table.shown == []
    from sama_coco.panels.numbers.figure_views import (
        Column,
        ratio,
        share,
        signed,
        whole,
    )

    assert [whole(1234567), signed(-12345), signed(0)] == ["1,234,567", "-12,345", "0"]
    assert [ratio(1.2345), share(0.5)] == ["1.23", "0.500"]
    assert Column("x", whole).show(None) == "n/a"
    assert not math.isnan(float(share(1.0)))
