"""On which days a site is visited within a period, and how well people can remember them.

"First and third Tuesday" is what people remember; fourteen days apart without a fixed day is less
good, and the rest is worse by as many days as it departs from even spacing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, pairwise

from ruche.engines.rounds.errors import BadProblem
from ruche.engines.rounds.problem import Need, Opening, Period, Problem

MOST = 20_000
"""Choices of days for one site and one period beyond which a need is refused as too vague."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A choice of openings for the visits of a need in a period."""

    openings: tuple[Opening, ...]
    missing: int
    irregularity: int
    """0: nth weekday of the month, evenly; then one per day away from it (see the module)."""


def nth_weekday(day: date) -> int:
    """1 for the first Tuesday of a month, 2 for the second…"""
    return (day.day - 1) // 7 + 1


def rhythms_of(problem: Problem, need: Need, rank: int) -> list[Rhythm]:
    """Every choice of openings that respects spacing, those that miss visits included.

    Visits of frozen days are in every choice, whatever their spacing: they are facts.
    """
    period, wanted = problem.periods[rank], need.wanted(rank)
    held = held_in(problem, need, period)
    free = [
        opening
        for opening in sorted(problem.site[need.site].openings)
        if opening.day in period and not problem.is_frozen(opening.day)
    ]
    facts = facts_about(problem, need)
    _refuse_vague(problem, need, len(free), max(0, wanted - len(held)))
    return [
        _rhythm(held, chosen, wanted)
        for size in range(max(0, wanted - len(held)), -1, -1)
        for chosen in combinations(free, size)
        if _is_spaced(need, held, chosen, facts, complete=len(held) + size >= wanted)
    ]


def _refuse_vague(problem: Problem, need: Need, free: int, wanted: int) -> None:
    choices = math.comb(free, min(wanted, free // 2))
    if choices > MOST:
        name = problem.site[need.site].name
        raise BadProblem(
            [
                f"{name} : {wanted} visites parmi {free} ouvertures font trop de choix. Planifiez "
                "des périodes plus courtes."
            ]
        )


def facts_about(problem: Problem, need: Need) -> list[date]:
    """The days of this need that nothing changes any more: before this month, and frozen."""
    past = [visit for visit in problem.announced if problem.is_frozen(visit.day)]
    return [
        visit.day
        for visit in (*problem.history, *past)
        if (visit.site, visit.team) == (need.site, need.team)
    ]


def held_in(problem: Problem, need: Need, period: Period) -> list[Opening]:
    """The openings of frozen days at which this need was met, as announced."""
    days = sorted(
        promise.day
        for promise in problem.announced
        if (promise.site, promise.team) == (need.site, need.team)
        and promise.day in period
        and problem.is_frozen(promise.day)
    )
    return [opening_on(problem, need, day) for day in days]


def opening_on(problem: Problem, need: Need, day: date) -> Opening:
    """The opening of a day that was announced; the whole day if the site has changed since."""
    for opening in sorted(problem.site[need.site].openings):
        if opening.day == day:
            return opening
    return Opening(day, 0, need.stay_min)


def _is_spaced(
    need: Need,
    held: list[Opening],
    chosen: tuple[Opening, ...],
    facts: list[date],
    *,
    complete: bool,
) -> bool:
    free = [opening.day for opening in chosen]
    if any(abs((day - fact).days) < need.min_days for day in free for fact in facts):
        return False
    if any((b - a).days < need.min_days for a, b in pairwise(free)):
        return False
    if not complete:
        return True
    days = sorted([*free, *(opening.day for opening in held)])
    return all(
        (b - a).days <= need.max_days or (b not in free and a not in free)
        for a, b in pairwise(days)
    )


def _rhythm(held: list[Opening], chosen: tuple[Opening, ...], wanted: int) -> Rhythm:
    openings = tuple(sorted([*held, *chosen]))
    return Rhythm(
        openings=openings,
        missing=max(0, wanted - len(openings)),
        irregularity=irregularity([opening.day for opening in openings], wanted),
    )


def irregularity(days: list[date], wanted: int) -> int:
    """How far these days are from something to remember, in days; 0 is the best."""
    ideal = 7 * max(1, round(4 / wanted)) if wanted else 7
    return sum(_step(a, b, ideal) for a, b in pairwise(days))


def _step(one: date, other: date, ideal: int) -> int:
    gap = (other - one).days
    if one.weekday() != other.weekday():
        return 2 + abs(gap - ideal)
    lasts = nth_weekday(one) <= 4 and nth_weekday(other) <= 4
    return abs(gap - ideal) + (0 if lasts else 1)


def conflicts(problem: Problem, need: Need) -> Iterator[tuple[Opening, Opening]]:
    """Openings of two periods that follow each other, too close for both to be visited."""
    openings = [
        opening
        for opening in sorted(problem.site[need.site].openings)
        if not problem.is_frozen(opening.day)
    ]
    for one, other in combinations(openings, 2):
        apart = (other.day - one.day).days
        if apart >= need.min_days or _period(problem, one.day) == _period(problem, other.day):
            continue
        yield one, other


def _period(problem: Problem, day: date) -> int:
    return next((rank for rank, period in enumerate(problem.periods) if day in period), -1)
