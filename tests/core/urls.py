"""A site with nothing but `core`, and a page to try its behaviours: they depend on no domain."""

from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import include, path

TRIAL = """{% extends "base.html" %}{% block title %}Essai{% endblock %}
{% block heading %}Essai{% endblock %}
{% block content %}
<button class="button" id="announce" hx-get="/essai/annonce/" hx-target="#zone">Annoncer</button>
<button class="button" id="move" hx-get="/essai/titre/" hx-target="#zone">Déplacer</button>
<form hx-post="/essai/refus/" hx-target="#zone">{% csrf_token %}
<button class="button" id="refuse">Envoyer</button></form>
<form method="post" action="/essai/lent/">{% csrf_token %}
<button class="button" id="slow">Envoyer une fois</button></form>
<button class="button" id="replace" hx-get="/essai/morceau/" hx-target="#part" hx-swap="outerHTML">
Remplacer</button>
<div id="part" data-ruche-announce="ancien">Ancien</div>
<div id="zone"></div>
{% endblock %}"""

received: list[str] = []
"""Methods of the requests that the slow form sent."""


def trial(request: HttpRequest) -> HttpResponse:
    return HttpResponse(Template(TRIAL).render(RequestContext(request)))


def announced(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p data-ruche-announce="12 résultats">Douze résultats</p>')


def replaced(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<div id="part" data-ruche-announce="nouveau">Nouveau</div>')


def headed(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<h2 id="new" data-ruche-focus>Nouveau titre</h2>')


def refused(request: HttpRequest) -> HttpResponse:
    return HttpResponse('<p id="refused">À corriger</p>', status=422)


def slow(request: HttpRequest) -> HttpResponse:
    received.append(str(request.method))
    return HttpResponse(status=204)


urlpatterns = [
    path("composants/", include("ruche.core.urls")),
    path("essai/", trial),
    path("essai/annonce/", announced),
    path("essai/morceau/", replaced),
    path("essai/titre/", headed),
    path("essai/refus/", refused),
    path("essai/lent/", slow),
]
