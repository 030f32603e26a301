"""Every address of the product, room by room."""

from django.urls import include, path

urlpatterns = [
    path("composants/", include("ruche.core.urls")),
    path("portraits/", include("ruche.territories.urls")),
    path("", include("ruche.public.urls")),
]
