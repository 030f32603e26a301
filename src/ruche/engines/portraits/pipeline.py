"""From a folder of published files to an edition, in one call, with its progress told aloud."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ruche.engines.portraits.catalogue import Catalogue
from ruche.engines.portraits.computation import HOUSEHOLDS, POPULATIONS
from ruche.engines.portraits.editions import Edition, build_edition
from ruche.engines.portraits.errors import PortraitError
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations, Reading, gather
from ruche.engines.portraits.sources import Scanned, scan

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
        """Files of a known format that their reader refused."""
        return [item for item in self.scanned if item.error is not None and item.recognised]


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
            f"Aucun fichier de {folder} n'a été reconnu : la page « Méthode » liste les formats lus."
        )
    return Folder(readings, tuple(scanned))


def told(item: Scanned) -> str:
    """One line of progress about a file: what was understood, or why nothing was."""
    if item.error is not None:
        return f"{item.path.name} : {'refusé' if item.recognised else 'ignoré'}. {item.error.problem}"
    if not item.readings:
        known = item.format.name if item.format else "format inconnu"
        return f"{item.path.name} : {known}, aucune variable utile."
    parts = [
        f"{len(r.variables)} variables pour {r.values.height} territoires ({r.level.label})"
        for r in item.readings
    ]
    assert item.format is not None
    return f"{item.path.name} : {item.format.name}, {', '.join(parts)}."


def observe(readings: Iterable[Reading], geography: Geography) -> Observations:
    """Put readings side by side on the territories of the reference geography."""
    return gather(readings, {level: geography.codes(level) for level in Level})


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
