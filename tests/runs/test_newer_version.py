"""A version of FiftyOne that is newer than those tested is used by its public API."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import fiftyone as fo
import pytest
from helpers.datasets.labelled import FIELDS, every_status, make_pair
from sama_coco.labelsets import compare_annotations
from sama_coco.zoo.writing.fiftyone_writer import NEWEST_TESTED

pytestmark = pytest.mark.usefixtures("fresh_database")

PROGRAM = """
import json, sys
import fiftyone as fo
fo.__version__ = sys.argv[2]
import fiftyone.core.odm as odm
from helpers.datasets.labelled import FIELDS
from sama_coco.labelsets import compare_annotations
dataset = fo.load_dataset(sys.argv[1])
written = []
bulk_write = type(dataset._sample_collection).bulk_write
def counting(self, *args, **kwargs):
    caller = sys._getframe(1).f_globals["__name__"]
    written.append(caller.startswith("sama_coco"))
    return bulk_write(self, *args, **kwargs)
type(dataset._sample_collection).bulk_write = counting
results = compare_annotations(dataset, **FIELDS)
compare_annotations(dataset, **FIELDS, overwrite=True)
print(json.dumps([any(written), results.totals, dataset.values("diff_pq")]))
"""


def run(dataset: fo.Dataset, version: str) -> tuple[list[Any], list[str]]:
    """What a comparison under another version gives, and the lines that it logs."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, dataset.name, version],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stderr.splitlines() if "was tested with" in line]
    return json.loads(done.stdout.splitlines()[-1]), said


@pytest.mark.parametrize("is_newer", [False, True])
def test_a_newer_version_is_used_by_its_public_api_and_said_to_be(
    is_newer: bool,
) -> None:
    dataset = make_pair(every_status(), every_status())
    dataset.persistent = True
    totals = json.loads(json.dumps(compare_annotations(dataset, **FIELDS).totals))
    expected = dataset.values("diff_pq")
    dataset.delete_run("diff")

    major, minor = NEWEST_TESTED
    version = f"{major}.{minor + is_newer}.3"
    (writes_documents, *found), said = run(dataset, version)
    assert found == [totals, expected]
    assert writes_documents is not is_newer
    assert len(said) == is_newer
    assert (
        not is_newer or f"FiftyOne {version} is newer than {major}.{minor}" in said[0]
    )
