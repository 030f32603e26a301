"""What may be said to everyone of the days to come: doors that open, teams that have confirmed.

Public pages, posters, calendars and open data all read it: a date is the same everywhere. What was
asked and not yet confirmed is not announced; what was announced and then cancelled stays, and says
so. Notes, reasons and members are for the network alone, and are not here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from ruche.places.agenda import Agenda, ends_of, hours_of_open_sites
from ruche.places.enums import Choice, Need
from ruche.places.models import Opening, Service, Site
from ruche.seances.enums import Answer
from ruche.seances.models import Participation, Seance, at

CERTAIN = (Answer.CONFIRMED, Answer.HELD)
"""Teams that are announced: they said that they come, or they came."""

ORDER = {need.value: rank for rank, need in enumerate(Need)}


class Announced(NamedTuple):
    """One time at one site. Instants are aware, in the zone of Paris.

    `uid` names it for ever, even when it is moved or cancelled. `services` is empty when the site
    itself opens, for its distribution. `needs` is what it answers to, in the order of the list of
    needs. `seance` is None for an opening of the register.
    """

    start: datetime
    end: datetime
    uid: str
    site: Site
    services: tuple[Service, ...]
    needs: tuple[Need, ...]
    is_cancelled: bool
    is_moved: bool = False
    version: int = 1
    seance: Seance | None = None

    @property
    def day(self) -> date:
        return self.start.date()


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
        self._services = _services(self.sites, first, days)

    def of(self, site: UUID, *, need: str = "") -> list[Announced]:
        """What a site announces, in order; `need`: only what answers to it."""
        items = [*self._openings(site), *self._seances_of(site)]
        items.sort(key=_in_order)
        return [item for item in items if need in item.needs] if need else items

    def _openings(self, site: UUID) -> Iterator[Announced]:
        ranks: dict[tuple[UUID, date], int] = defaultdict(int)
        same: dict[UUID, _Same] = {}
        for dated in self._agenda.of(site, self.first, self.days):
            opening, day = dated.opening, dated.day
            if opening.service is not None and not opening.service.is_active:
                continue
            if opening.pk not in same:
                same[opening.pk] = _same(opening)
            name, services, needs = same[opening.pk]
            rank = ranks[opening.pk, day]  # which of the openings of its day, when it has several
            ranks[opening.pk, day] += 1
            yield Announced(
                dated.start, dated.end, f"{name}-{_compact(day)}-{rank}", opening.site, services,
                needs, dated.is_cancelled, dated.is_moved, opening.version,
            )  # fmt: skip

    def _seances_of(self, pk: UUID) -> Iterator[Announced]:
        site = self.sites[pk]
        for seance in self._seances.get(pk, ()):
            if site.closed_on is None or seance.day < site.closed_on:
                services = self._services.get(seance.pk, ())
                yield Announced(
                    start=seance.begins_at,
                    end=seance.ends_at,
                    uid=str(seance.pk),
                    site=site,
                    services=services,
                    needs=_sorted(service.need for service in services),
                    is_cancelled=seance.is_cancelled,
                    version=seance.version,
                    seance=seance,
                )


_in_order = attrgetter("start", "end", "uid")

_Same = tuple[str, tuple[Service, ...], tuple[Need, ...]]


def _same(opening: Opening) -> _Same:
    """What is said by every date of these hours: how its name begins, its service, its needs."""
    service = opening.service
    if service is not None:
        return str(opening.pk), (service,), (Need(service.need),)
    return str(opening.pk), (), _given_by(opening.site.choice)


def _given_by(choice: str) -> tuple[Need, ...]:
    """What is found when a site itself opens."""
    return () if choice == Choice.NOT_FOOD else (Need.FOOD,)


@lru_cache(maxsize=2_048)
def _compact(day: date) -> str:
    return day.isoformat().replace("-", "")


def _sorted(needs: Iterable[str]) -> tuple[Need, ...]:
    return tuple(Need(need) for need in sorted(set(needs), key=ORDER.__getitem__))


def _seances(sites: Collection[UUID], first: date, days: int) -> QuerySet[Seance]:
    """The séances to which a team has said that it comes."""
    sure = Participation.objects.filter(answer__in=CERTAIN, seance=OuterRef("pk")).order_by()
    last = first + timedelta(days=days - 1)
    found = Seance.objects.between(first, last).filter(Exists(sure), site__in=list(sites))
    in_order: QuerySet[Seance] = found.order_by("day", "pk")
    return in_order


def _services(sites: Collection[UUID], first: date, days: int) -> dict[UUID, tuple[Service, ...]]:
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
    known = Service.objects.in_bulk(set[UUID]().union(*brought.values()))
    return {
        seance: tuple(sorted((known[each] for each in services), key=_by_need))
        for seance, services in brought.items()
    }


def _by_need(service: Service) -> tuple[int, str]:
    return ORDER[service.need], service.name


# ------------------------------------------------------------------- the lightest reading


class Outline:
    """What open sites answer to in some days, to choose among them before anything else is read."""

    def __init__(self, first: date, days: int) -> None:
        self.first, self.days = first, days
        self._hours = hours_of_open_sites()
        self._teams = _teams(first, days)

    def doors(self) -> set[tuple[UUID, Need]]:
        """Site and need, for what sites that have opening hours of their own give themselves."""
        own = (row for row in self._hours if row.need is None)
        return {(row.site, need) for row in own for need in _given_by(row.choice)}

    def brought(self) -> set[tuple[UUID, str]]:
        """Site and need, for what teams that have confirmed bring."""
        return {(team.site, team.need) for team in self._teams if team.need and team.is_offered}

    def coming(self, now: datetime) -> dict[UUID, set[str]]:
        """By site, the needs of the dates that `Announcements` would tell and that are not over.

        "" is among them when there is any date at all. One more query: the days that changed.
        """
        found: dict[UUID, set[str]] = defaultdict(set)
        offered = (row for row in self._hours if row.need is None or row.is_offered)
        for row, end in ends_of(offered, self.first, self.days):
            if end > now:
                needs = _given_by(row.choice) if row.need is None else (row.need,)
                found[row.site].update(("", *needs))
        for team in self._teams:
            if at(team.day, team.ends) > now:
                found[team.site].update(("", team.need) if team.need and team.is_offered else ("",))
        return found


class _Team(NamedTuple):
    """A service that a team brings; one row without need when it brings none."""

    site: UUID
    day: date
    ends: time
    need: str | None
    is_offered: bool | None


def _teams(first: date, days: int) -> list[_Team]:
    last = first + timedelta(days=days - 1)
    found = Participation.objects.filter(answer__in=CERTAIN, seance__day__range=(first, last))
    columns = ("seance__site", "seance__day", "seance__ends",
               "services__need", "services__is_active")  # fmt: skip
    return [_Team(*row) for row in found.order_by().values_list(*columns)]
