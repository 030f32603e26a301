"""A plan that is already known, told in the columns of a program: where a search may start.

A search that starts from a legal plan never ends without one, and prunes what is worse from its
first second.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from ruche.engines.rounds.master import Master
from ruche.engines.rounds.plan import DayOfWork, Plan
from ruche.engines.rounds.problem import Opening
from ruche.engines.rounds.program import Expression, Program
from ruche.engines.rounds.tours import Candidate, Tour

TOLERANCE = 1e-6

StopKey = tuple[str, str, int, int]
DayKey = tuple[str, date, frozenset[StopKey]]


def columns_of(master: Master, plan: Plan) -> list[float] | None:
    """The columns of a plan; None when it breaks a rule of this program (a pin, a frozen day)."""
    values = list(master.program.lower)
    if not (_set_days(master, plan, values) and _set_rhythms(master, plan, values)):
        return None
    for unplaced in plan.unplaced:
        column = master.block_columns.get((unplaced.block, unplaced.worker))
        if column is None:
            return None
        values[column] = 1.0
    master.settle(values)
    return values if holds(master.program, values) else None


def holds(program: Program, values: list[float]) -> bool:
    """Whether these values respect every bound and every row."""
    bounds = zip(program.lower, values, program.upper, strict=True)
    if any(not low - TOLERANCE <= value <= high + TOLERANCE for low, value, high in bounds):
        return False
    return all(
        row.low - TOLERANCE <= Expression(row.terms).value(values) <= row.high + TOLERANCE
        for row in program.rows
    )


def _set_days(master: Master, plan: Plan, values: list[float]) -> bool:
    known: dict[DayKey, list[tuple[int, Tour]]] = defaultdict(list)
    for column, tour in zip(master.tour_columns, master.tours, strict=True):
        stops = frozenset(_candidate_key(stop) for stop in tour.stops)
        known[tour.worker, tour.day, stops].append((column, tour))
    for day in plan.days:
        chosen = [
            column
            for column, tour in known[day.worker, day.day, _stop_keys(day)]
            if (tour.metres, tour.work) == (day.metres, day.work)
        ]
        if not chosen:
            return False
        values[chosen[0]] = 1.0
    return True


def _candidate_key(stop: Candidate) -> StopKey:
    kind, name = stop.key
    return kind, name, stop.opening.start, stop.opening.end


def _stop_keys(day: DayOfWork) -> frozenset[StopKey]:
    return frozenset(
        ("block", stop.block, *stop.opening)
        if stop.block is not None
        else ("site", stop.site or "", *stop.opening)
        for stop in day.stops
    )


def _set_rhythms(master: Master, plan: Plan, values: list[float]) -> bool:
    made: dict[tuple[str, str], set[Opening]] = defaultdict(set)
    for day in plan.days:
        for stop in day.visits():
            made[stop.site or "", stop.team or ""].add(Opening(day.day, *stop.opening))
    for key, columns in master.rhythm_columns.items():
        for rank, period in enumerate(master.problem.periods):
            openings = tuple(sorted(each for each in made[key] if each.day in period))
            chosen = [c for c, of, each in columns if of == rank and each.openings == openings]
            if not chosen:
                return False
            values[chosen[0]] = 1.0
    return True
