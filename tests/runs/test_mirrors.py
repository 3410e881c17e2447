"""Both label sets of a mirror, through the database: statuses equal the edit log."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fiftyone as fo
import pytest
from sama_coco.labelsets import ComparisonResults, RunFields, compare_annotations
from sama_coco.labelsets.comparison import Status
from sama_coco.zoo import load_splits

FIELDS = {"base": "coco_segmentations", "revised": "sama_segmentations"}

CROPPED_BY_A_SHORT_BOX = {
    ("base", 900100184324): ("identical", "refined"),
    ("revised", 10100432): ("identical", "refined"),
}
"""COCO's box of this crowd ends a px before its RLE does, Sama's does not: cropped to
their boxes, as FiftyOne keeps masks, the two differ by a row and a column."""


@dataclass(frozen=True)
class Compared:
    """A mirror that was loaded and compared."""

    dataset: fo.Dataset
    results: ComparisonResults
    edits: list[dict[str, Any]]
    differing: dict[tuple[str, int], tuple[str, str]]

    def column(self, side: str, attribute: str) -> list[Any]:
        path = f"{FIELDS[side]}.detections.{attribute}"
        values: list[Any] = self.dataset.values(path, unwind=True)
        return values


@pytest.fixture(
    scope="module",
    params=["example-validation", "example-train", "real-validation", "real-train"],
)
def compared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Compared]:
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
    results = compare_annotations(dataset)
    edits = json.loads((mirror / "edits.json").read_text())[split]
    exceptional = request.param == "real-validation"
    differing = CROPPED_BY_A_SHORT_BOX if exceptional else {}
    yield Compared(dataset, results, edits, differing)
    dataset.delete()


def test_statuses_are_those_of_the_edit_log(compared: Compared) -> None:
    logged: dict[tuple[str, int], str] = {}
    for edit in compared.edits:
        logged |= {("base", number): edit["edit"] for number in edit["coco_ids"]}
        logged |= {("revised", number): edit["edit"] for number in edit["sama_ids"]}
    found = {
        (side, number): status
        for side in FIELDS
        for number, status in zip(
            compared.column(side, "coco_id"), compared.column(side, "diff"), strict=True
        )
    }
    assert found.keys() == logged.keys()
    assert len(found) > 150
    assert {
        key: (logged[key], found[key]) for key in found if logged[key] != found[key]
    } == compared.differing


def test_partners_name_each_other_and_share_their_ious(compared: Compared) -> None:
    names = ("id", "diff", "diff_id", "diff_iou", "diff_biou")
    rows = {
        side: {
            row[0]: row[1:]
            for row in zip(*(compared.column(side, n) for n in names), strict=True)
        }
        for side in FIELDS
    }
    alone = {"added", "removed", "degenerate"}
    wholes = {"base": "split", "revised": "merged"}
    seen: Counter[str] = Counter()
    for side, other in (("base", "revised"), ("revised", "base")):
        for label_id, (status, partner, iou, boundary_iou) in rows[side].items():
            seen[status] += 1
            if status in alone:
                assert (partner, iou, boundary_iou) == (None, None, None)
            elif status not in wholes.values():
                assert rows[other][partner] == (status, label_id, iou, boundary_iou)
            elif status == wholes[side] and partner == label_id:
                parts = [r for r in rows[other].values() if r[1] == label_id]
                assert len(parts) >= 2
                assert {part[0] for part in parts} == {status}
                assert boundary_iou is None
            else:
                assert partner in rows[other]
                assert 0 < iou <= 1
    assert seen["identical"] > 20
    assert seen["split"] > 2


def test_samples_count_the_statuses_of_their_labels(compared: Compared) -> None:
    columns = [
        compared.dataset.values(f"{field}.detections.diff") for field in FIELDS.values()
    ]
    counts = [Counter([*(b or []), *(r or [])]) for b, r in zip(*columns, strict=True)]
    fields = RunFields("diff")
    for status in Status:
        if status is not Status.IDENTICAL:
            written = compared.dataset.values(fields.count(status))
            assert written == [count[str(status)] for count in counts]
    qualities, disagreements = compared.dataset.values(["diff_pq", "diff_disagreement"])
    for pq, disagreement in zip(qualities, disagreements, strict=True):
        assert disagreement == pytest.approx(1 - pq)
        assert 0 <= pq <= 1


def test_totals_are_the_sum_over_samples(compared: Compared) -> None:
    statuses = compared.results.statuses()
    for side in FIELDS:
        assert Counter(compared.column(side, "diff")) == Counter(
            {status: n for status, n in statuses[side].items() if n}
        )
    disagreeing = compared.dataset.match(fo.ViewField("diff_pq") < 1)
    summary = compared.results.summary()
    assert summary["images"] == len(compared.dataset)
    assert summary["images_with_disagreement"] == len(disagreeing)
    classes = compared.results.classes()
    for side in FIELDS:
        assert classes[side].to_dict() == {
            **dict.fromkeys(classes.index, 0),
            **Counter(compared.column(side, "label")),
        }
    pairs = Counter(
        s for s, b in zip(*(compared.column("base", a) for a in ("diff", "diff_biou")),
                          strict=True) if b is not None
    )  # fmt: skip
    assert compared.results.iou_histogram().sum().to_dict() == {
        **dict.fromkeys(compared.results.iou_histogram().columns, 0),
        **pairs,
    }
    assert int(compared.results.sizes().to_numpy().sum()) == sum(pairs.values())
    reasons = Counter(compared.column("base", "diff_reason"))
    reasons.update(compared.column("revised", "diff_reason"))
    del reasons[None]
    found = {why: one["count"] for why, one in compared.results.broken.items()}
    assert found == reasons
    assert set(found) <= {"covers nothing of the image"}


def test_a_comparison_run_again_comes_to_the_same(compared: Compared) -> None:
    again = compare_annotations(compared.dataset, overwrite=True)
    assert again.to_dict() == compared.results.to_dict()


def test_swapped_sides_keep_pq_and_exchange_what_was_added_and_removed(
    compared: Compared,
) -> None:
    swapped = compare_annotations(
        compared.dataset, FIELDS["revised"], FIELDS["base"], key="back"
    )
    there, back = compared.results.summary(), swapped.summary()
    assert back["pq"] == pytest.approx(there["pq"])
    assert (back["fp"], back["fn"]) == (there["fn"], there["fp"])
    for one, other in (("added", "removed"), ("split", "merged")):
        assert (
            swapped.statuses().loc[one].tolist()
            == compared.results.statuses().loc[other].tolist()[::-1]
        )
