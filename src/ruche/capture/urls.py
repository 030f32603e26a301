"""Addresses of the offline client."""

from django.urls import path

from ruche.capture.views import shell, sync

app_name = "capture"

urlpatterns = [
    path("service-worker.js", shell.worker, name="worker"),
    path("saisie/", shell.shell, name="shell"),
    path("saisie/application.webmanifest", shell.manifest, name="manifest"),
    path("saisie/jeton/", sync.token, name="token"),
    path("saisie/preparer/", sync.pack, name="pack"),
    path("saisie/rencontres/", sync.deposits, name="deposits"),
    path("saisie/faits/", sync.facts, name="facts"),
    path("saisie/compteurs/", sync.counters, name="counters"),
    path("saisie/sac/", sync.bag, name="bag"),
    path("saisie/quarantaine/", sync.quarantine, name="quarantine"),
]
