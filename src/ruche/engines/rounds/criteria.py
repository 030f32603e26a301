"""What a plan is worth, criterion by criterion, as sums over the columns of the month's program.

All are counted so that less is better; `copresence` is thus below zero here, and told upwards to
people. Some need columns and rows of their own, which no other rule looks at.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import combinations

from ruche.engines.rounds.master import Master, NeedKey, Terms, work_by_week
from ruche.engines.rounds.problem import Assignment, Criterion, Need, Opening, Problem, Worker
from ruche.engines.rounds.program import Expression, added, negative, total

METRES = 100
"""Kilometres are counted in hundreds of metres, so that they are whole."""
MOST = 100_000
"""No load, in points of a contract, is ever as high."""
TINY = 1e-7


def visits(master: Master) -> Expression:
    """Visits and reserved times that could not be placed."""
    terms: Terms = dict.fromkeys(master.block_columns.values(), 1.0)
    for key, columns in master.rhythm_columns.items():
        priority = master.problem.need[key].priority
        terms |= {c: priority * r.missing for c, _rank, r in columns if r.missing}
    return Expression(terms)


def moved_dates(master: Master) -> Expression:
    """Announced dates that are not kept."""
    promises = list(_promises(master.problem))
    kept = [master.presence_on((each.site, each.team), each.day) for each in promises]
    return Expression(negative(added(*kept)), len(promises))


def changed_workers(master: Master) -> Expression:
    """Announced dates that are kept with someone else."""
    parts: list[Terms] = []
    for promise in _promises(master.problem):
        key = (promise.site, promise.team)
        parts.append(master.presence_on(key, promise.day))
        parts.append(negative(master.made_by(key, promise.worker, promise.day)))
    return Expression(added(*parts))


def _promises(problem: Problem) -> Iterator[Assignment]:
    """What was announced within the span and may still change."""
    for promise in sorted(problem.announced):
        if promise.day in problem.days and not problem.is_frozen(promise.day):
            yield promise


def continuity(master: Master) -> Expression:
    """Other faces than the one that people know, site by site over the whole span."""
    terms: Terms = {}
    for key in master.rhythm_columns:
        need = master.problem.need[key]
        faces = {}
        for worker in master.problem.workers:
            columns = master.visits_by.get((key, worker.id))
            if columns:
                faces[worker.id] = _face(master, key, worker, columns)
        terms |= _other_faces(master, need, faces)
    return Expression(terms)


def _face(master: Master, key: NeedKey, worker: Worker, columns: dict[Opening, list[int]]) -> int:
    """A column worth 1 as soon as this worker goes to this site."""
    face = master.program.choice()
    by_day: dict[date, list[int]] = defaultdict(list)
    for opening, some in columns.items():
        by_day[opening.day] += some
    for day, some in by_day.items():
        name = ("face", *key, worker.id, day.isoformat())
        master.program.at_most(name, added(total(some), {face: -1}), 0)
    ways = [column for some in by_day.values() for column in some]

    def settle(values: list[float]) -> None:
        values[face] = max(values[way] for way in ways)

    master.settlers.append(settle)
    return face


def _other_faces(master: Master, need: Need, faces: dict[str, int]) -> Terms:
    known = {v.worker for v in master.problem.history if (v.site, v.team) == (need.site, need.team)}
    if need.reference is not None:
        known = {need.reference}
    if known:
        return {face: 1.0 for worker, face in faces.items() if worker not in known}
    if len(faces) < 2:
        return {}
    others = master.program.column(0, len(faces) - 1)
    name = ("other_faces", need.site, need.team)
    master.program.at_most(name, added(total(faces.values()), {others: -1}), 1)

    def settle(values: list[float]) -> None:
        values[others] = max(0.0, sum(values[face] for face in faces.values()) - 1)

    master.settlers.append(settle)
    return {others: 1.0}


def rhythm(master: Master) -> Expression:
    terms = {
        column: float(rhythm.irregularity)
        for columns in master.rhythm_columns.values()
        for column, _rank, rhythm in columns
        if rhythm.irregularity
    }
    return Expression(terms)


def fairness(master: Master) -> Expression:
    """For each team, how far the most loaded is from the least, as shares of their contracts.

    In steps of five points, the first of which is for nothing: nobody feels it, and a choice of
    whole days cannot always do better.
    """
    terms: Terms = {}
    work: dict[str, Terms] = defaultdict(dict)
    for (someone, _monday), weekly in work_by_week(master).items():
        work[someone] |= weekly
    for team in sorted({worker.team for worker in master.problem.workers}):
        contracted = {
            worker.id: minutes
            for worker in master.problem.team(team)
            if (minutes := contracted_minutes(master.problem, worker))
        }
        if len(contracted) > 1:
            terms[_gap(master, team, contracted, work)] = 1.0
    return Expression(terms)


def contracted_minutes(problem: Problem, worker: Worker) -> int:
    """Minutes that a contract holds over the span, days of absence taken off."""
    days = sum(1 for day in problem.days if problem.presence(worker, day))
    return days * worker.contract.max_week_min // len(worker.contract.workdays)


def _gap(master: Master, team: str, contracted: dict[str, int], work: dict[str, Terms]) -> int:
    """Loads in points per cent of contracts; the gap in whole steps beyond the first."""
    program = master.program
    high, low, gap = (program.column(0, MOST, whole=whole) for whole in (False, False, True))
    loads = []
    for worker, minutes in contracted.items():
        load = {column: 100 * weight / minutes for column, weight in work[worker].items()}
        loads.append(Expression(load))
        program.at_most(("load_high", team, worker), added(load, {high: -1}), 0)
        program.at_most(("load_low", team, worker), added(negative(load), {low: 1}), 0)
    step = master.problem.rules.fairness_step_percent
    program.at_most(("load_gap", team), {high: 1, low: -1, gap: -step}, step)

    def settle(values: list[float]) -> None:
        each = [load.value(values) for load in loads]
        values[high], values[low] = max(each), min(each)
        values[gap] = max(0, math.ceil((max(each) - min(each)) / step - 1 - TINY))

    master.settlers.append(settle)
    return gap


def copresence(master: Master) -> Expression:
    """Openings where two teams meet, and partners who join one."""
    teams: dict[str, list[str]] = defaultdict(list)
    for site, team in master.rhythm_columns:
        teams[site].append(team)
    for site, present in teams.items():
        for one, other in combinations(present, 2):
            for opening in sorted(master.problem.site[site].openings):
                _add_joint(master, site, opening, one, other)
    columns = [*master.joint_columns.values(), *master.partner_columns.values()]
    return Expression(total(columns, -1))


def _add_joint(master: Master, site: str, opening: Opening, one: str, other: str) -> None:
    presences = [master.presence((site, team), opening) for team in (one, other)]
    if not all(presences):
        return
    joint = master.joint_columns[site, opening, one, other] = master.program.choice()
    for team, presence in zip((one, other), presences, strict=True):
        name = ("joint", site, str(opening), one, other, team)
        master.program.at_most(name, added({joint: 1}, negative(presence)), 0)

    def settle(values: list[float]) -> None:
        values[joint] = min(Expression(presence).value(values) for presence in presences)

    master.settlers.append(settle)


def kilometres(master: Master) -> Expression:
    """Hundreds of metres on the road."""
    terms = {
        column: float(round(tour.metres / METRES))
        for column, tour in zip(master.tour_columns, master.tours, strict=True)
    }
    return Expression(terms)


COUNTED: Mapping[Criterion, Callable[[Master], Expression]] = {
    Criterion.VISITS: visits,
    Criterion.MOVED_DATES: moved_dates,
    Criterion.CHANGED_WORKERS: changed_workers,
    Criterion.CONTINUITY: continuity,
    Criterion.RHYTHM: rhythm,
    Criterion.FAIRNESS: fairness,
    Criterion.COPRESENCE: copresence,
    Criterion.KILOMETRES: kilometres,
}


def expressions(master: Master) -> dict[Criterion, Expression]:
    """What each criterion of the problem counts, in its order."""
    return {criterion: COUNTED[criterion](master) for criterion in master.problem.order}
