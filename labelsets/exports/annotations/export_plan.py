"""Where the files of an export go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...error_types import ExportError
from ...labels.image_companions import CAPTIONS, KEYPOINTS

_ULTRALYTICS = {"train": "train", "validation": "val", "val": "val", "test": "test"}
"""What Ultralytics calls the splits."""

_UNTAGGED = "untagged"
"""What samples without a split are called where others have one."""

DATA_FILE = "data.yaml"

_COMPANIONS = {KEYPOINTS: "person_keypoints", CAPTIONS: "captions"}
"""What the files of companions begin with, as those of COCO."""


@dataclass(frozen=True)
class FilePlan:
    """The places of an export.

    Attributes:
        root: the folder that all of it lies below
        documents: the COCO document of each split; None for samples without a split
        folders: what the folder of each split is called; empty where there is one
            split that has no name
        companions: the fields of companions that have a document beside each
    """

    root: Path
    documents: Mapping[str | None, Path]
    folders: Mapping[str | None, str]
    companions: tuple[str, ...] = ()

    @property
    def targets(self) -> list[Path]:
        """The files that are known before anything is read."""
        beside = [
            self.beside(c, split) for c in self.companions for split in self.documents
        ]
        return [*self.documents.values(), *beside] or [self.root / DATA_FILE]

    def beside(self, companion: str, split: str | None) -> Path:
        """The place of keypoints or captions, beside the instances of a split."""
        document, kind = self.documents[split], _COMPANIONS[companion]
        rest = document.name.removeprefix("instances_")
        return document.with_name(f"{kind}_{rest}")

    def folder(self, kind: str, split: str | None) -> Path:
        """The folder of a split's ``images`` or ``labels``."""
        name = self.folders[split]
        return self.root / kind / name if name else self.root / kind

    def image(self, split: str | None, file_name: str) -> Path:
        """The place of an image.

        Raises:
            ExportError: if the name leads out of the folder
        """
        return _inside(self.folder("images", split), file_name)

    def rows(self, split: str | None, file_name: str) -> Path:
        """The place of the YOLO rows of an image.

        Raises:
            ExportError: if the name leads out of the folder
        """
        return _inside(self.folder("labels", split), file_name).with_suffix(".txt")


def plan_files(
    path: Path,
    format: str,
    splits: Sequence[str | None],
    companions: Sequence[str] = (),
) -> FilePlan:
    """The places of an export.

    Args:
        path: for COCO a ``.json`` file, of which there is one a split where there are
            several, or a folder; for YOLO a folder
        format: ``"coco"`` or ``"yolo"``
        splits: the splits; None for samples without one
        companions (()): the fields of companions that COCO's documents go with
    """
    held = tuple(companions)
    names = {s: s or (_UNTAGGED if len(splits) > 1 else "") for s in splits}
    if format == "yolo":
        folders = {s: _ULTRALYTICS.get(name, name) for s, name in names.items()}
        return FilePlan(path, {}, folders)
    if path.suffix.lower() != ".json":
        folder = path / "annotations"
        documents = {
            s: folder / f"instances_{name or 'all'}.json" for s, name in names.items()
        }
        return FilePlan(path, documents, names, held)
    if len(splits) == 1:
        return FilePlan(path.parent, {splits[0]: path}, names, held)
    documents = {
        s: path.with_name(f"{path.stem}_{name}{path.suffix}")
        for s, name in names.items()
    }
    return FilePlan(path.parent, documents, names, held)


def _inside(folder: Path, file_name: str) -> Path:
    """The path of a file in a folder, or in a folder below it."""
    name = PurePosixPath(file_name.replace("\\", "/"))
    if name.is_absolute() or ".." in name.parts or not name.parts:
        raise ExportError(
            f"The image name {file_name!r} leads out of the folder of the export"
        )
    return folder.joinpath(*name.parts)
