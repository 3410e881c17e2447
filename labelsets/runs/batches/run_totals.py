"""The totals of a run, computed from what it wrote on samples and labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import fiftyone as fo
import numpy as np

from ....zoo.defects import Defects
from ....zoo.writing.fiftyone_writer import open_dataset
from ...comparison import Status
from ...comparison.counting.compared_labels import (
    NO_STATUS,
    STATUS_CODES,
    ComparedLabels,
)
from ...comparison.counting.tallying import Tally, tally_labels
from ...labels.fiftyone_internals import read_documents
from ...labels.label_columns import (
    BOX_ALONE,
    LabelRows,
    SampleRows,
    crowd_flag,
    read_rows,
    to_codes,
    to_numbers,
)
from ...labels.label_fields import elements_path
from ..fields import RunFields
from ..run_config import ComparisonRunConfig
from .compare_batch import has_lists
from .sample_labels import is_of_run


@dataclass
class RunTotals:
    """What a run wrote; the totals of batches add up with `+=`, in their order.

    Attributes:
        tally: what was counted
        degenerate: labels that are degenerate, by reason
        left_out: samples without a list of labels
        undone: the ids of samples that the run has not compared
        full_boxes: labels of each field that are boxes without a mask, on images where
            the other field has labels that cover pixels of their own
    """

    tally: Tally = field(default_factory=Tally)
    degenerate: Defects = field(default_factory=Defects)
    left_out: int = 0
    undone: list[str] = field(default_factory=list)
    full_boxes: Counter[str] = field(default_factory=Counter)

    def __iadd__(self, other: RunTotals) -> RunTotals:
        self.tally += other.tally
        self.degenerate += other.degenerate
        self.left_out += other.left_out
        self.undone += other.undone
        self.full_boxes.update(other.full_boxes)
        return self

    def to_dict(self) -> dict[str, Any]:
        """The totals as a JSON-plain document."""
        return {
            "tally": self.tally.to_dict(),
            "degenerate": self.degenerate.to_dict(),
            "left_out": self.left_out,
            "undone": self.undone,
            "full_boxes": dict(self.full_boxes),
        }

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> RunTotals:
        """The inverse of `to_dict`."""
        return cls(
            Tally.from_dict(document["tally"]),
            Defects.from_dict(document["degenerate"]),
            document["left_out"],
            list(document["undone"]),
            Counter(document["full_boxes"]),
        )


def count_in_worker(
    dataset: str, token: str, ids: Sequence[str], key: str, config: Mapping[str, Any]
) -> dict[str, Any]:
    """Counts what a run wrote on a batch, in any process; see `count_written`.

    Args:
        dataset: the name of the dataset
        token: what tells it from earlier ones of its name
        ids: the ids of the samples
        key: the key of the run
        config: its parameters
    """
    opened = open_dataset(dataset, token)
    return count_written(opened, ids, key, ComparisonRunConfig(**config)).to_dict()


def count_written(
    dataset: fo.Dataset, ids: Sequence[str], key: str, config: ComparisonRunConfig
) -> RunTotals:
    """Counts what a run wrote on some samples.

    Args:
        dataset: the dataset
        ids: the ids of the samples; those that are gone are left out
        key: the key of the run
        config: its parameters
    """
    fields = RunFields(key)
    outcome = outcome_attributes(dataset, config.fields, key)
    wanted = [*outcome, fields.reason, BOX_ALONE]
    found = read_rows(dataset, ids, config.fields, wanted, [fields.digest])
    done = [is_of_run(digest, config) for digest in found.values[fields.digest]]
    others = [id for id, is_done in zip(found.ids, done, strict=True) if not is_done]
    undone = [
        str(document["_id"])
        for document in read_documents(dataset, others, config.listed_fields)
        if has_lists(document, config)
    ]
    return RunTotals(
        tally_rows(dataset, found, done, key),
        _degenerate(found.rows, fields),
        len(others) - len(undone),
        undone,
        _full_boxes(found.rows, config.fields, fields),
    )


def outcome_attributes(
    dataset: fo.Dataset, label_fields: Sequence[str], key: str
) -> list[str]:
    """The attributes of labels that totals are computed from."""
    fields = RunFields(key)
    known = dataset.get_field_schema(flat=True)
    paths = [elements_path(dataset, field) for field in label_fields]
    mapped = any(f"{path}.{fields.class_name}" in known for path in paths)
    numbers = (fields.iou, fields.boundary_iou, fields.area)
    names = [fields.class_name] if mapped else []
    return ["iscrowd", fields.status, fields.partner, *numbers, *names]


def tally_rows(
    dataset: fo.Dataset, samples: SampleRows, compared: Sequence[bool], key: str
) -> Tally:
    """Counts what a comparison found on the labels that a dataset or view shows.

    Args:
        dataset: the dataset
        samples: the samples, with `outcome_attributes` of base and revised labels
        compared: which of the samples were compared
        key: the key of the run
    """
    sides = compared_sides(dataset, samples, key)
    return tally_labels(np.array(compared, bool), *sides)


def compared_sides(
    dataset: fo.Dataset, samples: SampleRows, key: str
) -> tuple[ComparedLabels, ComparedLabels]:
    """What a comparison says of the labels that a dataset or view shows.

    Args:
        dataset: the dataset
        samples: the samples, with `outcome_attributes` of base and revised labels
        key: the key of the run
    """
    fields = RunFields(key)
    base, revised = samples.rows
    return (
        _compared_labels(
            base, fields, _hidden_crowds(dataset, revised, base, fields, Status.SPLIT)
        ),
        _compared_labels(
            revised,
            fields,
            _hidden_crowds(dataset, base, revised, fields, Status.MERGED),
        ),
    )


def _compared_labels(
    rows: LabelRows, fields: RunFields, hidden_crowds: set[tuple[int, str]]
) -> ComparedLabels:
    values = rows.values
    names, classes = rows.names, rows.classes
    if any(mapped := values.get(fields.class_name, [])):
        own = [rows.names[code] for code in rows.classes.tolist()]
        compared = [name or own[place] for place, name in enumerate(mapped)]
        names, classes = to_codes(compared)
    statuses = [STATUS_CODES.get(s, NO_STATUS) for s in values[fields.status]]
    return ComparedLabels(
        image=rows.image,
        names=names,
        classes=classes,
        crowds=np.array([crowd_flag(x) == 1 for x in values["iscrowd"]], bool),
        statuses=np.array(statuses, np.int64),
        ids=values["id"],
        partners=values[fields.partner],
        ious=to_numbers(values[fields.iou]),
        boundary_ious=to_numbers(values[fields.boundary_iou]),
        areas=to_numbers(values[fields.area]),
        hidden_crowds=hidden_crowds,
    )


def _hidden_crowds(
    dataset: fo.Dataset,
    parts: LabelRows,
    wholes: LabelRows,
    fields: RunFields,
    status: Status,
) -> set[tuple[int, str]]:
    """Crowds that took in parts, and that the view leaves out while it shows these."""
    shown = set(zip(wholes.image.tolist(), wholes.values["id"], strict=True))
    absorbed = {
        (image, partner)
        for image, partner, found in zip(
            parts.image.tolist(),
            parts.values[fields.partner],
            parts.values[fields.status],
            strict=True,
        )
        if found == status and partner is not None and (image, partner) not in shown
    }
    if not absorbed:
        return set()
    ids = [wholes.samples[image] for image, _ in absorbed]
    field = wholes.path.split(".")[0]
    (every,) = read_rows(dataset, ids, [field], ["iscrowd"]).rows
    crowds = {
        key
        for key, crowd in zip(every.keys(), every.values["iscrowd"], strict=True)
        if crowd
    }
    return {key for key in absorbed if (wholes.samples[key[0]], key[1]) in crowds}


def _degenerate(sides: Sequence[LabelRows], fields: RunFields) -> Defects:
    """The degenerate labels by reason, with the ids of the first."""
    found = Defects()
    for rows in sides:
        reasons = rows.values[fields.reason]
        for reason, id in zip(reasons, rows.values["id"], strict=True):
            if reason is not None:
                found.add(reason, 1, [id])
    return found


def _full_boxes(
    rows: Sequence[LabelRows], label_fields: Sequence[str], fields: RunFields
) -> Counter[str]:
    """Counts the compared boxes of each field that met masks; see `RunTotals`."""
    left_out = (None, str(Status.DEGENERATE))
    boxes: list[list[int]] = []
    pixels: list[set[int]] = []
    for side in rows:
        compared = [status not in left_out for status in side.values[fields.status]]
        alone = side.values[BOX_ALONE]
        images = side.image.tolist()
        labels = list(zip(images, alone, compared, strict=True))
        boxes.append([image for image, is_box, known in labels if is_box and known])
        pixels.append(
            {image for image, is_box, known in labels if known and not is_box}
        )
    met = zip(label_fields, boxes, reversed(pixels), strict=True)
    return +Counter({name: sum(n in other for n in own) for name, own, other in met})
