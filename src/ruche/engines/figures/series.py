"""A line says "this became that": it may be drawn only between two comparable years. Here is
decided which points may be joined, for the trend and the sparkline alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ruche.engines.figures.model import BadFigure, Reading, check_text

Point = tuple[int, Reading]


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a trend: its name, and its readings by year in any order."""

    label: str
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        check_text(self.label, what="Nom de la courbe")
        object.__setattr__(self, "points", in_order(self.points, what=self.label))


@dataclass(frozen=True, slots=True)
class Rupture:
    """From ``year`` on, the figures are no longer measured like those before."""

    year: int
    label: str

    def __post_init__(self) -> None:
        check_text(self.label, what="Libellé de la rupture")
        _check_year(self.year)


def _check_year(year: object) -> None:
    if not isinstance(year, int) or not 0 < year < 10000:
        raise BadFigure(f"« {year} » n’est pas une année.")


def in_order(points: Sequence[Point], *, what: str) -> tuple[Point, ...]:
    """The points by year; refuses an empty series, what is not a year, and a year given twice."""
    if not points:
        raise BadFigure(f"« {what} » : la série est vide.")
    for year, _ in points:
        _check_year(year)
    ordered = tuple(sorted(points, key=lambda point: point[0]))
    for (before, _), (after, _) in pairwise(ordered):
        if before == after:
            raise BadFigure(f"« {what} » : l’année {after} est donnée deux fois.")
    return ordered


def comparable_runs(
    points: Sequence[Point], ruptures: Sequence[Rupture]
) -> Iterator[list[tuple[int, float]]]:
    """Stretches of points that may be joined: a rupture or an absent value ends a stretch."""
    run: list[tuple[int, float]] = []
    for year, reading in points:
        value = reading.value
        if run and (value is None or (ruptures and _broken(run[-1][0], year, ruptures))):
            yield run
            run = []
        if value is not None:
            run.append((year, value))
    if run:
        yield run


def _broken(before: int, after: int, ruptures: Sequence[Rupture]) -> bool:
    return any(before < rupture.year <= after for rupture in ruptures)


def known(points: Sequence[Point]) -> list[Point]:
    """The points that have a number."""
    return [point for point in points if point[1].value is not None]


def story(points: Sequence[Point]) -> str:
    """``11,2 % en 2011, 14,2 % en 2022``: every point in words."""
    return ", ".join(f"{reading.text} en {year}" for year, reading in points)
