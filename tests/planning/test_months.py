"""A month and its versions: changed by hand, undone, adopted, shown; and who reads what."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from ruche.accounts.enums import Role, Verb
from ruche.engines.rounds import Worker as Someone
from ruche.engines.rounds.editing import Edit, Slot
from ruche.engines.rounds.serialisation import problem_to_json
from ruche.planning.access import (
    month_for,
    publication_for,
    run_for,
    version_for,
    version_shown,
)
from ruche.planning.actions import months as actions
from ruche.planning.actions.publishing import publish
from ruche.planning.enums import MonthStatus, Origin
from ruche.planning.models import Brief, Month, Pin
from ruche.planning.refusals import NothingYet, Refused, StaleMonth
from tests.members import someone
from tests.planning.conftest import searched
from tests.seances.field import journal_of

pytestmark = pytest.mark.django_db


def fresh(month) -> Month:
    return Month.objects.get(pk=month.pk)


def a_visit(month, rank=0):
    return month.head.found.assignments[rank]


def slot_of(visit) -> Slot:
    return Slot(visit.day, visit.worker)


def free_day(month, visit):
    """The nearest other day on which the site opens, and this rota is not there."""
    taken = {
        each.day
        for each in month.head.found.assignments
        if (each.site, each.team) == (visit.site, visit.team)
    }
    days = {each.day for each in month.head.problem.site[visit.site].openings} - taken
    return min(days, key=lambda day: (abs((day - visit.day).days), day))


def removal(visit) -> Edit:
    return Edit(site=visit.site, team=visit.team, before=slot_of(visit))


def moving(month, visit) -> Edit:
    after = Slot(free_day(month, visit), visit.worker)
    return replace(removal(visit), after=after)


def colleague(month, visit) -> str:
    team = [each.id for each in month.head.problem.team(visit.team) if each.id != visit.worker]
    return sorted(team)[0]


def changed(month, edit, by):
    return actions.change_by_hand(month, edit, generation=fresh(month).version, by=by)


# -------------------------------------------------------------------------------- begun


def test_a_month_is_begun_once(coordinator, month):
    again = actions.begin_month(month.first + timedelta(days=9), by=coordinator)
    assert again == month
    assert journal_of(month) == ["month_changed"]


# ----------------------------------------------------------------------------- by hand


def test_a_visit_moved_is_a_new_version_in_hand(proposed, coordinator):
    visit = a_visit(proposed)
    edit = moving(proposed, visit)
    version = changed(proposed, edit, coordinator)
    held = fresh(proposed)
    assert held.head == version
    assert (version.number, version.origin, version.parent) == (2, Origin.CHANGE, proposed.head)
    assert held.version == proposed.version + 1
    before, after = set(proposed.head.found.assignments), set(version.found.assignments)
    assert (before - after, after - before) == ({visit}, {replace(visit, day=edit.after.day)})
    assert proposed.head.problem.site[visit.site].name in version.title
    assert journal_of(proposed)[-1] == "month_changed"


def test_another_person_a_removal_and_an_addition(proposed, coordinator):
    nurses = [
        e for e in proposed.head.found.assignments if len(proposed.head.problem.team(e.team)) > 1
    ]
    visit = nurses[0]
    other = colleague(proposed, visit)
    version = changed(proposed, replace(removal(visit), after=Slot(visit.day, other)), coordinator)
    assert replace(visit, worker=other) in version.found.assignments
    gone = removal(replace(visit, worker=other))
    version = changed(proposed, gone, coordinator)
    assert sum(each.visits for each in version.found.missing) == 1
    version = changed(
        proposed, Edit(site=visit.site, team=visit.team, after=slot_of(visit)), coordinator
    )
    assert set(version.found.assignments) == set(proposed.head.found.assignments)
    assert version.found.missing == ()


def test_two_people_who_plan_never_overwrite_each_other(proposed, coordinator):
    visit = a_visit(proposed)
    actions.change_by_hand(proposed, removal(visit), generation=proposed.version, by=coordinator)
    other = removal(a_visit(proposed, 1))
    with pytest.raises(StaleMonth, match="Quelqu’un d’autre"):
        actions.change_by_hand(proposed, other, generation=proposed.version, by=coordinator)
    assert fresh(proposed).versions.count() == 2
    for act in (actions.undo, actions.show_to_teams, publish):
        with pytest.raises(StaleMonth):
            act(proposed, generation=proposed.version, by=coordinator)


def test_what_has_no_meaning_is_refused_and_leaves_nothing(proposed, coordinator):
    visit = a_visit(proposed)
    closed = next(
        day
        for day in proposed.head.problem.days
        if day not in {each.day for each in proposed.head.problem.site[visit.site].openings}
    )
    edit = replace(removal(visit), after=Slot(closed, visit.worker))
    with pytest.raises(Refused, match="n’ouvre pas"):
        changed(proposed, edit, coordinator)
    assert fresh(proposed).version == proposed.version
    assert proposed.versions.count() == 1


def test_a_month_without_a_plan_has_nothing_to_change(month, coordinator):
    for act in (actions.show_to_teams, publish):
        with pytest.raises(NothingYet, match="demandez d’abord une proposition"):
            act(month, generation=month.version, by=coordinator)
    edit = Edit(site="x", team="y", before=Slot(month.first, "z"))
    with pytest.raises(NothingYet):
        changed(month, edit, coordinator)


def test_what_is_past_is_not_changed_by_hand(proposed, coordinator, time_machine):
    """The proposal was made before the month began: its first days have been lived since."""
    first = min(proposed.head.found.assignments, key=lambda each: each.day)
    later = first.day + timedelta(days=1)
    time_machine.move_to(datetime.combine(later, time(12), timezone.get_default_timezone()))
    with pytest.raises(Refused, match="est passé"):
        changed(proposed, removal(first), coordinator)
    last = max(proposed.head.found.assignments, key=lambda each: each.day)
    back = replace(removal(last), after=slot_of(first))
    with pytest.raises(Refused, match="est passé"):
        changed(proposed, back, coordinator)


def test_reasons_follow_the_visits_that_are_still_missing(proposed, coordinator):
    visit, other = a_visit(proposed), a_visit(proposed, -1)
    assert (visit.site, visit.team) != (other.site, other.team)
    told = [
        {"site": e.site, "team": e.team, "period": 0, "visits": 1, "text": "…", "waivers": []}
        for e in (visit, other)
    ]
    proposed.head.reasons = told
    proposed.head.save(update_fields=["reasons"])
    version = changed(proposed, removal(visit), coordinator)
    assert version.reasons == told[:1]


# ------------------------------------------------------------------------- undo, adopt


def test_undone_is_back_to_the_version_before_which_is_kept(proposed, coordinator):
    version = changed(proposed, removal(a_visit(proposed)), coordinator)
    back = actions.undo(proposed, generation=fresh(proposed).version, by=coordinator)
    assert back == proposed.head == fresh(proposed).head
    assert version in proposed.versions.all()
    assert journal_of(proposed)[-1] == "month_undone"
    again = actions.adopt(proposed, version, generation=fresh(proposed).version, by=coordinator)
    assert fresh(proposed).head == again == version


def test_the_first_version_has_nothing_to_undo(proposed, coordinator):
    with pytest.raises(Refused, match="rien à annuler"):
        actions.undo(proposed, generation=proposed.version, by=coordinator)


def test_a_version_of_another_month_is_refused(proposed, coordinator):
    later = actions.begin_month(proposed.first + timedelta(days=32), by=coordinator)
    with pytest.raises(Refused, match="autre mois"):
        actions.adopt(later, proposed.head, generation=later.version, by=coordinator)
    assert fresh(later).head is None


def supposing_someone(month, by):
    """A version in which an invented person makes every visit of another."""
    problem, plan = month.head.problem, month.head.found
    worker = problem.worker[plan.days[0].worker]
    invented = Someone(
        id="renfort",
        name="Un renfort",
        team=worker.team,
        base=worker.base,
        contract=worker.contract,
    )
    more = replace(problem, workers=(*problem.workers, invented))
    days = tuple(
        replace(day, worker="renfort") if day.worker == worker.id else day for day in plan.days
    )
    brief = Brief.objects.create(month=month, text=problem_to_json(more))
    return actions.add_version(
        month,
        brief,
        replace(plan, days=days),
        origin=Origin.WHAT_IF,
        title="Et si quelqu’un de plus…",
        by=by,
        parent=month.head,
    )


def test_a_version_that_supposes_someone_is_read_and_not_followed(proposed, coordinator):
    version = supposing_someone(proposed, coordinator)
    with pytest.raises(Refused, match="une personne qui n’existe pas"):
        actions.adopt(proposed, version, generation=proposed.version, by=coordinator)
    assert fresh(proposed).head == proposed.head
    Month.objects.filter(pk=proposed.pk).update(head=version)
    with pytest.raises(Refused, match="une personne qui n’existe pas"):
        publish(proposed, generation=proposed.version, by=coordinator)


# --------------------------------------------------------------------------- the status


def test_what_was_shown_is_a_draft_again_once_changed(proposed, coordinator):
    assert proposed.status == MonthStatus.DRAFT
    shown = actions.show_to_teams(proposed, generation=proposed.version, by=coordinator)
    assert shown.status == MonthStatus.PROPOSED
    assert shown.version == proposed.version + 1
    assert journal_of(proposed)[-1] == "month_proposed"
    changed(proposed, removal(a_visit(proposed)), coordinator)
    assert fresh(proposed).status == MonthStatus.DRAFT


def test_a_published_month_is_published_again_when_its_version_comes_back(proposed, coordinator):
    publish(proposed, generation=proposed.version, by=coordinator)
    assert fresh(proposed).status == MonthStatus.PUBLISHED
    with pytest.raises(Refused, match="déjà publié"):
        actions.show_to_teams(proposed, generation=fresh(proposed).version, by=coordinator)
    changed(proposed, removal(a_visit(proposed)), coordinator)
    held = fresh(proposed)
    assert (held.status, held.is_published_as_it_is) == (MonthStatus.DRAFT, False)
    actions.undo(proposed, generation=held.version, by=coordinator)
    assert fresh(proposed).status == MonthStatus.PUBLISHED


# ---------------------------------------------------------------------------- who reads


def test_a_nurse_reads_what_is_shown_then_what_is_published(proposed, coordinator, odile):
    first = proposed.first
    with pytest.raises(Http404):
        month_for(odile, first)
    actions.show_to_teams(proposed, generation=proposed.version, by=coordinator)
    assert version_shown(odile, month_for(odile, first)) == proposed.head
    publish(proposed, generation=fresh(proposed).version, by=coordinator)
    assert version_shown(odile, month_for(odile, first)) == proposed.head
    draft = changed(proposed, removal(a_visit(proposed)), coordinator)
    assert version_shown(odile, month_for(odile, first)) == proposed.head
    assert version_shown(coordinator, month_for(coordinator, first)) == draft
    actions.show_to_teams(proposed, generation=fresh(proposed).version, by=coordinator)
    assert version_shown(odile, month_for(odile, first)) == draft


def test_a_nurse_plans_nothing(proposed, coordinator, odile):
    run = searched(proposed, coordinator)
    publication = publish(proposed, generation=fresh(proposed).version, by=coordinator)
    for refused in (
        lambda: month_for(odile, proposed.first, Verb.PLAN),
        lambda: version_for(odile, proposed, 1),
        lambda: run_for(odile, run.pk),
        lambda: publication_for(odile, publication.pk),
    ):
        with pytest.raises(PermissionDenied):
            refused()


def test_a_volunteer_reads_no_planning(proposed, coordinator):
    publish(proposed, generation=proposed.version, by=coordinator)
    with pytest.raises(PermissionDenied):
        month_for(someone(Role.SITE_VOLUNTEER), proposed.first)


# ------------------------------------------------------------------------------ choices


def test_an_imposed_day_is_held_by_the_next_proposal(proposed, coordinator):
    visit = a_visit(proposed)
    day = free_day(proposed, visit)
    pin = Pin(month=proposed, site_id=visit.site, rota_id=visit.team, day=day)
    actions.impose(pin, by=coordinator)
    run = searched(proposed, coordinator)
    found = run.results.get().found.assignments
    assert (visit.site, visit.team, day) in {(e.site, e.team, e.day) for e in found}
    assert journal_of(pin) == ["pin_saved"]


def test_the_same_choice_twice_is_refused_until_it_is_free(proposed, coordinator):
    visit = a_visit(proposed)
    key = {"month": proposed, "site_id": visit.site, "rota_id": visit.team}
    pin = actions.impose(Pin(**key, day=visit.day), by=coordinator)
    with pytest.raises(Refused, match="libérez-le d’abord"):
        actions.impose(Pin(**key, day=visit.day, worker_id=visit.worker), by=coordinator)
    actions.impose(Pin(**key, worker_id=visit.worker), by=coordinator)
    with pytest.raises(Refused):
        actions.impose(Pin(**key, worker_id=visit.worker), by=coordinator)
    actions.set_free(pin, by=coordinator)
    actions.impose(Pin(**key, day=visit.day, worker_id=visit.worker), by=coordinator)
