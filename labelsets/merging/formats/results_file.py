"""COCO results: a JSON list of predictions, which names images by id alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ....zoo.coco.coco_json import Annotation, Category
from ....zoo.coco.masks import segmentation_box
from ....zoo.coco.tool_ids import whole_number
from ....zoo.coco.tool_json import read_box
from ....zoo.defects import Defects
from ....zoo.errors import FormatError
from ....zoo.label_sources import LabelSource
from ..join.join_sides import Side, Size
from .coco_file import CocoFile
from .label_attributes import CONFIDENCE
from .label_file import IMAGE_IDS, LabelFile

_NOTHING = msgspec.Raw(b"null")


class _Result(msgspec.Struct, gc=False):
    image_id: Any = None
    category_id: Any = None
    bbox: Any = None
    segmentation: msgspec.Raw = _NOTHING
    score: Any = None


_decode = msgspec.json.Decoder(list[_Result]).decode


@dataclass
class ResultsFile(LabelFile):
    """Predictions.

    Attributes:
        image_ids: the images that it has predictions for
        by_image: the predictions of each, by image id
    """

    image_ids: Sequence[int] = ()
    by_image: dict[int, list[Annotation]] = field(default_factory=dict)

    def annotations(self, row: int, size: Size) -> Sequence[Annotation]:
        """The predictions for an image."""
        return self.by_image.get(self.image_ids[row], ())


def read_results(
    name: str,
    data: bytes,
    source: LabelSource,
    categories: Mapping[int, Category],
    listed_in: CocoFile | None = None,
) -> ResultsFile:
    """Reads a COCO results file.

    Args:
        name: the name of the file in messages
        data: its JSON
        source: what a dataset keeps of the file
        categories: the classes by their ids
        listed_in (None): the label file that lists the images; those without a
            prediction have none. By default only images with predictions are known,
            by their ids

    Raises:
        FormatError: if a prediction has no score from 0 to 1, no place, no class, or an
            id that is no number
    """
    problems = Defects()
    try:
        results = _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"'{name}' can't be read as COCO results: {error}") from error
    by_image: dict[int, list[Annotation]] = defaultdict(list)
    for number, result in enumerate(results):
        found = _read(f"'{name}', prediction {number}", number, result, categories)
        by_image[found.image_id].append(found)
    if listed_in is None:
        image_ids = list(by_image)
        entries = Side(name, [None] * len(image_ids), (), {IMAGE_IDS: image_ids})
    else:
        image_ids = [image.id for image in listed_in.images]
        given = listed_in.entries
        entries = Side(name, given.paths, given.sizes, given.ids)
        for id in by_image.keys() - set(image_ids):
            for _ in by_image.pop(id):
                problems.skip("prediction for an unknown image", f"image {id}")
    return ResultsFile(
        format="COCO results",
        name=name,
        entries=entries,
        categories=categories,
        source=source,
        problems=problems,
        image_ids=image_ids,
        by_image=dict(by_image),
    )


def _read(
    where: str, number: int, result: _Result, categories: Mapping[int, Category]
) -> Annotation:
    image_id = whole_number(result.image_id)
    category_id = whole_number(result.category_id)
    if image_id is None or category_id is None:
        raise FormatError(
            f"{where}, has an image_id or a category_id that is not a whole number"
        )
    if category_id not in categories:
        raise FormatError(
            f"{where}, is of the class {category_id}, which nothing names. Say with "
            "'listed_in' which COCO JSON file lists the images and classes"
        )
    score = result.score
    if not isinstance(score, int | float) or not 0 <= score <= 1:
        found = "no score" if score is None else f"the score {_shown(score)}"
        raise FormatError(f"{where}, has {found}; a number from 0 to 1 is expected")
    box = read_box(result.bbox) or segmentation_box(result.segmentation)
    if box is None:
        raise FormatError(
            f"{where}, has no box and no outline; x, y, width and height in px, or a "
            "segmentation, are expected"
        )
    return Annotation(
        number,
        image_id,
        category_id,
        box,
        segmentation=result.segmentation,
        extra={CONFIDENCE: float(score)},
    )


def _shown(score: Any) -> str:
    return f"{score:g}" if isinstance(score, int | float) else "of another type"
