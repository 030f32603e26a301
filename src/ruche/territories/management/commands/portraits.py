"""The life of an edition: import files, build, compare, publish, print the booklets."""

import argparse
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ruche.engines.portraits import pipeline
from ruche.engines.portraits.errors import PortraitError
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.sources import read
from ruche.geography.actions import store_geography
from ruche.geography.models import Territory
from ruche.territories import booklets, store
from ruche.territories.actions import discard_draft, publish_edition, store_edition
from ruche.territories.diff import describe_changes, engine_edition
from ruche.territories.models import Edition
from ruche.territories.queries import catalogue


class Command(BaseCommand):
    help = "Portraits de territoire : importer, construire, comparer, publier, imprimer."

    def add_arguments(self, parser: CommandParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        one = commands.add_parser("import", help="vérifier et garder des fichiers publiés")
        one.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
        one.add_argument(
            "--taille-max", type=float, default=1.5, metavar="GO", help="en gigaoctets"
        )
        one = commands.add_parser("build", help="construire une édition en brouillon")
        one.add_argument("--edition", help="nom de l'édition, par exemple 2026-2")
        one.add_argument("--departement", default=settings.NETWORK_DEPARTEMENT)
        one.add_argument("--sources", type=Path, help="dossier de fichiers, au lieu des imports")
        one = commands.add_parser("diff", help="comparer une édition avec la précédente")
        one.add_argument("edition")
        one = commands.add_parser("publish", help="publier une édition")
        one.add_argument("edition")
        one.add_argument("--changements-lus", action="store_true", dest="read")
        one = commands.add_parser("discard", help="supprimer un brouillon")
        one.add_argument("edition")
        one = commands.add_parser("booklets", help="écrire les livrets PDF d'un département")
        one.add_argument("--edition")
        one.add_argument("--departement")
        one.add_argument("--out", type=Path, default=Path("livrets"))
        commands.add_parser("list", help="lister les éditions et les fichiers importés")

    def handle(self, *args: Any, **options: Any) -> None:
        run = {
            "import": self.import_files,
            "build": self.build,
            "diff": self.diff,
            "publish": self.publish,
            "discard": self.discard,
            "booklets": self.booklets,
            "list": self.list,
        }[options["what"]]
        try:
            run(argparse.Namespace(**options))
        except PortraitError as error:
            raise CommandError(str(error)) from error

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def import_files(self, options: argparse.Namespace) -> None:
        """Every file is read before any is kept: one refusal keeps nothing."""
        for path in options.files:
            if not path.is_file():
                raise PortraitError(f"Le fichier {path} n'existe pas : vérifiez son chemin.")
        geography, wanted = load_reference(), pipeline.wanted_variables(catalogue())
        limit = int(options.taille_max * 1_000_000_000)
        found: list[list[Reading]] = []
        for place, path in enumerate(options.files, start=1):
            self.say(f"[{place}/{len(options.files)}] {path.name}…")
            readings = read(path, geography, wanted=wanted, limit=limit)
            for reading in readings:
                self._tell_reading(reading)
            found.append(readings)
        for readings in found:
            if readings:
                store.keep(readings)
        self.say(f"{len(found)} fichiers gardés. Construisez une édition : portraits build.")

    def _tell_reading(self, reading: Reading) -> None:
        self.say(
            f"  {len(reading.variables)} variables pour {reading.values.height} territoires "
            f"({reading.level.label}), source {reading.provenance.source}."
        )
        for note in reading.notes:
            self.say(f"  {note.severity.value} : {note.text}")

    def build(self, options: argparse.Namespace) -> None:
        geography = load_reference()
        if options.sources:
            tell = self.say
            folder = pipeline.read_folder(options.sources, geography, catalogue(), tell=tell)
            readings: list[Reading] = list(folder.readings)
        else:
            readings = store.kept()
        if not readings:
            raise PortraitError(
                "Aucun fichier : importez-en (portraits import), ou donnez --sources."
            )
        name = options.edition or self._next_name(geography.year, options.departement)
        built = pipeline.build(
            readings,
            catalogue(),
            geography,
            edition=name,
            departement=options.departement,
            tell=self.say,
        )
        if not Territory.objects.exists():
            store_geography(geography)
        store_edition(built, on=timezone.localdate())
        self.say(f"Édition {name} en brouillon. Lisez les changements : portraits diff {name}.")

    def _next_name(self, year: int, departement: str) -> str:
        """`2026-2`; for another département than the network's, `2026-2-09`."""
        suffix = "" if departement == settings.NETWORK_DEPARTEMENT else f"-{departement}"
        taken = set(Edition.objects.order_by("pk").values_list("pk", flat=True))
        number = 1
        while f"{year}-{number}{suffix}" in taken:
            number += 1
        return f"{year}-{number}{suffix}"

    def diff(self, options: argparse.Namespace) -> None:
        edition = self._edition(options.edition)
        others = Edition.objects.published().exclude(pk=edition.pk)
        others = others.filter(departement=edition.departement)
        previous = others.order_by("-published_on", "-id").first()
        if previous is None:
            self.say("C'est la première édition : il n'y a rien à comparer.")
            return
        found = describe_changes(engine_edition(previous), engine_edition(edition))
        self.say(f"Édition {edition.pk} par rapport à {previous.pk} :")
        for kind in found["kinds"]:
            self.say(f"  {kind['count']} chiffres : {kind['label']}")
        for change in found["list"]:
            self.say(
                f"  {change['territory']}, {change['indicator']} {change['kind']} : "
                f"{change['before']} → {change['after']}"
            )

    def publish(self, options: argparse.Namespace) -> None:
        edition = self._edition(options.edition)
        publish_edition(edition, on=timezone.localdate(), changes_read=options.read)
        self.say(f"L'édition {edition.pk} est publiée.")

    def discard(self, options: argparse.Namespace) -> None:
        discard_draft(self._edition(options.edition))
        self.say(f"Le brouillon {options.edition} est supprimé.")

    def booklets(self, options: argparse.Namespace) -> None:
        edition = self._edition(options.edition) if options.edition else Edition.objects.current()
        if edition is None:
            raise PortraitError("Aucune édition n'est publiée : lancez « manage.py demo ».")
        departement = options.departement or edition.departement
        paths = booklets.write_booklets(edition, departement, options.out, self.say)
        self.say(f"{len(paths)} livrets dans {options.out}.")

    def list(self, options: argparse.Namespace) -> None:
        for edition in Edition.objects.all():
            self.say(
                f"{edition.pk} : {edition.get_status_display()}, département {edition.departement}"
            )
        for reading in store.kept():
            self.say(
                f"{reading.provenance.file} : {reading.level.label}, "
                f"{len(reading.variables)} variables"
            )

    def _edition(self, name: str) -> Edition:
        found = Edition.objects.filter(pk=name).first()
        if found is None:
            raise PortraitError(f"Aucune édition ne s'appelle « {name} » : voyez portraits list.")
        return found
