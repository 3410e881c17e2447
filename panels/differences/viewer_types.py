"""The data that the viewer gets and reports: the types of `viewer/src/types.ts`.

A test holds the names of the fields against those in that file.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict


class SideInfo(TypedDict):
    """A label set: its name and its field."""

    name: str
    field: str


class StatusInfo(TypedDict):
    """A status; `color` is ``#rrggbb``."""

    name: str
    color: str
    description: str


class AnnotatedObject(TypedDict):
    """A label.

    Attributes:
        side: 0 of base, 1 of revised
        id: the label's id
        label: its class
        status: its status
        crowd: whether it is a crowd
        iou: mask IoU with the partner, in [0, 1]
        boundary_iou: boundary IoU with the partner, in [0, 1]
        area: in px² of the image
        vertices: how many its outline has
        coco_id: the annotation's id
        evidence: how far models support revised over base, in [-1, 1]
        group: equal for labels that belong together; -1 for a label alone
        rings: closed rings, each ``x, y, x, y, ...`` in px, filled even-odd
        keypoints: each ``x, y`` in px and ``v``: 0 not labelled, 1 hidden, 2 visible;
            empty of what has none
    """

    side: Literal[0, 1]
    id: str
    label: str
    status: str
    crowd: bool
    iou: float | None
    boundary_iou: float | None
    area: float | None
    vertices: int | None
    coco_id: str | None
    evidence: float | None
    group: int
    rings: list[list[float]]
    keypoints: list[list[float]]


class Decision(TypedDict):
    """What is decided of a label's item.

    Attributes:
        take: ``base``, ``revised``, ``both``, ``neither``, or ``review`` of open items
        by: ``verdict``, ``rule 3``, a preset's name, or ``open``
        verdict: the verdict on the item itself, or on its image
    """

    take: str
    by: str
    verdict: str | None


class Review(TypedDict):
    """The review, apart from the items of a sample.

    Attributes:
        verdicts: the verdicts, in the order of their keys
        image: the verdict on the image
        progress: how many items of the view are decided, in a sentence
        open_only: whether only open items are shown
    """

    verdicts: list[str]
    image: str | None
    progress: str
    open_only: bool


class Focus(TypedDict):
    """Objects to zoom to and mark, once for each `nonce`; of none, the keys alone.

    Attributes:
        ids: the labels
        told: whether a card says what the first is
        nonce: tells this from the last
    """

    ids: list[str]
    told: bool
    nonce: str


class Written(TypedDict):
    """A verdict that was written, once for each `nonce`, and what undoes it."""

    nonce: str
    undo: dict[str, Any]


class Picture(TypedDict):
    """An image; `width` and `height` are those of the label frame, in px."""

    path: str
    url: str
    width: int
    height: int


class ViewerData(TypedDict):
    """All data of the viewer.

    Attributes:
        key: differs for another sample or comparison
        version: changes when anything of the sample changes
        picture: the image
        sides: base and revised
        statuses: in the order of the legend
        skeleton: pairs of keypoints that are joined, by their places
        objects: in the order in which "next object" visits them
        decisions: what is decided of each label's item, by label id
        review: the rest of the review
        focus: what to zoom to
        written: the last verdict that this window wrote
    """

    key: str
    version: str
    picture: Picture
    sides: list[SideInfo]
    statuses: list[StatusInfo]
    skeleton: list[list[int]]
    objects: list[AnnotatedObject]
    decisions: dict[str, Decision]
    review: Review
    focus: Focus | None
    written: Written | None
