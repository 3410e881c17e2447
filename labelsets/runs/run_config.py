"""A comparison as FiftyOne's run registry keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import fiftyone as fo

from ..comparison import Thresholds
from ..error_types import ComparisonError
from .compared_classes import ComparedClasses
from .fields import RunFields
from .registry.claims import revoke_claim
from .run_classes import KeptConfig
from .stored_fields import remove_fields, rename_fields
from .workspace.saved_views import remove_saved

METHOD = "compare_annotations"
PARAMETERS = (
    "base_field",
    "revised_field",
    "iou",
    "low_iou",
    "cover",
    "missing",
    "label_stages",
    "class_map",
    "ignore_class",
    "ignore_crowd",
)
"""What a comparison depends on besides its samples; another value gives another run."""

_OPTIONS = ("class_map", "ignore_class", "ignore_crowd")
"""Parameters that count only where they are given, as runs before them had none."""

_STATE = (
    "listed_fields",
    "finished",
    "token",
    "code",
    "renaming_to",
    "compared",
    "last_written",
)


class ComparisonRunConfig(KeptConfig):
    """The parameters of a comparison, and how far it is.

    Args:
        base_field: the earlier label field
        revised_field: the later label field
        iou: see :class:`comparison.Thresholds`, as the two that follow
        low_iou: least IoU of a displaced pair
        cover: least share of a part inside its whole
        missing (None): what becomes of samples without a list of labels in a field:
            ``"skip"``, ``"empty"`` (they have no labels), or None for the first in
            fields that came from files and the second in others
        label_stages (None): the stages of the view that filtered or changed the labels
            that were compared, as JSON; None where there were none
        class_map (()): pairs of a class and the common name that it is compared under
        ignore_class (()): the classes that are left out
        ignore_crowd (False): whether crowds are left out
        listed_fields (()): the fields without whose list a sample is left out
        finished (False): whether the comparison is finished
        token (None): what tells this run from any other of its key
        code (None): what tells the code that compared
        renaming_to (None): the key that its fields are being given
        compared (None): how many samples a finished comparison compared
        last_written (None): the newest `last_modified_at` when it was finished, ISO
    """

    def __init__(
        self,
        base_field: str,
        revised_field: str,
        iou: float = 0.5,
        low_iou: float = 0.1,
        cover: float = 0.5,
        missing: str | None = None,
        label_stages: str | None = None,
        class_map: Sequence[Sequence[str]] = (),
        ignore_class: Sequence[str] = (),
        ignore_crowd: bool = False,
        listed_fields: tuple[str, ...] | list[str] = (),
        finished: bool = False,
        token: str | None = None,
        code: str | None = None,
        renaming_to: str | None = None,
        compared: int | None = None,
        last_written: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs | {"method": METHOD})
        self.base_field = base_field
        self.revised_field = revised_field
        self.iou = iou
        self.low_iou = low_iou
        self.cover = cover
        self.missing = missing
        self.label_stages = label_stages
        self.class_map = [list(pair) for pair in class_map]
        self.ignore_class = list(ignore_class)
        self.ignore_crowd = ignore_crowd
        self.listed_fields = list(listed_fields)
        self.finished = finished
        self.token = token
        self.code = code
        self.renaming_to = renaming_to
        self.compared = compared
        self.last_written = last_written

    @classmethod
    def of(cls, found: Any) -> ComparisonRunConfig:
        """The same, also where FiftyOne knows it by the class of another import."""
        known = (*PARAMETERS, *_STATE)
        return cls(**{n: getattr(found, n) for n in known if hasattr(found, n)})

    @property
    def fields(self) -> tuple[str, str]:
        """The label fields, base first."""
        return self.base_field, self.revised_field

    @property
    def parameters(self) -> dict[str, Any]:
        """What the comparison depends on, JSON-plain."""
        names = [n for n in PARAMETERS if n not in _OPTIONS or getattr(self, n)]
        return {n: getattr(self, n) for n in (*names, "listed_fields")}

    @property
    def thresholds(self) -> Thresholds:
        """What counts as the same object."""
        return Thresholds(self.iou, self.low_iou, self.cover)

    @property
    def classes(self) -> ComparedClasses:
        """Which labels are compared, and as which class."""
        return ComparedClasses(
            dict(self.class_map),
            frozenset(self.ignore_class),
            self.ignore_crowd,
        )

    @property
    def may_map_classes(self) -> bool:
        """Whether labels may be compared under another class than their own."""
        return self.label_stages is not None or bool(self.class_map)

    def to_plain(self) -> dict[str, Any]:
        """All of it, JSON-plain: the arguments that make it again."""
        return {name: getattr(self, name) for name in (*PARAMETERS, *_STATE)}


class ComparisonRun(fo.Run):
    """What FiftyOne does when a comparison is deleted or renamed."""

    def get_fields(self, samples: Any, key: str) -> list[str]:
        """The fields that a comparison read and made."""
        return [*self.config.fields, *RunFields(key).on_samples]

    def cleanup(self, samples: Any, key: str) -> None:
        """Removes every field that a comparison made, and what the App opens it with.

        A process that still works on it ends at its next write.
        """
        revoke_claim(samples._root_dataset, key)
        clear_run(samples._root_dataset, key)
        remove_saved(samples._root_dataset, key)

    def rename(self, samples: Any, key: str, new_key: str) -> None:
        """Renames every field that a comparison made."""
        rename_fields(samples._root_dataset, key, new_key)


def config_of(dataset: fo.Dataset, key: str) -> ComparisonRunConfig:
    """What is kept of a comparison that is there."""
    return ComparisonRunConfig.of(dataset.get_run_info(key).config)


def mark_unfinished(dataset: fo.Dataset, key: str, new_key: str | None = None) -> None:
    """Notes that a run is not what it was, before anything of it changes.

    Args:
        dataset: the dataset
        key: the key of the run
        new_key (None): the key that it is being renamed to
    """
    config = config_of(dataset, key)
    config.finished, config.renaming_to = False, new_key
    dataset.update_run_config(key, config)


def broken_rename(key: str, new_key: str, what: str = "comparison") -> ComparisonError:
    """Says that a run was being renamed when that was interrupted."""
    return ComparisonError(
        f"The {what} '{key}' was being renamed to '{new_key}', which was "
        "interrupted. Rename it to that again, or delete it"
    )


def is_moved(dataset: fo.Dataset, key: str, new_key: str, method: str) -> bool:
    """Whether a run is renamed, but its config still says that it is being renamed.

    Args:
        dataset: the dataset
        key: the key that it had, or the new one, which is all that is listed by then
        new_key: the key that it was given
        method: the method of the run
    """
    if new_key not in dataset.list_runs(method=method):
        return False
    if key != new_key and key in dataset.list_runs():
        return False
    config = dataset.get_run_info(new_key).config
    return bool(getattr(config, "renaming_to", None) == new_key)


def dependents(dataset: fo.Dataset, key: str) -> list[str]:
    """The keys of runs that depend on a comparison or an agreement, as reconciled
    fields do.

    A run says so by the attribute ``comparison`` of its config.
    """
    configs = {
        other: dataset.get_run_info(other).config for other in dataset.list_runs()
    }
    return [
        other
        for other, config in configs.items()
        if getattr(config, "comparison", None) == key
    ]


def follow_rename(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Has the runs that depend on a run know it by its new key."""
    for other in dependents(dataset, key):
        info = dataset.get_run_info(other)
        info.config.comparison = new_key
        dataset.update_run_config(other, info.config)


def deleted_though_needed(dataset: fo.Dataset, key: str) -> str:
    """A sentence for an error where a run is gone that others depend on, else none."""
    others = dependents(dataset, key)
    if not others:
        return ""
    return (
        f". {say_depend(others)} on '{key}', which was deleted since: run it again "
        "under that key"
    )


def refuse_if_needed(others: Sequence[str], what: str, force: bool) -> None:
    """Checks that a run may be deleted or replaced.

    Args:
        others: the keys of the runs that depend on it
        what: what it is, with its key
        force: whether it may although others depend on it

    Raises:
        ComparisonError: if it may not
    """
    if others and not force:
        raise ComparisonError(
            f"{say_depend(others)} on the {what}. Delete what depends on it first, or "
            "pass `force=True`"
        )


def say_depend(keys: Sequence[str]) -> str:
    """The subject and the verb of a sentence on runs that depend on another."""
    return f"{', '.join(map(repr, keys))} {'depends' if len(keys) == 1 else 'depend'}"


def clear_run(dataset: fo.Dataset, key: str) -> None:
    """Removes what a comparison made, of which the run is left, to be deleted.

    The run counts as unfinished before anything is removed, in case that is
    interrupted.
    """
    config = config_of(dataset, key)
    if config.finished:
        mark_unfinished(dataset, key, config.renaming_to)
    remove_fields(dataset, key)
    new_key = config.renaming_to
    if new_key is not None and new_key not in dataset.list_runs():
        remove_fields(dataset, new_key)
