"""A team answers: by its link, without an account, or by a member."""

from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from ruche.accounts.enums import OrganisationKind, Role
from ruche.journal.models import Entry
from ruche.seances import actions
from ruche.seances.actions.reminding import _remind
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import AnswerLink, Reminder
from ruche.seances.refusals import BadAnswer, TooLate
from ruche.seances.tasks import remind
from tests.members import browser_of, organisation, someone
from tests.seances.field import (
    a_coordinator,
    a_seance,
    a_service,
    a_team,
    asked,
    in_days,
    journal_of,
    there,
)
from tests.world import visitor

pytestmark = pytest.mark.django_db


def page_of(token):
    return f"/seances/reponse/{token}/"


# ------------------------------------------------------------------------------- actions


def test_the_same_answer_twice_changes_nothing_and_writes_no_second_line():
    participation, _ = asked(a_seance())
    first = actions.answer(participation, Answer.CONFIRMED, by="system")
    second = actions.answer(participation, Answer.CONFIRMED, by="system")
    assert second.version == first.version
    assert journal_of(participation) == ["team_asked", "team_answered"]


def test_a_team_may_change_its_mind_until_the_day():
    seance = a_seance(day=in_days(0))
    participation = there(seance, answer=Answer.ASKED)
    actions.answer(participation, Answer.CONFIRMED, by="system")
    changed = actions.answer(participation, Answer.DECLINED, by="system", reason="absence")
    assert (changed.answer, changed.reason) == (Answer.DECLINED, "absence")
    assert journal_of(participation) == ["team_answered", "team_answered"]


@pytest.mark.parametrize("status", [SeanceStatus.CANCELLED, SeanceStatus.HELD])
def test_nobody_answers_for_a_seance_that_is_cancelled_or_over(status):
    participation = there(a_seance(status=status), answer=Answer.ASKED)
    with pytest.raises(TooLate):
        actions.answer(participation, Answer.CONFIRMED, by="system")


def test_nobody_answers_after_the_day():
    participation = there(a_seance(day=in_days(-1)), answer=Answer.ASKED)
    with pytest.raises(TooLate, match="passée"):
        actions.answer(participation, Answer.CONFIRMED, by="system")


def test_a_team_that_was_withdrawn_no_longer_answers():
    participation = there(a_seance(), answer=Answer.CANCELLED)
    with pytest.raises(TooLate, match="plus attendue"):
        actions.answer(participation, Answer.CONFIRMED, by="system")


@pytest.mark.parametrize(
    ("answer", "more"),
    [
        (Answer.DECLINED, {}),
        (Answer.DECLINED, {"reason": "une longue histoire"}),
        (Answer.PROPOSED, {}),
        (Answer.PROPOSED, {"proposed_day": in_days(-1)}),
        (Answer.PROPOSED, {"proposed_day": in_days(10)}),
        (Answer.HELD, {}),
    ],
)
def test_an_answer_without_what_it_needs_is_refused(answer, more):
    participation, _ = asked(a_seance())
    with pytest.raises(BadAnswer):
        actions.answer(participation, answer, by="system", **more)


def test_a_seance_is_confirmed_when_every_team_that_did_not_decline_is():
    seance = a_seance()
    one, other, third = (asked(seance)[0] for _ in range(3))
    statuses = []
    for participation, answer, more in (
        (one, Answer.CONFIRMED, {}),
        (other, Answer.DECLINED, {"reason": "distance"}),
        (third, Answer.CONFIRMED, {}),
        (third, Answer.PROPOSED, {"proposed_day": in_days(12)}),
        (third, Answer.CONFIRMED, {}),
    ):
        actions.answer(participation, answer, by="system", **more)
        seance.refresh_from_db()
        statuses.append(seance.status)
    assert statuses == ["prepared", "prepared", "confirmed", "prepared", "confirmed"]


def test_a_seance_that_every_team_declines_is_not_confirmed():
    seance = a_seance()
    participation, _ = asked(seance)
    actions.answer(participation, Answer.DECLINED, by="system", reason="distance")
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.PREPARED


def test_a_confirmed_seance_goes_back_to_preparation_when_one_more_team_is_asked():
    seance = a_seance()
    participation, _ = asked(seance)
    actions.answer(participation, Answer.CONFIRMED, by="system")
    asked(seance)
    seance.refresh_from_db()
    assert seance.status == SeanceStatus.PREPARED


# ------------------------------------------------------------------------------- by link


def test_opening_the_link_changes_nothing_and_shows_what_is_asked():
    service = a_service("Permanence santé")
    seance = a_seance(note="Venir par la cour")
    participation, token = actions.ask_team(
        seance, a_team(), services=[service], by=a_coordinator()
    )
    for _ in range(2):
        answer = visitor().get(page_of(token))
    page = answer.content.decode()
    for words in (seance.site.name, seance.site.address, "Permanence santé", "Venir par la cour"):
        assert words in page
    participation.refresh_from_db()
    assert (participation.answer, participation.answered_at) == (Answer.ASKED, None)
    assert answer["X-Robots-Tag"] == "noindex"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_who_comes_back_reads_what_was_already_answered():
    _, token = asked(a_seance())
    visitor().post(page_of(token), {"answer": "declined", "reason": "distance"})
    page = visitor().get(page_of(token)).content.decode()
    assert "Réponse enregistrée" in page
    assert "trop loin, ou trajet impossible" in page


def test_a_refusal_without_a_reason_comes_back_with_its_error():
    participation, token = asked(a_seance())
    answer = visitor().post(page_of(token), {"answer": "declined"})
    assert answer.status_code == 422
    assert 'href="#id_declined_reason"' in answer.content.decode()
    participation.refresh_from_db()
    assert participation.answer == Answer.ASKED


def test_another_date_is_proposed_by_the_link():
    participation, token = asked(a_seance())
    day = in_days(12).isoformat()
    visitor().post(page_of(token), {"answer": "proposed", "proposed_day": day})
    participation.refresh_from_db()
    assert (participation.answer, participation.proposed_day) == (Answer.PROPOSED, in_days(12))


def test_an_unknown_answer_is_not_kept():
    participation, token = asked(a_seance())
    assert visitor().post(page_of(token), {"answer": "held"}).status_code == 200
    participation.refresh_from_db()
    assert participation.answer == Answer.ASKED


def test_a_link_that_never_was_is_not_found():
    assert visitor().get(page_of("inconnu")).status_code == 404


def expire(link):
    link.expires_at = timezone.now() - timedelta(seconds=1)


def revoke(link):
    link.revoked_at = timezone.now()


@pytest.mark.parametrize("end", [expire, revoke])
def test_a_link_that_expired_or_was_replaced_says_so(end):
    participation, token = asked(a_seance())
    link = AnswerLink.objects.get()
    end(link)
    link.save()
    for answer in (
        visitor().get(page_of(token)),
        visitor().post(page_of(token), {"answer": "confirmed"}),
    ):
        assert answer.status_code == 410
        assert "Ce lien" in answer.content.decode()
    participation.refresh_from_db()
    assert participation.answer == Answer.ASKED


def test_the_link_of_a_cancelled_seance_says_so():
    seance = a_seance()
    _, token = asked(seance)
    actions.cancel_seance(seance, reason="La salle est prise.", by=a_coordinator())
    answer = visitor().get(page_of(token))
    assert answer.status_code == 410
    assert "Cette séance est ANNULÉE" in answer.content.decode()


def test_a_new_link_stops_the_former_one():
    participation, token = asked(a_seance())
    fresh = actions.renew_link(participation, by=a_coordinator())
    assert visitor().get(page_of(token)).status_code == 410
    assert visitor().get(page_of(fresh)).status_code == 200


# ----------------------------------------------------------------------------- by member


def test_a_nurse_answers_for_her_own_team_and_for_no_other():
    nurse, seance = someone(Role.NURSE), a_seance()
    own, other = there(seance, a_team(nurse), Answer.ASKED), there(seance, answer=Answer.ASKED)
    browser = browser_of(nurse)
    assert browser.post(f"/seances/venues/{own.pk}/reponse/", {"answer": "confirmed"}).url
    assert browser.get(f"/seances/venues/{other.pk}/reponse/").status_code == 403


def test_a_partner_answers_for_the_teams_of_her_organisation():
    partner_of = organisation("Partenaire d’essai", OrganisationKind.PARTNER)
    partner = someone(Role.PARTNER, at=partner_of)
    seance = a_seance()
    own = there(seance, a_team(where="Partenaire d’essai"), Answer.ASKED)
    other = there(seance, answer=Answer.ASKED)
    browser = browser_of(partner)
    assert browser.get(f"/seances/venues/{own.pk}/reponse/").status_code == 200
    assert browser.get(f"/seances/venues/{other.pk}/reponse/").status_code == 403


def test_a_coordinator_answers_for_any_team_and_the_journal_says_who():
    coordinator, participation = a_coordinator(), there(a_seance(), answer=Answer.ASKED)
    browser_of(coordinator).post(
        f"/seances/venues/{participation.pk}/reponse/", {"answer": "confirmed"}
    )
    line = Entry.objects.get(verb="team_answered", object_id=str(participation.pk))
    assert line.actor == coordinator.actor


# ----------------------------------------------------------------------------- reminders


def at_noon(day):
    return timezone.make_aware(datetime.combine(day, time(12)))


def test_a_reminder_leaves_once_even_when_the_task_runs_twice():
    seance = a_seance()
    asked(seance)
    week_before = at_noon(seance.day - timedelta(days=7))
    assert actions.send_due_reminders(week_before) == 1
    assert actions.send_due_reminders(week_before) == 0
    [message] = mail.outbox
    assert message.subject.startswith("Rappel")
    assert "/seances/reponse/" in message.body


def test_two_reminders_that_are_late_make_one_mail():
    seance = a_seance()
    asked(seance)
    assert actions.send_due_reminders(at_noon(seance.day - timedelta(days=1))) == 1
    assert not Reminder.objects.waiting().exists()


def test_a_worker_that_read_before_another_sent_sends_nothing():
    seance = a_seance()
    participation, _ = asked(seance)
    now = at_noon(seance.day - timedelta(days=7))
    assert (_remind(participation, now), _remind(participation, now)) == (1, 0)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.CANCELLED])
def test_a_team_that_does_not_come_is_not_reminded(answer):
    seance = a_seance()
    participation, _ = asked(seance)
    participation.answer = answer
    participation.reason = "distance" if answer == Answer.DECLINED else ""
    participation.save()
    assert actions.send_due_reminders(at_noon(seance.day - timedelta(days=1))) == 0


def test_reminders_that_someone_stopped_do_not_leave():
    seance = a_seance()
    participation, _ = asked(seance)
    assert actions.stop_reminders(participation, by=a_coordinator()) == 2
    assert actions.stop_reminders(participation, by=a_coordinator()) == 0
    assert actions.send_due_reminders(at_noon(seance.day - timedelta(days=1))) == 0
    assert journal_of(participation).count("reminder_stopped") == 1


def test_a_reminder_that_the_mail_server_refuses_will_be_tried_again(monkeypatch):
    seance = a_seance()
    asked(seance)
    now = at_noon(seance.day - timedelta(days=7))

    def refuse(*_):
        raise OSError("no server")

    with monkeypatch.context() as patch:
        patch.setattr("ruche.seances.mails.send_mail", lambda *_: refuse())
        assert actions.send_due_reminders(now) == 0
    assert actions.send_due_reminders(now) == 1


def test_no_reminder_is_planned_in_the_past():
    asked(a_seance(day=in_days(1)))
    assert not Reminder.objects.exists()


def test_the_scheduled_task_sends_what_is_due():
    seance = a_seance()
    participation, _ = asked(seance)
    participation.reminders.order_by("due_at")[0].delete()
    participation.reminders.update(due_at=timezone.now() - timedelta(minutes=1))
    assert remind() == 1


def test_a_team_without_an_address_is_written_to_its_members():
    nurse = someone(Role.NURSE)
    seance, team = a_seance(), a_team(nurse, email="")
    asked(seance, team)
    actions.send_due_reminders(at_noon(seance.day - timedelta(days=7)))
    assert mail.outbox[0].to == [nurse.email]
