"""`manage.py registre`: print the register of processing, or write it to a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ruche.desk.register import as_markdown


class Command(BaseCommand):
    """The register, from the models."""

    help = "Écrit le registre des traitements, produit à partir des modèles."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--vers", type=Path, help="fichier à écrire ; sinon, l’écran")

    def handle(self, *args: Any, **options: Any) -> None:
        text = as_markdown()
        if options["vers"]:
            options["vers"].write_text(text, encoding="utf-8")
        else:
            self.stdout.write(text, ending="")
