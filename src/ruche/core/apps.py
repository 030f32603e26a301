"""Declares `core` to Django."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "ruche.core"
    verbose_name = "socle"
