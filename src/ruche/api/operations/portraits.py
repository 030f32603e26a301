"""The portraits of territories, and where their files are."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import Field, Query

from ruche.api import queries, shapes
from ruche.api.errors import not_found
from ruche.api.filters import PortraitsAsked
from ruche.api.operations.base import REFUSED, UNKNOWN, address, api
from ruche.api.paging import Listing, Part
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.serialisation import portrait_data
from ruche.geography.models import Territory
from ruche.territories.access import UnknownTerritory, current_edition, territory_for
from ruche.territories.models import Edition
from ruche.territories.queries import portrait_of

TAG = "Portraits"
FORMS = ("json", "csv", "xlsx", "geojson")


class Portraits(Listing):
    """A part of the territories that have a portrait."""

    edition: str = Field(description="L’édition publiée")
    items: list[shapes.PortraitLine]


@api.get(
    "/portraits",
    response={200: Portraits, **REFUSED, **UNKNOWN},
    url_name="portraits",
    summary="Les territoires qui ont un portrait",
    tags=[TAG],
)
def portraits(
    request: HttpRequest, response: HttpResponse, asked: Query[PortraitsAsked]
) -> dict[str, Any]:
    """Avec les adresses de chaque portrait, en page, en données et en livret."""
    edition = _edition()
    found = queries.portrayed(edition, asked)
    part = Part(request, asked, found.count())
    items = [_portrait_line(request, territory) for territory in part.of(found)]
    return {"edition": edition.pk, **part.listing(items, response)}


def _edition() -> Edition:
    try:
        return current_edition()
    except Http404 as error:
        raise not_found("Aucune édition des portraits n’est publiée.") from error


def _portrait_line(request: HttpRequest, territory: Territory) -> shapes.PortraitLine:
    def link(form: str) -> str:
        return request.build_absolute_uri(reverse(f"territories:{form}", args=[territory.pk]))

    forms = FORMS if territory.scale is Level.COMMUNE else (*FORMS, "pdf")
    links = {"page": link("portrait"), **{form: link(f"portrait-{form}") for form in forms}}
    return shapes.portrait_line(territory, address(request, "portrait", territory.pk), links)


@api.get(
    "/portraits/{address}",
    response={200: shapes.PortraitOut, **UNKNOWN},
    url_name="portrait",
    summary="Le portrait d’un territoire",
    tags=[TAG],
)
def portrait(request: HttpRequest, address: str) -> dict[str, Any]:
    """« 32013 » (commune), « 243200409 » (intercommunalité), « dep-32 », « reg-76 », « france »."""
    edition = _edition()
    try:
        territory = territory_for(address, edition)
    except UnknownTerritory as error:
        raise not_found("Aucun portrait n’est publié à cette adresse.") from error
    return portrait_data(portrait_of(territory, edition))
