"""Claims: one process at a time works on a run, or brings labels into a dataset.

A claim is a document whose id is the dataset and the key, so that the database itself
refuses a second one. Its owner renews it by the server's clock; where the owner is gone
without a word, the claim lapses.
"""

from __future__ import annotations

import os
import platform
import threading
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import fiftyone as fo
import psutil
from fiftyone.core.odm import get_db_conn
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, PyMongoError
from pymongo.write_concern import WriteConcern

from ...error_types import ClaimedError, ComparisonError
from ...labels.fiftyone_internals import dataset_id

COLLECTION = "label_set_claims"
RENEWED_SECONDS = 5
LABEL_FIELDS = "(label fields)"
"""In place of a run's key: of the claim to bring label fields into a dataset."""

LAPSED_SECONDS = 30
"""After so long without being renewed, anyone may take a claim."""


@dataclass(frozen=True)
class Claim:
    """The right to write what belongs to a run; plain, so that workers can have it.

    Attributes:
        dataset_id: the id of the dataset, as hexadecimal digits
        key: the key of the run
        owner: what tells the claim from earlier and later ones
    """

    dataset_id: str
    key: str
    owner: str

    def holds(self) -> bool:
        """Whether no other process has taken it, or deleted the run."""
        return bool(_claims().count_documents(self._own, limit=1))

    def require(self) -> None:
        """Checks that the claim still holds; to be called before each write.

        Raises:
            ComparisonError: if another process has taken it, or deleted the run
        """
        if not self.holds():
            raise ComparisonError(
                f"Another process deleted, replaced or finished the run '{self.key}' "
                "in the meantime"
            )

    @property
    def _id(self) -> dict[str, str]:
        return {"dataset": self.dataset_id, "key": self.key}

    @property
    def _own(self) -> dict[str, Any]:
        return {"_id": self._id, "owner": self.owner}

    def _take(self) -> None:
        """Writes the claim.

        Raises:
            ClaimedError: if another process holds it
        """
        about = {
            "host": {"$literal": _host()},
            "pid": os.getpid(),
            "started": _started(os.getpid()),
        }
        times = {"since": "$$NOW", "renewed": "$$NOW"}
        claims = _claims()
        while True:
            try:
                # no claim of this owner is there, so that one of another is a conflict
                claims.update_one(self._own, [{"$set": about | times}], upsert=True)
                return
            except DuplicateKeyError:
                held = _read(self._id)
            if held is not None and not _has_lapsed(held):
                raise ClaimedError(_describe(self.key, held))
            if held is not None:
                claims.delete_one({"_id": self._id, "owner": held["owner"]})

    def _renew_until(self, ended: threading.Event) -> None:
        while not ended.wait(RENEWED_SECONDS):
            # a server that is away for a while ends nothing: writes check the claim
            with suppress(PyMongoError):
                _claims().update_one(self._own, [{"$set": {"renewed": "$$NOW"}}])


@contextmanager
def claim_run(dataset: fo.Dataset, key: str) -> Iterator[Claim]:
    """Holds the claim to a run as long as the context lasts.

    Args:
        dataset: the dataset
        key: the key of the run

    Raises:
        ClaimedError: if another process, or thread, works on it
    """
    claim = Claim(str(dataset_id(dataset)), key, uuid.uuid4().hex)
    claim._take()
    ended = threading.Event()
    renewing = threading.Thread(target=claim._renew_until, args=(ended,), daemon=True)
    renewing.start()
    try:
        yield claim
    finally:
        ended.set()
        renewing.join()
        # where the server is away, the claim lapses
        with suppress(PyMongoError):
            _claims().delete_one(claim._own)


def claim_label_fields(dataset: fo.Dataset) -> AbstractContextManager[Claim]:
    """Holds the claim to bring label fields into a dataset.

    What an earlier process left unfinished there is removed by the next, which must
    not be another one's that is still being written.

    Args:
        dataset: the dataset

    Raises:
        ClaimedError: if another process, or thread, brings in labels too
    """
    return claim_run(dataset, LABEL_FIELDS)


def revoke_claim(dataset: fo.Dataset, key: str) -> None:
    """Takes the claim from whoever works on a run, which ends at its next write."""
    _claims().delete_one({"_id": {"dataset": str(dataset_id(dataset)), "key": key}})


def _claims() -> Collection[dict[str, Any]]:
    """The claims; a write has reached the journal, should the server be killed."""
    return get_db_conn()[COLLECTION].with_options(write_concern=WriteConcern(j=True))


def _read(claim_id: dict[str, str]) -> dict[str, Any] | None:
    """A claim, with the seconds since it was taken and renewed."""
    since = {
        name: {"$divide": [{"$subtract": ["$$NOW", f"${name}"]}, 1000]}
        for name in ("since", "renewed")
    }
    stages = [{"$match": {"_id": claim_id}}, {"$addFields": {"seconds": since}}]
    return next(_claims().aggregate(stages), None)


def _has_lapsed(held: dict[str, Any]) -> bool:
    # on this machine it can be seen at once that a process is gone
    is_this_host = held["host"] == _host()
    is_gone = is_this_host and _started(held["pid"]) != held["started"]
    return is_gone or bool(held["seconds"]["renewed"] > LAPSED_SECONDS)


def _describe(key: str, held: dict[str, Any]) -> str:
    return (
        f"Process {held['pid']} on {held['host'].split(' ')[0]} has been working on "
        f"{_subject(key)} since {held['since']:%Y-%m-%d %H:%M:%S} UTC "
        f"({held['seconds']['since']:,.0f} s ago). Wait until it is done, or end that "
        "process"
    )


def _subject(key: str) -> str:
    return "the dataset's label fields" if key == LABEL_FIELDS else f"the run '{key}'"


def _host() -> str:
    """Identifies a machine, or a container, since each numbers its processes."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:
        namespace = ""
    return f"{platform.node()} {namespace}"


def _started(pid: int) -> float | None:
    """When a process was started, None if there is none of that id."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return None
