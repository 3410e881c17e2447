"""Views behind the figures of a census: exactly what each figure counts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any

import fiftyone as fo
import numpy as np
import pytest
from fiftyone import ViewField as F
from helpers.datasets.labelled import (
    FIELDS,
    HOSTILE,
    column,
    every_status,
    make_pair,
    masked,
    outlined,
)
from sama_coco.labelsets import (
    Census,
    ComparisonError,
    compare_annotations,
    take_census,
)
from sama_coco.labelsets.census.census_views import (
    ClassQuery,
    aspect_view,
    class_view,
    classes_view,
    crowds_view,
    explorer_view,
    image_size_view,
    labelled_view,
    objects_view,
    size_view,
    vertices_view,
)
from sama_coco.labelsets.census.counts.bins import ASPECT_EDGES, VERTEX_EDGES
from sama_coco.labelsets.comparison.counting.object_sizes import SIZE_BUCKETS
from sama_coco.labelsets.comparison.statuses import PAIRED, Status
from sama_coco.labelsets.labels.views.view_internals import without_projection
from sama_coco.labelsets.runs.views.pair_views import (
    area_change_view,
    iou_view,
    relabel_view,
    sizes_view,
    status_view,
)

SIDES = {"base": "before", "revised": "after"}
SPREAD = ["cat", "dog", "$x", "a.dotted.name", "007"]


@pytest.fixture(autouse=True)
def _only_the_shared_dataset() -> Iterator[None]:
    yield
    if fo.dataset_exists("pair"):
        fo.delete_dataset("pair")


@pytest.fixture(scope="module")
def dataset() -> Iterator[fo.Dataset]:
    """Samples of every status, and of random labels of many sizes and classes."""
    rng = np.random.default_rng(4)

    def labels() -> list[fo.Detection] | None:
        found = []
        for _ in range(int(rng.integers(0, 6))):
            w, h = (int(n) for n in rng.integers(1, 50, 2))
            x, y = int(rng.integers(0, 80 - w)), int(rng.integers(0, 60 - h + 1))
            found.append(
                masked(
                    str(rng.choice(SPREAD)),
                    *(x, y, w, h),
                    area=float(rng.choice([w * h, 100, 1024, 9216, 9215.9])),
                    num_vertices=int(rng.choice([0, 1, 3, 4, 40, 999, 1000, 2500])),
                    num_polygons=1,
                    iscrowd=int(rng.random() < 0.1),
                )
            )
        return found

    def revised(base: list[fo.Detection]) -> list[fo.Detection]:
        made = [label.copy() for label in base]
        for label in made:
            if rng.random() < 0.4:
                label.label = str(rng.choice(SPREAD))
            height = len(label.mask)
            cut = int(rng.integers(0, height // 2 + 1))
            mask = label.mask.copy()
            mask[:cut] = False
            label.mask = mask
        return made + (labels() or [])

    samples = [(found, revised(found)) for found in (labels() for _ in range(25))]
    dataset = make_pair(
        every_status(), *samples, (None, None), ([], labels()), name="views"
    )
    sizes = [(80, 60), (60, 80), (500, 375), (100, 100), (300, 100), (None, None)]
    metadata = [
        None if w is None else fo.ImageMetadata(width=w, height=h)
        for w, h in itertools.islice(itertools.cycle(sizes), len(dataset))
    ]
    compare_annotations(dataset, **FIELDS)
    dataset.set_values("metadata", metadata)
    yield dataset
    dataset.delete()


def partial(dataset: fo.Dataset) -> fo.DatasetView:
    """A view of some of the samples, and of some of their labels."""
    view = dataset.skip(1).limit(20).filter_labels("before", F("label") != "dog")
    return view.sort_by("filepath", reverse=True)


Samples = fo.core.collections.SampleCollection
SAMPLES: dict[str, Callable[[fo.Dataset], Samples]] = {
    "all": lambda dataset: dataset,
    "a part": partial,
    "a view that hides a field": lambda dataset: partial(dataset).exclude_fields(
        ["after", "diff_disagreement"]
    ),
    "a view that hides all fields": lambda dataset: dataset.select_fields(),
}


@pytest.fixture(scope="module", params=SAMPLES)
def samples(request: pytest.FixtureRequest, dataset: fo.Dataset) -> Samples:
    return SAMPLES[request.param](dataset)


@pytest.fixture(scope="module")
def census(samples: Samples) -> Census:
    return take_census(samples, key="diff")


def shown(samples: Samples) -> Samples:
    """The samples with the fields that they hide, as a census counts them."""
    return without_projection(samples)


def number(view: fo.DatasetView, field: str) -> int:
    return len(column(view, field, "id"))


def check_kept(samples: Samples, view: fo.DatasetView) -> None:
    """A view of a view is within it, in its order, and survives being saved."""
    ids = samples.values("id")
    found = view.values("id")
    stages = json.loads(json.dumps(view._serialize()))
    again = fo.DatasetView._build(samples._root_dataset, stages)
    assert again.values("id") == found
    assert set(found) <= set(ids)
    for field in SIDES.values():
        known = column(shown(samples), field, "id")
        assert set(column(view, field, "id")) <= set(known)
        assert column(again, field, "id") == column(view, field, "id")


@pytest.mark.parametrize("side", SIDES)
def test_a_class_opens_its_images_and_its_labels(
    samples: Samples, census: Census, side: str
) -> None:
    for name, row in census.classes().iterrows():
        view = class_view(samples, SIDES[side], str(name))
        assert len(view) == row[f"images_{side}"]
        only = class_view(samples, SIDES[side], str(name), only_labels=True)
        assert len(only) == row[f"images_{side}"]
        assert number(only, SIDES[side]) == row[side]
    check_kept(samples, class_view(samples, SIDES[side], "$x"))


def test_hostile_class_names_open_their_images() -> None:
    names = [*HOSTILE, "$x", "(no class)"]
    dataset = make_pair(*[([masked(name, 0, 0, 9, 9)], []) for name in names])
    for name in names:
        view = class_view(dataset, "before", name, only_labels=True)
        assert column(view, "before", "label") == [name]
        wanted = ClassQuery(must=[name], must_not=["cat"])
        assert len(explorer_view(dataset, "before", "after", wanted)) == 1


def test_labels_without_a_class_open_under_the_name_that_tables_give_them() -> None:
    dataset = make_pair(
        ([masked(None, 0, 0, 9, 9)], []), ([masked("x", 0, 0, 9, 9)], [])
    )
    assert take_census(dataset, "before").classes().loc["(no class)", "base"] == 1
    assert len(class_view(dataset, "before", "(no class)")) == 1


@pytest.mark.parametrize("status", [str(status) for status in Status])
@pytest.mark.parametrize("side", SIDES)
def test_a_status_of_a_class_opens_its_objects(
    samples: Samples, census: Census, status: str, side: str
) -> None:
    table = census.classes()
    for name in ["cat", "$x", "car"]:
        if name in table.index:
            view = status_view(samples, "diff", status, side, name)
            found = number(view, SIDES[side])
            assert found == table.loc[name, f"{status}_{side}"]
    view = status_view(samples, "diff", status, side)
    assert number(view, SIDES[side]) == census.statuses().loc[status, side]


def test_a_relabel_opens_its_pairs(samples: Samples, census: Census) -> None:
    table = census.relabels()
    assert len(table) > 3
    for row in table.to_dict("records"):
        view = relabel_view(samples, "diff", row["base"], row["revised"])
        assert number(view, "before") == number(view, "after") == row["pairs"]


@pytest.mark.parametrize("base", SIZE_BUCKETS)
@pytest.mark.parametrize("revised", SIZE_BUCKETS)
def test_a_cell_of_sizes_opens_its_pairs(
    samples: Samples, census: Census, base: Any, revised: Any
) -> None:
    view = sizes_view(samples, "diff", base, revised)
    expected = census.sizes().loc[base, revised]
    assert number(view, "before") == number(view, "after") == expected
    check_kept(samples, view)


@pytest.mark.parametrize(
    ("table", "open_bin"),
    [
        (Census.iou_histogram, iou_view),
        (
            lambda c: c.iou_histogram(boundary=True),
            lambda *a: iou_view(*a, boundary=True),
        ),
        (Census.area_changes, area_change_view),
    ],
)
def test_a_bar_of_a_histogram_opens_its_pairs(
    samples: Samples, census: Census, table: Callable[..., Any], open_bin: Any
) -> None:
    counts = table(census)
    assert counts.to_numpy().sum() > 20
    for place, (_, row) in enumerate(counts.iterrows()):
        view = open_bin(samples, "diff", place, ())
        assert number(view, "before") == number(view, "after") == row.sum()
        for status in PAIRED:
            if row[str(status)]:
                view = open_bin(samples, "diff", place, [str(status)])
                assert number(view, "before") == row[str(status)]
    check_kept(samples, open_bin(samples, "diff", 10, ()))


@pytest.mark.parametrize("side", SIDES)
def test_labels_of_a_size_and_of_a_number_of_vertices_open(
    dataset: fo.Dataset, side: str
) -> None:
    given = dataset.skip(1)
    census = take_census(given, **FIELDS)
    field = SIDES[side]
    for size in ("very_small", "small", "medium", "large"):
        view = size_view(given, field, size)
        assert number(view, field) == census.overview().loc[size, side]
    histogram = census.vertices_per_object()[side]
    for low in VERTEX_EDGES:
        view = vertices_view(given, field, low)
        assert number(view, field) == histogram[low]
    check_kept(given, vertices_view(given, field, 40))


def test_images_open_by_their_number_of_objects(
    samples: Samples, census: Census
) -> None:
    for side, field in SIDES.items():
        for objects, images in census.objects_per_image()[side].items():
            assert len(objects_view(samples, field, objects)) == images


def test_images_open_by_where_they_have_labels(
    samples: Samples, census: Census
) -> None:
    for where, images in census.labelled_images().items():
        view = labelled_view(samples, "before", "after", where)
        assert len(view) == images
        check_kept(samples, view)
    alone = take_census(samples, "before").labelled_images()
    for where, images in alone.items():
        assert len(labelled_view(samples, "before", None, where)) == images


def test_images_open_by_size_and_aspect_ratio(samples: Samples, census: Census) -> None:
    for row in census.image_sizes().to_dict("records"):
        view = image_size_view(samples, row["width"], row["height"])
        assert len(view) == row["images"]
    assert len(image_size_view(samples)) == census.images()["unknown_size"]
    for low, images in census.aspect_ratios()["images"].items():
        assert len(aspect_view(samples, low)) == images
    assert sum(census.aspect_ratios()["images"]) > 10
    check_kept(samples, aspect_view(samples, ASPECT_EDGES[-1]))


def test_a_cell_of_co_occurrence_opens_its_images(
    samples: Samples, census: Census
) -> None:
    for side in SIDES:
        table = census.cooccurrences(side)
        for one, other in itertools.combinations(table.index, 2):
            wanted = ClassQuery(must=[one, other], where=side)
            view = explorer_view(samples, "before", "after", wanted)
            assert len(view) == table.loc[one, other]


QUERIES = [
    {"must": ["cat"]},
    {"must": ["cat", "dog"]},
    {"may": ["$x", "007"]},
    {"must_not": ["cat", "$x"]},
    {"must": ["cat"], "may": ["dog", "$x"], "must_not": ["007"]},
    {},
]


@pytest.mark.parametrize("query", QUERIES, ids=str)
@pytest.mark.parametrize("where", ["base", "revised", "either", "both"])
def test_the_explorer_finds_the_images_that_hold_what_must_and_lack_what_must_not(
    samples: Samples, query: dict[str, list[str]], where: Any
) -> None:
    ids, before, after = shown(samples).values(
        ["id", "before.detections.label", "after.detections.label"]
    )

    def fits(labels: list[str]) -> bool:
        held = set(labels)
        return (
            set(query.get("must", ())) <= held
            and (not query.get("may") or bool(held & set(query["may"])))
            and not held & set(query.get("must_not", ()))
        )

    expected = []
    for sample_id, one, other in zip(ids, before, after, strict=True):
        one, other = one or [], other or []
        fitting = {
            "base": fits(one),
            "revised": fits(other),
            "either": fits(one + other),
            "both": fits(one) and fits(other),
        }
        if fitting[where]:
            expected.append(sample_id)
    view = explorer_view(samples, "before", "after", ClassQuery(**query, where=where))
    assert view.values("id") == expected
    check_kept(samples, view)


def test_polylines_open_as_detections_do() -> None:
    given = {"area": 100.0, "num_vertices": 4, "num_polygons": 1}
    dataset = make_pair(([outlined("cat", 0, 0, 10, 10, **given)], []))
    assert len(size_view(dataset, "before", "very_small")) == 1
    assert len(vertices_view(dataset, "before", 4)) == 1
    assert len(class_view(dataset, "before", "cat")) == 1


def test_what_can_not_be_opened_is_told() -> None:
    dataset = make_pair(([masked("cat", 0, 0, 9, 9)], []))
    with pytest.raises(ComparisonError, match="No label of 'before' has `area`"):
        size_view(dataset, "before", "small")
    with pytest.raises(ComparisonError, match="No label of 'before' has `num_vert"):
        vertices_view(dataset, "before", 0)
    with pytest.raises(ComparisonError, match="No label of 'before' has `iscrowd`"):
        crowds_view(dataset, "before")
    with pytest.raises(ComparisonError, match="There is one label set"):
        explorer_view(dataset, "before", None, ClassQuery(must=["cat"], where="either"))
    with pytest.raises(ComparisonError, match="Unknown place 'left'; there are: base"):
        ClassQuery(where="left")  # type: ignore[arg-type]
    with pytest.raises(ComparisonError, match="view of patches"):
        class_view(dataset.to_patches("before"), "before", "cat")


def test_classes_open_their_labels() -> None:
    names = ["cat", "$x", "(no class)"]
    sides = [([masked(name, 0, 0, 9, 9)], []) for name in ("cat", "dog", "$x", None)]
    dataset = make_pair(*sides)
    view = classes_view(dataset, "before", names)
    assert column(view, "before", "label") == ["cat", "$x", None]
