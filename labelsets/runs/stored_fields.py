"""The fields of a run on a dataset: declared, emptied, renamed, removed, left over."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import fiftyone as fo

from ..labels.fiftyone_internals import restore_null_fields, unset_values
from ..labels.label_fields import comparable_fields, elements_path
from .fields import RunFields


def declare_fields(
    dataset: fo.Dataset,
    key: str,
    label_fields: Sequence[str],
    with_class: bool = False,
) -> None:
    """Declares the fields of a run, so that the App can filter by them.

    Samples are indexed in the order of reviews, by disagreement and id.

    Args:
        dataset: the dataset
        key: the key of the run
        label_fields: the label fields that are compared
        with_class (False): whether labels may be compared under another class
    """
    fields = RunFields(key)
    on_labels = dict(fields.on_labels)
    if with_class:
        on_labels[fields.class_name] = fields.optional_on_labels[fields.class_name]
    schema = {name: kind() for name, kind in fields.on_samples.items()}
    for field in label_fields:
        path = elements_path(dataset, field)
        schema |= {f"{path}.{n}": kind() for n, kind in on_labels.items()}
    dataset.add_dynamic_sample_fields(schema)
    dataset.create_index([(fields.disagreement, 1), ("id", -1)])


def unset_fields(
    dataset: fo.Dataset, key: str, except_ids: Collection[str] = ()
) -> None:
    """Clears the values of a run on all samples and labels that have any.

    Args:
        dataset: the dataset
        key: the key of the run
        except_ids (()): the ids of samples that keep theirs
    """
    fields = RunFields(key)
    on_labels = {
        elements_path(dataset, field): list(fields.all_on_labels)
        for field in comparable_fields(dataset)
    }
    unset_values(dataset, list(fields.on_samples), on_labels, except_ids)


def remove_fields(dataset: fo.Dataset, key: str) -> None:
    """Removes every field that the run of a key made; FiftyOne drops its index."""
    made = _fields_there(dataset, key)
    if made:
        dataset.delete_sample_fields(made)


def rename_fields(dataset: fo.Dataset, key: str, new_key: str) -> None:
    """Renames every field that the run of a key made; FiftyOne renames its index."""
    old, new = RunFields(key), RunFields(new_key)
    names = dict(zip(old.on_samples, new.on_samples, strict=True))
    names |= dict(zip(old.all_on_labels, new.all_on_labels, strict=True))
    mapping = {}
    for path in _fields_there(dataset, key):
        parent, dot, name = path.rpartition(".")
        mapping[path] = f"{parent}{dot}{names[name]}"
    if mapping:
        dataset.rename_sample_fields(mapping)
        restore_null_fields(dataset, comparable_fields(dataset))


def is_leftover(dataset: fo.Dataset, key: str) -> bool:
    """Whether the fields of a key are all there, but no run.

    FiftyOne deletes a run alone where it has not loaded the plugin that made it. A
    comparison declares its fields all at once, so nothing less is taken for its own.
    """
    if key in dataset.list_runs() or not isinstance(key, str):
        return False
    schema = dataset.get_field_schema(flat=True)
    fields = RunFields(key)

    def has_all(kinds: dict[str, type[fo.Field]], path: str = "") -> bool:
        return all(type(schema.get(path + n)) is kind for n, kind in kinds.items())

    paths = [f"{elements_path(dataset, f)}." for f in comparable_fields(dataset)]
    marked = [p for p in paths if any(p + name in schema for name in fields.on_labels)]
    return has_all(fields.on_samples) and all(
        has_all(fields.on_labels, path) for path in marked
    )


def list_leftovers(dataset: fo.Dataset) -> list[str]:
    """The keys of comparisons of which the fields are left, but no run."""
    ending = RunFields("").disagreement
    names = dataset.get_field_schema()
    keys = [name.removesuffix(ending) for name in names if name.endswith(ending)]
    return [key for key in keys if key and is_leftover(dataset, key)]


def _fields_there(dataset: fo.Dataset, key: str) -> list[str]:
    """The fields of the run of a key that are declared."""
    fields = RunFields(key)
    paths = [elements_path(dataset, field) for field in comparable_fields(dataset)]
    known = dataset.get_field_schema(flat=True)
    on_labels = [f"{path}.{name}" for path in paths for name in fields.all_on_labels]
    return [name for name in (*fields.on_samples, *on_labels) if name in known]
