"""One cell of a counter: refused at its birth when it is not of an allowed shape.

A cell is what leaves a phone: « this site, this quarter, this age and gender: one more ». Nothing
else about anyone does.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from uuid import UUID

from ruche.tallies.enums import OF_A_SITE, OF_A_TEAM, AgeBand, Gender, Meeting, Shape

THEME = re.compile(r"[a-z0-9-]{1,30}\.[a-z0-9-]{1,30}\.[a-z0-9+-]{1,30}")
"""`form.field.option`: what a form counts, named by its keys."""

PERIODS = {
    Shape.TEAM_WEEK: re.compile(r"[0-9]{4}-W(0[1-9]|[1-4][0-9]|5[0-3])"),
    Shape.SITE_MONTH: re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])"),
    Shape.SITE_QUARTER: re.compile(r"[0-9]{4}-T[1-4]"),
    Shape.SITE_YEAR: re.compile(r"[0-9]{4}"),
    Shape.NETWORK_YEAR: re.compile(r"[0-9]{4}"),
}


class BadCell(ValueError):
    """Not a cell that may be counted; in French."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Where one more is counted. Raises `BadCell` for anything that is not of an allowed shape."""

    shape: Shape
    period: str
    measure: str
    team: UUID | None = None
    site: UUID | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.shape, Shape):
            raise BadCell("Ce compteur n’a pas une forme permise.")
        if not _is_period(self.shape, self.period):
            raise BadCell("Cette période ne se compte pas ainsi.")
        if (self.team is not None) != (self.shape in OF_A_TEAM):
            raise BadCell("Ce compteur n’est pas celui d’une équipe, ou l’équipe manque.")
        if (self.site is not None) != (self.shape in OF_A_SITE):
            raise BadCell("Ce compteur n’est pas celui d’un lieu, ou le lieu manque.")
        if not _is_measure(self.shape, self.measure):
            raise BadCell("Cette mesure n’existe pas dans ce compteur.")

    @property
    def key(self) -> str:
        """The identifier of its row: the same cell has the same, and no order shows in it."""
        words = (self.shape, self.period, self.measure, self.team or "", self.site or "")
        return sha256("|".join(map(str, words)).encode()).hexdigest()[:32]


def _is_period(shape: Shape, period: str) -> bool:
    if not PERIODS[shape].fullmatch(period):
        return False
    if shape is Shape.TEAM_WEEK and period.endswith("-W53"):
        return _has_a_week_53(int(period[:4]))
    return True


def _has_a_week_53(year: int) -> bool:
    """28 December is always in the last week of its year."""
    return date(year, 12, 28).isocalendar().week == 53 if year else False


def _is_measure(shape: Shape, measure: str) -> bool:
    if shape is Shape.SITE_MONTH:
        return measure in Meeting.values
    if shape is Shape.SITE_QUARTER:
        age, _, gender = measure.partition("/")
        return age in AgeBand.values and gender in Gender.values
    if shape is Shape.TEAM_WEEK and measure == Meeting.MET:
        return True
    return THEME.fullmatch(measure) is not None


def period_of(shape: Shape, day: date) -> str:
    """The period of a shape that holds a day: `2026-W48`, `2026-11`, `2026-T4`, `2026`."""
    if shape is Shape.TEAM_WEEK:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}"
    if shape is Shape.SITE_MONTH:
        return f"{day:%Y-%m}"
    if shape is Shape.SITE_QUARTER:
        return f"{day.year}-T{(day.month + 2) // 3}"
    return str(day.year)


def periods_between(shape: Shape, first: date, last: date) -> frozenset[str]:
    """The periods of a shape that hold a day from `first` to `last`."""
    days = (last - first).days + 1
    return frozenset(period_of(shape, first + timedelta(days=number)) for number in range(days))
