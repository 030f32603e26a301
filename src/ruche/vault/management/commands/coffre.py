"""`manage.py coffre`: take away, still sealed, what a member's phrase can open."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ruche.accounts.models import Member
from ruche.vault.queries import sealed_backup


class Command(BaseCommand):
    help = (
        "Écrit, toujours scellé, ce que le trousseau d’un membre peut ouvrir. "
        "Pour le lire : python -m ruche.engines.vault ouvrir FICHIER."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("courriel", help="le membre")
        parser.add_argument("--vers", type=Path, required=True, help="fichier à écrire")

    def handle(self, *args: Any, courriel: str, vers: Path, **options: Any) -> None:
        member = Member.objects.filter(email=courriel.strip().lower()).first()
        backup = sealed_backup(member) if member else None
        if backup is None:
            raise CommandError("Personne n’a de trousseau à cette adresse.")
        vers.write_text(json.dumps(backup), encoding="utf-8")
        self.stdout.write(f"{len(backup['pieces'])} morceaux scellés dans {vers}.")
