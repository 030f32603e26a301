"""One day of work measured on the road table: what it takes, whatever the plan says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ruche.engines.rounds.checking.violation import Violation, on
from ruche.engines.rounds.limits import CommutePolicy
from ruche.engines.rounds.plan import DayOfWork, Stop
from ruche.engines.rounds.problem import Problem, Worker


@dataclass(frozen=True)
class Outing:
    """A day of work with at least one stop, all of them known, and its worker."""

    problem: Problem
    worker: Worker
    told: DayOfWork

    @property
    def day(self) -> date:
        return self.told.day

    @property
    def span(self) -> int:
        return self.told.back - self.told.leave

    @property
    def roads(self) -> list[int]:
        """Minutes from base to the first stop, from stop to stop, from the last one to base."""
        return self._along(self.problem.travel.minutes)

    @property
    def metres(self) -> int:
        return sum(self._along(self.problem.travel.metres))

    @property
    def idles(self) -> list[int]:
        """Minutes after each stop in which nobody stays or drives; negative when time lacks."""
        stops = self.told.stops
        nexts = [*(stop.start for stop in stops[1:]), self.told.back]
        return [
            begins - road - stop.end
            for stop, road, begins in zip(stops, self.roads[1:], nexts, strict=True)
        ]

    @property
    def stretches(self) -> Iterator[tuple[int, int]]:
        """(start, end) of each time without a pause of `break_min`."""
        begins = self.told.leave
        for stop, idle in zip(self.told.stops, self.idles, strict=True):
            if idle >= self.problem.rules.break_min:
                yield begins, stop.end
                begins = stop.end + idle
        yield begins, self.told.back

    @property
    def work(self) -> int:
        """From leaving to being back, less the meal, less the way that the contract leaves out."""
        meal = 0 if self.told.lunch_after is None else self.problem.rules.lunch_min
        return self.span - meal - self._uncounted_way()

    def place_of(self, stop: Stop) -> str:
        """The place of a stop in the journeys; a reserved time may be at the worker's base."""
        if stop.block is None:
            return self.problem.site[stop.site or ""].place
        return self.problem.block[stop.block].place or self.worker.base

    def name_of(self, stop: Stop) -> str:
        if stop.block is None:
            return self.problem.site[stop.site or ""].name
        return self.problem.block[stop.block].name

    def breaks(self, rule: str, text: str) -> Violation:
        return Violation(rule, f"{self.worker.name}, {on(self.day)} : {text}")

    def _along(self, table: tuple[tuple[int, ...], ...]) -> list[int]:
        base = self.worker.base
        names = [base, *(self.place_of(stop) for stop in self.told.stops), base]
        ranks = [self.problem.place[name] for name in names]
        return [table[ranks[leg]][ranks[leg + 1]] for leg in range(len(ranks) - 1)]

    def _uncounted_way(self) -> int:
        contract, roads = self.worker.contract, self.roads
        ways = (roads[0], roads[-1])
        if contract.commute is CommutePolicy.NONE:
            return sum(ways)
        if contract.commute is CommutePolicy.EXCESS:
            return sum(min(way, contract.usual_commute_min) for way in ways)
        return 0
