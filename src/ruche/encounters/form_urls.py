"""Addresses of the forms of encounter, that `urls.py` includes."""

from django.urls import path

from ruche.encounters.views import forms

urlpatterns = [
    path("formulaires/", forms.forms, name="forms"),
    path("formulaires/nouveau/", forms.new, name="new-form"),
    path("formulaires/cercle/choisir/", forms.measure, name="choose-measuring-circle"),
    path("formulaires/<slug:key>/", forms.form, name="form"),
    path("formulaires/<slug:key>/modifier/", forms.edit, name="edit-form"),
    path("formulaires/<slug:key>/confier/", forms.give, name="give-form"),
    path("formulaires/<slug:key>/proposer/", forms.offer, name="offer-form"),
    path("formulaires/<slug:key>/usages/<uuid:pk>/reprendre/", forms.take, name="take-form"),
]
