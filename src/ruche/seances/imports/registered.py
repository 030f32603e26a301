"""The formats of séances and of their counts."""

from ruche.accounts.enums import Thing, Verb
from ruche.places.imports.formats import Format, register_formats
from ruche.seances.imports import counts, plannings

SEANCES = Format(
    "seances",
    "Des séances",
    plannings.SeanceKind(),
    plannings.COLUMNS,
    Verb.PLAN,
    Thing.SEANCE,
    intro="Une séance par ligne, passée ou à venir. Les équipes sont notées, et aucun courriel "
    "ne part.",
)

COUNTS = Format(
    "comptages",
    "Des comptages passés",
    counts.CountKind(),
    counts.COLUMNS,
    Verb.COUNT,
    Thing.COUNTS,
    intro="Un total par ligne : une séance, une mesure, un nombre. Jamais une personne.",
)

register_formats(SEANCES, COUNTS)
