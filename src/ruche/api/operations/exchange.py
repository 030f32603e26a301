"""What partners read in their own format: data·inclusion."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from ruche.api import datainclusion, queries
from ruche.api.filters import FileDates, Paged, Where
from ruche.api.operations.base import REFUSED, api, page_of
from ruche.api.paging import Listing, Part

TAG = "data·inclusion"


class Structures(Listing):
    """A part of the structures."""

    items: list[dict[str, Any]]


def _page(request: HttpRequest) -> datainclusion.Page:
    return lambda site: page_of(request, site)


class StructureServices(Listing):
    """A part of the services of structures."""

    items: list[dict[str, Any]]


@api.get(
    "/data-inclusion/structures",
    response={200: Structures, **REFUSED},
    url_name="structures",
    summary="Les lieux, au format data·inclusion v1",
    tags=[TAG],
)
def data_inclusion_structures(
    request: HttpRequest, response: HttpResponse, asked: Query[Paged]
) -> dict[str, Any]:
    """Une structure par lieu ouvert."""
    keys = queries.site_keys(Where())
    found = datainclusion.structures(queries.open_sites(keys, keys), _page(request))
    part = Part(request, asked, len(found))
    return part.listing(part.of(found), response)


@api.get(
    "/data-inclusion/services",
    response={200: StructureServices, **REFUSED},
    url_name="structure-services",
    summary="Les services, au format data·inclusion v1",
    tags=[TAG],
)
def data_inclusion_services(
    request: HttpRequest, response: HttpResponse, asked: Query[Paged]
) -> dict[str, Any]:
    """Un par service et par lieu où il est proposé à demeure."""
    offered = queries.offered_services(queries.service_keys(Where()))
    coming = queries.dated(FileDates(), seances=True)
    found = datainclusion.services(offered, coming, _page(request))
    part = Part(request, asked, len(found))
    return part.listing(part.of(found), response)
