"""The figures of a census that stand out, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..comparison import Status
from .figures import CLASSES_WITH_MORE

if TYPE_CHECKING:
    from .census_frames import Census


def headlines(census: Census) -> list[str]:
    """The sentences, those that take what is not available left out."""
    if "revised" not in census.sides:
        return _of_one(census)
    sentences = [
        _times(census, "instances", "instances"),
        _more_classes(census),
        _times(census, "vertices", "vertices"),
        _times(census, "crowds", "crowds"),
        _times(census, "very_small", "very small objects"),
        _unlabelled(census),
        *_outcome(census),
    ]
    return [sentence for sentence in sentences if sentence]


def _of_one(census: Census) -> list[str]:
    counts = census.counts.base
    total = counts.total
    each = total.instances / counts.images if counts.images else 0
    return [
        f"{total.instances:,} instances of {len(counts.classes):,} classes on "
        f"{counts.images:,} images, {each:.1f} per image"
    ]


def _times(census: Census, name: str, what: str) -> str:
    base, revised = census.value(name, "base"), census.value(name, "revised")
    if base is None or revised is None or not (base or revised):
        return ""
    if base == revised:
        return f"The same number of {what}: {base:,}"
    if not base:
        return f"{revised:,} {what} where there were none"
    ratio = f"{revised / base:.2f}"
    if ratio == "1.00":
        more = "more" if revised > base else "fewer"
        return f"{abs(revised - base):,} {more} {what}"
    return f"{ratio} times as many {what}"


def _more_classes(census: Census) -> str:
    names = {name for side in census.sides.values() for name in side.classes}
    more = census.value(CLASSES_WITH_MORE, "revised")
    if not names:
        return ""
    have = "has" if more == 1 else "have"
    return f"{more} of {len(names):,} classes {have} more"


def _unlabelled(census: Census) -> str:
    gained, lost = (census.counts.labelled[side] for side in ("revised", "base"))
    parts = [f"{gained:,} gained their first labels"] if gained else []
    parts += [f"{lost:,} lost all of theirs"] if lost else []
    return f"Of the images, {' and '.join(parts)}" if parts else ""


def _outcome(census: Census) -> list[str]:
    totals = census.totals
    if totals is None or not totals.images:
        return []
    objects = sum(n for (side, _, _), n in totals.objects.items() if side == "base")
    same = totals.count("base", Status.IDENTICAL)
    differing, images = totals.images_with_disagreement, totals.images
    found = [f"{differing:,} of {images:,} images disagree ({differing / images:.0%})"]
    if objects:
        share = f"{same / objects:.0%}"
        found.insert(0, f"{same:,} of {objects:,} base objects are identical ({share})")
    return found
