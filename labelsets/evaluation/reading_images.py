"""Labels and predictions of samples read for an evaluation, batch by batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...zoo.defects import Defects
from ...zoo.paused_gc import paused_gc
from ...zoo.writing.fiftyone_writer import open_dataset
from ..comparison import ImageObjects
from ..comparison.geometry.shapes import Box, Pixels, box_pixels
from ..labels.evaluated_labels import (
    given_areas,
    given_boxes,
    given_scores,
    has_shape,
)
from ..labels.fiftyone_internals import labels_at
from ..labels.label_fields import elements_path
from ..labels.reading import read_objects
from ..labels.views.shown_labels import has_list, read_shown
from ..labels.views.view_internals import staged_view
from .metrics.evaluated_images import EvaluatedImages, EvaluatedObjects, Overlapping
from .metrics.overlapping import (
    best_of_each_class,
    bounded_by_outlines,
    find_overlapping,
)
from .metrics.regions import encode_frame


@dataclass(frozen=True)
class EvaluationRequest:
    """What is evaluated; plain, so that it can be sent to other processes.

    Attributes:
        labels: the label fields, and whether no value in one means no list
        predictions: the fields of predictions
        masks: whether masks are evaluated, else boxes
        boundary: whether outlines count too
    """

    labels: Mapping[str, bool]
    predictions: Sequence[str]
    masks: bool
    boundary: bool = False


@dataclass
class ReadImages:
    """Some images read for an evaluation, with counts of what was unusual.

    Attributes:
        images: the images that every label field has
        skipped: images that a label field has no list for
        unpredicted: images without predictions, by field
        boxes: labels without a mask, by field, where masks are evaluated
        broken: labels that can't be read
    """

    images: EvaluatedImages
    skipped: int = 0
    unpredicted: dict[str, int] = field(default_factory=dict)
    boxes: dict[str, int] = field(default_factory=dict)
    broken: Defects = field(default_factory=Defects)


def read_in_worker(
    dataset: str,
    token: str,
    stages: str,
    ids: Sequence[str],
    request: Mapping[str, Any],
) -> dict[str, Any]:
    """Reads a batch of a view, in any process; see `read_images`.

    Args:
        dataset: the name of the dataset
        token: what tells it from earlier ones of its name
        stages: the stages of the view, as :func:`plain_stages` gives them
        ids: the ids of the samples to read
        request: an :class:`EvaluationRequest` as a dict
    """
    wanted = EvaluationRequest(**request)
    opened = open_dataset(dataset, token)
    paths = {
        name: elements_path(opened, name)
        for name in (*wanted.labels, *wanted.predictions)
    }
    with paused_gc():
        view = staged_view(opened, stages)
        documents = read_shown(view, ids, ["metadata", *paths.values()])
        found = read_images(documents, paths, wanted)
    return {
        "images": found.images.to_plain(),
        "skipped": found.skipped,
        "unpredicted": found.unpredicted,
        "boxes": found.boxes,
        "broken": found.broken.to_dict(),
    }


def read_images(
    documents: Sequence[Mapping[str, Any]],
    paths: Mapping[str, str],
    request: EvaluationRequest,
) -> ReadImages:
    """Reads samples for an evaluation.

    Args:
        documents: documents of samples, with their metadata and labels
        paths: the path of the labels of each field
        request: what is evaluated
    """
    kept = [
        document
        for document in documents
        if all(
            has_list(document, name) or not absent
            for name, absent in request.labels.items()
        )
    ]
    reader = _Reader(paths, request)
    for number, document in enumerate(kept):
        reader.add(number, document)
    found = reader.done([str(document["_id"]) for document in kept])
    found.skipped = len(documents) - len(kept)
    return found


@dataclass
class _OnImage:
    """The labels of one field on one image, with their shapes where there are."""

    objects: EvaluatedObjects
    shapes: list[Pixels] = field(default_factory=list)


class _Reader:
    def __init__(self, paths: Mapping[str, str], request: EvaluationRequest) -> None:
        self.paths, self.request = paths, request
        self.codes: dict[str, int] = {}
        self.frames: list[tuple[int, int]] = []
        self.sides: dict[str, list[EvaluatedObjects]] = {name: [] for name in paths}
        self.pairs: dict[tuple[str, str], list[tuple[NDArray[Any], ...]]] = {
            (p, f): [] for p in request.predictions for f in request.labels
        }
        self.counts = dict.fromkeys(paths, 0)
        self.unpredicted = dict.fromkeys(request.predictions, 0)
        self.boxes = dict.fromkeys(paths, 0)
        self.broken = Defects()

    def add(self, number: int, document: Mapping[str, Any]) -> None:
        metadata = document["metadata"]
        frame = metadata["height"], metadata["width"]
        found = {}
        for name, path in self.paths.items():
            labels = labels_at(document, path)
            found[name] = self._read(number, labels, frame, name)
            self.sides[name].append(found[name].objects)
        for prediction, label in self.pairs:
            self._pair(prediction, label, found[prediction], found[label], frame)
        for name, one in found.items():
            self.counts[name] += len(one.objects)
            if name in self.unpredicted:
                self.unpredicted[name] += not len(one.objects)
        self.frames.append(frame)

    def done(self, samples: list[str]) -> ReadImages:
        request = self.request
        joined = {name: _joined(parts) for name, parts in self.sides.items()}
        return ReadImages(
            EvaluatedImages(
                samples=samples,
                frames=np.array(self.frames, np.int64).reshape(-1, 2),
                names=list(self.codes),
                labels={name: joined[name] for name in request.labels},
                predictions={name: joined[name] for name in request.predictions},
                overlaps={
                    pair: Overlapping(*map(np.concatenate, zip(*rows, strict=True)))
                    if rows
                    else Overlapping(*_no_pairs())
                    for pair, rows in self.pairs.items()
                },
            ),
            unpredicted=self.unpredicted,
            boxes=self.boxes,
            broken=self.broken,
        )

    def _read(
        self,
        number: int,
        labels: Sequence[Mapping[str, Any]],
        frame: tuple[int, int],
        name: str,
    ) -> _OnImage:
        height, width = frame
        predicted = name in self.request.predictions
        sizes = np.full(len(labels), np.nan) if predicted else given_areas(labels)
        boxes = np.zeros((len(labels), 4))
        if not self.request.masks:
            boxes = given_boxes(labels, width, height)
            sizes = np.abs(boxes[:, 2] * boxes[:, 3]) if predicted else sizes
        objects = self._objects(labels, frame, sizes)
        sizes = np.where(np.isnan(sizes), objects.areas, sizes)
        classes = [self.codes.setdefault(n, len(self.codes)) for n in objects.labels]
        scores = given_scores(labels) if predicted else np.zeros(len(labels))
        shapes = _shapes(objects) if self.request.masks else []
        if self.request.masks:
            self.boxes[name] += sum(not has_shape(label) for label in labels)
        found = EvaluatedObjects(
            image=np.full(len(labels), number, np.int64),
            classes=np.array(classes, np.int64),
            sizes=sizes,
            crowds=objects.crowds & (not predicted),
            scores=scores,
            boxes=boxes,
            masks=[encode_frame(shape, height, width) for shape in shapes],
            ids=[str(label["_id"]) for label in labels],
        )
        if not predicted:
            return _OnImage(found, shapes)
        best = best_of_each_class(found.classes, scores)
        kept = [shapes[n] for n in best.tolist()] if shapes else []
        return _OnImage(found.take(best), kept)

    def _objects(
        self,
        labels: Sequence[Mapping[str, Any]],
        frame: tuple[int, int],
        sizes: NDArray[np.float64],
    ) -> ImageObjects:
        """Classes, crowds and areas, with masks only where these are needed."""
        height, width = frame
        if not self.request.masks and not np.isnan(sizes).any():
            labels = [{**label, **_WITHOUT_SHAPE} for label in labels]
        return read_objects(labels, width, height, self.broken)

    def _pair(
        self,
        prediction: str,
        label: str,
        predicted: _OnImage,
        labelled: _OnImage,
        frame: tuple[int, int],
    ) -> None:
        found = find_overlapping(predicted.objects, labelled.objects, frame)
        if self.request.boundary:
            crowds = labelled.objects.crowds
            found = bounded_by_outlines(
                found, predicted.shapes, labelled.shapes, crowds, frame
            )
        rows, columns, ious = found
        before = self.counts[prediction], self.counts[label]
        self.pairs[prediction, label].append(
            (rows + before[0], columns + before[1], ious)
        )


_WITHOUT_SHAPE = {"mask": None, "mask_path": None}


def _shapes(objects: ImageObjects) -> list[Pixels]:
    shapes = []
    for index, box in enumerate(objects.boxes.tolist()):
        x, y, width, height = box
        mask = objects.mask(index)
        if mask is not None:
            left, top = int(x), int(y)
            rows, columns = mask.shape
            shapes.append(Pixels(mask, left, top, left + columns, top + rows))
        elif np.isfinite(box).all():
            shapes.append(box_pixels(Box(x, y, x + width, y + height)))
        else:
            shapes.append(Pixels(np.zeros((0, 0), bool), 0, 0, 0, 0))
    return shapes


def _joined(parts: Sequence[EvaluatedObjects]) -> EvaluatedObjects:
    return EvaluatedObjects.joined(parts or [_nothing()])


def _nothing() -> EvaluatedObjects:
    none, numbers = np.zeros(0), np.zeros(0, np.int64)
    empty = np.zeros((0, 4))
    return EvaluatedObjects(
        numbers, numbers, none, none.astype(bool), none, empty, [], []
    )


def _no_pairs() -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0)
