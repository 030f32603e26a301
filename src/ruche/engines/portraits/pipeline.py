"""From a folder of published files to an edition, in one call, with its progress told aloud."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from ruche.engines.portraits.catalogue import Catalogue
from ruche.engines.portraits.editions import Edition, build_edition
from ruche.engines.portraits.errors import PortraitError
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations, Provenance, Reading, gather
from ruche.engines.portraits.sources import Scanned, scan
from ruche.engines.portraits.states import State
from ruche.engines.portraits.summing import HOUSEHOLDS, POPULATIONS

REFERENCE_POPULATION = 2023
"""Year of the populations that the reference geography carries."""

Tell = Callable[[str], None]


def silent(_message: str) -> None:
    """No one listens to the progress."""


def wanted_variables(catalogue: Catalogue) -> set[str]:
    """What the formulas and the margins need, out of files of two thousand columns."""
    return catalogue.variables() | set(HOUSEHOLDS) | set(POPULATIONS) | {"SUPERF"}


@dataclass(frozen=True)
class Folder:
    """What was read of a folder, and what was not."""

    readings: tuple[Reading, ...]
    scanned: tuple[Scanned, ...]

    @property
    def refused(self) -> list[Scanned]:
        """Files that their reader refused; a file that is merely unknown is not one of them."""
        return [item for item in self.scanned if item.error is not None]


def read_folder(
    folder: Path, geography: Geography, catalogue: Catalogue, *, tell: Tell = silent
) -> Folder:
    """Read every file that is recognised. Refuses a folder where nothing is."""
    if not folder.is_dir():
        raise PortraitError(f"Le dossier {folder} n'existe pas : vérifiez son chemin.")
    scanned: list[Scanned] = []
    for item in scan(folder, geography, wanted=wanted_variables(catalogue)):
        scanned.append(item)
        tell(told(item))
    readings = tuple(reading for item in scanned for reading in item.readings)
    if not readings:
        raise PortraitError(
            f"Aucun fichier de {folder} n'a été reconnu : la page « Méthode » dit les formats lus."
        )
    return Folder(readings, tuple(scanned))


def told(item: Scanned) -> str:
    """One line of progress about a file: what was understood, or why nothing was."""
    if item.error is not None:
        return f"{item.path.name} : refusé. {item.error.problem} {item.error.advice}"
    if item.format is None:
        return f"{item.path.name} : ignoré. {item.reason}"
    if not item.readings:
        return f"{item.path.name} : {item.format.name}, aucune variable utile."
    parts = [
        f"{len(r.variables)} variables pour {r.values.height} territoires ({r.level.label})"
        for r in item.readings
    ]
    return f"{item.path.name} : {item.format.name}, {', '.join(parts)}."


def observe(readings: Iterable[Reading], geography: Geography) -> Observations:
    """Put readings side by side on the territories of the reference geography."""
    own = reference_reading(geography)
    codes = {level: geography.codes(level) for level in Level}
    return gather([*readings, own], codes, geography.departements_of)


def reference_reading(geography: Geography) -> Reading:
    """What the reference geography itself knows of communes: population and area."""
    values = geography.communes.select(
        "code",
        pl.col("population").cast(pl.Float64).alias(f"P{REFERENCE_POPULATION % 100}_POP"),
        pl.col("area_km2").alias("SUPERF"),
    )
    states = values.select(
        "code",
        *(
            pl.when(pl.col(n).is_null())
            .then(pl.lit(State.MISSING.value))
            .otherwise(0)
            .cast(pl.UInt8)
            .alias(n)
            for n in values.columns[1:]
            if values[n].has_nulls()
        ),
    )
    where = Provenance("insee-cog", f"géographie de référence {geography.year}", "")
    return Reading(where, Level.COMMUNE, values, states)


def build(
    readings: Collection[Reading],
    catalogue: Catalogue,
    geography: Geography,
    *,
    edition: str,
    departement: str,
    tell: Tell = silent,
) -> Edition:
    """Readings to a sealed edition."""
    tell(f"Mise en commun de {len(readings)} lectures…")
    observations = observe(readings, geography)
    tell("Calcul des indicateurs, des rangs et des territoires comparables…")
    built = build_edition(
        observations, catalogue, geography, edition=edition, departement=departement
    )
    known = built.figures.filter(built.figures["state"] == 0)
    tell(
        f"Édition {edition} : {known['indicator'].n_unique()} indicateurs, "
        f"{known['code'].n_unique()} territoires, {known.height} chiffres."
    )
    return built
