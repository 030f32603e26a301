"""Rings, slots and halves: what is refused, one sentence each.

Browsers are played by the Python engine (`played_browsers`): each refusal is of something that a
browser could have sent, but for one thing.
"""

import os
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ruche.accounts.enums import Role
from ruche.engines.vault.forms import text_of
from ruche.vault import actions
from ruche.vault.errors import Closed, Refused, Stale
from ruche.vault.models import (
    Half,
    KeyRing,
    Slot,
)
from ruche.vault.payloads import RingChanged, RingGiven, SlotGiven
from tests.members import browser_of, someone
from tests.vault.played_browsers import (
    Hand,
    opened_ring,
    ring_given,
    slot_given,
    with_a_ring,
)
from tests.vault.refusals import last_line, post, posted, refused

NOW = timezone.now().replace(hour=10, minute=0)


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
