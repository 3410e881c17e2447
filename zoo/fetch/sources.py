"""Where the label sets and the images lie upstream, and the mirrors of them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ..errors import ArgumentError

SAMA_HOST = "sama-documentation-assets.s3.amazonaws.com"
COCO_HOST = "images.cocodataset.org"
MIRROR_VARIABLE = "SAMA_COCO_MIRROR"

_SCHEMES = {SAMA_HOST: "https", COCO_HOST: "http"}


@dataclass(frozen=True)
class Upstream:
    """A file at its published place.

    Attributes:
        host: the host that publishes it, also its top folder in a mirror
        path: its path on that host, without a leading slash
        size: its size in bytes, None where it was not published
    """

    host: str
    path: str
    size: int | None = None

    @property
    def name(self) -> str:
        """The file's own name."""
        return self.path.rsplit("/", 1)[-1]


@dataclass(frozen=True)
class Member:
    """A file in an archive.

    Attributes:
        name: its name in the archive
        size: its size in bytes, 0 where unknown
        sha256: the SHA-256 of the unpacked file, None where it was not published
        packed_size: the bytes that it takes in the archive, None where unknown
    """

    name: str
    size: int = 0
    sha256: str | None = None
    packed_size: int | None = None


@dataclass(frozen=True)
class Split:
    """All that differs from one split of the two label sets to the other."""

    name: str
    folder: str
    num_images: int
    sama_zip: Upstream
    sama_members: tuple[Member, ...]
    num_sama_members: int
    coco_member: Member
    images_zip: Upstream

    def companion(self, kind: str) -> Member:
        """COCO's ``"keypoints"`` or ``"captions"`` of this split, in its archive."""
        stem = {"keypoints": "person_keypoints"}.get(kind, kind)
        return Member(f"annotations/{stem}_{self.folder}.json")

    def image(self, file_name: str) -> Upstream:
        """The published place of one image of this split."""
        return Upstream(COCO_HOST, f"{self.folder}/{file_name}")


COCO_ZIP = Upstream(COCO_HOST, "annotations/annotations_trainval2017.zip", 252_907_541)

SPLITS = {
    "train": Split(
        name="train",
        folder="train2017",
        num_images=118_287,
        sama_zip=Upstream(SAMA_HOST, "sama-coco/sama-coco-train.zip", 154_437_504),
        sama_members=(),
        num_sama_members=119,
        coco_member=Member(
            "annotations/instances_train2017.json",
            469_785_474,
            "610fce4944abdeb15354cc765333805529359d12d88f2f711393ca586901d01d",
            packed_size=152_757_829,
        ),
        images_zip=Upstream(COCO_HOST, "zips/train2017.zip"),
    ),
    "validation": Split(
        name="validation",
        folder="val2017",
        num_images=5_000,
        sama_zip=Upstream(SAMA_HOST, "sama-coco/sama-coco-val.zip", 5_744_782),
        sama_members=(
            Member(
                "sama_coco_coco_format_val_0.json",
                3_441_902,
                "7dcac2010cddb0f15708ab9264c5d4e31ddd2f73f7aff7334fa623f56b86619f",
            ),
            Member(
                "sama_coco_coco_format_val_1.json",
                3_198_677,
                "0ea6c4491baa1efd712a9c3801883e02d8f09f371e78d684661e3bbdd7a45885",
            ),
            Member(
                "sama_coco_coco_format_val_2.json",
                3_130_712,
                "9ae1df8d42e7800cc774e46373cf443e982489cc1670fc57be7b28f4b7ef9248",
            ),
            Member(
                "sama_coco_coco_format_val_3.json",
                3_007_135,
                "c509b998eacfa63cb671016c9b2d2529ba55b36fcb5abf192dd5587812747c3f",
            ),
            Member(
                "sama_coco_coco_format_val_4.json",
                9_633_894,
                "f9e2e19bdf37c8c12f4e75f3bf91acddd0644a06b5367688efb473238204973d",
            ),
        ),
        num_sama_members=5,
        coco_member=Member(
            "annotations/instances_val2017.json",
            19_987_840,
            "e8c7f7908f1d7278341fae127d0da654f102f11bd7b21d8aeefa635b8c810b6f",
            packed_size=6_529_031,
        ),
        images_zip=Upstream(COCO_HOST, "zips/val2017.zip"),
    ),
}


@dataclass(frozen=True)
class Origin:
    """Where files are really fetched from: the published hosts, or a mirror.

    A mirror is a folder, or the address of a server of such a folder, that holds
    a folder a host and below it the path on that host.

    Attributes:
        mirror: the folder or address of the mirror, None for the real hosts
    """

    mirror: str | None = None

    @classmethod
    def resolve(cls, mirror: str | os.PathLike[str] | None = None) -> Origin:
        """The origin that ``mirror`` names, or ``SAMA_COCO_MIRROR``, or upstream.

        Raises:
            ArgumentError: if the mirror is neither a folder nor a http(s) address
        """
        chosen = os.fspath(mirror or os.environ.get(MIRROR_VARIABLE) or "")
        if not chosen:
            return cls()
        if urlsplit(chosen).scheme in ("http", "https"):
            return cls(chosen.rstrip("/"))
        folder = Path(chosen).expanduser().absolute()
        if not folder.is_dir():
            raise ArgumentError(
                f"Mirror '{chosen}' is neither a folder nor a http(s) address. "
                f"Correct `mirror` or {MIRROR_VARIABLE}, or unset both to use the "
                "published hosts"
            )
        return cls(str(folder))

    @property
    def is_upstream(self) -> bool:
        """Whether files come from the hosts that publish them."""
        return self.mirror is None

    def locate(self, file: Upstream) -> str | Path:
        """The http(s) address of a file, or its path where the mirror is a folder."""
        if self.mirror is None:
            return f"{_SCHEMES[file.host]}://{file.host}/{file.path}"
        if urlsplit(self.mirror).scheme in ("http", "https"):
            return f"{self.mirror}/{file.host}/{file.path}"
        return Path(self.mirror, file.host, *file.path.split("/"))
