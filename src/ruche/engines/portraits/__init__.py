"""Portraits of territories, from published files to figures that a person may trust.

Every number comes with its place (rank, percentile, references, comparable territories), its
certainty (margin, estimate, secret), its sentence, its source, and can be computed again.

The path: `sources` read published files → `observations` put them side by side → `catalogue` says
what each indicator is → `computation` sums from communes upwards → `statistics`, `margins` and
`peers` compare → `editions` keep the result, immutable → `sentences` and `booklet` say it.
"""

from ruche.engines.portraits.catalogue import Catalogue, Indicator, load_catalogue
from ruche.engines.portraits.editions import Edition, build_edition, read_edition, write_edition
from ruche.engines.portraits.errors import Note, Place, PortraitError, UnreadableSource
from ruche.engines.portraits.facts import Fact, Figure, Portrait, Reference, Territory
from ruche.engines.portraits.geography import Geography, load_reference
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations, Reading
from ruche.engines.portraits.states import State

__all__ = [
    "Catalogue",
    "Edition",
    "Fact",
    "Figure",
    "Geography",
    "Indicator",
    "Level",
    "Note",
    "Observations",
    "Place",
    "Portrait",
    "PortraitError",
    "Reading",
    "Reference",
    "State",
    "Territory",
    "UnreadableSource",
    "build_edition",
    "load_catalogue",
    "load_reference",
    "read_edition",
    "write_edition",
]
