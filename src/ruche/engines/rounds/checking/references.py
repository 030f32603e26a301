"""Whether everything that a plan names exists, and its days are days to plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ruche.engines.rounds.checking.case import Case, is_known
from ruche.engines.rounds.checking.violation import Violation, on
from ruche.engines.rounds.plan import DayOfWork, Stop
from ruche.french.numbers import counted


def judge_references(case: Case) -> Iterator[Violation]:
    for day in case.plan.days:
        yield from _unknown_in(case, day)
    yield from _days_twice(case)
    yield from _days_outside(case)


def _unknown_in(case: Case, day: DayOfWork) -> Iterator[Violation]:
    who = f"{case.person(day.worker)}, {on(day.day)} :"
    if day.worker not in case.problem.worker:
        yield Violation("unknown", f"{who} cette personne n’est pas dans l’équipe du mois.")
    if not day.stops:
        yield Violation("empty_day", f"{who} ce jour de travail n’a ni visite ni temps réservé.")
    for stop in day.stops:
        if not is_known(case.problem, stop):
            yield Violation("unknown", f"{who} {_stranger(case, stop)}")


def _stranger(case: Case, stop: Stop) -> str:
    if stop.block is not None:
        return f"le temps réservé « {stop.block} » est inconnu, ou mêlé à une visite."
    place, team = case.place(stop.site or ""), case.crew(stop.team or "")
    return f"aucune visite n’est due à {place} par « {team} »."


def _days_twice(case: Case) -> Iterator[Violation]:
    days = Counter((day.worker, day.day) for day in case.plan.days)
    for (worker, day), count in days.items():
        if count > 1:
            text = f"{case.person(worker)} a {counted(count, 'journée')} de travail {on(day)}."
            yield Violation("one_day", text)


def _days_outside(case: Case) -> Iterator[Violation]:
    """A free day belongs to the month, a free visit to one of its periods."""
    problem = case.problem
    for day in case.plan.days:
        if problem.is_frozen(day.day) or any(day.day in period for period in problem.periods):
            continue
        if day.visits() or not problem.first <= day.day <= problem.last:
            who = f"{case.person(day.worker)}, {on(day.day)} :"
            yield Violation("outside", f"{who} ce jour n’est dans aucune période à planifier.")
