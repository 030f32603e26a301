"""The desk app."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class DeskConfig(AppConfig):
    name = "ruche.desk"
    verbose_name = "accueil des membres"

    def ready(self) -> None:
        from ruche.desk.schedules import declare

        post_migrate.connect(declare, sender=self)
