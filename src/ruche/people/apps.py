"""Persons join the product."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Declare its words to the journal."""

    name = "ruche.people"
    verbose_name = "personnes accueillies"

    def ready(self) -> None:
        from ruche.people import journaling  # noqa: F401 - registers itself
