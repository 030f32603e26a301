"""`manage.py formulaires`: bring the forms that missions ship to their newest version."""

from typing import Any

from django.core.management.base import BaseCommand

from ruche.accounts.actions import SYSTEM
from ruche.encounters.actions import install_shipped_forms


class Command(BaseCommand):
    help = "Les formulaires de rencontre livrés avec Ruche, à leur dernière version."

    def handle(self, *args: Any, **options: Any) -> None:
        forms = install_shipped_forms(by=SYSTEM)
        if options["verbosity"]:
            self.stdout.write(f"{len(forms)} formulaires : {', '.join(map(str, forms))}.")
