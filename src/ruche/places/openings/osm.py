"""A rule of the form as a line of OSM's `opening_hours`, and back when the form can say it.

https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, time
from itertools import groupby

from ruche.places.openings.holidays import MONTHS, WEEKDAY, osm_day, osm_range
from ruche.places.openings.parsing import parsed, plain
from ruche.places.openings.rules import (
    BadRule,
    DateRange,
    ExtraOpening,
    Holidays,
    Rhythm,
    Rule,
    Slot,
)

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
WEEKS = {Rhythm.EVEN_WEEKS: "week 02-52/2 ", Rhythm.ODD_WEEKS: "week 01-53/2 "}
IN_HOLIDAYS = "SH "

# ------------------------------------------------------------------------------ writing


def to_osm(rule: Rule) -> str:
    """The line of a rule: `Tu[1,3] 14:00-16:30; PH off`.

    Slots and exceptional openings are added to one another (comma); closures win over the slots
    that precede them (semicolon); exceptional openings come last and win over closures.
    """
    lines = "; ".join(filter(None, [", ".join(_slots(rule)), *_closures(rule)]))
    return ", ".join(filter(None, [lines, *map(_extra, rule.extra)]))


def _slots(rule: Rule) -> Iterator[str]:
    """Slots that follow one another on the same days share a line."""
    for days, slots in groupby(rule.slots, key=lambda slot: _days(slot, rule.school_holidays)):
        yield f"{days} {','.join(_hours(slot.start, slot.end) for slot in slots)}"


def _closures(rule: Rule) -> Iterator[str]:
    if not rule.public_holidays_open:
        yield "PH off"
    if rule.school_holidays is Holidays.CLOSED:
        yield "SH off"
    for closure in rule.closures:
        yield f"{osm_range(closure.first, closure.last)} off"


def _extra(opening: ExtraOpening) -> str:
    return f"{osm_day(opening.day)} {_hours(opening.start, opening.end)}"


def _days(slot: Slot, holidays: Holidays) -> str:
    weeks = WEEKS.get(slot.rhythm, "")
    only = IN_HOLIDAYS if holidays is Holidays.ONLY else ""
    return weeks + only + (_ranked(slot) if slot.nth else _runs(slot.weekdays))


def _ranked(slot: Slot) -> str:
    ranks = ",".join(map(str, slot.nth))
    return ",".join(f"{WEEKDAYS[day]}[{ranks}]" for day in slot.weekdays)


def _runs(weekdays: Iterable[int]) -> str:
    return ",".join(
        f"{WEEKDAYS[run[0]]}-{WEEKDAYS[run[-1]]}"
        if len(run) > 2
        else ",".join(WEEKDAYS[day] for day in run)
        for run in runs_of(weekdays)
    )


def runs_of(weekdays: Iterable[int]) -> list[list[int]]:
    """Weekdays in order, those that follow one another together: 0 1 2 4 → [0 1 2], [4]."""
    runs: list[list[int]] = []
    for day in weekdays:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def _hours(start: time, end: time) -> str:
    return f"{start:%H:%M}-{f'{end:%H:%M}' if end != time() else '24:00'}"


# ------------------------------------------------------------------------------ reading

_HOUR = r"\d\d:\d\d"
_SPANS = rf"(?P<spans>{_HOUR}-{_HOUR}(?:,{_HOUR}-{_HOUR})*)"
_RANKED_DAY = rf"{WEEKDAY}(?:-{WEEKDAY})?(?:\[[-\d,]+\])?"
_DATE = rf"\d{{4}} (?:{'|'.join(MONTHS)}) \d{{1,2}}"

SLOTS = re.compile(
    rf"(?:week ?(?P<weeks>[\d/-]+) )?(?:(?P<days>{_RANKED_DAY}(?:,{_RANKED_DAY})*) )?{_SPANS}"
)
DAY = re.compile(rf"({WEEKDAY})(?:-({WEEKDAY}))?(?:\[([-\d,]+)\])?")
HOLIDAYS_OFF = re.compile(r"(?P<kinds>PH|SH|PH,SH|SH,PH) closed")
DATES_OFF = re.compile(rf"(?P<ranges>{_DATE}(?:-{_DATE})?(?:,{_DATE}(?:-{_DATE})?)*) closed")
EXTRA = re.compile(rf"(?P<day>{_DATE}) {_SPANS}")
RHYTHMS = {None: Rhythm.WEEKLY, "02-52/2": Rhythm.EVEN_WEEKS, "01-53/2": Rhythm.ODD_WEEKS}
ONLY_HOLIDAYS = re.compile(rf"\bSH +(?={WEEKDAY})")


class _Advanced(Exception):
    """The line says something that the form cannot."""


@dataclass
class _Draft:
    """What has been read so far; each piece must come where it changes nothing to the others."""

    slots: list[Slot] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    closures: list[DateRange] = field(default_factory=list)
    extra: list[ExtraOpening] = field(default_factory=list)
    lines: int = 0

    def take(self, piece: str, *, added: bool) -> None:
        """One rule of the line. `added`: a comma before it; otherwise it wins over the others."""
        if found := EXTRA.fullmatch(piece):
            self._take_extra(found, added=added)
        elif found := HOLIDAYS_OFF.fullmatch(piece):
            self._closes(added=added)
            self.kinds.update(found["kinds"].split(","))
        elif found := DATES_OFF.fullmatch(piece):
            self._closes(added=added)
            self.closures += map(_closure, found["ranges"].split(","))
        elif found := SLOTS.fullmatch(piece):
            self._take_slots(found, added=added)
        else:
            raise _Advanced

    def _take_extra(self, found: re.Match[str], *, added: bool) -> None:
        if not added and not self._is_blank():
            raise _Advanced
        day = _day(found["day"])
        self.extra += [ExtraOpening(day, *span) for span in _spans(found["spans"])]

    def _closes(self, *, added: bool) -> None:
        if self.extra or (added and not self._is_blank()):
            raise _Advanced

    def _take_slots(self, found: re.Match[str], *, added: bool) -> None:
        if self.kinds or self.closures or self.extra or found["weeks"] not in RHYTHMS:
            raise _Advanced
        weekdays, nth = _weekdays(found["days"] or "Mo-Su")
        rhythm = RHYTHMS[found["weeks"]]
        if nth and rhythm is not Rhythm.WEEKLY:
            raise _Advanced
        rhythm = Rhythm.MONTHLY if nth else rhythm
        slots = [Slot(rhythm, weekdays, nth, *span) for span in _spans(found["spans"])]
        if not added and _replace(slots, self.slots):
            raise _Advanced
        self.slots += slots
        self.lines += 1

    def _is_blank(self) -> bool:
        return not (self.slots or self.kinds or self.closures or self.extra)


def from_osm(text: str) -> Rule | None:
    """The rule of the form that means the same; None when the form cannot say it.

    A text that the parser refuses raises `BadRule`.
    """
    parsed(text)
    # The library would read « SH Tu » as « the holidays, and Tuesdays »: it is taken apart first.
    only = len(ONLY_HOLIDAYS.findall(text))
    try:
        return _rule(str(plain(ONLY_HOLIDAYS.sub("", text))), only)
    except (_Advanced, BadRule):
        return None


def _rule(canonical: str, only: int) -> Rule:
    """The rule of a line as the library writes it back, of which `only` lines began with SH."""
    draft = _Draft()
    for line in canonical.split("; "):
        for rank, piece in enumerate(line.split(", ")):
            draft.take(piece, added=rank > 0)
    closed = "SH" in draft.kinds
    if only and (closed or only != draft.lines):
        raise _Advanced
    return Rule(
        slots=tuple(draft.slots),
        school_holidays=(Holidays.ONLY if only else Holidays.CLOSED if closed else Holidays.OPEN),
        public_holidays_open="PH" not in draft.kinds,
        closures=tuple(draft.closures),
        extra=tuple(draft.extra),
    )


def _replace(later: list[Slot], earlier: list[Slot]) -> bool:
    """Would later slots, written after a semicolon, take something from the earlier ones?"""
    days = {day for slot in later for day in slot.weekdays}
    return any(not days.isdisjoint(slot.weekdays) or slot.end < slot.start for slot in earlier)


def _weekdays(text: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The days and their ranks in the month, which must be the same for all."""
    days: list[int] = []
    ranks: set[str | None] = set()
    for first, last, rank in DAY.findall(text):
        start, count = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        days += [day % 7 for day in range(start, start + (count - start) % 7 + 1)]
        ranks.add(rank)
    if len(ranks) > 1:
        raise _Advanced
    (rank,) = ranks
    return tuple(days), tuple(map(int, rank.split(","))) if rank else ()


def _spans(text: str) -> Iterator[tuple[time, time]]:
    for span in text.split(","):
        start, end = span.split("-")
        yield _time(start), _time(end)


def _time(text: str) -> time:
    hour, minute = map(int, text.split(":"))
    return time(hour % 24, minute)


def _closure(text: str) -> DateRange:
    first, _, last = text.partition("-")
    return DateRange(_day(first), _day(last or first))


def _day(text: str) -> date:
    year, month, day = text.split(" ")
    try:
        return date(int(year), MONTHS.index(month) + 1, int(day))
    except ValueError as error:  # 30 February, which the library accepts
        raise _Advanced from error
