"""Which labels are exported, the fields they came from, and the files of those."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import Any

import fiftyone as fo
from fiftyone import ViewField as F

from ....zoo.label_sources import LabelSource, label_sources
from ....zoo.progress import OnProgress
from ...error_types import ExportError
from ...labels.image_companions import companion_fields, goes_with_companions
from ...labels.label_fields import check_images, comparable_fields, elements_path
from ...labels.reading import class_name
from ...labels.views.shown_labels import from_files
from ...runs.registry.registered import list_comparisons
from ...runs.run_config import config_of
from ..encoding.encoded_batches import Options, exported_class
from ..encoding.label_origin import SOURCE, SOURCE_ID
from ..sources.source_entries import SourceSet
from ..sources.source_files import SourceError, open_sources, source_size
from ..staged_files import StagedFiles
from .class_table import ClassTable
from .image_entries import SPLITS

Document = Mapping[str, Any]


@dataclass(frozen=True)
class LabelSelection:
    """The labels of a field that are exported.

    Attributes:
        samples: the dataset, or a view of its samples
        field: the label field
        path: the path of its labels, such as ``ground_truth.detections``
        fields: the fields that its labels came from, base first; the field itself if
            it is not a reconciled one
        classes: the names of the classes to export; None for all
        kind: the form of the labels, see :class:`zoo.labels.LabelField`
        class_map: the common names of classes that the comparison of a reconciled field
            mapped
    """

    samples: fo.core.collections.SampleCollection
    field: str
    path: str
    fields: tuple[str, ...]
    classes: tuple[str, ...] | None
    kind: str
    class_map: dict[str, str] = attribute(default_factory=dict)

    @property
    def dataset(self) -> fo.Dataset:
        """The dataset that the samples are of."""
        return self.samples._root_dataset

    @property
    def is_reconciled(self) -> bool:
        """Whether the labels are copies of other fields' labels."""
        return self.fields != (self.field,)

    @property
    def companions(self) -> list[str]:
        """The fields of companions that go with the labels, COCO's in whole or part."""
        if not any(map(goes_with_companions, self.fields)):
            return []
        return companion_fields(self.samples)

    @property
    def may_lack_lists(self) -> bool:
        """Whether a sample without a value has no list of labels, and is left out."""
        return self.is_reconciled or from_files(self.dataset, self.field)

    def chosen(self, labels: Iterable[Document]) -> Iterator[Document]:
        """Those labels that are of a class to export."""
        for label in labels:
            name = exported_class(label, self.class_map)
            if self.classes is None or name in self.classes:
                yield label

    def options(self, format: str, segmentation: str, classes: ClassTable) -> Options:
        """What the encoding of all labels takes.

        Args:
            format: ``"coco"`` or ``"yolo"``
            segmentation: ``"source"``, ``"rle"`` or ``"polygons"``
            classes: the classes and their ids
        """
        return Options(
            format=format,
            segmentation=segmentation,
            kind=self.kind,
            field=self.fields[0],
            is_reconciled=self.is_reconciled,
            trusted=[],
            class_map=self.class_map,
            ids=classes.ids,
            file_ids=classes.file_ids,
        )

    def origin(self, label: Document) -> str:
        """The field that a label came from."""
        return label.get(SOURCE) or self.fields[0] if self.is_reconciled else self.field

    def class_table(self) -> ClassTable:
        """The classes of the labels and of the files that they came from.

        Raises:
            ExportError: if a class is chosen that there is not
        """
        names = [
            class_name(name) for name in self.samples.distinct(f"{self.path}.label")
        ]
        if self._has_labels_without_class():
            names.append(class_name(None))
        sources = [coco_sources(self.dataset, field) for field in self.fields]
        listed = self.classes or known_classes(self.dataset, self.field)
        order = {name: place for place, name in enumerate(listed)}
        common = {self.class_map.get(name, name) for name in names}
        by_place = sorted(common, key=lambda n: (order.get(n, len(order)), n))
        mapped = set(self.class_map) - set(self.class_map.values())
        return ClassTable(sources, by_place, self.classes, unused=mapped)

    def _has_labels_without_class(self) -> bool:
        unnamed = F(self.path).filter(~F("label").exists())
        return bool(self.samples.match(unnamed.length() > 0).limit(1).count())


def splits_of(
    samples: fo.core.collections.SampleCollection,
) -> list[str | None]:
    """The splits that samples are tagged with; None where some are without one."""
    tagged = samples.distinct("tags")
    found: list[str | None] = [split for split in SPLITS if split in tagged]
    if not found or samples.match_tags(SPLITS, bool=False).limit(1).count():
        found.append(None)
    return found


def coco_sources(dataset: fo.Dataset, field: str) -> list[LabelSource]:
    """The COCO JSON files that a field was read from."""
    return [s for s in label_sources(dataset, field) if s["format"] == "coco"]


def known_classes(dataset: fo.Dataset, field: str) -> list[str]:
    """The classes that the files of a field have, or that the dataset lists for it."""
    found = [c["name"] for s in coco_sources(dataset, field) for c in s["categories"]]
    listed = found or dataset.classes.get(field) or dataset.default_classes
    return list(dict.fromkeys(listed))


def choosable_classes(dataset: fo.Dataset, field: str) -> list[str]:
    """The known classes of a field, else those of its labels."""
    known = known_classes(dataset, field)
    if known or field not in comparable_fields(dataset):
        return known
    path = f"{elements_path(dataset, field)}.label"
    return [class_name(name) for name in dataset.distinct(path)]


def select_labels(
    samples: fo.core.collections.SampleCollection,
    field: str,
    classes: Sequence[str] | None = None,
) -> LabelSelection:
    """Checks what is to be exported.

    Args:
        samples: the dataset, or a view of its samples
        field: a field of detections or polylines
        classes: the names of the classes to export; None for all

    Raises:
        ComparisonError: if samples or field can't be exported
        ExportError: if there are no samples
    """
    dataset = samples._root_dataset
    check_images(samples)
    if field not in comparable_fields(dataset):
        known = ", ".join(comparable_fields(dataset)) or "there are none"
        raise ExportError(
            f"'{dataset.name}' has no field '{field}' of detections or polylines that "
            f"can be exported; it has: {known}"
        )
    if field not in samples.get_field_schema():
        raise ExportError(f"The view leaves out the field '{field}'; include it")
    if not samples.limit(1).count():
        raise ExportError("There are no samples to export: the view is empty")
    path = elements_path(dataset, field)
    return LabelSelection(
        samples,
        field,
        path,
        _origins(dataset, field, path),
        None if classes is None else tuple(classes),
        _kind(samples, path),
        _class_map(dataset, field),
    )


@contextmanager
def opened_sources(
    selection: LabelSelection,
    files: StagedFiles,
    is_needed: bool,
    on_progress: OnProgress | None = None,
) -> Iterator[tuple[dict[str, list[SourceSet]], list[str]]]:
    """Opens the files that the labels came from.

    Args:
        selection: the labels
        files: where members of archives are unpacked to meanwhile
        is_needed: whether it is an error if a file is gone or has changed
        on_progress: called with the share done, 0 to 1, and a text on what is done

    Yields:
        the files of each field by split, none for a field whose files are not all
        there; and why they are not

    Raises:
        SourceError: if a file is needed, and gone or changed
    """
    sources = {
        name: label_sources(selection.dataset, name) for name in selection.fields
    }
    total = sum(source_size(one) for found in sources.values() for one in found) or 1
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if on_progress is not None:
            on_progress(min(1.0, done / total), "Reading label files")

    opened: dict[str, list[SourceSet]] = {}
    reasons = []
    with ExitStack() as stack:
        for name, found in sources.items():
            try:
                manager = open_sources(found, files.scratch(), advance)
                opened[name] = stack.enter_context(manager)
            except SourceError as error:
                if is_needed:
                    raise
                opened[name] = []
                reasons.append(str(error))
        yield opened, reasons


def _class_map(dataset: fo.Dataset, field: str) -> dict[str, str]:
    """The common names of classes in the comparison that a reconciled field is of.

    Any other field has none: its classes are exported as they are.
    """
    if field not in dataset.list_runs():
        return {}
    comparison = getattr(dataset.get_run_info(field).config, "comparison", None)
    if comparison not in list_comparisons(dataset):
        return {}
    return dict(config_of(dataset, comparison).class_map)


def _origins(dataset: fo.Dataset, field: str, path: str) -> tuple[str, ...]:
    """The fields that the labels of a field came from, base first."""
    if dataset.get_field(f"{path}.{SOURCE_ID}") is None:
        return (field,)
    found = dataset.distinct(f"{path}.{SOURCE}")
    config = (
        dataset.get_run_info(field).config if field in dataset.list_runs() else None
    )
    named = [getattr(config, n, None) for n in ("base_field", "revised_field")]
    order = [*named, *(getattr(config, "fields", None) or ())]
    return tuple(sorted(found, key=lambda name: _place(name, order))) or (field,)


def _place(name: str, order: Sequence[Any]) -> tuple[int, str]:
    return (order.index(name) if name in order else len(order), name)


def _kind(samples: fo.core.collections.SampleCollection, path: str) -> str:
    if path.endswith(".polylines"):
        return "polylines"
    has_mask = F("mask").exists() | F("mask_path").exists()
    masked = samples.match(F(path).filter(has_mask).length() > 0)
    return "masks" if masked.limit(1).count() else "boxes"
