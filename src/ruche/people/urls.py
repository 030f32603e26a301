"""Addresses of persons: never a name, only a random identifier."""

from django.urls import path

from ruche.people.views import cards, pages

app_name = "people"

urlpatterns = [
    path("personnes/", pages.directory, name="directory"),
    path("personnes/<uuid:pk>/", pages.person, name="person"),
    path("personnes/carte/", cards.scan, name="scan"),
    path("personnes/carte/lue/", cards.scanned, name="scanned"),
    path("personnes/carte/etat/", cards.state, name="card-state"),
    path("personnes/carte/remettre/", cards.give, name="give-card"),
    path("personnes/carte/perdue/", cards.lose, name="lose-card"),
    path("personnes/carte/montrer/", cards.show, name="show"),
    path("personnes/carte/repondu/", cards.settle, name="settle"),
    path("carte/", cards.card, name="card"),
    path("carte/ouvrir/", cards.open_card, name="open-card"),
    path("carte/dire/", cards.say, name="say"),
    path("carte/retirer/", cards.withdraw, name="withdraw"),
]
