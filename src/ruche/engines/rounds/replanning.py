"""A month that changes after it was announced: what to hold, what moves, whom to call.

Each verb gives the problem of the changed month, in which what was announced is a promise and what
is past is a fact. Its best plan moves as few dates as the change allows, and the solver proves it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ruche.engines.rounds.plan import Plan
from ruche.engines.rounds.problem import Absence, Assignment, Need, Opening, Pin, Problem, Site


def announced(problem: Problem, plan: Plan, *, today: date) -> Problem:
    """The same month once its plan is announced; nothing before `today` moves any more."""
    return replace(problem, announced=plan.assignments, frozen_until=today, pins=())


def absent(problem: Problem, worker: str, first: date, last: date) -> Problem:
    """Someone is away, both days included."""
    away = Absence(worker=worker, first=first, last=last)
    return replace(problem, absences=(*problem.absences, away))


def closed_site(problem: Problem, site: str, first: date, last: date) -> Problem:
    """A site does not open between two days, both included."""

    def is_kept(opening: Opening) -> bool:
        return not first <= opening.day <= last

    closed = replace(
        problem.site[site], openings=tuple(filter(is_kept, problem.site[site].openings))
    )
    return replace(
        problem, sites=tuple(closed if each.id == site else each for each in problem.sites)
    )


def extended(problem: Problem, site: str, team: str, stay_min: int) -> Problem:
    """Visits of a site last longer, or less long."""
    longer = replace(problem.need[site, team], stay_min=stay_min)
    return _with_need(problem, site, team, longer)


def extra_visit(problem: Problem, site: str, team: str, day: date) -> Problem:
    """One visit more than planned, on this day."""
    need = problem.need[site, team]
    counts = tuple(
        need.wanted(rank) + (day in period) for rank, period in enumerate(problem.periods)
    )
    more = _with_need(problem, site, team, replace(need, by_period=counts, min_days=1))
    return replace(more, pins=(*more.pins, Pin(site=site, team=team, day=day)))


def dates_kept(problem: Problem) -> Problem:
    """No date that was announced moves, and none is added: people change, or a visit is lost.

    A day imposed since, which nobody was told of, is no longer.
    """
    announced = {(each.site, each.day) for each in problem.announced}

    def only_announced(site: Site) -> Site:
        openings = tuple(each for each in site.openings if (site.id, each.day) in announced)
        return replace(site, openings=openings)

    pins = tuple(pin for pin in problem.pins if pin.day is None or (pin.site, pin.day) in announced)
    return replace(problem, sites=tuple(map(only_announced, problem.sites)), pins=pins)


def others_kept(problem: Problem, worker: str) -> Problem:
    """The announced visits of everyone else stay where they are: only this worker's may move."""
    pins = [
        Pin(site=each.site, team=each.team, day=each.day, worker=each.worker)
        for each in problem.announced
        if each.worker != worker and _can_stay(problem, each)
    ]
    return replace(problem, pins=(*problem.pins, *pins))


def _can_stay(problem: Problem, promise: Assignment) -> bool:
    """A fact needs no pin; a door that closed, or someone who left, cannot be held to it."""
    return (
        not problem.is_frozen(promise.day)
        and promise.worker in problem.worker
        and promise.site in problem.site
        and any(opening.day == promise.day for opening in problem.site[promise.site].openings)
        and bool(problem.presence(problem.worker[promise.worker], promise.day))
    )


def _with_need(problem: Problem, site: str, team: str, need: Need) -> Problem:
    return replace(
        problem,
        needs=tuple(
            need if (each.site, each.team) == (site, team) else each for each in problem.needs
        ),
    )


# -------------------------------------------------------------------------- the calls


class Change(StrEnum):
    """What happens to an announced visit."""

    MOVED = "moved"
    OTHER_WORKER = "other_worker"
    CANCELLED = "cancelled"
    ADDED = "added"


@dataclass(frozen=True, slots=True, order=True)
class Call:
    """What to tell a site: the visit that was announced, the one that takes its place."""

    site: str
    team: str
    change: Change
    before: Assignment | None
    after: Assignment | None


def calls(before: Iterable[Assignment], after: Iterable[Assignment]) -> list[Call]:
    """The difference between two announcements, site by site, as few calls as there are changes.

    A date that goes and a date that comes at the same site and team make one move, nearest dates
    together.
    """
    old, new = _by_need(before), _by_need(after)
    found: list[Call] = []
    for key in sorted(old.keys() | new.keys()):
        found += _calls_of(key, old.get(key, {}), new.get(key, {}))
    return found


def _by_need(visits: Iterable[Assignment]) -> dict[tuple[str, str], dict[date, Assignment]]:
    found: dict[tuple[str, str], dict[date, Assignment]] = defaultdict(dict)
    for visit in visits:
        found[visit.site, visit.team][visit.day] = visit
    return found


def _calls_of(
    key: tuple[str, str], old: dict[date, Assignment], new: dict[date, Assignment]
) -> list[Call]:
    kept = sorted(old.keys() & new.keys())
    found = [
        Call(*key, Change.OTHER_WORKER, old[day], new[day])
        for day in kept
        if old[day].worker != new[day].worker
    ]
    gone, come = sorted(old.keys() - new.keys()), sorted(new.keys() - old.keys())
    for one, other in _pairs(gone, come):
        found.append(Call(*key, Change.MOVED, old[one], new[other]))
        gone.remove(one)
        come.remove(other)
    found += [Call(*key, Change.CANCELLED, old[day], None) for day in gone]
    found += [Call(*key, Change.ADDED, None, new[day]) for day in come]
    return found


def _pairs(gone: list[date], come: list[date]) -> list[tuple[date, date]]:
    """Each date that goes with the nearest that comes, nearest pairs first."""
    near = sorted((abs((a - b).days), a, b) for a in gone for b in come)
    pairs: list[tuple[date, date]] = []
    for _apart, one, other in near:
        if all(one != a and other != b for a, b in pairs):
            pairs.append((one, other))
    return pairs


# ------------------------------------------------------------------------ the partners


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A moment when a partner would find teams at a site."""

    site: str
    opening: Opening
    teams: tuple[str, ...]


def dates_for_partner(
    problem: Problem, plan: Plan, sites: Iterable[str], days: Iterable[date], *, many: int = 3
) -> list[Suggestion]:
    """The best moments of a plan for someone who could come on these days to these sites.

    More teams first, then the earliest; each site and each day once as long as others remain.
    """
    wished, free = set(sites), set(days)
    teams: dict[tuple[str, Opening], set[str]] = defaultdict(set)
    for day in plan.days:
        for stop in day.visits():
            if stop.site in wished and day.day in free and not problem.is_frozen(day.day):
                teams[stop.site or "", Opening(day.day, *stop.opening)].add(stop.team or "")
    ranked = sorted(teams.items(), key=lambda item: (-len(item[1]), item[0][1], item[0][0]))
    found = [Suggestion(site, opening, tuple(sorted(who))) for (site, opening), who in ranked]
    return _varied(found)[:many]


def _varied(found: list[Suggestion]) -> list[Suggestion]:
    first: list[Suggestion] = []
    for one in found:
        if all(one.site != o.site and one.opening.day != o.opening.day for o in first):
            first.append(one)
    return first + [one for one in found if one not in first]
