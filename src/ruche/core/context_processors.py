"""What every template may use without asking."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """The site's name, its main menu, and the entry of the menu that is open."""
    match = request.resolver_match
    return {
        "site_name": settings.SITE_NAME,
        "navigation": settings.NAVIGATION,
        "current_view": match.view_name if match else "",
    }
