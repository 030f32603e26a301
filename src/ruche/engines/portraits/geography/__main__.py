"""Remake the reference: `python -m ruche.engines.portraits.geography --from DIR… --out DIR`."""

import argparse
import sys
from pathlib import Path

from ruche.engines.portraits.geography.build import build_reference, collect
from ruche.engines.portraits.geography.contours import write_contours
from ruche.engines.portraits.geography.store import (
    DESCRIPTION,
    EPCI_NAMES,
    SPLITS,
    read_epci_names,
    read_splits,
    reference_folder,
    write_reference,
)

HEADER = """# How the reference geography was made. Written by the command; do not edit.
year = {year}
producer = "Insee (code officiel géographique au 1er janvier {year}), DGCL (EPCI), IGN (contours)"
licence = "Licence Ouverte 2.0 (faits) ; paquet @etalab/decoupage-administratif : MIT"
population = "municipale 2023 ; zéro est une valeur pour les six communes mortes pour la France"
made_with = "python -m ruche.engines.portraits.geography"

[inputs] # SHA-256 of each file used
"""


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Refaire la géographie de référence.")
    parser.add_argument("--from", dest="sources", nargs="+", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--annee", dest="year", type=int, default=2026)
    options = parser.parse_args(arguments)
    return remake(options.sources, options.out, year=options.year)


def remake(sources: list[Path], out: Path, *, year: int) -> int:
    """Write the tables, the contours and the description into `out`."""
    shipped = reference_folder()
    by_hand = {name: (shipped / name).read_text(encoding="utf-8") for name in (EPCI_NAMES, SPLITS)}
    out.mkdir(parents=True, exist_ok=True)
    for name, text in by_hand.items():
        (out / name).write_text(text, encoding="utf-8")
    inputs = collect(sources)
    geography = build_reference(
        inputs,
        year=year,
        epci_names=read_epci_names(out / EPCI_NAMES),
        splits=read_splits(out / SPLITS),
    )
    write_reference(geography, out)
    drawn = write_contours(sources, geography, out)
    used = {**inputs.used, **drawn}
    listed = "".join(f'"{name}" = "{digest}"\n' for name, digest in sorted(used.items()))
    (out / DESCRIPTION).write_text(HEADER.format(year=year) + listed, encoding="utf-8")
    territories = f"{geography.communes.height} communes, {geography.epcis.height} EPCI"
    print(f"{territories}, {len(used)} fichiers lus.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
