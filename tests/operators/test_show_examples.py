"""Examples of what changed through the operator, and the form that asks for them."""

from __future__ import annotations

import base64
import io
import json
import re
from pathlib import Path
from typing import Any

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from helpers.datasets.exported import HOSTILE, drawn, hostile
from helpers.datasets.labelled import draw_images, every_status, make_pair
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import PREFIX, form
from PIL import Image
from sama_coco.labelsets import ComparisonError, ExampleSheets, delete_comparison
from sama_coco.labelsets.exports.examples.telling_items import CHANGES

pytestmark = pytest.mark.usefixtures("fresh_database")

URI = f"{PREFIX}/show_examples"


def from_app(dataset: fo.Dataset, **params: Any) -> tuple[dict[str, Any], Any]:
    """What the dialog gets of a request of the App: its results, and their form."""
    *_, done, _ = foo.get_operator(URI).execute(app_context(URI, dataset, **params))
    return done.body.params["results"], done.body.params["outputs"]


def test_python_gets_the_examples_themselves(tmp_path: Path) -> None:
    dataset, path = drawn(every_status(), every_status()), tmp_path / "sheet.png"
    show = foo.get_operator(URI)
    shown = show(dataset, statuses=["split", "added"], per_status=1, path=path)
    assert isinstance(shown, ExampleSheets)
    assert [str(example.status) for example in shown.examples] == ["split", "added"]
    assert path.is_file()
    with pytest.raises(ComparisonError, match="no comparison 'other'"):
        show(dataset, key="other")
    with pytest.raises(TypeError, match="Pass a dataset or a view"):
        show("pair")


def test_another_program_gets_pictures_and_rows(tmp_path: Path) -> None:
    dataset = drawn(every_status())
    draw_images(dataset, tmp_path)
    done = foo.execute_operator(URI, {"dataset": dataset}, params={"per_status": 2.0})
    result = json.loads(json.dumps(done.result))
    assert list(result["examples"]) == [f"{status}_1" for status in CHANGES]
    for row in result["examples"].values():
        kind, data = row["picture"].split(",")
        assert kind == "data:image/jpeg;base64"
        with Image.open(io.BytesIO(base64.b64decode(data))) as image:
            image.load()
            assert image.size == (726, 275)
        assert row["sample_id"] == dataset.first().id
    assert result["message"].startswith("Examples of 'diff': 1 refined, 1 recrowded")


def test_each_picture_of_the_dialog_opens_its_sample() -> None:
    dataset = drawn(every_status(), every_status())
    results, outputs = from_app(dataset, statuses=["added", "removed"], per_status=2)
    shown = outputs["type"]["properties"]["examples"]["type"]["properties"]
    assert list(shown) == [
        *("about_removed", "removed_1", "removed_2"),
        *("about_added", "added_1", "added_2"),
    ]
    opened = set()
    for name, row in results["examples"].items():
        view = shown[name]["type"]["properties"]["picture"]["view"]
        assert view["href"] == f"?id={row['sample_id']}"
        opened.add(view["href"])
    assert opened == {f"?id={sample_id}" for sample_id in dataset.values("id")}


def test_the_view_of_the_app_is_shown() -> None:
    dataset = drawn(every_status(), every_status())
    ctx = {"view": dataset.skip(1)}
    done = foo.execute_operator(URI, ctx, params={"statuses": ["added"]})
    rows = done.result["examples"].values()
    assert [row["sample_id"] for row in rows] == [dataset.skip(1).first().id]


def test_hostile_classes_are_no_markdown_of_the_dialog() -> None:
    _, outputs = from_app(hostile(), per_status=12)
    shown = outputs["type"]["properties"]["examples"]["type"]["properties"]
    said = [
        found["type"]["properties"]["words"]["default"]
        for name, found in shown.items()
        if not name.startswith("about_")
    ]
    assert len(said) == len(HOSTILE)
    for words in said:
        assert "\n" not in words
        assert not set(re.sub(r"\\.", "", words)) & set("<>[]()*`{}&|_'=")


def test_the_form_offers_the_statuses_that_occur() -> None:
    properties, valid, _ = form(URI, drawn())
    assert valid
    labels = [choice.label for choice in properties["statuses"].view.choices]
    assert labels[:2] == ["identical (2)", "refined (2)"]
    assert "degenerate (1)" not in labels
    assert properties["per_status"].default == 4


def test_without_a_comparison_the_form_says_what_to_do_first() -> None:
    properties, valid, _ = form(URI, make_pair(every_status()))
    assert set(properties) == {"no_comparison"}
    assert not valid
    dataset = make_pair(every_status(), name="other")
    _, valid, _ = form(URI, dataset, key="diff")
    assert not valid


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"per_status": 13}, "`per_status` must be a whole number from 1 to 12"),
        ({"statuses": ["degenerate"]}, "no examples of the status 'degenerate'"),
        ({"path": "/tmp/sheet.png"}, "Unknown parameter 'path'"),
    ],
)
def test_a_request_can_not_ask_for_more_than_the_form(
    params: dict[str, Any], said: str
) -> None:
    with pytest.raises(Exception, match="(?s)" + said):
        foo.execute_operator(URI, {"dataset": drawn()}, params=params)


def test_a_comparison_deleted_meanwhile_is_said_in_the_dialog() -> None:
    dataset = drawn()
    delete_comparison(dataset, "diff")
    *_, failed, noted = foo.get_operator(URI).execute(app_context(URI, dataset))
    assert "There is no comparison 'diff'" in noted.body.params["message"]
    assert "failure" in failed.body.params["outputs"]["type"]["properties"]
