"""`manage.py typeset`: put the French typography of our templates in form."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

import ruche
from ruche.core.typesetting import typeset


class Command(BaseCommand):
    help = "Met en forme la typographie française des gabarits de Ruche."

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sorted(Path(ruche.__path__[0]).rglob("templates/**/*.html")):
            source = path.read_text(encoding="utf-8")
            if (better := typeset(source)) != source:
                path.write_text(better, encoding="utf-8")
                self.stdout.write(f"{path} : mis en forme")
