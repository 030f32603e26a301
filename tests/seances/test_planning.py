"""Open a séance, change it, cancel it, hold it: what is accepted, what is refused, what is told."""

from datetime import time
from uuid import uuid4

import pytest
from django.core import mail
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.seances import actions
from ruche.seances.enums import Answer, Measure, SeanceStatus
from ruche.seances.models import Reminder
from ruche.seances.refusals import (
    AlreadyAsked,
    ClosedSeance,
    Refused,
    StaleSeance,
    TooEarly,
    TooLate,
)
from tests.members import browser_of, someone
from tests.seances.field import (
    AFTERNOON,
    a_coordinator,
    a_seance,
    a_service,
    a_site,
    a_team,
    added,
    asked,
    in_days,
    journal_of,
    there,
)

pytestmark = pytest.mark.django_db


def open_at(site, day=None):
    return actions.open_seance(site, day or in_days(10), by=a_coordinator(), **AFTERNOON)


# ---------------------------------------------------------------------------------- open


def test_two_seances_do_not_begin_at_the_same_hour_on_the_same_site():
    site = a_site()
    open_at(site)
    with pytest.raises(Refused, match="commence déjà à cette heure"):
        open_at(site)


def test_a_cancelled_seance_leaves_its_hour_free():
    site, coordinator = a_site(), a_coordinator()
    actions.cancel_seance(open_at(site), reason="La salle est prise.", by=coordinator)
    assert open_at(site).status == SeanceStatus.PREPARED


def test_a_seance_finishes_after_it_begins():
    with pytest.raises(Refused, match="finit après"):
        actions.open_seance(
            a_site(), in_days(1), starts=time(14), ends=time(14), by=a_coordinator()
        )


# -------------------------------------------------------------------------------- change


def test_two_people_who_edit_the_same_seance_never_overwrite_each_other():
    seance = a_seance()
    first, second = a_coordinator(), a_coordinator()
    actions.change_seance(seance, version=1, by=first, note="Portail vert")
    with pytest.raises(StaleSeance) as stale:
        actions.change_seance(seance, version=1, by=second, note="Portail rouge")
    assert stale.value.current.note == "Portail vert"
    seance.refresh_from_db()
    assert (seance.note, seance.version) == ("Portail vert", 2)


def test_the_page_shows_both_versions_and_asks():
    seance = a_seance()
    desk = browser_of(a_coordinator())
    actions.change_seance(seance, version=1, by=a_coordinator(), note="Portail vert")
    mine = {
        "site": seance.site_id,
        "day": seance.day.isoformat(),
        "starts": "14:00",
        "ends": "16:30",
        "note": "Portail rouge",
        "version": 1,
    }
    answer = desk.post(f"/seances/{seance.pk}/modifier/", mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Portail vert" in page
    assert "Portail rouge" in page
    assert 'name="version" value="2"' in page
    assert desk.post(f"/seances/{seance.pk}/modifier/", {**mine, "version": 2}).status_code == 302
    seance.refresh_from_db()
    assert (seance.note, seance.version) == ("Portail rouge", 3)


def test_a_form_without_its_version_is_taken_for_an_old_one():
    with pytest.raises(StaleSeance):
        actions.change_seance(a_seance(), version=0, by=a_coordinator(), note="x")


def test_what_does_not_change_raises_no_version_and_writes_no_line():
    seance = a_seance(note="Portail vert")
    same = actions.change_seance(seance, version=1, by=a_coordinator(), note="Portail vert")
    assert same.version == 1
    assert journal_of(seance) == []


def test_another_day_asks_every_team_again(django_capture_on_commit_callbacks):
    seance = a_seance()
    participation, _ = asked(seance)
    actions.answer(participation, Answer.CONFIRMED, by="system")
    link = participation.links.get()
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_seance(seance, version=1, by=a_coordinator(), day=in_days(20))
    participation.refresh_from_db()
    link.refresh_from_db()
    seance.refresh_from_db()
    assert participation.answer == Answer.ASKED
    assert seance.status == SeanceStatus.PREPARED
    assert link.expires_at == seance.answers_until
    [message] = mail.outbox
    assert "la séance change" in message.subject
    assert "Dites-nous si votre équipe vient" in message.body
    days = sorted((seance.day - timezone.localdate(r.due_at)).days for r in Reminder.objects.all())
    assert days == [2, 7]


def test_other_hours_are_told_and_ask_nothing(django_capture_on_commit_callbacks):
    seance = a_seance()
    participation, _ = asked(seance)
    actions.answer(participation, Answer.CONFIRMED, by="system")
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_seance(seance, version=1, by=a_coordinator(), ends=time(18))
    participation.refresh_from_db()
    assert participation.answer == Answer.CONFIRMED
    [message] = mail.outbox
    assert "18\u00a0h" in message.body


# -------------------------------------------------------------------------------- cancel


def test_a_cancelled_seance_is_told_to_the_teams_and_reminds_nobody(
    django_capture_on_commit_callbacks,
):
    seance = a_seance()
    participation, _ = asked(seance)
    with django_capture_on_commit_callbacks(execute=True):
        actions.cancel_seance(seance, reason="La salle est prise.", by=a_coordinator())
        actions.cancel_seance(seance, reason="Une seconde fois.", by=a_coordinator())
    [message] = mail.outbox
    assert "ANNULÉE" in message.subject
    assert "La salle est prise." in message.body
    assert not participation.reminders.waiting().exists()
    assert journal_of(seance) == ["seance_cancelled"]


def test_a_seance_is_not_cancelled_without_a_reason():
    with pytest.raises(Refused, match="Dites pourquoi"):
        actions.cancel_seance(a_seance(), reason=" ", by=a_coordinator())


def test_the_page_of_a_cancelled_seance_says_so_in_words():
    seance = a_seance(status=SeanceStatus.CANCELLED, cancel_reason="La salle est prise.")
    page = browser_of(someone(Role.NURSE)).get(f"/seances/{seance.pk}/").content.decode()
    assert "Cette séance est ANNULÉE" in page
    assert "La salle est prise." in page


def test_the_calendar_says_in_words_that_a_seance_is_cancelled():
    a_seance(day=in_days(0), status=SeanceStatus.CANCELLED)
    page = browser_of(someone(Role.NURSE)).get("/seances/").content.decode()
    assert '<strong class="entry-loud">Annulée</strong>' in page


def test_nothing_more_happens_to_a_cancelled_seance():
    seance, by = a_seance(day=in_days(0), status=SeanceStatus.CANCELLED), a_coordinator()
    for refused in (
        lambda: actions.change_seance(seance, version=1, by=by, note="x"),
        lambda: actions.hold_seance(seance, by=by),
        lambda: actions.close_counts(seance, by=by),
        lambda: actions.ask_team(seance, a_team(), services=[], by=by),
        lambda: actions.make_counting_link(seance, by),
        lambda: added(seance, Measure.PASSAGES),
    ):
        with pytest.raises(ClosedSeance):
            refused()


# ---------------------------------------------------------------------------------- hold


def test_a_seance_to_come_was_not_held():
    with pytest.raises(TooEarly):
        actions.hold_seance(a_seance(day=in_days(1)), by=a_coordinator())


def test_only_the_teams_that_came_are_noted_as_such():
    seance = a_seance(day=in_days(0))
    came, confirmed = there(seance, answer=Answer.ASKED), there(seance, answer=Answer.CONFIRMED)
    actions.hold_seance(seance, by=a_coordinator(), came=[came])
    came.refresh_from_db()
    confirmed.refresh_from_db()
    assert (came.answer, confirmed.answer) == (Answer.HELD, Answer.CONFIRMED)


def test_to_close_the_counts_says_that_the_seance_was_held():
    seance = a_seance(day=in_days(-1))
    team = there(seance, answer=Answer.CONFIRMED)
    assert actions.close_counts(seance, by=a_coordinator()).status == SeanceStatus.COUNTED
    team.refresh_from_db()
    assert team.answer == Answer.HELD


# --------------------------------------------------------------------------- teams of it


def test_a_team_is_not_asked_twice():
    seance, team = a_seance(), a_team()
    asked(seance, team)
    with pytest.raises(AlreadyAsked):
        asked(seance, team)


def test_a_team_that_declined_may_be_asked_again():
    seance, team = a_seance(), a_team()
    participation, _ = asked(seance, team)
    actions.answer(participation, Answer.DECLINED, by="system", reason="distance")
    again, _ = asked(seance, team)
    assert (again.pk, again.answer, again.reason) == (participation.pk, Answer.ASKED, "")


def test_no_team_is_asked_to_a_past_seance_but_it_may_be_noted_as_having_come():
    seance, team = a_seance(day=in_days(-1)), a_team()
    with pytest.raises(TooLate):
        asked(seance, team)
    came = actions.record_team_that_came(seance, team, services=[], by=a_coordinator())
    assert came.answer == Answer.HELD


def test_a_team_that_stopped_its_activity_is_not_asked():
    with pytest.raises(Refused, match="plus en activité"):
        asked(a_seance(), a_team(is_active=False))


def test_a_team_that_replaces_another_brings_what_both_offer(django_capture_on_commit_callbacks):
    seance, old_team, new_team = a_seance(), a_team(), a_team()
    both, only_old = a_service(), a_service()
    old_team.services.set([both, only_old])
    new_team.services.set([both])
    old, _ = actions.ask_team(seance, old_team, services=[both, only_old], by=a_coordinator())
    with django_capture_on_commit_callbacks(execute=True):
        new, _ = actions.replace_team(old, new_team, by=a_coordinator())
    old.refresh_from_db()
    assert old.answer == Answer.CANCELLED
    assert new.replaces == old
    assert list(new.services.order_by("pk")) == [both]
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [old_team.email, new_team.email]
    )
    assert journal_of(old)[-1] == "team_replaced"


def test_a_team_that_declined_keeps_its_answer_when_it_is_replaced():
    seance = a_seance()
    old, _ = asked(seance)
    actions.answer(old, Answer.DECLINED, by="system", reason="absence")
    actions.replace_team(old, a_team(), by=a_coordinator())
    old.refresh_from_db()
    assert (old.answer, old.reason) == (Answer.DECLINED, "absence")


def test_a_team_that_is_removed_is_told_and_its_link_stops(django_capture_on_commit_callbacks):
    seance = a_seance()
    participation, token = asked(seance)
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_team(participation, by=a_coordinator())
        actions.remove_team(participation, by=a_coordinator())
    assert len(mail.outbox) == 1
    assert not participation.links.get().is_live
    assert not participation.reminders.waiting().exists()
    assert journal_of(participation).count("team_removed") == 1
    assert token


def test_the_secret_of_a_link_is_not_in_the_database():
    participation, token = asked(a_seance())
    assert participation.links.get().token != token
    assert len(participation.links.get().token) == 64


def test_the_status_of_a_seance_is_not_something_one_edits():
    with pytest.raises(TypeError):
        actions.change_seance(a_seance(), version=1, by=a_coordinator(), status="held")


def test_an_increment_is_refused_before_the_day():
    with pytest.raises(TooEarly):
        actions.add(a_seance(day=in_days(1)), Measure.PASSAGES, increment=uuid4(), by="system")


@pytest.mark.parametrize("query", ["lieu=x&jour=demain", "lieu=%00", "jour=2027-01-15"])
def test_the_form_of_a_new_seance_opens_whatever_its_address_says(query):
    browser = browser_of(a_coordinator())
    assert browser.get(f"/seances/nouvelle/?{query}").status_code == 200


@pytest.mark.parametrize("query", ["team=x", "team=", "team=%00"])
def test_a_team_that_does_not_exist_is_not_asked(query):
    browser = browser_of(a_coordinator())
    answer = browser.post(f"/seances/{a_seance().pk}/solliciter/?{query}", {})
    assert answer.status_code == 422
