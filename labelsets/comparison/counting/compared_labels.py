"""The compared labels of some images as arrays: what totals are computed from."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, replace
from itertools import chain, compress
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ..image_results import SideComparison
from ..statuses import Status

STATUSES = tuple(Status)
NO_STATUS = -1
STATUS_CODES = {str(status): code for code, status in enumerate(STATUSES)}
"""The index of each status in `STATUSES`."""

LabelKey: TypeAlias = tuple[int, Hashable]
"""Which of the images, and the id of a label on it."""


@dataclass(frozen=True, slots=True, eq=False)
class ComparedLabels:
    """The n compared labels of one side of some images.

    Attributes:
        image: int64 (n,), which of the images a label lies on
        names: class names
        classes: int64 (n,), index of the class in ``names``
        crowds: bool (n,)
        statuses: int64 (n,), index in `STATUSES`, or `NO_STATUS`
        ids: n ids of labels, unique on an image
        partners: n ids of partners on the other side; None for none
        ious: float64 (n,), NaN for none
        boundary_ious: float64 (n,), NaN for none
        areas: float64 (n,), what was compared, px²; NaN where unknown
        hidden_crowds: crowds on these images that a view leaves out
    """

    image: NDArray[np.int64]
    names: Sequence[str]
    classes: NDArray[np.int64]
    crowds: NDArray[np.bool_]
    statuses: NDArray[np.int64]
    ids: Sequence[Hashable]
    partners: Sequence[Hashable | None]
    ious: NDArray[np.float64]
    boundary_ious: NDArray[np.float64]
    areas: NDArray[np.float64]
    hidden_crowds: Collection[LabelKey] = ()

    @classmethod
    def of(cls, sides: Sequence[SideComparison]) -> ComparedLabels:
        """The labels of one side of some comparisons; ids are places on a side.

        Args:
            sides: the same side of each image
        """
        on_each = [len(side.labels) for side in sides]
        codes: dict[str, int] = {}
        labels = chain.from_iterable(side.labels for side in sides)
        classes = [codes.setdefault(label, len(codes)) for label in labels]
        statuses = [STATUS_CODES[status] for side in sides for status in side.statuses]
        partners = [partner for side in sides for partner in side.partners.tolist()]
        return cls(
            image=np.repeat(np.arange(len(sides)), on_each),
            names=list(codes),
            classes=np.array(classes, np.int64),
            crowds=np.concatenate([np.zeros(0, bool), *(s.crowds for s in sides)]),
            statuses=np.array(statuses, np.int64),
            ids=[place for count in on_each for place in range(count)],
            partners=[None if partner < 0 else partner for partner in partners],
            ious=_joined([side.ious for side in sides]),
            boundary_ious=_joined([side.boundary_ious for side in sides]),
            areas=_joined([side.areas for side in sides]),
        )

    def on(self, images: NDArray[np.bool_]) -> ComparedLabels:
        """The labels on some of the images, bool (images,)."""
        kept = images[self.image]
        flags = kept.tolist()
        return replace(
            self,
            **{name: getattr(self, name)[kept] for name in _ARRAYS},
            ids=list(compress(self.ids, flags)),
            partners=list(compress(self.partners, flags)),
        )

    def keys(self) -> list[LabelKey]:
        """The image and id of each label."""
        return list(zip(self.image.tolist(), self.ids, strict=True))

    def partner_keys(self) -> list[LabelKey]:
        """The image and partner of each label, whose id is None where there is none."""
        return list(zip(self.image.tolist(), self.partners, strict=True))


_ARRAYS = (
    "image",
    "classes",
    "crowds",
    "statuses",
    "ious",
    "boundary_ious",
    "areas",
)


def _joined(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *parts])
