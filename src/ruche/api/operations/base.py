"""What every resource of the open data shares: the API, whole addresses, files."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import NoReverseMatch, reverse

from ruche.api import rows, tables
from ruche.api.description import OpenData
from ruche.api.errors import Problem
from ruche.languages import FRENCH, language
from ruche.places.models import Site

api = OpenData()

REFUSED = {422: Problem}
UNKNOWN = {404: Problem}
CSV, GEOJSON, TABLE_SCHEMA = "text/csv", "application/geo+json", "application/json"


def address(request: HttpRequest, name: str, *args: Any) -> str:
    """The whole address of a resource."""
    return request.build_absolute_uri(reverse(f"api:v1:{name}", args=args))


def page_of(request: HttpRequest, site: Site) -> str | None:
    """The page of a site for people, when this instance has one."""
    try:
        return request.build_absolute_uri(reverse("public:place", args=[language(FRENCH), site.pk]))
    except NoReverseMatch:
        return None


def csv_file(request: HttpRequest, name: tables.SheetName, lines: list[rows.Row]) -> HttpResponse:
    """A table to keep, with the address of its schema."""
    text = rows.csv_text(tables.SHEETS[name], lines)
    response = HttpResponse(text, content_type=f"{CSV}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return described(response, request, name)


def described(response: HttpResponse, request: HttpRequest, name: str) -> HttpResponse:
    """With the address of the schema of its columns."""
    response["Link"] = f'<{address(request, "schema", name)}>; rel="describedby"'
    return response
