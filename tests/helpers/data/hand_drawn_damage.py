"""Mirrors in which annotations are broken."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

_SAMA = "sama-documentation-assets.s3.amazonaws.com/sama-coco/sama-coco-val.zip"


def damage_polygons(mirror: Path, target: Path, every: int) -> Path:
    """A copy of a mirror in which a share of Sama's polygons has lost a coordinate."""
    shutil.copytree(mirror, target)
    path = target / _SAMA
    with zipfile.ZipFile(path) as archive:
        members = {n: json.loads(archive.read(n)) for n in archive.namelist()}
    polygons = [
        annotation["segmentation"]
        for document in members.values()
        for annotation in document["annotations"]
        if isinstance(annotation["segmentation"], list)
    ]
    for outline in polygons[::every]:
        outline[0].pop()
    with zipfile.ZipFile(path, "w") as archive:
        for name, document in members.items():
            archive.writestr(name, json.dumps(document))
    return target
