"""Where a label that is exported came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..sources.source_labels import SourceAnnotation

SOURCE, SOURCE_ID = "source", "source_id"
"""The attributes of reconciled labels that name the field and the label there."""


class Origin(NamedTuple):
    """Where a label came from.

    Attributes:
        field: the field that it came from
        annotation: the annotation that it was read from, if its file has it
        is_kept: whether its shape is the one that was read
        is_trusted: whether what it says of itself counts, because its file can't be
            asked
        extra: ``source`` and ``source_id`` of a reconciled label
    """

    field: str
    annotation: SourceAnnotation | None
    is_kept: bool
    is_trusted: bool
    extra: Mapping[str, Any]
