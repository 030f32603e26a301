"""Addresses of persons: never a name, only a random identifier."""

from django.urls import path

from ruche.people import views

app_name = "people"

urlpatterns = [
    path("", views.directory, name="directory"),
    path("<uuid:pk>/", views.person, name="person"),
]
