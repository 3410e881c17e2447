"""Command line: ``python -m sama_coco.app`` loads a dataset and opens the App on it."""

from __future__ import annotations

import argparse
import os
import socket
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN_FOLDER = ROOT / ".run"
START_TIMEOUT_SECONDS = 180
PLUGINS_VARIABLE = "FIFTYONE_PLUGINS_DIR"


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    options = _parse(arguments)
    try:
        _require_free_port(options.address, options.port)
        _use_this_plugin()
        _open(options)
    except KeyboardInterrupt:
        print("\nStopped")
    except (OSError, ValueError, ImportError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make app", description=__doc__)
    parser.add_argument("--split", type=_words, default=["validation"])
    parser.add_argument("--max-samples", type=_number, default=50)
    parser.add_argument("--label-types", type=_words, default=["segmentations"])
    parser.add_argument("--port", type=int, default=5151)
    parser.add_argument("--address", default="localhost")
    parser.add_argument("--mirror")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _number(text: str) -> int | None:
    """A number of images; all of them where none is given."""
    return int(text) if text.strip() not in ("", "all") else None


def _require_free_port(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            raise OSError(
                f"Port {port} can't be used ({error.strerror}). Choose another: "
                f"make app PORT={port + 1}"
            ) from error


def _use_this_plugin() -> None:
    """Makes a plugin folder that holds this checkout, unless one is configured."""
    plugins = RUN_FOLDER / "plugins"
    plugins.mkdir(parents=True, exist_ok=True)
    link = plugins / "sama-coco"
    if not link.is_symlink():
        link.symlink_to(ROOT, target_is_directory=True)
    os.environ.setdefault(PLUGINS_VARIABLE, str(plugins))


def _open(options: argparse.Namespace) -> None:
    import fiftyone as fo

    from .dataset import open_dataset

    dataset = open_dataset(
        options.split,
        options.label_types,
        options.max_samples,
        options.mirror,
        RUN_FOLDER / "example",
    )
    session = fo.launch_app(dataset, port=options.port, address=options.address)
    _wait_until_open(options.address, options.port)
    print(f"The App is at {session.url} with '{dataset.name}'. Ctrl-C ends it")
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


if __name__ == "__main__":
    sys.exit(main())
