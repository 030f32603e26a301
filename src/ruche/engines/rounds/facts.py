"""The days that nothing changes any more, told as days of work so that their hours still count."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from ruche.engines.rounds.limits import DAY
from ruche.engines.rounds.problem import Assignment, Opening, Problem, Worker
from ruche.engines.rounds.rhythms import opening_on
from ruche.engines.rounds.schedules import Halt, Hours, uncounted_commute
from ruche.engines.rounds.tours import Candidate, Tour, best_of, grounds_of, metres_of


def frozen_tours(problem: Problem) -> list[Tour]:
    """One day of work for each worker and frozen day with visits or a reserved time.

    Their hours are the best legal ones; if the law or the openings changed since, stops one after
    the other from the first opening: what happened is not judged again.
    """
    stops: dict[tuple[str, date], list[Candidate]] = defaultdict(list)
    for promise in sorted(problem.announced):
        if problem.is_fact(promise):
            stops[promise.worker, promise.day].append(_visit(problem, promise))
    for worker, opening, candidate in _held_blocks(problem):
        stops[worker, opening.day].append(candidate)
    return [
        _tour(problem, problem.worker[worker], day, made)
        for (worker, day), made in sorted(stops.items())
    ]


def _visit(problem: Problem, promise: Assignment) -> Candidate:
    need = problem.need[promise.site, promise.team]
    opening = opening_on(problem, need, promise.day)
    place = problem.place[problem.site[need.site].place]
    return Candidate(opening, Halt(place, need.stay_min, opening.start, opening.end), need=need)


def _held_blocks(problem: Problem) -> Iterator[tuple[str, Opening, Candidate]]:
    """Reserved times with a single moment, now past, were held."""
    for block in problem.blocks:
        opening = block.options[0]
        if len(block.options) > 1 or not problem.is_frozen(opening.day):
            continue
        for worker in block.workers:
            place = problem.place[block.place or problem.worker[worker].base]
            halt = Halt(place, block.stay_min, opening.start, opening.end)
            yield worker, opening, Candidate(opening, halt, block=block)


def _tour(problem: Problem, worker: Worker, day: date, stops: list[Candidate]) -> Tour:
    spans = problem.presence(worker, day) or [(0, DAY)]
    for ground in grounds_of(problem, worker, spans):
        found = best_of(problem, worker, day, ground, stops)
        if found is not None:
            return found
    return _as_it_was(problem, worker, day, sorted(stops, key=lambda stop: stop.opening))


def _as_it_was(problem: Problem, worker: Worker, day: date, stops: list[Candidate]) -> Tour:
    base = problem.place[worker.base]
    places = [base, *(stop.halt.place for stop in stops), base]
    minutes = problem.travel.minutes
    roads = [minutes[a][b] for a, b in pairwise(places)]
    moment = leave = max(0, stops[0].opening.start - roads[0])
    starts = []
    for stop, road in zip(stops, roads, strict=False):
        moment = max(moment + road, stop.opening.start)
        starts.append(moment)
        moment += stop.halt.stay
    back = moment + roads[-1]
    work = back - leave - uncounted_commute(worker.contract, roads[0], roads[-1])
    hours = Hours(leave, tuple(starts), back, work, None)
    return Tour(worker.id, day, tuple(stops), hours, metres_of(problem, base, stops))
