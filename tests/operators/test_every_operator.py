"""What holds of every operator: how it is listed, and what it says to an empty form."""

from __future__ import annotations

import fiftyone as fo
import fiftyone.operators as foo
import pytest
from helpers.datasets.labelled import make_pair, state
from helpers.programs.app_server import app_context
from helpers.programs.comparison_operators import EQUAL, PREFIX, invoked, risk_of
from sama_coco.operators import OPERATORS

URIS = [f"{PREFIX}/{cls.config.name}" for cls in OPERATORS]
OF_FIFTYONE = "view_target"
"""The input that FiftyOne itself adds, and words by what is selected."""

UNEXPECTED = "The log of the program"
"""Stands in what is said of an error that no one has worded."""


@pytest.fixture
def bare(fresh_database: None) -> fo.Dataset:
    """A dataset with nothing that an operator could work on."""
    dataset = fo.Dataset("bare")
    dataset.add_sample(fo.Sample(filepath="/bare/1.png"))
    return dataset


def test_their_descriptions_tell_them_apart() -> None:
    configs = [cls.config for cls in OPERATORS]
    for told in ("name", "label", "description"):
        texts = [getattr(config, told) for config in configs]
        assert all(texts)
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("uri", URIS)
def test_each_says_how_much_it_can_change(uri: str) -> None:
    config = foo.get_operator(uri).config
    assert risk_of(config) in {"low", "medium", "high"}
    assert config.execute_as_generator
    if risk_of(config) != "low":
        assert config.allow_delegated_execution


@pytest.mark.parametrize("uri", [uri for uri in URIS if "/load_" not in uri])
def test_an_empty_request_is_answered_in_words_and_changes_nothing(
    bare: fo.Dataset, uri: str
) -> None:
    operator = foo.get_operator(uri)
    before = state(bare)
    for dataset in (None, bare):
        ctx = app_context(uri, dataset)
        form = operator.resolve_input(ctx)
        assert form.type is not None
        last = list(operator.execute(ctx))[-1]
        assert invoked(last) == "notify"
        assert last.body.params["message"]
        assert UNEXPECTED not in last.body.params["message"]
    assert state(bare) == before


@pytest.mark.usefixtures("fresh_database")
@pytest.mark.parametrize("uri", URIS)
def test_each_input_is_named_for_people(uri: str) -> None:
    dataset = make_pair(EQUAL)
    form = foo.get_operator(uri).resolve_input(app_context(uri, dataset))
    assert form.view.label
    inputs = form.type.properties.items()
    lacking = [n for n, one in inputs if not getattr(one.view, "label", None)]
    assert [name for name in lacking if name != OF_FIFTYONE] == []
