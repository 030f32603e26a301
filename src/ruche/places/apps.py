"""The places app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "ruche.places"
    verbose_name = "lieux"

    def ready(self) -> None:
        from ruche.places import journaling  # noqa: F401 - it registers its verbs
        from ruche.places.imports import journaling as imports_journaling  # noqa: F401
        from ruche.places.imports import registered  # noqa: F401 - it registers its formats
