"""Everything that can be taken away: data, drawings and booklets, at addresses that do not move."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ruche.core.components import File
from ruche.engines.portraits.catalogue import RULES
from ruche.engines.portraits.facts import Portrait
from ruche.engines.portraits.geography.contours import contours_of
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.serialisation import (
    COLUMNS,
    csv_text,
    portrait_data,
    portrait_rows,
    table_schema,
)
from ruche.geography.models import Territory
from ruche.territories import booklets, drawings, queries
from ruche.territories.access import current_edition, territory_for
from ruche.territories.links import links
from ruche.territories.models import Edition, Figure
from ruche.territories.views.exports import attachment, geojson_response, xlsx_response
from ruche.territories.views.portraits import helpful_404

IN_GEOJSON = (
    "pop_total",
    "pop_evol",
    "pop_75p",
    "rev_median",
    "rev_pauvrete",
    "chom_rp",
    "log_vac",
)


def _portrait(address: str) -> tuple[Portrait, Territory, Edition]:
    edition = current_edition()
    territory = territory_for(address, edition)
    return queries.portrait_of(territory, edition), territory, edition


@require_safe
@helpful_404
def portrait_json(request: HttpRequest, address: str) -> JsonResponse:
    found, _, _ = _portrait(address)
    return JsonResponse(portrait_data(found), json_dumps_params={"ensure_ascii": False})


@require_safe
@helpful_404
def portrait_csv(request: HttpRequest, address: str) -> HttpResponse:
    found, territory, _ = _portrait(address)
    response = HttpResponse(csv_text(portrait_rows(found)), content_type="text/csv; charset=utf-8")
    response["Link"] = f'<{reverse("territories:schema")}>; rel="describedby"'
    return attachment(response, f"portrait-{territory.pk}.csv")


@require_safe
@helpful_404
def portrait_xlsx(request: HttpRequest, address: str) -> HttpResponse:
    found, territory, edition = _portrait(address)
    sheets = [("Portrait", _readable_rows(found)), ("Lisez-moi", _readme_rows(found, edition))]
    return xlsx_response(sheets, filename=f"portrait-{territory.pk}.xlsx")


def _readable_rows(found: Portrait) -> list[list[Any]]:
    """The portrait with French headers, for people who open a spreadsheet."""
    heads = [
        "Thème",
        "Indicateur",
        "Année",
        "Valeur",
        "État",
        "Estimation",
        "Unité",
        "Marge (points)",
    ]
    heads += ["Rang", "Sur", "Département", "Région", "France", "Comparables", "Source"]
    names = [name for name, _, _ in COLUMNS]
    order = ["theme", "label", "year", "value", "status_label", "estimated", "unit", "margin"]
    order += ["rank", "count", "ref_departement", "ref_region", "ref_france", "ref_peers", "source"]
    themes = {theme.id: theme.label for theme in queries.catalogue().themes}
    rows = [heads]
    for row in portrait_rows(found):
        cells = dict(zip(names, row, strict=True))
        cells["theme"] = themes[cells["theme"]]
        cells["estimated"] = "oui" if cells["estimated"] else ""
        rows.append([cells[name] for name in order])
    return rows


def _readme_rows(found: Portrait, edition: Edition) -> list[list[Any]]:
    return [
        ["Portrait de territoire", found.territory.title],
        ["Édition", edition.pk],
        ["Géographie au 1er janvier", edition.geography],
        ["Une case vide de « Valeur »", "La colonne « État » dit pourquoi : secret, non diffusé…"],
        ["Marge", "Marge d’erreur à 95 %, en points, des parts issues d’une enquête"],
        ["Licence des données", "Celle de chaque producteur, le plus souvent Licence Ouverte 2.0"],
    ]


@require_safe
@helpful_404
def portrait_geojson(request: HttpRequest, address: str) -> HttpResponse:
    found, territory, _ = _portrait(address)
    return geojson_response(
        [_feature(found, territory)], filename=f"portrait-{territory.pk}.geojson"
    )


def _feature(found: Portrait, territory: Territory) -> dict[str, Any]:
    kind = drawings.CONTOURS.get(territory.scale)
    shapes = contours_of((territory.code,), kind) if kind else []
    facts = [fact for name in IN_GEOJSON if (fact := found.get(name))]
    properties: dict[str, Any] = {"address": territory.pk, "name": territory.title}
    for fact in facts:
        properties[fact.indicator.id] = fact.figure.value
        properties[f"{fact.indicator.id}_status"] = fact.figure.state.code
    return {
        "type": "Feature",
        "id": territory.pk,
        "geometry": shapes[0]["geometry"] if shapes else None,
        "properties": properties,
    }


@require_safe
@helpful_404
def portrait_pdf(request: HttpRequest, address: str) -> HttpResponse:
    """The booklet: made at the first request, then kept beside the database."""
    found, territory, edition = _portrait(address)
    if territory.scale is Level.COMMUNE:
        raise Http404("Il n’y a pas de livret par commune.")
    content = booklets.booklet_for(found, territory, edition)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="portrait-{territory.pk}.pdf"'
    return response


@require_safe
@helpful_404
def portrait_svg(request: HttpRequest, address: str, drawing: str) -> HttpResponse:
    """One drawing of a portrait: `ages`, or the years or the position of an indicator."""
    found, _, _ = _portrait(address)
    fact = found.get(drawing.removeprefix("serie-").removeprefix("position-"))
    drawn = None
    if drawing == "ages":
        drawn = drawings.ages(found)
    elif fact and drawing.startswith("serie-"):
        drawn = drawings.history(found, fact)
    elif fact and drawing.startswith("position-"):
        drawn = drawings.position_strip(found, fact)
    if drawn is None:
        raise Http404("Ce dessin n’existe pas pour ce territoire.")
    return HttpResponse(drawn.svg, content_type="image/svg+xml")


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """The page of downloads: what there is, and how to read it."""
    edition = current_edition()
    departement = queries.territory_by_address(f"dep-{settings.NETWORK_DEPARTEMENT}")
    files = [
        File("Les portraits du département, en tableau", reverse("territories:all-csv"), "CSV"),
        File("Les mêmes, pour tableur", reverse("territories:all-xlsx"), "XLSX"),
        File("Contours et chiffres clés", reverse("territories:contours"), "GeoJSON"),
        File("Catalogue des indicateurs", reverse("territories:catalogue-json"), "JSON"),
        File("Schéma du CSV", reverse("territories:schema"), "Table Schema"),
    ]
    epcis = Territory.objects.epcis_of(settings.NETWORK_DEPARTEMENT)
    context = {
        **links(),
        "edition": edition,
        "departement": departement,
        "files": files,
        "columns": COLUMNS,
        "epcis": epcis,
    }
    return render(request, "territories/data.html", context)


def _network_portraits(edition: Edition) -> list[tuple[Portrait, Territory]]:
    """The EPCIs of the network's département, then the département itself."""
    territories = list(Territory.objects.epcis_of(settings.NETWORK_DEPARTEMENT))
    home = queries.territory_by_address(f"dep-{settings.NETWORK_DEPARTEMENT}")
    territories += [home] if home else []
    return [(queries.portrait_of(t, edition), t) for t in territories]


@require_safe
def all_csv(request: HttpRequest) -> HttpResponse:
    edition = current_edition()
    rows = [row for found, _ in _network_portraits(edition) for row in portrait_rows(found)]
    response = HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8")
    return attachment(response, f"portraits-{edition.pk}.csv")


@require_safe
def all_xlsx(request: HttpRequest) -> HttpResponse:
    edition = current_edition()
    portraits = _network_portraits(edition)
    sheets = [(_sheet_name(t), _readable_rows(found)) for found, t in portraits]
    sheets.append(("Lisez-moi", _readme_rows(portraits[0][0], edition)))
    return xlsx_response(sheets, filename=f"portraits-{edition.pk}.xlsx")


def _sheet_name(territory: Territory) -> str:
    """A sheet name that spreadsheets accept: 31 signs, unique, none of `[]:*?/\\`."""
    name = "".join(c for c in territory.title if c not in "[]:*?/\\")
    return f"{name[:21]} {territory.code}" if len(name) > 31 else name


@require_safe
def contours(request: HttpRequest) -> HttpResponse:
    edition = current_edition()
    features = [_feature(found, territory) for found, territory in _network_portraits(edition)]
    return geojson_response(features, filename=f"portraits-{edition.pk}.geojson")


@require_safe
def schema(request: HttpRequest) -> JsonResponse:
    return JsonResponse(table_schema(), json_dumps_params={"ensure_ascii": False})


@require_safe
def catalogue_json(request: HttpRequest) -> JsonResponse:
    """Themes, sources, rules and indicators, as the engine reads them."""
    catalogue = queries.catalogue()
    data = {
        "digest": catalogue.digest,
        "rules": RULES,
        "themes": [theme.model_dump(mode="json") for theme in catalogue.themes],
        "sources": [source.model_dump(mode="json") for source in catalogue.sources],
        "indicators": [item.model_dump(mode="json") for item in catalogue.indicators],
    }
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


@require_safe
def territories_json(request: HttpRequest) -> JsonResponse:
    """Every territory that has a portrait: its address, its name, its level, where it lies."""
    edition = current_edition()
    known = Figure.objects.of(edition).order_by().values("territory").distinct()
    rows = Territory.objects.filter(pk__in=known).order_by("reach", "code")
    fields = ("address", "level", "code", "title", "departement", "region", "population")
    data = {"edition": edition.pk, "territories": list(rows.values(*fields))}
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False})


@require_safe
def editions_json(request: HttpRequest) -> JsonResponse:
    """Published editions, with what they were made from."""
    fields = ("id", "published_on", "geography", "digest", "catalogue_digest", "inputs", "checks")
    rows = list(Edition.objects.published().values(*fields))
    return JsonResponse({"editions": rows}, json_dumps_params={"ensure_ascii": False})
