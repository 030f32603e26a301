"""Declares `api` to Django."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "ruche.api"
    verbose_name = "données ouvertes"
