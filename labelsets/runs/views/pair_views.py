"""Views of the pairs that a table of a comparison counts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import fiftyone as fo
from fiftyone import ViewField as F

from ...comparison.counting.object_sizes import SizeBucket
from ...comparison.counting.totals import AREA_CHANGE_BINS, IOU_BINS
from ...comparison.statuses import PAIRED
from ...labels.label_fields import check_images, elements_path
from ...labels.views.expressions import all_of, between, in_bucket, one_of
from ...labels.views.view_internals import without_projection
from ..fields import RunFields
from ..registry.registered import require_comparison
from .difference_views import Differences, differences_view

Condition = Callable[[RunFields], F]


def status_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    status: str,
    side: str = "base",
    name: str | None = None,
) -> fo.DatasetView:
    """The objects of a status on one side, of a class if one is given.

    Labels of the other side show where they belong to them.

    Args:
        samples: a dataset or view
        key: the key of a finished comparison
        status: the status
        side ("base"): base or revised
        name: the class, on that side
    """
    samples = without_projection(samples)
    names = [] if name is None else [name]
    base, revised = (names, []) if side == "base" else ([], names)
    wanted = Differences([status], base_classes=base, revised_classes=revised)
    return differences_view(samples, key, wanted)


def relabel_view(
    samples: fo.core.collections.SampleCollection, key: str, base: str, revised: str
) -> fo.DatasetView:
    """The pairs that were of one class and became another, the most disagreeing
    images first."""
    samples = without_projection(samples)
    wanted = Differences(
        statuses=["relabeled"], base_classes=[base], revised_classes=[revised]
    )
    return differences_view(samples, key, wanted)


def sizes_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    base: SizeBucket,
    revised: SizeBucket,
) -> fo.DatasetView:
    """The pairs whose base and revised objects are of two given sizes."""
    samples = without_projection(samples)
    return _pairs_view(
        samples,
        key,
        lambda fields: in_bucket(F(fields.area), base),
        lambda fields: in_bucket(F(fields.area), revised),
    )


def iou_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    bin: int,
    statuses: Sequence[str] = (),
    boundary: bool = False,
) -> fo.DatasetView:
    """The pairs in a bin of the histogram of IoU, of some statuses or of any.

    Args:
        samples: a dataset or view
        key: the key of a finished comparison
        bin: which of the 20 bins, from 0; the last one holds an IoU of 1 too
        statuses: the statuses wanted
        boundary (False): of boundary IoU instead
    """
    samples = without_projection(samples)

    def is_in_bin(fields: RunFields) -> F:
        iou = F(fields.boundary_iou if boundary else fields.iou)
        inside = between(iou * IOU_BINS, bin, bin + 1 if bin < IOU_BINS - 1 else None)
        return all_of([iou.exists(), inside, *_of(fields, statuses)])

    return _pairs_view(samples, key, is_in_bin)


def area_change_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    bin: int,
    statuses: Sequence[str] = (),
) -> fo.DatasetView:
    """The pairs in a bin of the histogram of changes of area, see `iou_view`."""
    samples = without_projection(samples)
    path = elements_path(
        samples._root_dataset,
        require_comparison(samples._root_dataset, key).revised_field,
    )

    def is_in_bin(fields: RunFields) -> F:
        own, name = f"$$this.{fields.area}", f"$$other.{fields.area}"
        is_partner = {"$eq": [{"$toString": "$$other._id"}, f"$$this.{fields.partner}"]}
        others = {"$filter": {"input": f"${path}", "as": "other", "cond": is_partner}}
        areas = {"$map": {"input": others, "as": "other", "in": name}}
        change: dict[str, Any] = {
            "$divide": [{"$subtract": [{"$first": areas}, own]}, own]
        }
        change = {"$cond": [{"$gt": [own, 0]}, change, None]}
        scaled = {"$round": [{"$multiply": [{"$add": [change, 1]}, 10]}, 9]}
        last = bin == AREA_CHANGE_BINS - 1
        inside = between(fo.ViewExpression(scaled), bin, None if last else bin + 1)
        return all_of([inside, *_of(fields, statuses)])

    return _pairs_view(samples, key, is_in_bin)


def _of(fields: RunFields, statuses: Sequence[str]) -> list[F]:
    return [F(fields.status).is_in(list(statuses))] if statuses else []


def _pairs_view(
    samples: fo.core.collections.SampleCollection,
    key: str,
    in_base: Condition,
    in_revised: Condition | None = None,
) -> fo.DatasetView:
    """The pairs whose objects meet a condition on each side, and their images."""
    check_images(samples)
    dataset = samples._root_dataset
    config, fields = require_comparison(dataset, key), RunFields(key)
    base, revised = config.base_field, config.revised_field
    paths = [elements_path(dataset, field) for field in (base, revised)]
    paired = F(fields.status).is_in([str(status) for status in PAIRED])
    theirs = [paired] if in_revised is None else [paired, in_revised(fields)]
    view = samples.match(F(fields.pq).exists())
    for field, other, conditions in (
        (base, paths[1], [paired, in_base(fields)]),
        (revised, paths[0], theirs),
    ):
        facing = F(f"${other}").filter(all_of(theirs) if field == base else paired)
        partners = facing.map(F("_id").to_string())
        wanted = all_of([*conditions, one_of(F(fields.partner), partners)])
        view = view.filter_labels(field, wanted, only_matches=False)
    return view.match(F(paths[0]).length() > 0)
