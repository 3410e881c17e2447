"""Small YAML and JSON files that people write: policies, and maps of classes."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import yaml

from ..zoo.errors import SamaCocoError

MOST_BYTES = 1 << 20
"""The size of the largest file that is read."""

SUFFIXES = (".yaml", ".yml", ".json")


def is_document_path(source: Any) -> bool:
    """Whether a value is the path of such a file, and no name of something else."""
    return isinstance(source, Path) or (
        isinstance(source, str)
        and (source.lower().endswith(SUFFIXES) or os.sep in source)
    )


def load_document(path: Path, what: str, error: type[SamaCocoError]) -> Any:
    """The content of a file.

    Args:
        path: its path
        what: what it is, such as "policy"
        error: raised if it can't be read
    """
    try:
        with open(path, "rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as failure:
        reason = failure.strerror or failure
        raise error(f"The {what} '{path}' can't be read: {reason}") from failure
    return parse_document(path.name, data, what, error)


def parse_document(
    name: str, data: bytes, what: str, error: type[SamaCocoError]
) -> Any:
    """What a file holds; see :func:`load_document`.

    Args:
        name: its name, of which the suffix tells JSON from YAML
        data: its content
        what: what it is
        error: raised if it can't be read; the message does not repeat the content
    """
    if len(data) > MOST_BYTES:
        raise error(f"The {what} '{name}' is larger than {MOST_BYTES:,} bytes")
    is_json = name.lower().endswith(".json")
    try:
        return json.loads(data) if is_json else yaml.safe_load(data)
    except (ValueError, yaml.YAMLError, RecursionError) as failure:
        place = getattr(failure, "problem_mark", None)
        line = place.line + 1 if place is not None else getattr(failure, "lineno", None)
        where = "" if line is None else f" (line {line})"
        kind = "JSON" if is_json else "YAML"
        raise error(f"The {what} '{name}' is not valid {kind}{where}") from failure
