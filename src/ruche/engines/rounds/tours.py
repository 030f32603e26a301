"""Every legal day of work that someone could have: which stops, in which order, at what hours.

Two days with the same stops differ only by their road and their work; those that are worse on both
are left out: nobody is driven further to look busier. Nothing else is left out: a plan that is
proved best over these days is best over all.

One limit: when a contract is so wide that the rest between two days can bind (from 7 h to 20 h it
cannot), a day has the hours that take the least work, and no others are tried for the sake of rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from ruche.engines.rounds.problem import Block, Need, Opening, Problem, Worker
from ruche.engines.rounds.schedules import Ground, Halt, Hours, best_hours

Order = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stop that a worker could make on a day: a visit (`need`) or a reserved time (`block`)."""

    opening: Opening
    halt: Halt
    need: Need | None = None
    block: Block | None = None

    @property
    def key(self) -> tuple[str, str]:
        """What may be done only once in a day."""
        if self.need is not None:
            return ("site", self.need.site)
        assert self.block is not None
        return ("block", self.block.id)


@dataclass(frozen=True, slots=True)
class Tour:
    """A legal day: stops in their order, hours, metres on the road, minutes of work."""

    worker: str
    day: date
    stops: tuple[Candidate, ...]
    hours: Hours
    metres: int

    @property
    def work(self) -> int:
        return self.hours.work


@dataclass(frozen=True, slots=True)
class _Way:
    """Stops of a day, as ranks among those that are possible, in their order: hours and metres."""

    order: Order
    hours: Hours
    metres: int


def tours_of(problem: Problem) -> list[Tour]:
    """Every legal day of every worker, in an order that depends on nothing but the problem.

    A day that offers a worker the same stops at the same hours as another is listed as that one.
    """
    known: dict[object, list[_Way]] = {}
    return [
        tour
        for worker in problem.workers
        for day in problem.days
        if not problem.is_frozen(day)
        for tour in tours_on(problem, worker, day, known)
    ]


def tours_on(
    problem: Problem, worker: Worker, day: date, known: dict[object, list[_Way]]
) -> list[Tour]:
    """Every legal day of a worker on this day. `known`: the days listed so far, by their looks."""
    candidates = list(candidates_on(problem, worker, day))
    spans = problem.presence(worker, day)
    looks = (worker.id, *spans, *((each.key, each.halt) for each in candidates))
    if looks not in known:
        known[looks] = _ways(problem, worker, spans, candidates)
    return [
        Tour(worker.id, day, tuple(candidates[rank] for rank in way.order), way.hours, way.metres)
        for way in known[looks]
    ]


def _ways(
    problem: Problem,
    worker: Worker,
    spans: Iterable[tuple[int, int]],
    candidates: Sequence[Candidate],
) -> list[_Way]:
    best: dict[frozenset[int], list[_Way]] = {}
    for ground in grounds_of(problem, worker, spans):
        for order in orders(ground, candidates, problem.rules.max_stops):
            _keep(best, _way(problem, ground, candidates, order))
    return [way for _stops, kept in sorted(best.items(), key=_by_stops) for way in kept]


def grounds_of(
    problem: Problem, worker: Worker, spans: Iterable[tuple[int, int]]
) -> Iterator[Ground]:
    """What holds for a worker in each span of minutes when she may be on the road."""
    for earliest, latest in spans:
        yield Ground(
            base=problem.place[worker.base],
            minutes=problem.travel.minutes,
            contract=worker.contract,
            rules=problem.rules,
            earliest=earliest,
            latest=latest,
        )


def _by_stops(item: tuple[frozenset[int], list[_Way]]) -> list[int]:
    return sorted(item[0])


def candidates_on(problem: Problem, worker: Worker, day: date) -> Iterator[Candidate]:
    """The stops that this worker could make on this day, were she alone and without limits."""
    for need in problem.needs:
        if problem.can_ever_visit(worker, need):
            site = problem.site[need.site]
            for opening in site.openings:
                if opening.day == day:
                    place = problem.place[site.place]
                    halt = Halt(place, need.stay_min, opening.start, opening.end)
                    yield Candidate(opening, halt, need=need)
    for block in problem.blocks:
        if worker.id in block.workers:
            place = problem.place[block.place or worker.base]
            for opening in block.options:
                if opening.day == day:
                    halt = Halt(place, block.stay_min, opening.start, opening.end)
                    yield Candidate(opening, halt, block=block)


def orders(ground: Ground, candidates: Sequence[Candidate], max_stops: int) -> Iterator[Order]:
    """Orders in which the stops can be reached before they close, pauses apart.

    A reserved time is not a place to visit: it does not count towards `max_stops`.
    """
    pending: list[tuple[Order, int, int, int]] = [((), ground.base, ground.earliest, 0)]
    while pending:
        order, place, moment, visits = pending.pop()
        if order:
            yield order
        done = {candidates[rank].key for rank in order}
        for rank in range(len(candidates) - 1, -1, -1):
            candidate = candidates[rank]
            more = visits + (candidate.need is not None)
            if candidate.key in done or more > max_stops:
                continue
            halt = candidate.halt
            ready = max(moment + ground.minutes[place][halt.place], halt.open) + halt.stay
            back = ready + ground.minutes[halt.place][ground.base]
            if ready <= halt.close and back <= ground.latest:
                pending.append(((*order, rank), halt.place, ready, more))


def _way(
    problem: Problem, ground: Ground, candidates: Sequence[Candidate], order: Order
) -> _Way | None:
    stops = [candidates[rank] for rank in order]
    hours = best_hours(ground, [stop.halt for stop in stops])
    return None if hours is None else _Way(order, hours, metres_of(problem, ground.base, stops))


def best_of(
    problem: Problem, worker: Worker, day: date, ground: Ground, stops: Sequence[Candidate]
) -> Tour | None:
    """The day that makes all these stops with the least road, then the least work."""
    made = [
        _way(problem, ground, stops, order)
        for order in orders(ground, stops, len(stops))
        if len(order) == len(stops)
    ]
    legal = [way for way in made if way is not None]
    best = min(legal, key=lambda way: (way.metres, way.hours.work), default=None)
    if best is None:
        return None
    return Tour(worker.id, day, tuple(stops[rank] for rank in best.order), best.hours, best.metres)


def metres_of(problem: Problem, base: int, stops: Sequence[Candidate]) -> int:
    places = [base, *(stop.halt.place for stop in stops), base]
    return sum(problem.travel.metres[a][b] for a, b in pairwise(places))


def _keep(best: dict[frozenset[int], list[_Way]], way: _Way | None) -> None:
    """Keep a day unless another with the same stops is at least as good on road and on work."""
    if way is None:
        return
    kept = best.setdefault(frozenset(way.order), [])
    if any(_is_as_good(other, way) for other in kept):
        return
    kept[:] = [other for other in kept if not _is_as_good(way, other)]
    kept.append(way)


def _is_as_good(one: _Way, other: _Way) -> bool:
    return one.metres <= other.metres and one.hours.work <= other.hours.work
