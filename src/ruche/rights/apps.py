"""The mission « accès aux droits » joins the product."""

from django.apps import AppConfig


class RightsConfig(AppConfig):
    name = "ruche.rights"
    verbose_name = "accès aux droits"
