"""Check the words that the network writes about itself."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ruche.public.words import FILE, BadContent, read_home


class Command(BaseCommand):
    help = "Vérifie les textes du réseau (page d'accueil)."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.CONTENT_DIR) / FILE
        try:
            home = read_home(path)
        except BadContent as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{path.name} est correct : {len(home.mission)} missions, {len(home.principe)} "
            f"principes, {len(home.membres.organisation)} organisations."
        )
