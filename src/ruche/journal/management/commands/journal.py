"""The journal from the server: print its head, verify it, mail its head, take it away."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ruche.journal import queries, wording
from ruche.journal.actions import mail_head, record_export, record_restoration
from ruche.journal.chain import HeadKept, UnreadableHead, read_head, read_heads
from ruche.journal.exports import csv_lines

TAMPERED, MISUSED = 1, 2
"""Exit codes: the journal has faults; the command could not be understood."""


class Command(BaseCommand):
    help = "Journal des actes : lire sa tête, vérifier, envoyer la tête, exporter."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        commands.add_parser("head", help="écrire le numéro et l'empreinte de la dernière ligne")
        one = commands.add_parser("verify", help="vérifier toutes les lignes")
        one.add_argument("--head", action="append", default=[], metavar="NUMÉRO:EMPREINTE")
        one.add_argument(
            "--heads-file", type=Path, metavar="FICHIER", help="une tête gardée par ligne"
        )
        one = commands.add_parser("restored", help="dire qu'une sauvegarde a été rétablie")
        one.add_argument("--head", required=True, metavar="NUMÉRO:EMPREINTE", help="tête perdue")
        one = commands.add_parser("mail", help="envoyer la tête à des personnes qui la gardent")
        one.add_argument("--to", nargs="+", action="extend", required=True, metavar="ADRESSE")
        one = commands.add_parser("export", help="écrire tout le journal en CSV")
        one.add_argument("--out", type=Path, required=True, metavar="FICHIER")

    def handle(self, *args: Any, **options: Any) -> None:
        run = {
            "head": self.head,
            "verify": self.verify,
            "restored": self.restored,
            "mail": self.mail,
            "export": self.export,
        }[options["what"]]
        run(argparse.Namespace(**options))

    def head(self, options: argparse.Namespace) -> None:
        head = queries.printable_head()
        self.stdout.write(str(head))
        self.stdout.write(head.spaced)
        if head.at is not None:
            self.stdout.write(f"Dernière ligne écrite le {wording.moment(head.at)}.")

    def verify(self, options: argparse.Namespace) -> None:
        """Every fault on its line; the exit code says whether there was one."""
        heads = self._heads(options)
        faults = queries.verify_all(heads)
        for fault in faults:
            self.stdout.write(f"{fault.number} ({fault.kind.label}) : {fault.text}")
        if faults:
            raise CommandError(f"Anomalies : {len(faults)}.", returncode=TAMPERED)
        self.stdout.write(f"Journal intact jusqu'à la ligne {queries.current_head().number}.")
        if not heads:
            self.stdout.write(
                "Sans tête gardée hors de Ruche, un journal réécrit en entier ne se voit pas : "
                "donnez --head ou --heads-file."
            )

    def _heads(self, options: argparse.Namespace) -> list[HeadKept]:
        try:
            heads = [read_head(text) for text in options.head]
            if options.heads_file:
                heads += read_heads(options.heads_file.read_text(encoding="utf-8"))
        except (UnreadableHead, OSError, UnicodeDecodeError) as error:
            raise CommandError(str(error), returncode=MISUSED) from error
        return heads

    def restored(self, options: argparse.Namespace) -> None:
        """The line that names the lost head: browsers show it to those who had seen that head."""
        try:
            entry = record_restoration(read_head(options.head))
        except (UnreadableHead, ValueError) as error:
            raise CommandError(str(error), returncode=MISUSED) from error
        self.stdout.write(f"Restauration écrite au journal, ligne {entry.number}.")

    def mail(self, options: argparse.Namespace) -> None:
        mail_head(options.to)
        self.stdout.write(f"Tête envoyée à {len(options.to)} adresse(s).")

    def export(self, options: argparse.Namespace) -> None:
        """The export is told before it is written: a file without its line would be worse."""
        try:
            with options.out.open("w", encoding="utf-8", newline="") as file:
                entry = record_export(actor="system")
                file.writelines(csv_lines(queries.lines(up_to=entry.number)))
        except OSError as error:
            raise CommandError(str(error), returncode=MISUSED) from error
        self.stdout.write(f"{entry.number} lignes écrites dans {options.out}.")
