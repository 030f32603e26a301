"""Addresses of what was counted: teams, their file, sites."""

from django.urls import path

from ruche.encounters.views import counters

urlpatterns = [
    path("equipes/", counters.counters, name="counters"),
    path("equipes/<uuid:pk>/", counters.team_counters, name="team-counters"),
    path("equipes/<uuid:pk>/compteurs.csv", counters.counters_csv, name="counters-csv"),
    path("lieux/<uuid:pk>/", counters.site_counters, name="site-counters"),
]
