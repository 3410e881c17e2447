"""Windows say in the names of things what they show."""

from __future__ import annotations

import pytest
from sama_coco.panels.differences.place import Place
from sama_coco.panels.window_names import Window, WindowName


@pytest.mark.parametrize(
    "place",
    [
        Place("diff"),
        Place("my_run_2", "0123456789abcdef01234567"),
        Place("up", "0" * 24, "area_change", True),
        Place("run", "f" * 24, None, False, "more_instances", True, 12),
        Place("diff", "f" * 24).in_new_window(),
        Window("0123456789abcdef", "f" * 24),
    ],
)
def test_names_and_paths_say_what_a_window_shows(place: WindowName) -> None:
    assert type(place).read(str(place)) == place
    assert type(place).read(f"some.path.{place.name('objects')}") == place
    assert "." not in place.name("objects")


def test_places_of_two_windows_are_told_from_each_other() -> None:
    place = Place("diff", "f" * 24)
    assert len({place, place.in_new_window(), place.in_new_window()}) == 3
    assert place.in_new_window().shows_image_of(place)
    assert not place.shows_image_of(Place("back", "f" * 24))


@pytest.mark.parametrize("text", [None, 3, "", "objects", "x-up-", "-up-a.b"])
def test_what_says_no_place_is_none(text: object) -> None:
    assert Place.read(text) is None
    assert Window.read(text) is None
