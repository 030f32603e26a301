"""A problem and a plan side by side, read once: every judge looks at the same case."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from ruche.engines.rounds.checking.outing import Outing
from ruche.engines.rounds.plan import DayOfWork, Plan, Stop
from ruche.engines.rounds.problem import Need, Opening, Problem

NeedKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit of a plan, with the opening that the plan says it uses."""

    site: str
    team: str
    day: date
    worker: str
    opening: Opening

    @property
    def key(self) -> NeedKey:
        return self.site, self.team


@dataclass(frozen=True, slots=True)
class Held:
    """A reserved time that a plan places for someone."""

    block: str
    worker: str
    option: Opening


@dataclass(frozen=True)
class Case:
    """What is judged. A day that names something unknown is set apart: it cannot be measured."""

    problem: Problem
    plan: Plan

    @cached_property
    def outings(self) -> tuple[Outing, ...]:
        """The days of work that can be measured, in the order of the plan."""
        return tuple(
            Outing(self.problem, self.problem.worker[day.worker], day)
            for day in self.plan.days
            if day.stops and self._is_readable(day)
        )

    @cached_property
    def free_outings(self) -> tuple[Outing, ...]:
        """The days that the plan decides; the others are facts."""
        return tuple(each for each in self.outings if not self.problem.is_frozen(each.day))

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        return tuple(
            Visit(*key, day.day, day.worker, _opening(day, stop))
            for day, stop in self._stops()
            if stop.block is None and (key := need_key(stop)) in self.problem.need
        )

    @cached_property
    def visits_of(self) -> dict[NeedKey, tuple[Visit, ...]]:
        """For each need, its visits in order of day."""
        found: dict[NeedKey, list[Visit]] = defaultdict(list)
        for visit in sorted(self.visits, key=lambda visit: (visit.day, visit.worker)):
            found[visit.key].append(visit)
        return {key: tuple(found[key]) for key in self.problem.need}

    @cached_property
    def held(self) -> tuple[Held, ...]:
        return tuple(
            Held(stop.block, day.worker, _opening(day, stop))
            for day, stop in self._stops()
            if stop.block is not None and is_known(self.problem, stop)
        )

    def person(self, worker: str) -> str:
        known = self.problem.worker.get(worker)
        return known.name if known else f"« {worker} »"

    def place(self, site: str) -> str:
        known = self.problem.site.get(site)
        return known.name if known else f"« {site} »"

    def crew(self, team: str) -> str:
        return next((each.name for each in self.problem.teams if each.id == team), team)

    def made_in(self, need: Need, rank: int) -> list[Visit]:
        """The visits of a need in a period, in order of day."""
        period = self.problem.periods[rank]
        return [each for each in self.visits_of[need.site, need.team] if each.day in period]

    def _stops(self) -> Iterator[tuple[DayOfWork, Stop]]:
        for day in self.plan.days:
            for stop in day.stops:
                yield day, stop

    def _is_readable(self, day: DayOfWork) -> bool:
        known = all(is_known(self.problem, stop) for stop in day.stops)
        return known and day.worker in self.problem.worker


def need_key(stop: Stop) -> NeedKey:
    return stop.site or "", stop.team or ""


def is_known(problem: Problem, stop: Stop) -> bool:
    """Whether a stop is a visit that is owed, or a reserved time that exists, and not both."""
    if stop.block is None:
        return need_key(stop) in problem.need
    return stop.site is None and stop.team is None and stop.block in problem.block


def _opening(day: DayOfWork, stop: Stop) -> Opening:
    return Opening(day.day, *stop.opening)
