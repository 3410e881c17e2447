"""Label files of every tool and format, read into the same labels."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from helpers.data.tool_files import (
    BOX,
    HEIGHT,
    NAMES,
    SQUARE_BOX,
    TOOLS,
    WIDTH,
    coco,
    cvat_coco,
    datumaro_coco,
    draw_images,
    results,
    text_ids_coco,
    write_cvat,
    write_json,
    write_voc,
    write_yolo,
)
from sama_coco.labelsets.merging.formats.label_file import LabelFile
from sama_coco.labelsets.merging.formats.recognising import Predicted, open_labels
from sama_coco.zoo.defects import Defects
from sama_coco.zoo.errors import FormatError

SIZE = (WIDTH, HEIGHT)


def labels(file: LabelFile, row: int = 0, shape: str = "masks") -> list[dict[str, Any]]:
    problems = Defects()
    found = file.labels(row, SIZE, shape, problems)
    assert problems.lines() == []
    return found


def px(label: dict[str, Any]) -> list[float]:
    """The box of a label in px."""
    x, y, w, h = label["bounding_box"]
    return [x * WIDTH, y * HEIGHT, w * WIDTH, h * HEIGHT]


@pytest.mark.parametrize("tool", TOOLS)
def test_coco_json_of_every_tool_gives_the_same_labels(
    tool: str, tmp_path: Path
) -> None:
    file = open_labels(write_json(tmp_path / "labels.json", TOOLS[tool]()))
    assert file.format == "COCO JSON"
    assert len(file.entries) == len(NAMES)
    for row in range(len(NAMES)):
        outlined, boxed = labels(file, row)
        assert (outlined["label"], boxed["label"]) == ("cat", "dog")
        assert px(outlined) == pytest.approx(SQUARE_BOX)
        assert px(boxed) == pytest.approx(BOX)
        assert outlined["mask"].shape == (20, 20)
        assert outlined["mask"].all()
        assert boxed["mask"] is None
        assert isinstance(outlined["coco_id"], int)
        assert outlined["iscrowd"] == 0
    ids = [label["coco_id"] for row in range(3) for label in labels(file, row)]
    assert len(set(ids)) == 6 == len(file.ids())


def test_attributes_become_those_of_labels_where_they_can(tmp_path: Path) -> None:
    file = open_labels(write_json(tmp_path / "cvat.json", cvat_coco()))
    assert file.attributes == {
        "occluded": bool,
        "rotation": float,
        "vehicle_type": str,
        "track_id": int,
    }
    first, second = labels(file)
    assert (first["occluded"], second["occluded"]) == (True, False)
    assert (second["rotation"], second["vehicle_type"], second["track_id"]) == (
        0.5,
        "van",
        1,
    )
    assert file.problems.lines() == []


def test_attributes_that_would_hide_something_are_left_out_and_told(
    tmp_path: Path,
) -> None:
    content = datumaro_coco()
    more = {"copy": 1, "bounding_box": [0, 0, 1, 1], "points": {"a": 1}, "é": 2}
    content["annotations"][0]["attributes"] |= more
    file = open_labels(write_json(tmp_path / "datumaro.json", content))
    assert set(file.attributes) == {"is_crowd"}
    assert px(labels(file)[0]) == pytest.approx(SQUARE_BOX)
    (line,) = file.problems.lines()
    assert line.startswith("6 x attribute that labels can't have, left out")


def test_attributes_of_several_types_become_one(tmp_path: Path) -> None:
    content = coco()
    values = [1, 2.5, None, "x", True, 3]
    for annotation, value in zip(content["annotations"], values, strict=True):
        annotation["attributes"] = {"mixed": value}
    for annotation, value in zip(content["annotations"], [1, 2.5, 3], strict=False):
        annotation["attributes"]["number"] = value
    file = open_labels(write_json(tmp_path / "labels.json", content))
    assert file.attributes == {"mixed": str, "number": float}
    found = [label for row in range(3) for label in labels(file, row)]
    assert [label.get("mixed") for label in found] == [
        "1",
        "2.5",
        None,
        "x",
        "True",
        "3",
    ]
    assert found[0]["number"] == 1.0


def test_ids_that_are_text_are_numbered_and_kept(tmp_path: Path) -> None:
    file = open_labels(write_json(tmp_path / "labels.json", text_ids_coco()))
    found = labels(file)
    assert [(label["coco_id"], label["file_id"]) for label in found] == [
        (1, "a1"),
        (2, "a2"),
    ]
    assert file.classes == ["cat", "dog"]
    kinds = {line.split(" x ")[1].split(" (")[0] for line in file.problems.lines()}
    assert kinds == {
        "annotation id that is text, numbered",
        "class whose name another class has too",
    }


def test_ids_that_repeat_are_numbered_and_what_stands_twice_is_left_out(
    tmp_path: Path,
) -> None:
    content = coco()
    annotations = content["annotations"]
    annotations.append(dict(annotations[0]))
    annotations[1]["id"] = annotations[0]["id"]
    file = open_labels(write_json(tmp_path / "labels.json", content))
    assert [label["coco_id"] for label in labels(file)] == [1, 7]
    assert sorted(file.problems.counts) == [
        "annotation id that repeats, numbered",
        "annotation that is listed twice",
    ]


def place(**entries: Any) -> Callable[[dict[str, Any]], None]:
    return lambda content: content["annotations"][0].update(entries)


LEFT_OUT = {
    "an unknown image": (place(image_id=99), "annotation of an unknown image"),
    "an unknown class": (place(category_id=99), "annotation of an unknown category"),
    "no class": (place(category_id=None), "annotation of an unknown category"),
    "a crowd of 2": (place(iscrowd=2), "annotation whose 'iscrowd' is not 0 or 1"),
    "no place": (
        place(bbox=None, segmentation=None),
        "annotation without a box or an outline",
    ),
    "a box of text": (
        place(bbox=["a", 1, 2, 3], segmentation={}),
        "annotation without a box or an outline",
    ),
    "no object": (
        lambda content: content["annotations"].insert(0, 5),
        "annotation that can't be read",
    ),
}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_annotations_that_cannot_be_used_are_counted(what: str, tmp_path: Path) -> None:
    change, kind = LEFT_OUT[what]
    content = coco()
    change(content)
    file = open_labels(write_json(tmp_path / "labels.json", content))
    assert dict(file.problems.counts) == {kind: 1}
    total = sum(len(labels(file, row)) for row in range(3))
    assert total == (6 if what == "no object" else 5)


def test_keypoints_are_counted_as_left_out(tmp_path: Path) -> None:
    content = coco()
    for annotation in content["annotations"][:2]:
        annotation |= {"keypoints": [12, 14, 2, 0, 0, 0], "num_keypoints": 1}
    file = open_labels(write_json(tmp_path / "people.json", content))
    assert len(labels(file)) == 2
    assert file.problems.counts == {
        "annotation whose keypoints are left out: only outlines and boxes are read": 2
    }


def test_forms_of_no_outline_and_of_a_flat_one_are_understood(tmp_path: Path) -> None:
    content = coco()
    forms = [None, [], [[]], {}, "", [10, 10, 30, 10, 30, 30, 10, 30]]
    for annotation, form in zip(content["annotations"], forms, strict=True):
        annotation |= {"segmentation": form, "bbox": SQUARE_BOX}
    file = open_labels(write_json(tmp_path / "labels.json", content))
    found = [label["mask"] for row in range(3) for label in labels(file, row)]
    assert [mask is None for mask in found] == [True] * 5 + [False]
    assert found[-1].all()


def test_a_box_of_no_area_is_that_of_the_outline(tmp_path: Path) -> None:
    content = coco()
    rle = {"size": [HEIGHT, WIDTH], "counts": [610, 20, 40, 20, HEIGHT * WIDTH - 690]}
    content["annotations"][0] |= {"bbox": [0, 0, 0, 0]}
    content["annotations"][1] |= {"bbox": [], "segmentation": rle}
    file = open_labels(write_json(tmp_path / "labels.json", content))
    polygon, runs = labels(file)
    assert px(polygon) == pytest.approx(SQUARE_BOX)
    assert px(runs) == pytest.approx([10, 10, 2, 20])
    assert runs["mask"].all()


def test_a_byte_order_mark_and_nan_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(coco()).encode())
    assert len(labels(open_labels(path))) == 2
    content = coco()
    content["annotations"][0]["area"] = float("nan")
    assert len(labels(open_labels(write_json(path, content)))) == 2


def test_the_one_json_of_a_zip_is_read_and_kept_by_its_name(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("annotations/instances_default.json", json.dumps(coco()))
        archive.writestr("images/readme.txt", "none")
    file = open_labels(path)
    assert file.source["member"] == "annotations/instances_default.json"
    assert file.source["path"] == str(path)
    assert len(labels(file)) == 2


def test_results_are_predictions_with_a_confidence(tmp_path: Path) -> None:
    document = coco()
    listed = open_labels(write_json(tmp_path / "labels.json", document))
    path = write_json(tmp_path / "results.json", results(document)[:-2])
    alone = open_labels(path, lambda: Predicted(listed.categories))
    assert alone.format == "COCO results"
    assert list(alone.entries.ids["image id"]) == [1, 2]
    assert alone.entries.paths == [None, None]
    found = labels(alone)
    assert [(x["label"], x["confidence"]) for x in found] == [
        ("cat", 0.75),
        ("dog", 0.75),
    ]
    assert "coco_id" not in found[0]
    named = open_labels(path, lambda: Predicted(listed.categories, listed))
    assert list(named.entries.paths) == NAMES
    assert labels(named, 2) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"score": None}, "prediction 0, has no score; a number from 0 to 1"),
        ({"score": 87.5}, "has the score 87.5; a number from 0 to 1"),
        ({"score": float("nan")}, "can't be read as COCO results"),
        ({"score": "high"}, "has the score of another type"),
        ({"category_id": 9}, "of the class 9, which nothing names"),
        (
            {"image_id": "x"},
            "has an image_id or a category_id that is not",
        ),
        ({"bbox": [1, 2, 3]}, "has no box and no outline"),
        ({"bbox": [1, 2, -3, 4]}, "has no box and no outline"),
    ],
)
def test_results_beyond_their_limits_are_refused(
    change: dict[str, Any], message: str, tmp_path: Path
) -> None:
    document = coco()
    found = results(document)
    found[0] |= change
    path = write_json(tmp_path / "results.json", found)
    listed = open_labels(write_json(tmp_path / "labels.json", document))
    with pytest.raises(FormatError, match=message):
        open_labels(path, lambda: Predicted(listed.categories))


@pytest.mark.parametrize("with_images", [True, False])
@pytest.mark.parametrize("prefix", ["", "../", "./"])
def test_yolo_gives_boxes_and_outlines(
    with_images: bool, prefix: str, tmp_path: Path
) -> None:
    path = write_yolo(tmp_path / "yolo", with_images, prefix)
    for given in (path, path.parent):
        file = open_labels(given)
        assert (file.format, file.classes) == ("YOLO", ["cat", "dog"])
        assert len(file.entries) == (3 if with_images else 2)
        outlined, boxed = labels(file)
        assert (outlined["label"], boxed["label"]) == ("cat", "dog")
        assert px(outlined) == pytest.approx(SQUARE_BOX, abs=0.01)
        assert px(boxed) == pytest.approx(BOX, abs=0.01)
        assert outlined["mask"].mean() > 0.9
        assert boxed["mask"] is None
        if with_images:
            assert labels(file, 2) == []


def test_yolo_of_label_studio_has_its_classes_in_a_text_file(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "yolo")
    path.rename(tmp_path / "away.yaml")
    (tmp_path / "yolo" / "classes.txt").write_text("cat\ndog\n")
    (tmp_path / "yolo" / "images").mkdir()
    file = open_labels(tmp_path / "yolo")
    assert [label["label"] for label in labels(file)] == ["cat", "dog"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("7 0.5 0.5 0.1 0.1", "has a class that is none of the 2 named"),
        ("0 0.5 0.5", "has a row that is not a YOLO label"),
        ("0 a b c d", "has a row that is not a YOLO label"),
        ("0 nan 0.5 0.1 0.1", "has coordinates that are not finite"),
    ],
)
def test_yolo_rows_that_are_none_are_named_by_their_file(
    text: str, message: str, tmp_path: Path
) -> None:
    path = write_yolo(tmp_path / "yolo")
    next(path.parent.rglob("*139.txt")).write_text(text)
    with pytest.raises(FormatError, match=f"139.txt' {message}"):
        labels(open_labels(path))


def test_yolo_leads_nowhere_else_where_folders_are_named(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "open" / "yolo")
    write_yolo(tmp_path / "secret")
    assert len(open_labels(path, within=[tmp_path / "open"]).entries) == 2
    path.write_text(path.read_text().replace("path: .", f"path: {tmp_path}/secret"))
    assert len(open_labels(path).entries) == 2
    with pytest.raises(FormatError, match="leads to a folder that is not below"):
        open_labels(path, within=[tmp_path / "open"])


def test_errors_repeat_nothing_of_a_file(tmp_path: Path) -> None:
    secret = "root:x:0:0"
    path = write_yolo(tmp_path / "yolo")
    rows = next(path.parent.rglob("*139.txt"))
    for place, text in (
        (rows, secret),
        (path, f"names: [{secret}"),
        (tmp_path / "a.json", f'{{"{secret}": 1}}'),
        (tmp_path / "b.json", f'{{"images": "{secret}"}}'),
        (tmp_path / "c.xml", f"<{secret}/>"),
        (tmp_path / "d.xml", f"<annotation><object>{secret}</object></annotation>"),
        (tmp_path / "e.txt", secret),
    ):
        place.write_text(text)
        with pytest.raises(FormatError) as error:
            labels(open_labels(path if place == rows else place))
        assert secret not in str(error.value)


def test_yolo_of_poses_is_refused(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "yolo")
    path.write_text(path.read_text() + "kpt_shape: [17, 3]\n")
    with pytest.raises(FormatError, match="is of poses"):
        open_labels(path)


def test_voc_gives_boxes_to_a_part_of_a_pixel_and_attributes(tmp_path: Path) -> None:
    file = open_labels(write_voc(tmp_path / "Annotations"))
    assert file.format == "Pascal VOC"
    assert file.entries.paths == NAMES
    (label,) = labels(file)
    assert px(label) == pytest.approx([10.5, 10, 20, 20])
    assert (label["pose"], label["difficult"], label["truncated"]) == ("Left", 1, 0)
    assert open_labels(tmp_path).format == "Pascal VOC"


def test_voc_files_whose_names_were_not_filled_in_go_by_their_own(
    tmp_path: Path,
) -> None:
    folder = write_voc(tmp_path / "Annotations")
    for path in folder.iterdir():
        path.write_text(path.read_text().replace(path.stem, "image"))
    file = open_labels(folder)
    assert file.entries.paths == [f"{name[:-4]}.xml" for name in NAMES]


def test_cvat_gives_boxes_turned_ones_polygons_and_masks(tmp_path: Path) -> None:
    file = open_labels(write_cvat(tmp_path / "annotations.xml"))
    assert file.format == "CVAT for images"
    assert (file.entries.paths, file.entries.sizes[0]) == (NAMES, SIZE)
    box, turned, polygon, mask = labels(file)
    assert px(box) == pytest.approx([40.25, 20.5, 16, 12])
    assert (box["age"], box["occluded"], box["mask"]) == (7, True, None)
    assert px(turned) == pytest.approx([18, 22, 4, 20])
    assert turned["mask"].all()
    assert px(polygon) == pytest.approx([10.5, 10, 20, 20])
    assert px(mask) == pytest.approx([60, 40, 3, 2])
    assert np.array_equal(mask["mask"], [[1, 1, 1], [0, 1, 1]])
    assert dict(file.problems.counts) == {"polyline of CVAT, which is no object": 3}


UNKNOWN = {
    "nothing": (b"", "neither JSON nor XML"),
    "LabelMe": (b'{"shapes": [], "imagePath": "a.jpg"}', "LabelMe JSON"),
    "Supervisely": (b'{"objects": []}', "Supervisely JSON"),
    "VIA": (b'{"_via_img_metadata": {}}', "VGG Image Annotator"),
    "panoptic": (
        b'{"images": [], "categories": [], "annotations": [{"segments_info": []}]}',
        "COCO panoptic JSON",
    ),
    "captions": (b'{"images": [], "annotations": [{"caption": ""}]}', "COCO captions"),
    "keys": (b'{"a": 1, "b": 2}', "a JSON object without 'images' and 'annotations'"),
    "a list": (b'[{"a": 1}]', "a JSON list without 'image_id'"),
    "an empty list": (b"[]", "a JSON list without 'image_id'"),
}


@pytest.mark.parametrize("what", UNKNOWN)
def test_an_unknown_file_says_what_it_is_and_what_is_supported(
    what: str, tmp_path: Path
) -> None:
    data, recognised = UNKNOWN[what]
    path = tmp_path / "labels.json"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=f"'labels.json' is .*{recognised}") as error:
        open_labels(path)
    assert "Supported are COCO JSON" in str(error.value)


def test_unknown_folders_and_missing_files_are_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no label file .*gone.json"):
        open_labels(tmp_path / "gone.json")
    with pytest.raises(FormatError, match="a folder of nothing"):
        open_labels(tmp_path)
    draw_images(tmp_path)
    with pytest.raises(FormatError, match=r"a folder of '000000000139.jpg'"):
        open_labels(tmp_path)
    for name in "ab":
        write_json(tmp_path / f"{name}.json", coco())
    with pytest.raises(
        FormatError, match=r"2 .json files, of which .* 'a.json', 'b.json'"
    ):
        open_labels(tmp_path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'{"images": [], "annotations": []', "not whole JSON"),
        (b'{"images": 5, "annotations": [], "categories": []}', "not in COCO's format"),
        (b'{"images": [], "annotations": [], "categories": []}', "images is empty"),
        (b"<annotation><object>", "can't be read as XML"),
        (b"<other/>", "not a Pascal VOC annotation: its root is not <annotation>"),
        (b"<annotations></annotations>", "lists no images"),
    ],
)
def test_damaged_files_are_told(data: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=message):
        open_labels(path)
