"""The page that tells people what is open, and how to take it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from ruche.api.filters import DAYS, HIGHEST_DAYS, HIGHEST_LIMIT, LIMIT
from ruche.api.resource import MINUTES
from ruche.api.tables import SHEETS, SheetName
from ruche.core.components import File, Table
from ruche.geography.models import Territory
from ruche.places.enums import Need

FORMATS = (
    ("Lieux", "sites-geojson", "GeoJSON"),
    ("Lieux, au format data·inclusion", "structures", "JSON"),
    ("Services, au format data·inclusion", "structure-services", "JSON"),
    ("Description de l’API", "openapi-json", "OpenAPI 3.1"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What there is, under which licence, with real addresses of this instance."""
    context = {
        "sheets": [(SHEETS[name], _at(f"{name}-csv"), _at("schema", name)) for name in SheetName],
        "formats": [File(label, _at(name), kind) for label, name, kind in FORMATS],
        "base": request.build_absolute_uri(_at("index")),
        "commune": _a_commune(),
        "needs": Table("Les besoins", ("Code", "Besoin"), Need.choices),
        "limit": LIMIT,
        "highest_limit": HIGHEST_LIMIT,
        "days": DAYS,
        "highest_days": HIGHEST_DAYS,
        "minutes": MINUTES // 60,
    }
    return render(request, "api/home.html", context)


def _at(name: str, *args: str) -> str:
    return reverse(f"api:v1:{name}", args=args)


def _a_commune() -> Territory | None:
    """The largest commune of the network's département: the one of the examples."""
    communes = Territory.objects.filter(level="COM", departement=settings.NETWORK_DEPARTEMENT)
    return communes.order_by("-population", "pk").first()
