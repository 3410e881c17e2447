"""What an export of label sets wrote, and what the format could not carry."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..encoding.encoded_batches import Encoded


@dataclass
class AnnotationExport:
    """What was written.

    Attributes:
        paths: the files, labels first
        images: how many images are in them
        annotations: how many objects are in them
        counts: how the objects were written, by kind
        lost: what is not in the files, or not as it was, by kind; counted in objects
            where nothing else is said
        notes: what else a person should know
    """

    paths: list[Path] = field(default_factory=list)
    images: int = 0
    annotations: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)

    def add(self, encoded: Encoded) -> None:
        """Counts a batch."""
        self.annotations += encoded["annotations"]
        self.counts.update(encoded["counts"])
        self.lost.update(encoded["lost"])

    def summary(self) -> str:
        """What was written and what was not, in one paragraph."""
        text = f"Wrote {self.annotations:,} objects on {self.images:,} images"
        if self.counts:
            text += f": {_listed(self.counts)}"
        if self.lost:
            text += f". Not carried over: {_listed(self.lost)}"
        return ". ".join([text, *self.notes])

    def to_dict(self) -> dict[str, Any]:
        """All of it, JSON-plain."""
        return {
            "paths": [str(path) for path in self.paths],
            "images": self.images,
            "annotations": self.annotations,
            "counts": dict(self.counts),
            "lost": dict(self.lost),
            "notes": list(self.notes),
        }

    def __str__(self) -> str:
        files = self.paths[:_SHOWN]
        more = len(self.paths) - len(files)
        lines = [
            f"{self.annotations:,} objects on {self.images:,} images",
            *(f"  {count:,} {kind}" for kind, count in self.counts.most_common()),
            *(["Not carried over:"] if self.lost else []),
            *(f"  {count:,} {kind}" for kind, count in self.lost.most_common()),
            *self.notes,
            *map(str, files),
            *([f"and {more:,} more files"] if more else []),
        ]
        return "\n".join(lines)


_SHOWN = 5


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {kind}" for kind, count in counts.most_common())
