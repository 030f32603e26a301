"""A plan that someone changes by hand: one visit moved, added or taken away, and nothing else.

A coordinator decides, even against a rule: what she asks is done with the best hours that the day
allows, or the least bad ones, and `check` says which rules are broken. What was proved before the
change stays said only where it is still true.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise, permutations

from ruche.engines.rounds.checking.blocks import pending
from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.needs import short_of
from ruche.engines.rounds.checking.stages import COUNTS
from ruche.engines.rounds.errors import RoundsError
from ruche.engines.rounds.plan import DayOfWork, Ended, Plan, Stage, Stop
from ruche.engines.rounds.problem import Criterion, Opening, Problem, Worker
from ruche.engines.rounds.schedules import Ground, Halt, Hours, uncounted_commute
from ruche.engines.rounds.telling import day_of
from ruche.engines.rounds.tours import Candidate, Tour, best_of, grounds_of, metres_of


class ImpossibleEdit(RoundsError):
    """What is asked has no meaning: no such visit, or a door that is closed that day."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Someone on a day."""

    day: date
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A visit of a need that goes from one slot to another; without `before` it is added, without
    `after` it is taken away."""

    site: str
    team: str
    before: Slot | None = None
    after: Slot | None = None


def edited(problem: Problem, plan: Plan, edit: Edit) -> Plan:
    """The plan once changed, its worth counted again. Raises `ImpossibleEdit`."""
    days = {(day.worker, day.day): day for day in plan.days}
    if edit.before is not None:
        _take_away(problem, days, edit, edit.before)
    if edit.after is not None:
        _add(problem, days, edit, edit.after)
    changed = replace(
        plan,
        days=tuple(sorted(days.values(), key=lambda day: (day.day, day.worker))),
        stages=(),
        ended=Ended.CALLER,
    )
    return _told_again(problem, plan, changed)


def _take_away(
    problem: Problem, days: dict[tuple[str, date], DayOfWork], edit: Edit, slot: Slot
) -> None:
    _refuse_frozen(problem, slot)
    day = days.get((slot.worker, slot.day))
    kept = [stop for stop in day.stops if not _is_of(stop, edit)] if day else []
    if day is None or len(kept) == len(day.stops):
        raise ImpossibleEdit("Cette visite n’est plus dans le planning : rechargez la page.")
    _set(problem, days, slot, [_candidate(problem, day, stop) for stop in kept])


def _add(problem: Problem, days: dict[tuple[str, date], DayOfWork], edit: Edit, slot: Slot) -> None:
    if slot.worker not in problem.worker:
        raise ImpossibleEdit("Cette personne n’est pas dans les tournées de ce mois.")
    need = problem.need.get((edit.site, edit.team))
    if need is None:
        raise ImpossibleEdit("Ce lieu n’attend pas cette équipe.")
    _refuse_frozen(problem, slot)
    _refuse_twice(problem, days, edit, slot)
    site = problem.site[edit.site]
    day = days.get((slot.worker, slot.day))
    stops = [_candidate(problem, day, stop) for stop in day.stops] if day else []
    choices = [
        [*stops, Candidate(opening, _halt(problem, edit, opening), need=need)]
        for opening in site.openings
        if opening.day == slot.day
    ]
    if not choices:
        raise ImpossibleEdit(f"{site.name} n’ouvre pas le {slot.day:%d/%m/%Y}.")
    worker = problem.worker[slot.worker]
    tours = [_tour(problem, worker, slot.day, choice) for choice in choices]
    best = min(tours, key=lambda each: (each.late, each.tour.metres, each.tour.work))
    days[slot.worker, slot.day] = day_of(best.tour)


def _refuse_frozen(problem: Problem, slot: Slot) -> None:
    if problem.is_frozen(slot.day):
        raise ImpossibleEdit(f"Le {slot.day:%d/%m/%Y} est passé : ce jour ne change plus.")


def _refuse_twice(
    problem: Problem, days: dict[tuple[str, date], DayOfWork], edit: Edit, slot: Slot
) -> None:
    """A site expects a team once a day, whoever comes."""
    for (worker, day), held in days.items():
        if day == slot.day and any(_is_of(stop, edit) for stop in held.stops):
            who = "cette personne" if worker == slot.worker else problem.worker[worker].name
            name = problem.site[edit.site].name
            raise ImpossibleEdit(f"{name} attend déjà {who} ce jour-là.")


def _set(
    problem: Problem,
    days: dict[tuple[str, date], DayOfWork],
    slot: Slot,
    stops: Sequence[Candidate],
) -> None:
    del days[slot.worker, slot.day]
    if stops:
        tour = _tour(problem, problem.worker[slot.worker], slot.day, stops).tour
        days[slot.worker, slot.day] = day_of(tour)


def _is_of(stop: Stop, edit: Edit) -> bool:
    return (stop.site, stop.team) == (edit.site, edit.team)


def _halt(problem: Problem, edit: Edit, opening: Opening) -> Halt:
    place = problem.place[problem.site[edit.site].place]
    stay = problem.need[edit.site, edit.team].stay_min
    return Halt(place, stay, opening.start, opening.end)


def _candidate(problem: Problem, day: DayOfWork, stop: Stop) -> Candidate:
    """A stop of a plan, as it could be put in another day."""
    opening = Opening(day.day, *stop.opening)
    if stop.block is not None:
        block = problem.block[stop.block]
        base = problem.worker[day.worker].base
        halt = Halt(problem.place[block.place or base], block.stay_min, *stop.opening)
        return Candidate(opening, halt, block=block)
    need = problem.need[stop.site or "", stop.team or ""]
    place = problem.place[problem.site[need.site].place]
    return Candidate(opening, Halt(place, need.stay_min, *stop.opening), need=need)


# ----------------------------------------------------------------------------- hours


@dataclass(frozen=True, slots=True)
class _Made:
    """A day, and by how many minutes it misses what doors and contracts allow (0: legal)."""

    tour: Tour
    late: int


def _tour(problem: Problem, worker: Worker, day: date, stops: Sequence[Candidate]) -> _Made:
    """The best legal day with these stops; without any, the one that breaks least."""
    grounds = grounds_of(problem, worker, problem.presence(worker, day))
    legal = [best_of(problem, worker, day, ground, stops) for ground in grounds]
    if found := [tour for tour in legal if tour is not None]:
        return _Made(min(found, key=lambda tour: (tour.metres, tour.work)), 0)
    contract = worker.contract
    whole_day = [(contract.earliest_start, contract.latest_end)]
    ground = next(grounds_of(problem, worker, whole_day))
    made = [_loose(problem, worker, day, ground, order) for order in permutations(stops)]
    return min(made, key=lambda each: (each.late, each.tour.metres, each.tour.work))


def _loose(
    problem: Problem, worker: Worker, day: date, ground: Ground, stops: Sequence[Candidate]
) -> _Made:
    """These stops in this order, each as soon as one can, doors closed or not."""
    halts = [stop.halt for stop in stops]
    places = [ground.base, *(halt.place for halt in halts), ground.base]
    roads = [ground.minutes[a][b] for a, b in pairwise(places)]
    moment = leave = max(0, halts[0].open - roads[0])
    starts, late = [], max(0, ground.earliest - leave)
    for halt, road in zip(halts, roads, strict=False):
        moment = max(moment + road, halt.open)
        starts.append(moment)
        moment += halt.stay
        late += max(0, moment - halt.close)
    back = moment + roads[-1]
    late += max(0, back - ground.latest)
    work = back - leave - uncounted_commute(worker.contract, roads[0], roads[-1])
    hours = Hours(leave, tuple(starts), back, work, None)
    tour = Tour(worker.id, day, tuple(stops), hours, metres_of(problem, ground.base, stops))
    return _Made(tour, late + 1)


# ----------------------------------------------------------------------- what it is worth


def valued(problem: Problem, plan: Plan) -> Plan:
    """The same days, with each criterion counted and nothing proved: for a plan made by hand."""
    case = Case(problem, plan)
    stages = [
        Stage(each, float(COUNTS[each](case)), _unknown(each), proved=False)
        for each in problem.order
    ]
    return replace(plan, stages=tuple(stages))


def _told_again(problem: Problem, before: Plan, changed: Plan) -> Plan:
    """What is missing, who still meets whom, and each criterion, counted from the days alone."""
    case = Case(problem, changed)
    present = {
        (visit.site, visit.day, visit.opening.start, visit.opening.end) for visit in case.visits
    }
    told = replace(
        changed,
        meetings=tuple(
            each
            for each in before.meetings
            if (each.site, each.day, each.start, each.end) in present
        ),
        missing=tuple(sorted(short_of(case))),
        unplaced=tuple(sorted(pending(case))),
    )
    return replace(told, stages=tuple(_stages(Case(problem, told), before)))


def _stages(case: Case, before: Plan) -> Iterator[Stage]:
    """A bound holds as long as what is sought before it has not changed, and it is not passed: a
    plan that breaks a rule can do better than any legal one."""
    same = True
    for stage in before.stages:
        value = float(COUNTS[stage.criterion](case))
        is_known = same and not _passes(stage, value)
        bound = stage.bound if is_known else _unknown(stage.criterion)
        yield Stage(stage.criterion, value, bound, same and stage.proved and value == stage.bound)
        same = same and value == stage.value


def _passes(stage: Stage, value: float) -> bool:
    if stage.criterion is Criterion.COPRESENCE:
        return value > stage.bound
    return value < stage.bound


def _unknown(criterion: Criterion) -> float:
    """The bound that says nothing: shared presence is sought upwards."""
    return math.inf if criterion is Criterion.COPRESENCE else -math.inf
