"""What the tests share: a database, folders and servers of their own."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from helpers.checkout import REPOSITORY, TESTS
from helpers.data.kept_mirror import kept_mirror
from helpers.data.repository_archive import pack_repository
from helpers.programs.faulty_server import serve
from helpers.programs.own_database import URI_VARIABLE, use_own_database

SHARED = Path(os.environ.get("SAMA_COCO_SHARED", REPOSITORY.parent / "shared"))

_STARTED_DATABASE = "SAMA_COCO_TESTS_STARTED_DATABASE"
if os.environ.pop(_STARTED_DATABASE, None):
    # by the process that hands out tests; each that runs them starts its own
    del os.environ[URI_VARIABLE]
if os.environ.get("PYTEST_XDIST_WORKER"):
    # the programs that tests start can be interrupted, which such a process can not
    signal.signal(signal.SIGINT, signal.default_int_handler)

_HOME = Path(tempfile.mkdtemp(prefix="sama-coco-tests-"))
atexit.register(shutil.rmtree, _HOME, ignore_errors=True)
if use_own_database(_HOME / "db"):
    os.environ[_STARTED_DATABASE] = "1"
os.environ.update(
    FIFTYONE_DATABASE_NAME=f"sama-coco-tests-{os.getpid()}",
    FIFTYONE_DEFAULT_DATASET_DIR=str(_HOME / "datasets"),
    FIFTYONE_DATASET_ZOO_DIR=str(_HOME / "zoo"),
    FIFTYONE_PLUGINS_DIR=str(_HOME / "plugins"),
    FIFTYONE_DATABASE_VALIDATION="false",
    FIFTYONE_DO_NOT_TRACK="true",
    FIFTYONE_SHOW_PROGRESS_BARS="false",
)
os.environ.pop("SAMA_COCO_MIRROR", None)
(_HOME / "plugins").mkdir()
(_HOME / "plugins" / "sama-coco").symlink_to(REPOSITORY, target_is_directory=True)


def pytest_unconfigure() -> None:
    if "fiftyone" in sys.modules:
        sys.modules["fiftyone"].core.odm.drop_database()


@pytest.fixture(scope="session", autouse=True)
def path_of_programs() -> None:
    """Lets the programs that tests start find `helpers`, and start quickly.

    Set here and not above, it doesn't reach the processes that run the tests: imported
    as late as in such programs, joblib's copy of loky would take loky's place there.
    """
    folders = [str(TESTS), str(TESTS / "helpers" / "quick_start")]
    if found := os.environ.get("PYTHONPATH"):
        folders.append(found)
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real images and labels that continuous integration has."""
    if not SHARED.is_dir():
        pytest.skip(f"there is no folder of real images and labels at {SHARED}")
    return SHARED


@pytest.fixture(scope="session")
def real_mirror(shared: Path) -> Path:
    """A mirror with real COCO images and labels and a stand-in for Sama's."""
    return shared / "mirror"


@pytest.fixture(scope="session")
def example_mirror() -> Path:
    """The mirror that the project draws itself."""
    return kept_mirror()


@pytest.fixture
def zoo_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for FiftyOne's zoo."""
    import fiftyone as fo

    folder = tmp_path / "zoo"
    folder.mkdir()
    monkeypatch.setattr(fo.config, "dataset_zoo_dir", str(folder))
    return folder


@pytest.fixture
def fresh_database() -> Iterator[None]:
    """Deletes the datasets that a test made."""
    import fiftyone as fo

    yield
    for name in fo.list_datasets():
        fo.delete_dataset(name)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """The address of the repository, packed as GitHub would."""
    folder = tmp_path / "repository"
    folder.mkdir()
    pack_repository(REPOSITORY, folder / "main.zip")
    with serve(folder) as served:
        yield f"{served.url}/main.zip"
