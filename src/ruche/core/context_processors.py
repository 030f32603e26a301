"""What every template may use without asking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from ruche.core.parts import parts_of


def parts(request: HttpRequest) -> dict[str, Any]:
    """What apps add to this page."""
    found = list(parts_of(request))
    return {
        "head_parts": [one for each in found for one in each.head],
        "page_parts": [one for each in found for one in each.page],
    }


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, its main menu, and the entry of the menu that is open."""
    match = request.resolver_match
    return {
        "site_name": settings.SITE_NAME,
        "navigation": settings.NAVIGATION,
        "current_view": match.view_name if match else "",
    }
