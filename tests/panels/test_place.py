"""Windows say in the names of things what they show."""

from __future__ import annotations

import pytest
from sama_coco.panels.place import Place


@pytest.mark.parametrize(
    "place",
    [
        Place("diff"),
        Place("my_run_2", "0123456789abcdef01234567"),
        Place("up", "0" * 24, "area_change", True),
    ],
)
def test_names_and_paths_say_what_a_window_shows(place: Place) -> None:
    assert Place.read(str(place)) == place
    assert Place.read(f"some.path.{place.name('objects')}") == place
    assert "." not in place.name("objects")


@pytest.mark.parametrize("text", [None, 3, "", "objects", "x-up-", "-up-a.b"])
def test_what_says_no_place_is_none(text: object) -> None:
    assert Place.read(text) is None
