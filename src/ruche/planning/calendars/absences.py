"""Someone's absences, read in the iCalendar file (RFC 5545) of her diary.

A diary says more than the planning needs. What is dropped before any reading: descriptions,
places, guests, alarms, definitions of time zones. What is kept of an event: when, whether it takes
time, and its title, shown once to who sends the file so that she recognises it, then forgotten.

Events that repeat each day or each week are unfolded; another repetition is told, not guessed. The
file is refused whole (`UnreadableDiary`) when it is not a diary, when it is cut, when a date cannot
be read, when it holds too much.
"""

import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import (  # type: ignore[import-untyped]
    DAILY,
    FR,
    MO,
    SA,
    SU,
    TH,
    TU,
    WE,
    WEEKLY,
    rrule,
)
from icalendar import Calendar, Component

MOST_BYTES = 2 * 1024 * 1024
MOST_EVENTS = 5_000
MOST_REPEATED = 50_000
"""Dates that all the repetitions of a file may give, past ones included."""

MOST_APART = 366
"""Days, or weeks, between two dates of a repetition that is unfolded."""

AHEAD = 62
"""Days before the first one at which a repetition begins to be unfolded: an event may last."""

MOST_FOUND = 800
"""Events that one page can show, and one form send back."""

PARIS = ZoneInfo("Europe/Paris")
ONE_DAY = timedelta(days=1)
LAST_MINUTE = time(23, 59)

FOLD = re.compile(r"\r?\n[ \t]")
LINE_END = re.compile(r"\r?\n|\r")
NAME = re.compile(r"[A-Za-z0-9-]+")
AN_EVENT = ["VCALENDAR", "VEVENT"]
KEPT = {
    "BEGIN", "END", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID",
    "UID", "SUMMARY", "TRANSP", "STATUS",
}  # fmt: skip
WEEKDAYS = {"MO": MO, "TU": TU, "WE": WE, "TH": TH, "FR": FR, "SA": SA, "SU": SU}
UNDERSTOOD = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "WKST"}
REPETITIONS = {
    "SECONDLY": "chaque seconde", "MINUTELY": "chaque minute", "HOURLY": "chaque heure",
    "DAILY": "certains jours", "WEEKLY": "certaines semaines", "MONTHLY": "chaque mois",
    "YEARLY": "chaque année",
}  # fmt: skip


class UnreadableDiary(ValueError):
    """A file of which nothing is kept; the message is French and says what to do."""


class Span(NamedTuple):
    """Whole days, both included; or, with hours, some hours of one day."""

    first: date
    last: date
    starts: time | None = None
    ends: time | None = None


def order(span: Span) -> tuple[date, time, date, time]:
    """What sorts spans in time order."""
    return span.first, span.starts or time.min, span.last, span.ends or time.max


@dataclass(frozen=True)
class Away:
    """One event of the diary: what it would keep, and its title for the eyes only."""

    spans: tuple[Span, ...]
    title: str = field(compare=False)


@dataclass(frozen=True)
class Diary:
    """What was found, in time order; and what was left out, so that someone may say it by hand."""

    found: tuple[Away, ...]
    free: int
    """Events said to leave her available."""
    cancelled: int
    unfolded: tuple[str, ...]
    """Events whose repetition is not understood: title and repetition, for the eyes only."""
    zones: tuple[str, ...]
    """Time zones that nobody knows: their hours were read as those of Paris."""


def read_diary(data: bytes, *, first: date, last: date) -> Diary:
    """The absences of a diary between two days; `UnreadableDiary` for a file that is refused."""
    return _Reading(first, last).read(data)


# --------------------------------------------------------------------------------- the file


def _text(data: bytes) -> str:
    if len(data) > MOST_BYTES:
        raise UnreadableDiary(
            "Ce fichier dépasse 2 Mo : exportez un agenda qui ne contient que les absences."
        )
    if not data.strip():
        raise UnreadableDiary("Ce fichier est vide : exportez de nouveau l’agenda.")
    text = data.decode("utf-8-sig", errors="replace")
    if "\0" in text or not text.lstrip().upper().startswith("BEGIN:VCALENDAR"):
        raise UnreadableDiary(
            "Ce fichier n’est pas un agenda : choisissez un fichier .ics, exporté d’un agenda."
        )
    return text


def _needed(text: str) -> str:
    """The diary without what is not needed. Refuses one that is cut, or that holds too much."""
    opened: list[str] = []
    kept = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-"]
    events = 0
    for line in LINE_END.split(FOLD.sub("", text)):
        name = (found[0] if (found := NAME.match(line)) else "").upper()
        value = line.partition(":")[2].strip().upper()
        if name == "BEGIN":
            opened.append(value)
            events += value == "VEVENT"
        if opened == AN_EVENT and name in KEPT:
            kept.append(line)
        if name == "END" and (not opened or opened.pop() != value):
            raise UnreadableDiary(CUT)
        if events > MOST_EVENTS:
            raise UnreadableDiary(
                f"Ce fichier a plus de {MOST_EVENTS} événements : exportez une période plus courte."
            )
    if opened:
        raise UnreadableDiary(CUT)
    return "\r\n".join([*kept, "END:VCALENDAR", ""])


CUT = "Ce fichier est coupé ou abîmé : exportez de nouveau l’agenda, puis renvoyez-le."


# ------------------------------------------------------------------------------ the events


@dataclass
class _Reading:
    """One file, from its bytes to the absences between two days."""

    first: date
    last: date
    repeated: int = 0
    number: int = 0
    zones: set[str] = field(default_factory=set)
    unfolded: list[str] = field(default_factory=list)

    def read(self, data: bytes) -> Diary:
        events = _events(_needed(_text(data)))
        moved = {_moved(each) for each in events if each.get("RECURRENCE-ID") is not None}
        found: set[Away] = set()
        free = cancelled = 0
        for number, event in enumerate(events, 1):
            self.number = number
            if _said(event, "STATUS") == "CANCELLED":
                cancelled += 1
            elif _said(event, "TRANSP") == "TRANSPARENT":
                free += 1
            else:
                found |= self._found(event, moved)
        if len(found) > MOST_FOUND:
            raise UnreadableDiary(
                f"Cet agenda a plus de {MOST_FOUND} moments à venir : exportez un agenda qui ne "
                "contient que les absences."
            )
        ordered = sorted(found, key=lambda each: [order(span) for span in each.spans])
        return Diary(
            tuple(ordered), free, cancelled, tuple(self.unfolded), tuple(sorted(self.zones))
        )

    def _found(self, event: Component, moved: set[Any]) -> set[Away]:
        try:
            return set(self._away(event, moved))
        except OverflowError as error:
            raise self._unreadable("a une date hors du calendrier") from error

    def _away(self, event: Component, moved: set[Any]) -> Iterator[Away]:
        start, end = self._bounds(event)
        title = " ".join(str(event.get("SUMMARY") or "").split())[:80]
        uid = str(event.get("UID") or "")
        for begins in self._starts(event, start, title):
            if event.get("RECURRENCE-ID") is None and (uid, _key(begins)) in moved:
                continue
            spans = tuple(self._within(spans_of(begins, _later(begins, start, end))))
            if spans:
                yield Away(spans, title)

    def _within(self, spans: Iterable[Span]) -> Iterator[Span]:
        for span in spans:
            if span.last >= self.first and span.first <= self.last:
                yield span._replace(
                    first=max(span.first, self.first), last=min(span.last, self.last)
                )

    # ------------------------------------------------------------------------- one event

    def _bounds(self, event: Component) -> tuple[Any, Any]:
        """When an event begins and ends, as written: two dates, or two instants."""
        start = self._moment(event, "DTSTART")
        if start is None:
            raise self._unreadable("n’a pas de date de début")
        end, lasts = self._moment(event, "DTEND"), self._value(event, "DURATION")
        if end is None and isinstance(lasts, timedelta):
            end = start + lasts
        if end is None:
            end = start if isinstance(start, datetime) else start + ONE_DAY
        if isinstance(start, datetime) is not isinstance(end, datetime):
            raise self._unreadable("commence par une date et finit par une heure")
        return start, end

    def _moment(self, event: Component, name: str) -> Any:
        """A date, or an aware instant; None when the event does not say it."""
        value = self._value(event, name)
        if value is None:
            return None
        if not isinstance(value, date):
            raise self._unreadable("a une date illisible")
        if not isinstance(value, datetime):
            return value
        if value.tzinfo is None:
            held: Any = event[name]
            if zone := held.params.get("TZID"):
                self.zones.add(str(zone)[:60])
            return value.replace(tzinfo=PARIS)
        return value

    def _value(self, event: Component, name: str) -> Any:
        try:
            return _dt(event, name) if name in event else None
        except (ValueError, AttributeError) as error:
            raise self._unreadable("a une date illisible") from error

    def _unreadable(self, why: str) -> UnreadableDiary:
        return UnreadableDiary(
            f"L’événement n° {self.number} du fichier {why} : corrigez-le dans l’agenda, ou "
            "exportez-le de nouveau."
        )

    # ----------------------------------------------------------------------- repetitions

    def _starts(self, event: Component, start: Any, title: str) -> list[Any]:
        """When it begins, as many times as it repeats until the last day; none when not read."""
        rule: Any = event.get("RRULE")
        if rule is None and "RDATE" not in event:
            return [start]
        understood = None if "RDATE" in event else _understood(rule)
        if understood is None:
            frequency = rule.get("FREQ", [""])[0] if isinstance(rule, dict) else ""
            told = REPETITIONS.get(str(frequency).upper(), "à des dates choisies")
            self.unfolded.append(f"{title or 'sans titre'} (se répète {told})")
            return []
        out = {_key(moment) for moment in self._excluded(event)}
        return [each for each in self._unfold(start, understood) if _key(each) not in out]

    def _unfold(self, start: Any, rule: "_Rule") -> Iterator[Any]:
        """Walks on the clock of the event's own zone: at nine, winter and summer."""
        zone = start.tzinfo if isinstance(start, datetime) else None
        clock = _on_the_clock(start, zone)
        until = _on_the_clock(rule.until, zone) if rule.until is not None else None
        last = datetime.combine(self.last, time.max)
        dates = rrule(
            rule.frequency,
            dtstart=clock if rule.count else _nearer(clock, rule, self.first),
            interval=rule.interval,
            count=rule.count,
            byweekday=rule.weekdays or None,
            wkst=rule.week_start,
            until=min(until, last) if until else None if rule.count else last,
        )
        for moment in dates:
            self.repeated += 1
            if self.repeated > MOST_REPEATED:
                raise UnreadableDiary(
                    "Cet agenda a trop d’événements qui se répètent : exportez un agenda qui ne "
                    "contient que les absences."
                )
            if moment > last:
                return
            yield moment.replace(tzinfo=zone) if zone else moment.date()

    def _excluded(self, event: Component) -> Iterator[Any]:
        listed: Any = event.get("EXDATE") or []
        for dates in listed if isinstance(listed, list) else [listed]:
            try:
                yield from (each.dt for each in dates.dts)
            except (ValueError, AttributeError) as error:
                raise self._unreadable("a une exception illisible") from error


@dataclass(frozen=True)
class _Rule:
    """A repetition that is unfolded: every so many days, or some days of every so many weeks."""

    frequency: int
    interval: int
    count: int | None
    until: Any
    weekdays: tuple[Any, ...]
    week_start: Any


def _understood(rule: Any) -> _Rule | None:
    """The repetition of a rule; None when it is another one, or is written wrongly."""
    if not isinstance(rule, dict) or not set(rule) <= UNDERSTOOD:
        return None
    frequency = {"DAILY": DAILY, "WEEKLY": WEEKLY}.get(str(rule.get("FREQ", [""])[0]).upper())
    days = [str(day).upper() for day in rule.get("BYDAY", [])]
    interval, count = rule.get("INTERVAL", [1])[0], rule.get("COUNT", [None])[0]
    if frequency is None or not set(days) <= set(WEEKDAYS) or not 1 <= interval <= MOST_APART:
        return None
    if count is not None and (count < 1 or "UNTIL" in rule):
        return None
    if frequency == DAILY and days:
        if interval > 1:
            return None
        frequency = WEEKLY  # every day, on these days of the week
    return _Rule(
        frequency,
        interval,
        count,
        rule.get("UNTIL", [None])[0],
        tuple(WEEKDAYS[day] for day in days),
        WEEKDAYS.get(str(rule.get("WKST", ["MO"])[0]).upper(), MO),
    )


def _nearer(clock: datetime, rule: _Rule, first: date) -> datetime:
    """A later beginning that gives the same dates, for a repetition that began long ago."""
    step = rule.interval * (7 if rule.frequency == WEEKLY else 1)
    late = (first - clock.date()).days - AHEAD
    return clock + timedelta(days=late // step * step) if late > step else clock


def _on_the_clock(moment: Any, zone: tzinfo | None) -> datetime:
    """The hour that a clock of the zone shows, without its zone; a date is its midnight."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time.max if zone else time.min)
    shown = moment.astimezone(zone or PARIS) if moment.tzinfo else moment
    return shown.replace(tzinfo=None)


def _key(moment: Any) -> Any:
    """What two writings of the same moment share."""
    if not isinstance(moment, datetime):
        return moment
    return (moment if moment.tzinfo else moment.replace(tzinfo=PARIS)).astimezone(UTC)


def _dt(event: Component, name: str) -> Any:
    """What a property that tells a moment holds; `ValueError` or `AttributeError` otherwise."""
    held: Any = event[name]
    return held.dt


def _moved(event: Component) -> tuple[str, Any]:
    """One date of a repetition that an event of its own replaces."""
    try:
        return str(event.get("UID") or ""), _key(_dt(event, "RECURRENCE-ID"))
    except (ValueError, AttributeError) as error:
        raise UnreadableDiary(CUT) from error


def _later(begins: Any, start: Any, end: Any) -> Any:
    """When an event that begins later than written ends: it lasts as long on the clock."""
    return begins + (end - start)


def _said(event: Component, name: str) -> str:
    return str(event.get(name) or "").upper()


def _events(text: str) -> list[Component]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a zone named by its program is read as it should
            return list(Calendar.from_ical(text).walk("VEVENT"))
    except (ValueError, KeyError, IndexError, OverflowError) as error:
        raise UnreadableDiary(CUT) from error


# ------------------------------------------------------------------------- days and hours


def spans_of(start: Any, end: Any) -> Iterator[Span]:
    """What is kept of an event: its whole days together, and the hours of its first and last ones.

    Dates end the day before `end`, as in a diary. Instants are told on the clock of Paris.
    """
    if not isinstance(start, datetime):
        yield Span(start, max(start, end - ONE_DAY))
        return
    first, last = (moment.astimezone(PARIS) for moment in (start, end))
    if last <= first:
        return
    if first.date() == last.date():
        yield from _part(first.date(), first.time(), last.time())
        return
    morning = first.date() if first.time() == time.min else first.date() + ONE_DAY
    evening = last.date() - ONE_DAY
    if morning > first.date():
        yield from _part(first.date(), first.time(), LAST_MINUTE)
    if morning <= evening:
        yield Span(morning, evening)
    yield from _part(last.date(), time.min, last.time())


def _part(day: date, starts: time, ends: time) -> Iterator[Span]:
    """Some hours of a day, to the minute; nothing when they are empty."""
    starts, ends = (each.replace(second=0, microsecond=0) for each in (starts, ends))
    if starts == time.min and ends == LAST_MINUTE:
        yield Span(day, day)
    elif starts < ends:
        yield Span(day, day, starts, ends)
