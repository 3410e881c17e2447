"""Label fields that came from no file, or from several: ids, classes, splits, files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cv2
import fiftyone as fo
import numpy as np
import pytest
from fiftyone import ViewField as F
from helpers.datasets.exported import files
from helpers.datasets.labelled import (
    FIELDS,
    HEIGHT,
    WIDTH,
    alter,
    boxed,
    draw_images,
    every_status,
    make_pair,
    masked,
    outlined,
    stored,
)
from helpers.oracles.exported_labels import (
    annotations_of,
    assert_decodes_to_labels,
    assert_identical,
    by_id,
    decoded,
    pixels,
    read_back,
    read_json,
)
from pycocotools.coco import COCO
from sama_coco.labelsets import (
    ExportError,
    compare_annotations,
    export_annotations,
    reconcile_annotations,
)
from sama_coco.zoo.label_sources import describe_source, note_label_source

pytestmark = pytest.mark.usefixtures("fresh_database")


def ring(x: int, y: int) -> fo.Polyline:
    """A square of 20 px with a hole of 10 px."""
    corners = [
        [(x, y), (x + 20, y), (x + 20, y + 20), (x, y + 20)],
        [(x + 5, y + 5), (x + 15, y + 5), (x + 15, y + 15), (x + 5, y + 15)],
    ]
    points = [[(px / WIDTH, py / HEIGHT) for px, py in c] for c in corners]
    return fo.Polyline(label="ring", points=points, filled=True, closed=True)


def holed() -> fo.Detection:
    """A mask of three parts, one in the hole of another."""
    mask = np.zeros((20, 30), bool)
    mask[:, :16] = True
    mask[3:17, 3:13] = False
    mask[8:12, 6:10] = True
    mask[4:9, 20:29] = True
    return masked("holed", 40, 30, 30, 20, mask=mask)


def forms(folder: Path) -> list[list[fo.Detection | fo.Polyline]]:
    """Label lists of every form, of which some can't share a field."""
    small = np.zeros((7, 7), bool)
    small[1:6, 2:5] = True
    return [
        [
            masked("cat", 3, 4, 10, 12),
            holed(),
            masked("one pixel", 70, 50, 1, 1),
            masked("resized", 20, 10, 14, 21, mask=small),
            masked("overhanging", -4, 50, 10, 15),
            masked(None, 30, 40, 5, 5),
            stored(folder, "on disk", 60, 5, 10, 10),
            masked("crowd", 0, 30, 20, 8, iscrowd=1),
        ],
        [boxed("cat", 3.25, 4.5, 10, 12), boxed("dog", 0, 0, 80, 60, iscrowd=1)],
        [ring(5, 5), outlined("solid", 50, 30, 20, 10)],
    ]


@pytest.mark.parametrize("form", range(3))
@pytest.mark.parametrize("segmentation", ["source", "rle", "polygons"])
def test_labels_without_a_file_are_exported_by_their_pixels(
    form: int, segmentation: str, tmp_path: Path
) -> None:
    dataset = make_pair((forms(tmp_path)[form], []))
    done = export_annotations(
        dataset, "before", tmp_path / "out.json", segmentation=segmentation
    )
    assert done.paths == [tmp_path / "out.json"]
    document = read_json(done.paths[0])
    annotations = document["annotations"]
    assert [a["id"] for a in annotations] == list(range(1, len(annotations) + 1))
    for annotation, mask in zip(
        annotations, pixels(dataset, "before").values(), strict=True
    ):
        found = decoded(annotation, HEIGHT, WIDTH)
        if mask is None:
            assert found is None
            continue
        np.testing.assert_array_equal(found, mask)
        ys, xs = np.nonzero(mask)
        x, y = int(xs.min()), int(ys.min())
        assert annotation["bbox"] == [x, y, xs.max() + 1 - x, ys.max() + 1 - y]
        assert annotation["area"] == mask.sum()
    names = {c["id"]: c["name"] for c in document["categories"]}
    labels = [label.label for _, label in _labels(dataset, "before")]
    exported = [names[a["category_id"]] for a in annotations]
    assert exported == [label or "(no class)" for label in labels]
    back = read_back(dataset, done.paths, kind="masks" if form != 2 else "polylines")
    assert_identical(dataset, "before", back)


def _labels(dataset: fo.Dataset, field: str) -> list[tuple[Any, Any]]:
    return [
        (sample, label)
        for sample in dataset
        for label in (
            sample[field]["polylines"]
            if isinstance(sample[field], fo.Polylines)
            else sample[field]["detections"]
        )
    ]


def test_boxes_and_scores_of_predictions(tmp_path: Path) -> None:
    labels = [boxed("cat", 3.25, 4.5, 10, 12.125), masked("dog", 3, 4, 5, 6)]
    labels[0].confidence, labels[1].confidence = 0.75, float("nan")
    dataset = make_pair((labels, None))
    done = export_annotations(dataset, "before", tmp_path / "out.json")
    box, mask = annotations_of(done.paths)
    assert box == {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "iscrowd": 0,
        "score": 0.75,
        "bbox": [3.25, 4.5, 10, 12.125],
        "area": 121.25,
        "segmentation": [],
    }
    assert "score" not in mask
    assert done.counts == {"as boxes": 1, "as RLE of their pixels": 1}


def test_what_can_not_be_read_is_counted_and_left_out(tmp_path: Path) -> None:
    nothing = np.zeros((5, 5), bool)
    dataset = make_pair(
        ([masked("cat", 0, 0, 5, 5), masked("cat", 9, 9, 5, 5, mask=nothing)], [])
    )
    alter(dataset, "before", 0, mask=b"no mask")
    done = export_annotations(dataset, "before", tmp_path / "out.json")
    (empty,) = annotations_of(done.paths)
    assert dict(done.lost) == {"that can't be read: a mask that can't be read": 1}
    assert (empty["area"], empty["bbox"]) == (0, [9, 9, 5, 5])
    mask = decoded(empty, HEIGHT, WIDTH)
    assert mask is not None
    assert not mask.any()


def test_pycocotools_and_fiftyone_read_what_is_written(tmp_path: Path) -> None:
    dataset = make_pair((forms(tmp_path)[0], []), ([masked("cat", 0, 0, 9, 9)], []))
    draw_images(dataset, tmp_path)
    done = export_annotations(dataset, "before", tmp_path / "out", images="symlink")
    document, folder = done.paths
    coco = COCO(str(document))
    assert len(coco.getImgIds()) == 2
    assert coco.loadAnns([9])[0]["image_id"] == 2
    for annotation in coco.loadAnns(coco.getAnnIds()):
        assert coco.annToMask(annotation).sum() == annotation["area"]
    for options in ({}, {"use_polylines": True}):
        imported = fo.Dataset.from_dir(
            dataset_type=fo.types.COCODetectionDataset,
            data_path=str(folder),
            labels_path=str(document),
            label_types="segmentations",
            **options,
        )
        elements = "polylines" if options else "detections"
        assert imported.count(f"ground_truth.{elements}") == len(coco.anns)


def tagged(*tags: str | None) -> fo.Dataset:
    dataset = make_pair(*(([masked("cat", 0, 0, 9, 9)], []) for _ in tags))
    for sample, tag in zip(dataset.iter_samples(autosave=True), tags, strict=True):
        sample.tags = ["other"] if tag is None else [tag, "other"]
    return dataset


def test_every_split_has_a_file(tmp_path: Path) -> None:
    dataset = tagged("train", "validation", "train", None)
    done = export_annotations(dataset, "before", tmp_path / "out")
    assert {p.name: len(read_json(p)["images"]) for p in done.paths} == {
        "instances_train.json": 2,
        "instances_validation.json": 1,
        "instances_untagged.json": 1,
    }
    done = export_annotations(dataset, "before", tmp_path / "labels.json")
    assert sorted(files(tmp_path)) == [
        "labels_train.json",
        "labels_untagged.json",
        "labels_validation.json",
        *(
            str(p.relative_to(tmp_path))
            for p in sorted((tmp_path / "out").rglob("*.json"))
        ),
    ]
    assert done.images == done.annotations == 4
    only = dataset.match_tags("train")
    assert export_annotations(only, "before", tmp_path / "one.json").paths == [
        tmp_path / "one.json"
    ]


def test_a_sample_of_two_splits_is_an_error(tmp_path: Path) -> None:
    dataset = tagged("train")
    dataset.tag_samples("validation")
    with pytest.raises(ExportError, match=r"'train' and 'validation'.*two splits"):
        export_annotations(dataset, "before", tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_ids_are_kept_and_count_on_where_there_are_none_or_two(tmp_path: Path) -> None:
    first = [masked("cat", 0, 0, 5, 5, coco_id=7), masked("cat", 9, 0, 5, 5)]
    second = [
        masked("cat", 0, 0, 5, 5, coco_id=7),
        masked("cat", 20, 0, 5, 5, coco_id=3),
    ]
    dataset = make_pair((first, []), (second, []))
    dataset.add_sample_field("coco_id", fo.IntField)
    dataset.set_values("coco_id", [12, None])
    done = export_annotations(dataset, "before", tmp_path / "out.json")
    document = read_json(done.paths[0])
    assert [a["id"] for a in document["annotations"]] == [7, 8, 9, 3]
    assert [image["id"] for image in document["images"]] == [12, 13]
    assert done.lost == {"with a new id, theirs being taken": 1}


def test_images_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    dataset = make_pair(([], []), ([], []))
    for number, sample in enumerate(dataset.iter_samples(autosave=True)):
        path = tmp_path / "images" / f"camera {number}" / "1.png"
        path.parent.mkdir(parents=True)
        cv2.imwrite(str(path), np.zeros((HEIGHT, WIDTH, 3), np.uint8))
        sample.filepath = str(path)
    done = export_annotations(dataset, "before", tmp_path / "out", images="copy")
    names = [image["file_name"] for image in read_json(done.paths[0])["images"]]
    assert names == ["camera 0/1.png", "camera 1/1.png"]
    assert all((tmp_path / "out" / "images" / name).is_file() for name in names)


@pytest.mark.parametrize("images", ["copy", "symlink"])
def test_images_lie_beside_their_labels(images: str, tmp_path: Path) -> None:
    dataset = tagged("train", "validation")
    draw_images(dataset, tmp_path)
    done = export_annotations(dataset, "before", tmp_path / "out", images=images)
    folders = [tmp_path / "out" / "images" / name for name in ("train", "validation")]
    assert done.paths[2:] == folders
    for folder, sample in zip(folders, dataset, strict=True):
        (image,) = folder.iterdir()
        assert image.is_symlink() == (images == "symlink")
        assert image.read_bytes() == Path(sample.filepath).read_bytes()
    os.remove(dataset.first().filepath)
    with pytest.raises(ExportError, match=r"is not there.*images='none'"):
        export_annotations(dataset, "before", tmp_path / "new", images=images)
    assert not (tmp_path / "new").exists()


def test_a_view_is_exported_as_it_shows(tmp_path: Path) -> None:
    dataset = make_pair(every_status(), every_status())
    view = dataset.limit(1).filter_labels("before", F("label").is_in(["cat", "dog"]))
    view = view.map_labels("before", {"dog": "wolf"})
    document = read_json(
        export_annotations(view, "before", tmp_path / "out.json").paths[0]
    )
    names = {c["id"]: c["name"] for c in document["categories"]}
    assert len(document["images"]) == 1
    assert [names[a["category_id"]] for a in document["annotations"]] == [
        "cat",
        "cat",
        "wolf",
    ]


def test_chosen_classes_alone_are_exported(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    done = export_annotations(
        dataset, "before", tmp_path / "out.json", classes=["dog", "cat"]
    )
    document = read_json(done.paths[0])
    assert [c["name"] for c in document["categories"]] == ["dog", "cat"]
    assert len(document["annotations"]) == 3
    assert done.lost == {"of other classes": 8}
    with pytest.raises(ExportError, match=r"no class 'dgo'.*did you mean 'dog'"):
        export_annotations(dataset, "before", tmp_path / "no.json", classes=["dgo"])


def from_file(tmp_path: Path, **entries: Any) -> fo.Dataset:
    """A dataset whose field `before` says that it was read from a file."""
    dataset = make_pair(([boxed("cat", 1, 2, 3, 4, coco_id=5)], None), (None, None))
    document = {
        "info": {"year": 2020},
        "licenses": [{"id": 3, "name": "CC", "url": ""}],
        "categories": [{"id": 9, "name": "cat"}, {"id": 4, "name": "unused", "x": 1}],
        "images": [
            {"id": 31, "file_name": "00000.png", "width": 80, "height": 60, "y": [2]}
        ],
        "annotations": [
            {"id": 5, "image_id": 31, "category_id": 9, "bbox": [1, 2, 3, 4], "z": "z"}
        ],
    } | entries
    path = tmp_path / "labels.json"
    path.write_text(json.dumps(document))
    note_label_source(dataset, "before", describe_source(path, path.read_bytes()))
    return dataset


def test_all_that_a_file_says_comes_out(tmp_path: Path) -> None:
    dataset = from_file(tmp_path)
    done = export_annotations(dataset, "before", tmp_path / "out.json")
    assert read_json(done.paths[0]) == read_json(tmp_path / "labels.json")
    assert done.lost == {"samples without a list of labels": 1}


def test_annotations_that_were_not_loaded_are_counted_as_lost(tmp_path: Path) -> None:
    broken = {"image_id": 31, "category_id": 9, "bbox": [1, 2, 3, 4]}
    annotations = [
        {"id": 5, **broken},
        {"id": 6, **broken, "segmentation": [[1, 2]]},
        {"id": 7, **broken, "iscrowd": 7},
        {"id": 8, **broken},
    ]
    dataset = from_file(tmp_path, annotations=annotations)
    done = export_annotations(dataset, "before", tmp_path / "out.json")
    assert [a["id"] for a in annotations_of(done.paths)] == [5]
    assert (
        done.lost["annotations of the files that were left out when they were loaded"]
        == 2
    )


@pytest.mark.parametrize("entries", [{}, {"annotations": []}])
def test_an_empty_list_is_an_image_without_labels(
    entries: dict[str, Any], tmp_path: Path
) -> None:
    dataset = from_file(tmp_path, **entries)
    first = dataset.first()
    first["before"] = fo.Detections()
    first.save()
    done = export_annotations(dataset, "before", tmp_path / "out.json")
    document = read_json(done.paths[0])
    assert (len(document["images"]), document["annotations"]) == (1, [])


@pytest.fixture
def reconciled(tmp_path: Path) -> fo.Dataset:
    """Two fields with equal annotation ids, of which items of both are chosen."""
    base, revised = every_status()
    for number, label in enumerate(base):
        label["coco_id"] = number
    for number, label in enumerate(revised[:-1]):
        label["coco_id"] = 2 * number
    dataset = make_pair((base, revised))
    compare_annotations(dataset, **FIELDS)
    reconcile_annotations(dataset, policy="union", field="result")
    return dataset


def test_a_reconciled_field_says_where_its_labels_came_from(
    reconciled: fo.Dataset, tmp_path: Path
) -> None:
    done = export_annotations(reconciled, "result", tmp_path / "out.json")
    annotations = annotations_of(done.paths)
    labels = reconciled.first()["result"].detections
    assert len(annotations) == len(labels)
    assert len({a["id"] for a in annotations}) == len(annotations)
    taken = {label["coco_id"] for label in labels if label["source"] == "before"}
    paths = [f"{field}.detections.coco_id" for field in FIELDS.values()]
    largest = max(reconciled.bounds(path)[1] for path in paths)
    for annotation, label in zip(annotations, labels, strict=True):
        assert annotation["source"] == label["source"]
        own = getattr(label, "coco_id", None)
        if own is None:
            assert annotation["source_id"] == label["source_id"]
            assert annotation["id"] > largest
            continue
        assert annotation["source_id"] == own
        if label["source"] == "before" or own not in taken:
            assert annotation["id"] == own
        else:
            assert annotation["id"] > largest
    back = read_back(reconciled, done.paths)
    assert_identical(reconciled, "result", back)


def test_a_mapped_class_is_exported_under_its_common_name(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    compare_annotations(dataset, **FIELDS, class_map={"cow": "horse", "bus": "coach"})
    reconcile_annotations(dataset, policy="union", field="result")
    names: dict[str, set[str]] = {}
    for field in ("result", "before"):
        (path,) = export_annotations(dataset, field, tmp_path / f"{field}.json").paths
        content = json.loads(path.read_text())
        used = {a["category_id"] for a in content["annotations"]}
        names[field] = {c["name"] for c in content["categories"] if c["id"] in used}
        if field == "result":
            assert not {"cow", "bus"} & {c["name"] for c in content["categories"]}
    assert {"horse", "coach"} <= names["result"]
    assert {"cow", "bus"} <= names["before"]
    assert "coach" not in names["before"]


def test_samples_that_were_not_reconciled_are_left_out(tmp_path: Path) -> None:
    dataset = make_pair(every_status(), every_status())
    compare_annotations(dataset, **FIELDS)
    reconcile_annotations(dataset.limit(1), policy="revised", field="result")
    done = export_annotations(dataset, "result", tmp_path / "out.json")
    assert done.images == 1
    assert done.lost == {"samples without a list of labels": 1}


def test_what_can_not_be_exported_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    dataset = make_pair(every_status())
    out = tmp_path / "out"
    for arguments, message in (
        ({"field": "other"}, "no field 'other'.*before, after"),
        ({"format": "voc"}, "`format` must be one of 'coco', 'yolo'; found 'voc'"),
        ({"segmentation": "png"}, "`segmentation` must be one of"),
        ({"images": "move"}, "`images` must be one of"),
        ({"path": " "}, "name a folder"),
    ):
        with pytest.raises(ExportError, match=message):
            export_annotations(dataset, **{"field": "before", "path": out} | arguments)
    with pytest.raises(ExportError, match="view is empty"):
        export_annotations(dataset.limit(0), "before", out)
    with pytest.raises(ExportError, match="leaves out the field"):
        export_annotations(dataset.exclude_fields("before"), "before", out)
    with pytest.raises(ValueError, match="patches"):
        export_annotations(dataset.to_patches("before"), "before", out)
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_there_are_replaced_only_where_that_is_wanted(
    tmp_path: Path,
) -> None:
    dataset = make_pair(every_status())
    (tmp_path / "out.json").write_text("mine")
    with pytest.raises(ExportError, match=r"already.*overwrite=True"):
        export_annotations(dataset, "before", tmp_path / "out.json")
    assert files(tmp_path) == {"out.json": b"mine"}

    def stop(share: float, label: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_annotations(
            dataset, "before", tmp_path / "out.json", overwrite=True, on_progress=stop
        )
    assert files(tmp_path) == {"out.json": b"mine"}
    export_annotations(dataset, "before", tmp_path / "out.json", overwrite=True)
    assert len(read_json(tmp_path / "out.json")["annotations"]) == 11


def test_sizes_that_are_not_known_are_asked_for(tmp_path: Path) -> None:
    dataset = make_pair(every_status(), metadata=False)
    with pytest.raises(ExportError, match=r"compute_metadata\(\).*sample.metadata"):
        export_annotations(dataset, "before", tmp_path / "out.json")


def test_the_result_says_what_was_written(tmp_path: Path) -> None:
    steps: list[float] = []
    dataset = make_pair(every_status())
    done = export_annotations(
        dataset,
        "before",
        tmp_path / "out.json",
        classes=["cat"],
        on_progress=lambda share, _: steps.append(share),
    )
    assert str(done) == (
        "2 objects on 1 images\n"
        "  2 as RLE of their pixels\n"
        "Not carried over:\n"
        "  9 of other classes\n"
        f"{tmp_path / 'out.json'}"
    )
    assert steps == sorted(steps)
    assert steps[-1] == 1


def test_decoding_gives_the_pixels_of_every_status(tmp_path: Path) -> None:
    dataset = make_pair(every_status())
    dataset.set_values("before.detections.coco_id", [list(range(1, 12))], dynamic=True)
    for segmentation in ("rle", "polygons"):
        done = export_annotations(
            dataset, "before", tmp_path / segmentation, segmentation=segmentation
        )
        assert_decodes_to_labels(dataset, "before", done.paths)
    assert by_id(annotations_of(done.paths)).keys() == set(range(1, 12))
