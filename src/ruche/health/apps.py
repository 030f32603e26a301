"""The mission « permanences santé » joins the product."""

from django.apps import AppConfig


class HealthConfig(AppConfig):
    name = "ruche.health"
    verbose_name = "permanences santé"
