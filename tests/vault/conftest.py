"""Two circles, a record, and its share: what the tests of the vault begin with."""

from types import SimpleNamespace

import pytest

from ruche.accounts.enums import Role
from ruche.vault.models import (
    Record,
)
from tests.members import someone
from tests.vault.played_browsers import (
    creation,
    piece_given,
    save,
    send,
    share,
    share_given,
    with_a_ring,
)


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
