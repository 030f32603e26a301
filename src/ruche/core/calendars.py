"""iCalendar files (RFC 5545) that a telephone follows: dates, cancellations, the zone of Paris.

The head of the file and its time zone are written by the `icalendar` library; events are written
here, much faster, since a year of every site is thousands of them. Tests read every file
back with the library, and compare our events with its own (docs/adr/0018).
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from icalendar import Calendar, Timezone

ZONE = "Europe/Paris"
MEDIA_TYPE = "text/calendar; charset=utf-8"
END = "\r\n"
LONGEST_LINE = 75
"""Bytes of a line, beyond which it is folded."""

ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None, "\0": None})
FIRST, LAST = datetime(2020, 1, 1), datetime(2038, 1, 1)
"""Between which the changes of hour are written."""


class Event(NamedTuple):
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
    head = [
        *_head(),
        *_folded("NAME", _text(name)),
        *_folded("X-WR-CALNAME", _text(name)),
        f"X-WR-TIMEZONE:{ZONE}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
        *_zone(),
    ]
    made = f"DTSTAMP:{stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return END.join([*head, *_events(events, made, language), "END:VCALENDAR", ""]).encode()


def _events(events: Iterable[Event], made: str, language: str) -> Iterator[str]:
    """Each event as one piece of text. What many say with the same words is written once."""
    said: dict[tuple[object, ...], str] = {}
    for event in events:
        words = event[3:]
        text = said.get(words)
        if text is None:
            text = said[words] = END.join(_said(event, language))
        yield (
            f"BEGIN:VEVENT\r\n{_name(event.uid)}\r\n{made}\r\n"
            f"DTSTART;TZID=Europe/Paris:{_instant(event.start)}\r\n"
            f"DTEND;TZID=Europe/Paris:{_instant(event.end)}\r\n{text}"
        )


def _said(event: Event, language: str) -> Iterator[str]:
    """The lines of an event that follow its name and its hours."""
    yield from _folded(f"SUMMARY;LANGUAGE={language}", _text(event.summary))
    if event.location:
        yield from _folded("LOCATION", _text(event.location))
    if event.description:
        yield from _folded("DESCRIPTION", _text(event.description))
    if event.url:
        yield from _folded("URL", event.url)
    if event.position:
        yield f"GEO:{event.position[0]:.6f};{event.position[1]:.6f}"
    yield f"SEQUENCE:{event.sequence}"
    yield "STATUS:CANCELLED" if event.is_cancelled else "STATUS:CONFIRMED"
    yield "TRANSP:TRANSPARENT" if event.is_cancelled else "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _name(uid: str) -> str:
    line = f"UID:{uid}"
    return line if len(line) <= LONGEST_LINE and line.isascii() else END.join(_folded("UID", uid))


@lru_cache(maxsize=32_768)
def _instant(moment: datetime) -> str:
    """The hour of the clock of Paris: `20261202T140000`."""
    here = moment if moment.tzinfo is _PARIS else moment.astimezone(_PARIS)
    return here.isoformat()[:19].replace("-", "").replace(":", "")


_PARIS = ZoneInfo(ZONE)


def _text(value: str) -> str:
    return value.translate(ESCAPES)


def _folded(name: str, value: str) -> Iterator[str]:
    """A content line, cut every 75 bytes and never inside a letter."""
    line = f"{name}:{value}".encode()
    before, begin, room = "", 0, LONGEST_LINE
    while len(line) - begin > room:
        end = begin + room
        while line[end] & 0b1100_0000 == 0b1000_0000:  # inside a letter
            end -= 1
        yield before + line[begin:end].decode()
        before, begin, room = " ", end, LONGEST_LINE - 1
    yield before + line[begin:].decode()


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
    return [line for line in component.to_ical().decode().split(END) if line]
