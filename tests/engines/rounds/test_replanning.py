"""A month that changes once announced: as little as possible moves, and calls are listed."""

from dataclasses import replace
from datetime import date

import pytest

from ruche.engines.rounds import Assignment, Criterion, Pin, solve
from ruche.engines.rounds.check import check
from ruche.engines.rounds.errors import ContradictoryPins
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.replanning import (
    Change,
    absent,
    announced,
    calls,
    closed_site,
    dates_for_partner,
    dates_kept,
    extended,
    extra_visit,
    others_kept,
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


# ------------------------------------------------------------------------ three ways out


def told_month():
    """A month that was announced, on its first day; and its plan."""
    month = a_month()
    plan = solve(month)
    return announced(month, plan, today=in_march(1)), plan


def test_dates_that_are_kept_change_people_and_no_day():
    month, plan = told_month()
    away = absent(month, "rose", in_march(1), in_march(31))
    after = solve(dates_kept(away))
    assert {(e.site, e.day) for e in after.assignments} <= {
        (e.site, e.day) for e in plan.assignments
    }
    assert {each.worker for each in after.assignments} == {"odile"}


def test_dates_that_nobody_can_keep_are_missing_rather_than_moved():
    month, plan = told_month()
    away = absent(
        absent(month, "rose", in_march(1), in_march(31)), "odile", in_march(1), in_march(31)
    )
    after = solve(dates_kept(away))
    assert after.assignments == ()
    assert sum(each.visits for each in after.missing) == len(plan.assignments)


def test_an_imposed_day_that_was_not_announced_does_not_prevent_keeping_dates():
    month, plan = told_month()
    told_days = {each.day for each in plan.assignments if each.site == "halle"}
    day = next(o.day for o in month.site["halle"].openings if o.day not in told_days)
    pinned = replace(month, pins=(Pin(site="halle", team="sante", day=day),))
    after = solve(dates_kept(pinned))
    assert check(dates_kept(pinned), after) == []
    assert {each.day for each in after.assignments if each.site == "halle"} <= told_days


def test_the_visits_of_the_others_stay_when_only_hers_may_move():
    month, plan = told_month()
    others = {each for each in plan.assignments if each.worker != "rose"}
    away = absent(month, "rose", in_march(1), in_march(31))
    after = solve(others_kept(away, "rose"))
    assert others <= set(after.assignments)


def test_a_promise_that_cannot_stay_is_not_imposed():
    """A door that closed, someone who is away too, a promise of someone who left, what is past."""
    month, plan = told_month()
    mine = {each.worker for each in plan.assignments}
    (closed, *_) = [each for each in plan.assignments if each.site == "halle"]
    shut = closed_site(month, "halle", closed.day, closed.day)
    for worker in sorted(mine):
        pins = others_kept(shut, "someone").pins
        assert closed.day not in {pin.day for pin in pins if pin.site == "halle"}
        gone = absent(shut, worker, in_march(1), in_march(31))
        assert worker not in {pin.worker for pin in others_kept(gone, "someone").pins}
    later = replace(month, frozen_until=in_march(31))
    assert others_kept(later, "someone").pins == ()


def test_a_visit_that_is_both_imposed_and_promised_is_imposed_once():
    month, plan = told_month()
    promise = plan.assignments[0]
    pin = Pin(site=promise.site, team="sante", day=promise.day, worker=promise.worker)
    after = solve(others_kept(replace(month, pins=(pin,)), "someone"))
    assert set(after.assignments) == set(plan.assignments)


def test_promises_that_a_rule_forbids_together_cannot_all_be_held():
    """They were announced when the rule was another: this way out is closed, and says so."""
    month, _plan = told_month()
    apart = replace(month, needs=tuple(replace(n, min_days=20, max_days=31) for n in month.needs))
    with pytest.raises(ContradictoryPins):
        solve(others_kept(apart, "someone"))
    assert check(apart, solve(apart)) == []
