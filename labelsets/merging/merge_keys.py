"""The keys that two datasets can be joined by: fields of ids, names, patterns."""

from __future__ import annotations

from typing import Any

from ..error_types import MergeError
from .join.join_keys import IMAGE_ID, NAME_KINDS, PATTERN, JoinKey, check_pattern
from .offers import key_fields, key_kind

IdFields = tuple[tuple[str, ...], tuple[str, ...]]
"""The fields of ids on both sides."""


def read_key(
    dataset: Any, other: Any, key_field: str | None, other_key_field: str | None
) -> JoinKey | None:
    """The key of two given names, None to choose one.

    Args:
        dataset: the dataset that is merged into
        other: the other side
        key_field: a field, ``"relative path"``, ``"file name"``, ``"stem"``, a pattern
            with one group, or None
        other_key_field: the field's name in ``other``, None if it is the same

    Raises:
        MergeError: if one of the fields is missing, or they can't be equal
        ArgumentError: if a pattern can't be read
    """
    if key_field is None:
        return None
    here, there = key_field, other_key_field or key_field
    no_fields = [key for key in (here, there) if _is_no_field(key)]
    if no_fields:
        if here != there:
            raise MergeError(f"'{no_fields[0]}' must be the key on both sides")
        if here in NAME_KINDS:
            return JoinKey(here)
        check_pattern(here)
        return JoinKey(PATTERN, pattern=here)
    kinds = _check_key(dataset, here), _check_key(other, there)
    if kinds[0] != kinds[1]:
        raise MergeError(
            f"The keys can't be equal: '{here}' of '{dataset.name}' holds {kinds[0]}, "
            f"'{there}' of '{other._root_dataset.name}' holds {kinds[1]}"
        )
    return JoinKey(IMAGE_ID, here, there)


def id_fields(dataset: Any, other: Any, key: JoinKey | None) -> IdFields:
    """The fields of ids that a join needs to know.

    Args:
        dataset: the dataset that is merged into
        other: the other side
        key: the key, None to choose one
    """
    if key is None:
        return image_id_fields(dataset), image_id_fields(other)
    if key.kind == IMAGE_ID:
        return (key.images,), (key.entries,)
    return (), ()


def image_id_fields(samples: Any) -> tuple[str, ...]:
    """The fields that hold COCO's image ids, by their names."""
    return tuple(n for n in key_fields(samples) if f"_{n}".endswith("_coco_id"))


def _is_no_field(key: str) -> bool:
    return key in NAME_KINDS or "(" in key


def _check_key(samples: Any, key: str) -> str:
    name = samples._root_dataset.name
    field = samples.get_field_schema().get(key)
    if field is None:
        found = ", ".join(f"'{n}'" for n in (*key_fields(samples), *NAME_KINDS))
        raise MergeError(
            f"'{name}' has no field '{key}' to be the key. It can be {found}, or a "
            "pattern with one group; key_field=None chooses one"
        )
    kind = key_kind(field)
    if not kind:
        raise MergeError(
            f"'{key}' of '{name}' is a {type(field).__name__}; a key must hold whole "
            "numbers, text or ids"
        )
    return kind
