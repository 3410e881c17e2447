"""The errors of this package."""

from __future__ import annotations

import difflib
import json
from collections.abc import Collection
from typing import Any


class SamaCocoError(Exception):
    """Base class of the errors that this package words itself."""


class ArgumentError(SamaCocoError, ValueError):
    """An argument of a load has a value that cannot be used."""


class DownloadError(SamaCocoError, OSError):
    """A file could not be fetched, or is not the file that was expected."""


class UnreachableError(DownloadError):
    """No server answers, or none can for now; a later attempt may succeed."""


class NotFoundError(DownloadError):
    """The server, or the mirror folder, has no such file."""


class RefusedError(DownloadError):
    """The server asks for credentials, or refuses the request."""


class DiskFullError(DownloadError):
    """A disk has no room left for what is fetched."""


class DatabaseError(SamaCocoError, ConnectionError):
    """FiftyOne's database stopped, or rejects what is written to it."""


class FormatError(SamaCocoError, ValueError):
    """A label file or archive is damaged as a whole."""


def one_of(value: object, known: Collection[str], what: str) -> str:
    """A value that must be one of some names.

    Args:
        value: the value
        known: the names
        what: what the names are of, for the error

    Raises:
        ArgumentError: if it is none of them; the nearest is named
    """
    if isinstance(value, str) and value in known:
        return value
    near = difflib.get_close_matches(str(value).lower(), list(known), n=1, cutoff=0.3)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    if len(known) <= 10:
        hint += f" Known: {', '.join(map(repr, known))}"
    raise ArgumentError(f"Unknown {what} {value!r}{hint}")


def require_unicode(value: Any, where: str) -> None:
    """Checks that the text in a JSON value can be written anywhere.

    JSON can hold half of a surrogate pair, which no encoding of text can.

    Args:
        value: the value
        where: what holds it, for the error

    Raises:
        FormatError: if it holds a lone surrogate
    """
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        around = error.object[max(error.start - 20, 0) : error.end + 20]
        raise FormatError(
            f"{where} holds text that is not Unicode, a lone surrogate: {around!r}. "
            "Correct the name or text there"
        ) from error
