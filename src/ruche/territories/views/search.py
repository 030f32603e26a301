"""Find a territory by its name, over all France."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ruche.engines.portraits.levels import Level
from ruche.geography.models import Territory, address_of
from ruche.territories.access import current_edition
from ruche.territories.links import links

MOST = 30
SUGGESTED = 8


def destination(territory: Territory, departement: str) -> str:
    """The portrait to open: that of the territory, or of the EPCI of a commune not kept."""
    if territory.scale is Level.COMMUNE and territory.departement != departement and territory.epci:
        return reverse("territories:portrait", args=[address_of(Level.EPCI, territory.epci)])
    return reverse("territories:portrait", args=[territory.pk])


def entries(words: str, limit: int) -> list[dict[str, str]]:
    """Results with their address and what tells two homonyms apart."""
    departement = current_edition().departement
    found = list(Territory.objects.search(words)[:limit])
    codes = {territory.departement for territory in found}
    places = {t.code: t for t in Territory.objects.filter(level=Level.DEPARTEMENT, code__in=codes)}
    epcis = Territory.objects.in_bulk([t.epci for t in found if t.epci])
    return [
        {
            "label": territory.title,
            "detail": _detail(territory, places, epcis, departement),
            "url": destination(territory, departement),
            "address": territory.pk,
        }
        for territory in found
    ]


def _detail(
    territory: Territory, places: dict[str, Territory], epcis: dict[str, Territory], kept: str
) -> str:
    parts = [territory.scale.label]
    if territory.departement in places and territory.scale is not Level.DEPARTEMENT:
        parts.append(places[territory.departement].title)
    if (
        territory.scale is Level.COMMUNE
        and territory.departement != kept
        and territory.epci in epcis
    ):
        parts.append(f"portrait de son intercommunalité, {epcis[territory.epci].title}")
    return ", ".join(parts)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The page of results; a single exact name opens its portrait at once."""
    words = request.GET.get("q", "").strip()
    found = entries(words, MOST) if words else []
    if len(found) == 1:
        return redirect(found[0]["url"])
    context = {**links(), "words": words, "found": found}
    return render(request, "territories/search.html", context)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The short list that appears as one types."""
    words = request.GET.get("q", "").strip()
    found = entries(words, SUGGESTED) if len(words) > 1 else []
    return render(request, "ui/suggestions.html", {"suggestions": found, "query": words})
