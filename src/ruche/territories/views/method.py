"""How the figures are made, what was checked, and what changed between editions."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ruche.engines.portraits import margins
from ruche.engines.portraits.catalogue import RULES
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.peers import NEIGHBOURS
from ruche.engines.portraits.sources import FORMATS
from ruche.engines.portraits.states import LABELS, State
from ruche.engines.portraits.summing import ENOUGH_COVERAGE, LARGE_COMMUNE
from ruche.geography.models import Territory
from ruche.territories import queries
from ruche.territories.access import current_edition
from ruche.territories.links import links
from ruche.territories.models import Edition


@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """The method in plain French, with the constants that the engine really uses."""
    edition = current_edition()
    catalogue = queries.catalogue()
    departement = settings.NETWORK_DEPARTEMENT
    communes = Territory.objects.filter(level=Level.COMMUNE, departement=departement)
    inside = Territory.objects.epcis_of(departement)
    context: dict[str, Any] = {
        **links(),
        "edition": edition,
        "rules": RULES.values(),
        "states": [(state.code, LABELS[state]) for state in State],
        "sources": catalogue.sources,
        "formats": FORMATS,
        "margin_small": margin_example(8),
        "margin_large": margin_example(35),
        "estimate_margins": sorted({i.estimate_margin for i in catalogue.indicators}),
        "material": margins.MATERIAL * 100,
        "coverage": ENOUGH_COVERAGE * 100,
        "large_commune": LARGE_COMMUNE,
        "neighbours": NEIGHBOURS,
        "departement": queries.territory_by_address(f"dep-{departement}"),
        "communes": communes.count(),
        "population": sum(c.population or 0 for c in communes.order_by("pk")),
        "epcis": inside.count(),
        "epci_population": sum(e.population or 0 for e in inside),
        "straddling": queries.straddling(departement),
    }
    population = context["population"]
    context["covered"] = 100 * context["epci_population"] / population if population else 0
    return render(request, "territories/method.html", context)


def margin_example(share: float) -> float:
    """The margin of a share in a territory of 3 000 households, all in small communes."""
    return margins.share_margin(share, 3_000, 0, complementary=True)


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """Sums of communes beside published values: what agrees, and why the rest does not."""
    edition = current_edition()
    context = {**links(), "edition": edition, "checks": edition.checks}
    return render(request, "territories/checks.html", context)


@require_safe
def editions(request: HttpRequest) -> HttpResponse:
    """Published editions, the latest first."""
    context = {**links(), "editions": Edition.objects.published()}
    return render(request, "territories/editions.html", context)


@require_safe
def edition(request: HttpRequest, name: str) -> HttpResponse:
    """What an edition was made from, and what changed since the previous one."""
    found = get_object_or_404(Edition.objects.published(), pk=name)
    catalogue = queries.catalogue()
    sources = catalogue.source_by_id
    context = {
        **links(),
        "edition": found,
        "inputs": [(sources.get(item["source"]), item) for item in found.inputs],
        "same_catalogue": found.catalogue_digest == catalogue.digest,
        "changes": found.changes,
    }
    return render(request, "territories/edition.html", context)
