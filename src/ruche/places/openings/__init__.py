"""When a place is open: rules in the syntax of OpenStreetMap, their dates, and their French.

A volunteer chooses days and hours in a form: that is a `Rule`. We keep it as a line of OSM's
`opening_hours`, which partners and maps read too. From this line come the dates (`occurrences`)
and the sentence that people read (`in_french`); one that they wrote is read back (`from_french`).
A partner's line that the form cannot express is kept as it is: its dates are right, its sentence
says that it is an advanced rule.
"""

from ruche.places.openings.french import in_french
from ruche.places.openings.holidays import (
    SchoolHoliday,
    UnknownZone,
    known_until,
    school_holidays,
)
from ruche.places.openings.occurrences import Occurrence, check, next_openings, occurrences
from ruche.places.openings.osm import from_osm, to_osm
from ruche.places.openings.rules import (
    BadRule,
    DateRange,
    ExtraOpening,
    Holidays,
    NeverOpens,
    Rhythm,
    Rule,
    Slot,
)
from ruche.places.openings.spoken import from_french, is_spoken

__all__ = [
    "BadRule",
    "DateRange",
    "ExtraOpening",
    "Holidays",
    "NeverOpens",
    "Occurrence",
    "Rhythm",
    "Rule",
    "SchoolHoliday",
    "Slot",
    "UnknownZone",
    "check",
    "from_french",
    "from_osm",
    "in_french",
    "is_spoken",
    "known_until",
    "next_openings",
    "occurrences",
    "school_holidays",
    "to_osm",
]
