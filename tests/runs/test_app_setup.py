"""What the App opens a comparison with: saved with the dataset, and kept in step."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.checkout import REPOSITORY
from helpers.datasets.labelled import FIELDS, column, every_status, make_pair, masked
from sama_coco.labelsets import (
    ComparisonError,
    compare_annotations,
    delete_comparison,
    load_results,
    prepare_app,
    rename_comparison,
)
from sama_coco.labelsets.comparison import Status
from sama_coco.labelsets.comparison.statuses import SIDE_COLORS

pytestmark = pytest.mark.usefixtures("fresh_database")

ORDERED, WORKSPACE = "diff: by disagreement", "diff: differences"
COLORS_OF_VIEWER = Path("panels/viewer/src/colors.ts")


@pytest.fixture
def dataset() -> fo.Dataset:
    """Samples that differ in one object, in every way, and in all objects but one."""
    one, other = masked("cat", 0, 0, 10, 10), masked("dog", 40, 40, 10, 10)
    dataset = make_pair(([one], [one]), every_status(), ([one], [other]))
    compare_annotations(dataset, **FIELDS)
    return dataset


def panels(spaces: fo.Space) -> list[list[Any]]:
    """The panels of each side of a workspace."""
    return [side.children for side in spaces.children]


def test_a_view_is_saved_of_each_status_with_its_objects(dataset: fo.Dataset) -> None:
    prepare_app(dataset)
    assert dataset.list_saved_views() == [ORDERED, *(f"diff: {s}" for s in Status)]
    counts = load_results(dataset, "diff").statuses()
    for status in Status:
        view = dataset.load_saved_view(f"diff: {status}")
        for side, field in (("base", "before"), ("revised", "after")):
            found = column(view, field, "diff")
            assert found == [str(status)] * int(counts.loc[str(status), side])


def test_only_statuses_that_occur_have_a_view() -> None:
    same = [masked("cat", 0, 0, 10, 10)]
    dataset = make_pair((same, same))
    compare_annotations(dataset, **FIELDS)
    prepare_app(dataset)
    assert dataset.list_saved_views() == [ORDERED, "diff: identical"]


def test_the_app_opens_on_all_samples_in_order_of_disagreement(
    dataset: fo.Dataset,
) -> None:
    setup = prepare_app(dataset)
    values = setup.view.values("diff_disagreement")
    assert values == sorted(dataset.values("diff_disagreement"), reverse=True)
    assert setup.slugs == {
        "view": "diff-by-disagreement",
        "workspace": "diff-differences",
    }


def test_the_workspace_opens_the_panels_on_the_sample_that_shows_most(
    dataset: fo.Dataset,
) -> None:
    prepare_app(dataset)
    [samples], [differences, numbers] = panels(dataset.load_workspace(WORKSPACE))
    types = [panel.type for panel in (samples, differences, numbers)]
    assert types == ["Samples", "annotation_differences", "by_the_numbers"]
    shown = differences.state["state"]["first"]
    assert shown == {"run": "diff", "sample_id": dataset.values("id")[1]}
    greatest = dataset.sort_by("diff_disagreement", reverse=True).first()
    assert greatest.id != shown["sample_id"]


def test_base_and_revised_have_colours_of_their_own(dataset: fo.Dataset) -> None:
    prepare_app(dataset)
    scheme = dataset.app_config.color_scheme
    found = {entry["path"]: entry["fieldColor"] for entry in scheme.fields}
    assert scheme.color_by == "field"
    assert found == dict(zip(("before", "after"), SIDE_COLORS.values(), strict=True))
    viewer = (REPOSITORY / COLORS_OF_VIEWER).read_text()
    assert 'base: "{}", revised: "{}"'.format(*SIDE_COLORS.values()) in viewer


def test_colours_that_a_person_chose_stay(dataset: fo.Dataset) -> None:
    chosen = {"path": "before", "fieldColor": "#123456"}
    other = {"path": "filepath", "fieldColor": "#654321"}
    scheme = fo.ColorScheme(color_by="value", fields=[chosen, other])
    dataset.app_config.color_scheme = scheme
    dataset.save()
    prepare_app(dataset)
    assert [e["path"] for e in scheme.fields] == ["before", "filepath", "after"]
    delete_comparison(dataset, "diff")
    found = dataset.app_config.color_scheme
    assert (found.color_by, found.fields) == ("value", [chosen, other])


def test_what_a_person_saved_is_left_alone(dataset: fo.Dataset) -> None:
    own = dataset.limit(1)
    dataset.save_view("diff: added", own, description="Mine")
    dataset.save_view("others", own)
    dataset.save_workspace(WORKSPACE, fo.Space(), description="Mine")
    setup = prepare_app(dataset)
    assert setup.slugs["workspace"] is None
    assert len(panels(setup.spaces)) == 2
    rename_comparison(dataset, "diff", "second")
    assert dataset.has_saved_view("second: added")
    delete_comparison(dataset, "second")
    assert dataset.list_saved_views() == ["diff: added", "others"]
    assert dataset.load_saved_view("diff: added") == own
    assert dataset.list_workspaces() == [WORKSPACE]


@pytest.mark.parametrize("description", [None, ""])
def test_what_a_person_saved_without_a_description_is_left_alone(
    dataset: fo.Dataset, description: str | None
) -> None:
    dataset.save_view("mine", dataset.limit(1), description=description)
    dataset.save_workspace("mine", fo.Space(), description=description)
    compare_annotations(dataset, **FIELDS, overwrite=True)
    assert dataset.list_saved_views() == dataset.list_workspaces() == ["mine"]
    prepare_app(dataset)
    delete_comparison(dataset, "diff")
    assert dataset.list_saved_views() == dataset.list_workspaces() == ["mine"]


def test_a_renamed_comparison_takes_all_along(dataset: fo.Dataset) -> None:
    prepare_app(dataset)
    rename_comparison(dataset, "diff", "second")
    names = dataset.list_saved_views()
    assert names == ["second: by disagreement", *(f"second: {s}" for s in Status)]
    assert len(dataset.load_saved_view("second: split")) == 1
    assert dataset.list_workspaces() == ["second: differences"]
    _, [differences, _] = panels(dataset.load_workspace("second: differences"))
    assert differences.state["state"]["first"]["run"] == "second"
    scheme = dataset.app_config.color_scheme
    assert {entry["colorByAttribute"] for entry in scheme.fields} == {"second"}


def test_a_renamed_comparison_without_a_workspace_gets_none(
    dataset: fo.Dataset,
) -> None:
    rename_comparison(dataset, "diff", "second")
    assert dataset.list_saved_views() == dataset.list_workspaces() == []


@pytest.mark.parametrize("by_fiftyone", [False, True])
def test_a_deleted_comparison_leaves_nothing(
    dataset: fo.Dataset, by_fiftyone: bool
) -> None:
    compare_annotations(dataset, "after", "before", key="back")
    for key in ("back", "diff"):
        prepare_app(dataset, key)
    dataset.delete_run("diff") if by_fiftyone else delete_comparison(dataset, "diff")
    assert all(name.startswith("back: ") for name in dataset.list_saved_views())
    assert dataset.list_workspaces() == ["back: differences"]
    delete_comparison(dataset, "back")
    assert dataset.list_saved_views() == dataset.list_workspaces() == []
    assert not dataset.app_config.color_scheme.fields


def test_a_comparison_that_is_run_again_has_its_views_renewed(
    dataset: fo.Dataset,
) -> None:
    prepare_app(dataset)
    for sample in dataset.iter_samples(autosave=True):
        sample["after"] = sample["before"].copy()
    compare_annotations(dataset, **FIELDS, overwrite=True)
    names = [ORDERED, "diff: identical", "diff: degenerate"]
    assert dataset.list_saved_views() == names


def test_a_comparison_that_is_not_there_is_named(dataset: fo.Dataset) -> None:
    with pytest.raises(ComparisonError, match="There is no comparison 'gone'"):
        prepare_app(dataset, "gone")
