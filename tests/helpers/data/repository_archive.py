"""The repository packed into a zip, as GitHub serves it."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path


def pack_repository(repository: Path, target: Path) -> Path:
    """Zips the files that git knows, or would add, below one folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=repository,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in listed:
            if (repository / name).is_file():
                archive.write(repository / name, f"sama-coco-main/{name}")
    return target
