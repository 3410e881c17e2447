"""The one-to-one assignment with the greatest total IoU."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from .fixed_point import IOU_ONE

_DENSE = 1 << 16
"""A table of at most this many cells is solved quickest as a whole."""


def assign(
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    ious: NDArray[np.float64],
    columns_first: bool,
) -> NDArray[np.int64]:
    """Chooses among k allowed pairs so that no row and no column is chosen twice.

    Pairs that compete with no other are taken as they are; the rest is solved as a
    linear assignment on IoUs in whole units, where equal totals are exactly equal
    and the order of rows and columns decides.

    Args:
        rows: int64 (k,)
        columns: int64 (k,)
        ious: float64 (k,), above 0
        columns_first: whether columns take the place of rows in that order

    Returns:
        int64 (at most k,): the chosen pairs, ascending
    """
    if len(rows) == 0:
        return np.zeros(0, np.int64)
    alone = (np.bincount(rows)[rows] == 1) & (np.bincount(columns)[columns] == 1)
    if alone.all():
        return np.arange(len(rows))
    contested = np.flatnonzero(~alone)
    _, firsts = np.unique(rows[contested], return_inverse=True)
    _, seconds = np.unique(columns[contested], return_inverse=True)
    if columns_first:
        firsts, seconds = seconds, firsts
    units = np.rint(ious[contested] * IOU_ONE)
    is_small = (firsts.max() + 1) * (seconds.max() + 1) <= _DENSE
    solve = solve_dense if is_small else solve_sparse
    won = contested[solve(firsts, seconds, units)]
    return np.sort(np.concatenate((np.flatnonzero(alone), won)))


def solve_dense(
    rows: NDArray[np.int64], columns: NDArray[np.int64], units: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Chooses pairs with the greatest total, over a table of all rows and columns.

    Args:
        rows: int64 (k,), from 0 without a gap
        columns: int64 (k,), likewise
        units: float64 (k,), whole numbers of 0 and more

    Returns:
        int64 (at most k,): the chosen pairs
    """
    weights = np.zeros((rows.max() + 1, columns.max() + 1))
    weights[rows, columns] = units
    pair_at = np.zeros(weights.shape, np.int64)
    pair_at[rows, columns] = np.arange(len(rows))
    chosen = linear_sum_assignment(weights, maximize=True)
    kept = weights[chosen] > 0
    return np.asarray(pair_at[chosen][kept])


def solve_sparse(
    rows: NDArray[np.int64], columns: NDArray[np.int64], units: NDArray[np.float64]
) -> NDArray[np.int64]:
    """The same in memory that grows with the pairs alone.

    Each row may also take a column of its own that is worth nothing, so that all rows
    find one. Everything is worth one unit more than it is, which changes no choice,
    since a 0 would not be kept in the sparse table.
    """
    count, width = int(rows.max()) + 1, int(columns.max()) + 1
    own = np.arange(count)
    worth = np.concatenate((units + 1, np.ones(count)))
    places = np.concatenate((rows, own)), np.concatenate((columns, own + width))
    table = csr_array((worth, places), shape=(count, width + count))
    first, second = min_weight_full_bipartite_matching(table, maximize=True)
    kept = second < width
    keys = rows * width + columns
    order = np.argsort(keys)
    found = np.searchsorted(keys[order], first[kept] * width + second[kept])
    return np.asarray(order[found])
