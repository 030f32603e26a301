"""The counters join the product."""

from django.apps import AppConfig


class TalliesConfig(AppConfig):
    """Counters of encounters."""

    name = "ruche.tallies"
    verbose_name = "compteurs des rencontres"
