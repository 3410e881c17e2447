"""What COCO says of images beside its instances: keypoints of people, and captions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated, TypeVar

import msgspec

from ..defects import Defects
from ..errors import FormatError

Id = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]

_PER_POINT = 3
"""The numbers of a keypoint in a file: x and y in px, and v."""

_V = (0, 1, 2)
"""Not labelled; labelled and hidden; labelled and visible."""


class Person(msgspec.Struct, frozen=True, gc=False):
    """The keypoints of an object.

    Attributes:
        id: the id of its annotation, which is that of its instance too
        keypoints: x, y in px and v of each point in turn; all 0 for one not labelled
        num_keypoints: how many points are labelled
    """

    id: Id
    image_id: Id
    category_id: Id
    keypoints: list[float]
    num_keypoints: int = 0
    iscrowd: int = 0


@dataclass(frozen=True)
class Body:
    """What the keypoints are.

    Attributes:
        names: the name of each point
        edges: pairs of points that are connected, counted from 0
    """

    names: tuple[str, ...]
    edges: tuple[tuple[int, int], ...]


@dataclass
class Companions:
    """Keypoints and captions of the images of a label set.

    Attributes:
        body: what the keypoints are; None where they were not read
        people: the people on each image that the file lists, by image id
        captions: the captions of each image that the file lists, by image id
    """

    body: Body | None = None
    people: dict[int, list[Person]] = field(default_factory=dict)
    captions: dict[int, list[str]] = field(default_factory=dict)


class _Image(msgspec.Struct, gc=False):
    id: Id


class _Category(msgspec.Struct, gc=False):
    id: Id
    keypoints: list[str]
    skeleton: list[tuple[int, int]] = []


class _KeypointFile(msgspec.Struct):
    images: list[_Image]
    annotations: list[Person]
    categories: list[_Category]


class _Caption(msgspec.Struct, gc=False):
    image_id: Id
    caption: str


class _CaptionFile(msgspec.Struct):
    images: list[_Image]
    annotations: list[_Caption]


_File = TypeVar("_File", _KeypointFile, _CaptionFile)


def read_keypoints(
    data: bytes,
    name: str,
    known_images: Collection[int],
    known_categories: Collection[int],
    into: Companions,
    problems: Defects,
) -> None:
    """Reads a file of keypoints, ``person_keypoints_*.json``.

    Args:
        data: its JSON
        name: what it is called in messages
        known_images: the ids of the images of the label set
        known_categories: the ids of its classes
        into: gets the keypoints
        problems: where people that are left out are counted

    Raises:
        FormatError: if it is damaged as a whole, or its categories do not have the
            same points
    """
    document = _decode(data, _KeypointFile, name)
    into.body = _body(document.categories, name)
    into.people = {i.id: [] for i in document.images if i.id in known_images}
    ids = {c.id for c in document.categories if c.id in known_categories}
    for person in document.annotations:
        if reason := _damage(person, into, ids):
            problems.skip(reason, f"annotation {person.id} of {name}")
        else:
            into.people[person.image_id].append(person)


def read_captions(
    data: bytes,
    name: str,
    known_images: Collection[int],
    into: Companions,
    problems: Defects,
) -> None:
    """Reads a file of captions, ``captions_*.json``.

    Args:
        data: its JSON
        name: what it is called in messages
        known_images: the ids of the images of the label set
        into: gets the captions
        problems: where captions that are left out are counted

    Raises:
        FormatError: if it is damaged as a whole
    """
    document = _decode(data, _CaptionFile, name)
    into.captions = {i.id: [] for i in document.images if i.id in known_images}
    for one in document.annotations:
        if one.image_id in into.captions:
            into.captions[one.image_id].append(one.caption)
        else:
            problems.skip("caption of an unknown image", f"image {one.image_id}")


def _decode(data: bytes, kind: type[_File], name: str) -> _File:
    try:
        return msgspec.json.decode(data, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise FormatError(
            f"{name} is not in COCO's format: {error}. Delete the file that it was "
            "read from, or correct the mirror, and run this again"
        ) from error


def _body(categories: list[_Category], name: str) -> Body:
    found = {
        Body(tuple(c.keypoints), tuple((a - 1, b - 1) for a, b in c.skeleton))
        for c in categories
    }
    if len(found) != 1:
        raise FormatError(
            f"{name} has {len(found)} lists of keypoints in its categories; one is "
            "expected"
        )
    (body,) = found
    points = range(len(body.names))
    if any(end not in points for edge in body.edges for end in edge):
        raise FormatError(f"{name} has a skeleton of points that it does not name")
    return body


def _damage(person: Person, companions: Companions, ids: Collection[int]) -> str | None:
    """Why the keypoints of a person are left out; None if they are sound."""
    assert companions.body is not None
    if person.image_id not in companions.people:
        return "keypoints of an unknown image"
    if person.category_id not in ids:
        return "keypoints of an unknown category"
    if len(person.keypoints) != _PER_POINT * len(companions.body.names):
        return "keypoints of another number than the names of points"
    if any(v not in _V for v in person.keypoints[2::_PER_POINT]):
        return "keypoints whose 'v' is not 0, 1 or 2"
    return None
