"""The one-to-one assignment with the greatest total IoU."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from .fixed_point import IOU_ONE


def assign(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    ious: NDArray[np.float64],
    turned: bool,
) -> NDArray[np.int64]:
    """Chooses among k allowed pairs so that no row and no column is chosen twice.

    Pairs that compete with no other are taken as they are; the rest is solved as a
    linear assignment on IoUs in whole units, where equal totals are exactly equal
    and the order of rows and columns decides.

    Args:
        rows: int64 (k,)
        columns: int64 (k,)
        ious: float64 (k,), above 0
        turned: whether columns take the place of rows in that order

    Returns:
        int64 (at most k,): the chosen pairs, ascending
    """
    if len(rows) == 0:
        return np.zeros(0, np.int64)
    lone = (np.bincount(rows)[rows] == 1) & (np.bincount(columns)[columns] == 1)
    if lone.all():
        return np.arange(len(rows))
    contested = np.flatnonzero(~lone)
    _, row_places = np.unique(rows[contested], return_inverse=True)
    _, column_places = np.unique(columns[contested], return_inverse=True)
    shape = row_places.max() + 1, column_places.max() + 1
    weights = np.zeros(shape)
    weights[row_places, column_places] = np.rint(ious[contested] * IOU_ONE)
    pair_at = np.zeros(shape, np.int64)
    pair_at[row_places, column_places] = contested
    problem = weights.T if turned else weights
    chosen = linear_sum_assignment(problem, maximize=True)
    first, second = reversed(chosen) if turned else chosen
    kept = weights[first, second] > 0
    won = pair_at[first, second][kept]
    return np.sort(np.concatenate((np.flatnonzero(lone), won)))
