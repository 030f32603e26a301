"""The territories of one year: who lies in whom, what became of former communes, what to say.

Everything that compares two files compares them on one reference geography (the Code officiel
géographique at 1 January of a year): older files are carried to it, never the other way.
"""

from ruche.engines.portraits.geography.carry import Carried, to_current
from ruche.engines.portraits.geography.contours import contours_of, load_contours
from ruche.engines.portraits.geography.grouping import NOWHERE, Grouping, codes_to_positions
from ruche.engines.portraits.geography.model import (
    COLUMN_OF,
    DROM,
    Geography,
    is_overseas_collectivity,
)
from ruche.engines.portraits.geography.store import load_reference

__all__ = [
    "COLUMN_OF",
    "DROM",
    "NOWHERE",
    "Carried",
    "Geography",
    "Grouping",
    "codes_to_positions",
    "contours_of",
    "is_overseas_collectivity",
    "load_contours",
    "load_reference",
    "to_current",
]
