"""What is asked of the register: lists of sites, who is there, likely duplicates."""

import re
from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from math import cos, radians
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from ruche.accounts.enums import Thing, Verb
from ruche.accounts.models import Member, Organisation
from ruche.geography.communes import Position, metres_between
from ruche.geography.names import plain
from ruche.places.agenda import Agenda, DatedOpening
from ruche.places.enums import Need, PresenceKind
from ruche.places.models import Assignment, Presence, Service, Site

CLOSE_NAME = 0.8
"""Likeness of two names (`difflib`, 0 to 1) above which they may be the same place."""

NUMBER = re.compile(r"\d+")

CLOSE_METRES = 150
METRES_PER_DEGREE = 111_000


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
    """How close two names are, from 0 to 1, whatever accents, capitals and hyphens.

    « Salle 1 » and « Salle 2 » are nothing like each other.
    """
    if numbers_differ(one, other):
        return 0.0
    return SequenceMatcher(None, plain(one), plain(other), autojunk=False).ratio()


def numbers_differ(one: str, other: str) -> bool:
    """Two names that both have numbers, and not the same."""
    ours, theirs = NUMBER.findall(one), NUMBER.findall(other)
    return bool(ours) and bool(theirs) and ours != theirs


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
