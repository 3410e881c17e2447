"""A review's verdicts: tags on samples and on labels."""

from __future__ import annotations

from collections.abc import Sequence

import fiftyone as fo

VERDICTS = ("prefer base", "prefer revised", "unsure")


def mark(
    dataset: fo.Dataset,
    sample_id: str,
    verdict: str | None,
    label_ids: Sequence[str] = (),
    fields: Sequence[str] = (),
) -> str:
    """Gives a sample, or some labels of it, a verdict in place of any other.

    Args:
        dataset: the dataset
        sample_id: the id of the sample
        verdict: one of :data:`VERDICTS`, or None to take it back
        label_ids: the labels that are meant; the sample itself if empty
        fields: the fields of these labels

    Returns:
        a sentence that says what was done
    """
    if verdict is not None and verdict not in VERDICTS:
        raise ValueError(f"Unknown verdict {verdict!r}; there are: {VERDICTS}")
    sample = dataset.select(sample_id)
    if label_ids:
        labels = sample.select_labels(ids=list(label_ids), fields=list(fields))
        labels.untag_labels(list(VERDICTS), label_fields=list(fields))
        if verdict is not None:
            labels.tag_labels(verdict, label_fields=list(fields))
        what = f"{len(label_ids)} object{'s' if len(label_ids) > 1 else ''}"
    else:
        sample.untag_samples(list(VERDICTS))
        if verdict is not None:
            sample.tag_samples(verdict)
        what = "The image"
    return f"{what}: {verdict or 'no verdict'}"
