"""The hours of a day on the road: as little work as the law and the doors allow."""

import pytest

from ruche.engines.rounds import CommutePolicy, Contract, Rules
from ruche.engines.rounds.schedules import Ground, Halt, best_hours

ROADS = ((0, 30, 60), (30, 0, 30), (60, 30, 0))
MORNING, AFTERNOON = (9 * 60, 12 * 60), (14 * 60, 17 * 60)


def ground(contract=None, rules=None, earliest=7 * 60, latest=20 * 60, roads=ROADS):
    return Ground(0, roads, contract or Contract(), rules or Rules(), earliest, latest)


def halt(place, stay, hours):
    return Halt(place, stay, *hours)


def test_one_visit_is_its_road_and_its_stay():
    hours = best_hours(ground(), [halt(1, 90, MORNING)])
    assert (hours.leave, hours.starts, hours.back) == (510, (540,), 660)
    assert hours.work == 150
    assert hours.lunch_after is None


def test_a_visit_longer_than_the_opening_cannot_be_made():
    assert best_hours(ground(), [halt(1, 181, MORNING)]) is None


def test_a_stop_that_closes_before_one_can_be_there_cannot_be_made():
    late = ground(earliest=11 * 60)
    assert best_hours(late, [halt(1, 90, MORNING)]) is None


def test_one_leaves_later_rather_than_wait_on_the_road():
    hours = best_hours(ground(), [halt(1, 60, MORNING), halt(2, 60, (11 * 60, 13 * 60))])
    assert hours.starts == (570, 660)
    assert hours.work == 30 + 60 + 30 + 60 + 60


def test_a_meal_between_a_morning_and_an_afternoon_is_not_work():
    hours = best_hours(ground(), [halt(1, 90, MORNING), halt(2, 90, AFTERNOON)])
    # from 10 h 00 (to end at noon at the latest) to 16 h 30, minus 45 minutes
    assert hours.starts == (630, 840)
    assert hours.lunch_after == 0
    assert hours.work == (hours.back - hours.leave) - 45 == 345


def test_a_long_day_without_room_for_a_meal_is_not_legal():
    tight = [halt(1, 180, MORNING), halt(2, 180, (12 * 60 + 30, 15 * 60 + 30))]
    assert best_hours(ground(), tight) is None


def test_six_hours_of_work_ask_for_a_pause_of_twenty_minutes():
    far = ((0, 200), (200, 0))
    there = [halt(1, 90, (10 * 60, 14 * 60))]
    hours = best_hours(ground(roads=far, contract=Contract(max_day_min=600)), there)
    assert hours.lunch_after == 0
    assert hours.work == 490
    too_far = ((0, 300), (300, 0))
    assert best_hours(ground(roads=too_far, earliest=0, latest=1440), there) is None


@pytest.mark.parametrize(
    ("policy", "work"),
    [(CommutePolicy.ALL, 150), (CommutePolicy.EXCESS, 110), (CommutePolicy.NONE, 90)],
)
def test_the_way_from_home_counts_as_the_contract_says(policy, work):
    contract = Contract(commute=policy, usual_commute_min=20)
    assert best_hours(ground(contract), [halt(1, 90, MORNING)]).work == work


def test_a_day_never_passes_its_limits():
    stops = [halt(1, 90, MORNING), halt(2, 90, AFTERNOON)]
    assert best_hours(ground(Contract(max_day_min=344)), stops) is None
    assert best_hours(ground(rules=Rules(max_amplitude_min=389)), stops) is None
    assert best_hours(ground(latest=16 * 60 + 29), stops) is None
