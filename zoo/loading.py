"""One split's way from the published files into a FiftyOne dataset."""

from __future__ import annotations

import hashlib
import logging
import random
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeGuard

import fiftyone as fo

from .coco_json import Image, LabelSet
from .crews import Crew, choose_crew, cores
from .downloads import replacing
from .errors import DownloadError, Problems
from .fiftyone_writer import (
    add_samples,
    dataset_token,
    declare_fields,
    reserve_samples,
    writes_documents,
)
from .images import built_in_folders, fetch_images, find_images
from .label_batches import (
    pack_batch,
    reach_database,
    without_cycle_search,
    write_batch,
)
from .label_files import fetch_label_files, label_bytes, read_label_sets
from .progress import Report, stage
from .request import Request, choose_images
from .samples import sample_values
from .spreading import MissingBatchesError, spread

logger = logging.getLogger(__name__)

BATCH = 200
WORTH_A_POOL = 4_000
"""The least number of images with which a pool's start, of seconds, pays off."""


@dataclass(frozen=True)
class Prepared:
    """All that a split's samples are made of, on this disk.

    Attributes:
        request: what was asked for
        label_sets: Sama's labels and, if asked for, COCO's
        images: the images chosen, with the path of each, in the order to load them
        problems: what had to be left out so far
    """

    request: Request
    label_sets: Sequence[LabelSet]
    images: Sequence[tuple[Image, str]]
    problems: Problems


def prepare(
    request: Request,
    root: Path,
    redraw: bool = False,
    report: Report | None = None,
) -> Prepared:
    """Fetches what is missing of a split, reads its labels and chooses its images.

    Args:
        request: what is asked for
        root: the folder of fetched files
        redraw (False): whether a shuffled choice without a seed is made anew,
            rather than as it was made last
        report (None): told of the progress, instead of bars being drawn

    Raises:
        SamaCocoError: if a file can't be fetched or is damaged, or an argument names
            a class or an image that is not there
    """
    store = _store(request, root)
    problems = Problems(request.strict)
    raw = store / "raw"
    with stage("Labels", label_bytes(request, raw), report, in_bytes=True) as arrived:
        files = fetch_label_files(request, raw, arrived)
    label_sets = read_label_sets(request, files, problems)
    seed_file = root / request.split.name / "shuffle_seed"
    seeded = _with_seed(request, seed_file, redraw)
    chosen = [label_sets[0].images[i] for i in choose_images(seeded, label_sets)]
    paths = _image_paths(request, chosen, store, problems, report)
    images = [(i, paths[i.file_name]) for i in chosen if i.file_name in paths]
    return Prepared(request, label_sets, images, problems)


def load(
    dataset: fo.Dataset,
    prepared: Prepared,
    report: Report | None = None,
    crew: Crew | None = None,
) -> Problems:
    """Adds the samples of a split to a dataset.

    Args:
        dataset: the dataset
        prepared: what :func:`prepare` returned
        report (None): told of the progress, instead of bars being drawn
        crew (None): who makes and writes the labels; by default, this process

    Returns:
        what was left out of the split

    Raises:
        FormatError: if the request is strict and an annotation is broken; nothing
            is written then
        MissingBatchesError: if batches were lost with their workers again and again
    """
    request, images = prepared.request, prepared.images
    if request.strict:
        for image, path in images:
            sample_values(request, prepared.label_sets, image, path, Problems(True))
    declare_fields(dataset, request.fields, request.has_image_id)
    if not _is_worthwhile(crew, len(images)) or not writes_documents(dataset):
        _add_here(dataset, prepared, report)
    else:
        _add_elsewhere(dataset, prepared, report, crew)
    _add_info(dataset, prepared)
    return prepared.problems


def _is_worthwhile(crew: Crew | None, images: int) -> TypeGuard[Crew]:
    """Whether to have others do it: asked for, or so much that a pool pays off."""
    if crew is None or crew.is_here:
        return False
    return crew.is_asked_for or images >= WORTH_A_POOL


def _processes() -> int:
    """How many processes make labels, where the caller names none.

    On two cores, one process that writes in a thread of its own is as fast as two
    that each wait for the database: see ``benchmarks/RESULTS.md``.
    """
    return cores() if cores() > 2 else 1


def _add_here(dataset: fo.Dataset, prepared: Prepared, report: Report | None) -> None:
    """Makes each batch while the one before is written."""
    request, images = prepared.request, prepared.images
    problems = prepared.problems
    batches = [images[i : i + BATCH] for i in range(0, len(images), BATCH)]
    with (
        stage(f"Samples of '{request.split.name}'", len(images), report) as added,
        without_cycle_search(),
        ThreadPoolExecutor(1) as writer,
    ):
        written: Future[None] | None = None
        for batch in batches:
            samples = [
                sample_values(request, prepared.label_sets, image, path, problems)
                for image, path in batch
            ]
            if written is not None:
                written.result()
            written = writer.submit(add_samples, dataset, samples)
            added(len(batch))
        if written is not None:
            written.result()


def _add_elsewhere(
    dataset: fo.Dataset, prepared: Prepared, report: Report | None, crew: Crew
) -> None:
    """Has workers make and write the batches; what was left out is told in order."""
    images = prepared.images
    numbers = range(-(-len(images) // BATCH))
    found: dict[int, Problems] = {}
    with (
        stage(
            f"Samples of '{prepared.request.split.name}'", len(images), report
        ) as added,
        without_cycle_search(),
    ):
        ids = reserve_samples(dataset, len(images))

        def arguments(number: int) -> dict[str, Any]:
            part = slice(number * BATCH, (number + 1) * BATCH)
            about = {"dataset": dataset.name, "token": dataset_token(dataset)}
            labels = pack_batch(prepared.request, prepared.label_sets, images[part])
            return about | {"ids": ids[part]} | labels

        def done(number: int, problems: dict[str, Any]) -> None:
            found[number] = Problems.from_dict(problems)
            added(len(images[number * BATCH : (number + 1) * BATCH]))

        try:
            spread(crew, write_batch, numbers, arguments, done, lambda: added(0))
        except MissingBatchesError as error:
            raise error.advise("Run the load again") from error.__cause__
    for number in numbers:
        prepared.problems.merge(found[number])


_filled: dict[str, tuple[int, datetime]] = {}
"""What :func:`_state` was of each dataset when this process had filled it."""


def fill(
    dataset: fo.Dataset, request: Request, root: Path, scheduler: str | None = None
) -> None:
    """Adds a split to a dataset.

    FiftyOne calls this for one split after the other, and would return a dataset that
    lacks one as complete the next time.

    Args:
        dataset: the dataset. On any failure it is deleted if it held nothing at first
            but samples that this process added and nobody has touched; else it keeps
            what it held
        request: what is asked for
        root: the folder of fetched files
        scheduler (None): see :func:`zoo.load_dataset`

    Raises:
        SamaCocoError: as :func:`prepare` and :func:`load`
    """
    name = dataset.name
    is_ours = not len(dataset) or _filled.get(name) == _state(dataset)
    held = set() if is_ours else set(dataset.values("id"))
    try:
        with choose_crew(None, scheduler, _processes()) as crew:
            crew.check(reach_database)
            prepared = prepare(request, root)
            with _unfinished(dataset) if is_ours else nullcontext():
                load(dataset, prepared, crew=crew).report()
    except BaseException:
        _filled.pop(name, None)
        if is_ours:
            dataset.delete()
        else:
            dataset.delete_samples([i for i in dataset.values("id") if i not in held])
        raise
    if is_ours:
        _filled[name] = _state(dataset)


@contextmanager
def _unfinished(dataset: fo.Dataset) -> Iterator[None]:
    """Keeps the name and permanence of a dataset from it until it is whole.

    A process that is killed leaves then none that is taken for whole; what it leaves,
    FiftyOne deletes with all that is not persistent.
    """
    name, persistent = dataset.name, dataset.persistent
    dataset.persistent = False
    dataset.name = fo.make_unique_dataset_name(f"{name} unfinished")
    yield
    dataset.name, dataset.persistent = name, persistent


def _state(dataset: fo.Dataset) -> tuple[int, datetime]:
    """Changes with every sample that is added, changed or deleted."""
    return len(dataset), dataset.bounds("last_modified_at")[1]


def load_splits(
    name: str,
    requests: Sequence[Request],
    root: Path,
    persistent: bool = False,
    report: Report | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
) -> tuple[fo.Dataset, Problems]:
    """Makes a dataset of one or more splits; on any failure there is none.

    Args:
        name: the name of the new dataset
        requests: what is asked of each split
        root: the folder of fetched files
        persistent (False): whether the dataset outlives this session
        report (None): told of the progress, instead of bars being drawn
        executor (None): who makes and writes the labels
        scheduler (None): see :func:`zoo.load_dataset`

    Returns:
        the dataset, and what was left out of it

    Raises:
        SamaCocoError: as :func:`prepare`, and if there are no workers that can do it
        MissingBatchesError: as :func:`load`
        ValueError: if there is a dataset of that name
    """
    with choose_crew(executor, scheduler, _processes()) as crew:
        crew.check(reach_database)
        return _load_splits(name, requests, root, persistent, report, crew)


def _load_splits(
    name: str,
    requests: Sequence[Request],
    root: Path,
    persistent: bool,
    report: Report | None,
    crew: Crew,
) -> tuple[fo.Dataset, Problems]:
    problems = Problems()
    ready = [prepare(request, root, redraw=True, report=report) for request in requests]
    dataset = fo.Dataset(name)
    try:
        with _unfinished(dataset):
            for prepared in ready:
                problems.merge(load(dataset, prepared, report, crew))
        dataset.default_classes = ready[0].label_sets[0].classes
        dataset.persistent = persistent
    except BaseException:
        dataset.delete()
        raise
    return dataset, problems


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
    problems: Problems,
    report: Report | None,
) -> dict[str, str]:
    """The paths of the chosen images by name; those without one are counted."""
    folder = store / request.split.name / "data"
    names = [image.file_name for image in chosen]
    others = built_in_folders(request, Path(fo.config.dataset_zoo_dir).absolute())
    paths = find_images(names, folder, others)
    missing = [name for name in names if name not in paths]
    if not missing:
        return paths
    absent = Problems(request.strict)
    fetch_images(request, missing, folder, store / "raw", absent, report)
    paths |= find_images(missing, folder)
    if not paths:
        raise DownloadError(
            f"None of the {len(names)} images could be found: "
            + "; ".join(absent.lines())
        )
    problems.merge(absent)
    return paths


def _add_info(dataset: fo.Dataset, prepared: Prepared) -> None:
    licenses = {
        license.id: {"id": license.id, "name": license.name, "url": license.url}
        for labels in prepared.label_sets
        for license in labels.licenses.values()
    }
    dataset.info["licenses"] = [licenses[i] for i in sorted(licenses)]
    dataset.save()
