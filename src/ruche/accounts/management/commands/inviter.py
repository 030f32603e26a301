"""Invite the first members of an instance, before anyone can do it from the pages."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from ruche.accounts.actions import SYSTEM, AlreadyThere, invite, open_organisation
from ruche.accounts.enums import OrganisationKind, Role
from ruche.accounts.models import Organisation


class Command(BaseCommand):
    help = "Prépare le lien d'invitation d'un membre ; il n'est montré qu'une fois."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("courriel")
        parser.add_argument("--role", choices=Role.values, default=Role.COORDINATOR.value)
        parser.add_argument("--organisation", default=settings.SITE_NAME, help="son nom")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["organisation"]
        organisation = Organisation.objects.filter(name=name).first() or open_organisation(
            name, OrganisationKind.GIP, by=SYSTEM
        )
        try:
            _, token = invite(
                options["courriel"], role=Role(options["role"]), organisation=organisation, by=None
            )
        except AlreadyThere as error:
            raise CommandError(str(error)) from error
        self.stdout.write(settings.SITE_URL.rstrip("/") + reverse("accounts:join", args=[token]))
