"""What a planner does by hand, site after site: the baseline that a plan must beat.

Each site alone, in the order of the list: the first dates with the best spacing, the nearest person
who is free and whose day and week stay legal. Nothing already placed is ever moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from ruche.engines.rounds.plan import Ended, Missing, Plan, Unplaced
from ruche.engines.rounds.problem import Block, Need, Opening, Problem, Worker, monday_of
from ruche.engines.rounds.rhythms import Rhythm, rhythms_of
from ruche.engines.rounds.schedules import Halt
from ruche.engines.rounds.telling import day_of
from ruche.engines.rounds.tours import Candidate, Tour, best_of, grounds_of


def naive_plan(problem: Problem) -> Plan:
    """A legal plan without any search. It starts from nothing: no pin, no frozen day."""
    return _Hand(problem).plan()


class _Hand:
    """The month as it fills up."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.days: dict[tuple[str, date], Tour] = {}
        self.missing: list[Missing] = []
        self.unplaced: list[Unplaced] = []

    def plan(self) -> Plan:
        for block in self.problem.blocks:
            self._place_block(block)
        for need in self.problem.needs:
            for period in range(len(self.problem.periods)):
                self._place_visits(need, period)
        days = sorted(self.days.values(), key=lambda tour: (tour.day, tour.worker))
        return Plan(
            days=tuple(day_of(tour) for tour in days),
            meetings=(),
            missing=tuple(sorted(self.missing)),
            unplaced=tuple(sorted(self.unplaced)),
            stages=(),
            ended=Ended.WORK,
        )

    def _place_block(self, block: Block) -> None:
        workers = [self.problem.worker[name] for name in block.workers]
        groups = [workers] if block.together else [[worker] for worker in workers]
        for group in groups:
            if not any(self._hold(block, option, group) for option in block.options):
                self.unplaced += [Unplaced(block.id, worker.id) for worker in group]

    def _hold(self, block: Block, option: Opening, group: list[Worker]) -> bool:
        tours = []
        for worker in group:
            place = self.problem.place[block.place or worker.base]
            halt = Halt(place, block.stay_min, option.start, option.end)
            tours.append(self._with(worker, Candidate(option, halt, block=block)))
        if not all(tours):
            return False
        self.days |= {(tour.worker, tour.day): tour for tour in tours if tour}
        return True

    def _place_visits(self, need: Need, period: int) -> None:
        choices = sorted(
            rhythms_of(self.problem, need, period),
            key=lambda choice: (choice.missing, choice.irregularity, choice.openings),
        )
        for choice in choices:
            if self._is_far_from_the_rest(need, choice) and self._make(need, choice):
                if choice.missing:
                    self.missing.append(Missing(need.site, need.team, period, choice.missing))
                return

    def _is_far_from_the_rest(self, need: Need, choice: Rhythm) -> bool:
        made = [
            tour.day
            for tour in self.days.values()
            for stop in tour.stops
            if stop.need is not None and stop.need == need
        ]
        return all(
            abs((opening.day - day).days) >= need.min_days
            for opening in choice.openings
            for day in made
        )

    def _make(self, need: Need, choice: Rhythm) -> bool:
        """All the visits of a choice by one person; else each by whoever is nearest."""
        for worker in self._nearest(need):
            tours = [self._visit(worker, need, opening) for opening in choice.openings]
            if all(tours) and self._week_holds(worker, [tour for tour in tours if tour]):
                self.days |= {(tour.worker, tour.day): tour for tour in tours if tour}
                return True
        return self._make_with_several(need, choice)

    def _make_with_several(self, need: Need, choice: Rhythm) -> bool:
        found: dict[tuple[str, date], Tour] = {}
        for opening in choice.openings:
            for worker in self._nearest(need):
                tour = self._visit(worker, need, opening)
                if tour and self._week_holds(worker, [tour]):
                    found[worker.id, opening.day] = tour
                    break
            else:
                return False
        kept = dict(self.days)
        self.days |= found
        if all(self._week_holds(self.problem.worker[name], []) for name, _day in found):
            return True
        self.days = kept
        return False

    def _nearest(self, need: Need) -> Iterator[Worker]:
        travel, place = self.problem.travel, self.problem.place
        site = place[self.problem.site[need.site].place]
        able = [w for w in self.problem.workers if self.problem.can_ever_visit(w, need)]
        yield from sorted(able, key=lambda w: (travel.minutes[place[w.base]][site], w.id))

    def _visit(self, worker: Worker, need: Need, opening: Opening) -> Tour | None:
        place = self.problem.place[self.problem.site[need.site].place]
        halt = Halt(place, need.stay_min, opening.start, opening.end)
        return self._with(worker, Candidate(opening, halt, need=need))

    def _with(self, worker: Worker, candidate: Candidate) -> Tour | None:
        """The day of this worker with one stop more, or None."""
        day = candidate.opening.day
        before = self.days.get((worker.id, day))
        stops = [*(before.stops if before else ()), candidate]
        if len({stop.key for stop in stops}) < len(stops):
            return None
        if sum(stop.need is not None for stop in stops) > self.problem.rules.max_stops:
            return None
        spans = self.problem.presence(worker, day)
        for ground in grounds_of(self.problem, worker, spans):
            tour = best_of(self.problem, worker, day, ground, stops)
            if tour is not None:
                return tour
        return None

    def _week_holds(self, worker: Worker, tours: list[Tour]) -> bool:
        """Whether the weeks of this worker stay legal with these days in place of others."""
        days = {day: tour for (name, day), tour in self.days.items() if name == worker.id}
        days |= {tour.day: tour for tour in tours}
        weeks: dict[date, int] = defaultdict(int)
        for day, tour in days.items():
            weeks[monday_of(day)] += tour.work
        return all(minutes <= worker.contract.weekly_min for minutes in weeks.values())
