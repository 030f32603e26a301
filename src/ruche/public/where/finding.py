"""The sites that answer, nearest first, with their next dates: eleven queries at most.

The sites are chosen on a few columns; only those of the page are read whole.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ruche.geography.communes import Position, communes, metres_between
from ruche.geography.names import plain
from ruche.places.enums import FOOD_CHOICES, Need
from ruche.places.models import Service, Site
from ruche.public.where.asking import Asked
from ruche.seances.queries import Announced, Announcements, needs_coming, sites_for

PER_PAGE = 10
SHOWN_DATES = 3
"""Dates of a site in the list; its own page has them all."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One time at a site, with everything that is found there then."""

    start: datetime
    end: datetime
    needs: tuple[Need, ...]
    services: tuple[Service, ...]
    uids: tuple[str, ...]
    is_cancelled: bool
    is_moved: bool
    has_distribution: bool

    @property
    def uid(self) -> str:
        return self.uids[0]


@dataclass(frozen=True, slots=True)
class Found:
    """A site of the list: its number there, how far it is in metres, its next dates."""

    number: int
    site: Site
    metres: float | None
    needs: tuple[Need, ...]
    moments: tuple[Moment, ...]

    @property
    def km(self) -> int | None:
        """Kilometres, at least one: a commune is not a point. None when nothing is known."""
        return None if self.metres is None else max(1, round(self.metres / 1000))


@dataclass(frozen=True, slots=True)
class Answer:
    """A page of the sites that were found."""

    found: tuple[Found, ...]
    has_next: bool


class Spot(NamedTuple):
    """A site of which only what orders and chooses it is known: two hundred cost nothing."""

    pk: UUID
    name: str
    latitude: float | None
    longitude: float | None
    choice: str
    commune_id: str

    @property
    def position(self) -> Position | None:
        if self.latitude is None or self.longitude is None:
            return None
        return self.latitude, self.longitude


def answer(asked: Asked, *, now: datetime | None = None) -> Answer:
    """The sites that answer a search, nearest first; by name of commune without a place.

    A narrow span keeps only the sites that announce something; the usual one also keeps those that
    offer what is looked for on dates that are not known.
    """
    now = now or timezone.now()
    first, skipped = timezone.localdate(now), (asked.page - 1) * PER_PAGE
    wanted = _spots()
    if asked.need or asked.is_narrow:
        wanted = _answering(wanted, asked, first, now)
    ordered = in_order(wanted, asked.here.position if asked.here else None)
    shown = ordered[skipped : skipped + PER_PAGE]
    keys = [spot.pk for _, spot in shown]
    sites = Site.objects.select_related("commune").in_bulk(keys)
    read, offered = Announcements(sites.values(), first, asked.span), _offered(site__in=keys)
    found = []
    for number, (metres, spot) in enumerate(shown, start=skipped + 1):
        items = read.of(spot.pk)
        needs = _food(spot) | offered.get(spot.pk, set()) | read.needs_of(spot.pk)
        dates = moments(
            (item for item in items if not asked.need or asked.need in item.needs), now=now
        )[:SHOWN_DATES]
        found.append(Found(number, sites[spot.pk], metres, _sorted(needs), tuple(dates)))
    return Answer(tuple(found), len(ordered) > skipped + PER_PAGE)


def _answering(spots: Iterable[Spot], asked: Asked, first: date, now: datetime) -> list[Spot]:
    """The sites that answer to the need; in a narrow span, only if they announce it."""
    if asked.is_narrow:
        coming = needs_coming(first, asked.span, now=now)
        return [spot for spot in spots if asked.need in coming.get(spot.pk, ())]
    sites = sites_for(asked.need, first, asked.span) | _offered(service__need=asked.need).keys()
    return [spot for spot in spots if spot.pk in sites or asked.need in _food(spot)]


def _food(spot: Spot) -> set[str]:
    """A site of which one knows how people choose there gives food, on whatever day."""
    return {Need.FOOD} if spot.choice in FOOD_CHOICES else set()


def _offered(**asked: Any) -> dict[UUID, set[str]]:
    """By site, the needs of the services that the register gives it; one query."""
    services = Service.sites.through.objects.filter(service__is_active=True, **asked)
    found: dict[UUID, set[str]] = defaultdict(set)
    for pk, need in services.order_by().values_list("site", "service__need"):
        found[pk].add(need)
    return found


def _sorted(needs: set[str]) -> tuple[Need, ...]:
    return tuple(need for need in Need if need in needs)


def _spots() -> list[Spot]:
    """The open sites."""
    rows = Site.objects.open().order_by("pk").values_list(*Spot._fields)
    return [Spot(*row) for row in rows]


def in_order(sites: Iterable[Spot], here: Position | None) -> list[tuple[float | None, Spot]]:
    """With their distance in metres, nearest first; those of which nobody knows where come last."""
    if here is None:
        return [(None, site) for site in sorted(sites, key=_by_commune)]
    placed = [(position_of(site), site) for site in sites]
    far = [(metres_between(here, where), site) for where, site in placed if where]
    lost = [(None, site) for where, site in placed if where is None]
    return [*sorted(far, key=lambda row: (round(row[0]), row[1].name, row[1].pk)), *lost]


def _by_commune(site: Spot) -> tuple[str, str, UUID]:
    commune = communes(settings.NETWORK_DEPARTEMENT).by_code.get(site.commune_id)
    return _plain(commune.title) if commune else "", _plain(site.name), site.pk


_plain = lru_cache(maxsize=4_096)(plain)


def position_of(site: Site | Spot) -> Position | None:
    """Where a site is: its own position, or the point of its commune."""
    if site.position:
        return site.position
    commune = communes(settings.NETWORK_DEPARTEMENT).by_code.get(site.commune_id)
    return commune.position if commune else None


def moments(items: Iterable[Announced], *, now: datetime) -> list[Moment]:
    """What is not over, each time told once: a team that comes while the site opens is one line."""
    coming = sorted(
        (item for item in items if item.end > now),
        key=lambda item: (item.start, item.end, item.is_cancelled, item.uid),
    )
    same_time = groupby(coming, key=lambda item: (item.start, item.end, item.is_cancelled))
    return [_moment(list(group)) for _, group in same_time]


def _moment(items: list[Announced]) -> Moment:
    needs = {need for item in items for need in item.needs}
    services = {service.pk: service for item in items for service in item.services}
    return Moment(
        start=items[0].start,
        end=items[0].end,
        needs=tuple(need for need in Need if need in needs),
        services=tuple(services.values()),
        uids=tuple(item.uid for item in items),
        is_cancelled=items[0].is_cancelled,
        is_moved=any(item.is_moved for item in items),
        has_distribution=any(not item.services and item.seance is None for item in items),
    )


def moments_of(site: Site, first: date, days: int, *, now: datetime) -> list[Moment]:
    """The dates of one site in `days` days from `first` that are not over."""
    return moments(Announcements([site], first, days).of(site.pk), now=now)
