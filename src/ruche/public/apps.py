"""Declares `public` to Django."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "ruche.public"
    verbose_name = "site public"
