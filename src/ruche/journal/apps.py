"""Declares `journal` to Django."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "ruche.journal"
    verbose_name = "journal"
