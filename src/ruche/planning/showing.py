"""A version of a month as pages show it: by site, by person, day by day, and its figures."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from functools import cached_property

from django.utils import timezone

from ruche.engines.figures import Figure, Reading, ranked_bars
from ruche.engines.rounds import Criterion, DayOfWork, Plan, Problem, Stage, Stop, Worker
from ruche.engines.rounds.limits import clock
from ruche.engines.rounds.problem import monday_of
from ruche.french.numbers import NBSP, number
from ruche.french.times import DAYS, hour
from ruche.planning.gathering import as_time
from ruche.planning.models import Version
from ruche.planning.wording import (
    CRITERIA,
    duration,
    kilometres,
    reached_in_words,
    value_in_words,
)

BARS = 420.0
"""Pixels of a figure: two stand side by side."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A visit, ready to be read."""

    site: str
    site_name: str
    rota: str
    day: date
    worker: str
    worker_name: str
    initials: str
    mark: int
    """Which of the marks of a grid tells this person from the others, from 1."""
    starts: time
    ends: time

    @property
    def hours(self) -> str:
        """« de 14 h à 15 h 30 »."""
        return f"de {hour(self.starts)} à {hour(self.ends)}"

    @property
    def query(self) -> str:
        """What names it in an address."""
        return f"lieu={self.site}&roulement={self.rota}&jour={self.day}&qui={self.worker}"


@dataclass(frozen=True, slots=True)
class Day:
    """A column of a grid."""

    date: date
    is_today: bool
    is_off: bool
    """Whether nobody works, and no door opens."""

    @property
    def letter(self) -> str:
        return DAYS[self.date.weekday()][0].upper()

    @property
    def is_monday(self) -> bool:
        return self.date.weekday() == 0


@dataclass(frozen=True, slots=True)
class Cell:
    """What a grid has at a row and a day."""

    day: Day
    visits: tuple[Shown, ...] = ()
    is_open: bool = False
    others: tuple[str, ...] = ()
    """Partners who come, reserved times."""
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a grid: a site, or a person."""

    key: str
    name: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Outing:
    """A day of someone, for lists, paper and maps."""

    day: date
    worker: str
    worker_name: str
    leave: time
    back: time
    work: str
    metres: int
    stops: tuple[tuple[str, str], ...]
    """Hours and words of each stop, in order."""
    with_whom: tuple[str, ...] = ()

    @property
    def road(self) -> str:
        return kilometres(self.metres)


@dataclass(frozen=True, slots=True)
class Told:
    """A criterion, in words: what it reached, what cannot be passed, whether both meet."""

    name: str
    meaning: str
    value: str
    bound: str
    proved: bool


@dataclass
class Board:
    """One version, read once; every list is computed when a page asks for it."""

    version: Version
    today: date = field(default_factory=timezone.localdate)

    def __post_init__(self) -> None:
        self.problem: Problem = self.version.problem
        self.plan: Plan = self.version.found
        self._marks = {worker.id: rank for rank, worker in enumerate(self.problem.workers, 1)}

    @cached_property
    def days(self) -> tuple[Day, ...]:
        worked = {day.day for day in self.plan.days}
        opened = {each.day for site in self.problem.sites for each in site.openings}
        return tuple(
            Day(each, each == self.today, each not in worked and each not in opened)
            for each in self.problem.days
        )

    @cached_property
    def visits(self) -> tuple[Shown, ...]:
        """In order of day and hour."""
        found = [self._shown(day, stop) for day in self.plan.days for stop in day.visits()]
        return tuple(sorted(found, key=lambda each: (each.day, each.starts, each.site_name)))

    def _shown(self, day: DayOfWork, stop: Stop) -> Shown:
        worker = self.problem.worker.get(day.worker)
        name = worker.name if worker else "?"
        return Shown(
            site=stop.site or "",
            site_name=self.problem.site[stop.site or ""].name,
            rota=stop.team or "",
            day=day.day,
            worker=day.worker,
            worker_name=name,
            initials=initials(name),
            mark=self._marks.get(day.worker, 0),
            starts=as_time(stop.start),
            ends=as_time(stop.end),
        )

    # ---------------------------------------------------------------------------- grids

    @cached_property
    def site_rows(self) -> tuple[Row, ...]:
        """A line for each site where something is owed, in order of name."""
        at: dict[tuple[str, date], list[Shown]] = defaultdict(list)
        for visit in self.visits:
            at[visit.site, visit.day].append(visit)
        partners = self._partners()
        missing = self._missing_by_site()
        return tuple(
            Row(
                key=site.id,
                name=site.name,
                note=missing.get(site.id, ""),
                cells=tuple(
                    Cell(
                        day,
                        tuple(at[site.id, day.date]),
                        day.date in {each.day for each in site.openings},
                        tuple(partners[site.id, day.date]),
                    )
                    for day in self.days
                ),
            )
            for site in sorted(self.problem.sites, key=lambda each: (each.name, each.id))
        )

    def _partners(self) -> Mapping[tuple[str, date], list[str]]:
        names = {each.id: each.name for each in self.problem.partners}
        found: dict[tuple[str, date], list[str]] = defaultdict(list)
        for meeting in self.plan.meetings:
            found[meeting.site, meeting.day].append(names.get(meeting.partner, "un partenaire"))
        return found

    def _missing_by_site(self) -> dict[str, str]:
        found: dict[str, int] = defaultdict(int)
        for each in self.plan.missing:
            found[each.site] += each.visits
        return {site: f"manque {count}" for site, count in found.items()}

    @cached_property
    def worker_rows(self) -> tuple[Row, ...]:
        days = {(day.worker, day.day): day for day in self.plan.days}
        return tuple(self._worker_row(worker, days) for worker in self.problem.workers)

    def _worker_row(self, worker: Worker, days: Mapping[tuple[str, date], DayOfWork]) -> Row:
        mine = [day for day in self.plan.days if day.worker == worker.id]
        work, metres = sum(day.work for day in mine), sum(day.metres for day in mine)
        return Row(
            key=worker.id,
            name=worker.name,
            note=f"{duration(work)}, {kilometres(metres)}",
            cells=tuple(
                self._worker_cell(worker, day, days.get((worker.id, day.date))) for day in self.days
            ),
        )

    def _worker_cell(self, worker: Worker, day: Day, held: DayOfWork | None) -> Cell:
        present = bool(self.problem.presence(worker, day.date))
        if held is None:
            at_work = day.date.weekday() in worker.contract.workdays
            return Cell(day, is_open=present, is_away=at_work and not present)
        return Cell(
            day,
            tuple(self._shown(held, stop) for stop in held.visits()),
            present,
            tuple(self.problem.block[stop.block].name for stop in held.stops if stop.block),
            not present,
        )

    @property
    def by_day(self) -> list[tuple[Day, tuple[Cell, ...]]]:
        """The same cells, a line for each day on which someone could work, or does."""
        columns = [row.cells for row in self.worker_rows]
        lines = [
            (day, tuple(column[rank] for column in columns)) for rank, day in enumerate(self.days)
        ]
        return [(day, cells) for day, cells in lines if any(map(_has_something, cells))]

    # ----------------------------------------------------------------------------- lists

    @property
    def unplaced(self) -> list[tuple[str, str]]:
        """Reserved times that found no place, and for whom."""
        return [
            (self.problem.block[each.block].name, self.problem.worker[each.worker].name)
            for each in self.plan.unplaced
        ]

    @cached_property
    def outings(self) -> tuple[Outing, ...]:
        return tuple(self._outing(day) for day in self.plan.days)

    def outings_on(self, day: date) -> tuple[Outing, ...]:
        return tuple(each for each in self.outings if each.day == day)

    def _outing(self, day: DayOfWork) -> Outing:
        worker = self.problem.worker.get(day.worker)
        partners = self._partners()
        return Outing(
            day=day.day,
            worker=day.worker,
            worker_name=worker.name if worker else "?",
            leave=as_time(day.leave),
            back=as_time(day.back),
            work=duration(day.work),
            metres=day.metres,
            stops=tuple(
                (f"{clock(stop.start)} – {clock(stop.end)}", self._stop_name(stop))
                for stop in day.stops
            ),
            with_whom=tuple(
                name for stop in day.stops for name in partners[stop.site or "", day.day]
            ),
        )

    def _stop_name(self, stop: Stop) -> str:
        if stop.block is not None:
            return self.problem.block[stop.block].name
        return self.problem.site[stop.site or ""].name

    # ---------------------------------------------------------------------------- figures

    @cached_property
    def criteria(self) -> tuple[Told, ...]:
        return tuple(told(self.plan, stage) for stage in self.plan.stages)

    @property
    def is_proved(self) -> bool:
        return self.plan.proved

    @cached_property
    def lacking(self) -> int:
        """Visits that are owed and not made."""
        return sum(each.visits for each in self.plan.missing)

    @cached_property
    def road(self) -> str:
        return kilometres(self.plan.metres)

    @cached_property
    def load(self) -> Figure | None:
        """Work of each person as a share of her contract over the days when she is there."""
        return _bars(
            [
                Reading(worker.name, share, f"{number(share)}{NBSP}%")
                for worker in self.problem.workers
                if (share := self._share(worker)) is not None
            ],
            key="charge",
            column="Qui",
            title="Temps de travail, en part du contrat",
            unit="% du contrat",
        )

    def _share(self, worker: Worker) -> float | None:
        days = sum(bool(self.problem.presence(worker, day)) for day in self.problem.days)
        contracted = days * worker.contract.max_week_min / max(1, len(worker.contract.workdays))
        if not contracted:
            return None
        work = sum(day.work for day in self.plan.days if day.worker == worker.id)
        return round(100 * work / contracted, 1)

    @cached_property
    def roads(self) -> Figure | None:
        """Kilometres of each person."""
        metres: dict[str, int] = defaultdict(int)
        for day in self.plan.days:
            metres[day.worker] += day.metres
        return _bars(
            [
                Reading(worker.name, metres[worker.id] / 1000, kilometres(metres[worker.id]))
                for worker in self.problem.workers
            ],
            key="route",
            column="Qui",
            title="Kilomètres de chaque personne",
            unit="kilomètres",
        )

    @cached_property
    def faces(self) -> Figure | None:
        """How many people each site sees, for each rota: one is continuity itself."""
        seen: dict[tuple[str, str], set[str]] = defaultdict(set)
        for visit in self.visits:
            seen[visit.site, visit.rota].add(visit.worker_name)
        counts: dict[int, int] = defaultdict(int)
        for names in seen.values():
            counts[len(names)] += 1
        return _bars(
            [
                Reading(
                    f"{count} visage" + ("s" if count > 1 else ""),
                    float(places),
                    f"{places} lieu" + ("x" if places > 1 else ""),
                )
                for count, places in sorted(counts.items())
            ],
            key="visages",
            column="Visages",
            title="Visages que voit un lieu dans le mois, pour une même équipe",
            unit="lieux",
        )

    @cached_property
    def together(self) -> Figure | None:
        """Shared presence, week by week."""
        weeks: dict[date, int] = defaultdict(int)
        for day in self.problem.days:
            weeks[monday_of(day)] += self._shared_on(day)
        return _bars(
            [
                Reading(f"semaine du {monday:%d/%m}", float(count), f"{count}")
                for monday, count in sorted(weeks.items())
            ],
            key="ensemble",
            column="Semaine",
            title="Présences partagées, semaine par semaine",
            unit="présences",
        )

    def _shared_on(self, day: date) -> int:
        teams: dict[tuple[str, time], set[str]] = defaultdict(set)
        for held in self.plan.days:
            if held.day == day:
                for stop in held.visits():
                    teams[stop.site or "", as_time(stop.opening[0])].add(stop.team or "")
        pairs = sum(len(each) * (len(each) - 1) // 2 for each in teams.values())
        return pairs + sum(meeting.day == day for meeting in self.plan.meetings)


def _has_something(cell: Cell) -> bool:
    return bool(cell.visits or cell.others or cell.is_open or cell.is_away)


def _bars(
    readings: Sequence[Reading], *, key: str, title: str, column: str, unit: str
) -> Figure | None:
    """Bars in the order given; nothing when there is nothing to compare."""
    if len(readings) < 2:
        return None
    return ranked_bars(
        readings,
        key=key,
        title=title,
        unit_label=unit,
        column_label=column,
        order="given",
        width=BARS,
    )


def told(plan: Plan, stage: Stage) -> Told:
    words = CRITERIA[stage.criterion]
    reached = reached_in_words(plan, stage)
    return Told(
        words.name,
        words.meaning,
        reached,
        reached if stage.proved else _bound_in_words(stage),
        stage.proved,
    )


def _bound_in_words(stage: Stage) -> str:
    known = abs(stage.bound) < 1e300
    return value_in_words(stage.criterion, stage.bound) if known else "inconnue"


def initials(name: str) -> str:
    """« Odile Exemple » → « OE »; « Camping-car » → « CC »."""
    words = [word for word in name.replace("-", " ").split() if word]
    return "".join(word[0] for word in words[:2]).upper()


def is_better(criterion: Criterion, before: float, after: float) -> bool:
    """Shared presence is sought upwards, everything else downwards."""
    return after > before if criterion is Criterion.COPRESENCE else after < before
