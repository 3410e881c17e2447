"""What Python sends to the viewer has the fields that the viewer's types say."""

from __future__ import annotations

import re
from typing import Any, is_typeddict

import pytest
from helpers.checkout import REPOSITORY
from sama_coco.panels.differences import viewer_types

SOURCE = (REPOSITORY / "panels" / "viewer" / "src" / "types.ts").read_text("utf-8")
TYPES = {
    name: found for name, found in vars(viewer_types).items() if is_typeddict(found)
}
OF_THE_VIEWER = {"ViewerProps"}
"""Interfaces of which nothing is sent."""


def interfaces() -> dict[str, list[str]]:
    """The names of the fields of each interface that the viewer's types declare."""
    found = re.findall(r"^export interface (\w+) \{\n(.*?)^\}", SOURCE, re.M | re.S)
    return {name: re.findall(r"^  (\w+)\??:", body, re.M) for name, body in found}


def test_every_type_is_declared_on_both_sides() -> None:
    assert set(interfaces()) - OF_THE_VIEWER == set(TYPES)
    assert set(interfaces()) > OF_THE_VIEWER


@pytest.mark.parametrize("name", TYPES)
def test_the_fields_have_the_same_names_in_the_same_order(name: str) -> None:
    own: Any = TYPES[name]
    assert interfaces()[name] == list(own.__annotations__)
