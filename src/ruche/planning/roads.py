"""How far the places of the rounds are from one another: an estimate, or what someone knows better.

A place is a site that is visited, or a commune from which people leave: never a home.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings

from ruche.engines.rounds import BadProblem, Travel
from ruche.engines.rounds.distances import Point, great_circle
from ruche.engines.rounds.travel import Journey, Pair
from ruche.geography.communes import communes
from ruche.geography.models import Territory
from ruche.places.models import Site
from ruche.planning.models import Need, Road, Worker
from ruche.planning.models.roads import BY_HAND


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that a round begins, stops or ends.

    `point` is None while nobody knows where; `remedy` says what to do then.
    """

    key: str
    name: str
    is_site: bool
    point: Point | None
    remedy: str


def places_of(sites: Iterable[Site], workers: Iterable[Worker]) -> list[Place]:
    """The sites, then the communes from which these workers leave, once each."""
    found: dict[str, Place] = {}
    for site in sites:
        where = site.position or centre_of(site.commune)
        remedy = f"{site} : indiquez sa latitude et sa longitude sur sa fiche."
        found[str(site.pk)] = Place(str(site.pk), str(site), True, _point(where), remedy)
    for worker in workers:
        base = worker.base
        remedy = f"{worker} : la position de {base} est inconnue."
        found.setdefault(
            base.pk, Place(base.pk, base.title, False, _point(centre_of(base)), remedy)
        )
    return list(found.values())


def _point(where: tuple[float, float] | None) -> Point | None:
    return None if where is None else Point(*where)


def centre_of(commune: Territory) -> tuple[float, float] | None:
    """The point of a commune: latitude and longitude, when they are known."""
    known = communes(settings.NETWORK_DEPARTEMENT).by_code.get(commune.code)
    return known.position if known else None


def names_of(places: Iterable[Place]) -> dict[str, str]:
    """What each place is called, and its key. Two communes of one name are told apart."""
    found: dict[str, str] = {}
    for place in places:
        name = place.name if place.name not in found else f"{place.name} {place.key[:8]}"
        found[name] = place.key
    return found


def places_of_the_rounds() -> list[Place]:
    """Open sites that someone visits, and where those who visit leave from, in order of name."""
    workers = list(Worker.objects.active().select_related("base"))
    owed = Need.objects.filter(rota__in={row.rota_id for row in workers}).order_by()
    sites = Site.objects.filter(pk__in=owed.values("site"), closed_on=None)
    places = places_of(sites.select_related("commune"), workers)
    return sorted(places, key=lambda place: (place.is_site, place.name, place.key))


def travel_between(places: Iterable[Place]) -> Travel:
    """Minutes and metres between all of them, what was given in place of estimates.

    Raises `BadProblem` naming every place of which nobody knows where it is.
    """
    places = list(places)
    faults = [place.remedy for place in places if place.point is None]
    if faults:
        raise BadProblem(faults)
    travel = estimated(places)
    for source, known in sorted(given_between(places).items(), key=lambda each: each[0] != BY_HAND):
        travel = travel.corrected(known, source if source == BY_HAND else f"par {source}")
    return travel


def estimated(places: Iterable[Place]) -> Travel:
    """What nobody has said anything of: as the crow flies, lengthened."""
    return great_circle({place.key: place.point for place in places if place.point is not None})


def given_between(places: Iterable[Place]) -> dict[str, dict[Pair, Journey]]:
    """What was given between these places, by who gave it."""
    keys = {place.key for place in places}
    found: dict[str, dict[Pair, Journey]] = {}
    for road in Road.objects.filter(origin__in=keys, target__in=keys):
        journeys = found.setdefault(road.source, {})
        journeys[road.origin, road.target] = (road.minutes, road.metres)
    return found
