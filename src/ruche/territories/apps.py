"""Declares `territories` to Django."""

from django.apps import AppConfig


class TerritoriesConfig(AppConfig):
    name = "ruche.territories"
    verbose_name = "territoires"
