"""The acts of a circle, and what is asked of it: what is refused, one sentence each.

Browsers are played by the Python engine (`played_browsers`): each refusal is of something that a
browser could have sent, but for one thing.
"""

import os
from uuid import UUID, uuid4

import pytest

from ruche.accounts.enums import Role
from ruche.engines.vault.forms import Unreadable, text_of
from ruche.journal.models import Entry
from ruche.vault import actions
from ruche.vault.enums import AskKind
from ruche.vault.errors import NotPermitted, Refused, Stale
from ruche.vault.models import (
    Approval,
    Ask,
)
from ruche.vault.payloads import ApprovalGiven
from ruche.vault.queries import (
    pieces_readable,
)
from tests.members import someone
from tests.vault.played_browsers import (
    Hand,
    admission,
    agreement,
    appointment,
    creation,
    departure,
    following,
    opened,
    replacement,
    rescue,
    returning,
    secrets_of,
    send,
    signed,
    state,
    with_a_ring,
)
from tests.vault.refusals import last_line, posted, refused

# ------------------------------------------------------------------------------------ acts


def test_an_act_is_sent_by_who_signed_it(hands):
    given = admission(hands.odile, hands.nurses, hands.samir)
    with refused(NotPermitted, "signé par la personne qui l’envoie"):
        send(hands.rose, given)


def test_an_act_signed_in_the_name_of_another_is_refused(hands):
    said = following(state(hands.nurses), "admit", by=hands.odile.id)
    said["members"] |= {hands.samir.id: hands.samir.public}
    given = signed(hands.rose, said, wraps={})
    with refused(Refused, "signature"):
        send(hands.odile, given)


def test_who_is_not_in_a_circle_signs_nothing_there(hands):
    said = following(state(hands.nurses), "admit")
    said["members"] |= {hands.samir.id: hands.samir.public}
    with refused(Refused, "du cercle"):
        send(hands.samir, signed(hands.samir, said, wraps={}))


def test_an_act_that_another_one_preceded_is_stale(hands):
    late = admission(hands.odile, hands.nurses, hands.karim)
    send(hands.rose, admission(hands.rose, hands.nurses, hands.samir))
    with refused(Stale, "rechargez"):
        send(hands.odile, late)
    assert posted(hands.odile, "actes/", late).status_code == 409


def test_the_same_act_sent_again_is_stale(hands):
    given = admission(hands.odile, hands.nurses, hands.samir)
    send(hands.odile, given)
    with refused(Stale):
        send(hands.odile, given)


def test_keys_that_are_not_those_of_a_ring_do_not_enter(hands):
    impostor = Hand(hands.samir.member)
    with refused(Stale, "clés"):
        send(hands.odile, admission(hands.odile, hands.nurses, impostor))
    with refused(Stale, "clés"):
        guards = [*hands.guards[:2], impostor]
        send(hands.odile, appointment(hands.odile, hands.nurses, guards))
    with refused(Stale, "clés"):
        send(hands.odile, replacement(hands.odile, hands.nurses, Hand(hands.rose.member)))
    with refused(Stale, "clés"):
        send(hands.odile, creation(hands.odile, [hands.odile, impostor]))


def test_nobody_enters_without_a_ring(hands):
    with refused(Stale, "clés"):
        send(hands.odile, admission(hands.odile, hands.nurses, Hand(someone(Role.NURSE))))


def test_nobody_enters_who_is_no_longer_a_member(hands):
    hands.samir.member.is_active = False
    hands.samir.member.save()
    with refused(Stale, "clés"):
        send(hands.odile, admission(hands.odile, hands.nurses, hands.samir))


def test_keys_of_a_custodian_who_is_also_a_member_are_checked_like_any_others(hands):
    guards = [*hands.guards[:2], hands.rose]
    send(hands.odile, appointment(hands.odile, hands.nurses, guards))
    with refused(Stale, "clés"):
        send(hands.odile, replacement(hands.odile, hands.nurses, Hand(hands.rose.member)))


def test_keys_that_a_custodian_lost_do_not_make_her_a_member(hands):
    lost = hands.guards[0]
    with_a_ring(lost.member, replace=True)
    with refused(Stale, "clés"):
        send(hands.odile, admission(hands.odile, hands.nurses, lost))


def test_a_member_who_lost_her_ring_again_does_not_keep_custodians_from_changing(hands):
    """No key enters with this act but those of the new custodians, which are those of rings."""
    rose = hands.rose
    send(hands.odile, appointment(hands.odile, hands.nurses, [*hands.guards[:2], rose]))
    again = with_a_ring(rose.member, replace=True)
    send(hands.odile, replacement(hands.odile, hands.nurses, again))
    with_a_ring(rose.member, replace=True)
    send(hands.odile, appointment(hands.odile, hands.nurses, hands.guards))
    assert set(state(hands.nurses).custodians) == {guard.id for guard in hands.guards}


def test_the_secret_goes_to_each_member_and_to_nobody_else(hands):
    good = departure(hands.odile, hands.nurses, hands.rose.id)
    for wraps in ({}, {**good["wraps"], hands.rose.id: good["wraps"][hands.odile.id]}):
        with refused(Refused, "à chacun, et à personne d’autre"):
            send(hands.odile, {**good, "wraps": wraps})
    admitted = admission(hands.odile, hands.nurses, hands.samir)
    for wraps in ({}, {hands.rose.id: admitted["wraps"][hands.samir.id]}):
        with refused(Refused, "à chacun, et à personne d’autre"):
            send(hands.odile, {**admitted, "wraps": wraps})


def test_each_custodian_receives_her_part(hands):
    good = creation(hands.odile, [hands.odile], hands.guards)
    part = next(iter(good["parts"].values()))
    stranger = {**dict(list(good["parts"].items())[1:]), hands.samir.id: part}
    for parts in ({}, dict(list(good["parts"].items())[1:]), stranger):
        with refused(Refused, "reçoit une part"):
            send(hands.odile, {**good, "parts": parts})


@pytest.mark.parametrize("missing", ["chained", "recovery"])
def test_a_new_epoch_brings_the_keys_of_the_one_before_and_of_recovery(hands, missing):
    good = departure(hands.odile, hands.nurses, hands.rose.id)
    with refused(Refused, "manque une clé"):
        send(hands.odile, {**good, missing: ""})


def test_a_recovery_without_custodians_is_refused(hands):
    given = creation(hands.odile, [hands.odile, hands.samir])
    with refused(Refused, "manque une clé"):
        send(hands.odile, {**given, "recovery": text_of(os.urandom(81))})


def test_two_circles_do_not_have_the_same_name(hands):
    given = creation(hands.samir, [hands.samir, hands.odile], name=f" {hands.nurses.name} ")
    with refused(Refused, "porte déjà ce nom"):
        send(hands.samir, given)


def test_a_circle_has_a_name(hands):
    given = creation(hands.samir, [hands.samir, hands.odile])
    with refused(Refused, "Donnez un nom"):
        send(hands.samir, {**given, "name": None})


def test_an_act_of_a_circle_that_does_not_exist_is_refused(hands):
    given = admission(hands.odile, hands.nurses, hands.samir)
    with refused(Refused, "Acte 1"):
        send(hands.odile, {**given, "circle": str(uuid4())})


def test_an_act_that_creates_another_circle_than_is_said_is_refused(hands):
    given = creation(hands.odile, [hands.odile, hands.samir])
    with refused(Refused, "autre cercle"):
        send(hands.odile, {**given, "circle": str(uuid4())})
    with refused(Stale):
        send(hands.odile, {**given, "circle": str(hands.nurses.pk)})


def test_a_circle_of_one_has_custodians(hands):
    with refused(Refused, "trois gardiennes"):
        send(hands.samir, creation(hands.samir, [hands.samir]))
    with refused(Refused, "trois gardiennes"):
        send(hands.karim, departure(hands.karim, hands.advisers, hands.lea.id))
    alone = send(hands.samir, creation(hands.samir, [hands.samir], hands.guards))
    assert set(state(alone).members) == {hands.samir.id}


def test_an_act_that_is_kept_is_in_the_journal_without_a_name(hands):
    send(hands.odile, admission(hands.odile, hands.nurses, hands.samir))
    line = last_line("circle_act")
    assert (line.actor, line.object_id) == (hands.odile.member.actor, str(hands.nurses.pk))
    assert line.detail == {"act": 2, "epoch": 1}


# ------------------------------------------------------------------------------------ asks


def test_who_has_no_ring_asks_nothing(hands):
    with refused(Refused, "trousseau"):
        actions.ask_circle(someone(Role.NURSE), hands.nurses, AskKind.JOIN)


def test_who_is_in_a_circle_does_not_ask_to_enter_it(hands):
    with refused(Refused, "déjà dans ce cercle"):
        actions.ask_circle(hands.odile.member, hands.nurses, AskKind.JOIN)


def test_a_circle_without_custodians_rescues_nobody(hands):
    with refused(Refused, "pas de gardiennes"):
        actions.ask_circle(hands.karim.member, hands.advisers, AskKind.RESCUE)


def test_asking_twice_is_asking_once(hands):
    for _ in range(2):
        actions.ask_circle(hands.samir.member, hands.nurses, AskKind.JOIN)
    assert Ask.objects.filter(circle=hands.nurses).count() == 1
    assert Entry.objects.filter(verb="circle_asked", object_id=str(hands.nurses.pk)).count() == 1


def test_who_enters_waits_no_more(hands):
    actions.ask_circle(hands.samir.member, hands.nurses, AskKind.JOIN)
    send(hands.odile, admission(hands.odile, hands.nurses, hands.samir))
    assert not Ask.objects.filter(circle=hands.nurses).exists()


def test_what_was_asked_can_be_withdrawn(hands):
    ask = actions.ask_circle(hands.samir.member, hands.nurses, AskKind.JOIN)
    actions.withdraw_ask(ask, by=hands.samir.member)
    assert not Ask.objects.filter(circle=hands.nurses).exists()
    assert last_line("circle_ask_withdrawn").object_id == str(hands.nurses.pk)


def test_only_a_custodian_agrees_and_only_to_a_rescue(hands):
    rescued = actions.ask_circle(hands.samir.member, hands.nurses, AskKind.RESCUE)
    given = agreement(hands.guards[0], rescued, hands.samir)
    with refused(NotPermitted, "gardienne"):
        approve(hands.rose, rescued, given)
    actions.ask_circle(hands.samir.member, hands.nurses, AskKind.JOIN)
    rescued.refresh_from_db()
    with refused(NotPermitted, "gardienne"):
        approve(hands.guards[0], rescued, given)


def test_an_agreement_is_signed_by_who_gives_it_for_the_keys_of_today(hands):
    ask = actions.ask_circle(hands.samir.member, hands.nurses, AskKind.RESCUE)
    with refused(Unreadable, "signature"):
        approve(hands.guards[1], ask, agreement(hands.guards[0], ask, hands.samir))
    with refused(Unreadable, "signature"):
        impostor = Hand(hands.samir.member)
        approve(hands.guards[0], ask, agreement(hands.guards[0], ask, impostor))


def test_one_agreement_brings_nobody_back(hands):
    ask = asked_back(hands, hands.samir, guards=2)
    given = returning(hands.samir, ask)
    only = dict(list(given["approvals"].items())[:1])
    with refused(Refused, "deux gardiennes"):
        send(hands.samir, {**given, "approvals": only})


def test_an_agreement_given_before_another_act_no_longer_counts(hands):
    ask = asked_back(hands, hands.samir, guards=2)
    before = returning(hands.samir, ask)
    send(hands.odile, admission(hands.odile, hands.nurses, hands.karim))
    with refused(Stale):
        send(hands.samir, before)
    with refused(Refused):
        send(hands.samir, returning(hands.samir, ask))


def test_asking_again_forgets_the_agreements(hands):
    ask = asked_back(hands, hands.samir, guards=2)
    actions.ask_circle(hands.samir.member, hands.nurses, AskKind.RESCUE)
    assert not Approval.objects.filter(ask=ask).exists()


def test_who_came_back_reads_what_was_written_before(hands, record):
    anew = with_a_ring(hands.rose.member, replace=True)
    assert secrets_of(anew, hands.nurses) == {}
    rescue(anew, hands.nurses, hands.guards[1:])
    [served] = pieces_readable(anew.member, [UUID(record.note["id"])])
    assert opened(anew, served)["text"] == "Venue."
    assert not Ask.objects.filter(circle=hands.nurses).exists()


def test_the_agreements_are_shown_to_who_comes_back_only(hands):
    ask = asked_back(hands, hands.samir, guards=2)
    shown = posted(hands.samir, "demandes/secours/", {"ask": str(ask.pk)}).json()
    assert len(shown["approvals"]) == 2
    for other in (hands.guards[0], hands.odile):
        shown = posted(other, "demandes/secours/", {"ask": str(ask.pk)}).json()
        assert shown["approvals"] == []
    assert posted(hands.karim, "demandes/secours/", {"ask": str(ask.pk)}).status_code == 403


def asked_back(hands, who: Hand, *, guards: int) -> Ask:
    ask = actions.ask_circle(who.member, hands.nurses, AskKind.RESCUE)
    for guard in hands.guards[:guards]:
        approve(guard, ask, agreement(guard, ask, who))
    return ask


def approve(guard: Hand, ask: Ask, given) -> None:
    actions.approve_ask(guard.member, ask, ApprovalGiven.model_validate(given))
