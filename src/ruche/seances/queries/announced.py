"""What may be said to everyone of the days to come: doors that open, teams that have confirmed.

Public pages, posters, calendars and open data all read it: a date is the same everywhere. What was
asked and not yet confirmed is not announced; what was announced and then cancelled stays, and says
so. Notes, reasons and members are for the network alone, and are not here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from ruche.places.enums import Choice, Need
from ruche.places.models import Service, Site
from ruche.places.queries import Agenda, DatedOpening
from ruche.seances.enums import Answer
from ruche.seances.models import Participation, Seance

CERTAIN = (Answer.CONFIRMED, Answer.HELD)
"""Teams that are announced: they said that they come, or they came."""


@dataclass(frozen=True, order=True)
class Announced:
    """One time at one site. Instants are aware, in the zone of Paris.

    `uid` names it for ever, even when it is moved or cancelled. `services` is empty when the site
    itself opens, for its distribution. `seance` is None for an opening of the register.
    """

    start: datetime
    end: datetime
    uid: str
    site: Site = field(compare=False)
    services: tuple[Service, ...] = field(compare=False)
    is_cancelled: bool = field(compare=False)
    is_moved: bool = field(default=False, compare=False)
    seance: Seance | None = field(default=None, compare=False)
    version: int = field(default=1, compare=False)

    @property
    def day(self) -> date:
        return self.start.date()

    @property
    def needs(self) -> tuple[Need, ...]:
        """What it answers to, in the order of the list of needs."""
        found = {Need(service.need) for service in self.services}
        if not self.services and self.seance is None and self.site.choice != Choice.NOT_FOOD:
            found.add(Need.FOOD)
        return tuple(need for need in Need if need in found)


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

    def of(self, site: UUID, *, need: str = "") -> list[Announced]:
        """What a site announces, in order; `need`: only what answers to it."""
        items = sorted((*self._openings(site), *self._seances_of(site)))
        return [item for item in items if not need or need in item.needs]

    def _openings(self, site: UUID) -> Iterator[Announced]:
        ranks: dict[tuple[UUID, date], int] = defaultdict(int)
        for opening in self._agenda.of(site, self.first, self.days):
            if opening.service is not None and not opening.service.is_active:
                continue
            rank = ranks[opening.opening.pk, opening.day]
            ranks[opening.opening.pk, opening.day] += 1
            yield _of_the_register(opening, rank)

    def _seances_of(self, pk: UUID) -> Iterator[Announced]:
        site = self.sites[pk]
        for seance in self._seances.get(pk, ()):
            if site.closed_on is None or seance.day < site.closed_on:
                yield _of_the_calendar(seance, site)


def _of_the_register(opening: DatedOpening, rank: int) -> Announced:
    """`rank`: which of the openings of its day, for a day that has several."""
    return Announced(
        start=opening.start,
        end=opening.end,
        uid=f"{opening.opening.pk}-{opening.day:%Y%m%d}-{rank}",
        site=opening.site,
        services=(opening.service,) if opening.service else (),
        is_cancelled=opening.is_cancelled,
        is_moved=opening.is_moved,
        version=opening.opening.version,
    )


def _of_the_calendar(seance: Seance, site: Site) -> Announced:
    return Announced(
        start=seance.begins_at,
        end=seance.ends_at,
        uid=str(seance.pk),
        site=site,
        services=_brought(seance.participations.all()),
        is_cancelled=seance.is_cancelled,
        seance=seance,
        version=seance.version,
    )


def _seances(sites: Collection[UUID], first: date, days: int) -> QuerySet[Seance]:
    """The séances to which a team has said that it comes, with those teams and their services."""
    sure = Participation.objects.filter(answer__in=CERTAIN)
    teams = Prefetch("participations", sure.prefetch_related("services"))
    last = first + timedelta(days=days - 1)
    found = Seance.objects.between(first, last).filter(
        Exists(sure.filter(seance=OuterRef("pk")).order_by()), site__in=list(sites)
    )
    with_teams: QuerySet[Seance] = found.order_by("day", "pk").prefetch_related(teams)
    return with_teams


def brought(first: date, days: int) -> set[tuple[UUID, str]]:
    """Site and need, for what teams that have confirmed bring in some days: one query."""
    last = first + timedelta(days=days - 1)
    found = Seance.objects.between(first, last).filter(
        participations__answer__in=CERTAIN, participations__services__is_active=True
    )
    rows = found.order_by().values_list("site", "participations__services__need")
    return set(rows.distinct())


def _brought(participations: Iterable[Participation]) -> tuple[Service, ...]:
    """The services of the teams that are still offered, each once, by need and name."""
    brought = (service for each in participations for service in each.services.all())
    services = {service.pk: service for service in brought if service.is_active}
    order = {need.value: rank for rank, need in enumerate(Need)}
    return tuple(sorted(services.values(), key=lambda each: (order[each.need], each.name)))
