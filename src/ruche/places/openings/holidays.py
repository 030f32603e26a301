"""The school holidays, which the library of opening hours does not know for France.

It accepts « SH » (school holidays) and finds no such day. We therefore write the dates in its
place before it reads a rule: « SH off » becomes « 2025 Oct 18-2025 Nov 02,… off ». The library
keeps the whole meaning of the rule: which line wins over which, what happens after midnight.
"""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from ruche.places.openings.rules import BadRule

DATA = Path(__file__).with_name("vacances.toml")

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
WEEKDAY = r"(?:Mo|Tu|We|Th|Fr|Sa|Su)"
_SELECTOR = rf"(?:PH|SH|{WEEKDAY}(?:-{WEEKDAY})?(?:\[[-\d,]+\])?)"
_DAYS = rf"{_SELECTOR}(?:,{_SELECTOR})*"

# A rule that speaks of school holidays: weeks perhaps, days, other days perhaps, the rest.
_WITH_HOLIDAYS = re.compile(
    rf"(?P<weeks>week ?[\d,/ -]+? )?(?P<days>{_DAYS})(?: +(?P<among>{_DAYS}))?(?P<rest>(?: .*)?)",
    re.DOTALL,
)
_QUOTED = re.compile(r'"[^"]*"')
_SCHOOL = re.compile(r"\bSH\b")

# Between rules; a comma followed by an hour is inside a rule (« 10:00-12:00, 14:00-16:00 »).
_BETWEEN_RULES = re.compile(r"(\|\||;|,(?=\s+(?![\d(]|sun|dawn|dusk)))")

NOT_UNDERSTOOD = (
    "Les vacances scolaires (SH) ne se combinent ici qu'avec des jours de la semaine ou des "
    "semaines : écrivez par exemple « SH off » ou « SH Tu 14:00-16:00 »."
)


class UnknownZone(LookupError):
    """A zone whose calendar is not in our file."""


@dataclass(frozen=True)
class SchoolHoliday:
    """Days without class, both ends included; `verified` as the file of dates defines it."""

    name: str
    first: date
    last: date
    verified: bool


@cache
def school_holidays(zone: str = "C") -> tuple[SchoolHoliday, ...]:
    """The holidays of a zone in order of date; `UnknownZone` when we have none.

    The bridge of the Ascension is among them, as in the ministry's calendar.
    """
    return tuple(SchoolHoliday(**holiday) for holiday in _of_zone(zone)["holidays"])


def known_until(zone: str = "C") -> date:
    """The last day whose school holidays we know. After it, every day counts as a day of class."""
    day: date = _of_zone(zone)["known_until"]
    return day


@cache
def _of_zone(zone: str) -> dict[str, Any]:
    zones = tomllib.loads(DATA.read_text(encoding="utf-8"))
    if zone not in zones:
        raise UnknownZone(f"Les vacances de la zone {zone} manquent dans {DATA.name}.")
    found: dict[str, Any] = zones[zone]
    return found


def speaks_of_school_holidays(text: str) -> bool:
    """Is there a « SH » outside the comments?"""
    return "SH" in text and _SCHOOL.search(_QUOTED.sub("", text)) is not None


def with_dates(text: str, zone: str = "C") -> str:
    """The same rule with dates where it had « SH ».

    « SH off », « SH Tu 10:00-12:00 » (the Tuesdays of the holidays), « PH,SH off » (either) and the
    same with `week …` before are understood; any other use is refused with `BadRule`.
    """
    if not speaks_of_school_holidays(text):
        return text
    comments = _QUOTED.findall(text)
    numbers = count()
    pieces = _BETWEEN_RULES.split(_QUOTED.sub(lambda _: f'"{next(numbers)}"', text))
    dated = "".join(
        f"{separator} {_dated(rule.strip(), separator, _dates(zone))}"
        for separator, rule in zip(["", *pieces[1::2]], pieces[::2], strict=True)
    )
    return _QUOTED.sub(lambda found: comments[int(found[0].strip('"'))], dated.strip())


def _dated(rule: str, separator: str, dates: str) -> str:
    """One rule with dates; two when it speaks of the holidays or of other days."""
    if not speaks_of_school_holidays(rule):
        return rule
    found = _WITH_HOLIDAYS.fullmatch(rule)
    if found is None or _SCHOOL.search(found["rest"]):
        raise BadRule(NOT_UNDERSTOOD)
    weeks, days, among, rest = (found[name] or "" for name in ("weeks", "days", "among", "rest"))
    others = ",".join(day for day in days.split(",") if day != "SH")
    if days == others or (among and (others or "H" in among)):
        raise BadRule(NOT_UNDERSTOOD)
    in_holidays = " ".join(f"{dates} {weeks}{among}{rest}".split())
    return f"{weeks}{others}{rest}{separator or ';'} {in_holidays}" if others else in_holidays


@cache
def _dates(zone: str) -> str:
    return ",".join(osm_range(item.first, item.last) for item in school_holidays(zone))


def osm_range(first: date, last: date) -> str:
    """Two days as OSM writes them: « 2026 Aug 03-2026 Aug 21 », or one when they are the same."""
    return osm_day(first) if first == last else f"{osm_day(first)}-{osm_day(last)}"


def osm_day(day: date) -> str:
    """« 2026 Aug 03 »."""
    return f"{day.year} {MONTHS[day.month - 1]} {day.day:02}"
