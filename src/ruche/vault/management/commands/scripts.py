"""`manage.py scripts`: list the scripts served, note their change, compare them with a site."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ruche.vault.scripts import differences, fingerprint, note_scripts, scripts_in


class Command(BaseCommand):
    help = (
        "Les scripts du site et leurs empreintes, après collectstatic. "
        "--verifier, depuis une autre machine, les compare avec ce que sert un site."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--noter", action="store_true", help="écrire au journal s’ils changent")
        parser.add_argument("--verifier", metavar="ADRESSE", help="comparer avec un site")

    def handle(self, *args: Any, **options: Any) -> None:
        scripts = scripts_in(Path(settings.STATIC_ROOT))
        if not scripts:
            raise CommandError("Aucun script : lancez d’abord « manage.py collectstatic ».")
        if options["noter"]:
            if note_scripts(scripts):
                self.stdout.write("Les scripts ont changé : une ligne est écrite au journal.")
        elif options["verifier"]:
            self._verify(scripts, options["verifier"])
        else:
            for path, digest in scripts.items():
                self.stdout.write(f"{digest}  {path}")
            self.stdout.write(f"{fingerprint(scripts)}  (tous)")

    def _verify(self, scripts: dict[str, str], site: str) -> None:
        wrong = differences(scripts, site)
        for line in wrong:
            self.stdout.write(line)
        if wrong:
            raise CommandError(f"{len(wrong)} script(s) sur {len(scripts)} ne sont pas les nôtres.")
        self.stdout.write(f"Les {len(scripts)} scripts que sert ce site sont les nôtres.")
