"""Command line: ``python -m sama_coco.app`` loads a dataset and opens the App on it."""

from __future__ import annotations

import argparse
import socket
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN_FOLDER = ROOT / ".run"
START_TIMEOUT_SECONDS = 180


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; returns its exit code."""
    options = _parse(arguments)
    try:
        _require_free_port(options.address, options.port)
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
    parser.add_argument("--port", type=_port, default=5151)
    parser.add_argument("--address", default="localhost")
    parser.add_argument("--mirror")
    return parser.parse_args(arguments)


def _words(text: str) -> list[str]:
    found = text.replace(",", " ").split()
    if not found:
        raise argparse.ArgumentTypeError("nothing is named; leave it away, or name one")
    return found


def _number(text: str) -> int | None:
    """A number of images; all of them where none is given."""
    if text.strip() in ("", "all"):
        return None
    if not text.strip().isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no number of images; 1 or more are, or 'all'"
        )
    return int(text)


def _port(text: str) -> int:
    if not text.strip().isdecimal() or not 1 <= int(text) <= 65_535:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no port; a number from 1 to 65535 is, such as 5151"
        )
    return int(text)


def _require_free_port(address: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except OSError as error:
            another = port + 1 if port < 65_535 else port - 1
            raise OSError(
                f"Port {port} can't be used ({error.strerror}). Choose another: "
                f"make app PORT={another}"
            ) from error


def _open(options: argparse.Namespace) -> None:
    import fiftyone as fo

    from .dataset import open_dataset
    from .plugin_folder import use_plugin

    use_plugin(ROOT, RUN_FOLDER / "plugins")
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
