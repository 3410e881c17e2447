"""The stages of views: read, stored as JSON, applied to other samples, taken away.

FiftyOne's public API gives neither a view's stages nor a view without some of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import fiftyone as fo
from bson import json_util

from ..fiftyone_internals import reads_documents


def view_stages(samples: fo.core.collections.SampleCollection) -> list[Any]:
    """What a view does, JSON-plain; nothing of a dataset."""
    view = samples.view()
    return list(view._serialize(include_uuids=False))


def select_samples(
    samples: fo.core.collections.SampleCollection, ids: Sequence[str]
) -> fo.DatasetView:
    """Some samples of a dataset or view; of a dataset of groups those of any slice."""
    if samples.media_type == "group":
        samples = samples.select_group_slices(_allow_mixed=True)
    return samples.select(list(ids))


def is_generated(samples: fo.core.collections.SampleCollection) -> bool:
    """Whether samples are patches, frames or clips that a view made of others."""
    return bool(getattr(samples, "_is_generated", False))


def plain_stages(samples: fo.core.collections.SampleCollection) -> str:
    """The stages of a view as JSON, the same for the same view.

    Raises:
        RuntimeError: if this version of FiftyOne does not give them
    """
    view = samples.view()
    if not hasattr(view, "_serialize"):
        raise RuntimeError(f"FiftyOne {fo.__version__} does not give a view's stages")
    return str(json_util.dumps(view._serialize(include_uuids=False)))


def staged_view(dataset: fo.Dataset, stages: str) -> fo.DatasetView:
    """The view of a dataset that :func:`plain_stages` was given."""
    return build_view(dataset, json_util.loads(stages))


def build_view(dataset: fo.Dataset, stages: list[Any]) -> fo.DatasetView:
    """The view of a dataset that :func:`view_stages` was given."""
    view: fo.DatasetView = fo.DatasetView._build(dataset, stages)
    return view


_CHANGING_LABELS = (
    fo.ExcludeLabels,
    fo.FilterField,
    fo.FilterLabels,
    fo.LimitLabels,
    fo.MapLabels,
    fo.Mongo,
    fo.SelectLabels,
    fo.SetField,
)


def label_stages(samples: fo.core.collections.SampleCollection) -> str | None:
    """The stages of a view that filter or change labels, as JSON; None for none.

    Stages that only choose or sort samples, or hide fields, are left out.
    """
    view = samples.view()
    changing = samples._root_dataset.view()
    for stage in getattr(view, "_stages", []):
        if isinstance(stage, _CHANGING_LABELS):
            changing = changing.add_stage(stage)
    return plain_stages(changing) if view_stages(changing) else None


def apply_stages(
    samples: fo.core.collections.SampleCollection, stages: str
) -> fo.core.collections.SampleCollection:
    """Some samples, seen through the stages that :func:`label_stages` gave."""
    for stage in staged_view(samples._root_dataset, stages)._stages:
        samples = samples.add_stage(stage)
    return samples


def without_projection(
    samples: fo.core.collections.SampleCollection,
) -> fo.core.collections.SampleCollection:
    """A view that hides no field, of the same samples and labels."""
    stages = getattr(samples, "_stages", [])
    hiding = (fo.SelectFields, fo.ExcludeFields)
    if not any(isinstance(stage, hiding) for stage in stages):
        return samples
    return _restaged(samples, [s for s in stages if not isinstance(s, hiding)])


def without_sorting(
    samples: fo.core.collections.SampleCollection,
) -> fo.core.collections.SampleCollection:
    """A view whose last stages do not sort, of the same samples and labels."""
    stages = list(getattr(samples, "_stages", []))
    last = len(stages)
    while last and isinstance(stages[last - 1], fo.SortBy):
        last -= 1
    return samples if last == len(stages) else _restaged(samples, stages[:last])


def _restaged(
    samples: fo.core.collections.SampleCollection, stages: Sequence[fo.ViewStage]
) -> fo.DatasetView:
    """What a view is of, seen through other stages."""
    view = getattr(samples, "_base_view", samples._root_dataset.view())
    for stage in stages:
        view = view.add_stage(stage)
    return view


def identity(samples: fo.core.collections.SampleCollection) -> tuple[str, ...]:
    """What tells apart samples, and states of them: equal as long as nothing changed.

    It holds the dataset, the view, the number of samples, the time of the last change
    of any sample of the dataset, and how many were changed then: a batch of samples is
    given one time, and can be read while some of them are still to be written.
    """
    dataset = samples._root_dataset
    newest = _newest_time(dataset)
    last = f"{newest} of {changed_at(dataset, newest)}"
    about = str(dataset.created_at), plain_stages(samples), str(len(dataset)), last
    return dataset.name, *about


def changed_at(dataset: fo.Dataset, time: datetime | None) -> int:
    """How many samples have that `last_modified_at`; 0 where no index tells."""
    if time is None or not reads_documents(dataset):
        return 0
    at_time = {"last_modified_at": time}
    return int(dataset._sample_collection.count_documents(at_time))


def newest_change(dataset: fo.Dataset) -> str | None:
    """The `last_modified_at` of the sample that was written to last, in ISO's form."""
    time = _newest_time(dataset)
    return None if time is None else str(time.isoformat())


def _newest_time(dataset: fo.Dataset) -> datetime | None:
    newest = dataset.sort_by("last_modified_at", reverse=True).limit(1)
    times: list[datetime | None] = newest.values("last_modified_at")
    return times[0] if times else None
