"""Every address of the product, room by room."""

from django.urls import include, path

urlpatterns = [
    path("composants/", include("ruche.core.urls")),
    path("portraits/", include("ruche.territories.urls")),
    path("accueil/", include("ruche.desk.urls")),
    path("journal/", include("ruche.desk.journal_pages")),
    path("coffre/", include("ruche.vault.urls")),
    path("", include("ruche.people.urls")),
    path("rencontres/", include("ruche.encounters.urls")),
    path("", include("ruche.capture.urls")),
    path("lieux/", include("ruche.places.urls")),
    path("seances/", include("ruche.seances.urls")),
    path("planning/", include("ruche.planning.urls")),
    path("", include("ruche.accounts.ways_in")),
    path("", include("ruche.accounts.urls")),
    path("", include("ruche.api.urls")),
    path("", include("ruche.public.urls")),
]
