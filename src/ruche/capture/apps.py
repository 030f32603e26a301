"""The offline client joins the product."""

from django.apps import AppConfig


class CaptureConfig(AppConfig):
    """Look at the outbox before one signs out."""

    name = "ruche.capture"
    verbose_name = "saisie hors ligne"

    def ready(self) -> None:
        from ruche.capture import parts  # noqa: F401 - registers itself
