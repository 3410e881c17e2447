"""Where labels come from, as far as names and folders say."""

from __future__ import annotations

import pytest
from sama_coco.labelsets.merging.field_names import source_prefix


@pytest.mark.parametrize(
    ("name", "folder", "prefix"),
    [
        ("mine", "sama-coco", "sama"),
        ("mine", "sama-coco-files", "sama"),
        ("mine", "coco-2017", "coco"),
        ("mine", "photos", ""),
        ("coco-2017-validation", "sama-coco", "coco"),
    ],
)
def test_a_dataset_is_known_by_its_name_or_the_folder_of_its_images(
    name: str, folder: str, prefix: str
) -> None:
    folders = ("/", "home", "fiftyone", folder, "validation", "data")
    assert source_prefix(name, folders, {}) == prefix
