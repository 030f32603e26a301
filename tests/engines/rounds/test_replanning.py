"""A month that changes once announced: as little as possible moves, and calls are listed."""

from datetime import date

import pytest

from ruche.engines.rounds import Assignment, Criterion, solve
from ruche.engines.rounds.check import check
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.replanning import (
    Change,
    absent,
    announced,
    calls,
    closed_site,
    dates_for_partner,
    extended,
    extra_visit,
)
from tests.engines.rounds.months import a_month, in_march


def visit(day, worker="rose", site="halle"):
    return Assignment(site, "sante", in_march(day), worker)


def told(before, after):
    return [
        (call.change, call.before and call.before.day.day, call.after and call.after.day.day)
        for call in calls(before, after)
    ]


def test_nothing_changed_is_nobody_to_call():
    assert calls([visit(2)], [visit(2)]) == []


def test_each_kind_of_change_is_one_call():
    assert told([visit(2)], [visit(3)]) == [(Change.MOVED, 2, 3)]
    assert told([visit(2)], [visit(2, "odile")]) == [(Change.OTHER_WORKER, 2, 2)]
    assert told([visit(2)], []) == [(Change.CANCELLED, 2, None)]
    assert told([], [visit(2)]) == [(Change.ADDED, None, 2)]


def test_a_date_that_goes_is_paired_with_the_nearest_that_comes():
    assert told([visit(2), visit(16)], [visit(9), visit(17)]) == [
        (Change.MOVED, 16, 17),
        (Change.MOVED, 2, 9),
    ] or told([visit(2), visit(16)], [visit(9), visit(17)]) == [
        (Change.MOVED, 2, 9),
        (Change.MOVED, 16, 17),
    ]


def test_an_absence_moves_no_date_when_someone_else_can_come():
    month = a_month()
    plan = solve(month)
    ill = absent(announced(month, plan, today=in_march(1)), "rose", in_march(1), in_march(14))
    after = solve(ill)
    assert after.proved
    assert after.value(Criterion.MOVED_DATES) == 0
    assert {call.change for call in calls(plan.assignments, after.assignments)} == {
        Change.OTHER_WORKER
    }


def test_a_site_that_closes_moves_its_dates_only():
    month = a_month()
    plan = solve(month)
    (first, _second) = [e.day for e in plan.assignments if e.site == "halle"]
    changed = closed_site(announced(month, plan, today=in_march(1)), "halle", first, first)
    after = solve(changed)
    assert after.value(Criterion.MOVED_DATES) == 1
    assert {call.site for call in calls(plan.assignments, after.assignments)} == {"halle"}


def test_a_longer_visit_is_planned_longer():
    plan = solve(extended(a_month(), "halle", "sante", 120))
    assert {s.end - s.start for day in plan.days for s in day.stops if s.site == "halle"} == {120}


def test_an_extra_visit_comes_on_its_day_and_the_others_stay():
    month = a_month()
    plan = solve(month)
    more = extra_visit(announced(month, plan, today=in_march(1)), "halle", "sante", in_march(30))
    after = solve(more)
    assert after.value(Criterion.MOVED_DATES) == 0
    assert set(after.assignments) - set(plan.assignments) == {
        each for each in after.assignments if each.day == in_march(30)
    }


@pytest.mark.parametrize("seed", range(3))
def test_a_week_away_moves_no_more_than_starting_again(seed):
    problem = generate(seed, Shape(sites=12, workers=3, markets=0, partners=0))
    plan = solve(problem)
    ill = absent(
        announced(problem, plan, today=date(2027, 3, 8)), "n00", date(2027, 3, 8), date(2027, 3, 14)
    )
    after = solve(ill)
    assert after.proved
    assert check(ill, after) == []
    kept = {each for each in plan.assignments if each.day < date(2027, 3, 8)}
    assert kept <= set(after.assignments)


def test_three_moments_are_proposed_to_a_partner_where_teams_will_be():
    month = a_month()
    plan = solve(month)
    days = [in_march(day) for day in range(1, 32)]
    found = dates_for_partner(month, plan, ["halle", "foyer"], days)
    assert len(found) == 3
    assert found[0].site != found[1].site
    there = {(each.site, each.day) for each in plan.assignments}
    assert all((each.site, each.opening.day) in there for each in found)
