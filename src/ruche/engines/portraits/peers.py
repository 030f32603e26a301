"""Which intercommunalités resemble this one, and why: so that a rural territory is not judged
against Toulouse.

Each indicator is turned into normal scores by rank (van der Waerden), which tames ski resorts and
metropolises; the distance is Euclidean over the indicators that both territories have. The
indicator that is being read is left out of its own peers, or it would flatter itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
import numpy.typing as npt
import polars as pl

from ruche.engines.portraits.observations import CODE

Matrix = npt.NDArray[np.float64]
Positions = npt.NDArray[np.int64]

NEIGHBOURS = 10
ENOUGH_PEERS = NEIGHBOURS // 2
QUARTILES = (0.25, 0.5, 0.75)
ENOUGH_COMMON = 0.6
"""Two territories are compared only on at least this share of the indicators."""

BASES: dict[str, tuple[str, ...]] = {
    "ensemble": (),
    "démographie": ("population",),
    "économie et logement": ("emploi", "logement"),
}
"""The themes of each basis of comparison; an empty one means all of them."""


@dataclass(frozen=True)
class Peer:
    """A comparable territory: its place among the ten, its distance, and what explains both."""

    code: str
    distance: float
    closest: tuple[str, ...]
    """The three indicators on which both territories are nearest."""
    farthest: tuple[str, ...]
    """The three on which they differ most."""


def normal_scores(values: Matrix) -> Matrix:
    """Rank-normalise each column: ranks to quantiles of the normal law. NaN stays NaN.

    Ties share the mean of their ranks, so that the row order changes nothing.
    """
    scores = np.full_like(values, np.nan)
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if known.sum() > 1:
            ranks = pl.Series(values[known, column]).rank("average").to_numpy()
            scores[known, column] = _quantiles((ranks - 0.5) / known.sum())
    return scores


def _quantiles(probabilities: Matrix) -> Matrix:
    inverse = NormalDist().inv_cdf
    return np.array([inverse(probability) for probability in probabilities])


@dataclass(frozen=True)
class Likeness:
    """Territories in the space of normal scores, ready to say who resembles whom."""

    codes: tuple[str, ...]
    indicators: tuple[str, ...]
    scores: Matrix

    @classmethod
    def of(cls, wide: pl.DataFrame) -> "Likeness":
        """From a table with `code` and one column per indicator, in any order of rows."""
        wide = wide.sort(CODE)
        names = tuple(name for name in wide.columns if name != CODE)
        values = wide.select(names).cast(pl.Float64).to_numpy().astype(float)
        return cls(tuple(wide[CODE]), names, normal_scores(values))

    def keeping(self, indicators: Sequence[str]) -> "Likeness":
        """The same space on a few indicators only."""
        keep = [i for i, name in enumerate(self.indicators) if name in set(indicators)]
        return Likeness(self.codes, tuple(self.indicators[i] for i in keep), self.scores[:, keep])

    def gaps(self, position: int) -> Matrix:
        """Squared differences of every territory with one of them, by indicator."""
        gaps: Matrix = np.square(self.scores - self.scores[position])
        return gaps

    @cached_property
    def nearest(self) -> Positions:
        """For each territory, the positions of its peers, nearest first; -1 when there are none."""
        return _nearest(*self._sums)

    def peers(self, code: str) -> list[Peer]:
        """The nearest territories, nearest first; none when too little is known of this one."""
        position = self.codes.index(code)
        gaps = self.gaps(position)
        distances = _distances(
            np.nansum(gaps, axis=1), (~np.isnan(gaps)).sum(axis=1), gaps.shape[1]
        )
        return [self._peer(int(i), gaps[i], distances[i]) for i in self.nearest[position] if i >= 0]

    def _peer(self, position: int, gaps: Matrix, distance: float) -> Peer:
        order = [int(i) for i in np.argsort(np.nan_to_num(gaps, nan=np.inf), kind="stable")]
        known = [i for i in order if not np.isnan(gaps[i])]
        return Peer(
            code=self.codes[position],
            distance=float(distance),
            closest=tuple(self.indicators[i] for i in known[:3]),
            farthest=tuple(self.indicators[i] for i in reversed(known[-3:])),
        )

    @cached_property
    def _sums(self) -> tuple[Matrix, Matrix, int]:
        """Summed squared differences between territories, and how many indicators they share."""
        total = np.zeros((len(self.codes), len(self.codes)))
        shared = np.zeros_like(total)
        for column in self.scores.T:
            gaps, known = _pairs(column)
            total += gaps
            shared += known
        return total, shared, len(self.indicators)

    def nearest_without(self, indicator: str) -> Positions:
        """The peers of every territory, found without one indicator."""
        total, shared, size = self._sums
        gaps, known = _pairs(self.scores[:, self.indicators.index(indicator)])
        return _nearest(total - gaps, shared - known, size - 1)


def _pairs(column: Matrix) -> tuple[Matrix, Matrix]:
    """Squared differences of one indicator between all territories, and whether both have it."""
    known = ~np.isnan(column)
    filled = np.where(known, column, 0.0)
    both = np.outer(known, known)
    return np.where(both, np.square(filled[:, None] - filled[None, :]), 0.0), both.astype(float)


def _nearest(total: Matrix, shared: Matrix, size: int) -> Positions:
    distances = _distances(total, shared, size)
    np.fill_diagonal(distances, np.inf)
    number = min(NEIGHBOURS, len(distances) - 1)
    if number < 1:
        return np.full((len(distances), 0), -1)
    # Among equals the first code comes first, whatever the order of the rows: see `Likeness.of`.
    few = np.argpartition(distances, number - 1, axis=1)[:, :number]
    last = np.take_along_axis(distances, few, axis=1).max(axis=1, keepdims=True)
    for row in np.flatnonzero((distances <= last).sum(axis=1) > number):
        few[row] = np.argsort(distances[row], kind="stable")[:number]
    few.sort(axis=1)
    order = np.argsort(np.take_along_axis(distances, few, axis=1), axis=1, kind="stable")
    found = np.take_along_axis(few, order, axis=1)
    known = np.isfinite(np.take_along_axis(distances, found, axis=1))
    return np.where(known, found, -1)


def _distances(total: Matrix, shared: Matrix, size: int) -> Matrix:
    """Root mean square over the indicators in common; infinite when there are too few of them."""
    enough = shared >= max(1.0, ENOUGH_COMMON * size)
    # Subtracting one indicator may leave a tiny negative rest.
    mean = np.maximum(total, 0.0) / np.maximum(shared, 1.0)
    return np.where(enough, np.sqrt(mean), np.inf)


def stability(likeness: Likeness, codes: Sequence[str]) -> float:
    """Share of the ten peers kept when one indicator is left out, on average over `codes`."""
    rows = [likeness.codes.index(code) for code in codes]
    kept: list[float] = []
    for indicator in likeness.indicators:
        others = likeness.nearest_without(indicator)
        for row in rows:
            usual = {int(i) for i in likeness.nearest[row] if i >= 0}
            if usual:
                kept.append(len(usual & {int(i) for i in others[row]}) / len(usual))
    return float(np.mean(kept)) if kept else 0.0


def peer_quartiles(values: Matrix, nearest: Positions) -> Matrix:
    """First quartile, median, third quartile of the peers of each territory (rows × 3).

    NaN where fewer than five peers have the figure.
    """
    around = np.where(nearest >= 0, values[np.maximum(nearest, 0)], np.nan)
    known = (~np.isnan(around)).sum(axis=1)
    result = np.full((len(values), 3), np.nan)
    full = (known == around.shape[1]) & (known >= ENOUGH_PEERS)
    if full.any():
        result[full] = np.quantile(around[full], QUARTILES, axis=1).T
    for row in np.flatnonzero(~full & (known >= ENOUGH_PEERS)):
        result[row] = np.quantile(around[row][~np.isnan(around[row])], QUARTILES)
    return result
