"""Merges that fail or are killed leave nothing that passes for a finished one."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.paired_datasets import content, labels, make
from sama_coco.labelsets import merge_annotations

pytestmark = pytest.mark.usefixtures("fresh_database")

FIELDS = {"segmentations": "coco_segmentations"}


def test_a_merge_that_fails_midway_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    sama, coco = make("sama", range(3)), make("coco", range(1, 5))
    merge_annotations(sama, coco, fields=FIELDS)
    before = content(sama)
    whole = fo.Dataset.merge_samples

    def fail_on_new(self: fo.Dataset, *args: Any, **kwargs: Any) -> None:
        whole(self, *args, **kwargs)
        if kwargs["insert_new"]:
            raise KeyboardInterrupt

    monkeypatch.setattr(fo.Dataset, "merge_samples", fail_on_new)
    with pytest.raises(KeyboardInterrupt):
        merge_annotations(
            sama,
            coco,
            fields={"segmentations": "coco_segmentations"},
            rename={"segmentations": "sama_segmentations"},
            only_there="keep",
            overwrite=True,
        )
    assert content(sama) == before


def test_a_merge_that_fails_leaves_what_others_added_meanwhile() -> None:
    sama, coco = make("sama", range(3)), make("coco", range(1, 5))

    def add_and_stop(share: float, label: str) -> None:
        if share == 1:
            sama.add_sample(fo.Sample(filepath="/others/7.jpg", coco_id=7))
            sama.info["note"] = "of another"
            sama.save()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        merge_annotations(
            sama, coco, fields=FIELDS, only_there="keep", on_progress=add_and_stop
        )
    sama.reload()
    assert sama.values("coco_id") == [0, 1, 2, 7]
    assert sama.info == {"note": "of another"}
    assert not sama.has_field("coco_segmentations")


KILLED = """
import os, sys
import fiftyone as fo
from sama_coco.labelsets import merge_annotations
sama, coco = map(fo.load_dataset, ("sama", "coco"))
name, calls = sys.argv[1], int(sys.argv[2])
function = getattr(fo.Dataset, name)
def dies_after(*args, **kwargs):
    global calls
    function(*args, **kwargs)
    calls -= 1
    if not calls:
        os._exit(9)
setattr(fo.Dataset, name, dies_after)
merge_annotations(
    sama,
    coco,
    fields={"segmentations": "segmentations"},
    rename={"segmentations": "sama_segmentations"},
    only_there="keep",
)
"""


@pytest.mark.parametrize(
    ("function", "calls"),
    [
        ("add_sample_field", 1),
        ("merge_samples", 1),
        ("merge_samples", 2),
        ("add_dynamic_sample_fields", 1),
    ],
)
def test_a_merge_that_is_killed_passes_for_nothing_and_can_be_done_again(
    function: str, calls: int
) -> None:
    sama, coco = make("sama", range(3)), make("coco", range(1, 5), license="CC BY")
    sama.persistent = coco.persistent = True
    program = [sys.executable, "-c", KILLED, function, str(calls)]
    done = subprocess.run(program, capture_output=True, text=True, check=False)
    assert done.returncode == 9, done.stderr
    sama.reload()
    schema = sama.get_field_schema()
    assert "segmentations" in schema
    assert not {"sama_segmentations", "license"} & set(schema)

    merge_annotations(
        sama,
        coco,
        fields={"segmentations": "segmentations"},
        rename={"segmentations": "sama_segmentations"},
        only_there="keep",
    )
    assert labels(sama, "segmentations") == {
        0: None,
        **{i: [f"coco {i}"] for i in range(1, 5)},
    }
    assert labels(sama, "sama_segmentations")[2] == ["sama 2"]
    assert sama.values("license") == [None, *["CC BY"] * 4]
    assert not any("incoming" in name for name in sama.get_field_schema(flat=True))
    assert not any(f.info for f in sama.get_field_schema().values())


def test_a_field_that_only_looks_like_a_leftover_stays() -> None:
    sama, coco = make("sama", range(3)), make("coco", range(3))
    sama.rename_sample_field("segmentations", "coco_segmentations_incoming")
    merge_annotations(sama, coco, fields=FIELDS)
    assert labels(sama, "coco_segmentations_incoming")[1] == ["sama 1"]
    assert labels(sama, "coco_segmentations")[1] == ["coco 1"]
