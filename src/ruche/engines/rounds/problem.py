"""A month to plan: where people can be met, who can go, what is wanted and what was promised.

Everything is frozen, named by short identifiers, and refused whole when it contradicts itself: the
solver never meets a month that makes no sense. Days are dates, times of day are minutes since
midnight, durations are minutes, distances metres.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property

from ruche.engines.rounds.errors import BadProblem
from ruche.engines.rounds.limits import DAY, Contract, Rules, clock
from ruche.engines.rounds.travel import Travel
from ruche.french.numbers import counted


class Criterion(StrEnum):
    """What is sought, one after the other: each is held at its best while the next is looked at."""

    VISITS = "visits"
    MOVED_DATES = "moved_dates"
    CHANGED_WORKERS = "changed_workers"
    CONTINUITY = "continuity"
    RHYTHM = "rhythm"
    FAIRNESS = "fairness"
    COPRESENCE = "copresence"
    KILOMETRES = "kilometres"


DEFAULT_ORDER = tuple(Criterion)


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """A time when a place receives people."""

    day: date
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}, {clock(self.start)}-{clock(self.end)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """A distribution site or a market square, and when it is open. `place` is in the journeys."""

    id: str
    name: str
    place: str
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What a team owes a site: so many visits in each period, so far apart.

    `min_days` bounds the days between any two visits (7 is to be confirmed by the network),
    `max_days` those between two visits of the same period. `by_period` says otherwise for each
    period. A visit happens within one opening: arrival after it starts, departure before it ends.
    """

    site: str
    team: str
    visits: int = 2
    stay_min: int = 90
    min_days: int = 7
    max_days: int = 21
    reference: str | None = None
    forbidden: tuple[str, ...] = ()
    required_skill: str | None = None
    priority: int = 1
    by_period: tuple[int, ...] = ()

    def wanted(self, period: int) -> int:
        return self.by_period[period] if self.by_period else self.visits


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Who moves as one: a nurse in her car, or a van with its crew of `people`."""

    id: str
    name: str
    team: str
    base: str
    contract: Contract = field(default_factory=Contract)
    skills: tuple[str, ...] = ()
    vehicle: str | None = None
    people: int = 1


@dataclass(frozen=True, slots=True)
class Team:
    """How a team is called, when its identifier is not for people."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Days away, both included; with hours, only that part of each day."""

    worker: str
    first: date
    last: date
    start: int = 0
    end: int = DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A car shared by a team, or a van. Without a vehicle, someone drives her own."""

    id: str
    name: str
    seats: int
    count: int = 1
    unavailable: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner:
    """Who comes when a team is there: days offered, sites wished, visits wanted in the month.

    Without `sites`, any site; without `teams`, any team.
    One site a day, each site once. With `rides`, a seat of that vehicle must be free that day, and
    the vehicle must stop there.
    """

    id: str
    name: str
    days: tuple[date, ...]
    sites: tuple[str, ...]
    visits: int = 1
    teams: tuple[str, ...] = ()
    rides: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Time that is not a visit: a training day (one option), a meeting to place (several).

    Without a `place`, each stays at her base. `together`: everyone at the same option.
    """

    id: str
    name: str
    workers: tuple[str, ...]
    options: tuple[Opening, ...]
    stay_min: int
    place: str | None = None
    together: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Assignment:
    """A visit that someone makes: what was done, or what was announced."""

    site: str
    team: str
    day: date
    worker: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """What a coordinator imposes: a day, a worker for every visit, or this worker on this day."""

    site: str
    team: str
    day: date | None = None
    worker: str | None = None


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days over which visits are owed: usually a month."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class WorkedWeek:
    """What someone worked, before this month, in the week of this Monday.

    The last of these weeks may go on into the month: only its days of before are told here.
    """

    worker: str
    monday: date
    minutes: int


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Everything that the planning of a month depends on. Raises `BadProblem` with every fault."""

    periods: tuple[Period, ...]
    sites: tuple[Site, ...]
    needs: tuple[Need, ...]
    workers: tuple[Worker, ...]
    travel: Travel
    absences: tuple[Absence, ...] = ()
    vehicles: tuple[Vehicle, ...] = ()
    partners: tuple[Partner, ...] = ()
    blocks: tuple[Block, ...] = ()
    pins: tuple[Pin, ...] = ()
    announced: tuple[Assignment, ...] = ()
    frozen_until: date | None = None
    """Days before it are kept as announced, as they are: they are past, or too near to move."""
    history: tuple[Assignment, ...] = ()
    worked: tuple[WorkedWeek, ...] = ()
    rules: Rules = field(default_factory=Rules)
    order: tuple[Criterion, ...] = DEFAULT_ORDER
    teams: tuple[Team, ...] = ()
    """Names of teams; one that is not here is called by its identifier."""

    def __post_init__(self) -> None:
        found = list(faults_of(self))
        if found:
            raise BadProblem(found)

    @property
    def first(self) -> date:
        return self.periods[0].first

    @property
    def last(self) -> date:
        return self.periods[-1].last

    @cached_property
    def days(self) -> tuple[date, ...]:
        length = (self.last - self.first).days + 1
        return tuple(self.first + timedelta(days=rank) for rank in range(length))

    @cached_property
    def site(self) -> dict[str, Site]:
        return {site.id: site for site in self.sites}

    @cached_property
    def worker(self) -> dict[str, Worker]:
        return {worker.id: worker for worker in self.workers}

    @cached_property
    def need(self) -> dict[tuple[str, str], Need]:
        return {(need.site, need.team): need for need in self.needs}

    @cached_property
    def block(self) -> dict[str, Block]:
        return {block.id: block for block in self.blocks}

    @cached_property
    def vehicle(self) -> dict[str, Vehicle]:
        return {vehicle.id: vehicle for vehicle in self.vehicles}

    @cached_property
    def place(self) -> dict[str, int]:
        return self.travel.index()

    def team_name(self, team: str) -> str:
        return next((each.name for each in self.teams if each.id == team), team)

    def site_name(self, site: str) -> str:
        return self.site[site].name if site in self.site else site

    def team(self, name: str) -> tuple[Worker, ...]:
        return tuple(worker for worker in self.workers if worker.team == name)

    def is_frozen(self, day: date) -> bool:
        return self.frozen_until is not None and day < self.frozen_until

    def is_fact(self, promise: Assignment) -> bool:
        """Whether an announced visit of these periods can no longer change."""
        owed = any(promise.day in period for period in self.periods)
        return owed and self.is_frozen(promise.day)

    def can_ever_visit(self, worker: Worker, need: Need) -> bool:
        """Whether this need may be met by this worker, dates apart."""
        return (
            worker.team == need.team
            and worker.id not in need.forbidden
            and (need.required_skill is None or need.required_skill in worker.skills)
        )

    def presence(self, worker: Worker, day: date) -> list[tuple[int, int]]:
        """When someone may be on the road that day: spans of minutes, in order; [] when away."""
        if day.weekday() not in worker.contract.workdays or self._is_without_vehicle(worker, day):
            return []
        spans = [(worker.contract.earliest_start, worker.contract.latest_end)]
        for absence in self.absences:
            if absence.worker == worker.id and absence.first <= day <= absence.last:
                spans = [rest for span in spans for rest in _without(span, absence)]
        return spans

    def _is_without_vehicle(self, worker: Worker, day: date) -> bool:
        vehicle = self.vehicle.get(worker.vehicle or "")
        return vehicle is not None and day in vehicle.unavailable


def _without(span: tuple[int, int], absence: Absence) -> list[tuple[int, int]]:
    start, end = span
    parts = [(start, min(end, absence.start)), (max(start, absence.end), end)]
    return [(low, high) for low, high in parts if low < high]


# ----------------------------------------------------------------------------- faults


def faults_of(problem: Problem) -> Iterator[str]:
    """Everything that makes no sense, in French, each with what to look at."""
    if not problem.periods:
        yield "Le problème ne couvre aucune période : donnez le mois à planifier."
        return
    yield from _period_faults(problem)
    yield from _twins("site", (site.id for site in problem.sites))
    yield from _twins("équipier", (worker.id for worker in problem.workers))
    yield from _twins("véhicule", (vehicle.id for vehicle in problem.vehicles))
    yield from _twins("partenaire", (partner.id for partner in problem.partners))
    yield from _twins("temps réservé", (block.id for block in problem.blocks))
    yield from _twins("besoin", (f"{need.site}, {need.team}" for need in problem.needs))
    yield from problem.rules.faults()
    yield from _order_faults(problem)
    yield from _worker_faults(problem)
    yield from _site_faults(problem)
    yield from _need_faults(problem)
    yield from _other_faults(problem)


def _twins(kind: str, names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"Deux fois le même {kind} : « {name} »."
        seen.add(name)


def _period_faults(problem: Problem) -> Iterator[str]:
    before: date | None = None
    for period in problem.periods:
        if period.last < period.first:
            yield f"La période du {period.first:%d/%m/%Y} finit avant de commencer."
        if before is not None and period.first <= before:
            yield f"La période du {period.first:%d/%m/%Y} commence avant la fin de la précédente."
        before = period.last
    if (problem.last - problem.first).days > 400:
        yield "Le problème couvre plus de treize mois : planifiez un trimestre à la fois."


def _order_faults(problem: Problem) -> Iterator[str]:
    if len(set(problem.order)) != len(problem.order):
        yield "Un critère figure deux fois dans l’ordre des critères."
    if not problem.order or problem.order[0] is not Criterion.VISITS:
        yield "Le premier critère est toujours le nombre de visites assurées."


def _worker_faults(problem: Problem) -> Iterator[str]:
    if not problem.workers:
        yield "Personne à planifier : ajoutez au moins une personne à l’équipe de ce mois."
    for worker in problem.workers:
        yield from worker.contract.faults(worker.name)
        yield from _unknown_place(problem, worker.base, worker.name)
        if worker.vehicle is not None and worker.vehicle not in problem.vehicle:
            yield f"{worker.name} : le véhicule « {worker.vehicle} » est inconnu."
        elif worker.vehicle and problem.vehicle[worker.vehicle].seats < worker.people:
            yield (
                f"{worker.name} : {counted(worker.people, 'personne')} pour "
                f"{counted(problem.vehicle[worker.vehicle].seats, 'place')} dans le véhicule."
            )


def _unknown_place(problem: Problem, place: str, what: str) -> Iterator[str]:
    if place not in problem.place:
        yield f"{what} : le lieu « {place} » n’est pas dans la table des trajets."


def _site_faults(problem: Problem) -> Iterator[str]:
    for site in problem.sites:
        yield from _unknown_place(problem, site.place, site.name)
        yield from _twins(f"horaire à {site.name}", map(str, site.openings))
        for opening in site.openings:
            if not 0 <= opening.start < opening.end <= DAY:
                yield f"{site.name} : l’ouverture du {opening} finit avant de commencer."


def _need_faults(problem: Problem) -> Iterator[str]:
    teams = {worker.team for worker in problem.workers}
    for need in problem.needs:
        name = f"Besoin « {problem.site_name(need.site)}, {problem.team_name(need.team)} »"
        if need.site not in problem.site:
            yield f"{name} : ce site est inconnu."
        if need.team not in teams:
            yield f"{name} : personne n’est dans cette équipe ce mois-ci."
        if need.stay_min <= 0 or need.priority <= 0:
            yield f"{name} : la durée d’une visite et la priorité sont positives."
        if min((need.visits, *need.by_period)) < 0:
            yield f"{name} : le nombre de visites ne peut pas être négatif."
        if need.by_period and len(need.by_period) != len(problem.periods):
            yield f"{name} : donnez un nombre de visites pour chaque période."
        if not 1 <= need.min_days <= need.max_days:
            yield f"{name} : l’écart le plus court dépasse l’écart le plus long entre deux visites."
        for worker in (need.reference, *need.forbidden):
            if worker is not None and worker not in problem.worker:
                yield f"{name} : « {worker} » est inconnu."


def _other_faults(problem: Problem) -> Iterator[str]:
    for absence in problem.absences:
        if absence.worker not in problem.worker:
            yield f"Absence de « {absence.worker} » : cette personne est inconnue."
        if absence.last < absence.first or not 0 <= absence.start < absence.end <= DAY:
            yield f"Absence de « {absence.worker} » : elle finit avant de commencer."
    for partner in problem.partners:
        for site in partner.sites:
            if site not in problem.site:
                yield f"{partner.name} : le site « {site} » est inconnu."
        if partner.rides is not None and partner.rides not in problem.vehicle:
            yield f"{partner.name} : le véhicule « {partner.rides} » est inconnu."
        elif partner.rides is not None and problem.vehicle[partner.rides].count > 1:
            yield f"{partner.name} : on monte dans un véhicule précis, pas dans l’un de plusieurs."
        if partner.visits < 0:
            yield f"{partner.name} : le nombre de venues ne peut pas être négatif."
    for week in problem.worked:
        if week.worker not in problem.worker:
            yield f"Semaine déjà faite de « {week.worker} » : cette personne est inconnue."
        if week.monday.weekday() != 0 or week.minutes < 0:
            yield f"Semaine déjà faite de « {week.worker} » : donnez son lundi et ses minutes."
        if week.monday >= problem.first:
            yield f"Semaine déjà faite de « {week.worker} » : elle commence avant le mois."
    for block in problem.blocks:
        yield from _block_faults(problem, block)
    for pin in problem.pins:
        yield from _pin_faults(problem, pin)
    visits = (f"{each.site}, {each.team}, {each.day:%d/%m/%Y}" for each in problem.announced)
    yield from _twins("visite annoncée", visits)
    for promise in problem.announced:
        if (promise.site, promise.team) not in problem.need:
            where = problem.site_name(promise.site)
            yield f"Visite annoncée à « {where} » : ce besoin est inconnu."
        if promise.worker not in problem.worker and problem.is_frozen(promise.day):
            yield (
                f"Visite annoncée le {promise.day:%d/%m/%Y} à « "
                f"{problem.site_name(promise.site)} » : "
                f"« {promise.worker} » n’est plus dans l’équipe, et ce jour ne peut plus changer."
            )


def _block_faults(problem: Problem, block: Block) -> Iterator[str]:
    if not block.workers:
        yield f"{block.name} : personne n’est concerné."
    if not block.options:
        yield f"{block.name} : aucun moment n’est proposé."
    if block.place is not None:
        yield from _unknown_place(problem, block.place, block.name)
    for worker in block.workers:
        if worker not in problem.worker:
            yield f"{block.name} : « {worker} » est inconnu."
    for option in block.options:
        if not 0 <= option.start < option.end <= DAY or option.end - option.start < block.stay_min:
            yield f"{block.name} : le moment du {option} est trop court pour {block.stay_min} min."


def _pin_faults(problem: Problem, pin: Pin) -> Iterator[str]:
    where = f"Choix imposé à « {problem.site_name(pin.site)}, {problem.team_name(pin.team)} »"
    if (pin.site, pin.team) not in problem.need:
        yield f"{where} : ce besoin est inconnu."
    if pin.day is None and pin.worker is None:
        yield f"{where} : imposez un jour, une personne, ou les deux."
    if pin.worker is not None and pin.worker not in problem.worker:
        yield f"{where} : « {pin.worker} » est inconnu."
    if pin.day is not None and not any(pin.day in period for period in problem.periods):
        yield f"{where} : le {pin.day:%d/%m/%Y} n’est pas dans la période."
