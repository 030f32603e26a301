"""The periods of the counters as pages name them: a week, a month, a quarter, and their neighbours.

A week is that of ISO 8601, from Monday to Sunday; it belongs to the month in which it begins.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.utils import timezone

from ruche.french.numbers import NBSP, ordinal
from ruche.french.times import day, month_of
from ruche.tallies.cells import PERIODS, period_of
from ruche.tallies.enums import Shape

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True, order=True)
class Week:
    """Seven days from a Monday."""

    monday: date

    @classmethod
    def of(cls, when: date) -> Self:
        return cls(when - timedelta(days=when.weekday()))

    @classmethod
    def named(cls, text: str) -> Self | None:
        """The week of an address, « 2026-W48 »; nothing when there is no such week."""
        if not _names(Shape.TEAM_WEEK, text):
            return None
        try:
            return cls(date.fromisocalendar(int(text[:4]), int(text[6:]), 1))
        except ValueError:
            return None

    @property
    def key(self) -> str:
        return period_of(Shape.TEAM_WEEK, self.monday)

    @property
    def first(self) -> date:
        return self.monday

    @property
    def last(self) -> date:
        return self.monday + A_WEEK - A_DAY

    @property
    def title(self) -> str:
        return f"semaine du {day(self.monday, weekday=False, year=True)}"

    @property
    def short(self) -> str:
        """« 23 novembre », in a table or under a drawing."""
        return day(self.monday, weekday=False)

    @property
    def previous(self) -> "Week":
        return Week(self.monday - A_WEEK)

    @property
    def next(self) -> "Week":
        return Week(self.monday + A_WEEK)

    def and_before(self, number: int) -> list["Week"]:
        """That many weeks that follow one another, this one the last."""
        return [Week(self.monday - A_WEEK * back) for back in range(number - 1, -1, -1)]


@dataclass(frozen=True, order=True)
class Month:
    """A month, by its first day."""

    first: date

    @classmethod
    def of(cls, when: date) -> Self:
        return cls(when.replace(day=1))

    @classmethod
    def named(cls, text: str) -> Self | None:
        """The month of an address, « 2026-11 »."""
        if not _names(Shape.SITE_MONTH, text):
            return None
        return cls(date(int(text[:4]), int(text[5:]), 1))

    @property
    def key(self) -> str:
        return period_of(Shape.SITE_MONTH, self.first)

    @property
    def last(self) -> date:
        return self.next.first - A_DAY

    @property
    def title(self) -> str:
        return month_of(self.first)

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - A_DAY)

    @property
    def next(self) -> "Month":
        return Month.of(self.first + timedelta(days=31))

    @property
    def weeks(self) -> list[Week]:
        """Those that begin in it."""
        monday = self.first + timedelta(days=-self.first.weekday() % 7)
        return [Week(monday + A_WEEK * rank) for rank in range((self.last - monday).days // 7 + 1)]


@dataclass(frozen=True, order=True)
class Quarter:
    """Three months of a year, numbered from one."""

    year: int
    number: int

    @classmethod
    def of(cls, when: date) -> Self:
        return cls(when.year, (when.month + 2) // 3)

    @classmethod
    def named(cls, text: str) -> Self | None:
        """The quarter of an address, « 2026-T4 »."""
        if not _names(Shape.SITE_QUARTER, text):
            return None
        return cls(int(text[:4]), int(text[6:]))

    @property
    def key(self) -> str:
        return f"{self.year:04}-T{self.number}"

    @property
    def title(self) -> str:
        return f"{ordinal(self.number)}{NBSP}trimestre {self.year}"

    @property
    def previous(self) -> "Quarter":
        return Quarter(self.year, self.number - 1) if self.number > 1 else Quarter(self.year - 1, 4)

    @property
    def next(self) -> "Quarter":
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)


def year_named(text: str) -> int:
    """The year of an address; this one when it cannot be read."""
    return int(text) if _names(Shape.SITE_YEAR, text) else timezone.localdate().year


def _names(shape: Shape, text: str) -> bool:
    """Whether it is a period of a shape, in a year that we may speak of."""
    found = text.isascii() and PERIODS[shape].fullmatch(text)
    return bool(found) and FIRST_YEAR <= int(text[:4]) <= LAST_YEAR
