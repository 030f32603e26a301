"""Sites and services."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Query

from ruche.api import queries, rows, shapes, tables
from ruche.api.description import a_file
from ruche.api.errors import NotGiven, Problem, not_found
from ruche.api.filters import PagedWhere, Where
from ruche.api.operations.base import (
    CSV,
    GEOJSON,
    REFUSED,
    UNKNOWN,
    address,
    api,
    csv_file,
    described,
    page_of,
)
from ruche.api.paging import Listing, Part
from ruche.french import times
from ruche.places.models import Site

TAG = "Lieux"


class Sites(Listing):
    """A part of the sites."""

    items: list[shapes.SiteOut]


class Services(Listing):
    """A part of the services."""

    items: list[shapes.ServiceOut]


def _site_out(request: HttpRequest, place: queries.OpenSite) -> shapes.SiteOut:
    url = address(request, "site", place.site.pk)
    return shapes.site_out(place, url, page_of(request, place.site))


def _service_out(request: HttpRequest, found: queries.OfferedService) -> shapes.ServiceOut:
    return shapes.service_out(found, address(request, "service", found.service.pk))


@api.get(
    "/sites",
    response={200: Sites, **REFUSED},
    url_name="sites",
    summary="Les lieux ouverts",
    tags=[TAG],
)
def sites(request: HttpRequest, response: HttpResponse, asked: Query[PagedWhere]) -> dict[str, Any]:
    """Par commune et par nom ; du plus proche au plus lointain avec « near »."""
    keys = queries.site_keys(asked)
    part = Part(request, asked, len(keys))
    found = queries.open_sites(part.of(list(keys)), keys)
    return part.listing([_site_out(request, place) for place in found], response)


@api.get(
    "/sites/{uuid:site_id}",
    response={200: shapes.SiteOut, **UNKNOWN, 410: Problem},
    url_name="site",
    summary="Un lieu",
    tags=[TAG],
)
def site(request: HttpRequest, site_id: UUID) -> shapes.SiteOut:
    """Un lieu fermé répond 410, avec la date de sa fermeture."""
    found = queries.open_sites([site_id], {})
    if not found:
        raise _no_site(site_id)
    return _site_out(request, found[0])


def _no_site(site_id: UUID) -> NotGiven:
    closed = Site.objects.filter(pk=site_id).values_list("closed_on", flat=True).first()
    if closed is None:
        return not_found("Aucun lieu n’a cet identifiant.")
    day = times.day(closed, weekday=False, year=True)
    return NotGiven(HTTPStatus.GONE, "closed", f"Ce lieu est fermé depuis le {day}.")


@api.get(
    "/services",
    response={200: Services, **REFUSED},
    url_name="services",
    summary="Les services proposés",
    tags=[TAG],
)
def services(
    request: HttpRequest, response: HttpResponse, asked: Query[PagedWhere]
) -> dict[str, Any]:
    """Chacun avec tous les lieux ouverts où il est proposé à demeure."""
    keys = queries.service_keys(asked)
    part = Part(request, asked, len(keys))
    found = queries.offered_services(part.of(keys))
    return part.listing([_service_out(request, each) for each in found], response)


@api.get(
    "/services/{uuid:service_id}",
    response={200: shapes.ServiceOut, **UNKNOWN},
    url_name="service",
    summary="Un service",
    tags=[TAG],
)
def service(request: HttpRequest, service_id: UUID) -> shapes.ServiceOut:
    """Un service qui n’est plus proposé répond 404."""
    found = queries.offered_services(queries.known_service(service_id))
    if not found:
        raise not_found("Aucun service proposé n’a cet identifiant.")
    return _service_out(request, found[0])


@api.get(
    "/sites.geojson",
    response={200: None, **REFUSED},
    url_name="sites-geojson",
    summary="Les lieux, pour une carte",
    tags=[TAG],
    openapi_extra=a_file(GEOJSON, "FeatureCollection (RFC 7946)"),
)
def sites_geojson(request: HttpRequest, asked: Query[Where]) -> HttpResponse:
    """Un lieu sans position a une géométrie vide."""
    keys = queries.site_keys(asked)
    places = queries.open_sites(keys, keys)
    features = [rows.feature(place, page_of(request, place.site)) for place in places]
    collection = {"type": "FeatureCollection", "features": features}
    return described(JsonResponse(collection, content_type=GEOJSON), request, "sites")


@api.get(
    "/sites.csv",
    response={200: None, **REFUSED},
    url_name="sites-csv",
    summary="Les lieux, en tableau",
    tags=[TAG],
    openapi_extra=a_file(CSV, "CSV, décrit par son Table Schema"),
)
def sites_csv(request: HttpRequest, asked: Query[Where]) -> HttpResponse:
    """Un lieu par ligne."""
    keys = queries.site_keys(asked)
    places = queries.open_sites(keys, keys)
    lines = [rows.site_row(place, page_of(request, place.site)) for place in places]
    return csv_file(request, tables.SheetName.SITES, lines)


@api.get(
    "/services.csv",
    response={200: None, **REFUSED},
    url_name="services-csv",
    summary="Les services, en tableau",
    tags=[TAG],
    openapi_extra=a_file(CSV, "CSV, décrit par son Table Schema"),
)
def services_csv(request: HttpRequest, asked: Query[Where]) -> HttpResponse:
    """Un service et un lieu par ligne."""
    found = queries.offered_services(queries.service_keys(asked))
    lines = [row for each in found for row in rows.service_rows(each)]
    return csv_file(request, tables.SheetName.SERVICES, lines)
