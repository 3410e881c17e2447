"""Opens the FiftyOne App with the plugin, and waits until it is interrupted."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path
from typing import Any

import typer

ROOT = Path(__file__).resolve().parents[1]
START_TIMEOUT_SECONDS = 180


def require_free_port(address: str, port: int) -> None:
    """Checks that the App can be opened at a port.

    Raises:
        OSError: if it is in use, or may not be used
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            another = port + 1 if port < 65_535 else port - 1
            raise OSError(
                f"Port {port} can't be used ({error.strerror}). Choose another: "
                f"--port {another}, or make app PORT={another}"
            ) from error


def run_folder() -> Path:
    """The folder for what the commands make: in the checkout, if there is one."""
    import fiftyone as fo

    if (ROOT / "Makefile").is_file():
        return ROOT / ".run"
    return Path(fo.config.default_dataset_dir) / "__labelsets__"


def show(dataset: Any, address: str, port: int, setup: Any = None) -> None:
    """Opens the App on a dataset, and returns when it is interrupted.

    Args:
        dataset: the dataset
        address: the address of the App
        port: its port
        setup (None): what to open with, as an :class:`labelsets.AppSetup`

    Raises:
        OSError: if its server does not start
        KeyboardInterrupt: when it is interrupted
    """
    import fiftyone as fo
    from fiftyone.core.service import ServiceListenTimeout

    opened = {"view": setup.view, "spaces": setup.spaces} if setup else {}
    try:
        session = fo.launch_app(dataset, port=port, address=address, **opened)
    except ServiceListenTimeout as error:
        raise OSError(
            f"The App's server did not start on port {port} within a minute"
        ) from error
    _wait_until_open(address, port)
    typer.echo(f"The App is at {session.url} with '{dataset.name}'. Ctrl-C ends it")
    try:
        threading.Event().wait()
    finally:
        session.close()


def _wait_until_open(address: str, port: int) -> None:
    """Waits for the App's server, which FiftyOne starts but does not wait for."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while True:
        try:
            socket.create_connection((address, port), timeout=1).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise OSError(
                    f"The App's server did not start on port {port} within "
                    f"{START_TIMEOUT_SECONDS} s"
                ) from error
            time.sleep(0.2)
        else:
            return
