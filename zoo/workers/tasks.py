"""Calls that any process can run: a function by where its code is, and plain values.

FiftyOne imports this folder, and the plugin that it is part of, under names of its own,
so other processes can't import a function by its name. A task says where its code is;
a worker loads that under the same name, so that results and errors can be pickled.
FiftyOne, which takes seconds to import, is loaded only where that code imports it.
"""

from __future__ import annotations

import atexit
import hashlib
import importlib
import os
import pickle
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

ROOMS = ("zoo", "labelsets")
"""The folders whose code other processes run."""

_ZOO = Path(__file__).resolve().parents[1]
_CLEAN_UP = "_delete_non_persistent_datasets_if_allowed"


def _own_package() -> tuple[str, Path]:
    """The name and folder of the plugin, or of the zoo's folder if that is alone."""
    name = __name__.removesuffix(".workers.tasks")
    parent = name.rpartition(".")[0]
    start = getattr(sys.modules.get(parent), "__file__", None) or os.sep
    is_alone = Path(start).resolve().parent != _ZOO.parent
    return (name, _ZOO) if is_alone else (parent, _ZOO.parent)


PACKAGE, ROOT = _own_package()

Task = dict[str, Any]


def make_task(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Task:
    """A call of a function of this package.

    Args:
        function: the function, defined at the top of its module, which imports FiftyOne
            if the function needs it
        arguments: its arguments by name: values that JSON has, and bytes
    """
    import fiftyone as fo

    path = Path(str(sys.modules[function.__module__].__file__)).resolve()
    return {
        "package": PACKAGE,
        "folder": str(ROOT),
        "installed": "sama_coco.zoo" if ROOT == _ZOO else "sama_coco",
        "runner": __name__,
        "fingerprint": fingerprint(ROOT),
        "module": ".".join((PACKAGE, *path.relative_to(ROOT).with_suffix("").parts)),
        "function": function.__name__,
        "arguments": dict(arguments),
        "sender": os.getpid(),
        "database": database(),
        "settings": {
            "FIFTYONE_DATABASE_VALIDATION": str(fo.config.database_validation),
            "FIFTYONE_DISABLE_SERVICES": "1",
            "FIFTYONE_SINGLETON_CACHE": "false",
        },
    }


class RemoteCall:
    """:func:`find_and_run`, in a form that every executor can send anywhere.

    Executors that pickle by name would send it as a name that workers do not know.
    """

    def __call__(self, task: Task) -> Any:
        return find_and_run(task)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[bytes]]:
        return pickle.loads, (_by_value(),)


@lru_cache(maxsize=1)
def _by_value() -> bytes:
    import cloudpickle

    module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(find_and_run))
    finally:
        cloudpickle.unregister_pickle_by_value(module)


def find_and_run(task: Task) -> Any:
    """Loads the code of a task and runs it; sent to workers by value.

    All that it uses is imported in it, since nothing around it comes along.

    Raises:
        RuntimeError: if the code is not there
    """
    import importlib
    import importlib.util
    import os
    import sys

    is_own = "fiftyone" not in sys.modules
    if is_own:
        # FiftyOne connects when it is imported; others compute beside this process
        os.environ.pop("FIFTYONE_PRIVATE_DATABASE_PORT", None)
        os.environ.update(task["database"] | task["settings"])
        importlib.import_module("cv2").setNumThreads(1)
    name = task["package"]
    if name not in sys.modules:
        start = os.path.join(task["folder"], "__init__.py")
        if not os.path.isfile(start):
            try:
                start = importlib.util.find_spec(task["installed"]).origin  # type: ignore
            except (ImportError, AttributeError) as error:
                raise RuntimeError(
                    f"The worker process {os.getpid()} has no package sama_coco. "
                    "Install it on every machine that a worker runs on, in the version "
                    "that sends the work"
                ) from error
        spec: Any = importlib.util.spec_from_file_location(
            name, start, submodule_search_locations=[os.path.dirname(start)]
        )
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return importlib.import_module(task["runner"]).run_task(task, is_own)


def run_task(task: Task, is_own: bool) -> Any:
    """Runs a task in a worker.

    Args:
        task: the task
        is_own: whether FiftyOne, if it is imported, is for the sake of tasks alone

    Raises:
        RuntimeError: if this worker has other code, or works on another database
        Exception: what the function raises
    """
    if is_own and os.getppid() == task["sender"]:
        _watch_parent()
    if fingerprint(ROOT) != task["fingerprint"]:
        raise RuntimeError(
            f"The worker process {os.getpid()} has another version of sama_coco, in "
            f"{ROOT}, than the program that sent it work. Install the same one"
        )
    function = getattr(importlib.import_module(task["module"]), task["function"])
    if "fiftyone" in sys.modules:
        _check_database(task["database"])
        if is_own:
            _disable_dataset_cleanup()
    try:
        return function(**task["arguments"])
    except Exception as error:
        _require_picklable(error)
        raise


def _check_database(wanted: Mapping[str, str]) -> None:
    found = database()
    if found != wanted:
        names = [about["FIFTYONE_DATABASE_NAME"] for about in (found, wanted)]
        raise RuntimeError(
            f"The worker process {os.getpid()} works on the database '{names[0]}' and "
            f"was sent work on '{names[1]}', or on another server. Restart the worker"
        )


def _require_picklable(error: Exception) -> None:
    """Raises another error in place of one that the sender could not unpickle.

    It would take that for a lost worker.
    """
    try:
        pickle.loads(pickle.dumps(error))
    except Exception:
        trace = "".join(traceback.format_exception(error))
        raise RuntimeError(f"{type(error).__name__}: {error}\n\n{trace}") from None


@lru_cache(maxsize=1)
def _watch_parent() -> None:
    threading.Thread(target=_exit_with_parent, daemon=True).start()


def _exit_with_parent() -> None:
    """Ends this process soon after the one that started it, however that ended."""
    parent = os.getppid()
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


@lru_cache(maxsize=2)
def fingerprint(root: Path) -> str:
    """A digest of the code below the folder of a package, such as :data:`ROOT`."""
    rooms = [root] if root == _ZOO else [root / room for room in ROOMS]
    found = hashlib.sha256()
    for path in sorted(p for room in rooms for p in room.rglob("*.py")):
        found.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return found.hexdigest()


def database() -> dict[str, str]:
    """The database of this process, for others to connect to."""
    import fiftyone as fo

    port = os.environ.get("FIFTYONE_PRIVATE_DATABASE_PORT")
    return {
        "FIFTYONE_DATABASE_URI": fo.config.database_uri
        or f"mongodb://127.0.0.1:{port}",
        "FIFTYONE_DATABASE_NAME": fo.config.database_name,
    }


def _disable_dataset_cleanup() -> None:
    """Keeps this process from deleting datasets when it exits.

    FiftyOne's last process deletes what is not persistent, and a worker takes itself
    for the last while the program that sent it work waits, after the database was
    restarted, with no connection of its own. FiftyOne registers its clean-up each time
    that it connects, so that one that does nothing takes its place.
    """
    from fiftyone.core.odm import database as connection

    clean_up = getattr(connection, _CLEAN_UP, None)
    if clean_up is not None:
        atexit.unregister(clean_up)
        setattr(connection, _CLEAN_UP, lambda: None)
