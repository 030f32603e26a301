"""What each site is owed: visits made or said missing, neither too close nor too far apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.violation import Violation, on
from ruche.engines.rounds.plan import Missing
from ruche.engines.rounds.problem import Need
from ruche.french.numbers import counted


def judge_needs(case: Case) -> Iterator[Violation]:
    for need in case.problem.needs:
        for rank in range(len(case.problem.periods)):
            yield from _too_many(case, need, rank)
            yield from _too_far(case, need, rank)
        yield from _twice_a_day(case, need)
        yield from _too_close(case, need)
    yield from _missing(case)


def _too_many(case: Case, need: Need, rank: int) -> Iterator[Violation]:
    """More visits than wanted, unless frozen days alone made as many."""
    made = case.made_in(need, rank)
    frozen = [visit for visit in made if case.problem.is_frozen(visit.day)]
    if len(made) > max(need.wanted(rank), len(frozen)):
        text = f"{counted(len(made), 'visite')}, {need.wanted(rank)} voulues"
        yield Violation("too_many_visits", f"{_of(case, need)}, {_within(case, rank)} : {text}.")


def _missing(case: Case) -> Iterator[Violation]:
    """The list of missing visits is exact: nothing forgotten, nothing twice, nothing more."""
    expected = Counter(short_of(case))
    told = Counter(case.plan.missing)
    for missing in sorted(expected - told):
        yield _about_missing(case, missing, "il manque {}, le plan ne le dit pas")
    for missing in sorted(told - expected):
        yield _about_missing(case, missing, "le plan dit qu’il manque {}, ce n’est pas le compte")


def _about_missing(case: Case, missing: Missing, text: str) -> Violation:
    place = f"{case.place(missing.site)} (« {case.crew(missing.team)} »)"
    known = 0 <= missing.period < len(case.problem.periods)
    period = _within(case, missing.period) if known else f"période {missing.period + 1}"
    lacking = text.format(counted(missing.visits, "visite"))
    return Violation("missing", f"{place}, {period} : {lacking}.")


def short_of(case: Case) -> Iterator[Missing]:
    """Visits that the days of work do not make."""
    for need in case.problem.needs:
        for rank in range(len(case.problem.periods)):
            lacking = lacking_in(case, need, rank)
            if lacking:
                yield Missing(need.site, need.team, rank, lacking)


def lacking_in(case: Case, need: Need, rank: int) -> int:
    """How many visits of this period are not made."""
    return max(0, need.wanted(rank) - len(case.made_in(need, rank)))


def _twice_a_day(case: Case, need: Need) -> Iterator[Violation]:
    """Two workers on the same free day; the same worker twice is a matter of her day."""
    by_day: dict[date, set[str]] = defaultdict(set)
    for visit in case.visits_of[need.site, need.team]:
        by_day[visit.day].add(visit.worker)
    for day, workers in by_day.items():
        if len(workers) > 1 and not case.problem.is_frozen(day):
            names = ", ".join(sorted(case.person(worker) for worker in workers))
            yield Violation("visit_twice", f"{_of(case, need)}, {on(day)} : visité par {names}.")


def _too_close(case: Case, need: Need) -> Iterator[Violation]:
    """Every free visit is far enough from its neighbours, free or facts of before."""
    free = {
        visit.day
        for visit in case.visits_of[need.site, need.team]
        if not case.problem.is_frozen(visit.day)
    }
    dated = [*((day, True) for day in free), *((day, False) for day in _facts(case, need))]
    for (one, one_free), (other, other_free) in pairwise(sorted(dated)):
        apart = (other - one).days
        if apart < need.min_days and (one_free or other_free):
            text = f"{on(one)} et {on(other)}, {apart} jours d’écart, au moins {need.min_days}"
            yield Violation("min_days", f"{_of(case, need)} : {text}.")


def _facts(case: Case, need: Need) -> set[date]:
    past = (each for each in case.problem.announced if case.problem.is_frozen(each.day))
    return {
        each.day
        for each in (*case.problem.history, *past)
        if (each.site, each.team) == (need.site, need.team)
    }


def _too_far(case: Case, need: Need, rank: int) -> Iterator[Violation]:
    """In a period that lacks nothing, visits follow each other closely enough."""
    if lacking_in(case, need, rank):
        return
    days = sorted({visit.day for visit in case.made_in(need, rank)})
    for one, other in pairwise(days):
        apart = (other - one).days
        if apart > need.max_days and not case.problem.is_frozen(other):
            text = f"{on(one)} et {on(other)}, {apart} jours d’écart, au plus {need.max_days}"
            yield Violation("max_days", f"{_of(case, need)} : {text}.")


def _of(case: Case, need: Need) -> str:
    return f"{case.place(need.site)} (« {case.crew(need.team)} »)"


def _within(case: Case, rank: int) -> str:
    period = case.problem.periods[rank]
    return f"du {period.first:%d/%m/%Y} au {period.last:%d/%m/%Y}"
