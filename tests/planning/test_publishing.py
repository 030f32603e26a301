"""A month that everyone reads: séances, mails, calls; all of it or nothing; and never twice."""

from dataclasses import replace
from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from django.core import mail
from django.utils import timezone

from ruche.engines.rounds.editing import Edit, Slot
from ruche.places import actions as places
from ruche.places.models import Site
from ruche.planning.actions.months import change_by_hand
from ruche.planning.actions.publishing import changes_of, publish
from ruche.planning.enums import MonthStatus
from ruche.planning.gathering import minutes_of
from ruche.planning.models import Need, Publication, Visit, Worker
from ruche.planning.refusals import Refused
from ruche.seances import actions as seances
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Participation, Seance
from ruche.seances.queries import announced
from tests.planning.conftest import searched
from tests.planning.test_gathering import UUID_LIKE
from tests.planning.test_months import a_visit, free_day, moving, removal, slot_of
from tests.seances.field import journal_of

pytestmark = pytest.mark.django_db


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


@pytest.fixture
def published(coordinator, django_capture_on_commit_callbacks):
    """`published(month)`: publishes the version in hand, and gives the mails that left."""

    def did(month, **more):
        before = len(mail.outbox)
        held = fresh(month)
        with django_capture_on_commit_callbacks(execute=True):
            publish(held, generation=held.version, by=coordinator, **more)
        return mail.outbox[before:]

    return did


@pytest.fixture
def changed(coordinator):
    """`changed(month, edit)`: a version made by hand, in hand."""

    def did(month, edit):
        held = fresh(month)
        return change_by_hand(held, edit, generation=held.version, by=coordinator)

    return did


def row_of(visit) -> Visit:
    return Visit.objects.select_related("participation__seance").get(
        site=UUID(visit.site), rota=UUID(visit.team), day=visit.day
    )


def is_true(month) -> None:
    """Announced visits are those of the version, each with its team, confirmed, that day."""
    held = fresh(month)
    today = timezone.localdate()
    wanted = {each for each in held.head.found.assignments if each.day >= today}
    rows = month.visits.filter(day__gte=today).select_related(
        "worker", "participation__seance", "participation__team"
    )
    assert {(str(row.site_id), str(row.rota_id), row.day, str(row.worker_id)) for row in rows} == {
        (e.site, e.team, e.day, e.worker) for e in wanted
    }
    for row in rows:
        part = row.participation
        assert (part.seance.site_id, part.seance.day) == (row.site_id, row.day)
        assert part.seance.is_open
        assert part.answer == Answer.CONFIRMED
        assert (part.team_id, part.member_id) == (row.worker.team_id, row.worker.member_id)


def shared_by_teams(month) -> list[Seance]:
    """Séances of the month in which a team that belongs to the rounds is expected."""
    teams = set(Worker.objects.order_by().values_list("team", flat=True))
    return list(
        Seance.objects.filter(
            day__gte=month.first,
            day__lt=(month.first + timedelta(days=32)).replace(day=1),
            participations__team__in=teams,
            participations__answer=Answer.CONFIRMED,
        )
        .exclude(status=SeanceStatus.CANCELLED)
        .distinct()
        .order_by("day", "starts", "pk")
    )


def alone(month):
    """A visit of a nurse whose séance no other team shares, so that it moves with its address."""
    together = [(e.site, e.day) for e in month.head.found.assignments]
    met = {(e.site, e.day) for e in month.head.found.meetings}
    return next(
        e
        for e in month.head.found.assignments
        if together.count((e.site, e.day)) == 1
        and (e.site, e.day) not in met
        and len(month.head.problem.team(e.team)) > 1
    )


# -------------------------------------------------------------------------- for the first time


def test_a_first_publication_makes_confirmed_seances(proposed, published):
    before = len(shared_by_teams(proposed))
    published(proposed)
    is_true(proposed)
    held = fresh(proposed)
    assert held.status == MonthStatus.PUBLISHED
    assert held.published == held.head == proposed.head
    slots = {(e.site, e.day) for e in proposed.head.found.assignments}
    assert (before, len(shared_by_teams(proposed))) == (0, len(slots))
    publication = Publication.objects.get()
    assert publication.calls == []
    assert journal_of(proposed)[-1] == "month_published"


def test_the_hours_told_are_those_of_the_door(proposed, published):
    published(proposed)
    visit = alone(proposed)
    held = next(
        day
        for day in proposed.head.found.days
        if (day.worker, day.day) == (visit.worker, visit.day)
    )
    (stop,) = [stop for stop in held.visits() if stop.site == visit.site]
    seance = row_of(visit).participation.seance
    assert [minutes_of(each) for each in (seance.starts, seance.ends)] == list(stop.opening)


def test_each_team_receives_one_mail_with_its_dates(proposed, published):
    sent = published(proposed, message="Bonne année à toutes.")
    planned = {each.worker for each in proposed.head.found.assignments}
    workers = Worker.objects.filter(pk__in=planned).select_related("team")
    teams = {each.team for each in workers}
    told = [each for each in sent if each.subject.startswith("Vos séances de")]
    assert len(told) == len(teams)
    text = "\n".join(each.body for each in told)
    assert not UUID_LIKE.search(text)
    assert "Ce qui change" not in text
    for visit in proposed.head.found.assignments:
        assert proposed.head.problem.site[visit.site].name in text
    assert all("Bonne année à toutes." in each.body for each in told)


def test_partners_who_join_a_team_are_asked(proposed, published):
    meetings = proposed.head.found.meetings
    assert meetings
    published(proposed)
    for meeting in meetings:
        part = Participation.objects.get(
            team=UUID(meeting.partner), seance__site=UUID(meeting.site), seance__day=meeting.day
        )
        assert part.answer == Answer.ASKED


def test_everyone_reads_it_in_the_public_agenda(proposed, published):
    visit = a_visit(proposed)
    site = Site.objects.get(pk=visit.site)
    days = 31

    def told():
        return [
            each.day for each in announced([site], proposed.first, days)[site.pk] if each.seance
        ]

    assert told() == []
    published(proposed)
    assert sorted(set(told())) == sorted(
        {each.day for each in proposed.head.found.assignments if each.site == visit.site}
    )


def test_nothing_is_announced_on_a_day_that_is_past(proposed, published, time_machine):
    """The month is published late: what is over is not told."""
    days = sorted({each.day for each in proposed.head.found.assignments})
    middle = days[len(days) // 2]
    time_machine.move_to(datetime.combine(middle, time(6), timezone.get_default_timezone()))
    published(proposed)
    is_true(proposed)
    assert not proposed.visits.filter(day__lt=middle).exists()


# ------------------------------------------------------------------------------- once more


def test_the_same_twice_is_refused(proposed, published):
    published(proposed)
    with pytest.raises(Refused, match="déjà publié tel qu’il est"):
        published(proposed)
    assert Publication.objects.count() == 1


def test_a_visit_that_moves_takes_its_seance_with_its_address(proposed, published, changed):
    published(proposed)
    visit = alone(proposed)
    seance = row_of(visit).participation.seance
    edit = replace(removal(visit), after=Slot(day_without_anyone(proposed, visit), visit.worker))
    changed(proposed, edit)
    sent = published(proposed)
    is_true(proposed)
    moved = fresh(seance)
    assert (moved.day, moved.is_cancelled) == (edit.after.day, False)
    assert row_of(replace(visit, day=moved.day)).participation.seance == seance
    (call,) = Publication.objects.order_by("-made_at")[0].calls
    assert call["change"] == "moved"
    assert call["before"] == [str(visit.day), visit.worker]
    assert call["after"] == [str(edit.after.day), visit.worker]
    (said,) = [each.body for each in sent if "Ce qui change" in each.body]
    assert proposed.head.problem.site[visit.site].name in said
    assert " devient " in said


def day_without_anyone(month, visit):
    """A day on which the site opens and no team of the rounds comes."""
    days = {each.day for each in month.head.problem.site[visit.site].openings}
    return min(days - {e.day for e in month.head.found.assignments if e.site == visit.site})


def test_another_person_comes_and_both_teams_read_it(proposed, published, changed):
    published(proposed)
    visit = alone(proposed)
    others = [each.id for each in proposed.head.problem.team(visit.team)]
    mine = Worker.objects.get(pk=visit.worker)
    other = next(
        row
        for row in Worker.objects.filter(pk__in=others).order_by("name")
        if row.team_id != mine.team_id
    )
    changed(proposed, replace(removal(visit), after=Slot(visit.day, str(other.pk))))
    sent = published(proposed)
    is_true(proposed)
    (call,) = Publication.objects.order_by("-made_at")[0].calls
    assert call["change"] == "other_worker"
    said = [each.body for each in sent if "Ce qui change" in each.body]
    assert len(said) == 2
    assert all(f"{other.name} vient à la place de {mine.name}" in text for text in said)


def test_a_colleague_of_the_same_team_comes_instead(proposed, published, changed):
    published(proposed)
    visit = alone(proposed)
    mine = Worker.objects.get(pk=visit.worker)
    same = Worker.objects.filter(team=mine.team, rota=mine.rota).exclude(pk=mine.pk).get()
    changed(proposed, replace(removal(visit), after=Slot(visit.day, str(same.pk))))
    sent = published(proposed)
    is_true(proposed)
    assert len([each for each in sent if "Ce qui change" in each.body]) == 1


def test_a_visit_taken_away_cancels_its_seance_and_is_called(proposed, published, changed):
    published(proposed)
    visit = alone(proposed)
    seance = row_of(visit).participation.seance
    changed(proposed, removal(visit))
    published(proposed)
    is_true(proposed)
    assert fresh(seance).status == SeanceStatus.CANCELLED
    (call,) = Publication.objects.order_by("-made_at")[0].calls
    assert (call["change"], call["after"]) == ("cancelled", None)


def test_a_team_that_has_no_date_left_is_told_so(proposed, published, changed):
    published(proposed)
    van = Worker.objects.select_related("team").get(member=None)
    for visit in proposed.head.found.assignments:
        if visit.worker == str(van.pk):
            changed(proposed, removal(visit))
    sent = published(proposed)
    is_true(proposed)
    (told,) = [each for each in sent if "n’est attendue à aucune date" in each.body]
    assert "pas de visite" in told.body


def test_past_days_are_left_untouched(proposed, published, coordinator, time_machine):
    published(proposed)
    days = sorted({each.day for each in proposed.head.found.assignments})
    middle = days[len(days) // 2]
    before = {
        row.pk: (row.day, row.worker_id, row.participation_id)
        for row in proposed.visits.filter(day__lt=middle)
    }
    assert before
    time_machine.move_to(datetime.combine(middle, time(6), timezone.get_default_timezone()))
    run = searched(proposed, coordinator, title="De nouveau")
    assert run.status == "done", run.trouble
    last = max(fresh(proposed).head.found.assignments, key=lambda each: each.day)
    held = fresh(proposed)
    change_by_hand(held, removal(last), generation=held.version, by=coordinator)
    published(proposed)
    is_true(proposed)
    assert before == {
        row.pk: (row.day, row.worker_id, row.participation_id)
        for row in proposed.visits.filter(day__lt=middle)
    }
    assert {each.before and each.before.day for each in changes_of(held, held.head).calls} <= {
        None,
        *(day for day in days if day >= middle),
    }


def test_two_visits_that_exchange_their_days(proposed, published, changed):
    """Rose's date becomes that of another site, and the other way round: nothing is lost."""
    published(proposed)
    visit = alone(proposed)
    edit = moving(proposed, visit)
    changed(proposed, edit)
    published(proposed)
    back = Edit(site=visit.site, team=visit.team, before=edit.after, after=slot_of(visit))
    changed(proposed, back)
    published(proposed)
    is_true(proposed)


# ----------------------------------------------------------------------------- all or nothing


def test_a_site_closed_since_is_named_and_nothing_is_published(
    proposed, published, coordinator, django_capture_on_commit_callbacks
):
    visits = sorted(proposed.head.found.assignments, key=lambda each: each.site)
    site = Site.objects.get(pk=visits[-1].site)
    places.close_site(site, by=coordinator, on=proposed.first)
    before = Seance.objects.count()
    with pytest.raises(Refused) as refused:
        published(proposed)
    assert site.name in str(refused.value)
    assert "Rien n’a été publié" in str(refused.value)
    assert not UUID_LIKE.search(str(refused.value))
    assert Seance.objects.count() == before
    assert not Visit.objects.filter(month=proposed).exists()
    assert not Publication.objects.exists()
    assert mail.outbox == []
    held = fresh(proposed)
    assert (held.published, held.version) == (None, proposed.version)


def test_what_was_interrupted_is_done_again_without_a_second_seance(
    proposed, published, monkeypatch
):
    from ruche.planning.actions import publishing

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(publishing, "_tell_teams", interrupted)
        with pytest.raises(KeyboardInterrupt):
            published(proposed)
    published(proposed)
    is_true(proposed)
    slots = {(e.site, e.day) for e in proposed.head.found.assignments}
    assert len(shared_by_teams(proposed)) == len(slots)


# ----------------------------------------------------------------------- séances made by hand


def by_hand(visit, *, member=None, answer=Answer.CONFIRMED, hours=None) -> Participation:
    """A séance that someone had made where the plan goes."""
    starts, ends = hours or (time(9), time(18))
    seance = Seance.objects.create(
        site_id=visit.site,
        day=visit.day,
        starts=starts,
        ends=ends,
        status=SeanceStatus.CONFIRMED if answer == Answer.CONFIRMED else SeanceStatus.PREPARED,
    )
    team = Worker.objects.get(pk=visit.worker).team
    return Participation.objects.create(seance=seance, team=team, member=member, answer=answer)


@pytest.mark.parametrize("answer", [Answer.CONFIRMED, Answer.ASKED])
@pytest.mark.parametrize("is_named", [True, False])
def test_a_seance_made_by_hand_is_taken_over(proposed, published, answer, is_named):
    visit = alone(proposed)
    worker = Worker.objects.get(pk=visit.worker)
    part = by_hand(visit, member=worker.member if is_named else None, answer=answer)
    published(proposed)
    is_true(proposed)
    assert row_of(visit).participation.seance == part.seance
    slots = {(e.site, e.day) for e in proposed.head.found.assignments}
    assert len(shared_by_teams(proposed)) == len(slots)


def test_a_seance_made_by_hand_on_another_day_moves_to_that_of_the_plan(proposed, published):
    visit = alone(proposed)
    worker = Worker.objects.get(pk=visit.worker)
    elsewhere = replace(visit, day=free_day(proposed, visit))
    part = by_hand(elsewhere, member=worker.member)
    published(proposed)
    is_true(proposed)
    assert Publication.objects.get().calls
    slots = {(e.site, e.day) for e in proposed.head.found.assignments}
    assert len(shared_by_teams(proposed)) == len(slots)
    assert fresh(part.seance).day != elsewhere.day or fresh(part.seance).is_cancelled


def test_a_seance_of_a_site_that_is_not_planned_is_left_alone(proposed, published):
    visit = alone(proposed)
    worker = Worker.objects.get(pk=visit.worker)
    elsewhere = Site.objects.exclude(
        pk__in=Need.objects.order_by().values_list("site", flat=True)
    ).order_by("name")[0]
    part = by_hand(replace(visit, site=str(elsewhere.pk)), member=worker.member)
    published(proposed)
    is_true(proposed)
    assert fresh(part).answer == Answer.CONFIRMED
    assert fresh(part.seance).status == SeanceStatus.CONFIRMED


# ------------------------------------------------------------------- séances changed by hand


def test_a_seance_moved_by_hand_since_is_moved_back_once(proposed, published, changed, coordinator):
    """Its row was told of the old day: only one stays, that of the plan."""
    published(proposed)
    visit = alone(proposed)
    seance = row_of(visit).participation.seance
    day = free_day(proposed, visit)
    seances.change_seance(seance, version=seance.version, by=coordinator, day=day)
    other = next(e for e in proposed.head.found.assignments if e.site != visit.site)
    changed(proposed, removal(other))
    sent = published(proposed)
    is_true(proposed)
    calls = {each["change"] for each in Publication.objects.order_by("-made_at")[0].calls}
    assert calls == {"moved", "cancelled"}
    assert sent


def test_a_seance_moved_by_hand_is_adopted_by_a_plan_that_agrees(
    proposed, published, changed, coordinator
):
    published(proposed)
    visit = alone(proposed)
    seance = row_of(visit).participation.seance
    edit = moving(proposed, visit)
    seances.change_seance(seance, version=seance.version, by=coordinator, day=edit.after.day)
    changed(proposed, edit)
    published(proposed)
    is_true(proposed)
    assert Publication.objects.order_by("-made_at")[0].calls == []


def test_a_team_that_withdrew_is_not_told_that_it_comes(proposed, published, changed, coordinator):
    published(proposed)
    visit = alone(proposed)
    part = row_of(visit).participation
    seances.withdraw(part, reason="Empêchée", by=coordinator)
    changed(proposed, removal(visit))
    published(proposed)
    is_true(proposed)
    assert not proposed.visits.filter(participation=part).exists()


def test_a_partner_who_declined_is_not_asked_again(proposed, published, changed):
    published(proposed)
    meeting = proposed.head.found.meetings[0]
    asked = Participation.objects.filter(
        team=UUID(meeting.partner), seance__site=UUID(meeting.site), seance__day=meeting.day
    )
    asked.update(answer=Answer.DECLINED)
    other = next(
        e
        for e in proposed.head.found.assignments
        if (e.site, e.day) not in {(m.site, m.day) for m in proposed.head.found.meetings}
    )
    changed(proposed, removal(other))
    published(proposed)
    assert asked.get().answer == Answer.DECLINED


def test_who_publishes_is_kept(proposed, published, coordinator):
    published(proposed)
    publication = Publication.objects.get()
    assert (publication.made_by, publication.version) == (coordinator, proposed.head)
    assert str(publication).startswith(str(proposed))
