"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ruche.accounts"
    verbose_name = "membres et organisations"

    def ready(self) -> None:
        from ruche.accounts import journaling, signals  # noqa: F401 - they register themselves
