"""The example written as a mirror: a folder a host, each file at its upstream path."""

import json
import os
import shutil
import tempfile
from io import BytesIO
from pathlib import Path
from random import Random
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from PIL import Image

from .companion_documents import captions_document, keypoints_document
from .documents import Document, base_document, image_entry, revised_shards
from .revision import Reviser
from .scenes import SCENES
from .stage import Stage

DEFAULT_SEED = 51

COCO_HOST = "images.cocodataset.org"
SAMA_HOST = "sama-documentation-assets.s3.amazonaws.com"
LOG_NAME = "edits.json"

_MEMBER_DATE = (2024, 1, 1, 0, 0, 0)

# Above every id of COCO 2017, so that no drawing passes for one of its photographs.
_FIRST_IMAGE_ID = {"val": 900_001, "train": 910_001}
_FIRST_BASE_ID = {"val": 5_100_001, "train": 5_200_001}
_FIRST_REVISED_ID = {"val": 10_100_001, "train": 10_200_001}


def write_mirror(
    folder: str | os.PathLike[str],
    *,
    seed: int = DEFAULT_SEED,
    validation: int = 24,
    train: int = 6,
) -> Path:
    """Draw the pictures and write both hosts' files and the log of edits.

    A folder that holds a mirror already is returned as it is. The files are written
    beside it and moved there in one step, so there is never half a mirror.

    Args:
        folder: where the mirror shall stand; missing, empty, or a mirror
        seed: the same seed draws the same scenes and labels
        validation: pictures in the validation split
        train: pictures in the train split

    Returns:
        the folder
    """
    target = Path(folder)
    if (target / LOG_NAME).is_file():
        return target
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise FileExistsError(
            f"{target} exists and is no mirror: it has no {LOG_NAME}. "
            "Name a new or an empty folder."
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        _write(draft, seed, {"val": validation, "train": train})
        draft.chmod(0o755)
        _move(draft, target)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return target


def _write(folder: Path, seed: int, counts: dict[str, int]) -> None:
    documents: dict[str, Document] = {}
    log: dict[str, Any] = {}
    first = 0
    for split, count in counts.items():
        reviser = Reviser(_FIRST_BASE_ID[split], _FIRST_REVISED_ID[split])
        images = []
        for index in range(count):
            image_id = _FIRST_IMAGE_ID[split] + index
            stage = _drawn(first + index, seed)
            reviser.label(stage, image_id)
            place = f"{split}2017"
            entry = image_entry(image_id, place, stage.width, stage.height)
            images.append(entry)
            _save(stage, folder / COCO_HOST / place / entry["file_name"])
        first += count
        documents[split] = base_document(images, reviser.labels)
        log["validation" if split == "val" else split] = reviser.labels.edits
        _zip_images(folder / COCO_HOST, f"{split}2017")
        shards = revised_shards(images, reviser.labels)
        _zip_documents(
            folder / SAMA_HOST / "sama-coco" / f"sama-coco-{split}.zip",
            {
                f"sama_coco_coco_format_{split}_{number}.json": shard
                for number, shard in enumerate(shards)
            },
        )
    _zip_annotations(folder / COCO_HOST, documents)
    (folder / LOG_NAME).write_text(json.dumps(log))


def _drawn(number: int, seed: int) -> Stage:
    scene = SCENES[number % len(SCENES)]
    stage = Stage(scene.width, scene.height, Random(seed * 1_000 + number))
    scene.draw(stage)
    return stage


def _save(stage: Stage, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = BytesIO()
    Image.fromarray(stage.canvas.picture()).save(
        picture, "JPEG", quality=92, subsampling=0
    )
    path.write_bytes(picture.getvalue())


def _zip_images(host: Path, place: str) -> None:
    (host / "zips").mkdir(exist_ok=True)
    with ZipFile(host / "zips" / f"{place}.zip", "w", ZIP_STORED) as archive:
        for path in sorted((host / place).glob("*.jpg")):
            archive.writestr(
                ZipInfo(f"{place}/{path.name}", _MEMBER_DATE), path.read_bytes()
            )


def _zip_annotations(host: Path, documents: dict[str, Document]) -> None:
    members: dict[str, Document] = {}
    for split, document in documents.items():
        members[f"annotations/captions_{split}2017.json"] = captions_document(document)
    for split, document in documents.items():
        members[f"annotations/instances_{split}2017.json"] = document
        keypoints = keypoints_document(document)
        members[f"annotations/person_keypoints_{split}2017.json"] = keypoints
    _zip_documents(host / "annotations" / "annotations_trainval2017.zip", members)


def _zip_documents(path: Path, members: dict[str, Document]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name, document in members.items():
            entry = ZipInfo(name, _MEMBER_DATE)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, json.dumps(document))


def _move(draft: Path, target: Path) -> None:
    if target.exists():
        target.rmdir()
    try:
        draft.rename(target)
    except OSError:
        # Another writer was quicker; its mirror is as good as this one.
        if not (target / LOG_NAME).is_file():
            raise
