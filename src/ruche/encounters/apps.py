"""Encounters join the product."""

from django.apps import AppConfig


class EncountersConfig(AppConfig):
    """Declare its words to the journal."""

    name = "ruche.encounters"
    verbose_name = "rencontres"

    def ready(self) -> None:
        from ruche.encounters import journaling  # noqa: F401 - registers itself
