"""The dates that a rule gives: counted by hand, by brute force, and on the nights of the clock."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.places.openings import (
    BadRule,
    Holidays,
    Occurrence,
    Rhythm,
    next_openings,
    occurrences,
    school_holidays,
    to_osm,
)
from ruche.places.openings.occurrences import remembered
from tests.places.opening_strategies import RULES

PARIS = ZoneInfo("Europe/Paris")
TEXTS = RULES.map(to_osm)
HOUR = timedelta(hours=1)


def at(*values):
    return datetime(*values, tzinfo=PARIS)


def written(found):
    return [f"{item.start:%Y-%m-%d %H:%M}/{item.end:%Y-%m-%d %H:%M}" for item in found]


def days_open(text, first, days):
    return [f"{item.start:%d/%m}" for item in occurrences(text, first, days)]


# ------------------------------------------------------------------------------ by hand


def test_the_first_and_third_tuesday_of_the_autumn_of_2026():
    assert days_open("Tu[1,3] 14:00-16:30; PH off", date(2026, 9, 1), 122) == [
        "01/09", "15/09", "06/10", "20/10", "03/11", "17/11", "01/12", "15/12",
    ]  # fmt: skip


def test_the_tuesday_of_the_national_day_and_those_of_the_holidays_are_closed():
    # 2026: 7 and 21 July, 4 and 18 August are in the holidays; 14 July is the second Tuesday.
    assert days_open("Tu[1,2,3] 14:00-16:30; PH off", date(2026, 7, 1), 31) == ["07/07", "21/07"]
    assert days_open("Tu[1,3] 14:00-16:30; PH off; SH off", date(2026, 6, 1), 100) == [
        "02/06", "16/06", "01/09",
    ]  # fmt: skip


def test_the_last_wednesday_is_the_fourth_or_the_fifth():
    text = "We[-1] 10:00-12:00"
    assert days_open(text, date(2026, 9, 1), 91) == ["30/09", "28/10", "25/11"]


def test_odd_weeks_follow_one_another_at_the_end_of_a_year_of_53_weeks():
    # Wednesdays: 16 December 2026 (51), 30 December (53), 6 January 2027 (1), 20 January (3).
    odd, even = "week 01-53/2 We 14:00-16:00", "week 02-52/2 We 14:00-16:00"
    assert days_open(odd, date(2026, 12, 14), 42) == ["16/12", "30/12", "06/01", "20/01"]
    assert days_open(even, date(2026, 12, 14), 42) == ["23/12", "13/01"]


def test_an_exceptional_opening_is_held_during_a_closure_and_added_to_an_ordinary_day():
    text = "Mo 14:00-16:00; PH off; 2026 Aug 03-2026 Aug 21 off, 2026 Aug 10 09:00-10:00"
    assert days_open(text, date(2026, 7, 27), 30) == ["27/07", "10/08", "24/08"]
    added = "Mo 14:00-16:00; PH off, 2026 Aug 10 09:00-10:00"
    assert [item.start.hour for item in occurrences(added, date(2026, 8, 10), 1)] == [9, 14]


def test_two_intervals_of_a_day_are_two_openings_and_a_night_is_one():
    assert written(occurrences("Sa 10:00-12:00,22:00-02:00", date(2026, 9, 5), 2)) == [
        "2026-09-05 10:00/2026-09-05 12:00",
        "2026-09-05 22:00/2026-09-06 02:00",
    ]


def test_a_night_belongs_to_the_day_on_which_it_starts():
    text = "Sa 22:00-02:00"
    assert occurrences(text, date(2026, 9, 6), 1) == []
    assert written(occurrences(text, date(2026, 9, 5), 1)) == ["2026-09-05 22:00/2026-09-06 02:00"]


def test_a_night_stops_at_midnight_when_the_next_day_is_closed():
    # Monday 13 July 2026, eve of the national day.
    found = occurrences("Mo 22:00-02:00; PH off", date(2026, 7, 13), 1)
    assert written(found) == ["2026-07-13 22:00/2026-07-14 00:00"]


def test_an_opening_without_end_is_told_day_by_day():
    assert written(occurrences("24/7", date(2026, 9, 5), 2)) == [
        "2026-09-05 00:00/2026-09-06 00:00",
        "2026-09-06 00:00/2026-09-07 00:00",
    ]
    assert written(occurrences("Sa 10:00-10:00", date(2026, 9, 5), 2)) == [
        "2026-09-05 10:00/2026-09-06 10:00",  # a day and no more: one opening
    ]
    weekend = occurrences("Sa 10:00-36:00", date(2026, 9, 5), 2)
    assert written(weekend) == [
        "2026-09-05 10:00/2026-09-06 00:00",
        "2026-09-06 00:00/2026-09-06 12:00",
    ]


def test_hours_that_are_only_possible_are_not_openings():
    assert occurrences("Mo 10:00-12:00 unknown", date(2026, 9, 1), 30) == []


def test_a_window_of_no_day_has_no_opening():
    assert occurrences("24/7", date(2026, 9, 1), 0) == []
    assert occurrences("24/7", date(2026, 9, 1), -5) == []


@pytest.mark.parametrize("text", ["", "lundi matin", "Jul SH off", "Mo 10:00-12:00;" * 200])
def test_a_broken_text_is_a_bad_rule_wherever_it_is_used(text):
    with pytest.raises(BadRule):
        occurrences(text, date(2026, 9, 1), 30)
    with pytest.raises(BadRule):
        next_openings(text, at(2026, 9, 1))


# ----------------------------------------------------------------- the nights of the clock


def test_on_the_night_that_loses_an_hour_an_opening_is_one_hour_shorter():
    # From Saturday 28 March 2026 at 22:00 (+1) to Sunday 29 at 4:00 (+2).
    (night,) = occurrences("Sa 22:00-04:00", date(2026, 3, 28), 1)
    assert (night.start, night.end) == (at(2026, 3, 28, 22), at(2026, 3, 29, 4))
    assert night.duration == 5 * HOUR
    assert (night.start.utcoffset(), night.end.utcoffset()) == (HOUR, 2 * HOUR)


def test_on_the_night_that_gains_an_hour_an_opening_is_one_hour_longer():
    # From Saturday 24 October 2026 at 22:00 (+2) to Sunday 25 at 4:00 (+1).
    (night,) = occurrences("Sa 22:00-04:00", date(2026, 10, 24), 1)
    assert (night.start, night.end) == (at(2026, 10, 24, 22), at(2026, 10, 25, 4))
    assert night.duration == 7 * HOUR
    assert (night.start.utcoffset(), night.end.utcoffset()) == (2 * HOUR, HOUR)


def test_an_ordinary_night_lasts_what_the_clock_says():
    (night,) = occurrences("Sa 22:00-04:00", date(2026, 4, 4), 1)
    assert night.duration == 6 * HOUR


@pytest.mark.parametrize(
    ("hours", "start", "end"),
    [
        ("01:30-02:30", "00:30", "01:00"),
        ("02:15-03:45", "01:00", "01:45"),
        ("01:00-03:00", "00:00", "01:00"),
        ("03:00-04:00", "01:00", "02:00"),
    ],
)
def test_what_overlaps_the_hour_that_does_not_exist_loses_its_part_of_it(hours, start, end):
    """The clock jumps on 29 March 2026 at 1:00 UTC. Expected in UTC."""
    (found,) = occurrences(f"Su {hours}", date(2026, 3, 29), 1)
    assert f"{found.start.astimezone(UTC):%H:%M}" == start
    assert f"{found.end.astimezone(UTC):%H:%M}" == end


@pytest.mark.parametrize("hours", ["02:15-02:45", "02:00-03:00", "02:30-03:00"])
def test_what_is_all_in_the_hour_that_does_not_exist_does_not_take_place(hours):
    assert occurrences(f"Su {hours}", date(2026, 3, 29), 1) == []
    assert len(occurrences(f"Su {hours}", date(2026, 4, 5), 1)) == 1


def test_an_hour_that_comes_twice_is_the_first():
    """The clock goes back on 25 October 2026 at 1:00 UTC: 2:15 is first 0:15 UTC."""
    (found,) = occurrences("Su 02:15-02:45", date(2026, 10, 25), 1)
    assert found.start.astimezone(UTC) == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert found.duration == HOUR / 2


# ----------------------------------------------------------------------- next openings


def test_the_next_openings_are_the_first_ones_from_this_instant():
    text = "Tu[1,3] 14:00-16:30; PH off"
    found = next_openings(text, at(2026, 9, 1, 14), 3)
    assert [f"{item.start:%d/%m}" for item in found] == ["01/09", "15/09", "06/10"]
    later = next_openings(text, at(2026, 9, 1, 14, 1), 3)
    assert [f"{item.start:%d/%m}" for item in later] == ["15/09", "06/10", "20/10"]


def test_next_openings_look_no_further_than_the_horizon():
    text = "Tu[1,3] 14:00-16:30; PH off"
    found = next_openings(text, at(2026, 9, 1), horizon_days=15)
    assert [f"{item.start:%d/%m}" for item in found] == ["01/09", "15/09"]
    assert next_openings(text, at(2026, 9, 2), horizon_days=13) == []


def test_an_instant_of_another_zone_is_the_same_instant():
    text = "Tu[1,3] 14:00-16:30"
    assert next_openings(text, at(2026, 9, 1, 14)) == next_openings(
        text, datetime(2026, 9, 1, 12, tzinfo=UTC)
    )


def test_an_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="aware"):
        next_openings("24/7", datetime(2026, 9, 1))


@given(TEXTS, st.datetimes(datetime(2026, 1, 1), datetime(2027, 6, 1)), st.integers(1, 12))
def test_next_openings_are_the_head_of_all_the_openings(text, wall, number):
    after = wall.replace(tzinfo=UTC)
    first = after.astimezone(PARIS).date()
    expected = [item for item in occurrences(text, first, 400) if item.start >= after]
    assert next_openings(text, after, number) == expected[:number]


# -------------------------------------------------------------------------- properties


@given(
    st.one_of(TEXTS, st.sampled_from(["24/7", "Sa 10:00-36:00; SH off", "Mo-We; PH off"])),
    st.dates(date(2026, 1, 1), date(2027, 9, 30)),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_the_openings_of_two_windows_side_by_side_are_those_of_both(text, first, days, more):
    middle = first + timedelta(days=days)
    apart = occurrences(text, first, days) + occurrences(text, middle, more)
    assert occurrences(text, first, days + more) == apart


@given(
    st.one_of(TEXTS, st.sampled_from(["24/7", "Sa 10:00-36:00; SH off", "Fr 20:00-04:00"])),
    st.dates(date(2026, 1, 1), date(2027, 9, 30)),
    st.integers(0, 120),
)
def test_what_is_remembered_month_by_month_is_what_the_rule_gives(text, first, days):
    assert remembered(text, first, days) == occurrences(text, first, days)


@given(TEXTS, st.dates(date(2026, 1, 1), date(2027, 9, 30)))
def test_openings_are_in_order_without_overlap_and_last_no_longer_than_a_day(text, first):
    found = occurrences(text, first, 60)
    assert found == sorted(found)
    for item in found:
        assert timedelta() < item.duration <= 25 * HOUR
    for before, after in pairwise(found):
        assert before.end <= after.start


# ------------------------------------------------------------- an independent witness

PUBLIC = {
    date.fromisoformat(day)
    for day in (
        "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14",
        "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25", "2027-01-01", "2027-03-29",
    )
}  # fmt: skip
SCHOOL = {
    holiday.first + timedelta(days=rank)
    for holiday in school_holidays()
    for rank in range((holiday.last - holiday.first).days + 1)
}
MINUTES = 24 * 60


def takes_place(slot, day):
    if day.weekday() not in slot.weekdays:
        return False
    if slot.rhythm is Rhythm.MONTHLY:
        rank = (day.day - 1) // 7 + 1
        is_last = (day + timedelta(days=7)).month != day.month
        return rank in slot.nth or (is_last and -1 in slot.nth)
    parity = day.isocalendar().week % 2
    return {Rhythm.EVEN_WEEKS: parity == 0, Rhythm.ODD_WEEKS: parity == 1}.get(slot.rhythm, True)


def is_closed(rule, day):
    return (
        (day in PUBLIC and not rule.public_holidays_open)
        or (day in SCHOOL and rule.school_holidays is Holidays.CLOSED)
        or any(closure.first <= day <= closure.last for closure in rule.closures)
    )


def minutes_of(day, start, end, origin):
    base = (day - origin).days * MINUTES
    begins = base + start.hour * 60 + start.minute
    finishes = base + end.hour * 60 + end.minute
    return range(begins, finishes if finishes > begins else finishes + MINUTES)


def brute_force(rule, first, days):
    """Minute by minute: what is open, then the runs of open minutes that start in the window."""
    origin = first - timedelta(days=3)
    open_minutes = set()
    for rank in range(days + 6):
        day = origin + timedelta(days=rank)
        usual = rule.school_holidays is not Holidays.ONLY or day in SCHOOL
        for slot in rule.slots:
            if usual and takes_place(slot, day):
                open_minutes.update(minutes_of(day, slot.start, slot.end, origin))
    for rank in range(days + 7):
        if is_closed(rule, origin + timedelta(days=rank)):
            open_minutes.difference_update(range(rank * MINUTES, (rank + 1) * MINUTES))
    for extra in rule.extra:
        open_minutes.update(minutes_of(extra.day, extra.start, extra.end, origin))
    runs = []
    for minute in sorted(open_minutes):
        if runs and runs[-1][1] == minute:
            runs[-1][1] = minute + 1
        else:
            runs.append([minute, minute + 1])
    found = []
    for start, end in runs:
        edges = [start, *range(start - start % MINUTES + MINUTES, end, MINUTES), end]
        pieces = pairwise(edges) if end - start > MINUTES else [(start, end)]
        found += [piece for piece in pieces if 3 <= piece[0] // MINUTES < days + 3]
    moments = [[minute_to_wall(origin, minute) for minute in piece] for piece in found]
    return [Occurrence(start, end) for start, end in moments]


def minute_to_wall(origin, minute):
    wall = datetime.combine(origin, time()) + timedelta(minutes=minute)
    return wall.replace(tzinfo=PARIS)


AWAY_FROM_THE_CLOCK_CHANGES = st.one_of(
    st.dates(date(2026, 4, 2), date(2026, 9, 15)), st.dates(date(2026, 10, 29), date(2027, 2, 15))
)


@settings(max_examples=150)
@given(RULES, AWAY_FROM_THE_CLOCK_CHANGES, st.integers(0, 30))
def test_brute_force_minute_by_minute_finds_the_same_openings(rule, first, days):
    assert occurrences(to_osm(rule), first, days) == brute_force(rule, first, days)
