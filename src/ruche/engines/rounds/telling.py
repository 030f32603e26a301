"""The columns that a search chose, told as days of work that people can read."""

from __future__ import annotations

from ruche.engines.rounds.master import Master
from ruche.engines.rounds.plan import (
    DayOfWork,
    Ended,
    Meeting,
    Missing,
    Plan,
    Stage,
    Stop,
    Unplaced,
)
from ruche.engines.rounds.tours import Candidate, Tour

CHOSEN = 0.5
"""A column worth more than this is chosen: it is 0 or 1, to a rounding."""


def plan_of(master: Master, columns: list[float], stages: tuple[Stage, ...], ended: Ended) -> Plan:
    """The columns that were chosen, told as days of work."""
    days = [
        day_of(tour)
        for column, tour in zip(master.tour_columns, master.tours, strict=True)
        if columns[column] > CHOSEN
    ]
    return Plan(
        days=tuple(sorted(days, key=lambda day: (day.day, day.worker))),
        meetings=tuple(
            sorted(
                Meeting(opening.day, site, partner, opening.start, opening.end)
                for (partner, site, opening), column in master.partner_columns.items()
                if columns[column] > CHOSEN
            )
        ),
        missing=tuple(_missing(master, columns)),
        unplaced=tuple(
            Unplaced(block, worker)
            for (block, worker), column in sorted(master.block_columns.items())
            if columns[column] > CHOSEN
        ),
        stages=stages,
        ended=ended,
    )


def _missing(master: Master, columns: list[float]) -> list[Missing]:
    return sorted(
        Missing(site, team, period, rhythm.missing)
        for (site, team), choices in master.rhythm_columns.items()
        for column, period, rhythm in choices
        if columns[column] > CHOSEN and rhythm.missing
    )


def day_of(tour: Tour) -> DayOfWork:
    hours = tour.hours
    return DayOfWork(
        worker=tour.worker,
        day=tour.day,
        leave=hours.leave,
        back=hours.back,
        work=hours.work,
        metres=tour.metres,
        stops=tuple(
            _stop(candidate, start)
            for candidate, start in zip(tour.stops, hours.starts, strict=True)
        ),
        lunch_after=hours.lunch_after,
    )


def _stop(candidate: Candidate, start: int) -> Stop:
    opening = candidate.opening
    return Stop(
        start=start,
        end=start + candidate.halt.stay,
        opening=(opening.start, opening.end),
        site=candidate.need.site if candidate.need else None,
        team=candidate.need.team if candidate.need else None,
        block=candidate.block.id if candidate.block else None,
    )
