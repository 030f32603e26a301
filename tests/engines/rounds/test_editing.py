"""A visit changed by hand: nothing else moves, and what the plan then says of itself is true."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.engines.rounds import (
    Absence,
    Assignment,
    Block,
    Criterion,
    Need,
    Opening,
    Partner,
    Pin,
    Site,
    Worker,
    solve,
)
from ruche.engines.rounds.check import check
from ruche.engines.rounds.editing import Edit, ImpossibleEdit, Slot, edited, valued
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.serialisation import plan_from_json, plan_to_json
from tests.engines.rounds.months import AFTERNOON, MORNING, a_month, every, in_march, line


def edit(site="halle", before=None, after=None):
    """`before` and `after`: a day of March, and who comes."""

    def slot(said):
        return Slot(in_march(said[0]), said[1]) if said else None

    return Edit(site=site, team="sante", before=slot(before), after=slot(after))


def slot_of(visit):
    return visit.day.day, visit.worker


def first_at(plan, site):
    return next(each for each in plan.assignments if each.site == site)


def rules_broken(problem, plan):
    return {violation.rule for violation in check(problem, plan)}


def other(worker):
    return "odile" if worker == "rose" else "rose"


@pytest.fixture(scope="module")
def month():
    return a_month()


@pytest.fixture(scope="module")
def plan(month):
    return solve(month)


# ------------------------------------------------------------------------------- moving


def test_a_visit_that_moves_leaves_every_other_where_it_was(month, plan):
    visit = first_at(plan, "halle")
    free = {opening.day for opening in month.site["halle"].openings}
    free -= {each.day for each in plan.assignments if each.site == "halle"}
    day = min(free, key=lambda each: abs((each - visit.day).days)).day
    after = edited(month, plan, edit(before=slot_of(visit), after=(day, visit.worker)))
    assert set(after.assignments) ^ set(plan.assignments) == {
        visit,
        replace(visit, day=in_march(day)),
    }
    touched = (visit.day, in_march(day))
    for each in after.days:
        assert each in plan.days or each.day in touched


def test_another_person_comes_the_same_day_at_legal_hours(month, plan):
    visit = first_at(plan, "halle")
    after = edited(
        month, plan, edit(before=slot_of(visit), after=(visit.day.day, other(visit.worker)))
    )
    assert replace(visit, worker=other(visit.worker)) in after.assignments
    assert check(month, after) == []


def test_a_second_site_joins_the_day_when_both_fit():
    """Both sites open on Tuesday mornings, twenty minutes apart: one after the other is legal."""
    openings = every(1, (8 * 60, 13 * 60))
    month = a_month(
        sites=tuple(
            Site(id=name, name=name, place=name, openings=openings) for name in ("halle", "foyer")
        )
    )
    plan = _empty(month)
    for site in ("halle", "foyer"):
        plan = edited(month, plan, edit(site, after=(2, "rose")))
    (day,) = plan.days
    assert [stop.site for stop in day.stops] == ["halle", "foyer"]
    assert check(month, plan) == []


def test_the_opening_that_fits_is_chosen_when_a_site_opens_twice_a_day():
    site = Site(
        id="halle",
        name="La Halle",
        place="halle",
        openings=(*every(1, (9 * 60, 10 * 60)), *every(1, AFTERNOON)),
    )
    month = a_month(sites=(site,), needs=(Need(site="halle", team="sante", visits=1),))
    plan = edited(month, _empty(month), edit(after=(2, "rose")))
    assert plan.days[0].stops[0].opening == AFTERNOON
    assert check(month, plan) == []


def test_hours_avoid_the_hours_of_an_absence():
    site = Site(id="halle", name="La Halle", place="halle", openings=every(1, (8 * 60, 17 * 60)))
    month = a_month(
        sites=(site,),
        needs=(Need(site="halle", team="sante", visits=1),),
        absences=(
            Absence(worker="rose", first=in_march(2), last=in_march(2), start=0, end=12 * 60),
        ),
    )
    plan = edited(month, _empty(month), edit(after=(2, "rose")))
    assert plan.days[0].leave >= 12 * 60
    assert check(month, plan) == []


def _empty(month):
    return valued(month, replace(naive_plan(month), days=(), meetings=(), missing=()))


def test_a_plan_without_days_tells_what_is_missing_once_a_visit_comes(month):
    plan = edited(month, _empty(month), edit(after=(2, "rose")))
    assert {(each.site, each.visits) for each in plan.missing} == {("halle", 1), ("foyer", 2)}
    assert plan.value(Criterion.VISITS) == 3


# ------------------------------------------------------------------- against the rules


def test_who_is_away_may_be_sent_and_the_rule_is_named(month):
    away = replace(month, absences=(Absence(worker="rose", first=in_march(1), last=in_march(31)),))
    made = solve(away)
    visit = first_at(made, "halle")
    after = edited(away, made, edit(before=slot_of(visit), after=(visit.day.day, "rose")))
    assert replace(visit, worker="rose") in after.assignments
    assert any("Rose" in violation.text for violation in check(away, after))
    assert check(away, made) == []


def test_two_visits_too_close_are_made_and_the_rule_is_named(month):
    tight = replace(month, needs=tuple(replace(each, min_days=10) for each in month.needs))
    made = solve(tight)
    first, second = [each for each in made.assignments if each.site == "halle"]
    close = second.day.day - 7
    after = edited(tight, made, edit(before=slot_of(first), after=(close, first.worker)))
    assert rules_broken(tight, after) == {"min_days"}


def test_a_visit_too_long_for_the_door_is_told_so(month):
    short = Site(id="halle", name="La Halle", place="halle", openings=every(1, (540, 600)))
    tight = replace(month, sites=(short, month.site["foyer"]))
    after = edited(tight, solve(tight), edit(after=(2, "rose")))
    assert after.days
    assert check(tight, after) != []
    assert not any(rule.startswith("stage_") for rule in rules_broken(tight, after))


def test_a_bound_that_an_illegal_plan_passes_is_no_longer_told(month):
    """Nobody may come, so two visits of La Halle are missing, and that is proved; one is forced."""
    short = Site(id="halle", name="La Halle", place="halle", openings=every(1, (540, 600)))
    tight = replace(month, sites=(short, month.site["foyer"]))
    made = solve(tight)
    assert made.stages[0].bound == made.value(Criterion.VISITS) == 2
    after = edited(tight, made, edit(after=(2, "rose")))
    assert after.value(Criterion.VISITS) == 1
    assert after.stages[0].bound == float("-inf")
    assert not after.proved


def test_a_day_that_leaves_what_is_sought_as_it_was_stays_proved(month, plan):
    """The first criteria keep their proof until one of them changes."""
    visit = first_at(plan, "halle")
    after = edited(
        month, plan, edit(before=slot_of(visit), after=(visit.day.day, other(visit.worker)))
    )
    for before, stage in zip(plan.stages, after.stages, strict=True):
        if stage.value != before.value:
            assert not stage.proved
            break
        assert (stage.bound, stage.proved) == (before.bound, before.proved)


# ---------------------------------------------------------------------- what stays, what goes


def test_added_then_taken_away_gives_the_same_plan_back(month, plan):
    days = {each.day.day for each in plan.assignments if each.site == "halle"}
    free = next(o.day.day for o in month.site["halle"].openings if o.day.day not in days)
    more = edited(month, plan, edit(after=(free, "odile")))
    back = edited(month, more, edit(before=(free, "odile")))
    assert (back.days, back.missing, back.meetings, back.unplaced) == (
        plan.days,
        plan.missing,
        plan.meetings,
        plan.unplaced,
    )
    assert [stage.value for stage in back.stages] == [stage.value for stage in plan.stages]


def test_a_visit_taken_away_is_missing(month, plan):
    after = edited(month, plan, edit(before=slot_of(first_at(plan, "halle"))))
    assert [(each.site, each.visits) for each in after.missing] == [("halle", 1)]
    assert check(month, after) == []


def test_a_partner_who_joined_a_visit_that_goes_no_longer_meets_anyone(month):
    days = tuple(in_march(day) for day in range(1, 32))
    partner = Partner(id="budget", name="Budget", days=days, sites=("halle", "foyer"), visits=2)
    joined = replace(month, partners=(partner,))
    plan = solve(joined)
    meeting = plan.meetings[0]
    visit = next(e for e in plan.assignments if (e.site, e.day) == (meeting.site, meeting.day))
    after = edited(joined, plan, edit(visit.site, before=slot_of(visit)))
    assert meeting not in after.meetings
    assert set(after.meetings) < set(plan.meetings)
    assert check(joined, after) == []


def test_a_reserved_time_of_the_day_keeps_its_place(month):
    block = Block(
        id="reunion",
        name="Réunion",
        workers=("rose",),
        options=(Opening(in_march(2), 14 * 60, 16 * 60),),
        stay_min=120,
    )
    held = replace(month, blocks=(block,))
    plan = solve(held)
    visit = first_at(plan, "halle")
    after = edited(held, plan, edit(before=slot_of(visit), after=(2, "rose")))
    stops = [stop for day in after.days if day.day == in_march(2) for stop in day.stops]
    assert "reunion" in {stop.block for stop in stops}
    assert after.unplaced == ()


# ---------------------------------------------------------------------------- impossible


def refused(problem, plan, wanted, why):
    with pytest.raises(ImpossibleEdit, match=why):
        edited(problem, plan, wanted)


def test_what_has_no_meaning_is_refused(month, plan):
    halle = first_at(plan, "halle")
    there = slot_of(halle)
    refused(month, plan, edit(before=(31, "rose")), "n’est plus dans le planning")
    refused(month, plan, edit(before=(halle.day.day, other(halle.worker))), "n’est plus")
    refused(month, plan, edit(after=(3, "rose")), "La Halle n’ouvre pas le 03/03/2027")
    refused(month, plan, edit("inconnu", after=(2, "rose")), "n’attend pas cette équipe")
    refused(month, plan, edit(after=(2, "personne")), "n’est pas dans les tournées")
    refused(month, plan, edit(after=there), "La Halle attend déjà cette personne ce jour-là")


def test_two_people_of_a_team_do_not_visit_a_site_the_same_day(month, plan):
    halle = first_at(plan, "halle")
    name = month.worker[halle.worker].name
    wanted = edit(after=(halle.day.day, other(halle.worker)))
    refused(month, plan, wanted, f"La Halle attend déjà {name} ce jour-là")


def test_what_is_past_does_not_change(month, plan):
    halle = first_at(plan, "halle")
    later = replace(month, announced=plan.assignments, frozen_until=in_march(20))
    made = solve(later)
    refused(later, made, edit(before=slot_of(halle)), "est passé")
    refused(later, made, edit(after=(2, "rose")), "Le 02/03/2027 est passé")


# ------------------------------------------------------------------------------ properties


@st.composite
def tiny_months(draw):
    """Two to three sites on a road, two people, now and then an absence, a block, a partner."""
    spots = {
        place: draw(st.integers(0, 90))
        for place in ("halle", "foyer", "grange", "chez_rose", "chez_odile")
    }
    names = ["halle", "foyer", "grange"][: draw(st.integers(2, 3))]
    sites = tuple(
        Site(
            id=name,
            name=f"Lieu {name}",
            place=name,
            openings=tuple(
                sorted(
                    {
                        *every(
                            draw(st.integers(0, 4)), draw(st.sampled_from([MORNING, AFTERNOON]))
                        ),
                        *every(
                            draw(st.integers(0, 4)), draw(st.sampled_from([MORNING, (600, 660)]))
                        ),
                    }
                )
            ),
        )
        for name in names
    )
    needs = tuple(Need(site=name, team="sante", visits=draw(st.integers(1, 2))) for name in names)
    away = (Absence(worker="odile", first=in_march(8), last=in_march(12)),)
    block = Block(
        id="reunion",
        name="Réunion",
        workers=("rose", "odile"),
        options=(Opening(in_march(5), 840, 960), Opening(in_march(12), 840, 960)),
        stay_min=120,
        together=True,
    )
    days = tuple(in_march(day) for day in range(1, 13))
    partner = Partner(id="budget", name="Budget", days=days, sites=tuple(names), visits=1)
    return a_month(
        sites=sites,
        needs=needs,
        travel=line(**spots),
        workers=(
            Worker(id="rose", name="Rose", team="sante", base="chez_rose"),
            Worker(id="odile", name="Odile", team="sante", base="chez_odile"),
        ),
        absences=away if draw(st.booleans()) else (),
        blocks=(block,) if draw(st.booleans()) else (),
        partners=(partner,) if draw(st.booleans()) else (),
        pins=(Pin(site=names[0], team="sante", worker="rose"),) if draw(st.booleans()) else (),
    )


def any_edit(draw, problem, plan):
    """A change that has a meaning, most of the time."""
    visits = list(plan.assignments)
    visit = draw(st.sampled_from(visits)) if visits and draw(st.integers(0, 3)) else None
    site = visit.site if visit else draw(st.sampled_from([each.id for each in problem.sites]))
    before = Slot(visit.day, visit.worker) if visit else None
    if before is not None and not draw(st.integers(0, 3)):
        return Edit(site=site, team="sante", before=before)
    opening = draw(st.sampled_from(problem.site[site].openings))
    return Edit(
        site=site,
        team="sante",
        before=before,
        after=Slot(opening.day, draw(st.sampled_from(["rose", "odile"]))),
    )


@settings(max_examples=40)
@given(data=st.data())
def test_whatever_is_changed_the_plan_says_the_truth_of_itself(data):
    """Values, bounds and lists are those that the checker counts; and a plan can be written."""
    problem = data.draw(tiny_months())
    plan = valued(problem, naive_plan(problem)) if data.draw(st.booleans()) else solve(problem)
    for _ in range(data.draw(st.integers(1, 4))):
        wanted = any_edit(data.draw, problem, plan)
        try:
            after = edited(problem, plan, wanted)
        except ImpossibleEdit:
            continue
        told = {
            rule
            for rule in rules_broken(problem, after)
            if rule.startswith("stage_") or rule in ("missing", "unplaced", "unknown", "empty_day")
        }
        assert told == set()
        _only_this_changed(plan, after, wanted)
        assert plan_from_json(plan_to_json(after)) == after
        plan = after


def _only_this_changed(before, after, wanted):
    gone, come = (
        {Assignment(wanted.site, "sante", slot.day, slot.worker)} if slot else set()
        for slot in (wanted.before, wanted.after)
    )
    assert set(after.assignments) == (set(before.assignments) - gone) | come
    slots = {(each.day, each.worker) for each in (wanted.before, wanted.after) if each}
    kept = {each for each in before.days if (each.day, each.worker) not in slots}
    assert kept <= set(after.days)
