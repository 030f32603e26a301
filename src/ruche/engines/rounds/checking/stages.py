"""What a plan says of its own worth, counted again from its days of work alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from fractions import Fraction
from itertools import combinations, pairwise

from ruche.engines.rounds.checking.blocks import pending
from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.needs import lacking_in
from ruche.engines.rounds.checking.violation import Violation
from ruche.engines.rounds.limits import DAY
from ruche.engines.rounds.plan import Stage
from ruche.engines.rounds.problem import Assignment, Criterion, Need, Worker

TOLERANCE = 1e-6
"""Two values nearer than this are the same: the solver counts in binary fractions."""


def judge_stages(case: Case) -> Iterator[Violation]:
    for stage in case.plan.stages:
        counted = COUNTS[stage.criterion](case)
        if not _is_same(stage.value, counted):
            yield _about(stage, "stage_value", f"le plan dit {stage.value:g}, on compte {counted}")
        if stage.proved and not _is_same(stage.value, stage.bound):
            text = f"dit prouvé, mais vaut {stage.value:g} pour une borne de {stage.bound:g}"
            yield _about(stage, "stage_proof", text)
        elif not _is_bound(stage):
            text = f"la borne {stage.bound:g} est du mauvais côté de la valeur {stage.value:g}"
            yield _about(stage, "stage_bound", text)


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) <= TOLERANCE


def _is_bound(stage: Stage) -> bool:
    """Shared presence is sought upwards, everything else downwards."""
    if stage.criterion is Criterion.COPRESENCE:
        return stage.bound >= stage.value - TOLERANCE
    return stage.bound <= stage.value + TOLERANCE


def _about(stage: Stage, rule: str, text: str) -> Violation:
    return Violation(rule, f"Critère « {stage.criterion} » : {text}.")


# ------------------------------------------------------------------- visits and promises


def _visits(case: Case) -> int:
    """Missing visits, each as heavy as its priority, and reserved times without a place."""
    lacking = sum(
        need.priority * lacking_in(case, need, rank)
        for need in case.problem.needs
        for rank in range(len(case.problem.periods))
    )
    return lacking + len(pending(case))


def _promises(case: Case) -> list[Assignment]:
    """What was announced within the span, on days that may still change."""
    problem = case.problem
    return [
        promise
        for promise in problem.announced
        if problem.first <= promise.day <= problem.last and not problem.is_frozen(promise.day)
    ]


def _is_date_kept(case: Case, promise: Assignment) -> bool:
    visits = case.visits_of[promise.site, promise.team]
    return any(visit.day == promise.day for visit in visits)


def _is_kept(case: Case, promise: Assignment) -> bool:
    visits = case.visits_of[promise.site, promise.team]
    return (promise.day, promise.worker) in {(visit.day, visit.worker) for visit in visits}


def _moved_dates(case: Case) -> int:
    return sum(not _is_date_kept(case, promise) for promise in _promises(case))


def _changed_workers(case: Case) -> int:
    return sum(
        _is_date_kept(case, promise) and not _is_kept(case, promise) for promise in _promises(case)
    )


# ------------------------------------------------------------------ continuity and rhythm


def _continuity(case: Case) -> int:
    return sum(_new_faces(case, need) for need in case.problem.needs)


def _new_faces(case: Case, need: Need) -> int:
    """Faces that people do not know: when they know none, the first one is free."""
    faces = {visit.worker for visit in case.visits_of[need.site, need.team]}
    known = _known_faces(case, need)
    return len(faces - known) if known else max(0, len(faces) - 1)


def _known_faces(case: Case, need: Need) -> set[str]:
    if need.reference is not None:
        return {need.reference}
    return {
        visit.worker
        for visit in case.problem.history
        if (visit.site, visit.team) == (need.site, need.team)
    }


def _rhythm(case: Case) -> int:
    """Days away from an even rhythm on a fixed weekday, from each visit to the next."""
    return sum(
        _departure(one.day, other.day, need.wanted(rank))
        for need in case.problem.needs
        for rank in range(len(case.problem.periods))
        for one, other in pairwise(case.made_in(need, rank))
    )


def _departure(one: date, other: date, wanted: int) -> int:
    """Another weekday costs two days; a fifth Tuesday costs one, since not all months have it."""
    weeks = max(1, round(4 / wanted)) if wanted else 1
    uneven = abs((other - one).days - 7 * weeks)
    if one.weekday() != other.weekday():
        return uneven + 2
    return uneven + (1 if max(one.day, other.day) > 28 else 0)


# ---------------------------------------------------------------------------- fairness


def _fairness(case: Case) -> int:
    teams = {worker.team for worker in case.problem.workers}
    return sum(_steps_apart(case, team) for team in teams)


def _steps_apart(case: Case, team: str) -> int:
    """Whole steps between the heaviest and the lightest load, the first of which is for nothing."""
    loads = [
        Fraction(100 * _worked(case, worker), contracted)
        for worker in case.problem.team(team)
        if (contracted := _contracted(case, worker)) > 0
    ]
    if len(loads) < 2:
        return 0
    steps = (max(loads) - min(loads)) / case.problem.rules.fairness_step_percent
    return max(0, math.ceil(float(steps - 1) - TOLERANCE))


def _worked(case: Case, worker: Worker) -> int:
    return sum(outing.work for outing in case.outings if outing.worker == worker)


def _contracted(case: Case, worker: Worker) -> int:
    """Minutes of the contract over the days when this worker is there at all."""
    days = sum(_is_there(case, worker, day) for day in case.problem.days)
    return days * worker.contract.max_week_min // len(worker.contract.workdays)


def _is_there(case: Case, worker: Worker, day: date) -> bool:
    """Whether a minute of the day is left by the contract, the vehicle and the absences."""
    vehicle = case.problem.vehicle.get(worker.vehicle or "")
    if vehicle is not None and day in vehicle.unavailable:
        return False
    if day.weekday() not in worker.contract.workdays:
        return False
    moment = worker.contract.earliest_start
    for start, end in sorted(_away(case, worker, day)):
        if start > moment:
            break
        moment = max(moment, end)
    return moment < min(worker.contract.latest_end, DAY)


def _away(case: Case, worker: Worker, day: date) -> Iterator[tuple[int, int]]:
    for absence in case.problem.absences:
        if absence.worker == worker.id and absence.first <= day <= absence.last:
            yield absence.start, absence.end


# ------------------------------------------------------------- shared presence and roads


def _copresence(case: Case) -> int:
    """Pairs of teams at the same opening, and partners who join one."""
    teams = Counter(
        (site, opening)
        for site, opening, _team in {(each.site, each.opening, each.team) for each in case.visits}
        if opening in case.problem.site[site].openings
    )
    pairs = sum(len(list(combinations(range(count), 2))) for count in teams.values())
    return pairs + len(case.plan.meetings)


def _kilometres(case: Case) -> int:
    """Hundreds of metres, each day rounded."""
    return sum(round(outing.metres / 100) for outing in case.outings)


COUNTS: dict[Criterion, Callable[[Case], int]] = {
    Criterion.VISITS: _visits,
    Criterion.MOVED_DATES: _moved_dates,
    Criterion.CHANGED_WORKERS: _changed_workers,
    Criterion.CONTINUITY: _continuity,
    Criterion.RHYTHM: _rhythm,
    Criterion.FAIRNESS: _fairness,
    Criterion.COPRESENCE: _copresence,
    Criterion.KILOMETRES: _kilometres,
}
