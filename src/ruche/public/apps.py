"""Declares `public` to Django."""

from django.apps import AppConfig
from django.conf import settings

from ruche.core.warming import register_warm_up


class PublicConfig(AppConfig):
    name = "ruche.public"
    verbose_name = "site public"

    def ready(self) -> None:
        from ruche.geography.communes import communes

        register_warm_up(lambda: communes(settings.NETWORK_DEPARTEMENT))
