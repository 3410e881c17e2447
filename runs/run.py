"""A comparison as FiftyOne's run registry keeps it: its parameters, and its end."""

from __future__ import annotations

from typing import Any

import fiftyone as fo

from ..comparison import Thresholds
from .checks import (
    METHOD,
    broken_rename,
    check_key,
    comparable_fields,
    is_finished,
    is_leftover,
    list_leftovers,
    renaming_to,
)
from .errors import ComparisonError
from .fields import RunFields, elements_path
from .ledger import Ledger
from .origin import lasting_name

PARAMETERS = ("base_field", "revised_field", "iou", "low_iou", "cover", "finished")


class ComparisonRunConfig(fo.RunConfig):
    """The parameters of a comparison.

    Args:
        base_field: the earlier label field
        revised_field: the later label field
        iou: see :class:`comparison.Thresholds`, as the two that follow
        low_iou: least IoU of a displaced pair
        cover: least share of a part inside its whole
        finished (False): whether the comparison came to its end
        token (None): what tells this run from any other of its key
        renaming_to (None): the key that its fields are being given
    """

    def __init__(
        self,
        base_field: str,
        revised_field: str,
        iou: float = 0.5,
        low_iou: float = 0.1,
        cover: float = 0.5,
        finished: bool = False,
        token: str | None = None,
        renaming_to: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs | {"method": METHOD})
        self.base_field = base_field
        self.revised_field = revised_field
        self.iou = iou
        self.low_iou = low_iou
        self.cover = cover
        self.finished = finished
        self.token = token
        self.renaming_to = renaming_to

    @property
    def cls(self) -> str:
        """The name by which FiftyOne finds this class again."""
        return lasting_name(type(self))

    @property
    def thresholds(self) -> Thresholds:
        """What counts as the same object."""
        return Thresholds(self.iou, self.low_iou, self.cover)


class ComparisonRun(fo.Run):
    """What FiftyOne does when a comparison is deleted or renamed."""

    def get_fields(self, samples: Any, key: str) -> list[str]:
        """The fields that a comparison read and made."""
        config = self.config
        made = list(RunFields(key).on_samples)
        return [config.base_field, config.revised_field, *made]

    def cleanup(self, samples: Any, key: str) -> None:
        """Removes every field that a comparison made, and what it noted."""
        clear_run(samples._root_dataset, key)

    def rename(self, samples: Any, key: str, new_key: str) -> None:
        """Renames every field that a comparison made."""
        dataset = samples._root_dataset
        old, new = RunFields(key), RunFields(new_key)
        mapping = dict(zip(old.on_samples, new.on_samples, strict=True))
        for field in comparable_fields(dataset):
            path = elements_path(dataset, field)
            for before, after in zip(old.on_labels, new.on_labels, strict=True):
                mapping[f"{path}.{before}"] = f"{path}.{after}"
        schema = dataset.get_field_schema(flat=True)
        known = {k: v for k, v in mapping.items() if k in schema}
        if known:
            dataset.rename_sample_fields(known)


def declare_fields(dataset: fo.Dataset, config: ComparisonRunConfig, key: str) -> None:
    """Declares the fields of a run, so that the App can filter by them."""
    fields = RunFields(key)
    schema = {name: kind() for name, kind in fields.on_samples.items()}
    for field in (config.base_field, config.revised_field):
        path = elements_path(dataset, field)
        schema |= {f"{path}.{n}": kind() for n, kind in fields.on_labels.items()}
    dataset.add_dynamic_sample_fields(schema)


def remove_fields(dataset: fo.Dataset, key: str) -> None:
    """Removes every field that the run of a key made."""
    fields = RunFields(key)
    schema = dataset.get_field_schema(flat=True)
    made = [name for name in fields.on_samples if name in schema]
    for field in comparable_fields(dataset):
        path = elements_path(dataset, field)
        made += [
            f"{path}.{name}" for name in fields.on_labels if f"{path}.{name}" in schema
        ]
    if made:
        dataset.delete_sample_fields(made)


def forget_batches(dataset: fo.Dataset, config: Any) -> None:
    """Removes what a run noted of its batches."""
    if token := getattr(config, "token", None):
        Ledger(dataset, token).delete()


def list_comparisons(dataset: fo.Dataset, finished: bool = False) -> list[str]:
    """The keys of the comparisons of a dataset.

    Args:
        dataset: the dataset
        finished (False): whether those that did not come to their end are left out
    """
    keys: list[str] = dataset.list_runs(method=METHOD)
    if finished:
        keys = [key for key in keys if is_finished(dataset.get_run_info(key).config)]
    return keys


def deletable_comparisons(dataset: fo.Dataset) -> list[str]:
    """The keys of all that :func:`delete_comparison` can remove, unfinished or left."""
    return sorted([*list_comparisons(dataset), *list_leftovers(dataset)])


def renamable_comparisons(dataset: fo.Dataset) -> list[str]:
    """The keys of comparisons that are finished but for a rename at most."""
    finished = list_comparisons(dataset, finished=True)
    return [
        key
        for key in list_comparisons(dataset)
        if key in finished or renaming_to(dataset, key) not in (None, key)
    ]


def describe_comparisons(dataset: fo.Dataset) -> list[dict[str, Any]]:
    """The key, the parameters, the time and the state of each comparison."""
    rows = []
    for key in list_comparisons(dataset):
        info = dataset.get_run_info(key)
        parameters = {name: getattr(info.config, name) for name in PARAMETERS}
        rows.append({"key": key, "timestamp": str(info.timestamp), **parameters})
    return rows


def rename_comparison(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Gives a comparison, and every field it made, another name.

    Until that is done the run counts as unfinished and has the new key noted, so that
    one which is broken off shows; renaming again goes on with it.

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or the
            new key can't be used
    """
    if not _is_moved(dataset, key, new_key):
        check_rename(dataset, key, new_key)
        _mark_unfinished(dataset, key, new_key)
        ComparisonRun(_own_config(dataset, key)).rename(dataset, key, new_key)
        dataset.rename_run(key, new_key)
    config = _own_config(dataset, new_key)
    config.finished, config.renaming_to = True, None
    dataset.update_run_config(new_key, config)


def _is_moved(dataset: fo.Dataset, key: str, new_key: str) -> bool:
    """Whether all is renamed but for saying so."""
    keys = list_comparisons(dataset)
    if key in keys or new_key not in keys:
        return False
    return renaming_to(dataset, new_key) == new_key


def check_rename(
    dataset: fo.Dataset, key: str, new_key: str, read_labels: bool = True
) -> None:
    """Checks that a comparison can be given another name.

    Args:
        dataset: the dataset
        key: the key of the comparison
        new_key: the key it is to get
        read_labels (True): see :func:`checks.check_key`

    Raises:
        ComparisonError: if there is no such comparison, it is not finished, or the
            new key can't be used
    """
    require_comparison(dataset, key, finished=False)
    if renaming_to(dataset, key) == new_key:
        return
    require_comparison(dataset, key)
    if new_key in dataset.list_runs():
        raise ComparisonError(f"There is a run '{new_key}' already; choose another key")
    check_key(dataset, new_key, overwrite=False, read_labels=read_labels)


def _mark_unfinished(dataset: fo.Dataset, key: str, new_key: str | None) -> None:
    """Notes that a run is not what it was, before anything of it changes."""
    config = _own_config(dataset, key)
    config.finished, config.renaming_to = False, new_key
    dataset.update_run_config(key, config)


def _own_config(dataset: fo.Dataset, key: str) -> ComparisonRunConfig:
    """All that is kept of a run, also where FiftyOne knows it by another class."""
    found = dataset.get_run_info(key).config
    return ComparisonRunConfig(
        **{name: getattr(found, name) for name in PARAMETERS},
        token=getattr(found, "token", None),
        renaming_to=getattr(found, "renaming_to", None),
    )


def delete_comparison(dataset: fo.Dataset, key: str) -> None:
    """Deletes a comparison, and every field it made.

    Also removes the fields of one whose run FiftyOne deleted without them, as it does
    where it has not loaded this plugin.

    Raises:
        ComparisonError: if there is no such comparison
    """
    if is_leftover(dataset, key):
        remove_fields(dataset, key)
        return
    require_comparison(dataset, key, finished=False)
    clear_run(dataset, key)
    dataset.delete_run(key)


def clear_run(dataset: fo.Dataset, key: str) -> None:
    """Removes what a comparison made, of which the run is left, to be deleted.

    The run counts as unfinished before anything is removed, in case that is broken
    off.
    """
    config = _own_config(dataset, key)
    new_key = config.renaming_to
    if config.finished:
        _mark_unfinished(dataset, key, new_key)
    remove_fields(dataset, key)
    if new_key is not None and new_key not in dataset.list_runs():
        remove_fields(dataset, new_key)
    forget_batches(dataset, config)


def require_comparison(
    dataset: fo.Dataset, key: str, finished: bool = True
) -> ComparisonRunConfig:
    """The parameters of a comparison.

    Args:
        dataset: the dataset
        key: the key of the comparison
        finished (True): whether it must have come to its end

    Raises:
        ComparisonError: if there is no such comparison, or it is not finished
    """
    known = list_comparisons(dataset)
    if key not in known:
        raise ComparisonError(
            f"There is no comparison '{key}'; there are: {', '.join(known) or 'none'}"
        )
    found = dataset.get_run_info(key).config
    new_key = renaming_to(dataset, key)
    if finished and new_key is not None:
        raise broken_rename(key, new_key)
    if finished and not is_finished(found):
        raise ComparisonError(
            f"The comparison '{key}' did not come to its end. Run it again"
        )
    return ComparisonRunConfig(**{name: getattr(found, name) for name in PARAMETERS})
