"""Dated openings, and séances."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query

from ruche.api import queries, rows, shapes, tables
from ruche.api.description import a_file
from ruche.api.filters import FileDates, PagedDates
from ruche.api.operations.base import CSV, REFUSED, api, csv_file
from ruche.api.paging import Listing, Part

TAG = "Dates"


class Openings(Listing):
    """A part of the openings."""

    items: list[shapes.OpeningOut]


class Seances(Listing):
    """A part of the séances."""

    items: list[shapes.SeanceOut]


@api.get(
    "/openings",
    response={200: Openings, **REFUSED},
    url_name="openings",
    summary="Les ouvertures datées",
    tags=[TAG],
)
def openings(
    request: HttpRequest, response: HttpResponse, asked: Query[PagedDates]
) -> dict[str, Any]:
    """Calculées depuis les règles d’ouverture, jours déplacés et annulés compris."""
    found = queries.dated(asked, seances=False)
    part = Part(request, asked, len(found))
    wanted = part.of(found)
    rules = queries.rules_behind(wanted)
    return part.listing([shapes.opening_out(each, rules[each.uid]) for each in wanted], response)


@api.get(
    "/seances",
    response={200: Seances, **REFUSED},
    url_name="seances",
    summary="Les séances annoncées",
    tags=[TAG],
)
def seances(
    request: HttpRequest, response: HttpResponse, asked: Query[PagedDates]
) -> dict[str, Any]:
    """Les venues confirmées. Une séance annoncée puis annulée reste, et le dit."""
    found = queries.dated(asked, seances=True)
    part = Part(request, asked, len(found))
    return part.listing([shapes.seance_out(each) for each in part.of(found)], response)


@api.get(
    "/openings.csv",
    response={200: None, **REFUSED},
    url_name="openings-csv",
    summary="Les ouvertures datées, en tableau",
    tags=[TAG],
    openapi_extra=a_file(CSV, "CSV, décrit par son Table Schema"),
)
def openings_csv(request: HttpRequest, asked: Query[FileDates]) -> HttpResponse:
    """Une ouverture par ligne."""
    found = queries.dated(asked, seances=False)
    rules = queries.rules_behind(found)
    lines = [{**rows.date_row(each), "rule": rules[each.uid]} for each in found]
    return csv_file(request, tables.SheetName.OPENINGS, lines)


@api.get(
    "/seances.csv",
    response={200: None, **REFUSED},
    url_name="seances-csv",
    summary="Les séances annoncées, en tableau",
    tags=[TAG],
    openapi_extra=a_file(CSV, "CSV, décrit par son Table Schema"),
)
def seances_csv(request: HttpRequest, asked: Query[FileDates]) -> HttpResponse:
    """Une séance par ligne."""
    lines = [rows.date_row(each) for each in queries.dated(asked, seances=True)]
    return csv_file(request, tables.SheetName.SEANCES, lines)
