"""The seances app."""

from django.apps import AppConfig


class SeancesConfig(AppConfig):
    name = "ruche.seances"
    verbose_name = "séances"

    def ready(self) -> None:
        from ruche.seances import journaling  # noqa: F401 - it registers its verbs
        from ruche.seances.imports import registered  # noqa: F401 - it registers its formats
