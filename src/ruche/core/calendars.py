"""iCalendar files (RFC 5545) that a telephone follows: dates, cancellations, the zone of Paris.

The head of the file and its time zone are written by the `icalendar` library; events are written
here, much faster, since a year of every site is thousands of them. Tests read every file
back with the library, and compare our events with its own (docs/adr/0018).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone

ZONE = "Europe/Paris"
MEDIA_TYPE = "text/calendar; charset=utf-8"
LONGEST_LINE = 75
"""Bytes of a line, beyond which it is folded."""

ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None, "\0": None})
FIRST, LAST = datetime(2020, 1, 1), datetime(2038, 1, 1)
"""Between which the changes of hour are written."""


@dataclass(frozen=True, slots=True)
class Event:
    """One date. Instants are aware; `uid` never changes; `sequence` grows with each change.

    An event that is cancelled stays, and says so, or telephones would keep it as it was.
    """

    uid: str
    start: datetime
    end: datetime
    summary: str
    location: str = ""
    description: str = ""
    url: str = ""
    position: tuple[float, float] | None = None
    is_cancelled: bool = False
    sequence: int = 0


def calendar(name: str, events: Iterable[Event], *, stamp: datetime, language: str = "fr") -> bytes:
    """A calendar to follow. `stamp`: the instant at which it was made, kept to the second."""
    head, zone = _head(), _zone()
    lines = [
        *head,
        *_folded("NAME", _text(name)),
        *_folded("X-WR-CALNAME", _text(name)),
        f"X-WR-TIMEZONE:{ZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        *zone,
    ]
    made = f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    summary = f"SUMMARY;LANGUAGE={language}"
    for event in events:
        lines.extend(_event(event, made, summary))
    lines.append("END:VCALENDAR")
    return "\r\n".join([*lines, ""]).encode()


def _event(event: Event, made: str, summary: str) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield from _folded("UID", event.uid)
    yield made
    yield f"DTSTART;TZID={ZONE}:{_instant(event.start)}"
    yield f"DTEND;TZID={ZONE}:{_instant(event.end)}"
    yield from _often(summary, event.summary)
    if event.location:
        yield from _often("LOCATION", event.location)
    if event.description:
        yield from _often("DESCRIPTION", event.description)
    if event.url:
        yield from _address(event.url)
    if event.position:
        yield f"GEO:{event.position[0]:.6f};{event.position[1]:.6f}"
    yield f"SEQUENCE:{event.sequence}"
    yield "STATUS:CANCELLED" if event.is_cancelled else "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT" if event.is_cancelled else "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _instant(moment: datetime) -> str:
    """The hour of the clock of Paris: `20261202T140000`."""
    here = moment if moment.tzinfo is _PARIS else moment.astimezone(_PARIS)
    return here.isoformat()[:19].replace("-", "").replace(":", "")


_PARIS = ZoneInfo(ZONE)


@lru_cache(maxsize=8_192)
def _often(name: str, value: str) -> tuple[str, ...]:
    """The lines of a text that comes back from event to event: a place, what is done there."""
    return tuple(_folded(name, _text(value)))


@lru_cache(maxsize=1_024)
def _address(url: str) -> tuple[str, ...]:
    return tuple(_folded("URL", url))


def _text(value: str) -> str:
    return value.translate(ESCAPES)


def _folded(name: str, value: str) -> Iterator[str]:
    """A content line, cut every 75 bytes and never inside a letter."""
    line = f"{name}:{value}"
    if line.isascii() and len(line) <= LONGEST_LINE:
        yield line
        return
    part, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > LONGEST_LINE:
            yield part
            part, size = " ", 1
        part, size = part + letter, size + width
    yield part


@cache
def _head() -> tuple[str, ...]:
    head = Calendar()
    head.add("prodid", "-//Ruche//Ou et quand//FR")
    head.add("version", "2.0")
    head.add("calscale", "GREGORIAN")
    head.add("method", "PUBLISH")
    return tuple(_lines(head)[:-1])


@cache
def _zone() -> tuple[str, ...]:
    zone = Timezone.from_tzid(ZONE, first_date=FIRST.date(), last_date=LAST.date())
    return tuple(_lines(zone))


def _lines(component: Calendar | Timezone) -> list[str]:
    return [line for line in component.to_ical().decode().split("\r\n") if line]
