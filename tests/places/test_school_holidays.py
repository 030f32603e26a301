"""The school holidays of zone C, and what a rule makes of them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from ruche.places.openings import BadRule, UnknownZone, known_until, occurrences, school_holidays
from ruche.places.openings.holidays import with_dates


def days_open(text, first, days):
    return [opening.start.date().isoformat() for opening in occurrences(text, first, days)]


def test_two_school_years_are_known_in_order_and_without_overlap():
    holidays = school_holidays()
    assert len(holidays) == 12
    for before, after in pairwise(holidays):
        assert before.first <= before.last < after.first


def test_holidays_begin_on_a_saturday_and_classes_resume_after_a_sunday():
    """A mistyped day would be seen: only the bridges and the end of summer differ."""
    for holiday in school_holidays():
        if "Ascension" not in holiday.name:
            assert holiday.first.weekday() == 5, holiday.name
        if "Été" not in holiday.name:
            assert holiday.last.weekday() == 6, holiday.name


def test_the_bridge_of_2027_whose_weekend_is_deduced_is_not_said_to_be_verified():
    assert [item.name for item in school_holidays() if not item.verified] == [
        "Pont de l'Ascension 2027"
    ]


def test_the_last_day_covered_is_the_last_of_the_summer_of_2027():
    assert known_until() == date(2027, 9, 1) == school_holidays()[-1].last


def test_a_zone_without_dates_is_refused():
    for asks in (school_holidays, known_until):
        with pytest.raises(UnknownZone, match="zone A"):
            asks("A")


def test_closed_in_the_school_holidays_means_no_opening_from_their_first_to_their_last_day():
    # Toussaint 2026: Saturday 17 October to Sunday 1 November.
    text = "10:00-12:00; SH off"
    assert days_open(text, date(2026, 10, 14), 22) == [
        "2026-10-14", "2026-10-15", "2026-10-16", "2026-11-02", "2026-11-03", "2026-11-04",
    ]  # fmt: skip


def test_only_in_the_school_holidays_means_the_weekdays_that_fall_in_them():
    # Tuesdays of the Toussaint 2026: 20 and 27 October.
    assert days_open("SH Tu 14:00-16:00", date(2026, 10, 1), 45) == ["2026-10-20", "2026-10-27"]


def test_only_in_the_holidays_of_even_weeks_keeps_both_conditions():
    # Week 44 of 2026 begins on Monday 26 October.
    text = "week 02-52/2 SH Tu 14:00-16:00"
    assert days_open(text, date(2026, 10, 1), 45) == ["2026-10-27"]


def test_other_hours_in_the_school_holidays_replace_the_usual_ones():
    found = occurrences("Tu 14:00-16:00; SH Tu 09:00-11:00", date(2026, 10, 13), 8)
    assert [(item.start.day, item.start.hour) for item in found] == [(13, 14), (20, 9)]


def test_public_or_school_holidays_close_together():
    # 11 November 2026 is a Wednesday; the Toussaint ends on Sunday 1 November.
    text = "We 10:00-12:00; PH,SH off"
    assert days_open(text, date(2026, 10, 14), 36) == ["2026-10-14", "2026-11-04", "2026-11-18"]
    assert days_open(text, date(2026, 10, 14), 36) == days_open(
        "We 10:00-12:00; SH,PH off", date(2026, 10, 14), 36
    )


def test_weekdays_or_school_holidays_open_on_both():
    text = "Mo,SH 10:00-12:00"
    assert days_open(text, date(2026, 10, 30), 5) == [
        "2026-10-30", "2026-10-31", "2026-11-01", "2026-11-02",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["Jul-Aug SH off", "PH,SH Mo off", "SH PH off", "Mo SH off", "SH 10:00-12:00,SH off"]
)
def test_a_use_of_the_school_holidays_that_we_cannot_date_is_refused_and_never_ignored(text):
    with pytest.raises(BadRule, match="ne se combinent ici"):
        with_dates(text)


def test_a_comment_that_speaks_of_holidays_changes_nothing():
    text = 'Tu 10:00-12:00 "fermé ; SH off, PH"'
    assert with_dates(text) == text
    assert days_open(text, date(2026, 10, 20), 1) == ["2026-10-20"]


def test_comments_stay_with_their_rule_when_holidays_are_written_as_dates():
    dated = with_dates('Tu 10:00-12:00 "un"; PH,SH 09:00-10:00 "deux"; SH off "trois"')
    assert [dated.count(f'"{word}"') for word in ("un", "deux", "trois")] == [1, 2, 1]
    assert dated.startswith('Tu 10:00-12:00 "un"; PH 09:00-10:00 "deux"; 2025 Oct 18-2025 Nov 02,')


def test_after_the_last_day_covered_every_day_is_a_day_of_class():
    beyond = known_until() + timedelta(days=1)
    assert len(days_open("10:00-12:00; SH off", beyond, 300)) == 300
    assert days_open("SH Mo-Su 10:00-12:00", beyond, 300) == []
