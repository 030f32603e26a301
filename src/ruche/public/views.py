"""The pages that present the network and the site itself."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from ruche.public.words import home as words_of_home
from ruche.territories.summary import network_summary


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The network, its missions, its principles, its members; and a way into the portraits."""
    words = words_of_home()
    context = {
        "words": words,
        "missions": [(mission, _address(mission.lien)) for mission in words.mission],
        "summary": network_summary(settings.NETWORK_DEPARTEMENT),
    }
    return render(request, "public/home.html", context)


def _address(name: str) -> str:
    """The address of a page named in the content, or nothing if this site does not have it."""
    try:
        return reverse(name) if name else ""
    except NoReverseMatch:
        return ""


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "public/accessibility.html")


@require_safe
def legal(request: HttpRequest) -> HttpResponse:
    return render(request, "public/legal.html")
