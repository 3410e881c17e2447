"""FiftyOne's database while much is written to it: its disk, and whether it is there.

A MongoDB whose disk is full ends, and FiftyOne then waits half a minute at each step.
"""

from __future__ import annotations

import errno
import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import DatabaseError, DiskFullError
from ..workers.spreading import is_retryable

if TYPE_CHECKING:
    import fiftyone as fo

logger = logging.getLogger(__name__)

LEAST_FREE_BYTES = 50_000_000
"""MongoDB ends when it can't write a checkpoint, of which it makes one a minute."""

_HERE = {"localhost", "127.0.0.1", "::1"}
_SECONDS = 5.0
_OUT_OF_DISK_SPACE = 14031


class DatabaseDisk:
    """The disk of FiftyOne's database, as far as it is one of this machine.

    Attributes:
        folder: the folder of the database; None where it is not on this machine, or the
            server does not say
    """

    def __init__(self) -> None:
        self.folder = _find_folder()

    def require_room(self) -> None:
        """Checks that the database can grow.

        Raises:
            DiskFullError: if its disk is all but full
        """
        if self.folder is None:
            return
        free = shutil.disk_usage(self.folder).free
        if free < LEAST_FREE_BYTES:
            raise DiskFullError(
                errno.ENOSPC,
                f"The disk of FiftyOne's database is full: {free / 1e6:.0f} MB are "
                f"free in '{self.folder}', and MongoDB ends where it can't write. Make "
                "room, or move the database with `fiftyone.config.database_dir`, and "
                "run this again",
            )


@contextmanager
def translating_database_errors() -> Iterator[None]:
    """Words the error of a database that can't be reached, or has no room.

    Raises:
        DatabaseError: in place of that of the driver
    """
    from pymongo.errors import PyMongoError

    try:
        yield
    except PyMongoError as error:
        is_full = getattr(error, "code", None) == _OUT_OF_DISK_SPACE
        if not is_full and not is_retryable(error):
            raise
        raise DatabaseError(
            f"FiftyOne's database failed while samples were written to it: {error}. "
            "See that it runs and has room on its disk, and load again"
        ) from error


def delete_dataset(dataset: fo.Dataset) -> None:
    """Deletes a dataset that was not completed; leaves it where that would hang.

    It is not persistent, so that FiftyOne deletes it later.
    """
    import pymongo
    from pymongo.errors import PyMongoError

    name = dataset.name
    try:
        with pymongo.timeout(_SECONDS):
            dataset.delete()
    except PyMongoError as error:
        logger.warning("The dataset '%s' could not be deleted: %s", name, error)


def _find_folder() -> Path | None:
    from fiftyone.core.odm.database import get_db_client
    from pymongo.errors import OperationFailure

    client = get_db_client()
    try:
        address, options = client.address, client.admin.command("getCmdLineOpts")
    except OperationFailure:
        return None  # not everyone may ask
    path = options["parsed"].get("storage", {}).get("dbPath")
    if address is None or address[0] not in _HERE or not path:
        return None
    return Path(path) if Path(path).is_dir() else None
