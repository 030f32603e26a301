"""Addresses of encounters: trays, forms, counters, sheets."""

from django.urls import URLPattern, path

from ruche.encounters.counter_urls import urlpatterns as counter_urlpatterns
from ruche.encounters.form_urls import urlpatterns as form_urlpatterns
from ruche.encounters.tray_urls import urlpatterns as tray_urlpatterns
from ruche.encounters.views import facts, sheets

app_name = "encounters"

urlpatterns: list[URLPattern] = [
    *tray_urlpatterns,
    *form_urlpatterns,
    *counter_urlpatterns,
    path("croiser/", facts.crossing, name="crossing"),
    path("croiser/faits/", facts.facts, name="facts"),
    path("croiser/regrouper/", facts.group, name="group-facts"),
    path("feuille/<uuid:seance>/<uuid:use>/", sheets.sheet, name="sheet"),
]
