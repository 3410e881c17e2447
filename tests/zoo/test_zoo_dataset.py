"""The zoo dataset as people load it: through FiftyOne, by url and by name."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import fiftyone as fo
import fiftyone.operators as foo
import fiftyone.zoo as foz
import pytest
from helpers.checkout import REPOSITORY
from helpers.programs.faulty_server import Served, serve
from sama_coco.app.dataset import open_dataset

NAME = "sama/sama-coco"

pytestmark = pytest.mark.usefixtures("fresh_database")


@pytest.fixture
def server(example_mirror: Path) -> Iterator[Served]:
    with serve(example_mirror) as served:
        yield served


def test_it_loads_by_url_then_by_name_and_downloads_nothing_twice(
    zoo_dir: Path, server: Served, url: str
) -> None:
    arguments = {
        "split": "validation",
        "label_types": ["detections", "segmentations"],
        "with_coco": True,
        "mirror": server.url,
    }
    by_url = foz.load_zoo_dataset(url, dataset_name="by-url", **arguments)
    first = server.faults.count()
    by_name = foz.load_zoo_dataset(NAME, dataset_name="by-name", **arguments)
    again = foz.load_zoo_dataset(NAME, dataset_name="again", **arguments)

    assert len(by_url) == len(by_name) == len(again) > 0
    assert server.faults.count() == first
    assert all(n == 1 for path, n in first.items() if path.endswith(".jpg"))
    schema = by_url.get_field_schema()
    for source in ("coco", "sama"):
        for kind in ("detections", "segmentations"):
            assert f"{source}_{kind}" in schema
    assert by_url.values("filepath") == by_name.values("filepath")
    assert all(Path(p).is_relative_to(zoo_dir) for p in by_url.values("filepath"))
    assert by_url.default_classes[0] == "person"
    assert len(by_url.default_classes) == 80


def test_the_app_the_operator_and_the_zoo_share_what_is_fetched(
    zoo_dir: Path, server: Served, url: str, tmp_path: Path
) -> None:
    types, mirror = ["segmentations"], server.url
    app = open_dataset(["validation"], types, 6, mirror, tmp_path / "example")
    load = foo.get_operator("@sama/sama-coco/load_sama_coco")
    by_operator = load("by-operator", max_samples=6, mirror=mirror)
    files = {p: p.stat().st_mtime_ns for p in zoo_dir.rglob("*.*") if p.is_file()}
    asked = server.faults.count()
    assert sum(path.endswith(".jpg") for path in asked) == 6

    arguments = {
        "split": "validation",
        "label_types": types,
        "with_coco": True,
        "max_samples": 6,
        "mirror": mirror,
    }
    loaded = [
        foz.load_zoo_dataset(place, dataset_name=name, overwrite=overwrite, **arguments)
        for name, place, overwrite in (
            ("by-url", url, False),
            ("by-name", NAME, False),
            ("overwritten", url, True),
        )
    ]
    assert server.faults.count() == asked
    assert all(p.stat().st_mtime_ns == time for p, time in files.items())
    for dataset in (by_operator, *loaded):
        assert dataset.values("filepath") == app.values("filepath")
    assert all(Path(p).is_file() for p in app.values("filepath"))


def test_both_splits_load_into_one_dataset_with_their_names_as_tags(
    zoo_dir: Path, example_mirror: Path, url: str
) -> None:
    dataset = foz.load_zoo_dataset(
        url, dataset_name="both", with_coco=True, mirror=str(example_mirror)
    )
    counts = dataset.count_sample_tags()
    assert set(counts) == {"train", "validation"}
    assert sum(counts.values()) == len(dataset)
    assert len(set(dataset.values("coco_id"))) == len(dataset)


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        ({}, {"ground_truth"}),
        ({"include_id": True}, {"detections", "coco_id"}),
        ({"label_types": "segmentations", "include_id": True},
         {"segmentations", "coco_id"}),
        ({"label_types": ["detections", "segmentations"]},
         {"detections", "segmentations"}),
    ],
)  # fmt: skip
def test_without_coco_the_fields_are_named_as_the_built_in_names_them(
    zoo_dir: Path, example_mirror: Path, url: str, arguments: dict, fields: set[str]
) -> None:
    dataset = foz.load_zoo_dataset(
        url,
        split="validation",
        dataset_name="alone",
        mirror=str(example_mirror),
        **arguments,
    )
    plain = fo.Dataset("plain")
    found = set(dataset.get_field_schema()) - set(plain.get_field_schema())
    assert found == fields | {"coco_url", "license"}


def test_it_merges_with_what_the_built_in_coco_loader_gives(
    zoo_dir: Path, example_mirror: Path, url: str, tmp_path: Path
) -> None:
    """The snippet on Sama's page, with COCO read by FiftyOne's own importer."""
    sama = foz.load_zoo_dataset(
        url,
        split="validation",
        label_types="segmentations",
        include_id=True,
        dataset_name="sama",
        mirror=str(example_mirror),
    )
    coco = _built_in_coco(example_mirror, tmp_path)
    coco.merge_samples(
        sama, key_field="coco_id", fields={"segmentations": "sama_segmentations"}
    )
    assert len(coco) == len(sama)
    labels = coco.count("sama_segmentations.detections")
    assert labels == sama.count("segmentations.detections") > 0


def test_a_shuffled_choice_without_a_seed_downloads_only_what_it_loads(
    zoo_dir: Path, server: Served, url: str
) -> None:
    dataset = foz.load_zoo_dataset(
        url,
        split="validation",
        max_samples=5,
        shuffle=True,
        dataset_name="shuffled",
        mirror=server.url,
    )
    asked = {Path(p).name for p in server.faults.count() if p.endswith(".jpg")}
    assert {Path(p).name for p in dataset.values("filepath")} == asked
    assert len(asked) == 5


def test_an_error_leaves_no_dataset_that_a_later_load_would_return(
    zoo_dir: Path, example_mirror: Path, url: str
) -> None:
    with pytest.raises(ValueError, match="did you mean 'dog'"):
        foz.load_zoo_dataset(
            url,
            split="validation",
            classes="dogg",
            dataset_name="broken",
            mirror=str(example_mirror),
        )
    assert not fo.dataset_exists("broken")


def test_the_folder_imports_with_fiftyone_alone_and_names_what_is_missing(
    tmp_path: Path,
) -> None:
    """Imports of the other packages are blocked as if they were not installed."""
    program = f"""
import importlib.metadata, importlib.util, sys
absent = {{"filelock", "loky", "msgspec", "pycocotools", "remotezip"}}
class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in absent:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocker())
version = importlib.metadata.version
def installed(name):
    if name in absent:
        raise importlib.metadata.PackageNotFoundError(name)
    return version(name)
importlib.metadata.version = installed
spec = importlib.util.spec_from_file_location(
    "sama.sama-coco", {str(REPOSITORY / "zoo" / "__init__.py")!r}
)
module = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = module
spec.loader.exec_module(module)
try:
    module.download_and_prepare({str(tmp_path)!r}, split="validation")
except ImportError as error:
    print(error)
"""
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert "pip install filelock loky msgspec pycocotools remotezip" in result.stdout


def _built_in_coco(mirror: Path, folder: Path) -> fo.Dataset:
    import zipfile

    source = mirror / "images.cocodataset.org"
    with zipfile.ZipFile(source / "annotations/annotations_trainval2017.zip") as zipped:
        labels = zipped.extract("annotations/instances_val2017.json", folder)
    return fo.Dataset.from_dir(
        dataset_type=fo.types.COCODetectionDataset,
        data_path=str(source / "val2017"),
        labels_path=labels,
        label_types="segmentations",
        include_id=True,
        name="coco",
    )
