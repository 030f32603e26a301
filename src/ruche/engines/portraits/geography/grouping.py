"""How communes fold into the territories of a level: sorted once, then added run by run."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

Positions = npt.NDArray[np.int64]
NOWHERE = -1


@dataclass(frozen=True)
class Grouping:
    """The communes of each territory of a level.

    Communes that follow one another in the same territory make a run (a whole département, often):
    a fold takes the runs first, then puts together those of each territory.
    """

    size: int
    """How many territories the level has."""
    runs: Positions | None
    """Where each run begins among the communes; None when most are of one commune."""
    order: Positions | None
    """The runs that belong somewhere, territory after territory; None: as they stand."""
    starts: Positions
    """Where each territory begins, in that order; a territory without a commune has no place."""
    places: Positions
    """Which territory it is."""

    @classmethod
    def of(cls, keys: pl.Series, codes: pl.Series) -> "Grouping":
        """From the territory of each commune (null: none) and the territories of the level."""
        found = codes_to_positions(keys, codes)
        begins = np.flatnonzero(np.diff(found, prepend=NOWHERE - 1))
        runs = begins if len(begins) * 2 < len(found) else None
        found = found if runs is None else found[runs]
        order = np.argsort(found, kind="stable")
        order = order[np.searchsorted(found[order], 0) :]
        places = found[order]
        starts = np.flatnonzero(np.diff(places, prepend=NOWHERE))
        as_they_stand = len(order) == len(found) and bool((np.diff(order) == 1).all())
        return cls(len(codes), runs, None if as_they_stand else order, starts, places[starts])

    def fold(
        self, ufunc: np.ufunc, column: npt.NDArray[Any], empty: float | bool
    ) -> npt.NDArray[Any]:
        """`ufunc` over the communes of each territory; `empty` for a territory without any."""
        folded = np.full(self.size, empty, dtype=column.dtype)
        if len(self.starts):
            ordered = column if self.runs is None else ufunc.reduceat(column, self.runs)
            ordered = ordered if self.order is None else ordered[self.order]
            folded[self.places] = ufunc.reduceat(ordered, self.starts)
        return folded

    def total(self, column: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """The sum of each territory; NaN for one without a commune."""
        return self.fold(np.add, column, np.nan)

    def any(self, mask: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
        """Whether some commune of the territory is in the mask."""
        return self.fold(np.logical_or, mask, empty=False)

    def worst(self, states: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """The highest number of each territory."""
        return self.fold(np.maximum, states, 0)


def codes_to_positions(keys: pl.Series, codes: pl.Series) -> Positions:
    """Where each key stands among the codes; `NOWHERE` for those that do not."""
    known = keys.cast(pl.Enum(codes), strict=False).to_physical()
    return known.cast(pl.Int64).fill_null(NOWHERE).to_numpy()
