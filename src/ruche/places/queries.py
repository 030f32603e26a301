"""What is asked of the register: the dated openings of sites, lists, likely duplicates."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from difflib import SequenceMatcher
from math import cos, radians
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.utils import timezone

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member, Organisation
from ruche.geography.communes import Position, metres_between
from ruche.geography.names import plain
from ruche.places.enums import Need, PresenceKind
from ruche.places.models import (
    Assignment,
    OccurrenceChange,
    Opening,
    Presence,
    Service,
    Site,
)
from ruche.places.openings import BadRule, Occurrence, occurrences
from ruche.places.openings.occurrences import HORIZON, PARIS
from ruche.places.wording import day_in_words, hours_in_words, until_in_words

logger = logging.getLogger(__name__)

STRIDES = (7, 21, 60, HORIZON)
"""Days looked at, from today, until enough openings are found: most sites open every week."""

CLOSE_NAME = 0.8
"""Likeness of two names (`difflib`, 0 to 1) above which they may be the same place."""

CLOSE_METRES = 150
METRES_PER_DEGREE = 111_000


# ------------------------------------------------------------------------ dated openings


@dataclass(frozen=True, order=True)
class DatedOpening:
    """One opening of one day, changes applied. Instants are aware, in the zone of Paris.

    `day` is the day of the rule: where a change is asked, even for an opening that was moved.
    """

    start: datetime
    end: datetime
    opening: Opening = field(compare=False)
    day: date
    change: OccurrenceChange | None = field(default=None, compare=False)

    @property
    def site(self) -> Site:
        return self.opening.site

    @property
    def service(self) -> Service | None:
        """The service that is given; nothing when it is the site itself that opens."""
        return self.opening.service

    @property
    def is_cancelled(self) -> bool:
        return self.change is not None and self.change.is_cancelled

    @property
    def is_moved(self) -> bool:
        return self.change is not None and not self.change.is_cancelled

    @property
    def is_held(self) -> bool:
        """People find the door open: at its day, or where it was moved."""
        return not self.is_cancelled

    @property
    def reason(self) -> str:
        return self.change.reason if self.change else ""

    @property
    def hours(self) -> str:
        """« de 14 h à 16 h 30 »."""
        return hours_in_words(self.start.time(), self.end.time())

    def in_words(self, now: datetime | None = None) -> str:
        """« aujourd’hui, de 14 h à 16 h 30 », « en ce moment, jusqu’à 16 h 30 »."""
        now = now or timezone.now()
        if self.is_held and self.start <= now < self.end:
            return until_in_words(self.end.time())
        today = now.astimezone(PARIS).date()
        return f"{day_in_words(self.start.date(), today=today)}, {self.hours}"


def openings_of(site: Site, first: date, days: int) -> list[DatedOpening]:
    """The openings of a site that start on one of `days` days from `first`, in order.

    A cancelled one is kept where it was, and says so; a moved one is where it was moved to.
    """
    return openings_of_sites([site], first, days)[site.pk]


def openings_of_sites(
    sites: Iterable[Site], first: date, days: int
) -> dict[UUID, list[DatedOpening]]:
    """The same for many sites, by identifier of site: two queries, whatever their number."""
    return Agenda(sites).between(first, days)


def next_openings_of(
    site: Site, number: int = 10, *, after: datetime | None = None
) -> list[DatedOpening]:
    """The first openings of a site that are not over, cancelled ones among them."""
    return Agenda([site]).next(number, after=after)[site.pk]


class Agenda:
    """The opening hours of some sites, read once; dates are then computed without a query."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.sites = {site.pk: site for site in sites}
        self.openings: dict[UUID, list[Opening]] = {pk: [] for pk in self.sites}
        for opening in _openings_with_changes(self.sites):
            opening.site = self.sites[opening.site_id]
            self.openings[opening.site_id].append(opening)

    def between(self, first: date, days: int) -> dict[UUID, list[DatedOpening]]:
        return {pk: self.of(pk, first, days) for pk in self.sites}

    def next(self, number: int, *, after: datetime | None = None) -> dict[UUID, list[DatedOpening]]:
        """The first that are not over, within 400 days."""
        return {pk: self._next(pk, number, after or timezone.now()) for pk in self.sites}

    def next_held(self, *, after: datetime | None = None) -> dict[UUID, DatedOpening | None]:
        """Of each site, the first opening that is not over and not cancelled."""
        now = after or timezone.now()
        return {pk: next(self._coming(pk, now, held=True), None) for pk in self.sites}

    def _next(self, pk: UUID, number: int, now: datetime) -> list[DatedOpening]:
        return [item for _, item in zip(range(number), self._coming(pk, now), strict=False)]

    def _coming(self, pk: UUID, now: datetime, *, held: bool = False) -> Iterator[DatedOpening]:
        """What is not over, in order. It begins the day before: a night may not be over."""
        first, seen = now.astimezone(PARIS).date() - timedelta(days=1), 0
        for until in STRIDES:
            for item in self.of(pk, first + timedelta(days=seen), until - seen):
                if item.end > now and (item.is_held or not held):
                    yield item
            seen = until

    def of(self, pk: UUID, first: date, days: int) -> list[DatedOpening]:
        """The openings of one site that start on one of `days` days from `first`, in order."""
        site = self.sites[pk]
        return sorted(
            item
            for opening in self.openings[pk]
            for item in _readable(opening, first, days)
            if site.closed_on is None or item.start.date() < site.closed_on
        )


def _readable(opening: Opening, first: date, days: int) -> list[DatedOpening]:
    """The dates of a rule; none, and a line in the log, when nobody can read it any more.

    One such rule must not take away the dates of every other site.
    """
    try:
        return list(_dated(opening, first, days))
    except BadRule:
        logger.warning("Horaire illisible, laissé de côté : %s", opening.pk)
        return []


def _openings_with_changes(sites: Iterable[UUID]) -> QuerySet[Opening]:
    changes = Prefetch("changes", OccurrenceChange.objects.order_by("day"), to_attr="known_changes")
    return (
        Opening.objects.filter(site__in=list(sites))
        .select_related("service__organisation")
        .prefetch_related(changes)
    )


def _dated(opening: Opening, first: date, days: int) -> Iterator[DatedOpening]:
    """The openings of one rule in a window: those of the rule, without the moved, with the come."""
    changes = {change.day: change for change in known_changes_of(opening)}
    for found in _of_the_rule(opening, first, days):
        day = found.start.date()
        change = changes.get(day)
        if change is None or change.is_cancelled:
            yield DatedOpening(found.start, found.end, opening, day, change)
    last = first + timedelta(days=days)
    for change in changes.values():
        if (
            change.new_day
            and first <= change.new_day < last
            and is_of_the_rule(opening, change.day)
        ):
            yield DatedOpening(*_moved(change), opening, change.day, change)


def known_changes_of(opening: Opening) -> list[OccurrenceChange]:
    """The changes of an opening: those that were read with it, or read now."""
    known: list[OccurrenceChange] | None = getattr(opening, "known_changes", None)
    return list(opening.changes.all()) if known is None else known


def _of_the_rule(opening: Opening, first: date, days: int) -> list[Occurrence]:
    """What the rule gives in a window, between the first and last days of the opening hours."""
    start = max(first, opening.since)
    last = first + timedelta(days=days)
    if opening.until is not None:
        last = min(last, opening.until + timedelta(days=1))
    return occurrences(opening.rule, start, (last - start).days) if start < last else []


def is_of_the_rule(opening: Opening, day: date) -> bool:
    """Does the rule open on this day?"""
    return bool(_of_the_rule(opening, day, 1))


def _moved(change: OccurrenceChange) -> tuple[datetime, datetime]:
    assert change.new_day is not None
    assert change.starts is not None
    assert change.ends is not None
    return (
        datetime.combine(change.new_day, change.starts, PARIS),
        datetime.combine(change.new_day, change.ends, PARIS),
    )


def lost_changes(opening: Opening) -> list[OccurrenceChange]:
    """Changes to come whose day the rule no longer opens: they have no effect any more."""
    today = timezone.localdate()
    return [
        change
        for change in opening.changes.filter(day__gte=today).order_by("day")
        if not is_of_the_rule(opening, change.day)
    ]


# --------------------------------------------------------------------------------- lists


@dataclass(frozen=True)
class SiteLine:
    """A site in the list: who holds it, what is found there, when it opens next.

    It is hers when she volunteers there, or when her organisation holds it.
    """

    site: Site
    hosts: list[Organisation]
    needs: list[str]
    next_opening: DatedOpening | None
    is_mine: bool

    @property
    def next_words(self) -> str:
        return self.next_opening.in_words() if self.next_opening else ""


def sites_matching(
    words: str = "",
    *,
    need: str = "",
    organisation: str = "",
    access: str = "",
    closed: bool = False,
) -> list[Site]:
    """The sites that match everything that is given, whatever accents and hyphens."""
    found = Site.objects.filter(closed_on__isnull=not closed)
    if need:
        found = found.filter(_with_service(need=need))
    if organisation:
        found = found.filter(
            Q(pk__in=Presence.objects.filter(organisation_id=organisation).values("site"))
            | _with_service(organisation=organisation)
        )
    if access:
        found = found.filter(access=access)
    sites = found.select_related("commune").order_by("commune__name", "name", "pk")
    wanted = plain(words).split()
    return [site for site in sites if _says(site, wanted)]


def _with_service(**asked: Any) -> Q:
    active = Service.objects.filter(is_active=True, **asked)
    return Q(pk__in=Service.sites.through.objects.filter(service__in=active).values("site"))


def _says(site: Site, wanted: list[str]) -> bool:
    said = " ".join(map(plain, (site.name, site.commune.title, site.address)))
    return all(f" {word}" in f" {said}" for word in wanted)


def site_lines(sites: list[Site], *, viewer: Member) -> list[SiteLine]:
    """The lines of the list, in a number of queries that does not depend on the sites."""
    keys = [site.pk for site in sites]
    hosts, needs = defaultdict(list), defaultdict(set)
    held = Presence.objects.filter(site__in=keys, kind=PresenceKind.HOST)
    for presence in held.select_related("organisation").order_by("organisation__name", "pk"):
        hosts[presence.site_id].append(presence.organisation)
    offered = Service.sites.through.objects.filter(site__in=keys, service__is_active=True)
    for site, need in offered.values_list("site", "service__need"):
        needs[site].add(need)
    coming = Agenda(sites).next_held()
    mine, own = _assigned_to(viewer), set(viewer.organisations)
    return [
        SiteLine(
            site,
            hosts[site.pk],
            [need.label for need in Need if need in needs[site.pk]],
            coming[site.pk],
            site.pk in mine or not own.isdisjoint(hosts[site.pk]),
        )
        for site in sites
    ]


def _assigned_to(member: Member) -> set[UUID]:
    return set(Assignment.objects.filter(member=member).values_list("site", flat=True))


def services_at(site: Site, *, viewer: Member) -> list[Service]:
    """The active services of a site; those of the viewer's organisations come first."""
    own = {organisation.pk for organisation in viewer.organisations}
    found = site.services.filter(is_active=True).select_related("organisation")
    return sorted(
        found.order_by("need", "name", "pk"), key=lambda service: service.organisation_id not in own
    )


def presences_at(site: Site, *, viewer: Member) -> list[Presence]:
    """Who holds the site, then who comes; the viewer's organisations before the others."""
    own = {organisation.pk for organisation in viewer.organisations}
    found = site.presences.select_related("organisation").order_by("organisation__name", "pk")
    return sorted(
        found, key=lambda presence: (presence.organisation_id not in own, not presence.is_host)
    )


@dataclass(frozen=True)
class Volunteers:
    """The members assigned to a site: those whose names the viewer may read, and the others."""

    named: list[Assignment]
    others: int


def volunteers_at(site: Site, *, viewer: Member) -> Volunteers:
    """The volunteers of the viewer's organisations come first; who may not see members reads no
    other name than theirs, her own, and how many others there are."""
    own = {organisation.pk for organisation in viewer.organisations}
    sees_everyone = viewer.may(Verb.SEE, Thing.MEMBER)
    rows = site.assignments.select_related("member").prefetch_related("member__posts")
    ours: list[Assignment] = []
    others: list[Assignment] = []
    for assignment in rows.order_by("member__name", "pk"):
        (ours if _is_one_of(assignment.member, viewer, own) else others).append(assignment)
    if sees_everyone:
        return Volunteers(ours + others, 0)
    return Volunteers(ours, len(others))


def _is_one_of(member: Member, viewer: Member, own: set[UUID]) -> bool:
    today = timezone.localdate()
    return member.pk == viewer.pk or any(
        post.organisation_id in own
        and post.since <= today
        and (not post.until or post.until >= today)
        for post in member.posts.all()
    )


# ---------------------------------------------------------------------------- duplicates


def likely_duplicates(site: Site) -> list[Site]:
    """Other sites that may be the same place: a close name in the commune, or a few steps away."""
    others = Site.objects.exclude(pk=site.pk).select_related("commune")
    around = Q(commune=site.commune_id)
    if site.position:
        around |= _near(site.position)
    candidates = others.filter(around).order_by("commune__name", "name", "pk")
    return [other for other in candidates if _looks_like(site, other)]


def _near(position: Position) -> Q:
    """A square around a position, a little wider than what is looked for."""
    latitude, longitude = position
    height = 2 * CLOSE_METRES / METRES_PER_DEGREE
    width = height / max(cos(radians(latitude)), 0.01)
    return Q(
        latitude__range=(latitude - height, latitude + height),
        longitude__range=(longitude - width, longitude + width),
    )


def _looks_like(site: Site, other: Site) -> bool:
    if site.commune_id == other.commune_id and likeness(site.name, other.name) >= CLOSE_NAME:
        return True
    if site.position is None or other.position is None:
        return False
    return metres_between(site.position, other.position) < CLOSE_METRES


def likeness(one: str, other: str) -> float:
    """How close two names are, from 0 to 1, whatever accents, capitals and hyphens."""
    return SequenceMatcher(None, plain(one), plain(other), autojunk=False).ratio()


# ------------------------------------------------------------------------------ services


@dataclass(frozen=True)
class ServiceLine:
    """A service in the list, and in how many open sites it is given."""

    service: Service
    sites: int

    @property
    def need(self) -> str:
        return Need(self.service.need).label


def service_lines(*, viewer: Member) -> list[ServiceLine]:
    """Every service by need, those of the viewer's organisations first, then the others by name."""
    own = {organisation.pk for organisation in viewer.organisations}
    order = {need.value: rank for rank, need in enumerate(Need)}
    given = Count("sites", filter=Q(sites__closed_on=None))
    found = Service.objects.select_related("organisation").annotate(open_sites=given)
    lines = [ServiceLine(one, one.open_sites) for one in found.order_by("name", "pk")]
    return sorted(
        lines,
        key=lambda line: (
            order[line.service.need],
            not line.service.is_active,
            line.service.organisation_id not in own,
        ),
    )
