"""The sentence of a rule, for the poster, the page and the screen reader."""

from collections.abc import Iterable, Iterator
from datetime import date, time
from functools import lru_cache
from itertools import groupby

from ruche.french.numbers import NBSP, THIN, ordinal
from ruche.places.openings.osm import from_osm, runs_of
from ruche.places.openings.rules import (
    LAST,
    DateRange,
    ExtraOpening,
    Holidays,
    Rhythm,
    Rule,
    Slot,
)

WEEKDAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
PARITY = {Rhythm.EVEN_WEEKS: " des semaines paires", Rhythm.ODD_WEEKS: " des semaines impaires"}
A_WEEK = 7


@lru_cache(maxsize=4096)
def in_french(text: str) -> str:
    """« 1er et 3e mardi du mois, de 14 h à 16 h 30 ; fermé les jours fériés ».

    A rule that the form cannot express is shown as it is written, and said to be advanced. A text
    that the parser refuses raises `BadRule`.
    """
    rule = from_osm(text)
    if rule is None:
        return f"règle avancée{NBSP}: {text.strip()}"
    return f"{THIN}; ".join(_parts(rule))


def _parts(rule: Rule) -> Iterator[str]:
    for days, slots in groupby(rule.slots, key=_days):
        yield f"{days}, {_and(_hours(slot.start, slot.end) for slot in slots)}"
    if rule.school_holidays is Holidays.ONLY:
        yield "seulement pendant les vacances scolaires"
    if rule.public_holidays_open and rule.slots:
        yield "ouvert aussi les jours fériés"
    if closed := [*_closed_holidays(rule)]:
        yield f"fermé {_and(closed)}"
    if rule.closures:
        yield f"fermé {_and(map(_closure, rule.closures))}"
    for day, openings in groupby(rule.extra, key=lambda opening: opening.day):
        yield _extra(day, openings)


def _closed_holidays(rule: Rule) -> Iterator[str]:
    """Of use when there are slots: an exceptional opening is held whatever the holidays."""
    if rule.slots and not rule.public_holidays_open:
        yield "les jours fériés"
    if rule.slots and rule.school_holidays is Holidays.CLOSED:
        yield "pendant les vacances scolaires"


def _extra(day: date, openings: Iterable[ExtraOpening]) -> str:
    hours = _and(_hours(opening.start, opening.end) for opening in openings)
    return f"ouvert exceptionnellement le {_date(day)}, {hours}"


# -------------------------------------------------------------------------------- days


def _days(slot: Slot) -> str:
    if slot.rhythm is Rhythm.MONTHLY:
        ranks = _and(map(_rank, slot.nth))
        return f"{_and(f'{ranks} {WEEKDAYS[day]}' for day in slot.weekdays)} du mois"
    if len(slot.weekdays) == A_WEEK:
        return f"tous les jours{PARITY.get(slot.rhythm, '')}"
    if slot.rhythm is Rhythm.WEEKLY and not _is_a_run(slot.weekdays):
        return f"chaque {_and(WEEKDAYS[day] for day in slot.weekdays)}"
    if _is_a_run(slot.weekdays):
        days = f"du {WEEKDAYS[slot.weekdays[0]]} au {WEEKDAYS[slot.weekdays[-1]]}"
    else:
        days = _and(f"le {WEEKDAYS[day]}" for day in slot.weekdays)
    return days + PARITY.get(slot.rhythm, "")


def _is_a_run(weekdays: tuple[int, ...]) -> bool:
    return len(weekdays) > 2 and len(runs_of(weekdays)) == 1


def _rank(rank: int) -> str:
    return "dernier" if rank == LAST else ordinal(rank)


# ---------------------------------------------------------------------- hours and dates


def _hours(start: time, end: time) -> str:
    tomorrow = " le lendemain" if time() < end < start else ""
    return f"de {_hour(start)} à {'minuit' if end == time() else _hour(end)}{tomorrow}"


def _hour(hour: time) -> str:
    """« 14 h », « 14 h 05 »."""
    minutes = f"{NBSP}{hour.minute:02}" if hour.minute else ""
    return f"{hour.hour}{NBSP}h{minutes}"


def _closure(closure: DateRange) -> str:
    """« le 24 décembre 2026 », « du 3 au 21 août 2026 », « du 28 juillet au 8 août 2026 »."""
    first, last = closure.first, closure.last
    if first == last:
        return f"le {_date(first)}"
    if first.year != last.year:
        return f"du {_date(first)} au {_date(last)}"
    if first.month != last.month:
        return f"du {_day(first)} au {_date(last)}"
    return f"du {_number(first)} au {_date(last)}"


def _date(day: date) -> str:
    return f"{_day(day)} {day.year}"


def _day(day: date) -> str:
    return f"{_number(day)}{NBSP}{MONTHS[day.month - 1]}"


def _number(day: date) -> str:
    return ordinal(1) if day.day == 1 else str(day.day)


def _and(words: Iterable[str]) -> str:
    """« lundi, mardi et jeudi »."""
    *before, last = words
    return f"{', '.join(before)} et {last}" if before else last
