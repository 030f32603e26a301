"""Rules that could be let go, one by one: what « et si… » tries, and what explains a missing visit.

A waiver is a problem with one rule less and nothing else changed. Its label says in French what
would have to be true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from ruche.engines.rounds.limits import DAY, Contract
from ruche.engines.rounds.problem import Absence, Need, Opening, Problem, Site, Worker

WEEK = 7 * DAY
EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class Waiver:
    """One rule let go: `rule` is its stable name, `label` what it would mean, in French."""

    rule: str
    label: str
    apply: Callable[[Problem], Problem]


def waivers_for(problem: Problem, need: Need, period: int) -> list[Waiver]:
    """Every rule that could stand between a site and its visit, in an order that never changes."""
    return [
        *_of_the_need(problem, need, period),
        *_of_the_workers(problem, need, period),
        *_of_the_day(problem, need, period),
    ]


# --------------------------------------------------------------------------- the need


def _of_the_need(problem: Problem, need: Need, period: int) -> Iterator[Waiver]:
    site = problem.site[need.site]
    for opening in _openings(problem, need, period):
        if opening.end - opening.start < need.stay_min:
            yield _longer_opening(site, opening)
    if need.visits > 1 or problem.history or len(problem.periods) > 1:
        yield _change_need(
            need, "spacing", f"accepter à {site.name} d’autres écarts entre deux visites",
            min_days=1, max_days=400,
        )  # fmt: skip
    if need.required_skill is not None:
        yield _change_need(
            need, "skill", f"se passer à {site.name} de la compétence « {need.required_skill} »",
            required_skill=None,
        )  # fmt: skip
    if need.forbidden:
        names = ", ".join(problem.worker[worker].name for worker in need.forbidden)
        yield _change_need(need, "forbidden", f"laisser venir {names} à {site.name}", forbidden=())


def _openings(problem: Problem, need: Need, period: int) -> list[Opening]:
    return [
        opening
        for opening in sorted(problem.site[need.site].openings)
        if opening.day in problem.periods[period] and not problem.is_frozen(opening.day)
    ]


def _longer_opening(site: Site, opening: Opening) -> Waiver:
    def apply(problem: Problem) -> Problem:
        longer = replace(opening, start=0, end=DAY)
        now = problem.site[site.id]
        openings = tuple(longer if each == opening else each for each in now.openings)
        changed = replace(now, openings=openings)
        return replace(
            problem,
            sites=tuple(changed if each.id == site.id else each for each in problem.sites),
        )

    return Waiver("opening", f"que {site.name} ouvre plus longtemps le {opening.day:%d/%m}", apply)


def _change_need(need: Need, rule: str, label: str, **changes: object) -> Waiver:
    key = (need.site, need.team)

    def apply(problem: Problem) -> Problem:
        return replace(
            problem,
            needs=tuple(
                replace(each, **changes) if (each.site, each.team) == key else each  # type: ignore[arg-type]
                for each in problem.needs
            ),
        )

    return Waiver(rule, label, apply)


# ------------------------------------------------------------------------ the workers


def _of_the_workers(problem: Problem, need: Need, period: int) -> Iterator[Waiver]:
    days = [opening.day for opening in _openings(problem, need, period)]
    for worker in problem.team(need.team):
        yield from _of_absences(problem, worker, days)
        yield from _of_the_contract(worker, days)
    for vehicle in problem.vehicles:
        hit = sorted(set(vehicle.unavailable) & set(days))
        users = [w for w in problem.team(need.team) if w.vehicle == vehicle.id]
        if hit and users:
            yield _whole_vehicle(vehicle.id, f"que le véhicule « {vehicle.name} » soit disponible")
    for block in problem.blocks:
        if {worker.id for worker in problem.team(need.team)} & set(block.workers):
            yield _without_block(block.id, f"renoncer à « {block.name} »")


def _of_absences(problem: Problem, worker: Worker, days: list[date]) -> Iterator[Waiver]:
    for absence in problem.absences:
        if absence.worker == worker.id and any(absence.first <= d <= absence.last for d in days):
            yield _present(absence, worker)


def _present(absence: Absence, worker: Worker) -> Waiver:
    def apply(problem: Problem) -> Problem:
        return replace(problem, absences=tuple(a for a in problem.absences if a != absence))

    when = (
        f"le {absence.first:%d/%m}"
        if absence.first == absence.last
        else f"du {absence.first:%d/%m} au {absence.last:%d/%m}"
    )
    return Waiver("absence", f"que {worker.name} soit là {when}", apply)


def _of_the_contract(worker: Worker, days: list[date]) -> Iterator[Waiver]:
    name = worker.name
    if any(day.weekday() not in worker.contract.workdays for day in days):
        yield _contract(
            worker, "workdays", f"que {name} travaille d’autres jours", workdays=EVERY_DAY
        )
    yield _contract(
        worker, "week_hours", f"que {name} travaille plus d’heures dans la semaine",
        max_week_min=WEEK, max_week_abs_min=WEEK, avg12_max_min=WEEK,
    )  # fmt: skip
    yield _contract(
        worker, "day_hours", f"que {name} travaille plus longtemps dans la journée",
        max_day_min=DAY,
    )  # fmt: skip
    yield _contract(
        worker, "day_span", f"que {name} parte plus tôt ou rentre plus tard",
        earliest_start=0, latest_end=DAY,
    )  # fmt: skip


def _contract(worker: Worker, rule: str, label: str, **changes: object) -> Waiver:
    def apply(problem: Problem) -> Problem:
        contract: Contract = replace(problem.worker[worker.id].contract, **changes)  # type: ignore[arg-type]
        return _with_worker(problem, replace(problem.worker[worker.id], contract=contract))

    return Waiver(rule, label, apply)


def _with_worker(problem: Problem, worker: Worker) -> Problem:
    return replace(
        problem, workers=tuple(worker if w.id == worker.id else w for w in problem.workers)
    )


def _whole_vehicle(vehicle: str, label: str) -> Waiver:
    def apply(problem: Problem) -> Problem:
        return replace(
            problem,
            vehicles=tuple(
                replace(v, unavailable=()) if v.id == vehicle else v for v in problem.vehicles
            ),
        )

    return Waiver("vehicle", label, apply)


def _without_block(block: str, label: str) -> Waiver:
    def apply(problem: Problem) -> Problem:
        return replace(problem, blocks=tuple(b for b in problem.blocks if b.id != block))

    return Waiver("block", label, apply)


# ---------------------------------------------------------------------------- the day


def _of_the_day(problem: Problem, need: Need, period: int) -> Iterator[Waiver]:
    """One more person on a day of opening; longer days for all."""
    nearest = _nearest(problem, need)
    for day in sorted({opening.day for opening in _openings(problem, need, period)}):
        yield _one_more(nearest, day)

    def more_stops(relaxed: Problem) -> Problem:
        rules = replace(relaxed.rules, max_stops=relaxed.rules.max_stops + 1)
        return replace(relaxed, rules=rules)

    def longer_span(relaxed: Problem) -> Problem:
        return replace(relaxed, rules=replace(relaxed.rules, max_amplitude_min=DAY))

    stops = problem.rules.max_stops + 1
    yield Waiver("max_stops", f"faire {stops} lieux dans une même journée", more_stops)
    yield Waiver("amplitude", "des journées plus longues du départ au retour", longer_span)


def _nearest(problem: Problem, need: Need) -> Worker:
    """Who lives nearest to the site: one more person would best leave from there."""
    site = problem.place[problem.site[need.site].place]
    minutes = problem.travel.minutes
    team = problem.team(need.team)
    able = [worker for worker in team if problem.can_ever_visit(worker, need)]
    return min(
        able or team,
        key=lambda worker: (minutes[problem.place[worker.base]][site], worker.id),
    )


def _one_more(worker: Worker, day: date) -> Waiver:
    """Someone like this worker, on this day only."""

    def apply(relaxed: Problem) -> Problem:
        twin = replace(worker, id=f"{worker.id}+{day.isoformat()}", vehicle=None)
        others = [other for other in relaxed.days if other != day]
        away = [Absence(worker=twin.id, first=other, last=other) for other in others]
        return replace(
            relaxed,
            workers=(*relaxed.workers, twin),
            absences=(*relaxed.absences, *away),
        )

    label = f"une personne de plus le {day:%d/%m}, partant du même endroit que {worker.name}"
    return Waiver("one_tour", label, apply)
