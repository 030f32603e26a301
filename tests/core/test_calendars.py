"""Calendars are read back by other software: the library that others use, and one that expands."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from hypothesis import given
from hypothesis import strategies as st

from ruche.core.calendars import Event, calendar

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
START = datetime(2026, 12, 2, 14, tzinfo=PARIS)


def an_event(**more) -> Event:
    values = {"uid": "a@ruche", "start": START, "end": START + timedelta(hours=2)}
    return Event(**{**values, "summary": "Santé", **more})


def read(events, name: str = "Où et quand") -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(calendar(name, events, stamp=NOW))


def test_an_event_is_read_back_as_it_was_written():
    told = an_event(
        summary="Santé, budget; droits\\",
        location="1 place de la Mairie, Auch",
        description="Une ligne\nune autre",
        url="https://ruche.example/ou-et-quand/fr/",
        position=(43.5, 0.4),
        sequence=3,
    )
    (event,) = read([told]).walk("VEVENT")
    assert event["UID"] == told.uid
    assert event.decoded("DTSTART") == told.start
    assert event.decoded("DTEND") == told.end
    assert event.decoded("DTSTAMP") == NOW
    assert str(event["SUMMARY"]) == told.summary
    assert str(event["LOCATION"]) == told.location
    assert str(event["DESCRIPTION"]) == told.description
    assert event["URL"] == told.url
    assert (event["GEO"].latitude, event["GEO"].longitude) == told.position
    assert event["SEQUENCE"] == 3
    assert event["STATUS"] == "CONFIRMED"


def test_a_cancelled_event_stays_and_says_so():
    (event,) = read([an_event(is_cancelled=True)]).walk("VEVENT")
    assert event["STATUS"] == "CANCELLED"
    assert event["TRANSP"] == "TRANSPARENT"


def test_hours_are_those_of_the_clock_of_paris_all_year_round():
    summer = datetime(2027, 7, 7, 14, tzinfo=PARIS)
    both = [an_event(), an_event(uid="b@ruche", start=summer, end=summer + timedelta(hours=1))]
    told = read(both)
    (zone,) = told.walk("VTIMEZONE")
    assert zone["TZID"] == "Europe/Paris"
    starts = [event.decoded("DTSTART") for event in told.walk("VEVENT")]
    assert [start.astimezone(UTC).hour for start in starts] == [13, 12]


def test_another_library_finds_the_event_on_its_day():
    found = recurring_ical_events.of(read([an_event()])).at(date(2026, 12, 2))
    assert [event["UID"] for event in found] == ["a@ruche"]
    assert recurring_ical_events.of(read([an_event()])).at(date(2026, 12, 3)) == []


def test_our_events_are_those_that_the_library_would_write():
    told = an_event(location="Été, Auch", url="https://ruche.example/")
    theirs = icalendar.Event()
    theirs.add("uid", told.uid)
    theirs.add("dtstamp", NOW)
    theirs.add("dtstart", told.start)
    theirs.add("dtend", told.end)
    theirs.add("summary", told.summary, parameters={"LANGUAGE": "fr"})
    theirs.add("location", told.location)
    theirs.add("url", told.url)
    theirs.add("sequence", 0)
    theirs.add("status", "CONFIRMED")
    theirs.add("transp", "OPAQUE")
    ours = calendar("x", [told], stamp=NOW).decode()
    wanted = set(theirs.to_ical().decode().split("\r\n"))
    assert wanted <= set(ours.split("\r\n"))


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"]), max_size=300))
def test_any_text_comes_back_and_no_line_is_too_long(text):
    content = calendar(text, [an_event(summary=text)], stamp=NOW)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    told = icalendar.Calendar.from_ical(content)
    assert str(told.walk("VEVENT")[0]["SUMMARY"]) == text


def test_a_text_cannot_write_a_line_of_its_own():
    (event,) = read([an_event(summary="Santé\r\nSTATUS:CANCELLED")]).walk("VEVENT")
    assert event["STATUS"] == "CONFIRMED"


def test_a_calendar_without_event_is_still_a_calendar():
    told = read([])
    assert told["METHOD"] == "PUBLISH"
    assert told.walk("VEVENT") == []
