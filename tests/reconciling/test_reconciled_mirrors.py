"""Both label sets of a mirror, reconciled: exactly the objects that a policy takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.reconciled import (
    check_copies,
    documents,
    labels_of,
    origins,
    plain_samples,
)
from helpers.oracles.plain_reconciling import chosen, statuses_of
from sama_coco.labelsets import (
    compare_annotations,
    read_policy,
    reconcile_annotations,
)
from sama_coco.labelsets.reconciling.decisions.policies import PRESETS
from sama_coco.zoo import load_splits

SIDES = ("coco_segmentations", "sama_segmentations")
RULES: list[dict[str, Any]] = [
    {"take": "base", "status": ["split"], "max_area": 4000},
    {"take": "both", "status": ["merged", "removed"], "crowd": False},
    {"take": "neither", "classes": ["person", "chair"], "max_iou": 0.8},
    {"take": "review", "status": ["recrowded", "relabeled"]},
    {"take": "revised", "min_iou": 0.9, "min_area": 1024},
    {"take": "revised", "status": ["added"]},
]
FIELD = "reconciled_segmentations"


@pytest.fixture(scope="module", params=["example-validation", "real-validation"])
def dataset(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[fo.Dataset]:
    kind, split = request.param.split("-")
    mirror: Path = request.getfixturevalue(f"{kind}_mirror")
    dataset, _ = load_splits(
        request.param,
        split,
        tmp_path_factory.mktemp("zoo"),
        label_types="segmentations",
        with_coco=True,
        mirror=str(mirror),
    )
    compare_annotations(dataset)
    compare_annotations(dataset, *reversed(SIDES), key="swapped")
    yield dataset
    dataset.delete()


@pytest.mark.parametrize("policy", [*PRESETS, RULES], ids=str)
def test_a_policy_takes_what_the_plain_implementation_does(
    dataset: fo.Dataset, policy: Any
) -> None:
    reconcile_annotations(dataset, policy=policy, open="revised", overwrite=True)
    plain = plain_samples(dataset, SIDES)
    assert origins(dataset, FIELD) == [chosen(s, policy, "revised") for s in plain]
    check_copies(dataset, FIELD, SIDES, ["diff", "swapped"])


@pytest.mark.parametrize(("policy", "side"), [("revised", 1), ("base", 0)])
def test_one_side_gives_its_objects_and_nothing_else(
    dataset: fo.Dataset, policy: str, side: int
) -> None:
    reconcile_annotations(dataset, policy=policy, overwrite=True)
    for document in documents(dataset):
        whole = [
            (label["coco_id"], label["mask"])
            for label in labels_of(dataset, document, SIDES[side])
            if label["diff"] != "degenerate"
        ]
        copies = labels_of(dataset, document, FIELD)
        assert [(x["coco_id"], x["mask"]) for x in copies] == whole
    again = compare_annotations(dataset, SIDES[side], FIELD, "again", overwrite=True)
    scores = again.summary()
    assert scores["pq"] == 1.0
    assert scores["revised"] == scores["base"] - again.statuses().base["degenerate"]


def test_a_group_is_never_half_taken(dataset: fo.Dataset) -> None:
    groups = 0
    for policy in (*PRESETS, RULES):
        reconcile_annotations(dataset, policy=policy, open="base", overwrite=True)
        for sample, found in zip(
            plain_samples(dataset, SIDES), origins(dataset, FIELD), strict=True
        ):
            for item in sample.items:
                for side in ("base", "revised"):
                    own = {label.id in found for label in item if label.side == side}
                    assert len(own) <= 1
                groups += bool(statuses_of(item) & {"split", "merged"})
    assert groups


def pixels(dataset: fo.Dataset) -> list[list[tuple[Any, ...]]]:
    """What a field holds of each image, the order of the sides aside."""
    names = ("source", "label", "coco_id", "iscrowd", "bounding_box", "mask")
    return [
        sorted(
            (tuple(map(str, (x.get(name) for name in names))))
            for x in labels_of(dataset, document, FIELD)
        )
        for document in documents(dataset)
    ]


@pytest.mark.parametrize("policy", [*PRESETS, RULES], ids=str)
def test_swapped_sides_and_the_mirror_give_the_same_objects(
    dataset: fo.Dataset, policy: Any
) -> None:
    reconcile_annotations(dataset, policy=policy, open="base", overwrite=True)
    here = pixels(dataset)
    mirror = read_policy(policy).mirror
    reconcile_annotations(
        dataset, "swapped", policy=mirror, open="revised", overwrite=True
    )
    assert pixels(dataset) == here
    assert any(here)
