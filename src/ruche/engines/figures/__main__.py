"""The command line exists so that a figure can be tried, or a gallery seen, without the site."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from ruche.engines.figures.gallery import examples, page
from ruche.engines.figures.model import BadFigure
from ruche.engines.figures.specs import FORMS, build

_HELP = {
    "bars": "barres classées (readings)",
    "pyramid": "pyramide des âges (bands)",
    "ages": "tranches d’âge sans distinction de sexe (bands)",
    "strip": "bande de position (subject, references, peers_values)",
    "trend": "évolution (series, ruptures)",
    "map": "carte (features, values, decimals, suffix)",
    "calendar": "calendrier d’une année (days, decimals, suffix)",
    "sparkline": "petite évolution (points, ruptures)",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw what is asked; 0 when it is drawn, 2 with a French sentence when it cannot be."""
    options = _parser().parse_args(arguments)
    try:
        if options.form == "gallery":
            return _gallery(options.out)
        return _draw(options.form, options.source, options.out)
    except BadFigure as error:
        return _refuse(str(error))
    except json.JSONDecodeError as error:
        place = f"ligne {error.lineno}, colonne {error.colno}"
        return _refuse(f"Ce n’est pas du JSON lisible ({place}).")
    except UnicodeDecodeError:
        return _refuse("Le fichier n’est pas en UTF-8.")
    except TypeError as error:
        return _refuse(f"Un champ ne convient pas à cette forme : {error}.")
    except OSError as error:
        return _refuse(f"Fichier inaccessible : {error.strerror or error}.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m ruche.engines.figures",
        description="Dessine une figure en SVG accessible à partir d’un fichier JSON.",
    )
    forms = parser.add_subparsers(dest="form", required=True, metavar="forme")
    for form in FORMS:
        command = forms.add_parser(form, help=_HELP[form], description=_HELP[form])
        command.add_argument(
            "source", nargs="?", default="-", help="fichier JSON, « - » pour l’entrée standard"
        )
        command.add_argument("--out", type=Path, help="fichier SVG, sinon la sortie standard")
    said = "un exemple de chaque forme et leur page"
    command = forms.add_parser("gallery", help=said, description=said)
    command.add_argument("--out", type=Path, required=True, help="dossier où écrire")
    return parser


def _draw(form: str, source: str, out: Path | None) -> int:
    content = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
    figure = build(form, json.loads(content))
    if out is None:
        sys.stdout.write(figure.svg + "\n")
    else:
        out.write_text(figure.svg, encoding="utf-8")
    return 0


def _gallery(folder: Path) -> int:
    folder.mkdir(parents=True, exist_ok=True)
    figures = examples()
    for name, figure in figures.items():
        (folder / f"{name}.svg").write_text(figure.svg, encoding="utf-8")
    (folder / "index.html").write_text(page(figures), encoding="utf-8")
    return 0


def _refuse(message: str) -> int:
    sys.stderr.write(f"Figure refusée. {message}\n")
    return 2


if __name__ == "__main__":
    sys.exit(main())
