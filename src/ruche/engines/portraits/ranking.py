"""Where each value stands in its group: one sort per figure, then everything is read off the runs.

Values of a matrix are ranked row by row, inside groups of columns. Equal values share the better
rank, the highest value is first, and NaN is nobody: it has no rank and counts for none.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

from ruche.engines.portraits.geography import NOWHERE

Matrix = npt.NDArray[np.float64]
Counts = npt.NDArray[np.uint32]
Groups = npt.NDArray[np.int64]

BLOCK = 65_536
"""Cells ranked together: enough for a level above communes, few enough to stay in the caches."""


@dataclass(frozen=True)
class Standing:
    """The place of each cell of a matrix in its group, zero or NaN where it has none."""

    rank: Counts
    """From the highest; 1 is the first."""
    count: Counts
    """How many of the group have a value."""
    percentile: Matrix
    """Share of the group strictly below, ties split, in percent."""

    @classmethod
    def of(cls, values: Matrix, groups: Groups) -> Self:
        """Rank each row of `values` inside `groups` (one per column; `NOWHERE` is not ranked)."""
        rank, count = np.zeros(values.shape, np.uint32), np.zeros(values.shape, np.uint32)
        percentile = np.full(values.shape, np.nan)
        layout = _Layout.of(groups)
        step = max(1, BLOCK // max(1, values.shape[1]))

        def fill(start: int) -> None:
            rows = slice(start, start + step)
            layout.rank(values[rows], rank[rows], count[rows], percentile[rows])

        # Sorts leave the interpreter: a thread per core, each on its own rows.
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            list(threads.map(fill, range(0, len(values), step)))
        return cls(rank, count, percentile)


@dataclass(frozen=True)
class _Layout:
    """Columns put group after group: the same for every row."""

    groups: npt.NDArray[np.uint16]
    """The group of each column, from 0; the last one when it is not ranked."""
    starts: Groups
    """Where each group begins, once sorted."""
    start: Groups
    """The same, repeated for each sorted column."""
    lengths: Groups
    ranked: int
    """How many sorted columns belong to a group."""

    @classmethod
    def of(cls, groups: Groups) -> Self:
        # What is ranked nowhere goes last, behind the highest group.
        last = int(groups.max(initial=NOWHERE)) + 1
        dense = np.where(groups == NOWHERE, last, groups).astype(np.uint16)
        ordered = np.sort(dense)
        starts = np.flatnonzero(np.diff(ordered.astype(np.int64), prepend=NOWHERE))
        lengths = np.diff(starts, append=len(ordered))
        ranked = int(np.searchsorted(ordered, last))
        return cls(dense, starts, np.repeat(starts, lengths), lengths, ranked)

    def rank(self, values: Matrix, rank: Counts, count: Counts, percentile: Matrix) -> None:
        """Fill the three results of a block of rows."""
        order = self._order(values)
        ordered = np.take_along_axis(values, order, axis=1)
        first, last = self._ties(ordered)
        missing = np.isnan(ordered)
        known = np.add.reduceat(~missing, self.starts, axis=1, dtype=np.int64)
        known = np.repeat(known, self.lengths, axis=1)
        missing[:, self.ranked :] = True
        found = {
            "rank": np.where(missing, 0, known - (last - self.start)),
            "count": np.where(missing, 0, known),
        }
        middle = (first + last + 1) / 2 - self.start
        share = np.divide(middle, known, out=np.full(ordered.shape, np.nan), where=~missing)
        np.put_along_axis(rank, order, found["rank"].astype(np.uint32), axis=1)
        np.put_along_axis(count, order, found["count"].astype(np.uint32), axis=1)
        np.put_along_axis(percentile, order, share * 100, axis=1)

    def _order(self, values: Matrix) -> Groups:
        """Group after group, each from the lowest to the highest, NaN last."""
        order = np.argsort(values, axis=1)
        if len(self.starts) == 1:
            return order
        by_group = np.argsort(self.groups[order], axis=1, kind="stable")
        return np.take_along_axis(order, by_group, axis=1)

    def _ties(self, ordered: Matrix) -> tuple[Groups, Groups]:
        """The first and the last position of the run of equal values around each cell."""
        width = ordered.shape[1]
        place = np.arange(width)
        begins = np.ones(ordered.shape, bool)
        begins[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
        begins[:, self.starts] = True
        ends = np.ones(ordered.shape, bool)
        ends[:, :-1] = begins[:, 1:]
        first = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
        backwards = np.where(ends, place, width)[:, ::-1]
        return first, np.minimum.accumulate(backwards, axis=1)[:, ::-1]
