"""Addresses of the tray and of the quarantine."""

from django.urls import path

from ruche.encounters.views import filing

urlpatterns = [
    path("a-ranger/", filing.tray, name="tray"),
    path("a-ranger/liste/", filing.deposits, name="deposits"),
    path("a-ranger/ranger/", filing.file, name="file"),
    path("a-ranger/effacer/", filing.dismiss, name="dismiss"),
    path("quarantaine/", filing.quarantine, name="quarantine"),
    path("quarantaine/decider/", filing.decide, name="decide"),
]
