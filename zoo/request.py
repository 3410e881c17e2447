"""The arguments of a load: checked, completed, and turned into a choice of images."""

from __future__ import annotations

import json
import operator
import os
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path

from .coco.coco_json import LabelSet
from .errors import ArgumentError, one_of
from .fetch.sources import SPLITS, Origin, Split
from .labels import LabelField

COMPANIONS = ("keypoints", "captions")
"""The label types that COCO alone has."""

LABEL_TYPES = ("detections", "segmentations", *COMPANIONS)

_DIGITS = 18
"""The digits of the longest image id."""


@dataclass(frozen=True)
class Request:
    """What is asked of one split; see :func:`zoo.load_dataset` for the arguments."""

    split: Split
    origin: Origin
    label_types: tuple[str, ...]
    classes: tuple[str, ...] = ()
    image_ids: tuple[int, ...] | None = None
    num_workers: int | None = None
    shuffle: bool = False
    seed: int | None = None
    max_samples: int | None = None
    include_id: bool = False
    with_coco: bool = False
    use_polylines: bool = False
    strict: bool = False

    @classmethod
    def parse(
        cls,
        split: str,
        label_types: str | Iterable[str] | None = None,
        classes: str | Iterable[str] | None = None,
        image_ids: str | os.PathLike[str] | Iterable[int | str] | None = None,
        max_samples: int | None = None,
        num_workers: int | None = None,
        mirror: str | os.PathLike[str] | None = None,
        seed: int | None = None,
        **flags: object,
    ) -> Request:
        """Checks the arguments of a load.

        Raises:
            ArgumentError: if one is not known or has a value that cannot be used
        """
        known_split = SPLITS[one_of(split, SPLITS, "split")]
        for name in flags:
            one_of(name, ARGUMENTS, "argument")
        kinds = _parse_label_types(label_types)
        only_coco = [kind for kind in kinds if kind in COMPANIONS]
        if only_coco and not flags.get("with_coco"):
            raise ArgumentError(
                f"Sama-COCO has no {' and '.join(only_coco)}; they are COCO-2017's, "
                "which are loaded with `with_coco=True`"
            )
        return cls(
            split=known_split,
            origin=Origin.resolve(mirror),
            label_types=kinds,
            classes=tuple(_as_list(classes, "classes")),
            image_ids=(
                None if image_ids is None else _parse_image_ids(image_ids, split)
            ),
            max_samples=_parse_int("max_samples", max_samples, least=1),
            num_workers=_parse_int("num_workers", num_workers, least=1),
            seed=_parse_int("seed", seed),
            **{k: v for k, v in flags.items() if v is not None},  # type: ignore[arg-type]
        )

    @property
    def is_partial(self) -> bool:
        """Whether less than the whole split is asked for."""
        return bool(self.classes) or (self.image_ids, self.max_samples) != (None, None)

    @property
    def sources(self) -> tuple[str, ...]:
        """The label sets to be read, Sama's first."""
        return ("sama", "coco") if self.with_coco else ("sama",)

    @cached_property
    def fields(self) -> tuple[LabelField, ...]:
        """The label fields of objects.

        Named by source where both sets are loaded, else as FiftyOne's built-in
        ``sama-coco`` names them: after their label type, or ``ground_truth`` where
        the label field is the only thing loaded.
        """
        shapes = {
            "detections": "boxes",
            "segmentations": "polylines" if self.use_polylines else "masks",
        }
        alone = (
            not self.with_coco and not self.include_id and len(self.label_types) == 1
        )
        return tuple(
            LabelField(
                name="ground_truth"
                if alone
                else f"{source}_{label_type}"
                if self.with_coco
                else label_type,
                source=source,
                kind=shapes[label_type],
            )
            for source in self.sources
            for label_type in self.label_types
            if label_type in shapes
        )

    @property
    def companions(self) -> tuple[str, ...]:
        """Those of COCO's companions that are loaded."""
        return tuple(kind for kind in COMPANIONS if kind in self.label_types)

    @property
    def keypoints(self) -> LabelField | None:
        """The field of keypoints, if they are loaded."""
        if "keypoints" not in self.label_types:
            return None
        return LabelField("coco_keypoints", "coco", "keypoints")

    @property
    def captions(self) -> str | None:
        """The name of the field of captions, if they are loaded."""
        return "coco_captions" if "captions" in self.label_types else None

    @property
    def has_image_id(self) -> bool:
        """Whether samples get the field ``coco_id``."""
        return self.include_id or self.with_coco


ARGUMENTS = ("mirror", *(f.name for f in fields(Request) if f.name != "origin"))
"""The names of the arguments of :meth:`Request.parse`."""


def parse_splits(splits: object) -> list[str]:
    """The names of splits, each once.

    Raises:
        ArgumentError: if there is none, or they are not names
    """
    wanted = _as_list(splits, "splits")
    if not wanted:
        raise ArgumentError(
            f"No split is named. Name one or more: {', '.join(map(repr, SPLITS))}"
        )
    return list(dict.fromkeys(one_of(name, SPLITS, "split") for name in wanted))


def choose_images(request: Request, label_sets: Sequence[LabelSet]) -> list[int]:
    """The ids of the images to load, in the order to load them.

    They are chosen as FiftyOne's COCO importer documents: images with objects of
    all classes come first, then those of any, both by id or shuffled. Where both
    label sets are loaded, an image has a class if either set says so.

    Args:
        request: what is asked for
        label_sets: the label sets that are loaded; an image may be listed in any

    Raises:
        ArgumentError: if a class or an image is not known
    """
    images = {i for labels in label_sets for i in labels.images}
    ids: Iterable[int] = images
    if request.image_ids is not None:
        unknown = [i for i in request.image_ids if i not in images]
        if unknown:
            raise ArgumentError(
                f"{len(unknown)} of the image ids are not in the split "
                f"'{request.split.name}', the first is {unknown[0]}"
            )
        ids = dict.fromkeys(request.image_ids)
    groups = [sorted(ids)]
    if request.classes:
        groups = _by_classes(groups[0], request.classes, label_sets)
    if request.shuffle:
        generator = random.Random(request.seed)
        for group in groups:
            generator.shuffle(group)
    return [i for group in groups for i in group][: request.max_samples]


def _by_classes(
    ids: list[int], classes: Sequence[str], label_sets: Sequence[LabelSet]
) -> list[list[int]]:
    known = label_sets[0].classes
    for name in classes:
        one_of(name, known, "class")
    wanted = set(classes)
    present: dict[int, set[str]] = {i: set() for i in ids}
    for labels in label_sets:
        for i in ids:
            present[i] |= wanted.intersection(
                labels.categories[a.category_id].name
                for a in labels.annotations.get(i, ())
            )
    return [
        [i for i in ids if present[i] == wanted],
        [i for i in ids if present[i] and present[i] != wanted],
    ]


def _parse_label_types(label_types: str | Iterable[str] | None) -> tuple[str, ...]:
    wanted = _as_list(label_types, "label_types") or ["detections"]
    return tuple(dict.fromkeys(one_of(t, LABEL_TYPES, "label type") for t in wanted))


def _parse_image_ids(
    image_ids: str | os.PathLike[str] | Iterable[int | str], split: str
) -> tuple[int, ...]:
    if isinstance(image_ids, (str, os.PathLike)):
        image_ids = _read_image_ids(Path(image_ids))
    if not isinstance(image_ids, Iterable):
        raise ArgumentError(
            f"`image_ids` must be a list or the path of a file, not {image_ids!r}"
        )
    wanted = []
    for value in image_ids:
        text = str(value).strip()
        prefix, _, number = text.rpartition("/")
        if prefix and one_of(prefix, SPLITS, "split of an image id") != split:
            continue
        if not number.isdecimal() or len(number) > _DIGITS:
            raise ArgumentError(
                f"{text[:60]!r} is no image id; a number like 139 or '{split}/139' is"
            )
        wanted.append(int(number))
    return tuple(wanted)


def _read_image_ids(path: Path) -> list[int | str]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ArgumentError(f"`image_ids` cannot be read: {error}") from error
    kind = path.suffix.lower()
    if kind == ".txt":
        return [line for line in text.splitlines() if line.strip()]
    if kind == ".csv":
        cells = re.split(r"[,;:\s\"']+", text)
        ids = [c for c in cells if c.rpartition("/")[2].isdecimal()]
        if not ids:
            raise ArgumentError(f"'{path}' holds no image ids")
        return ids
    if kind == ".json":
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ArgumentError(f"'{path}' is not JSON: {error}") from error
        if not isinstance(content, list):
            raise ArgumentError(f"'{path}' must hold a JSON list of image ids")
        return content
    raise ArgumentError(f"'{path}' must be a .txt, .csv or .json file of image ids")


def _parse_int(name: str, value: object, least: int | None = None) -> int | None:
    """An int of any kind, NumPy's too, but for True and False."""
    if value is None:
        return None
    try:
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or isinstance(value, bool) or (least or number) > number:
        kind = "an int" if least is None else "a positive int"
        raise ArgumentError(f"`{name}` must be {kind}, not {value!r}")
    return number


def _as_list(value: object, name: str) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, Iterable):
        raise ArgumentError(
            f"`{name}` must be a name or a list of names, not {value!r}"
        )
    return list(value)
