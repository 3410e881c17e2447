"""What a load would fetch, from where and into which folder: said before it starts."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from .fetch.sources import COCO_HOST, SAMA_HOST
from .label_files import label_bytes
from .request import Request

MEAN_IMAGE_BYTES = 163_000
"""Of COCO-2017's images, by the sizes of their archives."""


def describe_fetch(requests: Iterable[Request], root: Path) -> str:
    """Says what the first load of some splits fetches at most.

    Sizes are those that were published; of keypoints and captions none was.

    Args:
        requests: what is asked for, a split each
        root: the folder of fetched files
    """
    asked = list(requests)
    mirror = next((r.origin.mirror for r in asked if not r.origin.is_upstream), None)
    images = sum(map(_count_images, asked))
    pictures = f"{images:,} images (about {_amount(images * MEAN_IMAGE_BYTES)})"
    if mirror is not None:
        parts = [f"label files and {pictures} from {mirror}"]
    elif sizes := sum(label_bytes(request, root / "raw") for request in asked):
        hosts = [SAMA_HOST, *([COCO_HOST] if any(r.with_coco for r in asked) else [])]
        parts = [f"{_amount(sizes)} of labels from {' and '.join(hosts)}"]
        parts.append(f"{pictures} from {COCO_HOST}")
    else:
        parts = [f"{pictures} from {COCO_HOST}"]
    return (
        f"Fetches up to {', '.join(parts)} into {root}. What is on this disk already "
        "is not fetched again."
    )


def _count_images(request: Request) -> int:
    """The most images that a request may choose."""
    limits = [request.split.num_images]
    if request.image_ids is not None:
        limits.append(len(request.image_ids))
    if request.max_samples is not None:
        limits.append(request.max_samples)
    return min(limits)


def _amount(size: int) -> str:
    """A number of bytes for people."""
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:,.0f} MB"
