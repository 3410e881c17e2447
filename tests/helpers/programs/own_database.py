"""A MongoDB server of one's own, for tests and benchmarks.

FiftyOne attaches to whatever server of its own runs on the machine, and that one ends
with the program that started it. So another is started and named by its address.
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
from importlib.util import find_spec
from pathlib import Path

URI_VARIABLE = "FIFTYONE_DATABASE_URI"


class OwnDatabase:
    """A server that can be stopped and started again.

    Args:
        folder: where its data goes
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.process = self._start()

    @property
    def uri(self) -> str:
        """The address to give to FiftyOne."""
        return f"mongodb://127.0.0.1:{self.port}"

    def stop(self) -> None:
        """Ends the server as an administrator would."""
        self.process.terminate()
        self.process.wait(60)

    def kill(self) -> None:
        """Ends the server as a loss of power would: what it holds back is lost."""
        self.process.kill()
        self.process.wait(60)

    def start_again(self) -> None:
        """Starts the server on its data, at its address."""
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        log = self.folder / "mongod.log"
        return subprocess.Popen(
            [
                _find_mongod(),
                *("--dbpath", str(self.folder), "--logpath", str(log), "--logappend"),
                *("--bind_ip", "127.0.0.1", "--port", str(self.port)),
                "--nounixsocket",
            ],
            stdout=subprocess.DEVNULL,
        )


def use_own_database(folder: Path) -> OwnDatabase | None:
    """Starts a server and names it to FiftyOne, unless one is configured.

    Args:
        folder: where its data goes
    """
    if os.environ.get(URI_VARIABLE):
        return None
    server = OwnDatabase(folder)
    atexit.register(server.stop)
    os.environ[URI_VARIABLE] = server.uri
    return server


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _find_mongod() -> Path:
    spec = find_spec("fiftyone")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "db" / "bin" / "mongod"
