"""Fill an empty instance with what comes with the product, and with the demo world when asked."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from ruche.accounts.models import Organisation
from ruche.engines.portraits.geography import load_reference
from ruche.geography.actions import store_geography
from ruche.geography.models import Territory
from ruche.territories.actions import publish_edition, store_edition
from ruche.territories.models import Edition
from ruche.territories.shipped import shipped_edition


class Command(BaseCommand):
    help = (
        "Installe la géographie de référence et l'édition livrée avec le produit ; avec "
        "RUCHE_DEMO=yes, aussi un monde d'exemple, tout entier inventé."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-empty", action="store_true", help="ne rien faire de ce qui est déjà là"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["if_empty"] and Edition.objects.current() is not None):
            self._install_edition()
        if settings.DEMO and not Organisation.objects.exists():
            self.stdout.write("Monde d’exemple…")
            from ruche.desk.demo.world import build_world

            build_world(timezone.localdate())
            self.stdout.write("  prêt. Les comptes sont sur la page /connexion/.")

    def _install_edition(self) -> None:
        today = timezone.localdate()
        if not Territory.objects.exists():
            self.stdout.write("Géographie de référence…")
            number = store_geography(load_reference())
            self.stdout.write(f"  {number} territoires.")
        built = shipped_edition()
        if Edition.objects.filter(pk=built.manifest.id).exists():
            self.stdout.write(f"L'édition {built.manifest.id} est déjà là.")
            return
        self.stdout.write(f"Édition {built.manifest.id} des portraits…")
        edition = store_edition(built, on=today)
        publish_edition(edition, on=today, changes_read=True)
        self.stdout.write("  publiée.")
