"""A comparison as files: what stands in them, and what they leave alone."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import fiftyone as fo
import numpy as np
import pandas as pd
import pytest
from fiftyone import ViewField as F
from helpers.datasets.exported import HOSTILE, drawn, files, hostile, of_example
from helpers.datasets.labelled import (
    FIELDS,
    alter,
    boxed,
    every_status,
    make_pair,
    masked,
)
from sama_coco.labelsets import ComparisonError, compare_annotations, load_results
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.exports import object_rows
from sama_coco.labelsets.exports.comparison_files import (
    FORMATS,
    export_comparison,
    export_objects,
    export_totals,
)
from sama_coco.labelsets.exports.report_pages.html_report import export_report

pytestmark = pytest.mark.usefixtures("fresh_database")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def frame(path: Path) -> pd.DataFrame:
    return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_every_object_of_the_results_is_a_row(
    suffix: str, example_mirror: Path, tmp_path: Path
) -> None:
    dataset = of_example(example_mirror, tmp_path / "zoo")
    path = tmp_path / f"objects.{suffix}"
    written = export_objects(dataset, "diff", path)
    table = frame(path)
    expected = load_results(dataset, "diff").statuses()
    found = table.groupby(["status", "side"]).size().unstack(fill_value=0)
    assert written == len(table) == expected.to_numpy().sum()
    for status, counts in expected.iterrows():
        present = found.loc[status] if counts.any() else {"base": 0, "revised": 0}
        assert dict(present) == dict(counts)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_row_says_what_the_dataset_says(
    suffix: str, example_mirror: Path, tmp_path: Path
) -> None:
    dataset = of_example(example_mirror, tmp_path / "zoo")
    path = tmp_path / f"objects.{suffix}"
    export_objects(dataset, "diff", path)
    rows = frame(path).replace({np.nan: None}).set_index("label_id")
    for sample in dataset.iter_samples():
        sides = (
            ("base", sample.coco_segmentations.detections),
            ("revised", sample.sama_segmentations.detections),
        )
        classes = {label.id: label.label for _, side in sides for label in side}
        for side, labels in sides:
            for label in labels:
                row = rows.loc[label.id]
                assert row["sample_id"] == sample.id
                assert row["image_coco_id"] == sample.coco_id
                assert row["file_name"] == Path(sample.filepath).name
                assert (
                    list(row["tags"]) == ["validation"] or row["tags"] == "validation"
                )
                assert row["side"] == side
                assert row["coco_id"] == label.coco_id
                assert row["class"] == label.label
                assert row["iscrowd"] == label.iscrowd
                assert row["status"] == label.diff
                assert row["partner_id"] == label.diff_id
                assert row["partner_class"] == classes.get(label.diff_id)
                assert row["iou"] == pytest.approx(label.diff_iou)
                assert row["boundary_iou"] == pytest.approx(label.diff_biou)
                assert row["area"] == label.area
                assert row["compared_area"] == label.diff_area
                assert row["num_polygons"] == label.num_polygons
                assert row["num_vertices"] == label.num_vertices
                assert row["sample_disagreement"] == sample.diff_disagreement
                assert row["sample_pq"] == sample.diff_pq


def test_a_pair_says_on_both_sides_what_the_revision_changed(tmp_path: Path) -> None:
    before = [
        masked("cat", 0, 0, 10, 10, num_vertices=4),
        masked("dog", 30, 0, 10, 10, num_vertices=4),
        boxed("cow", 0, 20, 10, 10),
        masked("bus", 60, 40, 10, 10),
        masked("car", 0, 40, 20, 10),
    ]
    after = [
        masked("cat", 0, 0, 10, 6, num_vertices=9),
        masked("dog", 30, 0, 10, 10),
        boxed("cow", 3, 24, 10, 10),
        masked("car", 0, 40, 7, 10),
        masked("car", 7, 40, 7, 10),
        masked("car", 14, 40, 6, 10),
    ]
    dataset = drawn((before, after))
    path = tmp_path / "objects.parquet"
    export_objects(dataset, "diff", path)
    names = ["area_change", "shift_px", "vertex_change"]
    rows = frame(path).set_index(["class", "side"])[names].astype(object)
    rows = rows.where(rows.notna(), None)
    for side in ("base", "revised"):
        assert rows.loc["cat", side].tolist() == [-0.4, 2, 5]
        assert rows.loc["dog", side].tolist() == [0, 0, None]
        assert rows.loc["cow", side].tolist() == [0, pytest.approx(5), None]
    for alone in ("bus", "car"):
        assert rows.loc[alone].isna().all(axis=None)


def test_changes_are_left_out_where_a_label_covers_nothing_any_more(
    tmp_path: Path,
) -> None:
    dataset = drawn(([masked("cat", 0, 0, 9, 9)], [masked("cat", 0, 0, 9, 8)]))
    alter(dataset, "after", 0, bounding_box=None)
    export_objects(dataset, "diff", tmp_path / "objects.csv")
    for row in read_csv(tmp_path / "objects.csv"):
        assert row["status"] == "refined"
        assert row["shift_px"] == row["area_change"] == ""


def test_objects_are_the_same_however_many_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = drawn(*[every_status() for _ in range(5)])
    steps: list[float] = []
    export_objects(dataset, "diff", tmp_path / "whole.csv")
    monkeypatch.setattr(object_rows, "BATCH", 2)
    for suffix in ("csv", "parquet"):
        export_objects(
            dataset,
            "diff",
            tmp_path / f"parts.{suffix}",
            on_progress=lambda share, _: steps.append(share),
        )
    whole = (tmp_path / "whole.csv").read_bytes()
    assert whole == (tmp_path / "parts.csv").read_bytes()
    assert len(frame(tmp_path / "parts.parquet")) == len(
        read_csv(tmp_path / "whole.csv")
    )
    assert steps == [0.4, 0.8, 1.0] * 2


def test_a_dataset_without_ids_of_coco_leaves_their_columns_empty(
    tmp_path: Path,
) -> None:
    export_objects(drawn(), "diff", tmp_path / "objects.parquet")
    table = frame(tmp_path / "objects.parquet")
    assert list(table.columns) == list(object_rows.COLUMNS)
    for name in ("image_coco_id", "coco_id", "area", "num_vertices"):
        assert table[name].isna().all()


def test_ids_that_are_text_stay_text(tmp_path: Path) -> None:
    box = 0, 0, 9, 9
    dataset = make_pair(
        ([boxed("cat", *box, coco_id="007")], [boxed("cat", *box, coco_id="b-2")])
    )
    dataset.add_sample_field("coco_id", fo.StringField)
    dataset.set_values("coco_id", ["0001"])
    compare_annotations(dataset, **FIELDS)
    export_objects(dataset, "diff", tmp_path / "objects.parquet")
    table = frame(tmp_path / "objects.parquet")
    assert list(table["coco_id"]) == ["007", "b-2"]
    assert list(table["image_coco_id"]) == ["0001", "0001"]


def test_a_view_exports_the_labels_it_shows_with_the_classes_of_their_partners(
    tmp_path: Path,
) -> None:
    dataset = drawn(every_status(), every_status())
    view = dataset.limit(1).filter_labels("before", F("diff") == "relabeled")
    view = view.filter_labels("after", F("diff") == "added", only_matches=False)
    assert export_objects(view, "diff", tmp_path / "objects.csv") == 2
    base, revised = read_csv(tmp_path / "objects.csv")
    assert (base["status"], base["class"], base["partner_class"]) == (
        "relabeled",
        "cow",
        "horse",
    )
    assert (revised["status"], revised["partner_class"]) == ("added", "")
    assert base["sample_id"] == revised["sample_id"] == dataset.first().id


def test_only_what_was_compared_is_exported(tmp_path: Path) -> None:
    dataset = make_pair(every_status(), every_status())
    results = compare_annotations(dataset.limit(1), **FIELDS)
    done = export_comparison(dataset, "diff", tmp_path, ["csv"])
    assert done.objects == results.statuses().to_numpy().sum()
    assert done.missing == 0


def test_objects_that_are_gone_since_are_counted(tmp_path: Path) -> None:
    dataset = drawn()
    sample = dataset.first()
    sample["before"].detections.pop()
    sample.save()
    assert export_comparison(dataset, "diff", tmp_path, ["csv"]).missing == 1


def test_parquet_keeps_hostile_text_as_it_is(tmp_path: Path) -> None:
    export_objects(hostile(), "diff", tmp_path / "objects.parquet")
    table = frame(tmp_path / "objects.parquet")
    assert set(table["class"]) == set(table["partner_class"]) == set(HOSTILE)
    assert list(table["tags"][0]) == [HOSTILE[0]]


def test_a_row_has_the_tags_of_its_label_and_the_verdict_on_its_item(
    tmp_path: Path,
) -> None:
    dataset = drawn(every_status(), every_status())
    first, second = dataset
    first["before"].detections[1].tags = ["prefer revised", "mine"]
    first["after"].detections[2].tags = ["unsure"]
    first["after"].detections[6].tags = ["keep both"]
    first["after"].detections[0].tags = ["other: prefer base"]
    second.tags = ["keep neither"]
    second["before"].detections[0].tags = ["prefer base"]
    for sample in (first, second):
        sample.save()
    export_objects(dataset, "diff", tmp_path / "objects.parquet")
    table = frame(tmp_path / "objects.parquet")
    assert list(table["label_tags"][1]) == ["prefer revised", "mine"]
    verdicts = table.groupby(["sample_id", "status"], sort=False)["verdict"]
    found = {key: set(values.dropna()) for key, values in verdicts}
    for status in ("identical", "merged", "added", "degenerate"):
        assert found[first.id, status] == set()
    assert found[first.id, "refined"] == {"unsure"}
    assert found[first.id, "split"] == {"keep both"}
    assert len(table[table["verdict"] == "keep both"]) == 4
    assert found[second.id, "identical"] == {"prefer base"}
    assert found[second.id, "split"] == {"keep neither"}
    assert found[second.id, "degenerate"] == set()


def test_verdicts_on_other_comparisons_are_not_taken(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    compare_annotations(dataset, **FIELDS, key="other")
    dataset.select_labels(fields="before").tag_labels("prefer base", "before")
    export_objects(dataset, "other", tmp_path / "objects.parquet")
    assert frame(tmp_path / "objects.parquet")["verdict"].isna().all()
    dataset.tag_samples("other: keep both")
    export_objects(dataset, "other", tmp_path / "objects.parquet", overwrite=True)
    verdicts = frame(tmp_path / "objects.parquet").groupby("status")["verdict"]
    assert {s for s, found in verdicts if (found == "keep both").all()} == {
        str(s) for s in Status if s is not Status.DEGENERATE
    }


def test_totals_are_those_of_the_results(tmp_path: Path) -> None:
    results = load_results(drawn(), "diff")
    export_totals(results, tmp_path / "totals.json")
    assert json.loads((tmp_path / "totals.json").read_text()) == results.to_dict()


def test_what_is_no_number_is_null_in_totals(tmp_path: Path) -> None:
    found: Any = SimpleNamespace(
        to_dict=lambda: {"pq": float("nan"), "猫": [1.5, float("-inf"), {"sq": 1}]}
    )
    export_totals(found, tmp_path / "totals.json")
    text = (tmp_path / "totals.json").read_text(encoding="utf-8")
    assert json.loads(text) == {"pq": None, "猫": [1.5, None, {"sq": 1}]}
    assert "NaN" not in text


def test_nothing_to_tell_is_still_a_report(tmp_path: Path) -> None:
    dataset = drawn(([], None))
    done = export_comparison(dataset, "diff", tmp_path, list(FORMATS))
    assert [path.name for path in done.paths] == [
        "diff_objects.csv",
        "diff_objects.parquet",
        "diff_totals.json",
        "diff_report.html",
        "diff_report.md",
    ]
    assert not read_csv(done.paths[0])
    assert list(frame(done.paths[1]).columns) == list(object_rows.COLUMNS)
    assert "<svg" not in done.paths[3].read_text(encoding="utf-8")


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A folder in which every file that an export may write is there already."""
    folder = tmp_path / "filled"
    (folder / "diff_report_pictures").mkdir(parents=True)
    for format in FORMATS.values():
        (folder / f"diff_{format.ending}").write_text("mine")
    (folder / "diff_report_pictures" / "example-6.jpg").write_text("mine")
    return folder


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_that_is_there_stays_and_nothing_else_is_written(
    format: str, filled: Path
) -> None:
    before = files(filled)
    dataset = drawn()
    with pytest.raises(ComparisonError, match=r"already.*overwrite=True"):
        export_comparison(dataset, "diff", filled, [format])
    with pytest.raises(ComparisonError, match=r"already.*overwrite=True"):
        export_comparison(dataset, "diff", filled, ["csv", format])
    assert files(filled) == before


def test_files_are_replaced_where_that_is_wanted(filled: Path) -> None:
    done = export_comparison(drawn(), "diff", filled, list(FORMATS), overwrite=True)
    assert {str(path.relative_to(filled)) for path in done.paths} == set(files(filled))
    assert b"mine" not in files(filled).values()


@pytest.mark.parametrize("format", ["csv", "parquet", "html", "md"])
def test_an_export_that_is_broken_off_leaves_what_was_there(
    format: str, filled: Path
) -> None:
    before = files(filled)

    def stop(done: float, label: str) -> None:
        raise KeyboardInterrupt

    dataset = drawn()
    with pytest.raises(KeyboardInterrupt):
        export_comparison(dataset, "diff", filled, [format], True, stop)
    assert files(filled) == before


def test_a_later_format_that_fails_takes_the_earlier_ones_with_it(
    tmp_path: Path,
) -> None:
    dataset = drawn()

    def stop(done: float, label: str) -> None:
        if done > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_comparison(
            dataset, "diff", tmp_path / "new", ["csv", "json", "md"], on_progress=stop
        )
    assert list(tmp_path.iterdir()) == []


def test_pictures_of_others_are_not_deleted(tmp_path: Path) -> None:
    theirs = tmp_path / "diff_report_pictures" / "example-6.jpg"
    dataset = drawn()

    def interfere(done: float, label: str) -> None:
        theirs.parent.mkdir(exist_ok=True)
        theirs.write_text("theirs")

    export_comparison(dataset, "diff", tmp_path, ["md"], on_progress=interfere)
    assert theirs.read_text() == "theirs"


def test_a_file_that_comes_in_between_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "objects.csv"
    batches = object_rows.ObjectTable.batches

    def interfere(table: object_rows.ObjectTable) -> Iterator[Any]:
        yield from batches(table)
        path.write_text("mine")

    dataset = drawn()
    monkeypatch.setattr(object_rows.ObjectTable, "batches", interfere)
    with pytest.raises(ComparisonError, match="already"):
        export_objects(dataset, "diff", path)
    assert files(tmp_path) == {"objects.csv": b"mine"}


def test_folders_are_created(tmp_path: Path) -> None:
    done = export_comparison(drawn(), "diff", tmp_path / "a" / "b", ["json"])
    assert done.paths == [tmp_path / "a" / "b" / "diff_totals.json"]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    with pytest.raises(ComparisonError, match="is a file"):
        export_comparison(drawn(), "diff", tmp_path / "a" / "b")


def test_a_file_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "diff_objects.csv").mkdir()
    with pytest.raises(ComparisonError, match="is a folder"):
        export_comparison(drawn(), "diff", tmp_path, overwrite=True)


@pytest.mark.parametrize("folder", ["", "  "])
def test_a_folder_must_be_named(folder: str) -> None:
    with pytest.raises(ComparisonError, match="name a folder"):
        export_comparison(drawn(), "diff", folder)


@pytest.mark.parametrize("formats", [[], ["xls"], ["csv", "xls"], "csv"])
def test_unknown_formats_are_refused(formats: Any, tmp_path: Path) -> None:
    with pytest.raises(ComparisonError, match="csv, parquet, json, html, md"):
        export_comparison(drawn(), "diff", tmp_path, formats)
    assert not files(tmp_path)


def test_files_of_other_kinds_are_refused(tmp_path: Path) -> None:
    dataset = drawn()
    with pytest.raises(ComparisonError, match=r"\.csv or \.parquet"):
        export_objects(dataset, "diff", tmp_path / "objects.xls")
    with pytest.raises(ComparisonError, match=r"\.html or \.md"):
        export_report(dataset, "diff", tmp_path / "report.pdf")


def test_a_comparison_that_did_not_end_is_refused(tmp_path: Path) -> None:
    dataset = drawn()
    config = dataset.get_run_info("diff").config
    config.finished = False
    dataset.update_run_config("diff", config)
    with pytest.raises(ComparisonError, match="is not finished"):
        export_comparison(dataset, "diff", tmp_path)
    with pytest.raises(ComparisonError, match="there are: diff"):
        export_comparison(dataset, "other", tmp_path)
    assert not files(tmp_path)


def test_views_that_lack_what_is_needed_are_refused(tmp_path: Path) -> None:
    dataset = drawn()
    with pytest.raises(ComparisonError, match="patches"):
        export_comparison(dataset.to_patches("before"), "diff", tmp_path)
    with pytest.raises(ComparisonError, match="'after'"):
        export_comparison(dataset.exclude_fields("after"), "diff", tmp_path)
    assert not files(tmp_path)


def test_parquet_without_pyarrow_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = drawn()
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(ComparisonError, match="pip install pyarrow"):
        export_comparison(dataset, "diff", tmp_path, ["csv", "parquet"])
    assert not files(tmp_path)
