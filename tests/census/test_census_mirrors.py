"""The census of both label sets of a mirror, worked out a second way from its JSON."""

from __future__ import annotations

import itertools
import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.data.example_mirror import Mirror
from pycocotools.coco import COCO
from sama_coco.labelsets import (
    Census,
    ComparisonResults,
    compare_annotations,
    take_census,
)
from sama_coco.labelsets.census.counts.bins import VERTEX_EDGES
from sama_coco.labelsets.census.counts.census_counts import CensusCounts
from sama_coco.zoo import load_splits

FIELDS = {"base": "coco_segmentations", "revised": "sama_segmentations"}
SPLITS = {"validation": "val", "train": "train"}


@dataclass(frozen=True)
class Counted:
    """A mirror that was loaded, compared and counted, and what its files say."""

    dataset: fo.Dataset
    results: ComparisonResults
    census: Census
    documents: dict[str, COCO]


def as_coco(document: dict[str, Any]) -> COCO:
    """A document read by pycocotools."""
    read = COCO()
    read.dataset = document
    read.createIndex()
    return read


@pytest.fixture(
    scope="module",
    params=["example-validation", "example-train", "real-validation", "real-train"],
)
def counted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counted]:
    kind, split = request.param.split("-")
    folder: Path = request.getfixturevalue(f"{kind}_mirror")
    dataset, _ = load_splits(
        f"census-{request.param}",
        split,
        tmp_path_factory.mktemp("zoo"),
        label_types="segmentations",
        with_coco=True,
        mirror=str(folder),
    )
    results = compare_annotations(dataset)
    mirror = Mirror(folder)
    coco = mirror.coco(SPLITS[split])
    sama = {**coco, "annotations": mirror.sama(SPLITS[split])}
    documents = {"base": as_coco(coco), "revised": as_coco(sama)}
    yield Counted(dataset, results, take_census(dataset, key="diff"), documents)
    dataset.delete()


def polygons_of(annotation: dict[str, Any]) -> list[list[float]]:
    segmentation = annotation["segmentation"]
    return segmentation if isinstance(segmentation, list) else []


def vertices_of(annotation: dict[str, Any]) -> int:
    """Vertices of all polygons but points that only repeat the first."""
    found = 0
    for polygon in polygons_of(annotation):
        points = list(zip(polygon[::2], polygon[1::2], strict=True))
        found += len(points) - (points[0] == points[-1])
    return found


def figures_of(document: COCO) -> dict[str, int]:
    """The table of a census, annotation by annotation."""
    found = list(document.anns.values())
    areas = [annotation["area"] for annotation in found]
    polygons = [len(polygons_of(annotation)) for annotation in found]
    vertices = sum(map(vertices_of, found))
    return {
        "images": len(document.getImgIds()),
        "labelled_images": len({a["image_id"] for a in found}),
        "classes": len({a["category_id"] for a in found}),
        "instances": len(document.getAnnIds()),
        "crowds": len(document.getAnnIds(iscrowd=True)),
        "several_polygons": sum(n > 1 for n in polygons),
        "polygons": sum(polygons),
        "vertices": vertices,
        "vertices_closed": vertices + sum(polygons),
        "very_small": sum(area <= 100 for area in areas),
        "small": sum(area < 1024 for area in areas),
        "medium": sum(1024 <= area < 9216 for area in areas),
        "large": sum(area >= 9216 for area in areas),
    }


def by_class(document: COCO) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for annotation in document.anns.values():
        (category,) = document.loadCats(annotation["category_id"])
        found[category["name"]].append(annotation)
    return found


def test_every_figure_is_the_one_worked_out_from_the_files(counted: Counted) -> None:
    table = counted.census.overview()
    for side, document in counted.documents.items():
        expected = figures_of(document)
        assert table[side].drop("classes_with_more").to_dict() == expected
        assert expected["instances"] > 50
    assert not counted.census.missing
    assert not counted.census.notes
    counts = {s: Counter({k: len(v) for k, v in by_class(d).items()})
              for s, d in counted.documents.items()}  # fmt: skip
    for one, other in (("base", "revised"), ("revised", "base")):
        more = [c for c in counts[one] if counts[one][c] > counts[other][c]]
        assert table.loc["classes_with_more", one] == len(more)


def test_every_count_of_a_class_is_the_one_of_the_files(counted: Counted) -> None:
    table = counted.census.classes()
    for side, document in counted.documents.items():
        classes = by_class(document)
        assert {n for n in table.index if table.loc[n, side]} == set(classes)
        for name, found in classes.items():
            row = table.loc[name]
            assert row[side] == len(found)
            assert row[f"images_{side}"] == len({a["image_id"] for a in found})
            assert row[f"crowds_{side}"] == sum(a["iscrowd"] for a in found)
            assert row[f"vertices_{side}"] == sum(map(vertices_of, found))
            several = sum(len(polygons_of(a)) > 1 for a in found)
            assert row[f"several_polygons_{side}"] == several


def test_classes_meet_on_the_images_of_the_files(counted: Counted) -> None:
    for side, document in counted.documents.items():
        images = {n: {a["image_id"] for a in found}
                  for n, found in by_class(document).items()}  # fmt: skip
        table = counted.census.cooccurrences(side)
        never = counted.census.absent_pairs(side)
        for one, other in itertools.product(images, repeat=2):
            assert table.loc[one, other] == len(images[one] & images[other])
        pairs = {frozenset(p) for p in itertools.combinations(images, 2)
                 if not images[p[0]] & images[p[1]]}  # fmt: skip
        assert {frozenset(p) for p in zip(never.one, never.other, strict=True)} == pairs
        assert len(never) == len(pairs)


def test_histograms_and_image_sizes_are_those_of_the_files(counted: Counted) -> None:
    objects = counted.census.objects_per_image()
    vertices = counted.census.vertices_per_object()
    labelled = {}
    for side, document in counted.documents.items():
        on_each = Counter(len(document.imgToAnns[i]) for i in document.getImgIds())
        assert Counter(objects[side].to_dict()) == on_each
        found = [vertices_of(annotation) for annotation in document.anns.values()]
        edges = [*VERTEX_EDGES, 10**9]
        assert vertices[side].tolist() == [
            sum(low <= n < high for n in found)
            for low, high in itertools.pairwise(edges)
        ]
        labelled[side] = {i for i in document.getImgIds() if document.imgToAnns[i]}
    images = list(counted.documents["base"].imgs.values())
    assert counted.census.labelled_images().to_dict() == {
        "both": len(labelled["base"] & labelled["revised"]),
        "base": len(labelled["base"] - labelled["revised"]),
        "revised": len(labelled["revised"] - labelled["base"]),
        "neither": len(images) - len(labelled["base"] | labelled["revised"]),
    }
    sizes = counted.census.images()
    assert sizes["images"] == len(images)
    assert sizes["unknown_size"] == 0
    assert sizes["median_width"] == statistics.median(i["width"] for i in images)
    assert sizes["median_height"] == statistics.median(i["height"] for i in images)
    ratios = [image["width"] / image["height"] for image in images]
    assert sizes["median_aspect_ratio"] == pytest.approx(statistics.median(ratios))
    assert counted.census.aspect_ratios()["images"].sum() == len(images)


def test_totals_rebuilt_from_the_labels_are_those_that_were_stored(
    counted: Counted,
) -> None:
    assert counted.census.totals is not None
    assert counted.census.totals.to_dict() == counted.results.counts.to_dict()


def test_totals_of_a_view_are_those_of_a_run_over_it(counted: Counted) -> None:
    for seed in (1, 2):
        part = counted.dataset.take(len(counted.dataset) // 3, seed=seed)
        alone = compare_annotations(part, key="part", overwrite=True)
        rebuilt = take_census(part, key="diff").totals
        assert rebuilt is not None
        assert rebuilt.to_dict() == alone.counts.to_dict()
        whole = take_census(counted.dataset, key="part").totals
        assert whole is not None
        assert whole.to_dict() == alone.counts.to_dict()
    counted.dataset.delete_run("part")


def test_halves_add_up_to_the_whole_through_json(counted: Counted) -> None:
    half = len(counted.dataset) // 2
    views = counted.dataset.skip(half), counted.dataset.limit(half)
    total = CensusCounts()
    for view in views:
        counts = take_census(view, key="diff").counts
        total += CensusCounts.from_dict(json.loads(json.dumps(counts.to_dict())))
    assert total.to_dict() == counted.census.counts.to_dict()
    loaded = take_census(counted.dataset, key="diff")
    assert loaded.to_dict() == counted.census.to_dict()
