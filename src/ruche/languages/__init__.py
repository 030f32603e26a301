"""The languages of the people who come: the words of public pages, and how they say a date.

One TOML file per language in `words/`, with the same keys as the French one; each says whether
someone who speaks the language has read it again. Dates follow CLDR, by Babel; the months of French
keep their « 1er ».
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from importlib.resources import files
from types import MappingProxyType

from babel.dates import format_date
from babel.numbers import format_decimal

from ruche.french import times

Words = Mapping[str, Mapping[str, str]]
"""Section → key → words. `{place}` and its like are filled by `Language.say`."""

CODES = ("fr", "en", "es", "ar", "uk", "pt", "oc")
"""ISO 639 codes, in the order in which languages are offered."""

FRENCH = "fr"
HEADER = ("name", "direction", "calendar", "day", "day_of_year", "month", "reviewed")


@dataclass(frozen=True)
class Language:
    """One language. `reviewed` is empty until a speaker has read the words again."""

    code: str
    name: str
    direction: str
    calendar: str
    day_pattern: str
    day_of_year_pattern: str
    month_pattern: str
    reviewed: str
    words: Words

    @property
    def is_right_to_left(self) -> bool:
        return self.direction == "rtl"

    @property
    def comma(self) -> str:
        return "، " if self.is_right_to_left else ", "

    def say(self, section: str, key: str, **values: object) -> str:
        """The words of a key, with its values. Raises `KeyError` for a key that does not exist."""
        return self.words[section][key].format(**values)

    def day(self, day: date, *, today: date | None = None) -> str:
        """« mercredi 2 décembre »; with `today`, the year when it is another one."""
        other_year = today is not None and day.year != today.year
        if self.code == FRENCH:
            return times.day(day, year=other_year)
        pattern = self.day_of_year_pattern if other_year else self.day_pattern
        return str(format_date(day, pattern, locale=self.calendar))

    def month(self, first: date) -> str:
        """« décembre 2026 »."""
        return str(format_date(first, self.month_pattern, locale=self.calendar))

    def hour(self, moment: time) -> str:
        """« 14 h 30 », « 14:30 »: on twenty-four hours, as the doors say it."""
        return times.hour(moment) if self.code == FRENCH else f"{moment:%H:%M}"

    def hours(self, start: time, end: time) -> str:
        """« de 14 h à 16 h 30 »; a day ends at midnight, not at zero."""
        return self.say("date", "hours", start=self.hour(start), end=self.end(end))

    def end(self, moment: time) -> str:
        return self.words["date"]["midnight"] if moment == time() else self.hour(moment)

    def number(self, value: float) -> str:
        """A whole number as it is written there."""
        return str(format_decimal(round(value), locale=self.calendar))


@cache
def language(code: str) -> Language:
    """The language of a code of `CODES`. Raises `KeyError` for another."""
    if code not in CODES:
        raise KeyError(code)
    text = (files("ruche.languages") / "words" / f"{code}.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    name, direction, calendar, day, day_of_year, month, reviewed = (table.pop(k) for k in HEADER)
    words = MappingProxyType({key: MappingProxyType(section) for key, section in table.items()})
    return Language(code, name, direction, calendar, day, day_of_year, month, reviewed, words)


def languages() -> tuple[Language, ...]:
    """Every language, in the order in which they are offered."""
    return tuple(language(code) for code in CODES)
