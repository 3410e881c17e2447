"""The census of a label set: counted a second way, and added up in any order."""

from __future__ import annotations

import itertools
import json
import math
import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sama_coco.labelsets.census.counts.bins import (
    ASPECT_EDGES,
    VERTEX_EDGES,
    aspect_counts,
    bin_titles,
    bounds,
    vertex_counts,
)
from sama_coco.labelsets.census.counts.census_counts import CensusCounts
from sama_coco.labelsets.census.counts.image_sizes import ImageSizes
from sama_coco.labelsets.census.counts.label_census import LabelCensus, LabelColumns
from sama_coco.labelsets.census.figures import (
    FIGURES,
    classes_with_more,
    figure,
    why_missing,
)

NAMES = ["cat", "dog", "$x", "", "a.b", "(no class)", "007"]

labels = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "crowd": st.sampled_from([0, 1, None]),
        "area": st.one_of(
            st.none(),
            st.sampled_from([0, 100, 100.5, 1023.9, 1024, 9215.5, 9216]),
            st.floats(0, 1e6),
        ),
        "polygons": st.one_of(st.none(), st.integers(0, 5)),
        "vertices": st.one_of(st.none(), st.integers(0, 2000)),
    }
)
images = st.lists(st.lists(labels, max_size=6), max_size=12)

Label = dict[str, Any]


def columns(found: list[list[Label]]) -> LabelColumns:
    """The labels of some images as arrays, with names in an order of their own."""
    every = [(i, label) for i, labels in enumerate(found) for label in labels]
    names = list(dict.fromkeys(label["name"] for _, label in every))

    def values(key: str) -> np.ndarray:
        return np.array([label[key] for _, label in every], float)

    return LabelColumns(
        images=len(found),
        image=np.array([i for i, _ in every], np.int64),
        names=names,
        classes=np.array([names.index(label["name"]) for _, label in every], np.int64),
        crowds=values("crowd"),
        areas=values("area"),
        polygons=values("polygons"),
        vertices=values("vertices"),
    )


def census(found: list[list[Label]]) -> LabelCensus:
    counted = LabelCensus()
    counted.add(columns(found))
    return counted


def known(found: list[Label], key: str) -> list[Any]:
    return [label[key] for label in found if label[key] is not None]


def expected_class(found: list[list[Label]], name: str) -> dict[str, int]:
    """The counts of a class, one label after the other."""
    own = [label for labels in found for label in labels if label["name"] == name]
    areas = known(own, "area")
    return {
        "instances": len(own),
        "images": sum(any(x["name"] == name for x in labels) for labels in found),
        "crowds": sum(known(own, "crowd")),
        "several_polygons": sum(n > 1 for n in known(own, "polygons")),
        "polygons": sum(known(own, "polygons")),
        "vertices": sum(known(own, "vertices")),
        "very_small": sum(area <= 100 for area in areas),
        "small": sum(area < 1024 for area in areas),
        "medium": sum(1024 <= area < 9216 for area in areas),
        "large": sum(area >= 9216 for area in areas),
        "no_iscrowd": len(own) - len(known(own, "crowd")),
        "no_area": len(own) - len(areas),
        "no_num_polygons": len(own) - len(known(own, "polygons")),
        "no_num_vertices": len(own) - len(known(own, "vertices")),
    }


@given(images)
def test_every_count_is_the_one_of_counting_label_by_label(
    found: list[list[Label]],
) -> None:
    counted = census(found)
    names = {label["name"] for labels in found for label in labels}
    assert set(counted.classes) == names
    for name in names:
        counts = counted.classes[name]
        expected = expected_class(found, name)
        assert {key: getattr(counts, key) for key in expected} == expected
    assert counted.images == len(found)
    assert counted.total.images == sum(map(bool, found))
    assert counted.objects_per_image == Counter(map(len, found))
    every = [label for labels in found for label in labels]
    assert counted.vertices_per_object == Counter(known(every, "vertices"))
    held = [{label["name"] for label in labels} for labels in found]
    for one, other in itertools.product(NAMES, repeat=2):
        assert counted.images_with_both(one, other) == sum(
            {one, other} <= names for names in held
        )


@settings(max_examples=60)
@given(images, st.data())
def test_batches_of_any_size_add_up_to_the_same_in_any_order(
    found: list[list[Label]], data: st.DataObject
) -> None:
    whole = census(found)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(found)), max_size=4)))
    edges = [0, *cuts, len(found)]
    batches = [found[low:high] for low, high in itertools.pairwise(edges)]
    order = data.draw(st.permutations(range(len(batches))))
    one_by_one = LabelCensus()
    parts = [census(batches[index]) for index in order]
    for index in order:
        one_by_one.add(columns(batches[index]))
    documents = [json.loads(json.dumps(part.to_dict())) for part in parts]
    summed = sum(map(LabelCensus.from_dict, documents), LabelCensus())
    assert json.dumps(whole.to_dict()) == json.dumps(one_by_one.to_dict())
    assert json.dumps(whole.to_dict()) == json.dumps(summed.to_dict())
    assert [part.to_dict() for part in parts] == documents


@given(images, images)
def test_two_label_sets_are_counted_together(
    before: list[list[Label]], after: list[list[Label]]
) -> None:
    size = min(len(before), len(after))
    before, after = before[:size], after[:size]
    counts = CensusCounts()
    counts.add(columns(before), columns(after))
    assert counts.base.to_dict() == census(before).to_dict()
    assert counts.revised is not None
    assert counts.revised.to_dict() == census(after).to_dict()
    where = {(1, 1): "both", (1, 0): "base", (0, 1): "revised", (0, 0): "neither"}
    assert counts.labelled == Counter(
        where[bool(b), bool(r)] for b, r in zip(before, after, strict=True)
    )
    assert CensusCounts.from_dict(counts.to_dict()).to_dict() == counts.to_dict()
    names = {x["name"] for labels in (*before, *after) for x in labels}
    more = [
        name
        for name in names
        if expected_class(after, name)["instances"]
        > expected_class(before, name)["instances"]
    ]
    assert sorted(classes_with_more(counts.revised, counts.base)) == sorted(more)


def test_two_label_sets_must_be_of_the_same_images() -> None:
    with pytest.raises(ValueError, match="1 images in base and 2 in revised"):
        CensusCounts().add(columns([[]]), columns([[], []]))


def test_nothing_is_counted_of_nothing() -> None:
    counted = census([])
    assert counted.to_dict() == LabelCensus().to_dict()
    assert {name: figure(counted, name) for name in FIGURES} == dict.fromkeys(
        FIGURES, 0
    )


def label(name: str = "cat", **values: Any) -> Label:
    known = {"crowd": 0, "area": 50.0, "polygons": 1, "vertices": 4}
    return {"name": name} | known | values


@pytest.mark.parametrize(
    ("attribute", "named", "figures"),
    [
        ("crowd", "iscrowd", {"crowds"}),
        ("area", "area", {"very_small", "small", "medium", "large"}),
        (
            "polygons",
            "num_polygons",
            {"several_polygons", "polygons", "vertices_closed"},
        ),
        ("vertices", "num_vertices", {"vertices", "vertices_closed"}),
    ],
)
def test_a_figure_is_not_available_if_one_label_lacks_what_it_takes(
    attribute: str, named: str, figures: set[str]
) -> None:
    counted = census([[label(), label(**{attribute: None})]])
    assert {name for name in FIGURES if figure(counted, name) is None} == figures
    for name in FIGURES:
        reason = why_missing(counted, name)
        if name in figures:
            assert reason is not None
            assert f"1 of 2 labels have no `{named}`" in reason
        else:
            assert reason is None


def test_closing_points_are_one_a_polygon() -> None:
    counted = census([[label(polygons=3, vertices=14), label(polygons=0, vertices=0)]])
    assert figure(counted, "vertices") == 14
    assert figure(counted, "vertices_closed") == 17


@pytest.mark.parametrize(
    "broken",
    [{}, {"classes": [["cat", 1]]}, {"cooccurrences": [["cat", 1]]}, {"images": None}],
)
def test_a_document_that_holds_no_census_is_told(broken: dict[str, Any]) -> None:
    document = census([[label()]]).to_dict()
    with pytest.raises(ValueError, match="no census"):
        LabelCensus.from_dict({**document, **broken} if broken else {})


sizes = st.lists(st.tuples(st.integers(1, 60), st.integers(1, 60)), max_size=20)


@given(sizes, st.integers(0, 3))
def test_medians_of_image_sizes_are_exact(
    found: list[tuple[int, int]], unknown: int
) -> None:
    counted = ImageSizes()
    counted.add([*found[::2], *[(None, None)] * unknown])
    rest = ImageSizes()
    rest.add(found[1::2])
    counted += ImageSizes.from_dict(json.loads(json.dumps(rest.to_dict())))
    assert counted.images == len(found) + unknown
    if not found:
        assert counted.median_width() is None
        return
    assert counted.median_width() == statistics.median(w for w, _ in found)
    assert counted.median_height() == statistics.median(h for _, h in found)
    ratios = [Fraction(w, h) for w, h in found]
    assert counted.median_aspect() == float(statistics.median(ratios))
    areas = [Fraction(w * h, 10**6) for w, h in found]
    assert counted.median_megapixels() == float(statistics.median(areas))


@given(st.lists(st.integers(0, 3000)), sizes)
def test_bins_hold_their_lower_edge_and_every_value(
    vertices: list[int], found: list[tuple[int, int]]
) -> None:
    for edges, counts, values in (
        (VERTEX_EDGES, vertex_counts(Counter(vertices)), vertices),
        (ASPECT_EDGES, aspect_counts(Counter(found)), [w / h for w, h in found]),
    ):
        assert sum(counts) == len(values)
        for low, count in zip(edges, counts, strict=True):
            _, high = bounds(edges, low)
            high = math.inf if high is None else high
            assert count == sum(low <= value < high for value in values)


def test_bins_have_names_and_those_that_are_not_there_are_told() -> None:
    assert bin_titles(VERTEX_EDGES)[:2] == ["0", "1–3"]
    assert bin_titles(VERTEX_EDGES)[-1] == "1000 and more"
    assert bin_titles(ASPECT_EDGES)[1] == "0.5–0.6"
    with pytest.raises(ValueError, match="No bin begins at 2; there are: 0, 1, 4"):
        bounds(VERTEX_EDGES, 2)
