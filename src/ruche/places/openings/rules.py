"""What the form of opening hours can say, so that a rule which makes no sense cannot exist."""

from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum

LAST = -1
"""The rank of the last weekday of a month, as OSM writes it."""

RANKS = (1, 2, 3, 4, 5, LAST)

LONGEST_NIGHT = 12 * 60
"""Minutes. « 14 h à 12 h » is a mistake of typing far more often than an opening of 22 hours."""

YEARS = range(2000, 2100)


class BadRule(ValueError):
    """An opening rule that cannot be kept; the message is French and says what to do."""


class NeverOpens(BadRule):
    """A rule that is well written and gives no opening in the coming months."""


class Rhythm(StrEnum):
    """How often a slot comes back.

    Even and odd are the ISO numbers of the weeks, as diaries print them. A year of 53 weeks is
    followed by week 1: two odd weeks in a row (28 December 2026, then 4 January 2027).
    """

    WEEKLY = "weekly"
    EVEN_WEEKS = "even"
    ODD_WEEKS = "odd"
    MONTHLY = "monthly"

    @property
    def label(self) -> str:
        return RHYTHM_LABELS[self]


RHYTHM_LABELS = {
    Rhythm.WEEKLY: "chaque semaine",
    Rhythm.EVEN_WEEKS: "une semaine sur deux (semaines paires)",
    Rhythm.ODD_WEEKS: "une semaine sur deux (semaines impaires)",
    Rhythm.MONTHLY: "certaines semaines du mois",
}


class Holidays(StrEnum):
    """What happens during the school holidays of the zone."""

    OPEN = "open"
    CLOSED = "closed"
    ONLY = "only"

    @property
    def label(self) -> str:
        return HOLIDAYS_LABELS[self]


HOLIDAYS_LABELS = {
    Holidays.OPEN: "ouvert aussi",
    Holidays.CLOSED: "fermé",
    Holidays.ONLY: "seulement",
}


@dataclass(frozen=True)
class Slot:
    """Some weekdays (0 = Monday), at a rhythm, between two hours of the place's clock.

    `nth` are ranks in the month (1 to 5, -1 for the last), for the monthly rhythm and no other.
    Weekdays and ranks are put in order, without repetition. An end that is not after the start is
    the next day's; it is refused beyond twelve hours. Refuses bad values with `BadRule`.
    """

    rhythm: Rhythm
    weekdays: tuple[int, ...]
    nth: tuple[int, ...]
    start: time
    end: time

    def __post_init__(self) -> None:
        object.__setattr__(self, "weekdays", tuple(sorted(set(self.weekdays))))
        object.__setattr__(self, "nth", tuple(sorted(set(self.nth), key=_last_at_the_end)))
        _check_days(self)
        _check_hours(self.start, self.end)


@dataclass(frozen=True)
class DateRange:
    """Days of closure, both ends included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        _check_year(self.first)
        _check_year(self.last)
        if self.last < self.first:
            raise BadRule("Cette fermeture finit avant de commencer : corrigez l'une des dates.")


@dataclass(frozen=True)
class ExtraOpening:
    """An exceptional opening, held even on a day when the place is otherwise closed."""

    day: date
    start: time
    end: time

    def __post_init__(self) -> None:
        _check_year(self.day)
        _check_hours(self.start, self.end)


@dataclass(frozen=True)
class Rule:
    """The whole of what the form says of one activity at one place."""

    slots: tuple[Slot, ...]
    school_holidays: Holidays = Holidays.OPEN
    public_holidays_open: bool = False
    closures: tuple[DateRange, ...] = ()
    extra: tuple[ExtraOpening, ...] = ()

    def __post_init__(self) -> None:
        if not self.slots and not self.extra:
            raise BadRule("Ajoutez au moins un créneau ou une ouverture exceptionnelle.")
        if not self.slots and self.school_holidays is Holidays.ONLY:
            raise BadRule(
                "« Seulement pendant les vacances scolaires » demande un créneau : ajoutez-en un."
            )


def _last_at_the_end(rank: int) -> tuple[bool, int]:
    return rank < 0, rank


def _check_days(slot: Slot) -> None:
    if not slot.weekdays:
        raise BadRule("Choisissez au moins un jour de la semaine.")
    if not set(slot.weekdays) <= set(range(7)):
        raise BadRule("Un jour de la semaine va de 0 (lundi) à 6 (dimanche) : corrigez-le.")
    if slot.rhythm is Rhythm.MONTHLY and not slot.nth:
        raise BadRule("Choisissez au moins une semaine du mois, par exemple la 1re et la 3e.")
    if slot.rhythm is not Rhythm.MONTHLY and slot.nth:
        raise BadRule(
            f"Les semaines du mois vont avec « {Rhythm.MONTHLY.label} » : "
            "choisissez ce rythme, ou retirez-les."
        )
    if not set(slot.nth) <= set(RANKS):
        raise BadRule("Une semaine du mois va de la 1re à la 5e, ou c'est la dernière.")


def _check_hours(start: time, end: time) -> None:
    if any(hour.second or hour.microsecond or hour.tzinfo for hour in (start, end)):
        raise BadRule("Écrivez les heures à la minute près, par exemple 14:30.")
    if start == end:
        raise BadRule("L'heure de fin est la même que celle du début : corrigez l'une des deux.")
    if end < start and minutes_between(start, end) > LONGEST_NIGHT:
        raise BadRule(
            "L'heure de fin est avant celle du début. Corrigez-la ; "
            "une ouverture qui passe minuit dure au plus 12 heures."
        )


def minutes_between(start: time, end: time) -> int:
    """How long from one hour to the next time that the clock shows the other."""
    return (end.hour * 60 + end.minute - start.hour * 60 - start.minute) % (24 * 60)


def _check_year(day: date) -> None:
    if day.year not in YEARS:
        raise BadRule(f"L'année {day.year} n'est pas vraisemblable : corrigez la date.")
