"""Which classes are on an image together, and which never are."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from .label_census import LabelCensus


def cooccurrence_frame(census: LabelCensus, order: Iterable[str]) -> pd.DataFrame:
    """Images with both of two classes, int (classes, classes), symmetric.

    Args:
        census: the label set
        order: the classes in order; those that it lacks are left out
    """
    names = [name for name in order if name in census.classes]
    place = {name: index for index, name in enumerate(names)}
    table = np.diag([census.classes[name].images for name in names])
    for (one, other), images in census.cooccurrences.items():
        table[place[one], place[other]] = table[place[other], place[one]] = images
    index = pd.Index(names, name="class", dtype=object)
    return pd.DataFrame(table, index=index, columns=index)


def absent_pairs_frame(cooccurrences: pd.DataFrame, images: int) -> pd.DataFrame:
    """Pairs of classes that are on no image together; see `Census.absent_pairs`.

    Args:
        cooccurrences: see :func:`cooccurrence_frame`
        images: how many images there are
    """
    names, table = cooccurrences.index.to_numpy(), cooccurrences.to_numpy()
    one, other = np.nonzero(np.triu(table == 0))
    held = table.diagonal().astype(np.int64)
    expected = held[one] * held[other] / max(images, 1)
    order = np.argsort(-expected, kind="stable")
    one, other = one[order], other[order]
    return pd.DataFrame(
        {
            "one": names[one],
            "other": names[other],
            "images_one": held[one],
            "images_other": held[other],
            "expected": expected[order],
        }
    )
