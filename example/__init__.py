"""The drawn example: scenes, two label sets of them, and a mirror of both hosts."""

import hashlib
from pathlib import Path

from .mirror import write_mirror

__all__ = ["drawing_version", "write_mirror"]


def drawing_version() -> str:
    """A value that changes with the code that draws the example."""
    digest = hashlib.sha256()
    for path in sorted(Path(__path__[0]).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]
