"""A program as arrays, from which the small program of a few columns is quickly taken.

Entries are in the order of their rows. In a `Part`, where most columns keep their value, what they
weigh moves to the bounds of the rows, and a row that holds without any free column is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from ruche.engines.rounds.program import Expression, Program, Row

Numbers = npt.NDArray[np.float64]
Ranks = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Columns (bounds, whole or not), rows (bounds), and entries: row, column, weight."""

    lower: Numbers
    upper: Numbers
    whole: Flags
    low: Numbers
    high: Numbers
    rows: Ranks
    columns: Ranks
    weights: Numbers

    @property
    def size(self) -> int:
        return len(self.lower)

    def starts(self) -> Ranks:
        """Where each row begins among the entries, and where the last ends."""
        return np.searchsorted(self.rows, np.arange(len(self.low) + 1)).astype(np.int32)

    def with_row(self, row: Row) -> Table:
        many = len(row.terms)
        return replace(
            self,
            low=np.append(self.low, row.low),
            high=np.append(self.high, row.high),
            rows=np.append(self.rows, np.full(many, len(self.low), dtype=np.int32)),
            columns=np.append(self.columns, _ranks(row.terms)),
            weights=np.append(self.weights, _weights(row.terms)),
        )

    def settled(self, columns: Iterable[int]) -> Table:
        """The same program, in which these columns stay at their least."""
        upper = self.upper.copy()
        upper[list(columns)] = self.lower[list(columns)]
        return replace(self, upper=upper)


class Part:
    """The program of the free columns, in their order, when the others have given values."""

    def __init__(self, table: Table, free: Flags, values: Numbers) -> None:
        self.free, self.values = free, values
        self.ranks = (np.cumsum(free) - 1).astype(np.int32)
        self.table = self._taken_from(table)

    def _taken_from(self, table: Table) -> Table:
        free, kept = self.free, self.free[table.columns]
        settled = table.weights[~kept] * self.values[table.columns[~kept]]
        done = np.bincount(table.rows[~kept], settled, minlength=len(table.low))
        low, high = table.low - done, table.high - done
        alive = (low > TOLERANCE) | (high < -TOLERANCE)
        alive[table.rows[kept]] = True
        row_ranks = (np.cumsum(alive) - 1).astype(np.int32)
        return Table(
            lower=table.lower[free],
            upper=table.upper[free],
            whole=table.whole[free],
            low=low[alive],
            high=high[alive],
            rows=row_ranks[table.rows[kept]],
            columns=self.ranks[table.columns[kept]],
            weights=table.weights[kept],
        )

    def told(self, expression: Expression) -> Expression:
        """The same expression over the free columns."""
        terms: dict[int, float] = {}
        constant = expression.constant
        for column, weight in expression.terms.items():
            if self.free[column]:
                terms[int(self.ranks[column])] = weight
            else:
                constant += weight * self.values[column]
        return Expression(terms, constant, expression.whole)

    def of(self, columns: Sequence[float]) -> list[float]:
        """The values of the free columns."""
        return [float(value) for value in np.asarray(columns, dtype=np.float64)[self.free]]

    def all(self, columns: Sequence[float]) -> list[float]:
        """The values of every column of the whole program."""
        everything = self.values.copy()
        everything[self.free] = columns
        return [float(value) for value in everything]


def table_of(program: Program) -> Table:
    lengths = [len(row.terms) for row in program.rows]
    return Table(
        lower=np.array(program.lower, dtype=np.float64),
        upper=np.array(program.upper, dtype=np.float64),
        whole=np.array(program.whole, dtype=bool),
        low=np.array([row.low for row in program.rows], dtype=np.float64),
        high=np.array([row.high for row in program.rows], dtype=np.float64),
        rows=np.repeat(np.arange(len(lengths), dtype=np.int32), lengths),
        columns=_joined((row.terms for row in program.rows), np.int32),
        weights=_joined((row.terms.values() for row in program.rows), np.float64),
    )


def costs_of(expression: Expression, size: int) -> Numbers:
    """What each column costs."""
    costs = np.zeros(size)
    costs[_ranks(expression.terms)] = _weights(expression.terms)
    return costs


def _joined(parts: Any, kind: Any) -> Any:
    return np.fromiter(chain.from_iterable(parts), dtype=kind)


def _ranks(terms: Mapping[int, float]) -> Ranks:
    return np.fromiter(terms, dtype=np.int32, count=len(terms))


def _weights(terms: Mapping[int, float]) -> Numbers:
    return np.fromiter(terms.values(), dtype=np.float64, count=len(terms))
