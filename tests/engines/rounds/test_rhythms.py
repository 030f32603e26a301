"""Which days go together, and how well people can remember them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ruche.engines.rounds import Assignment, BadProblem, Opening, Period
from ruche.engines.rounds.rhythms import conflicts, irregularity, nth_weekday, rhythms_of
from tests.engines.rounds.months import MARCH, MORNING, a_month, every, in_march


def days(problem, rank=0, missing=0):
    found = rhythms_of(problem, problem.needs[0], rank)
    return [tuple(o.day.day for o in r.openings) for r in found if r.missing == missing]


@pytest.mark.parametrize(
    ("march", "wanted", "away"),
    [
        ((2, 16), 2, 0),  # first and third Tuesday
        ((9, 23), 2, 0),  # second and fourth
        ((16, 30), 2, 1),  # third and fifth: no fifth next month
        ((2, 9), 2, 7),
        ((2, 17), 2, 3),  # not the same day of the week
        ((2, 9, 16, 23), 4, 0),
        ((2,), 1, 0),
    ],
)
def test_a_rhythm_that_people_remember_is_the_best(march, wanted, away):
    assert irregularity([in_march(day) for day in march], wanted) == away


def test_the_third_tuesday_is_the_third():
    assert [nth_weekday(in_march(day)) for day in (1, 7, 8, 16, 31)] == [1, 1, 2, 3, 5]


def test_two_visits_are_at_least_a_week_and_at_most_three_apart():
    assert set(days(a_month())) == {
        (2, 9), (2, 16), (2, 23), (9, 16), (9, 23), (9, 30), (16, 23), (16, 30), (23, 30),
    }  # fmt: skip


def test_one_visit_or_none_is_a_choice_too():
    assert days(a_month(), missing=1) == [(2,), (9,), (16,), (23,), (30,)]
    assert days(a_month(), missing=2) == [()]


def test_what_was_done_last_month_keeps_its_distance():
    past = Assignment("halle", "sante", in_march(1).replace(month=2, day=27), "rose")
    assert all(2 not in chosen for chosen in days(a_month(history=(past,))))


def test_a_frozen_visit_is_in_every_choice_however_near():
    done = tuple(Assignment("halle", "sante", in_march(day), "rose") for day in (2, 3))
    month = a_month(announced=done, frozen_until=in_march(8))
    assert days(month) == [(2, 3)]
    one = a_month(announced=done[:1], frozen_until=in_march(8))
    assert set(days(one)) == {(2, 9), (2, 16), (2, 23)}


def test_a_choice_among_too_many_days_is_refused():
    month = a_month()
    days = [MARCH.first + timedelta(days=rank) for rank in range(31)]
    always = replace(month.sites[0], openings=tuple(Opening(day, *MORNING) for day in days))
    vague = replace(month.needs[0], visits=12, min_days=1)
    month = replace(month, sites=(always, month.sites[1]), needs=(vague, month.needs[1]))
    with pytest.raises(BadProblem, match="12 visites parmi 31 ouvertures font trop de choix"):
        rhythms_of(month, vague, 0)


def test_visits_of_two_months_keep_their_distance_too():
    halves = (Period(in_march(1), in_march(15)), Period(in_march(16), MARCH.last))
    month = a_month(periods=halves)
    needs = (replace(month.needs[0], visits=1, min_days=8), month.needs[1])
    month = replace(month, needs=needs)
    near = [(one.day.day, other.day.day) for one, other in conflicts(month, month.needs[0])]
    assert near == [(9, 16)]
    assert len(every(1)) == 5
