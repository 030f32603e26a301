"""Reads an instance of periodic routing (PVRP), in the format of Cordeau et al. (1997).

Source: J.-F. Cordeau, M. Gendreau, G. Laporte, “A tabu search heuristic for periodic and
multi-depot vehicle routing problems”, Networks 30(2), 1997.

    type m n t                          type 1: PVRP; m vehicles a day; n customers; t days
    D Q                  (t lines)      longest route (0: none) and capacity (0: none) of each day
    i x y d q 0 0                       the depot; in the oldest files, fields may be missing
    i x y d q f a c1 … ca  (n lines)    service time, demand, frequency, allowed combinations

A combination is a whole number whose `t` binary digits, read from left to right, are days 1 to t:
with t = 5, 10 is 01010, that is days 2 and 4. Days are counted from 0 here. The distance is
Euclidean, in double precision; the travel time equals the distance.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path

from ruche.engines.rounds.errors import UnreadableRounds

PVRP = 1
DEPOT = 0
UNLIMITED = math.inf

Pattern = tuple[int, ...]
"""The days of one allowed combination, in order, counted from 0."""


@dataclass(frozen=True, slots=True)
class Customer:
    """A place to visit. `patterns` are the combinations of days among which to choose one."""

    number: int
    x: float
    y: float
    service: float
    demand: float
    patterns: tuple[Pattern, ...]

    @property
    def frequency(self) -> int:
        return len(self.patterns[0]) if self.patterns else 0


@dataclass(frozen=True)
class Instance:
    """An instance: the depot is number 0, the customers are numbers 1 to n, in order.

    `longest` and `capacities` have one value for each day; infinity means no limit.
    """

    name: str
    vehicles: int
    longest: tuple[float, ...]
    capacities: tuple[float, ...]
    depot: Customer
    customers: tuple[Customer, ...]

    @property
    def days(self) -> int:
        return len(self.longest)

    @cached_property
    def places(self) -> tuple[Customer, ...]:
        """The depot, then the customers: a place's rank is its number."""
        return (self.depot, *self.customers)

    @cached_property
    def distances(self) -> list[list[float]]:
        places = self.places
        return [[math.hypot(a.x - b.x, a.y - b.y) for b in places] for a in places]

    def length(self, route: Iterable[int]) -> float:
        """The distance from the depot through these customers and back."""
        return sum(self.distances[a][b] for a, b in pairwise((DEPOT, *route, DEPOT)))

    def duration(self, route: tuple[int, ...]) -> float:
        """Travel and service."""
        return self.length(route) + sum(self.places[number].service for number in route)

    def load(self, route: tuple[int, ...]) -> float:
        return sum(self.places[number].demand for number in route)


def read_instance(path: Path) -> Instance:
    """The instance of a file, named after it.

    Refuses (`UnreadableRounds`, in French, with the line) what is not a whole PVRP instance.
    """
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableRounds(f"« {path.name} » n’est pas un fichier de texte lisible.") from error
    return parse_instance(text, name=path.name)


def parse_instance(text: str, *, name: str) -> Instance:
    lines = _lines(text)
    if not lines:
        raise UnreadableRounds(f"« {name} » est vide.")
    vehicles, count, days = _heading(lines[0])
    _refuse_missing(lines, expected=1 + days + 1 + count)
    limits = [_limits(line) for line in lines[1 : 1 + days]]
    depot, *customers = lines[1 + days :]
    return Instance(
        name=name,
        vehicles=vehicles,
        longest=tuple(longest for longest, _ in limits),
        capacities=tuple(capacity for _, capacity in limits),
        depot=_depot(depot),
        customers=tuple(
            _customer(line, number=rank, days=days) for rank, line in enumerate(customers, start=1)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """The fields of a line that is not blank, and its rank in the file, from 1."""

    rank: int
    fields: tuple[str, ...]

    def number(self, rank: int) -> float:
        """The field of this rank (from 0) as a finite number."""
        try:
            value = float(self.fields[rank])
        except (IndexError, ValueError):
            raise self.fault(f"le champ {rank + 1} n’est pas un nombre") from None
        if not math.isfinite(value):
            raise self.fault(f"le champ {rank + 1} n’est pas un nombre fini")
        return value

    def amount(self, rank: int) -> float:
        """A number that is not negative."""
        value = self.number(rank)
        if value < 0:
            raise self.fault(f"le champ {rank + 1} est négatif")
        return value

    def whole(self, rank: int) -> int:
        value = self.amount(rank)
        if value != int(value):
            raise self.fault(f"le champ {rank + 1} n’est pas un nombre entier")
        return int(value)

    def fault(self, text: str) -> UnreadableRounds:
        return UnreadableRounds(f"Ligne {self.rank} : {text}.")


def _lines(text: str) -> list[_Line]:
    split = [_Line(rank, tuple(line.split())) for rank, line in enumerate(text.splitlines(), 1)]
    return [line for line in split if line.fields]


def _heading(line: _Line) -> tuple[int, int, int]:
    if line.whole(0) != PVRP:
        raise line.fault(
            f"type {line.fields[0]} ; seul le type 1 (tournées périodiques, PVRP) est lu ici"
        )
    vehicles, count, days = line.whole(1), line.whole(2), line.whole(3)
    if not (vehicles and count and days):
        raise line.fault("il faut au moins un véhicule, un client et un jour")
    return vehicles, count, days


def _refuse_missing(lines: list[_Line], *, expected: int) -> None:
    if len(lines) != expected:
        raise lines[-1].fault(
            f"le fichier a {len(lines)} lignes remplies, son en-tête en annonce {expected}"
        )


def _limits(line: _Line) -> tuple[float, float]:
    return line.amount(0) or UNLIMITED, line.amount(1) or UNLIMITED


def _depot(line: _Line) -> Customer:
    if line.whole(0) != DEPOT:
        raise line.fault("le dépôt, numéro 0, est attendu ici")
    return Customer(DEPOT, line.number(1), line.number(2), service=0, demand=0, patterns=())


def _customer(line: _Line, *, number: int, days: int) -> Customer:
    if line.whole(0) != number:
        raise line.fault(f"le client {number} est attendu ici")
    return Customer(
        number=number,
        x=line.number(1),
        y=line.number(2),
        service=line.amount(3),
        demand=line.amount(4),
        patterns=_patterns(line, days=days),
    )


def _patterns(line: _Line, *, days: int) -> tuple[Pattern, ...]:
    frequency, count = line.whole(5), line.whole(6)
    if not count:
        raise line.fault("aucune combinaison de jours")
    if len(line.fields) != 7 + count:
        raise line.fault(f"{count} combinaisons de jours annoncées, {len(line.fields) - 7} écrites")
    codes = (line.whole(7 + rank) for rank in range(count))
    return tuple(_pattern(code, line=line, frequency=frequency, days=days) for code in codes)


def _pattern(code: int, *, line: _Line, frequency: int, days: int) -> Pattern:
    if code >= 1 << days:
        raise line.fault(f"la combinaison {code} dépasse les {days} jours")
    pattern = tuple(day for day in range(days) if code >> (days - 1 - day) & 1)
    if len(pattern) != frequency:
        raise line.fault(
            f"la combinaison {code} a {len(pattern)} jours, la fréquence en annonce {frequency}"
        )
    return pattern
