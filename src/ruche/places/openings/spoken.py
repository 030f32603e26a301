"""Opening hours as people write them in a spreadsheet, read as the rule of the form.

« mardi et jeudi de 14 h à 16 h 30 », « 1er et 3e mardi du mois, 9h-12h », « du lundi au vendredi
9h-12h / 14h-17h, sauf vacances scolaires ». What `in_french` writes is read back. Anything that is
not understood to the end is refused: a door must not be announced from a guess.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time

from ruche.places.openings.french import WEEKDAYS
from ruche.places.openings.rules import LAST, BadRule, Holidays, Rhythm, Rule, Slot

RANKS = {"prem": 1, "deux": 2, "seco": 2, "troi": 3, "quat": 4, "cinq": 5, "dern": LAST}
"""The first four letters of a rank → the rank."""

HOUR = r"(?:minuit|midi|\d{1,2}(?:\s?(?:heures?|h|:)(?:\s?\d\d)?)?)"
END = r"(?:minuit|midi|\d{1,2}\s?(?:heures?|h|:)(?:\s?\d\d)?)"
TOKENS = re.compile(
    rf"""
    (?P<span>(?:de\s)?(?P<start>{HOUR})\s?(?:-|a|jusqu'a)\s?(?P<end>{END})(?!\d)(?:\sle\slendemain)?)
  | (?P<every>tous\sles\sjours)
  | (?P<rank>(?P<number>[1-5])\s?(?:ere?|re|eme|e|nde?)\b
      | (?P<word>premi|deuxi|second|troisi|quatri|cinqui|derni)\w*)
  | (?P<day>{"|".join(f"{day}s?|{day[:3]}[.]?" for day in WEEKDAYS)})(?![a-z])
  | (?P<parity>semaines?\s(?P<odd>im)?paires?)
  | (?P<closed>fermee?s?|sauf|hors|excepte)\b
  | (?P<only>seulement|uniquement)\b
  | (?P<open>ouverte?s?\saussi|y\scompris)\b
  | (?P<public>jours\sferies|feries)\b
  | (?P<school>vacances(?:\sscolaires)?)\b
  | (?P<to>-|(?:au|a|jusqu'au)(?![a-z]))
  | (?P<nothing>(?:le|les|du|de|des|chaque|tous|toutes|mois|ouverte?s?|pendant|en|et|puis)(?![a-z])
      |[,/;&+.:()\s]|d'|l')
    """,
    re.VERBOSE,
)
A_FRENCH_DAY = re.compile(rf"\b(?:{'|'.join(f'{day}s?|{day[:3]}' for day in WEEKDAYS)}|jours)\b")
AN_OSM_DAY = re.compile(r"\b(?:Mo|Tu|We|Th|Fr|Sa|Su|PH|SH)\b")


def is_spoken(text: str) -> bool:
    """Days are named in French; « Mar » is March in the syntax of OpenStreetMap, and mardi here."""
    return bool(A_FRENCH_DAY.search(_plain(text))) and not is_osm(text)


def is_osm(text: str) -> bool:
    """Days are named as OpenStreetMap names them."""
    return bool(AN_OSM_DAY.search(text))


def from_french(text: str) -> Rule:
    """The rule that a sentence says; `BadRule` tells where it is no longer understood."""
    reader = _Reader()
    for kind, token in _tokens(text):
        reader.take(kind, token)
    return reader.rule(text)


def _plain(text: str) -> str:
    """Without capitals or accents, with one kind of space, of dash and of apostrophe."""
    text = text.translate({ord("’"): "'", ord("–"): "-", ord("—"): "-"})
    text = unicodedata.normalize("NFKD", text.lower())
    return " ".join("".join(x for x in text if not unicodedata.combining(x)).split())


def _tokens(text: str) -> Iterator[tuple[str, re.Match[str]]]:
    plain, place = _plain(text), 0
    while place < len(plain):
        token = TOKENS.match(plain, place)
        if token is None:
            raise BadRule(f"« {text} » ne se lit pas à partir de « {plain[place:]} » : {EXAMPLES}")
        kind = next(kind for kind in KINDS if token[kind] is not None)
        if kind != "nothing":
            yield kind, token
        place = token.end()


KINDS = ("span", "every", "rank", "day", "parity", "closed", "only", "open", "public", "school",
         "to", "nothing")  # fmt: skip
EXAMPLES = (
    "écrivez par exemple « mardi de 14 h à 16 h 30 », ou « 1er et 3e mardi du mois, 9h-12h »."
)


@dataclass
class _Days:
    """Ranks in the month, if any, and weekdays."""

    ranks: list[int] = field(default_factory=list)
    weekdays: list[int] = field(default_factory=list)


@dataclass
class _Group:
    """Days that open at the same hours."""

    days: list[_Days] = field(default_factory=list)
    spans: list[tuple[time, time]] = field(default_factory=list)
    rhythm: Rhythm = Rhythm.WEEKLY
    hours_come_first: bool = False

    @property
    def is_whole(self) -> bool:
        return bool(self.spans) and any(each.weekdays for each in self.days)

    def slots(self) -> Iterator[Slot]:
        for days in self.days:
            if days.ranks and self.rhythm is not Rhythm.WEEKLY:
                raise BadRule("« Semaines paires » et « 1er du mois » ne vont pas ensemble.")
            rhythm = Rhythm.MONTHLY if days.ranks else self.rhythm
            for start, end in self.spans:
                yield Slot(rhythm, tuple(days.weekdays), tuple(days.ranks), start, end)


class _Reader:
    """Keeps what the words read so far say."""

    def __init__(self) -> None:
        self.groups = [_Group()]
        self.mode = ""
        self.goes_on = False
        self.public, self.school = False, Holidays.OPEN

    def take(self, kind: str, token: re.Match[str]) -> None:
        if kind == "span":
            self._take_span(_hour(token["start"]), _hour(token["end"]))
        elif kind in {"every", "rank", "day"}:
            self._take_days(kind, token)
        elif kind == "parity":
            odd = token["odd"] is not None
            self.groups[-1].rhythm = Rhythm.ODD_WEEKS if odd else Rhythm.EVEN_WEEKS
        elif kind in {"closed", "only", "open"}:
            self.mode = kind
        elif kind in {"public", "school"}:
            self._take_holidays(kind)
        self.goes_on = kind == "to"

    def _take_span(self, start: time, end: time) -> None:
        group = self.groups[-1]
        if group.hours_come_first and group.days:
            group = self._new_group()
        group.hours_come_first = group.hours_come_first or not group.days
        group.spans.append((start, end))

    def _take_days(self, kind: str, token: re.Match[str]) -> None:
        if self.mode:
            raise BadRule("Dites les jours d’ouverture, sans ceux de fermeture.")
        group = self.groups[-1]
        if group.is_whole and not group.hours_come_first:
            group = self._new_group()
        if not group.days or (kind == "rank" and group.days[-1].weekdays):
            group.days.append(_Days())
        days = group.days[-1]
        if kind == "every":
            days.weekdays.extend(range(7))
        elif kind == "rank":
            days.ranks.append(_rank(token))
        else:
            last = [day[:3] for day in WEEKDAYS].index(token["day"][:3])
            first = days.weekdays[-1] + 1 if self.goes_on and days.weekdays else last
            days.weekdays.extend(day % 7 for day in range(first, last + (7 if last < first else 0)))
            days.weekdays.append(last)

    def _take_holidays(self, kind: str) -> None:
        if not self.mode or (kind == "public" and self.mode == "only"):
            raise BadRule("Dites « fermé les jours fériés » ou « sauf vacances scolaires ».")
        if kind == "public":
            self.public = self.mode == "open"
        else:
            self.school = SCHOOL[self.mode]

    def _new_group(self) -> _Group:
        self.groups.append(_Group())
        return self.groups[-1]

    def rule(self, text: str) -> Rule:
        if not all(group.is_whole for group in self.groups):
            raise BadRule(f"« {text} » ne dit pas des jours et des heures : {EXAMPLES}")
        slots = tuple(slot for group in self.groups for slot in group.slots())
        return Rule(slots, school_holidays=self.school, public_holidays_open=self.public)


SCHOOL = {"closed": Holidays.CLOSED, "only": Holidays.ONLY, "open": Holidays.OPEN}


def _rank(token: re.Match[str]) -> int:
    return int(token["number"]) if token["number"] else RANKS[token["word"][:4]]


def _hour(text: str) -> time:
    if text in {"minuit", "midi"}:
        return time(12) if text == "midi" else time()
    hours, minutes = (int(part or 0) for part in re.split(r"\s?(?:heures?|h|:)\s?|$", text)[:2])
    if hours == 24 and not minutes:
        return time()
    try:
        return time(hours, minutes)
    except ValueError as error:
        raise BadRule(f"« {text} » n’est pas une heure : corrigez-la.") from error
