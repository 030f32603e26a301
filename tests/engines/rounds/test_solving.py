"""The best plan of a month: proved, the same each time, and what it holds."""

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest

from ruche.engines.rounds import (
    Absence,
    Assignment,
    Block,
    Contract,
    ContradictoryPins,
    Criterion,
    Ended,
    Limits,
    Need,
    Opening,
    Partner,
    Period,
    Pin,
    Rules,
    Site,
    Stopped,
    Vehicle,
    WorkedWeek,
    Worker,
    solve,
)
from ruche.engines.rounds.check import check
from ruche.engines.rounds.criteria import expressions
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.master import build
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.solver import Solver
from ruche.engines.rounds.solving import Search, Size
from ruche.engines.rounds.starting import columns_of, holds
from ruche.engines.rounds.watching import Watching
from tests.engines.rounds.months import MORNING, a_month, every, in_march, line

SMALL = Shape(sites=8, workers=2, markets=2, partners=1)


def days_at(plan, site, team="sante"):
    return [each.day for each in plan.assignments if (each.site, each.team) == (site, team)]


def test_a_site_is_visited_on_the_first_and_third_tuesday_by_one_person():
    plan = solve(a_month())
    assert days_at(plan, "halle") in (
        [in_march(2), in_march(16)],
        [in_march(9), in_march(23)],
    )
    assert len({each.worker for each in plan.assignments if each.site == "halle"}) == 1
    assert plan.proved
    assert plan.ended is Ended.PROOF


def test_each_goes_to_the_site_that_is_nearest_and_loads_are_even():
    plan = solve(a_month())
    assert {(each.site, each.worker) for each in plan.assignments} == {
        ("halle", "rose"),
        ("foyer", "odile"),
    }
    assert plan.value(Criterion.FAIRNESS) == 0
    assert plan.metres == 4 * 2 * 20_000


def test_a_reference_nurse_keeps_her_site_however_far():
    month = a_month()
    needs = (replace(month.needs[0], reference="odile"), month.needs[1])
    plan = solve(replace(month, needs=needs))
    assert {each.worker for each in plan.assignments if each.site == "halle"} == {"odile"}


def test_the_same_month_gives_the_same_plan_byte_for_byte_in_another_process():
    code = (
        "from ruche.engines.rounds.generating import generate, Shape\n"
        "from ruche.engines.rounds import solve\n"
        "print(solve(generate(3, Shape(sites=8, workers=2, markets=2, partners=1))))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONPATH": "src", "PYTHONHASHSEED": seed, "PATH": ""},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(texts) == 1
    assert str(solve(generate(3, SMALL))) in texts.pop()


@pytest.mark.parametrize("seed", range(4))
def test_a_generated_month_is_proved_at_every_stage_and_breaks_no_rule(seed):
    problem = generate(seed, SMALL)
    plan = solve(problem)
    assert plan.proved
    assert check(problem, plan) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_month_made_by_hand_breaks_no_rule_either_and_is_never_better(seed):
    problem = replace(generate(seed, SMALL), order=(Criterion.VISITS, Criterion.KILOMETRES))
    by_hand, plan = naive_plan(problem), solve(problem)
    assert check(problem, by_hand) == []
    assert len(plan.assignments) >= len(by_hand.assignments)


# ------------------------------------------------------------------------------ pins


def test_a_pinned_day_is_held():
    pin = Pin(site="halle", team="sante", day=in_march(30))
    assert in_march(30) in days_at(solve(a_month(pins=(pin,))), "halle")


def test_a_pinned_worker_makes_every_visit():
    pin = Pin(site="halle", team="sante", worker="odile")
    plan = solve(a_month(pins=(pin,)))
    assert {each.worker for each in plan.assignments if each.site == "halle"} == {"odile"}


def test_a_pinned_worker_on_a_pinned_day_is_held():
    pin = Pin(site="halle", team="sante", day=in_march(9), worker="odile")
    assert (
        Assignment("halle", "sante", in_march(9), "odile")
        in solve(a_month(pins=(pin,))).assignments
    )


def test_contradictory_pins_are_named_and_only_those():
    pins = (
        Pin(site="foyer", team="sante", day=in_march(4)),
        Pin(site="halle", team="sante", day=in_march(2)),
        Pin(site="halle", team="sante", day=in_march(9)),
        Pin(site="halle", team="sante", day=in_march(23)),
    )
    with pytest.raises(ContradictoryPins) as refused:
        solve(a_month(pins=pins))
    assert set(refused.value.labels) == {
        "La Halle le 02/03/2027", "La Halle le 09/03/2027", "La Halle le 23/03/2027",
    }  # fmt: skip


def test_a_day_without_opening_cannot_be_pinned():
    pin = Pin(site="halle", team="sante", day=in_march(3))
    with pytest.raises(ContradictoryPins, match="La Halle le 03/03/2027"):
        solve(a_month(pins=(pin,)))


# ----------------------------------------------------------------------------- rules


def test_who_is_away_goes_nowhere():
    away = Absence(worker="rose", first=in_march(1), last=in_march(31))
    assert {each.worker for each in solve(a_month(absences=(away,))).assignments} == {"odile"}


def test_a_morning_away_leaves_the_afternoon():
    month = a_month()
    afternoon = replace(month.sites[0], openings=every(1, (14 * 60, 17 * 60)))
    away = Absence(worker="rose", first=in_march(1), last=in_march(31), end=13 * 60)
    plan = solve(replace(month, sites=(afternoon, month.sites[1]), absences=(away,)))
    assert {(each.site, each.worker) for each in plan.assignments} == {
        ("halle", "rose"), ("foyer", "odile"),
    }  # fmt: skip


def test_an_opening_shorter_than_the_stay_leaves_the_visits_missing():
    month = a_month()
    short = replace(month.sites[0], openings=every(1, (9 * 60, 10 * 60)))
    plan = solve(replace(month, sites=(short, month.sites[1])))
    assert plan.proved
    assert [(each.site, each.visits) for each in plan.missing] == [("halle", 2)]


def test_weekly_hours_are_never_passed():
    """Both sites the same week: 130 minutes each for Rose, who has 250 in a week."""
    month = a_month(workers=(Worker(
        id="rose", name="Rose", team="sante", base="chez_rose", contract=Contract(max_week_min=250)
    ),))  # fmt: skip
    plan = solve(month)
    weeks = {}
    for day in plan.days:
        week = day.day.isocalendar().week
        weeks[week] = weeks.get(week, 0) + day.work
    assert max(weeks.values()) <= 250
    assert plan.missing == ()


def test_the_minutes_of_a_week_that_has_begun_count():
    """The month begins on a Tuesday: on Monday, Rose had worked all her hours but 100 minutes."""
    rose = Worker(id="rose", name="Rose", team="sante", base="chez_rose")
    done = WorkedWeek("rose", in_march(1), 2000)
    from_tuesday = (Period(in_march(2), in_march(31)),)
    plan = solve(a_month(workers=(rose,), worked=(done,), periods=from_tuesday))
    assert all(day.day > in_march(7) for day in plan.days)


def test_the_average_of_twelve_weeks_is_kept():
    weeks = tuple(
        WorkedWeek("rose", in_march(1) - timedelta(weeks=back), 2880) for back in range(1, 12)
    )
    rose = Worker(
        id="rose", name="Rose", team="sante", base="chez_rose",
        contract=Contract(avg12_max_min=2650, max_week_min=2880),
    )  # fmt: skip
    month = a_month(workers=(rose,), worked=weeks)
    plan = solve(month)
    assert check(month, plan) == []
    first_week = sum(day.work for day in plan.days if day.day <= in_march(7))
    assert first_week <= 12 * 2650 - 11 * 2880


def test_a_visit_announced_before_the_month_only_keeps_its_distance():
    before = Assignment("halle", "sante", in_march(1) - timedelta(days=2), "rose")
    month = a_month(announced=(before,), frozen_until=in_march(1))
    plan = solve(month)
    assert check(month, plan) == []
    assert in_march(2) not in days_at(plan, "halle")


def test_a_meeting_together_takes_everyone_at_the_same_moment():
    options = (Opening(in_march(2), *MORNING), Opening(in_march(5), *MORNING))
    block = Block(
        id="reunion", name="Réunion", workers=("rose", "odile"), options=options, stay_min=180,
        together=True,
    )  # fmt: skip
    plan = solve(a_month(blocks=(block,)))
    held = [(day.worker, day.day) for day in plan.days for stop in day.stops if stop.block]
    assert {worker for worker, _day in held} == {"rose", "odile"}
    assert len({day for _worker, day in held}) == 1
    assert plan.unplaced == ()


def van_and_nurses(**changes):
    """The van owes one visit to each site; both sites are open on Tuesdays too."""
    month = a_month()
    sites = (
        month.sites[0],
        replace(month.sites[1], openings=tuple(sorted((*every(3), *every(4))))),
    )
    van = Worker(id="van", name="Le van", team="van", base="halle", vehicle="van", people=2)
    return replace(
        month,
        sites=sites,
        needs=(*month.needs, Need(site="halle", team="van", visits=1),
               Need(site="foyer", team="van", visits=1)),
        workers=(*month.workers, van),
        vehicles=(Vehicle(id="van", name="Le van", seats=3),),
        **changes,
    )  # fmt: skip


def test_the_van_comes_when_the_nurse_is_there_and_no_visit_is_lost():
    apart = solve(van_and_nurses(order=(Criterion.VISITS, Criterion.KILOMETRES)))
    joint = solve(
        van_and_nurses(order=(Criterion.VISITS, Criterion.COPRESENCE, Criterion.KILOMETRES))
    )
    assert joint.value(Criterion.COPRESENCE) == 2
    assert len(joint.assignments) == len(apart.assignments) == 6


def test_a_partner_joins_a_team_on_a_day_that_suits():
    partner = Partner(
        id="csapa", name="CSAPA", days=(in_march(4), in_march(9)), sites=("halle", "foyer")
    )
    plan = solve(van_and_nurses(partners=(partner,)))
    assert [(each.partner, each.site, each.day) for each in plan.meetings] in (
        [("csapa", "foyer", in_march(4))],
        [("csapa", "halle", in_march(9))],
    )


def test_a_partner_for_the_nurses_does_not_join_the_van_alone():
    partner = Partner(
        id="csapa",
        name="CSAPA",
        days=(in_march(5),),
        sites=("foyer",),
        teams=("sante",),
        rides="van",
    )
    month = van_and_nurses(
        partners=(partner,), pins=(Pin(site="foyer", team="van", day=in_march(5)),)
    )
    plan = solve(month)
    assert plan.meetings == ()
    assert check(month, plan) == []


def test_no_more_partners_ride_than_there_are_seats():
    partners = tuple(
        Partner(id=name, name=name, days=(in_march(9),), sites=("halle",), rides="van")
        for name in ("un", "deux")
    )
    plan = solve(van_and_nurses(partners=partners))
    assert len(plan.meetings) == 1


def test_rest_is_kept_between_a_late_day_and_an_early_one():
    """Back at 22 h, away at 6 h: eight hours only, when the contract allows such days."""
    contract = Contract(earliest_start=0, latest_end=24 * 60)
    night = (Opening(in_march(2), 20 * 60, 22 * 60),)
    dawn = (Opening(in_march(3), 6 * 60, 8 * 60),)
    month = a_month(
        sites=(
            Site(id="halle", name="La Halle", place="halle", openings=night),
            Site(id="foyer", name="Le Foyer", place="foyer", openings=dawn),
        ),
        needs=tuple(
            Need(site=site, team="sante", visits=1, stay_min=120) for site in ("halle", "foyer")
        ),
        workers=(Worker(id="rose", name="Rose", team="sante", base="halle", contract=contract),),
        travel=line(halle=0, foyer=0),
    )
    assert len(solve(month).assignments) == 1
    assert len(solve(replace(month, rules=Rules(rest_min=480))).assignments) == 2


# ---------------------------------------------------------------- stopped, announced


def test_a_search_that_the_caller_stops_at_once_leaves_the_month_made_by_hand():
    plan = solve(a_month(), watch=lambda progress: False)
    assert plan.ended is Ended.CALLER
    assert plan.assignments == naive_plan(a_month()).assignments
    assert check(a_month(), plan) == []


def test_a_search_stopped_before_it_holds_what_is_imposed_says_that_it_has_no_plan():
    pin = Pin(site="halle", team="sante", day=in_march(30))
    with pytest.raises(Stopped, match="avant de trouver un premier plan"):
        solve(a_month(pins=(pin,)), watch=lambda progress: False)


def test_the_month_made_by_hand_is_legal_in_the_program_too():
    month = generate(1, SMALL)
    master = build(month)
    expressions(master)
    columns = columns_of(master, naive_plan(month))
    assert columns is not None
    assert holds(master.program, columns)
    columns[master.tour_columns[0]] = 1 - columns[master.tour_columns[0]]
    assert not holds(master.program, columns)


def test_a_search_stopped_after_its_first_stage_keeps_its_plan():
    seen = []

    def watch(progress):
        seen.append(progress)
        return progress.criterion is Criterion.VISITS

    problem = generate(1, Shape(sites=20, workers=3))
    plan = solve(problem, watch=watch)
    assert plan.ended is Ended.CALLER
    assert not plan.proved
    assert check(problem, plan) == []
    assert [progress.seconds for progress in seen] == sorted(each.seconds for each in seen)


def test_a_plan_stopped_by_time_says_so():
    """Time that passes by itself would say nothing: a fast machine proves what a slow one cannot.

    Here an hour passes when a search has begun for the second criterion.
    """
    spent = []

    def watch(progress):
        if progress.criterion is not Criterion.VISITS:
            spent.append(3600.0)
        return True

    problem = generate(1, Shape(sites=20, workers=3))
    watching = Watching(Limits(seconds=60), watch, clock=lambda: sum(spent))
    plan = Search(problem, watching, Size()).run()
    assert plan.ended is Ended.TIME
    assert not plan.proved
    assert plan.stages[0].proved
    assert check(problem, plan) == []


def test_a_solver_that_has_no_second_left_says_so():
    master = build(generate(1, SMALL))
    found = Solver(master.program).minimise(expressions(master)[Criterion.KILOMETRES], seconds=0)
    assert found.ended is Ended.TIME
    assert not found.proved


def test_frozen_days_stay_as_they_were_announced():
    before = solve(a_month())
    changed = a_month(announced=before.assignments, frozen_until=in_march(12))
    after = solve(
        replace(changed, absences=(Absence(worker="rose", first=in_march(1), last=in_march(5)),))
    )
    assert [e for e in after.assignments if e.day < in_march(12)] == [
        e for e in before.assignments if e.day < in_march(12)
    ]


def test_what_was_announced_moves_only_if_it_must():
    announced = (
        Assignment("halle", "sante", in_march(9), "odile"),
        Assignment("halle", "sante", in_march(30), "odile"),
    )
    plan = solve(a_month(announced=announced))
    assert plan.value(Criterion.MOVED_DATES) == 0
    assert plan.value(Criterion.CHANGED_WORKERS) == 0
    assert days_at(plan, "halle") == [in_march(9), in_march(30)]


def test_an_announced_worker_who_left_is_replaced_on_the_same_day():
    announced = (Assignment("halle", "sante", in_march(9), "partie"),)
    plan = solve(a_month(announced=announced))
    assert plan.value(Criterion.MOVED_DATES) == 0
    assert plan.value(Criterion.CHANGED_WORKERS) == 1
    assert in_march(9) in days_at(plan, "halle")


def test_a_visit_of_last_month_keeps_its_distance():
    last = Assignment("halle", "sante", in_march(1) - timedelta(days=2), "rose")
    plan = solve(a_month(history=(last,)))
    assert in_march(2) not in days_at(plan, "halle")
