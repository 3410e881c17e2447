"""The COCO documents of both label sets."""

from collections.abc import Sequence
from typing import Any

from .categories import CATEGORIES
from .revision import Labels

Document = dict[str, Any]

_CREATIVE_COMMONS = "http://creativecommons.org/licenses/"

LICENSES = [
    {"id": number, "name": name, "url": url}
    for number, (name, url) in enumerate(
        (
            (
                "Attribution-NonCommercial-ShareAlike License",
                _CREATIVE_COMMONS + "by-nc-sa/2.0/",
            ),
            ("Attribution-NonCommercial License", _CREATIVE_COMMONS + "by-nc/2.0/"),
            (
                "Attribution-NonCommercial-NoDerivs License",
                _CREATIVE_COMMONS + "by-nc-nd/2.0/",
            ),
            ("Attribution License", _CREATIVE_COMMONS + "by/2.0/"),
            ("Attribution-ShareAlike License", _CREATIVE_COMMONS + "by-sa/2.0/"),
            ("Attribution-NoDerivs License", _CREATIVE_COMMONS + "by-nd/2.0/"),
            ("No known copyright restrictions", "http://flickr.com/commons/usage/"),
            ("United States Government Work", "http://www.usa.gov/copyright.shtml"),
        ),
        start=1,
    )
]

DRAWN_LICENSE = 7
"""The licence id of the drawn pictures."""


def image_entry(image_id: int, folder: str, width: int, height: int) -> Document:
    name = f"{image_id:012}.jpg"
    return {
        "license": DRAWN_LICENSE,
        "file_name": name,
        "coco_url": f"http://images.cocodataset.org/{folder}/{name}",
        "height": height,
        "width": width,
        "date_captured": "2024-01-01 00:00:00",
        "flickr_url": "",
        "id": image_id,
    }


def base_document(images: Sequence[Document], labels: Labels) -> Document:
    """What stands in ``annotations/instances_*2017.json``."""
    return {
        "info": {
            "description": "Drawn stand-in for COCO 2017. Not COCO's images or labels.",
            "version": "1.0",
            "year": 2024,
        },
        "licenses": LICENSES,
        "images": list(images),
        "annotations": labels.base,
        "categories": CATEGORIES,
    }


def revised_shards(images: Sequence[Document], labels: Labels) -> list[Document]:
    """The members of a Sama zip: uneven, the first image entry once more in the next.

    The labels of that image are shared out between the two members.
    """
    bounds = _uneven(len(images))
    shards = []
    for first, stop in bounds:
        entries = list(images[first:stop])
        numbers = {entry["id"] for entry in entries}
        held = [one for one in labels.revised if one["image_id"] in numbers]
        shards.append(_shard(entries, held))
    if len(shards) > 1:
        twice = shards[0]["images"][0]
        shards[1]["images"].append(twice)
        own = [
            one for one in shards[0]["annotations"] if one["image_id"] == twice["id"]
        ]
        moved = own[len(own) // 2 :]
        shards[1]["annotations"] += moved
        gone = {one["id"] for one in moved}
        shards[0]["annotations"] = [
            one for one in shards[0]["annotations"] if one["id"] not in gone
        ]
    return shards


def _shard(images: list[Document], annotations: list[Document]) -> Document:
    return {
        "info": {
            "description": "Drawn stand-in for a Sama-COCO shard. Not Sama's labels."
        },
        "licenses": LICENSES,
        "categories": CATEGORIES,
        "images": images,
        "annotations": annotations,
    }


def _uneven(count: int) -> list[tuple[int, int]]:
    """Ranges of 2, 5, 3, 6, 2, 5 ... images that cover ``count``."""
    bounds: list[tuple[int, int]] = []
    first = 0
    while first < count:
        stop = min(first + (2, 5, 3, 6)[len(bounds) % 4], count)
        bounds.append((first, stop))
        first = stop
    return bounds
