"""A computation: one at a time, watched, stopped, taken up again, and never done twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ruche.engines.rounds import Criterion
from ruche.engines.rounds.check import check
from ruche.engines.rounds.editing import Edit, Slot
from ruche.places.models import OccurrenceChange
from ruche.places.models import Opening as Rule
from ruche.planning import computing
from ruche.planning.actions.months import adopt, change_by_hand
from ruche.planning.actions.publishing import publish
from ruche.planning.actions.runs import WORK, ask_run, stop_run
from ruche.planning.enums import Origin, RunKind, RunStatus
from ruche.planning.gathering import problem_of
from ruche.planning.models import Brief, Month, Need, Pin, Run, Version, Worker
from ruche.planning.refusals import Busy, Refused
from ruche.seances.actions import add_absence
from tests.planning.conftest import asked_for, searched, some_day
from tests.planning.test_gathering import UUID_LIKE
from tests.seances.field import journal_of

pytestmark = pytest.mark.django_db


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def quiet(run, **more):
    """As if its process had died."""
    long_ago = timezone.now() - computing.QUIET - timedelta(seconds=1)
    Run.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING, beat_at=long_ago, **more)


def reason_for(version, rota):
    return next(each for each in version.reasons if each["team"] == str(rota.pk))


def never_solved(*_, **__):
    raise AssertionError("nothing should be searched")


# ---------------------------------------------------------------------------------- asked


def test_a_run_waits_in_the_queue(
    month, coordinator, the_queue, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        run = asked_for(month, coordinator)
    assert the_queue == [(WORK, run.pk)]
    assert run.status == RunStatus.WAITING
    assert run.brief.problem == problem_of(month)
    assert journal_of(run) == ["run_asked"]


def test_one_run_at_a_time(month, coordinator):
    asked_for(month, coordinator)
    with pytest.raises(Busy, match="déjà en cours"):
        asked_for(month, coordinator)
    assert Brief.objects.filter(month=month).count() == 1


def test_two_runs_asked_at_the_same_moment_are_one(month, coordinator, monkeypatch):
    """Neither saw the other: the database refuses, and it is said in the same words."""
    asked_for(month, coordinator)
    monkeypatch.setattr(type(Run.objects.all()), "at_work", lambda rows: rows.none())
    with pytest.raises(Busy):
        asked_for(month, coordinator)
    first = Run.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.create(month=month, kind="propose", brief=first.brief, asked_by=coordinator)


# ----------------------------------------------------------------------------------- done


def test_a_proposal_is_in_hand_once_found(month, coordinator):
    run = searched(month, coordinator)
    assert (run.status, run.trouble) == (RunStatus.DONE, "")
    assert run.ended_at is not None
    assert run.seconds > 0
    version, held = run.results.get(), fresh(month)
    assert held.head == version
    assert (version.number, version.origin, version.made_by) == (1, Origin.PROPOSAL, coordinator)
    assert check(version.problem, version.found) == []
    assert version.found.proved


def test_progress_is_written(month, coordinator, monkeypatch):
    monkeypatch.setattr(computing, "BETWEEN", 0)
    told = []
    tell = computing._Pulse._tell

    def telling(pulse, *details):
        tell(pulse, *details)
        told.append(fresh(pulse.run))

    monkeypatch.setattr(computing._Pulse, "_tell", telling)
    searched(month, coordinator)
    assert {each.criterion for each in told} <= {*map(str, Criterion), computing.REASONS}
    assert told[-1].beat_at is not None
    assert all(each.status == RunStatus.RUNNING for each in told)


def test_the_reason_of_what_is_missing_is_written(month, coordinator, nurses):
    """A site that opens on Saturdays alone: nobody works then."""
    site = next(
        row.site
        for row in Need.objects.filter(rota=nurses).select_related("site").order_by("site__name")
    )
    site.openings.filter(service=None).update(rule="Sa 09:00-12:00")
    run = searched(month, coordinator)
    assert run.status == RunStatus.DONE, run.trouble
    version = run.results.get()
    reason = reason_for(version, nurses)
    assert reason["visits"] == 2
    assert site.name in reason["text"]
    assert reason["waivers"]
    assert not UUID_LIKE.search(reason["text"])


def test_reasons_that_are_known_are_not_sought_again(month, coordinator, nurses):
    need = Need.objects.filter(rota=nurses).select_related("site").order_by("site__name").first()
    need.site.openings.filter(service=None).update(rule="Sa 09:00-12:00")
    run = searched(month, coordinator)
    reasons = run.results.get().reasons
    quiet(run)
    computing.work(run.pk)
    assert run.results.get().reasons == reasons


# --------------------------------------------------------------------------------- stopped


def test_a_run_stopped_while_it_waits_is_never_done(month, coordinator, monkeypatch):
    run = asked_for(month, coordinator)
    stop_run(run, by=coordinator)
    monkeypatch.setattr(computing, "solve", never_solved)
    computing.work(run.pk)
    run = fresh(run)
    assert run.status == RunStatus.STOPPED
    assert run.ended_at is not None
    assert fresh(month).head is None
    assert journal_of(run) == ["run_asked", "run_stopped"]


def test_a_run_stopped_while_it_works_keeps_the_best_plan(month, coordinator, monkeypatch):
    monkeypatch.setattr(computing, "BETWEEN", 0)
    run = asked_for(month, coordinator)
    tell = computing._Pulse._tell

    def stopping(pulse, criterion, value, *details):
        if value is not None:
            stop_run(run, by=coordinator)
        tell(pulse, criterion, value, *details)

    monkeypatch.setattr(computing._Pulse, "_tell", stopping)
    computing.work(run.pk)
    run = fresh(run)
    assert run.status == RunStatus.STOPPED
    version = run.results.get()
    assert fresh(month).head == version
    assert check(version.problem, version.found) == []
    assert version.found.ended == "caller"


def test_a_run_that_is_over_is_not_stopped(month, coordinator):
    run = searched(month, coordinator)
    with pytest.raises(Refused, match="déjà terminé"):
        stop_run(run, by=coordinator)


# ---------------------------------------------------------------------------------- failed


def test_choices_that_contradict_each_other_are_named(month, coordinator, nurses):
    """The same site, two days in a row, when a week must pass between two visits."""
    site = Need.objects.filter(rota=nurses).order_by("site__name").first().site
    site.openings.filter(service=None).update(rule="Mo-Fr 09:00-12:00; PH off")
    for weekday in (1, 2):
        Pin.objects.create(month=month, site=site, rota=nurses, day=some_day(month, weekday, 1))
    run = searched(month, coordinator)
    assert run.status == RunStatus.FAILED
    assert "ne peuvent pas être tenus ensemble" in run.trouble
    for weekday in (1, 2):
        assert f"{site.name} le {some_day(month, weekday, 1):%d/%m/%Y}" in run.trouble
    assert not UUID_LIKE.search(run.trouble)
    assert not run.results.exists()
    assert fresh(month).head is None


def test_a_choice_whose_door_has_closed_since_is_named(proposed, coordinator):
    visit = proposed.head.found.assignments[0]
    Pin.objects.create(month=proposed, site_id=visit.site, rota_id=visit.team, day=visit.day)
    name = proposed.head.problem.site[visit.site].name
    for opening in Rule.objects.filter(site=visit.site, service=None):
        OccurrenceChange.objects.create(opening=opening, day=visit.day)
    run = searched(proposed, coordinator)
    assert run.status == RunStatus.FAILED
    assert f"{name} le {visit.day:%d/%m/%Y}" in run.trouble
    assert fresh(proposed).head == proposed.head


def test_an_accident_changes_nothing_and_says_what_to_do(
    proposed, coordinator, monkeypatch, caplog
):
    def broken(*_):
        raise ZeroDivisionError

    monkeypatch.setattr(computing, "solve", broken)
    head, generation = proposed.head_id, proposed.version
    run = searched(proposed, coordinator)
    assert run.status == RunStatus.FAILED
    assert "ZeroDivisionError" in run.trouble
    assert "relancez-le" in run.trouble
    held = fresh(proposed)
    assert (held.head_id, held.version) == (head, generation)
    assert "failed" in caplog.text
    asked_for(proposed, coordinator)


def test_a_plan_that_the_checker_refuses_is_never_kept(month, coordinator, monkeypatch):
    monkeypatch.setattr(computing, "check", lambda *_: [type("V", (), {"rule": "lunch"})])
    run = searched(month, coordinator)
    assert run.status == RunStatus.FAILED
    assert not Version.objects.filter(month=month).exists()


# ----------------------------------------------------------------------- taken up again


def test_a_run_that_died_is_started_again(month, coordinator, the_queue):
    run = asked_for(month, coordinator)
    assert computing.take_up_again() == 0
    quiet(run)
    assert computing.take_up_again() == 1
    assert the_queue[-1] == (WORK, run.pk)
    computing.work(run.pk)
    run = fresh(run)
    assert (run.status, run.attempts) == (RunStatus.DONE, 1)


def test_a_run_that_was_never_begun_is_started_again(month, coordinator, the_queue):
    run = asked_for(month, coordinator)
    Run.objects.update(asked_at=timezone.now() - timedelta(minutes=5))
    assert computing.take_up_again() == 1
    assert the_queue == [(WORK, run.pk)]


def test_two_processes_do_a_run_once(month, coordinator, monkeypatch):
    """While one searches, the other is given the same run: it leaves it."""
    run = asked_for(month, coordinator)
    solve, searches = computing.solve, []

    def twice(*details):
        searches.append(1)
        computing.work(run.pk)
        return solve(*details)

    monkeypatch.setattr(computing, "solve", twice)
    computing.work(run.pk)
    assert len(searches) == 1
    assert run.results.count() == 1
    assert fresh(run).attempts == 1
    computing.work(run.pk)
    assert len(searches) == 1


def test_what_was_found_before_dying_is_not_searched_again(month, coordinator, monkeypatch):
    run = searched(month, coordinator)
    quiet(run)
    monkeypatch.setattr(computing, "solve", never_solved)
    computing.work(run.pk)
    assert fresh(run).status == RunStatus.DONE
    assert run.results.count() == 1


def test_a_run_that_dies_three_times_is_given_up(month, coordinator, monkeypatch):
    run = asked_for(month, coordinator)
    quiet(run, attempts=computing.ATTEMPTS)
    monkeypatch.setattr(computing, "solve", never_solved)
    computing.work(run.pk)
    run = fresh(run)
    assert run.status == RunStatus.FAILED
    assert "trois fois de suite" in run.trouble
    asked_for(month, coordinator)


# --------------------------------------------------------------- who changed it meanwhile


def test_a_month_changed_meanwhile_stays_as_it_is_and_the_result_waits_beside(
    proposed, coordinator
):
    run = asked_for(proposed, coordinator)
    visit = proposed.head.found.assignments[0]
    wanted = Edit(site=visit.site, team=visit.team, before=Slot(visit.day, visit.worker))
    mine = change_by_hand(proposed, wanted, generation=proposed.version, by=coordinator)
    computing.work(run.pk)
    assert fresh(run).status == RunStatus.DONE
    assert fresh(proposed).head == mine
    other = run.results.get()
    assert other.parent_id == proposed.head_id
    assert other.number == mine.number + 1


# ------------------------------------------------------------------------ et si, urgence


def test_a_what_if_is_beside_and_never_in_hand_by_itself(month, coordinator, nurses):
    need = Need.objects.filter(rota=nurses).select_related("site").order_by("site__name").first()
    need.site.openings.filter(service=None).update(rule="Sa 09:00-12:00")
    searched(month, coordinator)
    held = fresh(month)
    reason = reason_for(held.head, nurses)
    asked = {"site": reason["site"], "team": reason["team"], "waivers": reason["waivers"]}
    run = ask_run(
        held,
        held.head.problem,
        RunKind.WHAT_IF,
        title="Et si…",
        by=coordinator,
        base=held.head,
        asked=asked,
    )
    computing.work(run.pk)
    assert fresh(run).status == RunStatus.DONE, fresh(run).trouble
    version = run.results.get()
    assert version.origin == Origin.WHAT_IF
    assert fresh(month).head == held.head
    assert version.found.value(Criterion.VISITS) < held.head.found.value(Criterion.VISITS)
    assert version.brief != held.head.brief


@pytest.fixture
def announced(proposed, coordinator) -> Month:
    publish(proposed, generation=proposed.version, by=coordinator)
    return fresh(proposed)


def _absent(month, worker, by):
    visit = next(e for e in month.head.found.assignments if e.worker == str(worker.pk))
    add_absence(worker.team, visit.day, visit.day, by=by, member=worker.member)
    return visit


def _someone_planned(month):
    """A nurse who has visits in the month."""
    planned = {each.worker for each in month.head.found.assignments}
    return Worker.objects.exclude(member=None).filter(pk__in=planned).order_by("name")[0]


def test_an_emergency_has_three_ways_out_and_none_is_taken(announced, coordinator):
    worker = _someone_planned(announced)
    visit = _absent(announced, worker, coordinator)
    run = searched(announced, coordinator, RunKind.URGENT, asked={"worker": str(worker.pk)})
    assert run.status == RunStatus.DONE, run.trouble
    found = list(run.results.order_by("number"))
    assert len(found) == 3
    assert {each.origin for each in found} == {Origin.URGENT}
    assert fresh(announced).head == announced.head
    told = {(e.site, e.day) for e in announced.head.found.assignments}
    least, same_dates, hers = (each.found for each in found)
    assert {(e.site, e.day) for e in same_dates.assignments} <= told
    others = {e for e in announced.head.found.assignments if e.worker != str(worker.pk)}
    assert others <= set(hers.assignments)
    for plan in (least, same_dates, hers):
        assert visit not in plan.assignments


def test_a_repair_moves_the_fewest_dates(announced, coordinator):
    worker = _someone_planned(announced)
    _absent(announced, worker, coordinator)
    run = searched(announced, coordinator, RunKind.REPAIR)
    version = run.results.get()
    assert (version.origin, fresh(announced).head) == (Origin.REPAIR, version)
    assert version.found.stages[1].proved
    assert version.found.value(Criterion.MOVED_DATES) <= 1


def test_a_way_out_that_is_closed_leaves_the_two_others(announced, coordinator):
    """What was announced breaks a rule, since changed: the others cannot all be held to it."""
    worker = _someone_planned(announced)
    _absent(announced, worker, coordinator)
    Need.objects.filter(visits=2).update(min_days=25, max_days=31)
    run = searched(announced, coordinator, RunKind.URGENT, asked={"worker": str(worker.pk)})
    assert run.status == RunStatus.DONE, run.trouble
    assert run.results.count() == 2


def test_an_emergency_that_died_goes_on_where_it_was(announced, coordinator, monkeypatch):
    worker = _someone_planned(announced)
    _absent(announced, worker, coordinator)
    run = searched(announced, coordinator, RunKind.URGENT, asked={"worker": str(worker.pk)})
    last = run.results.order_by("number").last()
    last.delete()
    solve, searches = computing.solve, []
    monkeypatch.setattr(computing, "solve", lambda *d: searches.append(1) or solve(*d))
    quiet(run)
    computing.work(run.pk)
    assert len(searches) == 1
    assert run.results.count() == 3


def test_a_proposal_of_an_emergency_is_adopted_like_any_other(announced, coordinator):
    worker = _someone_planned(announced)
    _absent(announced, worker, coordinator)
    run = searched(announced, coordinator, RunKind.URGENT, asked={"worker": str(worker.pk)})
    chosen = run.results.order_by("number")[1]
    adopt(announced, chosen, generation=announced.version, by=coordinator)
    assert fresh(announced).head == chosen
