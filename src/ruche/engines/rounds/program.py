"""A linear program in whole numbers, as rows that keep their names.

The name of a row is the rule that it stands for: what a solver calls infeasible can then be told
in words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

INFINITY = float("inf")


@dataclass(frozen=True, slots=True)
class Expression:
    """Σ coefficient × column + constant. `whole`: it can only take whole values."""

    terms: Mapping[int, float]
    constant: float = 0.0
    whole: bool = True

    def value(self, columns: Sequence[float]) -> float:
        return self.constant + sum(weight * columns[rank] for rank, weight in self.terms.items())


@dataclass(frozen=True, slots=True)
class Row:
    """low ≤ Σ coefficient × column ≤ high; `name` says which rule this is, and of what."""

    name: tuple[str, ...]
    terms: Mapping[int, float]
    low: float
    high: float


@dataclass(slots=True)
class Program:
    """Columns (bounds, whole or not) and rows, in the order in which they were added."""

    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def choice(self) -> int:
        """A new column worth 0 or 1."""
        return self.column(0, 1)

    def column(self, low: float, high: float, *, whole: bool = True) -> int:
        self.lower.append(low)
        self.upper.append(high)
        self.whole.append(whole)
        return len(self.lower) - 1

    def at_most(self, name: tuple[str, ...], terms: Mapping[int, float], high: float) -> None:
        if terms:
            self.rows.append(Row(name, terms, -INFINITY, high))

    def at_least(self, name: tuple[str, ...], terms: Mapping[int, float], low: float) -> None:
        self.rows.append(Row(name, terms, low, INFINITY))

    def exactly(self, name: tuple[str, ...], terms: Mapping[int, float], value: float) -> None:
        self.rows.append(Row(name, terms, value, value))


def total(columns: Iterable[int], weight: float = 1) -> dict[int, float]:
    """The sum of columns, each as often as it comes."""
    found: dict[int, float] = {}
    for column in columns:
        found[column] = found.get(column, 0) + weight
    return found


def added(*parts: Mapping[int, float]) -> dict[int, float]:
    found: dict[int, float] = {}
    for part in parts:
        for column, weight in part.items():
            found[column] = found.get(column, 0) + weight
    return found


def negative(terms: Mapping[int, float]) -> dict[int, float]:
    return {column: -weight for column, weight in terms.items()}
