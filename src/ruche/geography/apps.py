"""Declares `geography` to Django."""

from django.apps import AppConfig


class GeographyConfig(AppConfig):
    name = "ruche.geography"
    verbose_name = "géographie"
