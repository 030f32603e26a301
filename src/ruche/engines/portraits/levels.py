"""The scales of a territory, from the commune to the country."""

from enum import StrEnum


class Level(StrEnum):
    """A scale. Values are the codes of the Insee's files (GEO_OBJECT)."""

    COMMUNE = "COM"
    EPCI = "EPCI"
    DEPARTEMENT = "DEP"
    REGION = "REG"
    FRANCE = "FR"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    Level.COMMUNE: "commune",
    Level.EPCI: "intercommunalité",
    Level.DEPARTEMENT: "département",
    Level.REGION: "région",
    Level.FRANCE: "France",
}

ABOVE_COMMUNE = (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.FRANCE)

FRANCE_CODE = "FR"
"""The code of the whole country, as our files and addresses write it."""
