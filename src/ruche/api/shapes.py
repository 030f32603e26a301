"""The shapes of what is given, as the OpenAPI description shows them, and how each is filled.

Keys are English and stable, words are French. A code always comes with its label, so that nobody
has to copy our lists.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import TextChoices
from django.utils import timezone
from ninja import Field, Schema

from ruche.accounts.enums import OrganisationKind
from ruche.accounts.models import Organisation
from ruche.api import hours
from ruche.api.queries import OfferedService, OpenSite
from ruche.engines.portraits.levels import Level
from ruche.geography.models import Territory
from ruche.places.enums import LANGUAGES, Access, Audience, Choice, Need
from ruche.places.models import Opening, Service, Site
from ruche.seances.queries import Announced


class Word(Schema):
    """A value of one of our lists: its stable code, and its French label."""

    code: str
    label: str


class Commune(Schema):
    """Where a site is, in the official geography."""

    code: str = Field(description="Code Insee")
    name: str
    epci: str | None = Field(description="Numéro Siren de l’intercommunalité")
    departement: str | None


class Host(Schema):
    """An organisation of the network."""

    id: UUID
    name: str
    short_name: str | None
    kind: Word
    website: str | None


class Hours(Schema):
    """An opening rule in force."""

    rule: str = Field(description="Règle au format opening_hours d’OpenStreetMap")
    text: str = Field(description="La même, en français")
    since: date = Field(description="Premier jour de validité")
    until: date | None = Field(description="Dernier jour de validité")
    service: UUID | None = Field(description="Le service concerné ; sans valeur, le lieu lui-même")


class ServiceName(Schema):
    """A service, in short."""

    id: UUID
    name: str
    need: Word


class SiteName(Schema):
    """A site, in short."""

    id: UUID
    name: str
    commune: Commune


class SiteOut(Schema):
    """A place where people come for help."""

    id: UUID
    name: str
    commune: Commune
    address: str
    postal_code: str | None = Field(description="Seulement si la commune n’en a qu’un")
    address_note: str | None = Field(description="Pour trouver l’entrée")
    latitude: float | None
    longitude: float | None
    transport: str | None = Field(description="Comment venir")
    access: Word = Field(description="Accès des personnes à mobilité réduite")
    access_note: str | None
    audience: Word = Field(description="Qui peut venir")
    choice: Word = Field(description="Degré de choix, pour une distribution")
    phone: str | None
    email: str | None
    is_hub: bool = Field(description="Tiers-lieu solidaire du réseau")
    needs: list[Word] = Field(description="Les besoins auxquels le lieu répond")
    hosts: list[Host] = Field(description="Les organisations qui tiennent le lieu")
    services: list[ServiceName] = Field(description="Les services proposés dans ce lieu")
    hours: list[Hours] = Field(description="Les horaires en vigueur")
    distance: int | None = Field(description="Mètres à vol d’oiseau, avec le paramètre « near »")
    updated_at: datetime
    url: str
    page: str | None = Field(description="La page du lieu, pour les personnes")


class GivenAt(Schema):
    """Where a service is given."""

    site: SiteName
    hours: list[Hours] = Field(description="Les horaires du service dans ce lieu")


class ServiceOut(Schema):
    """Something that an organisation offers."""

    id: UUID
    name: str
    need: Word
    organisation: Host
    description: str | None
    conditions: str | None
    documents: str | None = Field(description="Ce qu’il faut apporter")
    languages: list[Word] = Field(description="Langues, en codes ISO 639")
    is_free: bool
    sites: list[GivenAt] = Field(description="Les lieux où il est proposé à demeure")
    updated_at: datetime
    url: str


class DateState(StrEnum):
    """Where a date stands."""

    SCHEDULED = "scheduled"
    MOVED = "moved"
    CANCELLED = "cancelled"


class DateOut(Schema):
    """A dated time at a site. Instants carry the offset of the time of Paris."""

    id: str = Field(description="Identifiant stable, même si la date est déplacée ou annulée")
    start: datetime
    end: datetime
    state: DateState = Field(description="Prévue, déplacée ou annulée")
    site: SiteName
    services: list[ServiceName]
    needs: list[Word]


class OpeningOut(DateOut):
    """An opening that comes from a rule."""

    rule: str = Field(description="La règle dont elle vient (opening_hours)")


class SeanceOut(DateOut):
    """Teams that come to a site on a day; only those that have confirmed are said."""


class PortraitLine(Schema):
    """A territory that has a portrait."""

    address: str = Field(description="Son adresse sur ce site")
    code: str
    name: str
    level: Level
    departement: str | None
    region: str | None
    population: int | None
    url: str
    links: dict[str, str] = Field(
        description="Le même portrait sous d’autres formes : page, json, csv, xlsx, geojson, pdf"
    )


class TerritoryOut(Schema):
    """A territory, as a portrait names it."""

    code: str
    address: str
    name: str
    level: Level
    population: int | None
    communes: int | None


class PortraitOut(Schema):
    """The portrait of a territory: the same as the JSON file beside its page."""

    territory: TerritoryOut
    level: Level
    edition: str
    parents: list[TerritoryOut]
    group: str
    comparable: list[dict[str, Any]]
    indicators: list[dict[str, Any]] = Field(
        description="Un indicateur chacun : valeur, état, année, unité, rang, références, source"
    )


# ------------------------------------------------------------------------------- filling


def word(choice: TextChoices) -> Word:
    return Word(code=choice.value, label=str(choice.label))


def local(moment: datetime) -> datetime:
    """In the time of Paris, to the second."""
    return timezone.localtime(moment).replace(microsecond=0)


def commune_of(site: Site) -> Commune:
    place = site.commune
    return Commune(
        code=place.code,
        name=place.title,
        epci=place.epci or None,
        departement=place.departement or None,
    )


def host(organisation: Organisation) -> Host:
    """Its name and its site: the contacts of an organisation are for the network."""
    return Host(
        id=organisation.pk,
        name=organisation.name,
        short_name=organisation.short_name or None,
        kind=word(OrganisationKind(organisation.kind)),
        website=organisation.website or None,
    )


def hours_of(opening: Opening) -> Hours:
    return Hours(
        rule=opening.rule,
        text=hours.sentence(opening.rule),
        since=opening.since,
        until=opening.until,
        service=opening.service_id,
    )


def service_name(service: Service) -> ServiceName:
    return ServiceName(id=service.pk, name=service.name, need=word(Need(service.need)))


def site_name(site: Site) -> SiteName:
    return SiteName(id=site.pk, name=site.name, commune=commune_of(site))


def site_out(place: OpenSite, url: str, page: str | None) -> SiteOut:
    site = place.site
    return SiteOut(
        id=site.pk,
        name=site.name,
        commune=commune_of(site),
        address=site.address,
        postal_code=place.postal_code or None,
        address_note=site.address_note or None,
        latitude=site.latitude,
        longitude=site.longitude,
        transport=site.transport or None,
        access=word(Access(site.access)),
        access_note=site.access_note or None,
        audience=word(Audience(site.audience)),
        choice=word(Choice(site.choice)),
        phone=site.phone or None,
        email=site.email or None,
        is_hub=site.is_hub,
        needs=[word(need) for need in place.needs],
        hosts=[host(each) for each in place.hosts],
        services=[service_name(each) for each in place.services],
        hours=[hours_of(each) for each in place.openings],
        distance=place.metres,
        updated_at=local(site.updated_at),
        url=url,
        page=page,
    )


def service_out(offered: OfferedService, url: str) -> ServiceOut:
    service = offered.service
    return ServiceOut(
        id=service.pk,
        name=service.name,
        need=word(Need(service.need)),
        organisation=host(service.organisation),
        description=service.description or None,
        conditions=service.conditions or None,
        documents=service.documents or None,
        languages=[Word(code=code, label=LANGUAGES[code]) for code in known_languages(service)],
        is_free=service.is_free,
        sites=[_given_at(service, place) for place in offered.places],
        updated_at=local(service.updated_at),
        url=url,
    )


def known_languages(service: Service) -> list[str]:
    return [code for code in service.languages if code in LANGUAGES]


def _given_at(service: Service, place: OpenSite) -> GivenAt:
    own = [each for each in place.openings if each.service_id == service.pk]
    return GivenAt(site=site_name(place.site), hours=[hours_of(each) for each in own])


def state_of(item: Announced) -> DateState:
    if item.is_cancelled:
        return DateState.CANCELLED
    return DateState.MOVED if item.is_moved else DateState.SCHEDULED


def _date(item: Announced) -> dict[str, Any]:
    return {
        "id": item.uid,
        "start": item.start,
        "end": item.end,
        "state": state_of(item),
        "site": site_name(item.site),
        "services": [service_name(each) for each in item.services],
        "needs": [word(need) for need in item.needs],
    }


def opening_out(item: Announced, rule: str) -> OpeningOut:
    return OpeningOut(**_date(item), rule=rule)


def seance_out(item: Announced) -> SeanceOut:
    return SeanceOut(**_date(item))


def portrait_line(territory: Territory, url: str, links: dict[str, str]) -> PortraitLine:
    return PortraitLine(
        address=territory.pk,
        code=territory.code,
        name=territory.title,
        level=territory.scale,
        departement=territory.departement or None,
        region=territory.region or None,
        population=territory.population,
        url=url,
        links=links,
    )
