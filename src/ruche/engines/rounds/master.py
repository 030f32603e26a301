"""The month as one program: which days of work may go together, every rule a row with its name.

A column for each legal day of work (`tours`), one for each choice of days of a site (`rhythms`),
one for each partner who could join a team. What a plan is worth is counted over these columns by
`criteria`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from ruche.engines.rounds.facts import frozen_tours
from ruche.engines.rounds.problem import (
    Opening,
    Partner,
    Problem,
    Worker,
    monday_of,
)
from ruche.engines.rounds.program import Program, added, negative, total
from ruche.engines.rounds.rhythms import Rhythm, conflicts, rhythms_of
from ruche.engines.rounds.tours import Tour, tours_of

WEEKS = 12
"""Over how many weeks the law takes its average."""

NeedKey = tuple[str, str]
Terms = dict[int, float]
Settler = Callable[[list[float]], None]
"""Gives a column that only counts the value that the choices give it."""


@dataclass(slots=True)
class Master:
    """The program of a month and what its columns mean."""

    problem: Problem
    tours: list[Tour]
    program: Program = field(default_factory=Program)
    tour_columns: list[int] = field(default_factory=list)
    rhythm_columns: dict[NeedKey, list[tuple[int, int, Rhythm]]] = field(default_factory=dict)
    """For each need: (column, rank of the period, choice of days)."""
    partner_columns: dict[tuple[str, str, Opening], int] = field(default_factory=dict)
    block_columns: dict[tuple[str, str], int] = field(default_factory=dict)
    """(block, worker) → column worth 1 when that time could not be placed."""
    joint_columns: dict[tuple[str, Opening, str, str], int] = field(default_factory=dict)
    settlers: list[Settler] = field(default_factory=list)
    visits: dict[tuple[NeedKey, Opening], list[int]] = field(default_factory=dict)
    visits_by: dict[tuple[NeedKey, str], dict[Opening, list[int]]] = field(default_factory=dict)

    def presence(self, need: NeedKey, opening: Opening) -> Terms:
        """Worth 1 when this team is at this opening."""
        return total(
            column
            for column, _period, rhythm in self.rhythm_columns[need]
            if opening in rhythm.openings
        )

    def presence_on(self, need: NeedKey, day: date) -> Terms:
        return total(
            column
            for column, _period, rhythm in self.rhythm_columns[need]
            if any(opening.day == day for opening in rhythm.openings)
        )

    def settle(self, columns: list[float]) -> None:
        """Make what counts tell the truth: a search that was not about it leaves it anywhere."""
        for settler in self.settlers:
            settler(columns)

    def made_by(self, need: NeedKey, worker: str, day: date) -> Terms:
        """Worth 1 when this worker makes this visit on this day."""
        columns = self.visits_by.get((need, worker), {})
        return total(
            column for opening, some in columns.items() if opening.day == day for column in some
        )


def build(problem: Problem) -> Master:
    """Columns and rows of a problem, always in the same order for the same problem."""
    frozen = frozen_tours(problem)
    master = Master(problem, [*frozen, *tours_of(problem)])
    _add_tours(master, len(frozen))
    _one_tour_a_day(master)
    _add_rhythms(master)
    _add_blocks(master)
    _limit_hours(master)
    _keep_rest(master)
    _share_vehicles(master)
    _add_partners(master)
    _hold_pins(master)
    return master


# ------------------------------------------------------------------------------ rules


def _add_tours(master: Master, frozen: int) -> None:
    visits: dict[tuple[NeedKey, Opening], list[int]] = defaultdict(list)
    visits_by: dict[tuple[NeedKey, str], dict[Opening, list[int]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for rank, tour in enumerate(master.tours):
        column = master.program.column(1 if rank < frozen else 0, 1)
        master.tour_columns.append(column)
        for stop in tour.stops:
            if stop.need is not None:
                key = (stop.need.site, stop.need.team)
                visits[key, stop.opening].append(column)
                visits_by[key, tour.worker][stop.opening].append(column)
    master.visits.update(visits)
    master.visits_by.update(visits_by)


def _columns_by(master: Master) -> dict[tuple[str, date], list[tuple[int, Tour]]]:
    found: dict[tuple[str, date], list[tuple[int, Tour]]] = defaultdict(list)
    for column, tour in zip(master.tour_columns, master.tours, strict=True):
        found[tour.worker, tour.day].append((column, tour))
    return found


def _one_tour_a_day(master: Master) -> None:
    for (worker, day), columns in _columns_by(master).items():
        name = ("one_tour", worker, day.isoformat())
        master.program.at_most(name, total(column for column, _tour in columns), 1)


def _add_rhythms(master: Master) -> None:
    """Each need has one choice of days per period, and a day of work wherever it says so."""
    problem, program = master.problem, master.program
    for need in problem.needs:
        key = (need.site, need.team)
        columns = master.rhythm_columns[key] = []
        for rank in range(len(problem.periods)):
            chosen = [(program.choice(), rank, each) for each in rhythms_of(problem, need, rank)]
            name = ("one_rhythm", *key, str(rank))
            program.exactly(name, total(column for column, _rank, _each in chosen), 1)
            columns.extend(chosen)
        _meet(master, key)
        for one, other in conflicts(problem, need):
            terms = added(master.presence(key, one), master.presence(key, other))
            program.at_most(("spacing", *key, str(one), str(other)), terms, 1)


def _meet(master: Master, key: NeedKey) -> None:
    openings = {
        opening
        for _column, _rank, rhythm in master.rhythm_columns[key]
        for opening in rhythm.openings
    }
    openings |= {opening for need, opening in master.visits if need == key}
    for opening in sorted(openings):
        wanted = master.presence(key, opening)
        made = total(master.visits.get((key, opening), ()), -1)
        master.program.exactly(("visit", *key, str(opening)), added(wanted, made), 0)


def _add_blocks(master: Master) -> None:
    """Reserved times: once for each person; together, at one option for all or for nobody."""
    problem, program = master.problem, master.program
    for block in problem.blocks:
        if len(block.options) == 1 and problem.is_frozen(block.options[0].day):
            continue
        for worker in block.workers:
            missing = master.block_columns[block.id, worker] = program.choice()
            held = total(_holding(master, block.id, worker, None))
            program.exactly(("block", block.id, worker), added(held, {missing: 1}), 1)
        if block.together:
            for option in block.options:
                _hold_together(master, block.id, block.workers, option)


def _hold_together(master: Master, block: str, workers: tuple[str, ...], option: Opening) -> None:
    first = total(_holding(master, block, workers[0], option))
    for other in workers[1:]:
        terms = added(first, total(_holding(master, block, other, option), -1))
        if terms:
            master.program.exactly(("together", block, other, str(option)), terms, 0)


def _holding(master: Master, block: str, worker: str, option: Opening | None) -> list[int]:
    return [
        column
        for column, tour in zip(master.tour_columns, master.tours, strict=True)
        if tour.worker == worker
        for stop in tour.stops
        if stop.block is not None
        and stop.block.id == block
        and (option is None or stop.opening == option)
    ]


def _limit_hours(master: Master) -> None:
    """Week by week, and the law's average over twelve weeks where it could be passed."""
    by_week = work_by_week(master)
    before = {(week.worker, week.monday): week.minutes for week in master.problem.worked}
    for (worker_id, monday), terms in sorted(by_week.items()):
        worker = master.problem.worker[worker_id]
        left = worker.contract.weekly_min - before.get((worker_id, monday), 0)
        high = max(left, _lowest(master, terms))
        master.program.at_most(("week", worker_id, monday.isoformat()), terms, high)
    for worker in master.problem.workers:
        _limit_average(master, worker, {m: t for (w, m), t in by_week.items() if w == worker.id})


def work_by_week(master: Master) -> dict[tuple[str, date], Terms]:
    """(worker, Monday) → minutes of work."""
    found: dict[tuple[str, date], Terms] = defaultdict(dict)
    for column, tour in zip(master.tour_columns, master.tours, strict=True):
        found[tour.worker, monday_of(tour.day)][column] = tour.work
    return found


def _lowest(master: Master, terms: Terms) -> float:
    """What the frozen days already take: a fact, even beyond a limit."""
    return sum(weight * master.program.lower[column] for column, weight in terms.items())


def _limit_average(master: Master, worker: Worker, weeks: dict[date, Terms]) -> None:
    before = {
        week.monday: week.minutes for week in master.problem.worked if week.worker == worker.id
    }
    most = WEEKS * worker.contract.avg12_max_min
    for last in sorted(weeks):
        mondays = [last - timedelta(weeks=back) for back in range(WEEKS)]
        done = sum(before.get(monday, 0) for monday in mondays)
        ahead = [weeks[monday] for monday in mondays if monday in weeks]
        possible = sum(max(worker.contract.weekly_min, _lowest(master, week)) for week in ahead)
        if done + possible <= most:
            continue
        terms = added(*ahead)
        high = max(most - done, _lowest(master, terms))
        master.program.at_most(("average", worker.id, last.isoformat()), terms, high)


def _keep_rest(master: Master) -> None:
    """Late one day and early the next: for each hour of return, what it forbids."""
    rest = master.problem.rules.rest_min
    columns = _columns_by(master)
    for (worker, day), today in columns.items():
        tomorrow = columns.get((worker, day + timedelta(days=1)), [])
        for back in sorted({tour.hours.back for _column, tour in today}):
            early = [c for c, tour in tomorrow if tour.hours.leave + 24 * 60 - back < rest]
            late = [c for c, tour in today if tour.hours.back >= back]
            terms = total([*early, *late])
            if early and _lowest(master, terms) <= 1:
                master.program.at_most(("rest", worker, day.isoformat(), str(back)), terms, 1)


def _share_vehicles(master: Master) -> None:
    problem = master.problem
    drivers = {w.id: w.vehicle for w in problem.workers if w.vehicle is not None}
    for vehicle in problem.vehicles:
        users = [worker for worker, used in drivers.items() if used == vehicle.id]
        if len(users) <= vehicle.count:
            continue
        for day in problem.days:
            columns = [
                column
                for column, tour in zip(master.tour_columns, master.tours, strict=True)
                if tour.day == day and drivers.get(tour.worker) == vehicle.id
            ]
            name = ("vehicle", vehicle.id, day.isoformat())
            terms = total(columns)
            master.program.at_most(name, terms, max(vehicle.count, _lowest(master, terms)))


def _add_partners(master: Master) -> None:
    """Where a partner could join a team: one site a day, each site once, as often as wished."""
    for partner in master.problem.partners:
        by_day: dict[date, list[int]] = defaultdict(list)
        by_site: dict[str, list[int]] = defaultdict(list)
        for site, opening, terms in _meetings(master, partner):
            column = master.program.choice()
            master.partner_columns[partner.id, site, opening] = column
            by_day[opening.day].append(column)
            by_site[site].append(column)
            alone = added({column: 1}, negative(terms))
            master.program.at_most(("partner_meets", partner.id, site, str(opening)), alone, 0)
        for day, columns in by_day.items():
            master.program.at_most(("partner_day", partner.id, str(day)), total(columns), 1)
        for site, columns in by_site.items():
            master.program.at_most(("partner_site", partner.id, site), total(columns), 1)
        everywhere = total(column for columns in by_day.values() for column in columns)
        master.program.at_most(("partner_visits", partner.id), everywhere, partner.visits)
    _keep_seats(master)


def _meetings(master: Master, partner: Partner) -> list[tuple[str, Opening, Terms]]:
    """(site, opening, what is worth 1 or more when someone is there to be joined)."""
    found = []
    for site in partner.sites or [site.id for site in master.problem.sites]:
        for opening in sorted(master.problem.site[site].openings):
            if opening.day not in partner.days:
                continue
            terms = _who_can_be_joined(master, partner, site, opening)
            if terms:
                found.append((site, opening, terms))
    return found


def _who_can_be_joined(master: Master, partner: Partner, site: str, opening: Opening) -> Terms:
    if partner.rides is not None:
        riders = [
            worker.id
            for worker in master.problem.workers
            if worker.vehicle == partner.rides
            and (not partner.teams or worker.team in partner.teams)
        ]
        return total(
            column
            for (key, worker), columns in master.visits_by.items()
            if key[0] == site and worker in riders
            for column in columns.get(opening, ())
        )
    teams = [need.team for need in master.problem.needs if need.site == site]
    chosen = [team for team in teams if not partner.teams or team in partner.teams]
    return added(*(master.presence((site, team), opening) for team in chosen))


def _keep_seats(master: Master) -> None:
    problem = master.problem
    for vehicle in problem.vehicles:
        crew = max((w.people for w in problem.workers if w.vehicle == vehicle.id), default=0)
        free = vehicle.seats - crew
        by_day: dict[date, list[int]] = defaultdict(list)
        for (partner, _site, opening), column in master.partner_columns.items():
            if _partner(problem, partner).rides == vehicle.id:
                by_day[opening.day].append(column)
        for day, columns in by_day.items():
            if len(columns) > free:
                name = ("seats", vehicle.id, day.isoformat())
                master.program.at_most(name, total(columns), free)


def _partner(problem: Problem, name: str) -> Partner:
    return next(partner for partner in problem.partners if partner.id == name)


def pin_name(rank: int) -> tuple[str, ...]:
    return ("pin", str(rank))


def _hold_pins(master: Master) -> None:
    for rank, pin in enumerate(master.problem.pins):
        key = (pin.site, pin.team)
        if pin.worker is None:
            assert pin.day is not None
            master.program.exactly(pin_name(rank), master.presence_on(key, pin.day), 1)
        elif pin.day is None:
            master.program.exactly(pin_name(rank), _by_others(master, key, pin.worker), 0)
        else:
            master.program.exactly(pin_name(rank), master.made_by(key, pin.worker, pin.day), 1)


def _by_others(master: Master, key: NeedKey, worker: str) -> Terms:
    return total(
        column
        for (need, other), columns in master.visits_by.items()
        if need == key and other != worker
        for opening, some in columns.items()
        if not master.problem.is_frozen(opening.day)
        for column in some
    )
