"""Where to begin: what there is, and the schema of each table."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Schema

from ruche.api import tables
from ruche.api.description import a_file
from ruche.api.operations.base import REFUSED, TABLE_SCHEMA, address, api

TAG = "Entrée"


class Entry(Schema):
    """Where to begin."""

    title: str
    version: str
    licence: str
    documentation: str
    openapi: str
    resources: dict[str, str]


RESOURCES = (
    "sites", "sites-geojson", "sites-csv", "services", "services-csv", "openings", "openings-csv",
    "seances", "seances-csv", "portraits", "structures", "structure-services",
)  # fmt: skip


@api.get("/", response=Entry, url_name="index", summary="Ce qu’il y a", tags=[TAG])
def index(request: HttpRequest) -> Entry:
    """Les ressources et leurs adresses."""
    return Entry(
        title=api.title,
        version=api.version,
        licence="etalab-2.0",
        documentation=request.build_absolute_uri(reverse("api:home")),
        openapi=address(request, "openapi-json"),
        resources={name: address(request, name) for name in RESOURCES},
    )


@api.get(
    "/schemas/{name}.json",
    response={200: None, **REFUSED},
    url_name="schema",
    summary="Le Table Schema d’un tableau",
    tags=[TAG],
    openapi_extra=a_file(TABLE_SCHEMA, "Table Schema (Frictionless)"),
)
def schema(request: HttpRequest, name: tables.SheetName) -> HttpResponse:
    """Colonnes, types et contraintes, en français."""
    described = tables.table_schema(name, path=address(request, f"{name}-csv"))
    return JsonResponse(described, json_dumps_params={"ensure_ascii": False})
