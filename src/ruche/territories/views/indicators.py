"""One page per indicator: what it measures, where it comes from, who stands where."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ruche.core.components import File
from ruche.engines.portraits.catalogue import RULES, Indicator
from ruche.engines.portraits.facts import write_value
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.serialisation import rounded
from ruche.territories import drawings, queries
from ruche.territories.access import current_edition, indicator_for
from ruche.territories.links import links
from ruche.territories.models import Edition
from ruche.territories.views.exports import csv_response

PER_PAGE = 50

SCALES = {
    "reseau": "Intercommunalités du département",
    "communes": "Communes du département",
    "epci": "Intercommunalités de France",
    "departements": "Départements",
    "regions": "Régions",
}
SCALE_LEVEL = {
    "reseau": Level.EPCI,
    "communes": Level.COMMUNE,
    "epci": Level.EPCI,
    "departements": Level.DEPARTEMENT,
    "regions": Level.REGION,
}

INLINE_MAPS = {"reseau"}
"""Maps light enough to stand in the page; the others are images, fetched when they are seen."""

LARGE_MAP = 640.0

SAMPLING = {
    "exhaustive": "Relevé exhaustif ou administratif : sans erreur d’enquête, à l’arrondi près.",
    "principal": (
        "Recensement, exploitation principale : tous les logements des communes de moins de "
        "10 000 habitants, sur cinq ans ; 40 % des logements des autres."
    ),
    "complementary": (
        "Recensement, exploitation complémentaire : environ un ménage sur cinq dans les communes "
        "de moins de 10 000 habitants. Chaque part a sa marge d’erreur."
    ),
}


@require_safe
def indicators(request: HttpRequest) -> HttpResponse:
    """The catalogue by theme, and what the current edition knows of each indicator."""
    edition = current_edition()
    known = edition.known
    catalogue = queries.catalogue()
    context = {
        **links(),
        "edition": edition,
        "themes": [
            (theme, [(i, known.get(i.id, {})) for i in catalogue.of_theme(theme.id)])
            for theme in catalogue.themes
        ],
        "total": len(catalogue.indicators),
        "available": sum(1 for levels in known.values() if levels.get(Level.EPCI)),
    }
    return render(request, "territories/indicators.html", context)


@require_safe
def indicator(request: HttpRequest, name: str) -> HttpResponse:
    """Definition, source, year, map, ranking, ruptures."""
    edition, found = current_edition(), indicator_for(name)
    present = edition.known.get(found.id, {})
    scales = [(key, label) for key, label in SCALES.items() if SCALE_LEVEL[key] in present]
    asked = request.GET.get("echelle", "")
    scale = asked if asked in dict(scales) else next(iter(dict(scales)), "")
    rows = _ranking(edition, found, scale) if scale else []
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        **links(),
        "edition": edition,
        "indicator": found,
        "theme": next(t for t in queries.catalogue().themes if t.id == found.theme),
        "formulas": _formulas(found),
        "sampling": SAMPLING[found.sampling],
        "scales": scales,
        "scale": scale,
        "page": page,
        "count": len(rows),
        "year": next((row.figure.year for row in rows), None),
        "provenance": _provenance(found, rows),
        "map": _map(found, scale, rows) if scale in INLINE_MAPS else None,
        "map_url": _map_url(found, scale) if scale and scale not in INLINE_MAPS else "",
        "scale_label": SCALES.get(scale, ""),
        "bars": _bars(found, scale, rows) if scale in {"reseau", "regions"} else None,
        "files": _files(found, scale),
        "states": {row.figure.state.code for row in rows},
    }
    return render(request, "territories/indicator.html", context)


def _ranking(edition: Edition, found: Indicator, scale: str) -> list[queries.RankingRow]:
    departement = settings.NETWORK_DEPARTEMENT if scale in {"reseau", "communes"} else ""
    return queries.ranking(edition, found, level=SCALE_LEVEL[scale], departement=departement)


def _formulas(found: Indicator) -> list[dict[str, Any]]:
    """Each way to compute the indicator, in the order of preference."""
    sources = queries.catalogue().source_by_id
    return [
        {
            "years": formula.years,
            "rule": RULES[formula.rule],
            "text": formula.in_words(formula.years[-1]),
            "source": sources[formula.source],
            "original": formula.original,
        }
        for formula in found.formula
    ]


def _provenance(found: Indicator, rows: list[queries.RankingRow]) -> dict[str, Any]:
    """Where the figures of the ranking come from."""
    sources = queries.catalogue().source_by_id
    used = [row.figure for row in rows if row.figure.source]
    if not used:
        return {}
    source = sources.get(used[0].source)
    original = next((f.original for f in found.formula if f.source == used[0].source), "")
    return {"source": source, "original": original, "estimated": used[0].estimated}


def _map(found: Indicator, scale: str, rows: list[queries.RankingRow]) -> Any:
    return drawings.level_map(
        found,
        {row.territory.code: (row.territory.title, row.figure) for row in rows},
        level=SCALE_LEVEL[scale],
        title=f"{found.label} : {SCALES[scale].lower()}",
        width=drawings.MAP_WIDTH if scale in INLINE_MAPS else LARGE_MAP,
    )


def _map_url(found: Indicator, scale: str) -> str:
    return f"{reverse('territories:indicator-svg', args=[found.id])}?echelle={scale}"


def _bars(found: Indicator, scale: str, rows: list[queries.RankingRow]) -> Any:
    pairs = [(row.territory.title, row.figure) for row in rows]
    return drawings.bars(found, pairs, title=f"Classement : {found.label}, {SCALES[scale].lower()}")


def _files(found: Indicator, scale: str) -> list[File]:
    if not scale:
        return []

    def url(kind: str) -> str:
        return f"{reverse(f'territories:indicator-{kind}', args=[found.id])}?echelle={scale}"

    return [
        File("Classement", url("csv"), "CSV"),
        File("Classement pour les programmes", url("json"), "JSON"),
        File("Carte", url("svg"), "SVG"),
    ]


def _asked_scale(request: HttpRequest) -> str:
    scale = request.GET.get("echelle", "reseau")
    if scale not in SCALES:
        raise Http404(f"Échelle inconnue : « {scale} ». Choix : {', '.join(SCALES)}.")
    return scale


@require_safe
def indicator_csv(request: HttpRequest, name: str) -> HttpResponse:
    edition, found = current_edition(), indicator_for(name)
    scale = _asked_scale(request)
    rows = [
        [
            row.territory.pk,
            row.territory.title,
            found.id,
            row.figure.year or "",
            "" if row.figure.value is None else rounded(row.figure.value),
            row.figure.state.code,
            row.figure.state.label,
            "true" if row.figure.estimated else "false",
            found.unit,
            row.rank or "",
            edition.pk,
        ]
        for row in _ranking(edition, found, scale)
    ]
    heads = [
        "territory", "name", "indicator", "year", "value", "status", "status_label",
        "estimated", "unit", "rank", "edition",
    ]  # fmt: skip
    return csv_response([heads, *rows], filename=f"{found.id}-{scale}.csv")


@require_safe
def indicator_json(request: HttpRequest, name: str) -> JsonResponse:
    edition, found = current_edition(), indicator_for(name)
    scale = _asked_scale(request)
    return JsonResponse(
        {
            "edition": edition.pk,
            "indicator": found.model_dump(mode="json"),
            "scale": scale,
            "ranking": [_ranking_row(found, row) for row in _ranking(edition, found, scale)],
        }
    )


def _ranking_row(found: Indicator, row: queries.RankingRow) -> dict[str, Any]:
    return {
        "territory": row.territory.pk,
        "name": row.territory.title,
        "value": rounded(row.figure.value),
        "status": row.figure.state.code,
        "text": write_value(found, row.figure.value, row.figure.state),
        "year": row.figure.year,
        "estimated": row.figure.estimated,
        "rank": row.rank,
    }


@require_safe
def indicator_svg(request: HttpRequest, name: str) -> HttpResponse:
    edition, found = current_edition(), indicator_for(name)
    scale = _asked_scale(request)
    drawn = _map(found, scale, _ranking(edition, found, scale))
    if drawn is None:
        raise Http404("Cette carte n’existe pas : aucun contour, ou aucune valeur.")
    return HttpResponse(drawn.svg, content_type="image/svg+xml")
