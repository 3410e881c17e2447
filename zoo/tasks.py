"""Work that any process can be given: a function by where its code lives, and values.

FiftyOne imports this folder, and the plugin that it is part of, under names of its own
making, so that a function that is sent to another process by name is not found there.
A task says in which folder its code lives and under what name it may be installed.
"""

from __future__ import annotations

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

import fiftyone as fo

from .failures import describe_failure, raise_failure
from .fiftyone_writer import leave_datasets_to_others

ZOO = Path(__file__).resolve().parent
ROOMS = ("zoo", "comparison", "runs")
"""The rooms that work is done in by other processes."""

Task = dict[str, Any]


def make_task(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Task:
    """A task of a function of this folder, or of the plugin it is part of.

    Args:
        function: the function, defined at the top of its module
        arguments: its arguments by name: values that JSON has, and bytes
    """
    root, module = _locate(function)
    return {
        "folder": str(root),
        "installed": "sama_coco.zoo" if root == ZOO else "sama_coco",
        "runner": ".tasks" if root == ZOO else ".zoo.tasks",
        "fingerprint": fingerprint(root),
        "module": module,
        "function": function.__name__,
        "arguments": dict(arguments),
        "database": database(),
        "settings": {
            "FIFTYONE_DATABASE_VALIDATION": str(fo.config.database_validation),
            "FIFTYONE_DISABLE_SERVICES": "1",
            "FIFTYONE_SINGLETON_CACHE": "false",
        },
    }


def run_task(task: Task, is_own: bool) -> dict[str, Any]:
    """Runs a task in a worker.

    Args:
        task: the task
        is_own: whether FiftyOne is in this process for the sake of tasks alone

    Returns:
        ``{"result": ...}`` with what the function returned, or ``{"failure": ...}``,
        see :func:`describe_failure`

    Raises:
        RuntimeError: if this worker has other code, or works on another database
    """
    if is_own:
        leave_datasets_to_others()
    if "parent" in task:
        _end_with(task["parent"])
    root = ZOO if task["runner"] == ".tasks" else ZOO.parent
    if fingerprint(root) != task["fingerprint"]:
        raise RuntimeError(
            f"The worker process {os.getpid()} has another version of sama_coco, in "
            f"{root}, than the program that sent it work. Install the same one"
        )
    package = str(__package__)
    if root != ZOO:
        package = package.rpartition(".")[0]
    _require_database(task["database"])
    try:
        module = importlib.import_module(f"{package}.{task['module']}")
        return {"result": getattr(module, task["function"])(**task["arguments"])}
    except Exception as error:
        return {"failure": describe_failure(error, package, traceback.format_exc())}


def unpack(function: Callable[..., Any], outcome: Mapping[str, Any]) -> Any:
    """The result of a task, in the process that sent it.

    Raises:
        Exception: what the function raised
    """
    if "failure" in outcome:
        package = function.__module__.removesuffix("." + _locate(function)[1])
        raise_failure(outcome["failure"], package)
    return outcome["result"]


def carry_out(task: Task) -> dict[str, Any]:
    """Finds the code of a task and has it run there; sent to workers by value.

    All that it uses is imported in it, since nothing around it comes along.

    Raises:
        RuntimeError: if the code is not there
    """
    import hashlib
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
    folder, installed = task["folder"], task["installed"]
    start = os.path.join(folder, "__init__.py")
    try:
        spec = importlib.util.find_spec(installed)
    except ImportError:
        spec = None
    name = installed
    if os.path.isfile(start) and not (
        spec and spec.origin and os.path.samefile(start, spec.origin)
    ):
        name = "sama_coco_" + hashlib.sha256(folder.encode()).hexdigest()[:12]
        if name not in sys.modules:
            spec = importlib.util.spec_from_file_location(
                name, start, submodule_search_locations=[folder]
            )
            package = importlib.util.module_from_spec(spec)  # type: ignore[arg-type]
            sys.modules[name] = package
            spec.loader.exec_module(package)  # type: ignore[union-attr]
    elif spec is None:
        raise RuntimeError(
            f"The worker process {os.getpid()} has no package sama_coco. Install it on "
            "every machine that a worker runs on, in the version that sends the work"
        )
    runner = importlib.import_module(name + task["runner"])
    outcome: dict[str, Any] = runner.run_task(task, is_own)
    return outcome


class Portable:
    """:func:`carry_out`, in a form that every executor can send anywhere.

    Executors that pickle by name would send it as a name that workers do not know.
    """

    def __call__(self, task: Task) -> dict[str, Any]:
        return carry_out(task)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[bytes]]:
        return pickle.loads, (_by_value(),)


@lru_cache(maxsize=1)
def _end_with(parent: int) -> None:
    """Ends this process when the one that started it is gone, however that ended."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@lru_cache(maxsize=1)
def _by_value() -> bytes:
    import cloudpickle

    module = sys.modules[__name__]
    cloudpickle.register_pickle_by_value(module)
    try:
        return bytes(cloudpickle.dumps(carry_out))
    finally:
        cloudpickle.unregister_pickle_by_value(module)


def root_of(function: Callable[..., Any]) -> Path:
    """The folder that a function's code is loaded from, as a whole."""
    return _locate(function)[0]


def _locate(function: Callable[..., Any]) -> tuple[Path, str]:
    """The folder to load a function's code from, and its module from there on."""
    path = Path(str(sys.modules[function.__module__].__file__)).resolve()
    root = ZOO if path.parent == ZOO else ZOO.parent
    return root, ".".join(path.relative_to(root).with_suffix("").parts)


@lru_cache(maxsize=2)
def fingerprint(root: Path) -> str:
    """Tells versions of the code below a folder apart."""
    rooms = [root] if root == ZOO else [root / room for room in ROOMS]
    found = hashlib.sha256()
    for path in sorted(p for room in rooms for p in room.glob("*.py")):
        found.update(f"{path.relative_to(root)}\n".encode() + path.read_bytes())
    return found.hexdigest()


def database() -> dict[str, str]:
    """The database of this process, for others to connect to."""
    port = os.environ.get("FIFTYONE_PRIVATE_DATABASE_PORT")
    return {
        "FIFTYONE_DATABASE_URI": fo.config.database_uri
        or f"mongodb://127.0.0.1:{port}",
        "FIFTYONE_DATABASE_NAME": fo.config.database_name,
    }


def _require_database(wanted: Mapping[str, str]) -> None:
    """Checks that FiftyOne is connected to a database.

    Raises:
        RuntimeError: if it is connected to another
    """
    if database() != wanted:
        raise RuntimeError(
            f"The worker process {os.getpid()} works on the database "
            f"'{database()['FIFTYONE_DATABASE_NAME']}' and was sent work on "
            f"'{wanted['FIFTYONE_DATABASE_NAME']}', or on another server. Restart the "
            "worker"
        )
