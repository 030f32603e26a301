"""What a planning writes in séances: who is brought, moved, handed over, withdrawn; who is told."""

from datetime import time

import pytest
from django.core import mail
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.places.models import Site
from ruche.seances import actions, mails
from ruche.seances.enums import Answer, SeanceStatus
from ruche.seances.models import Participation, Seance
from ruche.seances.queries import announced
from ruche.seances.refusals import ClosedSeance, Refused, TooLate
from tests.members import someone
from tests.seances.field import (
    AFTERNOON,
    a_coordinator,
    a_seance,
    a_service,
    a_site,
    a_team,
    asked,
    in_days,
    journal_of,
    there,
    today,
)

pytestmark = pytest.mark.django_db

EVENING = {"starts": time(18), "ends": time(20)}
LATER = in_days(17)


@pytest.fixture
def nurse():
    return someone(Role.NURSE, name="Odile Exemple")


@pytest.fixture
def team(nurse):
    made = a_team(nurse, name="Infirmières, est")
    made.services.add(a_service())
    return made


@pytest.fixture
def told(django_capture_on_commit_callbacks):
    """`told(act, …)`: does it, then gives what it returned and the mails that left."""

    def did(act, *details, **more):
        before = len(mail.outbox)
        with django_capture_on_commit_callbacks(execute=True):
            returned = act(*details, by=a_coordinator(), **more)
        return returned, mail.outbox[before:]

    return did


def brought(site, team, day=None, member=None, **hours) -> Participation:
    when = {**AFTERNOON, **hours}
    day = day or in_days(10)
    return actions.bring(site, day, team=team, member=member, by=a_coordinator(), **when)


def told_to_all(site) -> list:
    return announced([site], today(), 60)[site.pk]


def fresh(thing):
    return type(thing).objects.get(pk=thing.pk)


def due_days(participation: Participation) -> list[int]:
    """How many days before its séance it will be reminded."""
    day = fresh(participation).seance.day
    waiting = participation.reminders.waiting()
    return sorted((day - timezone.localdate(each.due_at)).days for each in waiting)


# --------------------------------------------------------------------------------- bring


def test_a_team_is_brought_without_a_mail_and_announced_to_everyone(team, nurse, told):
    site = a_site()
    part, left = told(actions.bring, site, in_days(10), team=team, member=nurse, **AFTERNOON)
    assert left == []
    assert (part.answer, part.member) == (Answer.CONFIRMED, nurse)
    assert list(part.services.all()) == list(team.services.all())
    assert part.seance.status == SeanceStatus.CONFIRMED
    assert due_days(part) == [2, 7]
    assert journal_of(part) == ["team_announced"]
    (said,) = told_to_all(site)
    assert said.services == tuple(team.services.all())


def test_the_same_visit_twice_is_one_seance_and_one_line(team, nurse):
    site = a_site()
    first, second = (brought(site, team, member=nurse) for _ in range(2))
    assert first == second
    assert second.version == 1
    assert Seance.objects.count() == 1
    assert journal_of(first) == ["team_announced"]


def test_an_open_seance_that_meets_these_hours_is_joined(team):
    site = a_site()
    seance = a_seance(site, starts=time(16), ends=time(18))
    a_seance(site, starts=time(16, 30), ends=time(17, 30), status=SeanceStatus.CANCELLED)
    assert brought(site, team).seance == seance


def test_hours_that_only_touch_are_another_seance(team):
    site = a_site()
    seance = a_seance(site, starts=time(16, 30), ends=time(18))
    assert brought(site, team).seance != seance


def test_a_team_joins_the_seance_where_it_already_is_rather_than_the_first(team):
    site = a_site()
    a_seance(site, starts=time(13), ends=time(15))
    part = there(a_seance(site, starts=time(15), ends=time(17)), team, Answer.ASKED)
    assert brought(site, team) == part


def test_a_seance_is_not_announced_whole_until_every_team_has_confirmed(team):
    seance = a_seance()
    asked(seance)
    brought(seance.site, team)
    assert fresh(seance).status == SeanceStatus.PREPARED


@pytest.mark.parametrize("answer", [Answer.ASKED, Answer.PROPOSED, Answer.DECLINED])
def test_whatever_it_had_answered_a_team_that_is_brought_is_confirmed(team, nurse, answer):
    seance = a_seance()
    part, _ = asked(seance, team)
    if answer != Answer.ASKED:
        day = in_days(12) if answer == Answer.PROPOSED else None
        reason = "distance" if answer == Answer.DECLINED else ""
        actions.answer(part, answer, by="system", reason=reason, proposed_day=day)
    again = brought(seance.site, team, member=nurse)
    assert again == part
    assert (again.answer, again.reason, again.proposed_day) == (Answer.CONFIRMED, "", None)
    assert again.version > part.version


def test_a_team_that_comes_back_is_reminded_again(team):
    seance = a_seance()
    part, _ = asked(seance, team)
    actions.remove_team(part, by=a_coordinator())
    assert due_days(part) == []
    brought(seance.site, team)
    assert due_days(part) == [2, 7]


def test_reminders_that_someone_stopped_stay_stopped_when_nothing_changes(team):
    site = a_site()
    part = brought(site, team)
    actions.stop_reminders(part, by=a_coordinator())
    brought(site, team)
    assert due_days(part) == []


def test_what_a_team_was_asked_to_bring_stays(team):
    seance, service = a_seance(), team.services.get()
    team.services.add(a_service())
    actions.ask_team(seance, team, services=[service], by=a_coordinator())
    assert list(brought(seance.site, team).services.all()) == [service]


def test_who_comes_is_changed_by_another_announcement(team, nurse):
    site = a_site()
    part = brought(site, team, member=nurse)
    again = brought(site, team)
    assert (again, again.member) == (part, None)
    assert journal_of(part) == ["team_announced", "who_comes_chosen"]


def test_a_past_day_a_closed_site_a_team_at_rest_and_a_stranger_are_refused(team):
    site, closed = a_site(), a_site(closed_on=in_days(10))
    with pytest.raises(TooLate, match="passée"):
        brought(site, team, day=in_days(-1))
    with pytest.raises(Refused, match="fermé définitivement"):
        brought(closed, team)
    with pytest.raises(Refused, match="plus en activité"):
        brought(site, a_team(is_active=False))
    with pytest.raises(Refused, match="n’est pas dans l’équipe"):
        brought(site, team, member=someone(Role.NURSE))
    assert not Seance.objects.exists()


# ---------------------------------------------------------------------------------- move


def test_a_seance_that_one_team_confirmed_moves_with_its_address(team, nurse, told):
    site = a_site()
    part = brought(site, team, member=nurse)
    (before,) = told_to_all(site)
    moved, left = told(actions.move, part, LATER, **EVENING)
    assert moved == part
    assert left == []
    assert (moved.answer, moved.member) == (Answer.CONFIRMED, nurse)
    (after,) = told_to_all(site)
    assert (after.uid, after.day) == (before.uid, LATER)
    assert after.version > before.version
    assert fresh(part.seance).status == SeanceStatus.CONFIRMED
    assert due_days(part) == [2, 7]


def test_to_move_twice_changes_nothing_more(team):
    part = brought(a_site(), team)
    actions.move(part, LATER, by=a_coordinator(), **EVENING)
    version = fresh(part.seance).version
    assert actions.move(part, LATER, by=a_coordinator(), **EVENING) == part
    assert fresh(part.seance).version == version
    assert journal_of(part.seance) == ["seance_saved", "seance_saved"]


def test_a_team_that_was_only_asked_follows_and_is_told(team, told):
    part = brought(a_site(), team)
    other, _ = asked(part.seance)
    _, left = told(actions.move, part, LATER, **AFTERNOON)
    assert [message.to for message in left] == [[other.team.email]]
    assert "la séance change" in left[0].subject
    assert fresh(other).answer == Answer.ASKED
    assert fresh(other).seance.day == LATER


def test_a_seance_that_another_team_confirmed_stays_where_it_is(team, nurse, told):
    site = a_site()
    part = brought(site, team, member=nurse)
    other = there(part.seance, answer=Answer.CONFIRMED)
    moved, left = told(actions.move, part, LATER, **AFTERNOON)
    assert left == []
    assert (moved.seance.day, moved.seance.site, moved.member) == (LATER, site, nurse)
    assert fresh(part).answer == Answer.CANCELLED
    assert fresh(other).answer == Answer.CONFIRMED
    assert fresh(part.seance).day == in_days(10)
    assert [said.is_cancelled for said in told_to_all(site)] == [False, False]
    again = actions.move(part, LATER, by=a_coordinator(), **AFTERNOON)
    assert again == moved
    assert Seance.objects.count() == 2


def test_hours_that_others_have_confirmed_stay_when_they_still_meet_the_visit(team):
    part = brought(a_site(), team)
    there(part.seance, answer=Answer.CONFIRMED)
    again = actions.move(part, in_days(10), starts=time(15), ends=time(17), by=a_coordinator())
    assert (again, again.answer) == (part, Answer.CONFIRMED)
    assert fresh(part.seance).starts == AFTERNOON["starts"]


def test_a_seance_that_is_emptied_is_cancelled_and_everyone_reads_it(team, told):
    site = a_site()
    part, waiting = brought(site, team), a_seance(site, LATER)
    other, _ = asked(part.seance)
    moved, left = told(actions.move, part, LATER, **AFTERNOON)
    assert moved.seance == waiting
    assert [said.is_cancelled for said in told_to_all(site)] == [True, False]
    assert fresh(part.seance).cancel_reason.startswith("Déplacée au ")
    assert [message.to for message in left] == [[other.team.email]]
    assert "ANNULÉE" in left[0].subject
    assert actions.move(part, LATER, by=a_coordinator(), **AFTERNOON) == moved


def test_a_cancelled_seance_may_take_place_another_day(team):
    part = brought(a_site(), team)
    actions.cancel_seance(part.seance, reason="La salle est prise.", by=a_coordinator())
    moved = actions.move(part, LATER, by=a_coordinator(), **AFTERNOON)
    assert moved != part
    assert fresh(part.seance).is_cancelled
    assert moved.seance.day == LATER


def test_nothing_moves_from_the_past_or_to_it(team):
    part = brought(a_site(), team)
    with pytest.raises(TooLate):
        actions.move(part, in_days(-1), by=a_coordinator(), **AFTERNOON)
    past = there(a_seance(day=in_days(-1)), team, Answer.CONFIRMED)
    held = there(a_seance(day=in_days(0), status=SeanceStatus.HELD), team)
    for each in (past, held):
        with pytest.raises(TooLate):
            actions.move(each, LATER, by=a_coordinator(), **AFTERNOON)


# ----------------------------------------------------------------------------- hand over


def test_someone_else_of_the_team_comes_instead(team, nurse, told):
    rose = someone(Role.NURSE)
    team.members.add(rose)
    part = brought(a_site(), team, member=nurse)
    for _ in range(2):
        new, left = told(actions.hand_over, part, team=team, member=rose)
        assert (new, new.member, left) == (part, rose, [])
    assert journal_of(part) == ["team_announced", "who_comes_chosen"]


def test_another_team_comes_instead_and_nobody_is_written_to(team, told):
    rose = someone(Role.NURSE)
    part, west = brought(a_site(), team), a_team(rose)
    for _ in range(2):
        new, left = told(actions.hand_over, part, team=west, member=rose)
        assert left == []
    assert (new.team, new.member, new.answer) == (west, rose, Answer.CONFIRMED)
    assert new.replaces == part
    assert fresh(part).answer == Answer.CANCELLED
    assert due_days(part) == []
    assert fresh(part.seance).status == SeanceStatus.CONFIRMED
    assert journal_of(part).count("team_replaced") == 1


def test_a_team_that_had_declined_is_replaced_once(team, told):
    part, west = brought(a_site(), team), a_team()
    actions.answer(part, Answer.DECLINED, by="system", reason="absence")
    for _ in range(2):
        new, left = told(actions.hand_over, part, team=west, member=None)
        assert left == []
    assert (fresh(part).answer, new.replaces) == (Answer.DECLINED, part)
    assert journal_of(part).count("team_replaced") == 1


def test_a_stranger_takes_no_place_and_nothing_of_it_stays(team):
    part, west = brought(a_site(), team), a_team()
    with pytest.raises(Refused, match="n’est pas dans l’équipe"):
        actions.hand_over(part, team=west, member=someone(Role.NURSE), by=a_coordinator())
    assert fresh(part).answer == Answer.CONFIRMED
    assert part.seance.participations.count() == 1


def test_nobody_takes_a_place_in_a_cancelled_seance(team):
    part = brought(a_site(), team)
    actions.cancel_seance(part.seance, reason="x", by=a_coordinator())
    with pytest.raises(ClosedSeance):
        actions.hand_over(part, team=a_team(), member=None, by=a_coordinator())


# ------------------------------------------------------------------------------ withdraw


def test_a_seance_that_nobody_else_confirmed_is_cancelled_loudly(team, told):
    site = a_site()
    part = brought(site, team)
    other, _ = asked(part.seance)
    _, left = told(actions.withdraw, part, reason="infirmière absente")
    assert [message.to for message in left] == [[other.team.email]]
    assert "infirmière absente" in left[0].body
    (said,) = told_to_all(site)
    assert said.is_cancelled
    assert due_days(part) == due_days(other) == []
    _, again = told(actions.withdraw, part, reason="infirmière absente")
    assert again == []
    assert journal_of(part.seance) == ["seance_saved", "seance_cancelled"]


def test_a_seance_that_another_team_confirmed_goes_on_without_it(team, told):
    site = a_site()
    part = brought(site, team)
    there(part.seance, answer=Answer.CONFIRMED)
    for _ in range(2):
        gone, left = told(actions.withdraw, part, reason="infirmière absente")
        assert (gone.answer, left) == (Answer.CANCELLED, [])
    (said,) = told_to_all(site)
    assert not said.is_cancelled
    assert said.services == ()
    assert journal_of(part) == ["team_announced", "team_removed"]


def test_a_team_that_had_declined_keeps_its_answer(team):
    part = brought(a_site(), team)
    there(part.seance, answer=Answer.CONFIRMED)
    actions.answer(part, Answer.DECLINED, by="system", reason="absence")
    gone = actions.withdraw(part, reason="x", by=a_coordinator())
    assert (gone.answer, gone.reason) == (Answer.DECLINED, "absence")


def test_a_seance_is_not_emptied_without_a_reason_nor_after_it_was_held(team):
    part = brought(a_site(), team)
    with pytest.raises(Refused, match="Dites pourquoi"):
        actions.withdraw(part, reason=" ", by=a_coordinator())
    with pytest.raises(Refused, match="200 signes"):
        actions.withdraw(part, reason="x" * 201, by=a_coordinator())
    held = there(a_seance(day=in_days(-1), status=SeanceStatus.HELD), team)
    with pytest.raises(ClosedSeance):
        actions.withdraw(held, reason="x", by=a_coordinator())


# ---------------------------------------------------------------------------- the month


def a_month(team, nurse) -> list[Participation]:
    hall, barn = a_site(name="Halle de mai"), a_site(name="Grange de mai")
    return [brought(hall, team, in_days(20)), brought(barn, team, in_days(5), member=nurse)]


def month_mail(send, team, **more):
    with send(execute=True):
        count = mails.month_told(team, title="Votre planning de janvier 2027", **more)
    return count, mail.outbox


def test_one_mail_tells_the_dates_in_order_and_who_comes(
    team, nurse, django_capture_on_commit_callbacks
):
    visits = a_month(team, nurse)
    count, [message] = month_mail(
        django_capture_on_commit_callbacks, team, visits=visits, changes=[], message="Bon mois !"
    )
    assert count == 1
    assert message.to == [team.email]
    assert message.subject == "Votre planning de janvier 2027"
    barn, hall = (line for line in message.body.splitlines() if line.startswith("–"))
    assert "de 14\u00a0h à 16\u00a0h\u00a030" in barn
    assert barn.endswith("Grange de mai, Auch (Odile Exemple)")
    assert hall.endswith("Halle de mai, Auch (toute l’équipe)")
    assert "Bon mois" in message.body
    assert "Ce qui change" not in message.body
    assert message.alternatives == []


def test_what_changed_is_told_even_when_no_date_remains(team, django_capture_on_commit_callbacks):
    count, [message] = month_mail(
        django_capture_on_commit_callbacks, team, visits=[], changes=["mardi 5 : annulée"]
    )
    assert count == 1
    assert "– mardi 5\u00a0: annulée" in message.body
    assert "à aucune date" in message.body


def test_nothing_leaves_without_an_address_or_without_anything_to_say(
    team, nurse, django_capture_on_commit_callbacks
):
    nobody = a_team(email="")
    visits = a_month(team, nurse)
    assert month_mail(django_capture_on_commit_callbacks, team, visits=[], changes=[])[0] == 0
    assert month_mail(django_capture_on_commit_callbacks, nobody, visits=visits, changes=[])[0] == 0
    assert mail.outbox == []


def test_the_mail_of_a_month_that_is_not_kept_does_not_leave(team, nurse):
    mails.month_told(team, title="x", visits=a_month(team, nurse), changes=[])
    assert mail.outbox == []


def test_a_mail_that_fails_undoes_nothing(
    team, nurse, monkeypatch, django_capture_on_commit_callbacks
):
    def broken(*details):
        raise OSError("no mail today")

    monkeypatch.setattr(mails, "send_mail", broken)
    count, outbox = month_mail(
        django_capture_on_commit_callbacks, team, visits=a_month(team, nurse), changes=[]
    )
    assert (count, outbox) == (1, [])
    assert Site.objects.filter(seances__participations__team=team).count() == 2
