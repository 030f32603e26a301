"""The vault joins the product."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Declare its words to the journal, and close the ring when a session ends."""

    name = "ruche.vault"
    verbose_name = "coffre"

    def ready(self) -> None:
        from ruche.vault import journaling, parts, signals  # noqa: F401 - registers itself
