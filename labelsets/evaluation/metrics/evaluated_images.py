"""Labels and predictions of images as COCO's evaluation takes them, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedObjects:
    """The n labels, or predictions, of one field on some images, in their order.

    Attributes:
        image: int64 (n,), which of the images, ascending
        classes: int64 (n,), code of the class
        sizes: float64 (n,), the area for small, medium and large, in px²
        crowds: bool (n,)
        scores: float64 (n,), 0 for labels
        boxes: float64 (n, 4), x, y, width, height in px; zeros for masks
        masks: n compressed run lengths on the image; none where boxes are evaluated
        ids: n ids of labels
    """

    image: NDArray[np.int64]
    classes: NDArray[np.int64]
    sizes: NDArray[np.float64]
    crowds: NDArray[np.bool_]
    scores: NDArray[np.float64]
    boxes: NDArray[np.float64]
    masks: Sequence[bytes]
    ids: Sequence[str]

    def __len__(self) -> int:
        return len(self.image)

    def take(self, chosen: NDArray[np.int64]) -> EvaluatedObjects:
        """Some of the objects, in the given order."""
        places = chosen.tolist()
        return EvaluatedObjects(
            **{name: getattr(self, name)[chosen] for name in _ARRAYS},
            masks=[self.masks[n] for n in places] if self.masks else [],
            ids=[self.ids[n] for n in places],
        )

    @classmethod
    def joined(cls, parts: Sequence[EvaluatedObjects]) -> EvaluatedObjects:
        """The objects of several parts, one after the other."""
        return cls(
            **{n: np.concatenate([getattr(p, n) for p in parts]) for n in _ARRAYS},
            masks=[mask for part in parts for mask in part.masks],
            ids=[label for part in parts for label in part.ids],
        )


@dataclass(frozen=True, slots=True, eq=False)
class Overlapping:
    """The e pairs of a prediction and a label of one class that overlap enough.

    Attributes:
        prediction: int64 (e,), place of the prediction
        label: int64 (e,), place of the label
        iou: float64 (e,), of a crowd the share of the prediction inside it
    """

    prediction: NDArray[np.int64]
    label: NDArray[np.int64]
    iou: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class EvaluatedImages:
    """Some images with the labels of several fields, and predictions of several.

    Attributes:
        samples: the id of each image's sample
        frames: int64 (images, 2), height and width in px
        names: the class of each code
        labels: the labels by field
        predictions: the predictions by field, of each image and class the 100 of the
            best scores
        overlaps: what overlaps, by field of predictions and of labels
    """

    samples: Sequence[str]
    frames: NDArray[np.int64]
    names: Sequence[str]
    labels: dict[str, EvaluatedObjects]
    predictions: dict[str, EvaluatedObjects]
    overlaps: dict[tuple[str, str], Overlapping]

    def to_plain(self) -> dict[str, Any]:
        """The same as arrays, lists and text, for processes that import other names."""
        return {
            "samples": list(self.samples),
            "frames": self.frames,
            "names": list(self.names),
            "labels": {field: _plain(side) for field, side in self.labels.items()},
            "predictions": {f: _plain(side) for f, side in self.predictions.items()},
            "overlaps": [[*pair, _plain(e)] for pair, e in self.overlaps.items()],
        }

    @classmethod
    def from_plain(cls, found: Mapping[str, Any]) -> EvaluatedImages:
        """The inverse of `to_plain`."""
        labels, predictions = (
            {field: EvaluatedObjects(**side) for field, side in found[name].items()}
            for name in ("labels", "predictions")
        )
        overlaps = {(p, f): Overlapping(**pairs) for p, f, pairs in found["overlaps"]}
        about = {name: found[name] for name in ("samples", "frames", "names")}
        return cls(**about, labels=labels, predictions=predictions, overlaps=overlaps)


def join_images(parts: Sequence[EvaluatedImages]) -> EvaluatedImages:
    """Images of several batches as one, in their order, with one code a class."""
    names = sorted({name for part in parts for name in part.names})
    code = {name: n for n, name in enumerate(names)}
    codes = [np.array([code[n] for n in part.names], np.int64) for part in parts]
    first = np.cumsum([0, *(len(part.samples) for part in parts)])[:-1].tolist()

    def joined(found: list[EvaluatedObjects]) -> EvaluatedObjects:
        moved = [
            replace(one, image=one.image + n, classes=c[one.classes])
            for one, n, c in zip(found, first, codes, strict=True)
        ]
        return EvaluatedObjects.joined(moved)

    return EvaluatedImages(
        samples=[sample for part in parts for sample in part.samples],
        frames=np.concatenate([part.frames for part in parts]),
        names=names,
        labels={f: joined([p.labels[f] for p in parts]) for f in parts[0].labels},
        predictions={
            f: joined([p.predictions[f] for p in parts]) for f in parts[0].predictions
        },
        overlaps={pair: _join_overlaps(parts, *pair) for pair in parts[0].overlaps},
    )


def _join_overlaps(
    parts: Sequence[EvaluatedImages], prediction: str, label: str
) -> Overlapping:
    predicted, labelled = 0, 0
    columns: list[list[NDArray[Any]]] = [[], [], []]
    for part in parts:
        found = part.overlaps[prediction, label]
        columns[0].append(found.prediction + predicted)
        columns[1].append(found.label + labelled)
        columns[2].append(found.iou)
        predicted += len(part.predictions[prediction])
        labelled += len(part.labels[label])
    return Overlapping(*map(np.concatenate, columns))


def _plain(found: EvaluatedObjects | Overlapping) -> dict[str, Any]:
    return {one.name: getattr(found, one.name) for one in fields(found)}


_ARRAYS = ("image", "classes", "sizes", "crowds", "scores", "boxes")
