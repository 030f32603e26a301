"""Two to four territories side by side, of any kind, chosen by name over all France."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ruche.engines.portraits.facts import Fact, Portrait, make_reference
from ruche.engines.portraits.margins import OUTCOME_LABELS, Outcome
from ruche.engines.portraits.serialisation import csv_text, portrait_data, portrait_rows
from ruche.geography.models import Territory
from ruche.territories import drawings, queries
from ruche.territories.access import current_edition
from ruche.territories.links import links
from ruche.territories.models import Edition
from ruche.territories.views.search import SUGGESTED, entries

MOST = 4
DRAWN = ("pop_evol", "pop_75p", "rev_median", "rev_pauvrete", "chom_rp", "log_vac")


@dataclass(frozen=True)
class Choice:
    """A territory being compared, and the address of the comparison without it."""

    territory: Territory
    without: str


def _chosen(request: HttpRequest, edition: Edition) -> tuple[list[Territory], list[str]]:
    """The territories asked for, in order, without repeats; and the addresses that are unknown."""
    asked = list(dict.fromkeys(a for a in request.GET.getlist("t") if a))
    found, unknown = [], []
    for address in asked[:MOST]:
        territory = queries.territory_by_address(address)
        if territory in found:
            continue
        if territory and queries.has_portrait(territory, edition):
            found.append(territory)
        else:
            unknown.append(address)
    return found, unknown


def address_with(territories: list[Territory], *more: str) -> str:
    parameters = [("t", t.pk) for t in territories] + [("t", address) for address in more]
    return f"{reverse('territories:compare')}?{urlencode(parameters)}"


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    """Choose territories by search, then read them in columns."""
    edition = current_edition()
    territories, unknown = _chosen(request, edition)
    words = request.GET.get("q", "").strip()
    found = _candidates(words, territories) if words else []
    portraits = [queries.portrait_of(territory, edition) for territory in territories]
    context = {
        **links(),
        "edition": edition,
        "choices": [
            Choice(t, address_with([o for o in territories if o != t])) for t in territories
        ],
        "unknown": unknown,
        "words": words,
        "found": found,
        "full": len(territories) >= MOST,
        "most": MOST,
        "themes": _rows_by_theme(portraits),
        "drawings": _drawings(portraits),
        "query": urlencode([("t", t.pk) for t in territories]),
        "portraits": portraits,
    }
    return render(request, "territories/compare.html", context)


def _candidates(words: str, chosen: list[Territory]) -> list[dict[str, str]]:
    taken = {territory.pk for territory in chosen}
    found = []
    for entry in entries(words, SUGGESTED):
        address = entry["url"].rstrip("/").rsplit("/", 1)[-1]
        if address not in taken:
            found.append({**entry, "url": address_with(chosen, address)})
    return found


def _rows_by_theme(portraits: list[Portrait]) -> list[tuple[Any, list[dict[str, Any]]]]:
    if not portraits:
        return []
    themes = []
    for theme in queries.catalogue().themes:
        rows = [
            {"indicator": facts[0].indicator, "cells": _cells(facts)}
            for facts in zip(*(p.of_theme(theme.id) for p in portraits), strict=True)
            if any(fact.known for fact in facts)
        ]
        themes.append((theme, rows))
    return themes


def _cells(facts: tuple[Fact, ...]) -> list[dict[str, Any]]:
    """Each value, and what may be said of it beside the first territory's."""
    first = facts[0]
    cells = [{"fact": first, "said": ""}]
    for fact in facts[1:]:
        ref = make_reference(fact.indicator, fact.figure, first.figure, kind="epci", label="")
        said = "" if ref.outcome is Outcome.NOT_COMPARED else OUTCOME_LABELS[ref.outcome]
        cells.append({"fact": fact, "said": said})
    return cells


def _drawings(portraits: list[Portrait]) -> list[Any]:
    if len(portraits) < 2:
        return []
    drawn = []
    for name in DRAWN:
        facts = [(p.territory.title, fact) for p in portraits if (fact := p.get(name))]
        if figure := drawings.comparison_bars(facts):
            drawn.append(figure)
    return drawn


@require_safe
def compare_csv(request: HttpRequest) -> HttpResponse:
    """The compared territories as rows of the same CSV as a portrait."""
    edition = current_edition()
    territories, _ = _chosen(request, edition)
    rows = [row for t in territories for row in portrait_rows(queries.portrait_of(t, edition))]
    response = HttpResponse(csv_text(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="comparaison.csv"'
    return response


@require_safe
def compare_json(request: HttpRequest) -> JsonResponse:
    edition = current_edition()
    territories, unknown = _chosen(request, edition)
    data = [portrait_data(queries.portrait_of(t, edition)) for t in territories]
    return JsonResponse({"edition": edition.pk, "portraits": data, "unknown": unknown})
