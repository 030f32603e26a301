"""The planning app."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "ruche.planning"
    verbose_name = "planning"

    def ready(self) -> None:
        from ruche.planning import journaling  # noqa: F401 - it registers its verbs
