"""Several rules in one line: its dates are those of the rules, or there is no line."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.api.hours import YEAR, in_words, joined
from ruche.places.openings import occurrences, to_osm
from tests.places.opening_strategies import RULES

TODAY = date(2026, 11, 28)


def minutes(rules: list[str]) -> set[tuple[date, int]]:
    """Every five minutes that are open, one by one: a witness that merges nothing."""
    found = set()
    for rule in rules:
        for each in occurrences(rule, TODAY, YEAR):
            moment = each.start.replace(tzinfo=None)
            while moment < each.end.replace(tzinfo=None):
                found.add((moment.date(), moment.hour * 60 + moment.minute))
                moment += timedelta(minutes=5)
    return found


def test_one_rule_stays_as_it_is():
    assert joined([" Tu 14:00-16:00; PH off "], today=TODAY) == "Tu 14:00-16:00; PH off"


@pytest.mark.parametrize(
    "rules",
    [
        ["Tu 14:00-16:00; PH off", "Th 10:00-12:00; PH off"],
        ["Tu 14:00-16:00; PH off", "Tu 09:00-12:00; PH off"],
        ["Tu 14:00-16:00", "Tu 15:00-18:00"],
        ["Sa 09:30-12:00", "Fr 14:00-16:00; PH off"],
        ["Mo[1,3] 09:00-11:00; PH off", "We 14:00-16:00", "Fr 10:00-12:00; PH off"],
    ],
)
def test_the_line_has_the_dates_of_the_rules(rules):
    line = joined(rules, today=TODAY)
    assert line is not None
    assert minutes([line]) == minutes(rules)


def test_rules_that_one_line_cannot_say_give_none():
    closed_in_january = "Tu 14:00-16:00; 2027 Jan 01-2027 Jan 31 off"
    closed_in_february = "Tu 09:00-12:00; 2027 Feb 01-2027 Feb 28 off"
    assert joined([closed_in_january, closed_in_february], today=TODAY) is None


@settings(max_examples=8)
@given(st.lists(RULES.map(to_osm), min_size=2, max_size=3))
def test_a_line_that_is_given_always_has_the_dates_of_the_rules(rules):
    line = joined(rules, today=TODAY)
    assert line is None or minutes([line]) == minutes(rules)


def test_no_rule_or_a_wrong_one_gives_no_line():
    assert joined([], today=TODAY) is None
    assert joined(["n’importe quoi"], today=TODAY) is None
    assert joined(["Tu 14:00-16:00", "n’importe quoi"], today=TODAY) is None
    assert joined(["2020 Jan 01 14:00-16:00"], today=TODAY) is None


def test_words_leave_out_what_cannot_be_read():
    said = in_words(["Tu 14:00-16:00", "n’importe quoi"])
    assert said.startswith("chaque mardi")
    assert "n’importe" not in said
