"""A plan as it is kept, shown and checked: days of work, and what each stage proved.

A plan says nothing of the clock that made it: the same problem gives the same plan, byte for byte,
whenever it ended by proof or by a limit of work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from ruche.engines.rounds.problem import Assignment, Criterion


class Ended(StrEnum):
    """Why the search stopped."""

    PROOF = "proof"
    WORK = "work"
    TIME = "time"
    CALLER = "caller"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """A visit (`site`, `team`) or a reserved time (`block`), from `start` to `end`."""

    start: int
    end: int
    opening: tuple[int, int]
    site: str | None = None
    team: str | None = None
    block: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfWork:
    """What someone does on a day: leave base, stops, be back; minutes of work and metres driven."""

    worker: str
    day: date
    leave: int
    back: int
    work: int
    metres: int
    stops: tuple[Stop, ...]
    lunch_after: int | None = None

    def visits(self) -> tuple[Stop, ...]:
        return tuple(stop for stop in self.stops if stop.site is not None)


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """A partner who joins a team at an opening."""

    day: date
    site: str
    partner: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """Visits of a period that no legal plan could hold with the others."""

    site: str
    team: str
    period: int
    visits: int


@dataclass(frozen=True, slots=True, order=True)
class Unplaced:
    """A reserved time that could not be placed for someone."""

    block: str
    worker: str


@dataclass(frozen=True, slots=True)
class Stage:
    """What a criterion reached, the bound that nothing can pass, and whether both meet."""

    criterion: Criterion
    value: float
    bound: float
    proved: bool

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of it; 0 when proved."""
        if self.proved:
            return 0.0
        return abs(self.value - self.bound) / max(1.0, abs(self.value))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Days of work in order of day and worker, and how good they are known to be."""

    days: tuple[DayOfWork, ...]
    meetings: tuple[Meeting, ...]
    missing: tuple[Missing, ...]
    unplaced: tuple[Unplaced, ...]
    stages: tuple[Stage, ...]
    ended: Ended

    @property
    def proved(self) -> bool:
        return all(stage.proved for stage in self.stages)

    @cached_property
    def assignments(self) -> tuple[Assignment, ...]:
        """Every visit: site, team, day, worker."""
        return tuple(
            sorted(
                Assignment(stop.site, stop.team or "", day.day, day.worker)
                for day in self.days
                for stop in day.stops
                if stop.site is not None
            )
        )

    def value(self, criterion: Criterion) -> float:
        """What this criterion reached. `KeyError` when it was not sought."""
        return {stage.criterion: stage.value for stage in self.stages}[criterion]

    @property
    def metres(self) -> int:
        return sum(day.metres for day in self.days)
