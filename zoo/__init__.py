"""The zoo dataset ``sama/sama-coco``: Sama's relabelling of COCO-2017.

FiftyOne copies this folder alone and calls :func:`download_and_prepare` and
:func:`load_dataset`. Nothing is needed to import it; FiftyOne and the packages that a
load needs are imported when one starts.
"""

from __future__ import annotations

import importlib
import os
import shlex
from collections.abc import Iterable
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import fiftyone as fo

    from .defects import Defects
    from .progress import OnProgress
    from .request import Request

NAME = "sama/sama-coco"
PACKAGES = (
    "filelock",
    "loky",
    "msgspec",
    "pycocotools",
    "remotezip",
    "requests",
    "urllib3>=2.3",
)

# FiftyOne loads this folder as ``sama.sama-coco`` without there being a ``sama``. What
# imports ``.coco.coco_json`` there imports ``sama`` too, unless ``.coco`` is known.
for _room in ("coco", "fetch", "workers", "writing"):
    importlib.import_module(f".{_room}", __name__)

ImageIds = str | os.PathLike[str] | Iterable[int | str]


def download_and_prepare(
    dataset_dir: str,
    split: str | None = None,
    label_types: str | Iterable[str] | None = None,
    classes: str | Iterable[str] | None = None,
    image_ids: ImageIds | None = None,
    num_workers: int | None = None,
    shuffle: bool | None = None,
    seed: int | None = None,
    max_samples: int | None = None,
    include_id: bool | None = None,
    with_coco: bool | None = None,
    use_polylines: bool | None = None,
    mirror: str | os.PathLike[str] | None = None,
    strict: bool | None = None,
    scheduler: str | None = None,
) -> tuple[None, int, list[str]]:
    """Fetches the labels and images of one split that are not on this disk yet.

    Args:
        dataset_dir: the folder of the zoo dataset
        split: ``"train"`` or ``"validation"``
        label_types: see :func:`load_dataset`, as all that follow

    Returns:
        a tuple of

        -   None: there is no dataset type, :func:`load_dataset` does the loading
        -   the number of images that the arguments choose
        -   the names of the classes

    Raises:
        ValueError: if an argument or a file can't be used
        OSError: if something can't be fetched or written
        ImportError: if a package is missing
    """
    arguments = {
        k: v for k, v in locals().items() if k not in ("dataset_dir", "scheduler")
    }
    request = _parse(**arguments)
    from .preparing import prepare

    prepared = prepare(request, files_folder(dataset_dir), redraw=True)
    # Without this folder FiftyOne takes the split for one that was never downloaded.
    Path(dataset_dir, request.split.name).mkdir(parents=True, exist_ok=True)
    return None, len(prepared.images), prepared.label_sets[0].classes


def load_dataset(
    dataset: fo.Dataset,
    dataset_dir: str,
    split: str | None = None,
    label_types: str | Iterable[str] | None = None,
    classes: str | Iterable[str] | None = None,
    image_ids: ImageIds | None = None,
    num_workers: int | None = None,
    shuffle: bool | None = None,
    seed: int | None = None,
    max_samples: int | None = None,
    include_id: bool | None = None,
    with_coco: bool | None = None,
    use_polylines: bool | None = None,
    mirror: str | os.PathLike[str] | None = None,
    strict: bool | None = None,
    scheduler: str | None = None,
) -> None:
    """Adds one split to a dataset.

    Without ``with_coco`` the fields are named as FiftyOne's built-in ``sama-coco``
    names them: ``detections`` and ``segmentations``, or ``ground_truth`` where one
    label type is all that is loaded. With it they are named by source:
    ``sama_detections``, ``coco_segmentations`` and so on.

    A dataset that was empty before FiftyOne's first call for it, and can't be filled,
    is deleted: FiftyOne would return it as complete the next time.

    Args:
        dataset: the dataset
        dataset_dir: the folder of the zoo dataset
        split: ``"train"`` or ``"validation"``
        label_types (None): ``"detections"``, ``"segmentations"`` or a list of these.
            By default, ``"detections"``. With ``with_coco`` also ``"keypoints"`` and
            ``"captions"``, COCO's own, as ``coco_keypoints`` and ``coco_captions``
        classes (None): a class or list of classes. Images with objects of all of
            them come first, then images with any; others are not loaded. With
            ``with_coco``, an object in either label set counts
        image_ids (None): the images to load: a list of ints or ``split/id`` strings,
            or the path of a .txt, .json or .csv file with such a list
        num_workers (None): the number of threads that fetch images
        shuffle (None): whether images are chosen in random order
        seed (None): the seed of that order
        max_samples (None): the most images to load
        include_id (None): whether samples get the field ``coco_id``; they always do
            with ``with_coco``
        with_coco (None): whether COCO-2017's own labels are loaded too
        use_polylines (None): whether segmentations are polylines, not masks
        mirror (None): a folder or server to use instead of the published hosts; by
            default the value of ``SAMA_COCO_MIRROR``, if it has one
        strict (None): whether a broken annotation is an error, not left out
        scheduler (None): the address of a Dask scheduler whose workers make and write
            the labels, such as ``tcp://192.168.0.10:8786``; by default the value of
            ``SAMA_COCO_SCHEDULER``, if it has one

    Raises:
        ValueError: if an argument or a file can't be used
        OSError: if something can't be fetched or written
        ImportError: if a package is missing
    """
    arguments = {
        k: v
        for k, v in locals().items()
        if k not in ("dataset", "dataset_dir", "scheduler")
    }
    request = _parse(**arguments)
    from .loading import fill

    fill(dataset, request, files_folder(dataset_dir), scheduler)


def files_folder(dataset_dir: str | os.PathLike[str] | None = None) -> Path:
    """Where fetched files are kept: beside the folder of the zoo dataset.

    FiftyOne replaces that folder when it loads the dataset by its address.

    Args:
        dataset_dir (None): the folder of the zoo dataset; by default, the one in
            FiftyOne's zoo
    """
    import fiftyone as fo

    folder = Path(dataset_dir or Path(fo.config.dataset_zoo_dir, *NAME.split("/")))
    folder = folder.absolute()
    return folder.with_name(f"{folder.name}-files")


def load_splits(
    name: str,
    splits: str | Iterable[str],
    folder: str | os.PathLike[str],
    persistent: bool = False,
    on_progress: OnProgress | None = None,
    executor: Executor | None = None,
    scheduler: str | None = None,
    **arguments: Any,
) -> tuple[fo.Dataset, Defects]:
    """Makes a new dataset of one or more splits; on any failure there is none.

    Args:
        name: the name of the dataset
        splits: ``"train"``, ``"validation"`` or a list of both
        folder: where fetched files are kept; that of the zoo dataset, and so shared
            with loads by :mod:`fiftyone.zoo`, is ``files_folder()``
        persistent (False): whether the dataset outlives this session
        on_progress (None): called, instead of bars being drawn, with how much of a
            stage is done, from 0 to 1, and what the stage does
        executor (None): who makes and writes the labels
        scheduler (None): see :func:`load_dataset`
        **arguments: see :func:`load_dataset`

    Returns:
        the dataset, and what was left out of it

    Raises:
        ValueError: if an argument or a file can't be used, or the name is taken
        OSError: if something can't be fetched or written
        ImportError: if a package is missing
    """
    _require_packages()
    from .loading import make_dataset
    from .request import parse_splits

    requests = [_parse(split=split, **arguments) for split in parse_splits(splits)]
    root = Path(folder).absolute()
    return make_dataset(
        name, requests, root, persistent, on_progress, executor, scheduler
    )


def _require_packages() -> None:
    import fiftyone.core.utils as fou

    fou.ensure_package(
        PACKAGES,
        error_msg=(
            "Loading Sama-COCO takes packages that FiftyOne does not install. "
            f"Run: pip install {' '.join(map(shlex.quote, PACKAGES))}"
        ),
    )


def _parse(**arguments: Any) -> Request:
    """Checks that the packages are there, then the arguments.

    ``from . import module`` fails where FiftyOne has loaded this folder alone;
    ``from .module import name`` works.
    """
    _require_packages()
    from .request import Request

    return Request.parse(**arguments)
