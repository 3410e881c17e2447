"""A split's way from the published files onto this disk, and its choice of images."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from .coco.coco_json import Image, LabelSet
from .defects import Defects
from .errors import DownloadError
from .fetch.disk import replacing
from .fetch.interrupts import run_interruptibly
from .fetch.split_images import (
    ImageSource,
    built_in_folders,
    fetch_images,
    find_images,
)
from .label_files import fetch_label_files, label_bytes, read_label_sets
from .progress import OnProgress, stage
from .request import Request, choose_images


@dataclass(frozen=True)
class Prepared:
    """All that a split's samples are made of, on this disk.

    Attributes:
        request: what was asked for
        label_sets: Sama's labels and, if asked for, COCO's
        images: the images chosen, with the path of each, in the order to load them
        defects: what had to be left out so far
    """

    request: Request
    label_sets: Sequence[LabelSet]
    images: Sequence[tuple[Image, str]]
    defects: Defects


def prepare(
    request: Request,
    root: Path,
    redraw: bool = False,
    on_progress: OnProgress | None = None,
) -> Prepared:
    """Fetches what is missing of a split, reads its labels and chooses its images.

    Args:
        request: what is asked for
        root: the folder of fetched files
        redraw (False): whether a shuffled choice without a seed is made anew,
            rather than as it was made last
        on_progress (None): called with the progress, instead of bars being drawn

    Raises:
        SamaCocoError: if a file can't be fetched or is damaged, or an argument names
            a class or an image that is not there
    """
    store = _store(request, root)
    defects = Defects(request.strict)
    raw = store / "raw"
    size = label_bytes(request, raw)
    with stage("Labels", size, on_progress, in_bytes=True) as arrived:
        files = run_interruptibly(
            lambda advance: fetch_label_files(request, raw, advance), arrived
        )
    label_sets = read_label_sets(request, files, defects)
    seed_file = root / request.split.name / "shuffle_seed"
    seeded = _with_seed(request, seed_file, redraw)
    known = {i: image for labels in label_sets for i, image in labels.images.items()}
    chosen = [known[i] for i in choose_images(seeded, label_sets)]
    paths = _image_paths(request, chosen, store, defects, on_progress)
    images = [(i, paths[i.file_name]) for i in chosen if i.file_name in paths]
    return Prepared(request, label_sets, images, defects)


def _store(request: Request, root: Path) -> Path:
    """Where fetched files are kept: those of each mirror apart from the real ones."""
    mirror = request.origin.mirror
    if mirror is None:
        return root
    return root / f"mirror-{hashlib.sha256(mirror.encode()).hexdigest()[:12]}"


def _with_seed(request: Request, seed_file: Path, redraw: bool) -> Request:
    """A shuffled choice needs one seed when it is fetched and when it is loaded."""
    if not request.shuffle or request.seed is not None:
        return request
    if not redraw and seed_file.exists():
        return replace(request, seed=int(seed_file.read_text()))
    seed = random.SystemRandom().getrandbits(32)
    with replacing(seed_file) as file:
        file.write(str(seed).encode())
    return replace(request, seed=seed)


def _image_paths(
    request: Request,
    chosen: Sequence[Image],
    store: Path,
    defects: Defects,
    on_progress: OnProgress | None,
) -> dict[str, str]:
    """The paths of the chosen images by name; those without one are counted."""
    import fiftyone as fo

    source = ImageSource(
        split=request.split,
        origin=request.origin,
        folder=store / request.split.name / "data",
        archive_folder=store / "raw",
        is_partial=request.is_partial,
        num_workers=request.num_workers,
    )
    names = [image.file_name for image in chosen]
    zoo_dir = Path(fo.config.dataset_zoo_dir).absolute()
    others = built_in_folders(request.split.name, zoo_dir)
    paths = find_images(names, source.folder, others)
    missing = [name for name in names if name not in paths]
    if not missing:
        return paths
    absent = Defects(request.strict)
    fetch_images(source, missing, absent, on_progress)
    paths |= find_images(missing, source.folder)
    if not paths:
        raise DownloadError(
            f"None of the {len(names)} images could be found: "
            + "; ".join(absent.lines())
        )
    defects += absent
    return paths
