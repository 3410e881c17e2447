"""What the figures of an agreement open."""

from __future__ import annotations

import fiftyone as fo
import pytest
from helpers.datasets.labelled import HEIGHT, WIDTH, masked
from sama_coco.labelsets import compare_annotations, measure_agreement
from sama_coco.labelsets.agreement.agreement_views import (
    agreement_class_view,
    compared_view,
    comparison_of,
)

pytestmark = pytest.mark.usefixtures("fresh_database")


def test_a_score_opens_the_comparison_and_a_class_its_images() -> None:
    dataset = fo.Dataset("opened")
    metadata = fo.ImageMetadata(width=WIDTH, height=HEIGHT)
    for number, other in enumerate(("cat", "dog", "cow")):
        sample = fo.Sample(f"/opened/{number}.png", metadata=metadata)
        first = "cow" if other == "cow" else "cat"
        sample["one"] = fo.Detections(detections=[masked(first, 0, 0, 9, 9)])
        sample["two"] = fo.Detections(detections=[masked(other, 0, 0, 9, 9)])
        dataset.add_sample(sample, dynamic=True)
    measure_agreement(dataset, ["one", "two"])
    assert comparison_of(dataset, "one", "two") is None
    compare_annotations(dataset, "two", "one", key="pair")
    assert comparison_of(dataset, "one", "two") == "pair"
    ids = dataset.values("id")
    assert compared_view(dataset, "pair").values("id")[0] == ids[1]
    view = agreement_class_view(dataset.select_fields("one"), "agreement", "cat")
    assert view.values("id") == [ids[1], ids[0]]
    assert agreement_class_view(dataset, "agreement", "dog").values("id") == [ids[1]]
