"""The portraits as a command: files in, an edition, JSON or CSV out.

python -m ruche.engines.portraits inspect FILE…
python -m ruche.engines.portraits build --departement 09 --sources DIR --out DIR
python -m ruche.engines.portraits show --edition DIR 243200409 --format text
python -m ruche.engines.portraits diff OLD NEW
python -m ruche.engines.portraits catalogue
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from ruche.engines.portraits import pipeline, sentences
from ruche.engines.portraits.catalogue import load_catalogue
from ruche.engines.portraits.changes import LABELS, compare_editions
from ruche.engines.portraits.editions import (
    read_edition,
    refuse_departement,
    refuse_existing,
    write_edition,
)
from ruche.engines.portraits.errors import PortraitError
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.portraying import Portraitist
from ruche.engines.portraits.serialisation import csv_text, portrait_data, portrait_rows
from ruche.engines.portraits.sources import FORMATS, read
from ruche.engines.portraits.states import State


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def tell(text: str) -> None:
    """Progress goes to the error stream, so that the output stays a clean file."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def inspect(options: argparse.Namespace) -> None:
    """Say what each file is, and what was understood of it."""
    geography, catalogue = load_reference(), load_catalogue()
    wanted = None if options.all else pipeline.wanted_variables(catalogue)
    for path in options.files:
        if not path.is_file():
            raise PortraitError(f"Le fichier {path} n'existe pas : vérifiez son chemin.")
        for reading in read(path, geography, wanted=wanted):
            say(
                f"{path.name} : {len(reading.variables)} variables pour {reading.values.height} "
                f"territoires ({reading.level.label}), source {reading.provenance.source}"
            )
            say("  " + ", ".join(reading.variables))
            for note in reading.notes:
                say(f"  {note.severity.value} : {note}")


def build(options: argparse.Namespace) -> None:
    geography, catalogue = load_reference(), load_catalogue()
    refuse_departement(geography, options.departement)
    refuse_existing(options.out)
    folder = pipeline.read_folder(options.sources, geography, catalogue, tell=tell)
    built = pipeline.build(
        folder.readings,
        catalogue,
        geography,
        edition=options.edition,
        departement=options.departement,
        tell=tell,
    )
    write_edition(built, options.out)
    say(f"Édition écrite dans {options.out} (empreinte {built.manifest.digest[:16]}…).")


def show(options: argparse.Namespace) -> None:
    geography, catalogue = load_reference(), load_catalogue()
    portraitist = Portraitist(read_edition(options.edition), catalogue, geography)
    try:
        portrait = portraitist.portrait(options.address)
    except (KeyError, ValueError) as error:
        raise PortraitError(str(error.args[0])) from error
    if options.format == "json":
        say(json.dumps(portrait_data(portrait), ensure_ascii=False, indent=1))
    elif options.format == "csv":
        sys.stdout.write(csv_text(portrait_rows(portrait)))
    else:
        say("\n".join(sentences.essentials(portrait)))
        for fact in portrait.known:
            say("  " + sentences.reading(fact, portrait, trend=True))


def diff(options: argparse.Namespace) -> None:
    catalogue = load_catalogue()
    changes = compare_editions(read_edition(options.old), read_edition(options.new), catalogue)
    for change in changes:
        say(
            f"{change.level} {change.code} {change.indicator} {LABELS[change.kind]} : "
            f"{side(change.old, change.old_state, change.old_year)} → "
            f"{side(change.new, change.new_state, change.new_year)}"
        )
    tell(f"{len(changes)} changements.")


def side(value: float | None, state: State, year: int | None) -> str:
    """One side of a change: a number and its year, or the words of its state."""
    shown = state.label if value is None else f"{value:g}"
    return f"{shown} ({year})" if year else shown


def catalogue(_options: argparse.Namespace) -> None:
    found = load_catalogue()
    for indicator in found.indicators:
        say(f"{indicator.id:20} {indicator.theme:12} {indicator.unit:18} {indicator.label}")
    tell(f"{len(found.indicators)} indicateurs, empreinte {found.digest[:16]}…")
    for known in FORMATS:
        tell(f"Format lu : {known.name}, {known.trust}.")


def parser() -> argparse.ArgumentParser:
    root = argparse.ArgumentParser(
        prog="python -m ruche.engines.portraits",
        description="Portraits de territoire : des fichiers publiés à une édition.",
    )
    commands = root.add_subparsers(dest="command", required=True)

    def command(
        name: str, help_text: str, run: Callable[[argparse.Namespace], None]
    ) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=help_text, description=help_text)
        found.set_defaults(run=run)
        return found

    one = command("inspect", "Dire ce qu'est un fichier et ce qui en a été compris", inspect)
    one.add_argument("files", nargs="+", type=Path, metavar="FICHIER")
    one.add_argument(
        "--all", action="store_true", help="toutes les variables, pas seulement celles du catalogue"
    )
    one = command("build", "Construire une édition depuis un dossier de fichiers", build)
    one.add_argument("--departement", required=True, help="code du département : 09, 2A, 32, 974")
    one.add_argument("--sources", required=True, type=Path, help="dossier des fichiers publiés")
    one.add_argument("--out", required=True, type=Path, help="dossier à créer pour l'édition")
    one.add_argument("--edition", default="essai", help="nom de l'édition")
    one = command("show", "Montrer le portrait d'un territoire", show)
    one.add_argument("address", metavar="ADRESSE", help="243200409, dep-32, reg-76, france, 32013")
    one.add_argument("--edition", required=True, type=Path, help="dossier de l'édition")
    one.add_argument("--format", choices=["json", "csv", "text"], default="json")
    one = command("diff", "Comparer deux éditions", diff)
    one.add_argument("old", type=Path, metavar="AVANT")
    one.add_argument("new", type=Path, metavar="APRÈS")
    command("catalogue", "Lister les indicateurs et les formats lus", catalogue)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; a refusal is one French line on the error stream and the exit code 2."""
    options = parser().parse_args(arguments)
    try:
        options.run(options)
    except PortraitError as error:
        tell(f"Erreur : {error}")
        return 2
    except BrokenPipeError:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
