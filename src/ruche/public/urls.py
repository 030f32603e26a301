"""Addresses of the public site. Those of "Où et quand" are on posters: they never change."""

from django.urls import path, register_converter

from ruche.public import views
from ruche.public.where import printed, reporting
from ruche.public.where import views as where
from ruche.public.where.addresses import LanguageConverter

register_converter(LanguageConverter, "language")

app_name = "public"

WHERE = "ou-et-quand/<language:language>/"

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibilite/", views.accessibility, name="accessibility"),
    path("mentions-legales/", views.legal, name="legal"),
    path("ou-et-quand/", where.entrance, name="entrance"),
    path("ou-et-quand/encart/", where.embed, name="embed"),
    path(WHERE, where.where, name="where"),
    path(f"{WHERE}agenda.ics", where.calendar, name="calendar"),
    path(f"{WHERE}lieux/<uuid:pk>/", where.place, name="place"),
    path(f"{WHERE}depliant.pdf", printed.leaflet, name="leaflet"),
    path(f"{WHERE}lieux/<uuid:pk>/affiche.pdf", printed.poster, name="poster"),
    path(f"{WHERE}lieux/<uuid:pk>/agenda.ics", where.site_calendar, name="site-calendar"),
    path(f"{WHERE}lieux/<uuid:pk>/signaler/", reporting.report, name="report"),
    path(f"{WHERE}encart/", where.widget, name="widget"),
    path(f"{WHERE}carte/", where.slippy_map, name="map"),
    path(f"{WHERE}lieux/<uuid:pk>/dates/<str:uid>.ics", where.date, name="date"),
    path(
        f"{WHERE}organisations/<uuid:pk>/agenda.ics",
        where.organisation_calendar,
        name="organisation-calendar",
    ),
]
