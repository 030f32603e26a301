"""What the vault refuses, one sentence each: acts, rings, halves, pieces, shares, bad envelopes.

Browsers are played by the Python engine (`played_browsers`): each refusal is of something that a
browser could have sent, but for one thing.
"""

import json
import logging
import os
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.engines.vault.forms import Unreadable, text_of
from ruche.engines.vault.pieces import digest_of
from ruche.journal.models import Entry
from ruche.vault import actions
from ruche.vault.enums import AskKind
from ruche.vault.errors import Closed, NotPermitted, Refused, Stale
from ruche.vault.models import (
    Act,
    Approval,
    Ask,
    Half,
    KeyRing,
    Permission,
    Piece,
    Record,
    Slot,
    Wrap,
)
from ruche.vault.payloads import ApprovalGiven, RingChanged, RingGiven, SlotGiven, WrapGiven
from ruche.vault.queries import (
    DIRECTORY_ROW,
    directory_of,
    pieces_of,
    pieces_readable,
    short,
)
from tests.members import browser_of, someone
from tests.vault.played_browsers import (
    Hand,
    admission,
    agreement,
    appointment,
    creation,
    departure,
    following,
    in_days,
    opened,
    opened_ring,
    piece_given,
    replacement,
    rescue,
    returning,
    ring_given,
    save,
    secrets_of,
    send,
    share,
    share_given,
    signed,
    slot_given,
    state,
    with_a_ring,
    wrap_given,
    wraps_for,
)

NOW = timezone.now().replace(hour=10, minute=0)


@pytest.fixture
def hands(db):
    """Two circles: nurses (Odile, Rose) with three custodians; advisers (Karim, Léa) with none."""
    nurses = {name: with_a_ring(someone(Role.NURSE)) for name in ("odile", "rose", "samir")}
    advisers = {name: with_a_ring(someone(Role.DIGITAL_ADVISER)) for name in ("karim", "lea")}
    guards = [with_a_ring(someone(Role.SITE_VOLUNTEER)) for _ in range(3)]
    found = SimpleNamespace(**nurses, **advisers, guards=guards)
    found.nurses = send(found.odile, creation(found.odile, [found.odile, found.rose], guards))
    found.advisers = send(found.karim, creation(found.karim, [found.karim, found.lea]))
    return found


@pytest.fixture
def record(hands):
    """A record of the nurses: an identity and a note."""
    identity = piece_given(hands.odile, hands.nurses, {"given": "Alba"}, kind="identity")
    note = piece_given(hands.odile, hands.nurses, {"text": "Venue."}, record=identity["record"])
    save(hands.odile, identity, note)
    found = Record.objects.get(pk=identity["record"])
    found.identity, found.note = identity, note
    return found


@pytest.fixture
def shared(hands, record):
    """That record, shared with the advisers for thirty days."""
    given = share_given(hands.odile, record, hands.advisers)
    return share(hands.odile, record, given)


def rows() -> dict[str, int]:
    models = [*apps.get_app_config("vault").get_models(), Entry]
    return {model.__name__: model.objects.count() for model in models}


@contextmanager
def refused(error, match=None):
    """It is refused, and nothing is left of it: no row, no line of the journal."""
    before = rows()
    with pytest.raises(error, match=match):
        yield
    assert rows() == before


def last_line(verb: str) -> Entry:
    found = Entry.objects.filter(verb=verb).order_by("number").last()
    assert found is not None
    return found


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


# ----------------------------------------------------------------------------------- rings


def test_a_second_ring_does_not_take_the_place_of_the_first_by_mistake(hands):
    other = Hand(hands.odile.member)
    with refused(Refused, "déjà un trousseau"):
        actions.make_ring(hands.odile.member, RingGiven.model_validate(ring_given(other)))
    assert opened_ring(hands.odile).keys == hands.odile.keys


def test_a_lost_ring_gives_its_place_and_its_slots_to_another(hands):
    given = SlotGiven.model_validate(slot_given(hands.odile, "sheet"))
    actions.add_slot(hands.odile.member, given)
    anew = with_a_ring(hands.odile.member, replace=True)
    assert opened_ring(anew).keys == anew.keys
    assert Slot.objects.filter(ring=anew.member.pk).count() == 1
    assert last_line("ring_replaced").object_id == anew.id


def test_a_ring_has_one_phrase_and_one_sheet(hands):
    newcomer = Hand(someone(Role.NURSE))
    twice = ring_given(newcomer, slots=[slot_given(newcomer), slot_given(newcomer)])
    with refused(Refused, "existe déjà"):
        actions.make_ring(newcomer.member, RingGiven.model_validate(twice))


def test_a_slot_needs_a_ring(db):
    newcomer = Hand(someone(Role.NURSE))
    with refused(Refused, "pas encore de trousseau"):
        actions.add_slot(newcomer.member, SlotGiven.model_validate(slot_given(newcomer)))


def test_a_new_phrase_takes_the_place_of_the_former(hands):
    [former] = Slot.objects.filter(ring=hands.odile.member.pk)
    given = SlotGiven.model_validate(slot_given(hands.odile, "phrase"))
    actions.add_slot(hands.odile.member, given)
    [slot] = Slot.objects.filter(ring=hands.odile.member.pk)
    assert slot.pk == given.id != former.pk
    assert opened_ring(hands.odile).keys == hands.odile.keys


def test_the_identifier_of_the_slot_of_another_is_refused_and_hers_stays(hands):
    [of_rose] = Slot.objects.filter(ring=hands.rose.member.pk)
    given = slot_given(hands.odile, "sheet") | {"id": str(of_rose.pk)}
    with refused(Refused, "existe déjà"):
        actions.add_slot(hands.odile.member, SlotGiven.model_validate(given))


def passkey_of(hand: Hand, kind=Authenticator.Type.WEBAUTHN) -> Authenticator:
    return Authenticator.objects.create(user=hand.member, type=kind, data={})


def test_a_passkey_slot_has_a_passkey_of_hers(hands):
    of_rose, code = passkey_of(hands.rose), hands.odile.member.authenticator_set.get()
    for wrong in (None, of_rose.pk, code.pk, 10**12):
        given = SlotGiven.model_validate(slot_given(hands.odile, "passkey", authenticator=wrong))
        with refused(Refused, "n’est pas à vous"):
            actions.add_slot(hands.odile.member, given)
    mine = passkey_of(hands.odile)
    given = SlotGiven.model_validate(slot_given(hands.odile, "passkey", authenticator=mine.pk))
    assert actions.add_slot(hands.odile.member, given).authenticator == mine


def test_a_passkey_opens_by_one_slot_only(hands):
    mine = passkey_of(hands.odile)
    for error in (None, Refused):
        given = SlotGiven.model_validate(slot_given(hands.odile, "passkey", authenticator=mine.pk))
        if error is None:
            actions.add_slot(hands.odile.member, given)
        else:
            with refused(error, "existe déjà"):
                actions.add_slot(hands.odile.member, given)


def test_a_slot_goes_with_its_passkey_and_the_others_stay(hands):
    mine = passkey_of(hands.odile)
    given = SlotGiven.model_validate(slot_given(hands.odile, "passkey", authenticator=mine.pk))
    actions.add_slot(hands.odile.member, given)
    mine.delete()
    assert [slot.kind for slot in Slot.objects.filter(ring=hands.odile.member.pk)] == ["phrase"]


def test_the_last_way_of_opening_stays(hands):
    [slot] = Slot.objects.filter(ring=hands.odile.member.pk)
    with refused(Refused, "dernière façon"):
        actions.remove_slot(hands.odile.member, slot)
    given = SlotGiven.model_validate(slot_given(hands.odile, "sheet"))
    actions.add_slot(hands.odile.member, given)
    actions.remove_slot(hands.odile.member, slot)
    assert opened_ring(hands.odile).keys == hands.odile.keys
    assert last_line("slot_removed").detail == {"slot": "phrase"}


def test_nobody_removes_the_slot_of_another(hands):
    actions.add_slot(hands.rose.member, SlotGiven.model_validate(slot_given(hands.rose, "sheet")))
    slot = Slot.objects.get(ring=hands.rose.member.pk, kind="sheet")
    assert posted(hands.odile, "ouvertures/retirer/", {"id": str(slot.pk)}).status_code == 404
    assert Slot.objects.filter(pk=slot.pk).exists()


def test_a_ring_that_another_window_changed_is_not_overwritten(hands):
    sealed = text_of(os.urandom(200))
    for version, error in ((3, Stale), (2, None), (2, Stale)):
        given = RingChanged.model_validate({"sealed": sealed, "version": version})
        if error is None:
            actions.change_ring(hands.odile.member, given)
        else:
            with refused(error, "autre fenêtre"):
                actions.change_ring(hands.odile.member, given)
    assert KeyRing.objects.get(member=hands.odile.member).version == 2


# ---------------------------------------------------------------------------------- halves


def test_a_half_is_given_again_to_its_session_only(hands):
    half = actions.open_half(hands.odile.member, "une session")
    assert len(half) == 32
    assert actions.renew_half(hands.odile.member, "une session") == half
    for member, session in ((hands.odile, "une autre"), (hands.rose, "une session")):
        with pytest.raises(Closed):
            actions.renew_half(member.member, session)


def test_the_session_is_not_kept_in_clear(hands):
    actions.open_half(hands.odile.member, "une session")
    assert "une session" not in Half.objects.get(member=hands.odile.member).session


def test_each_opening_draws_another_half(hands):
    one = actions.open_half(hands.odile.member, "une session")
    assert actions.open_half(hands.odile.member, "une session") != one
    assert Half.objects.filter(member=hands.odile.member).count() == 1


def test_a_half_lives_as_long_as_someone_is_there_and_fifteen_minutes_more(hands):
    with time_machine.travel(NOW, tick=False) as clock:
        half = actions.open_half(hands.odile.member, "une session")
        for _ in range(3):
            clock.shift(timedelta(minutes=15))
            assert actions.renew_half(hands.odile.member, "une session") == half
        clock.shift(timedelta(minutes=15, seconds=1))
        with pytest.raises(Closed, match="quinze minutes"):
            actions.renew_half(hands.odile.member, "une session")
        assert not Half.objects.filter(member=hands.odile.member).exists()


def test_a_half_is_overwritten_before_it_is_deleted(hands):
    actions.open_half(hands.odile.member, "une session")
    with CaptureQueriesContext(connection) as queries:
        actions.close_half("une session")
    written = [one["sql"] for one in queries if "vault_half" in one["sql"]]
    assert [sql.split()[0] for sql in written] == ["SELECT", "UPDATE", "DELETE"]
    assert "00" * 32 in written[1]


def test_idle_halves_are_closed_without_being_asked_and_the_others_stay(hands):
    with time_machine.travel(NOW, tick=False) as clock:
        actions.open_half(hands.odile.member, "inactive")
        clock.shift(timedelta(minutes=10))
        actions.open_half(hands.rose.member, "active")
        clock.shift(timedelta(minutes=6))
        assert actions.close_idle_halves() == 1
        assert actions.close_idle_halves() == 0
        assert actions.renew_half(hands.rose.member, "active")
        assert not Half.objects.filter(member=hands.odile.member).exists()


def test_logout_closes_the_ring(hands):
    client = browser_of(hands.odile.member)
    opened_now = post(client, "moitie/nouvelle/", {})
    assert opened_now.status_code == 200
    assert post(client, "moitie/", {"head": 0}).json()["half"] == opened_now.json()["half"]
    client.logout()
    assert not Half.objects.filter(member=hands.odile.member).exists()


def test_a_closed_ring_answers_410(hands):
    client = browser_of(hands.odile.member)
    post(client, "moitie/nouvelle/", {})
    assert post(client, "fermer/", {}).status_code == 200
    answer = post(client, "moitie/", {"head": 0})
    assert answer.status_code == 410
    assert "fermé" in answer.json()["message"]


# ---------------------------------------------------------------------------------- pieces


def test_a_piece_is_kept_where_its_author_is(hands):
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."})
    for outsider in (hands.samir, hands.karim):
        with refused(NotPermitted, "pas dans ce cercle"):
            save(outsider, given)


def test_a_role_that_keeps_no_record_writes_nothing(hands):
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."})
    with refused(NotPermitted, "rôle"):
        save(hands.guards[0], given)


def test_a_piece_does_not_enter_the_record_of_another_circle(hands, record):
    send(hands.karim, admission(hands.karim, hands.advisers, hands.odile))
    given = piece_given(hands.odile, hands.advisers, {"text": "Ailleurs."}, record=record.pk)
    with refused(NotPermitted, "autre cercle"):
        save(hands.odile, given)


@pytest.mark.parametrize("epoch", [1, 3])
def test_nothing_is_kept_under_another_epoch_than_that_of_today(hands, epoch):
    send(hands.odile, departure(hands.odile, hands.nurses, hands.rose.id))
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."}, epoch=1)
    with refused(Stale, "époque"):
        save(hands.odile, {**given, "epoch": epoch})


def test_the_same_piece_sent_again_changes_nothing(hands, record):
    before = rows()
    assert save(hands.odile, record.identity, record.note) == 0
    send(hands.odile, admission(hands.odile, hands.nurses, hands.samir))
    send(hands.odile, departure(hands.odile, hands.nurses, hands.rose.id))
    assert save(hands.odile, record.note) == 0
    assert {name: rows()[name] for name in ("Piece", "Wrap", "Record")} == {
        name: before[name] for name in ("Piece", "Wrap", "Record")
    }


def test_one_bad_piece_keeps_the_others_out(hands):
    good = piece_given(hands.odile, hands.nurses, {"text": "Venue."})
    bad = piece_given(hands.odile, hands.nurses, {"text": "Venue."}) | {"epoch": 9}
    with refused(Stale):
        save(hands.odile, good, bad)


def test_a_record_has_one_identity(hands, record):
    other = piece_given(hands.rose, hands.nurses, {}, kind="identity", record=record.pk)
    with refused(Stale, "déjà une identité"):
        save(hands.rose, other)


def changed_identity(hand, hands, record, **more):
    return piece_given(
        hand,
        hands.nurses,
        {"given": "Alba", "family": "Bellegarde"},
        kind="identity",
        record=record.pk,
        piece=record.identity["id"],
        **more,
    )


def test_an_identity_that_someone_changed_meanwhile_is_not_overwritten(hands, record):
    seen = digest_of(bytes(Piece.objects.get(pk=record.identity["id"]).body))
    save(hands.rose, changed_identity(hands.rose, hands, record, replaces=seen))
    with refused(Stale, "vient de modifier"):
        save(hands.odile, changed_identity(hands.odile, hands, record, replaces=seen))
    with refused(Stale, "vient de modifier"):
        save(hands.odile, changed_identity(hands.odile, hands, record))


def test_an_identity_that_changes_leaves_no_key_of_the_former(hands, record, shared):
    seen = digest_of(bytes(Piece.objects.get(pk=record.identity["id"]).body))
    given = changed_identity(hands.odile, hands, record, replaces=seen)
    save(hands.odile, given)
    [key] = Wrap.objects.filter(piece=record.identity["id"])
    assert text_of(key.key) == given["key"]
    assert key.circle_id == hands.nurses.pk


@pytest.mark.parametrize("kind", ["note", "consent", "words"])
def test_what_is_written_is_not_rewritten(hands, kind):
    given = piece_given(hands.odile, hands.nurses, {"text": "Venue."}, kind=kind)
    save(hands.odile, given)
    anew = piece_given(
        hands.odile,
        hands.nurses,
        {"text": "Jamais venue."},
        kind=kind,
        record=given["record"],
        piece=given["id"],
        replaces=digest_of(bytes(Piece.objects.get(pk=given["id"]).body)),
    )
    with refused(Refused, "ne se réécrit pas"):
        save(hands.odile, anew)


def test_a_piece_does_not_change_record_or_kind(hands, record):
    seen = digest_of(bytes(Piece.objects.get(pk=record.identity["id"]).body))
    for change in ({"record": str(uuid4())}, {"kind": "thread"}):
        given = changed_identity(hands.odile, hands, record, replaces=seen) | change
        with refused(NotPermitted, "autre fiche"):
            save(hands.odile, given)


def test_writing_leaves_no_line_in_the_journal(hands):
    """It would date what is written."""
    before = Entry.objects.count()
    save(hands.odile, piece_given(hands.odile, hands.nurses, {"text": "Venue."}))
    assert Entry.objects.count() == before


def test_writing_prolongs_the_record_to_the_month_of_the_circle(hands, record):
    Record.objects.filter(pk=record.pk).update(ends_in="2026-01-01")
    save(hands.odile, piece_given(hands.odile, hands.nurses, {"text": "…"}, record=record.pk))
    record.refresh_from_db()
    assert record.ends_in == hands.nurses.ends_in(timezone.localdate())


# --------------------------------------------------------------------------------- reading


def test_one_line_names_all_the_records_that_were_opened(hands):
    given = [piece_given(hands.odile, hands.nurses, {"text": str(one)}) for one in range(11)]
    given.append(piece_given(hands.odile, hands.nurses, {}, record=given[0]["record"]))
    save(hands.odile, *given)
    before = Entry.objects.count()
    found = actions.open_pieces(hands.rose.member, [UUID(one["id"]) for one in given])
    assert len(found) == 12
    assert Entry.objects.count() == before + 1
    line = last_line("pieces_opened")
    assert line.actor == hands.rose.member.actor
    named = " ".join(line.detail[key] for key in ("records1", "records2")).split()
    assert named == sorted(short(UUID(one["record"])) for one in given[:11])
    assert line.detail["count"] == 11  # records: a count of pieces would tell when one was added
    assert set(line.detail) == {"count", "records1", "records2"}


def test_the_line_of_the_largest_batch_can_be_written(hands):
    given = [piece_given(hands.odile, hands.nurses, {}) for _ in range(144)]
    save(hands.odile, *given)
    assert len(actions.open_pieces(hands.odile.member, [UUID(one["id"]) for one in given])) == 144
    detail = last_line("pieces_opened").detail
    assert sum(len(text.split()) for name, text in detail.items() if name != "count") == 144


def test_nothing_is_served_when_the_line_cannot_be_written(hands, record, monkeypatch):
    def broken(*_args, **_named):
        raise RuntimeError("le journal est plein")

    monkeypatch.setattr("ruche.vault.actions.pieces.journal", broken)
    with refused(RuntimeError, "plein"):
        actions.open_pieces(hands.odile.member, [UUID(record.note["id"])])
    with refused(RuntimeError, "plein"):
        actions.open_directory(hands.odile.member, hands.nurses)
    client = browser_of(hands.odile.member)
    client.raise_request_exception = False
    answers = [
        post(client, "lire/", {"pieces": [record.note["id"]]}),
        post(client, "fiche/", {"record": str(record.pk)}),
        post(client, "annuaire/", {"circle": str(hands.nurses.pk)}),
    ]
    for answer in answers:
        assert answer.status_code == 500
        assert record.note["body"].encode() not in answer.content
        assert record.identity["body"].encode() not in answer.content


def test_pieces_of_others_are_absent_and_nothing_says_that_they_exist(hands, record):
    before = Entry.objects.count()
    ids = [UUID(record.note["id"]), uuid4()]
    assert actions.open_pieces(hands.karim.member, ids) == []
    assert Entry.objects.count() == before
    answer = posted(hands.karim, "lire/", {"pieces": [str(one) for one in ids]})
    assert answer.json() == {"pieces": []}


def test_a_piece_asked_twice_is_served_once_in_the_order_that_was_asked(hands, record):
    ids = [UUID(record.note["id"]), UUID(record.identity["id"]), UUID(record.note["id"])]
    found = actions.open_pieces(hands.odile.member, ids)
    assert [one.piece for one in found] == ids[:2]


def test_the_directory_is_in_the_journal_with_its_count(hands, record):
    block = actions.open_directory(hands.odile.member, hands.nurses)
    line = last_line("directory_opened")
    assert (line.actor, line.object_id) == (hands.odile.member.actor, str(hands.nurses.pk))
    assert line.detail == {"count": 1}
    row = DIRECTORY_ROW.unpack_from(block)
    assert row[:3] == (record.pk.bytes, UUID(record.identity["id"]).bytes, 1)
    assert len(block) == DIRECTORY_ROW.size + row[4]


def test_the_directory_of_another_circle_is_refused(hands, record):
    answer = posted(hands.karim, "annuaire/", {"circle": str(hands.nurses.pk)})
    assert answer.status_code == 403


def test_the_directory_holds_the_longest_identity_that_is_kept(hands):
    """A row says the length of an identity on two bytes: what does not fit must not be kept."""
    long_one = {"given": "Alba", "more": "x" * 8_000}
    given = piece_given(hands.odile, hands.nurses, long_one, kind="identity")
    save(hands.odile, given)
    block, count = directory_of(hands.nurses)
    assert count == 1
    assert block.endswith(bytes(Piece.objects.get(pk=given["id"]).body))
    too_long = piece_given(hands.odile, hands.nurses, {"more": "x" * 9_000}, kind="identity")
    with refused(Refused, "trop longue"):
        save(hands.odile, too_long)
    save(hands.odile, piece_given(hands.odile, hands.nurses, {"text": "x" * 60_000}))


def test_an_identity_comes_with_a_salt_and_nothing_else(hands):
    """A directory row has 32 bytes for it: a longer key would be cut, and the person lost."""
    given = piece_given(hands.odile, hands.nurses, {"given": "Alba"}, kind="identity")
    with refused(Refused):
        save(hands.odile, given | {"key": text_of(os.urandom(81))})


# --------------------------------------------------------------------------------- sharing


def test_a_share_has_its_consent(hands, record):
    good = share_given(hands.odile, record, hands.advisers)
    elsewhere = piece_given(hands.odile, hands.nurses, {"said": "oui"}, kind="consent")
    note = piece_given(hands.odile, hands.nurses, {"said": "oui"}, record=record.pk)
    for consent in (elsewhere, note):
        with refused(Refused, "L’accord de la personne manque"):
            share(hands.odile, record, good | {"consent": consent})


@pytest.mark.parametrize("until", [-1, -400])
def test_a_share_ends_after_it_began(hands, record, until):
    given = share_given(hands.odile, record, hands.advisers, until=in_days(until))
    with refused(Refused, "date à venir"):
        share(hands.odile, record, given)


def test_a_share_ends_on_a_day_that_exists(hands, record):
    given = share_given(hands.odile, record, hands.advisers) | {"until": "2027-02-30"}
    with refused(Refused, "n’existe pas"):
        share(hands.odile, record, given)


def test_a_record_is_shared_with_another_circle_that_exists(hands, record):
    good = share_given(hands.odile, record, hands.advisers)
    for circle in (hands.nurses.pk, uuid4()):
        with refused(Refused, "autre cercle"):
            share(hands.odile, record, good | {"circle": str(circle)})


def test_keys_are_handed_to_the_epoch_of_today(hands, record):
    given = share_given(hands.odile, record, hands.advisers)
    send(hands.karim, admission(hands.karim, hands.advisers, hands.samir))
    send(hands.karim, departure(hands.karim, hands.advisers, hands.lea.id))
    with refused(Stale, "changé d’époque"):
        share(hands.odile, record, given)


def test_the_key_of_a_piece_of_another_record_is_not_handed_over(hands, record):
    other = piece_given(hands.odile, hands.nurses, {"text": "Une autre personne."})
    save(hands.odile, other)
    given = share_given(hands.odile, record, hands.advisers)
    [served] = pieces_readable(hands.odile.member, [UUID(other["id"])])
    given["wraps"].append(wrap_given(hands.odile, served, hands.advisers))
    with refused(NotPermitted, "pas de la fiche partagée"):
        share(hands.odile, record, given)


def test_who_reads_by_a_share_does_not_share_further(hands, record, shared):
    given = share_given(hands.odile, record, hands.advisers)
    with refused(NotPermitted, "pas dans ce cercle"):
        share(hands.karim, record, given)
    assert posted(hands.karim, "partages/", given).status_code == 403
    assert posted(hands.karim, "effacer/", {"record": str(record.pk)}).status_code == 403
    ended = posted(hands.karim, "partages/retirer/", {"permission": str(shared.pk)})
    assert ended.status_code == 403


def test_a_share_that_lives_is_read_and_one_line_says_that_it_was_given(hands, record, shared):
    found = pieces_readable(hands.karim.member, pieces_of(record))
    assert {one.piece for one in found} == {
        UUID(one["id"]) for one in (record.identity, record.note)
    }
    assert all(one.through == (hands.advisers.pk, 1) for one in found)
    texts = [opened(hands.karim, one).get("text") for one in found]
    assert "Venue." in texts
    line = last_line("record_shared")
    assert line.object_id == str(record.pk)
    assert line.detail == {"circle": str(hands.advisers.pk), "permission": str(shared.pk)}


def test_what_is_written_after_a_share_is_not_shared_with_it(hands, record, shared):
    later = piece_given(hands.odile, hands.nurses, {"text": "Revenue."}, record=record.pk)
    save(hands.odile, later)
    ids = [UUID(later["id"])]
    assert pieces_readable(hands.karim.member, ids) == []
    [served] = pieces_readable(hands.odile.member, ids)
    wrap = WrapGiven.model_validate(wrap_given(hands.odile, served, hands.advisers))
    actions.wrap_more(shared, [wrap])
    [served] = pieces_readable(hands.karim.member, ids)
    assert opened(hands.karim, served)["text"] == "Revenue."


def test_the_same_share_sent_again_is_no_breakdown(hands, record):
    """The answer was lost, the browser sends it again."""
    given = share_given(hands.odile, record, hands.advisers)
    assert posted(hands.odile, "partages/", given).status_code == 200
    assert posted(hands.odile, "partages/", given).status_code < 500
    assert Permission.objects.filter(record=record).count() == 1


def test_a_share_taken_back_erases_its_keys_and_is_written_once(hands, record, shared):
    own = Wrap.objects.filter(piece__record=record, circle=hands.nurses).count()
    actions.unshare(shared, by=hands.odile.member.actor)
    assert not Wrap.objects.filter(permission=shared).exists()
    assert Wrap.objects.filter(piece__record=record, circle=hands.nurses).count() == own == 3
    assert pieces_readable(hands.karim.member, pieces_of(record)) == []
    lines = Entry.objects.filter(verb="record_unshared").count()
    actions.unshare(shared, by=hands.odile.member.actor)
    assert Entry.objects.filter(verb="record_unshared").count() == lines


def test_a_share_taken_back_twice_is_told(hands, record, shared):
    given = {"permission": str(shared.pk)}
    assert posted(hands.odile, "partages/retirer/", given).status_code == 200
    answer = posted(hands.odile, "partages/retirer/", given)
    assert (answer.status_code, answer.json()["message"]) == (403, "Ce partage est déjà retiré.")


def test_no_key_is_handed_over_once_a_share_is_taken_back_or_over(hands, record, shared):
    [served] = pieces_readable(hands.odile.member, [UUID(record.note["id"])])
    wrap = WrapGiven.model_validate(wrap_given(hands.odile, served, hands.advisers))
    with (
        time_machine.travel(timezone.now() + timedelta(days=31)),
        refused(NotPermitted, "pris fin"),
    ):
        actions.wrap_more(shared, [wrap])
    actions.unshare(shared, by=hands.odile.member.actor)
    with refused(NotPermitted, "pris fin"):
        actions.wrap_more(shared, [wrap])


def test_a_share_is_read_until_the_evening_of_its_last_day(hands, record, shared):
    ids = pieces_of(record)
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False) as clock:
        assert len(pieces_readable(hands.karim.member, ids)) == 2
        assert Record.objects.readable_by(hands.karim.member).filter(pk=record.pk).exists()
        assert actions.end_expired() == 0
        clock.shift(timedelta(days=1))
        assert pieces_readable(hands.karim.member, ids) == []
        assert not Record.objects.readable_by(hands.karim.member).filter(pk=record.pk).exists()
        assert actions.end_expired() == 2
        assert not Wrap.objects.filter(permission=shared).exists()
        assert len(pieces_readable(hands.odile.member, ids)) == 3


def test_a_record_is_erased_keys_first_and_nothing_stays(hands, record, shared):
    with CaptureQueriesContext(connection) as queries:
        actions.erase_record(record, by=hands.odile.member.actor)
    deleted = [
        table
        for one in queries
        if one["sql"].startswith("DELETE")
        for table in ("vault_wrap", "vault_piece", "vault_permission", "vault_record")
        if f'FROM "{table}"' in one["sql"]
    ]
    assert deleted[0] == "vault_wrap"
    assert set(deleted) >= {"vault_wrap", "vault_piece", "vault_permission", "vault_record"}
    pieces = [record.identity["id"], record.note["id"]]
    assert not Record.objects.filter(pk=shared.record_id).exists()
    assert not Piece.objects.filter(pk__in=pieces).exists()
    assert not Wrap.objects.filter(piece__in=pieces).exists()
    assert not Permission.objects.filter(pk=shared.pk).exists()
    assert last_line("record_erased").object_id == str(shared.record_id)


# ------------------------------------------------------------------------------- envelopes

ADDRESSES = (
    "moitie/",
    "moitie/nouvelle/",
    "fermer/",
    "trousseau/",
    "trousseau/faire/",
    "trousseau/changer/",
    "ouvertures/ajouter/",
    "ouvertures/retirer/",
    "etat/",
    "cercles/",
    "cles/",
    "actes/",
    "demandes/",
    "demandes/retirer/",
    "demandes/secours/",
    "demandes/accord/",
    "lire/",
    "fiche/",
    "annuaire/",
    "ecrire/",
    "effacer/",
    "partages/",
    "partages/completer/",
    "partages/retirer/",
)
MARK = "kqvwxzjsecret"
"""What a careless browser would have put in an envelope: it must appear in no log."""

BAD_BODIES = {
    "another field": json.dumps({"secret": MARK}).encode(),
    "a list": json.dumps([MARK]).encode(),
    "a text": json.dumps(MARK).encode(),
    "null": b"null",
    "a number": b"12",
    "not JSON": MARK.encode(),
    "cut": b'{"pieces": ["' + MARK.encode(),
    "not UTF-8": b'{"x": "\xff\xfe' + MARK.encode() + b'"}',
    "lone surrogate": b'{"x": "\\ud800' + MARK.encode() + b'"}',
    "very deep": b'{"x":' + b"[" * 50_000 + MARK.encode(),
    "too big": json.dumps({"x": MARK * 160_000}).encode(),
}


def post(client, path, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/coffre/{path}", content, content_type="application/json")


def posted(hand: Hand, path: str, body):
    """An envelope as it is posted; a breakdown is an answer, not an exception of the test."""
    client = browser_of(hand.member)
    client.raise_request_exception = False
    return post(client, path, body)


def assert_refused_in_french(answer, caplog, *, told: str = "rechargez la page"):
    assert answer.status_code == 400, answer.content[:200]
    message = answer.json()["message"]
    assert told in message or "rien n’a été enregistré" in message, message
    assert MARK not in message
    assert MARK not in caplog.text


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_bad_envelope_is_refused_in_french_and_appears_in_no_log(hands, caplog, path):
    caplog.set_level(logging.DEBUG)
    client = browser_of(hands.odile.member)
    before = rows()
    for body in BAD_BODIES.values():
        assert_refused_in_french(post(client, path, body), caplog)
    assert rows() == before


def test_an_envelope_that_is_far_too_big_is_not_even_read(hands, caplog):
    caplog.set_level(logging.DEBUG)
    far_too_big = json.dumps({"pieces": [MARK * 260_000]}).encode()
    answer = posted(hands.odile, "ecrire/", far_too_big)
    assert answer.status_code == 400
    assert MARK not in answer.content.decode() + caplog.text


def good_envelopes(hands, record) -> dict:
    """An envelope that each address accepts, or would: each test spoils one."""
    [served] = pieces_readable(hands.odile.member, [UUID(record.note["id"])])
    part = {"part": text_of(os.urandom(81)), "signature": text_of(os.urandom(64))}
    return {
        "trousseau/faire/": ring_given(Hand(hands.odile.member), replace=True),
        "trousseau/changer/": {"sealed": text_of(os.urandom(100)), "version": 2},
        "ouvertures/ajouter/": slot_given(hands.odile, "sheet"),
        "actes/": admission(hands.odile, hands.nurses, hands.samir),
        "demandes/accord/": {"ask": str(uuid4()), **part},
        "ecrire/": {"pieces": [piece_given(hands.odile, hands.nurses, {"text": "…"})]},
        "partages/": share_given(hands.odile, record, hands.advisers),
        "partages/completer/": {
            "permission": str(uuid4()),
            "wraps": [wrap_given(hands.odile, served, hands.advisers)],
        },
    }


def spoilt(value, change):
    """Every copy of a value in which one text, at any depth, is changed."""
    if isinstance(value, dict):
        for key, inner in value.items():
            for one in spoilt(inner, change):
                yield {**value, key: one}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for one in spoilt(inner, change):
                yield [*value[:at], one, *value[at + 1 :]]
    elif isinstance(value, str) and len(value) > 20 and value.count("-") != 4:
        yield change(value)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "=",
        lambda text: text.replace(text[3], "+", 1),
        lambda text: text + "é",
        lambda text: text[:21],
        lambda text: text * 700,
        lambda text: 12,
        lambda text: None,
        lambda text: {"secret": MARK},
    ],
    ids=["padding", "alphabet", "accent", "cut", "long", "number", "null", "object"],
)
def test_bytes_that_are_not_written_as_they_should_are_refused(hands, record, caplog, change):
    caplog.set_level(logging.DEBUG)
    client = browser_of(hands.odile.member)
    tried = 0
    for path, good in good_envelopes(hands, record).items():
        before = rows()
        for body in spoilt(good, change):
            answer = post(client, path, body)
            assert answer.status_code == 400, (path, answer.content[:200])
            assert answer.json()["message"]
            tried += 1
        assert rows() == before
    assert tried > 15
    assert MARK not in caplog.text


def test_a_field_in_excess_is_refused_at_any_depth(hands, record, caplog):
    caplog.set_level(logging.DEBUG)
    client = browser_of(hands.odile.member)
    for path, good in good_envelopes(hands, record).items():
        before = rows()
        for body in (good | {"secret": MARK}, *with_more(good)):
            assert_refused_in_french(post(client, path, body), caplog)
        assert rows() == before


def with_more(value: dict):
    """The envelope with one field more in what it holds."""
    for key, inner in value.items():
        if key in ("consent",):
            yield {**value, key: {**inner, "secret": MARK}}
        elif isinstance(inner, list) and isinstance(inner[0], dict):
            yield {**value, key: [{**inner[0], "secret": MARK}, *inner[1:]]}


def test_a_field_that_is_missing_is_refused(hands, record, caplog):
    may_be_absent = {"replace", "authenticator", "wraps", "parts", "chained", "recovery"}
    client = browser_of(hands.odile.member)
    for path, good in good_envelopes(hands, record).items():
        for name in good.keys() - (may_be_absent if path != "partages/" else set()):
            cut = {key: value for key, value in good.items() if key != name}
            assert_refused_in_french(post(client, path, cut), caplog)


BAD_ACTS = {
    "not JSON": MARK.encode(),
    "a list": b"[]",
    "a number": b"12",
    "deep": b"[" * 15_000,
    "not UTF-8": b"\xff\xfe{}",
    "an object": b"{}",
    "a huge number": b"1" * 9000,
}


@pytest.mark.parametrize("statement", BAD_ACTS.values(), ids=BAD_ACTS)
@pytest.mark.parametrize("known", [True, False])
def test_an_act_that_cannot_be_read_is_no_breakdown(hands, caplog, statement, known):
    caplog.set_level(logging.DEBUG)
    given = {
        "circle": str(hands.nurses.pk if known else uuid4()),
        "name": "Un cercle",
        "statement": text_of(statement),
        "signature": text_of(bytes(64)),
    }
    before = rows()
    answer = posted(hands.odile, "actes/", given)
    assert answer.status_code in (400, 409), answer.content[:200]
    assert MARK not in answer.json()["message"] + caplog.text
    assert rows() == before


def said_again(hands, **changed):
    """The admission of Samir, well signed, whose statement says something else."""
    said = following(state(hands.nurses), "admit")
    said["members"] |= {hands.samir.id: hands.samir.public}
    secret = secrets_of(hands.odile, hands.nurses)[1]
    wraps = wraps_for(secret, {hands.samir.id: hands.samir.public})
    return signed(hands.odile, said | changed, wraps=wraps)


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 2.0},
        {"number": True},
        {"epoch": 1.0},
        {"on": float("nan")},
        {"on": ["x"]},
        {"by": 12},
        {"kind": "absent"},
        {"members": []},
        {"members": {"pas-un-identifiant": bytes(range(32))}},
        {"custodians": None},
        {"recovery": 12},
        {"more": "x"},
    ],
    ids=str,
)
def test_a_well_signed_act_that_makes_no_sense_is_no_breakdown(hands, changed):
    before = rows()
    answer = posted(hands.odile, "actes/", said_again(hands, **changed))
    assert answer.status_code == 400, answer.content[:200]
    assert rows() == before


def test_a_person_whose_name_is_no_identifier_does_not_enter(hands):
    members = {**state(hands.nurses).members, "quelquun": hands.samir.public}
    answer = posted(hands.odile, "actes/", said_again(hands, members=members))
    assert answer.status_code == 400, answer.content[:200]


def test_an_act_that_makes_sense_is_kept(hands):
    """The control of the refusals above: the same act, unchanged, enters."""
    assert posted(hands.odile, "actes/", said_again(hands)).status_code == 200
    assert Act.objects.filter(circle=hands.nurses).count() == 2


def test_who_is_not_signed_in_posts_nothing(hands, client):
    for path in ADDRESSES:
        answer = post(client, path, {})
        assert answer.status_code == 302
        assert "/connexion/" in answer["Location"]


def test_an_address_that_is_only_posted_to_shows_nothing(hands):
    client = browser_of(hands.odile.member)
    for path in ADDRESSES:
        if path not in ("cercles/",):
            assert client.get(f"/coffre/{path}").status_code == 405, path


def test_the_acts_of_a_circle_are_no_secret_between_members_and_its_parts_are(hands):
    ids = {"circles": [str(hands.nurses.pk)]}
    [seen] = posted(hands.karim, "cercles/", ids).json()["circles"]
    assert seen["acts"]
    assert seen["part"] is None
    parts = set()
    for guard in hands.guards:
        [kept] = posted(guard, "cercles/", ids).json()["circles"]
        parts.add(kept["part"]["sealed"])
    assert len(parts) == 3
