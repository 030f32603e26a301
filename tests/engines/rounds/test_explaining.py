"""Why a visit is missing: reasons that were tried, and the smallest there are."""

from dataclasses import replace

from ruche.engines.rounds import Absence, Contract, Criterion, Missing, Worker, solve
from ruche.engines.rounds.explaining import can_add, cost_of, reason_of, what_if
from ruche.engines.rounds.generating import Shape, generate
from tests.engines.rounds.months import a_month, every, in_march


def only_reason(problem):
    plan = solve(problem)
    (missing,) = plan.missing
    return plan, reason_of(problem, plan, missing)


def away(worker):
    return Absence(worker=worker, first=in_march(1), last=in_march(31))


def test_a_site_that_never_opens_says_so():
    month = a_month()
    closed = replace(month.sites[0], openings=())
    _plan, reason = only_reason(replace(month, sites=(closed, month.sites[1])))
    assert reason.text == "La Halle n’a aucune ouverture du 01/03 au 31/03."
    assert reason.waivers == ()


def test_when_all_are_away_one_of_them_would_be_enough():
    month = a_month(absences=(away("rose"), away("odile")))
    plan = solve(month)
    reason = reason_of(month, plan, plan.missing[0])
    assert [waiver.rule for waiver in reason.waivers] == ["absence"]
    assert "du 01/03 au 31/03" in reason.text


def test_an_opening_too_short_is_what_is_named():
    month = a_month()
    openings = (*every(1)[:1], replace(every(1)[2], end=10 * 60))
    short = replace(month.sites[0], openings=openings)
    _plan, reason = only_reason(replace(month, sites=(short, month.sites[1])))
    assert [waiver.rule for waiver in reason.waivers] == ["opening"]
    assert reason.text == "La Halle : il faudrait que La Halle ouvre plus longtemps le 16/03."


def test_two_rules_are_named_when_one_is_not_enough():
    """Rose is away and, when there, her week is too short for the stay."""
    contract = Contract(max_week_min=60)
    rose = Worker(id="rose", name="Rose", team="sante", base="chez_rose", contract=contract)
    month = a_month(workers=(rose,), absences=(away("rose"),))
    plan = solve(month)
    missing = plan.missing[0]
    reason = reason_of(month, plan, missing)
    assert {waiver.rule for waiver in reason.waivers} == {"absence", "week_hours"}
    for alone in reason.waivers:
        assert not can_add(alone.apply(month), plan, missing)
    assert can_add(_both(reason.waivers, month), plan, missing)


def _both(waivers, problem):
    for waiver in waivers:
        problem = waiver.apply(problem)
    return problem


def test_each_reason_of_a_generated_month_is_enough_and_nothing_less_is():
    problem = generate(2, Shape(sites=8, workers=1, markets=0, partners=0))
    plan = solve(problem)
    assert plan.missing
    for missing in plan.missing[:2]:
        reason = reason_of(problem, plan, missing)
        assert reason.waivers
        assert can_add(_both(reason.waivers, problem), plan, missing)
        for left_out in reason.waivers:
            fewer = [waiver for waiver in reason.waivers if waiver is not left_out]
            assert not can_add(_both(fewer, problem), plan, missing)


def test_what_if_tells_each_criterion_before_and_after():
    month = a_month(absences=(away("rose"), away("odile")))
    plan = solve(month)
    reason = reason_of(month, plan, plan.missing[0])
    other, differences = what_if(month, plan, reason.waivers)
    visits = next(each for each in differences if each.criterion is Criterion.VISITS)
    assert (visits.before, visits.after) == (4, 0)
    assert len(other.assignments) == 4


def test_a_visit_costs_its_road():
    month = a_month()
    plan = solve(month)
    (road,) = (
        each for each in cost_of(month, plan, "halle", "sante", 0)
        if each.criterion is Criterion.KILOMETRES
    )  # fmt: skip
    assert road.before - road.after == 400


def test_a_missing_visit_that_could_be_made_is_known_as_such():
    month = a_month()
    plan = solve(month)
    asked = Missing("halle", "sante", 0, 1)
    fewer = replace(plan, missing=(asked,))
    assert can_add(month, fewer, asked)


def test_a_site_that_opens_less_often_than_it_is_owed_visits_says_so():
    month = a_month()
    once = replace(month.sites[0], openings=month.sites[0].openings[:1])
    _plan, reason = only_reason(replace(month, sites=(once, month.sites[1])))
    assert reason.waivers == ()
    assert reason.text == (
        "La Halle n’ouvre qu’un jour du 01/03 au 31/03, pour 2\N{NO-BREAK SPACE}visites voulues."
    )
