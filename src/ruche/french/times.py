"""Hours and days as French writes them: « 14 h 30 », « le mardi 1er décembre »."""

from datetime import date, time

from ruche.french.numbers import NBSP, ordinal

DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def hour(moment: time) -> str:
    """`hour(time(14, 30))` → « 14 h 30 »; « 14 h » on the hour."""
    text = f"{moment.hour}{NBSP}h"
    return f"{text}{NBSP}{moment.minute:02}" if moment.minute else text


def day(when: date, *, weekday: bool = True, year: bool = False) -> str:
    """`day(date(2026, 12, 1))` → « mardi 1er décembre »."""
    number = ordinal(1) if when.day == 1 else str(when.day)
    parts = [DAYS[when.weekday()]] if weekday else []
    parts += [f"{number}{NBSP}{MONTHS[when.month - 1]}", *([str(when.year)] if year else [])]
    return " ".join(parts)


def month_of(when: date) -> str:
    """`month_of(date(2027, 1, 1))` → « janvier 2027 »."""
    return f"{MONTHS[when.month - 1]} {when.year}"
