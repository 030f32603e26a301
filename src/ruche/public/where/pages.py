"""What every page "Où et quand" shares: its language, its words, the way to the others."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ruche.languages import Language, languages
from ruche.places.models import Site


def site_named(pk: UUID) -> Site | None:
    """A site of the register, open or closed."""
    found: Site | None = Site.objects.select_related("commune").filter(pk=pk).first()
    return found


def page(
    request: HttpRequest,
    language: Language,
    template: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """A page in a language, with the way to the same page in the others."""
    shared = {
        "language": language,
        "w": language.words,
        "languages": _same_in_others(request),
        "network": settings.SITE_NAME,
    }
    return render(request, template, {**shared, **context}, status=status)


def _same_in_others(request: HttpRequest) -> list[tuple[Language, str]]:
    match = request.resolver_match
    assert match is not None
    query = request.META.get("QUERY_STRING", "")
    end = f"?{query}" if query else ""
    return [
        (each, reverse(match.view_name, kwargs={**match.kwargs, "language": each}) + end)
        for each in languages()
    ]
