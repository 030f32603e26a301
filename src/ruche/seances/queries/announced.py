"""What may be said to everyone of the days to come: doors that open, teams that have confirmed.

Public pages, posters, calendars and open data all read it: a date is the same everywhere. What was
asked and not yet confirmed is not announced; what was announced and then cancelled stays, and says
so. Notes, reasons and members are for the network alone, and are not here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from ruche.places.agenda import Agenda, HoursRow, ends_of, hours_of_open_sites
from ruche.places.enums import Choice, Need
from ruche.places.models import Opening, Service, Site
from ruche.seances.enums import CERTAIN
from ruche.seances.models import Participation, Seance, at

ORDER = {need.value: rank for rank, need in enumerate(Need)}


@dataclass(frozen=True, slots=True, eq=False)
class Offer:
    """What is found at a time: one object for all the dates of a place that say the same.

    `services` is empty when a site itself opens, for its distribution. `needs` is what it answers
    to, in the order of the list of needs.
    """

    services: tuple[Service, ...]
    needs: tuple[Need, ...]


class Announced(NamedTuple):
    """One time at one site. Instants are aware, in the zone of Paris.

    `uid` names it for ever, even when it is moved or cancelled. `seance` is None for an opening of
    the register.
    """

    start: datetime
    end: datetime
    uid: str
    site: Site
    offer: Offer
    is_cancelled: bool
    is_moved: bool = False
    version: int = 1
    seance: Seance | None = None

    @property
    def day(self) -> date:
        return self.start.date()

    @property
    def services(self) -> tuple[Service, ...]:
        return self.offer.services

    @property
    def needs(self) -> tuple[Need, ...]:
        return self.offer.needs


def announced(
    sites: Iterable[Site], first: date, days: int, *, need: str = ""
) -> dict[UUID, list[Announced]]:
    """By identifier of site, what starts on one of `days` days from `first`, in order.

    `need`: only what answers to it. The number of queries does not depend on the sites.
    """
    read = Announcements(sites, first, days)
    return {pk: read.of(pk, need=need) for pk in read.sites}


class Announcements:
    """What some sites announce in some days: read once, then told site by site without a query."""

    def __init__(self, sites: Iterable[Site], first: date, days: int) -> None:
        self.sites = {site.pk: site for site in sites}
        self.first, self.days = first, days
        self._agenda = Agenda(self.sites.values())
        self._seances: dict[UUID, list[Seance]] = defaultdict(list)
        for seance in _seances(self.sites, first, days):
            self._seances[seance.site_id].append(seance)
        self._brought = _brought(self.sites, first, days)

    def of(self, site: UUID, *, need: str = "") -> list[Announced]:
        """What a site announces, in order; `need`: only what answers to it."""
        items = [*self._openings(site), *self._seances_of(site)]
        items.sort(key=_IN_ORDER)
        return [item for item in items if need in item.needs] if need else items

    def needs_of(self, site: UUID) -> set[str]:
        """What it answers to: by its opening hours of any day, by the teams of these days."""
        hours = (
            _offer_of(opening).needs
            for opening in self._agenda.openings[site]
            if opening.service is None or opening.service.is_active
        )
        teams = (self._brought.get(each.pk, NOTHING).needs for each in self._seances.get(site, ()))
        return set[str]().union(*hours, *teams)

    def _openings(self, site: UUID) -> Iterator[Announced]:
        for opening in self._agenda.openings[site]:
            if opening.service is not None and not opening.service.is_active:
                continue
            name, offer, version = str(opening.pk), _offer_of(opening), opening.version
            where, ranks = self.sites[site], dict[date, int]()
            for start, end, day, change in self._agenda.dates(opening, self.first, self.days):
                rank = ranks.get(day, 0)  # which of the openings of its day, when it has several
                ranks[day] = rank + 1
                is_cancelled = change is not None and change.is_cancelled
                is_moved = change is not None and not is_cancelled
                yield Announced(
                    start, end, f"{name}-{_compact(day)}-{rank}", where, offer, is_cancelled,
                    is_moved, version,
                )  # fmt: skip

    def _seances_of(self, pk: UUID) -> Iterator[Announced]:
        site = self.sites[pk]
        for seance in self._seances.get(pk, ()):
            if site.closed_on is None or seance.day < site.closed_on:
                yield Announced(
                    start=seance.begins_at,
                    end=seance.ends_at,
                    uid=str(seance.pk),
                    site=site,
                    offer=self._brought.get(seance.pk, NOTHING),
                    is_cancelled=seance.is_cancelled,
                    version=seance.version,
                    seance=seance,
                )


_IN_ORDER = attrgetter("start", "end", "uid")

NOTHING = Offer((), ())
"""A team comes, and nobody has said what for."""


def _offer_of(opening: Opening) -> Offer:
    service = opening.service
    if service is not None:
        return Offer((service,), (Need(service.need),))
    return Offer((), _given_by(opening.site.choice))


def _given_by(choice: str) -> tuple[Need, ...]:
    """What is found when a site itself opens."""
    return () if choice == Choice.NOT_FOOD else (Need.FOOD,)


@lru_cache(maxsize=2_048)
def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def _seances(sites: Collection[UUID], first: date, days: int) -> QuerySet[Seance]:
    """The séances to which a team has said that it comes."""
    sure = Participation.objects.filter(answer__in=CERTAIN, seance=OuterRef("pk")).order_by()
    last = first + timedelta(days=days - 1)
    found = Seance.objects.between(first, last).filter(Exists(sure), site__in=list(sites))
    in_order: QuerySet[Seance] = found.order_by("day", "pk")
    return in_order


def _brought(sites: Collection[UUID], first: date, days: int) -> dict[UUID, Offer]:
    """By séance, what the teams that come bring and still offer, each once, by need and name."""
    last = first + timedelta(days=days - 1)
    rows = Participation.services.through.objects.filter(
        participation__answer__in=CERTAIN,
        participation__seance__day__range=(first, last),
        participation__seance__site__in=list(sites),
        service__is_active=True,
    )
    brought: dict[UUID, set[UUID]] = defaultdict(set)
    for seance, service in rows.order_by().values_list("participation__seance", "service"):
        brought[seance].add(service)
    keys = {seance: frozenset(services) for seance, services in brought.items()}
    known = Service.objects.in_bulk(set[UUID]().union(*keys.values()))
    offers = {key: _offer(known[each] for each in key) for key in set(keys.values())}
    return {seance: offers[key] for seance, key in keys.items()}


def _offer(services: Iterable[Service]) -> Offer:
    ordered = tuple(sorted(services, key=_by_need))
    needs = dict.fromkeys(Need(service.need) for service in ordered)
    return Offer(ordered, tuple(needs))


def _by_need(service: Service) -> tuple[int, str]:
    return ORDER[service.need], service.name


# ------------------------------------------------------------------- the lightest reading


def sites_for(need: str, first: date, days: int) -> set[UUID]:
    """The open sites that answer to a need: by opening hours of any day, by teams of these days."""
    own = Q(service=None) & ~Q(site__choice=Choice.NOT_FOOD) if need == Need.FOOD else Q(pk=None)
    offered = Q(service__need=need, service__is_active=True)
    doors = Opening.objects.filter(own | offered, site__closed_on=None)
    teams = _teams(first, days).filter(services__need=need, services__is_active=True)
    open_teams = teams.filter(seance__site__closed_on=None)
    return {
        *doors.order_by().values_list("site", flat=True).distinct(),
        *open_teams.values_list("seance__site", flat=True).distinct(),
    }


def needs_coming(first: date, days: int, *, now: datetime) -> dict[UUID, set[str]]:
    """By open site, the needs of the dates that `Announcements` would tell and that are not over.

    "" is among them when there is any date at all. Three queries.
    """
    found: dict[UUID, set[str]] = defaultdict(set)
    told = (row for row in hours_of_open_sites() if row.need is None or row.is_offered)
    for row, end in ends_of(told, first, days):
        if end > now:
            found[row.site].update(("", *_needs_of(row)))
    columns = ("seance__site", "seance__day", "seance__ends",
               "services__need", "services__is_active")  # fmt: skip
    for site, day, ends, need, is_offered in _teams(first, days).values_list(*columns):
        if at(day, ends) > now:
            found[site].update(("", need) if need and is_offered else ("",))
    return found


def _needs_of(row: HoursRow) -> tuple[str, ...]:
    return _given_by(row.choice) if row.need is None else (row.need,)


def _teams(first: date, days: int) -> QuerySet[Participation]:
    last = first + timedelta(days=days - 1)
    found = Participation.objects.filter(answer__in=CERTAIN, seance__day__range=(first, last))
    teams: QuerySet[Participation] = found.order_by()
    return teams
