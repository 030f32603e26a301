"""What is given to everyone: open sites, active services, announced dates, published portraits.

Notes, reasons, members, teams and their contacts are never read here: what is not fetched cannot be
given by mistake. The number of queries does not depend on the number of sites.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from ruche.accounts.models import Organisation
from ruche.api.filters import Dates, PortraitsAsked, Where
from ruche.engines.portraits.geography import load_reference
from ruche.geography.communes import metres_between
from ruche.geography.models import Territory
from ruche.places.enums import FOOD_CHOICES, Choice, Need, PresenceKind
from ruche.places.models import Opening, Presence, Service, Site
from ruche.places.queries import METRES_PER_DEGREE
from ruche.seances.queries import Announced, announced
from ruche.territories.models import Edition, Figure

Offers = Service.sites.through


@dataclass(frozen=True)
class OpenSite:
    """A site with what is said of it: who holds it, what is offered, the rules in force."""

    site: Site
    hosts: list[Organisation]
    services: list[Service]
    openings: list[Opening]
    metres: int | None = None
    """How far it is from the point that was asked, when one was."""

    @property
    def needs(self) -> list[Need]:
        """What is found there, in the order of the list of needs."""
        found = {Need(service.need) for service in self.services}
        choice = self.site.choice
        if choice in FOOD_CHOICES or (self.rules() and choice != Choice.NOT_FOOD):
            found.add(Need.FOOD)
        return [need for need in Need if need in found]

    def rules(self, service: Service | None = None) -> list[str]:
        """The rules in force of a service here; without one, of the site itself."""
        wanted = service.pk if service else None
        return [each.rule for each in self.openings if each.service_id == wanted]

    @property
    def postal_code(self) -> str:
        return postal_codes().get(self.site.commune.code, "")


@dataclass(frozen=True)
class OfferedService:
    """An active service, and the open sites where it is given."""

    service: Service
    places: list[OpenSite]


@cache
def postal_codes() -> dict[str, str]:
    """Commune → postal code, for the communes that have exactly one."""
    found = defaultdict(list)
    for postal_code, commune in load_reference().postal.select("postal_code", "commune").rows():
        found[commune].append(postal_code)
    return {commune: codes[0] for commune, codes in found.items() if len(codes) == 1}


# --------------------------------------------------------------------------------- sites


def site_keys(where: Where) -> dict[UUID, int | None]:
    """The open sites that answer, in order, with their distance when a point is given."""
    found = _within(Site.objects.open(), where)
    if where.need:
        found = found.filter(_answering_to(where.need))
    rows = found.order_by("commune__name", "name", "pk").values_list("pk", "latitude", "longitude")
    if where.point is None:
        return {pk: None for pk, _, _ in rows}
    placed = [(pk, (lat, lon)) for pk, lat, lon in rows if lat is not None and lon is not None]
    far = {pk: round(metres_between(where.point, position)) for pk, position in placed}
    near = [(metres, pk) for pk, metres in far.items() if metres <= where.within]
    return {pk: metres for metres, pk in sorted(near)}


def _within(sites: QuerySet[Site], where: Where) -> QuerySet[Site]:
    if where.commune:
        sites = sites.filter(commune__code=where.commune)
    if where.epci:
        sites = sites.filter(commune__epci=where.epci)
    if where.point:
        sites = sites.filter(_around(where.point, where.within))
    return sites


def _around(point: tuple[float, float], metres: int) -> Q:
    """A square a little wider than the circle. Near the antimeridian it may miss the other side."""
    latitude, longitude = point
    height = 1.01 * metres / METRES_PER_DEGREE
    width = height / max(cos(radians(min(abs(latitude) + height, 90))), 0.01)
    return Q(
        latitude__range=(latitude - height, latitude + height),
        longitude__range=(longitude - width, longitude + width),
    )


def _answering_to(need: Need) -> Q:
    """The same as `OpenSite.needs`, for the database."""
    offered = Offers.objects.filter(service__is_active=True, service__need=need).order_by()
    found = Q(pk__in=offered.values("site"))
    if need is Need.FOOD:
        own = in_force().filter(service=None).order_by().values("site")
        found |= Q(pk__in=own) & ~Q(choice=Choice.NOT_FOOD) | Q(choice__in=FOOD_CHOICES)
    return found


def in_force() -> QuerySet[Opening]:
    """The opening rules of today; those of a service that is no longer offered are left out."""
    found: QuerySet[Opening] = Opening.objects.current()
    return found.filter(
        Q(service=None) | Q(service__is_active=True), since__lte=timezone.localdate()
    )


def open_sites(keys: Iterable[UUID], metres: dict[UUID, int | None]) -> list[OpenSite]:
    """The sites of these keys, in this order: four queries."""
    wanted = list(keys)
    sites = Site.objects.open().select_related("commune").in_bulk(wanted)
    hosts, services, openings = _hosts(wanted), _services(wanted), _rules(wanted)
    return [
        OpenSite(sites[pk], hosts[pk], services[pk], openings[pk], metres.get(pk))
        for pk in wanted
        if pk in sites
    ]


def _hosts(sites: list[UUID]) -> dict[UUID, list[Organisation]]:
    found = defaultdict(list)
    held = Presence.objects.filter(site__in=sites, kind=PresenceKind.HOST)
    for presence in held.select_related("organisation").order_by("organisation__name", "pk"):
        found[presence.site_id].append(presence.organisation)
    return found


def _services(sites: list[UUID]) -> dict[UUID, list[Service]]:
    found = defaultdict(list)
    offered = Offers.objects.filter(site__in=sites, service__is_active=True)
    rows = offered.select_related("service__organisation")
    for row in rows.order_by("service__need", "service__name", "service"):
        found[row.site_id].append(row.service)
    return found


def _rules(sites: list[UUID]) -> dict[UUID, list[Opening]]:
    found = defaultdict(list)
    for opening in in_force().filter(site__in=sites).order_by("since", "pk"):
        found[opening.site_id].append(opening)
    return found


# ------------------------------------------------------------------------------ services


def service_keys(where: Where) -> list[UUID]:
    """The active services that answer to a need, given in one of the open sites around."""
    found = Service.objects.filter(is_active=True)
    if where.need:
        found = found.filter(need=where.need)
    if where.says_where:
        sites = list(site_keys(where.model_copy(update={"need": None})))
        found = found.filter(pk__in=Offers.objects.filter(site__in=sites).values("service"))
    return list(found.order_by("need", "name", "pk").values_list("pk", flat=True))


def known_service(pk: UUID) -> list[UUID]:
    """The key of an active service, or nothing."""
    return list(Service.objects.filter(pk=pk, is_active=True).values_list("pk", flat=True))


def offered_services(keys: Iterable[UUID]) -> list[OfferedService]:
    """The services of these keys, in this order, with every open site of each: six queries."""
    wanted = list(keys)
    services = Service.objects.select_related("organisation").in_bulk(wanted)
    given = Offers.objects.filter(service__in=wanted, site__closed_on=None)
    order = ("site__commune__name", "site__name", "site")
    pairs = list(given.order_by(*order).values_list("service", "site"))
    places = {each.site.pk: each for each in open_sites(dict.fromkeys(s for _, s in pairs), {})}
    found = defaultdict(list)
    for service, site in pairs:
        found[service].append(places[site])
    return [OfferedService(services[pk], found[pk]) for pk in wanted]


# --------------------------------------------------------------------------------- dates


def dated(asked: Dates, *, seances: bool) -> list[Announced]:
    """The openings of the register, or the séances, that everyone may know, in order."""
    sites = Site.objects.open().select_related("commune")
    if asked.site:
        sites = sites.filter(pk=asked.site)
    found = announced(sites.order_by("pk"), asked.start, asked.days)
    items = (each for day in found.values() for each in day)
    kept = [
        each
        for each in items
        if (each.seance is not None) == seances and (not asked.need or asked.need in each.needs)
    ]
    return sorted(kept, key=lambda each: (each.start, each.site.name, each.uid))


def rules_behind(items: Sequence[Announced]) -> dict[str, str]:
    """The rule of each opening of the register, by `uid`: one query."""
    keys = {item.uid: UUID(item.uid[:36]) for item in items}
    rules = dict(Opening.objects.filter(pk__in=set(keys.values())).values_list("pk", "rule"))
    return {uid: rules[key] for uid, key in keys.items()}


# ----------------------------------------------------------------------------- portraits


def portrayed(edition: Edition, asked: PortraitsAsked) -> QuerySet[Territory]:
    """The territories that have a portrait in an edition, the widest first."""
    known = Figure.objects.of(edition).order_by().values("territory").distinct()
    found = Territory.objects.filter(pk__in=known)
    if asked.level:
        found = found.filter(level=asked.level)
    if asked.departement:
        found = found.filter(departement=asked.departement)
    return found.order_by("reach", "code", "pk")
