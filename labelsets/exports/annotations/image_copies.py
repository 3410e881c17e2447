"""The images of an export: left where they are, copied, or linked to."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from ...error_types import ExportError
from ..staged_files import StagedFiles
from .export_plan import FilePlan

CHOICES = {
    "none": "Leave them where they are",
    "copy": "Copy them",
    "symlink": "Link to them",
}


class ImageFiles:
    """Puts images beside the labels.

    Args:
        choice: any of ``CHOICES``
        files: the files of the export
        plan: their places
    """

    def __init__(self, choice: str, files: StagedFiles, plan: FilePlan) -> None:
        self._choice, self._files, self._plan = choice, files, plan
        self._folders: dict[Path, None] = {}

    @property
    def folders(self) -> list[Path]:
        """The folders with images."""
        return list(self._folders)

    @property
    def notes(self) -> list[str]:
        """What is left to do about images."""
        if self._choice != "none" or self._plan.documents:
            return []
        folder = self._plan.root / "images"
        return [
            f"Ultralytics looks for the images below {folder}: put them there, or "
            "export with images='symlink' or 'copy'"
        ]

    def add(self, path: str, split: str | None, file_name: str) -> None:
        """Puts an image in its place, if any are wanted.

        Args:
            path: where it is
            split: its split
            file_name: what its file is called in the labels

        Raises:
            ExportError: if it is not there, or its name leads out of the folder
        """
        target = self._plan.image(split, file_name)
        if self._choice == "none":
            return
        if not os.path.isfile(path):
            raise ExportError(
                f"The image '{path}' is not there. Put it back, or export without "
                "images (images='none')"
            )
        part = self._files.add(target)
        if self._choice == "copy":
            shutil.copyfile(path, part)
        else:
            part.symlink_to(os.path.realpath(path))
        self._folders[self._plan.folder("images", split)] = None
