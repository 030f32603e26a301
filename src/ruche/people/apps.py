"""Persons join the product."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Nothing to declare but a name."""

    name = "ruche.people"
    verbose_name = "personnes accueillies"
