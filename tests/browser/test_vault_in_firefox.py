"""The vault in Firefox: another WebCrypto, the same format. And from one browser to the other."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ruche.engines.vault.cards import Card
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import Unreadable, bytes_of, context
from ruche.engines.vault.pieces import Piece, open_piece, seal_piece
from ruche.engines.vault.ring import (
    Ring,
    Slot,
    SlotKind,
    make_slot,
    open_ring,
    open_slot,
    seal_ring,
)
from ruche.engines.vault.suite import KeyPair, new_key, public_of, seal, wrap
from tests.browser import vault_witness as witness
from tests.browser.firefox import FIREFOX, Firefox
from tests.browser.vault_witness import act_as_text, piece_as_text, place_as_text
from tests.conftest import needed, shared_connection
from tests.engines.vault.makers import Told, place, secret

pytestmark = pytest.mark.browser

PHRASE = "Abeille, abîme ! Abondance"
VALUE = {"by": "odile", "text": "« L’été », 𝄞", "n": [1, 0.5, None, True]}
WHERE = context("note", "cercle", 1, "fiche")


@pytest.fixture(scope="module")
def running() -> Iterator[Firefox]:
    """Debian's Firefox, one for the file."""
    if not Path(FIREFOX).exists():
        needed("firefox-esr absent : apt install firefox-esr")
    firefox = Firefox()
    yield firefox
    firefox.close()


@pytest.fixture
def firefox(running: Firefox, served: Any, db: None) -> Iterator[Any]:
    """What asks Firefox, on a page of the site."""
    with shared_connection(served):
        running.goto(served.url + "/composants/")
        yield witness.asker(lambda questions: running.evaluate(witness.SOURCE, questions))


@pytest.fixture
def chromium(open_page: Any) -> Any:
    """What asks Chromium, on the same page."""
    page, _ = open_page("/composants/")
    return witness.asker(lambda questions: page.evaluate(witness.SOURCE, questions))


# ------------------------------------------------------------------------ the same format


def test_this_browser_has_what_the_vault_needs(firefox):
    assert firefox(("supported", {})) == [True]


def test_every_vector_holds(firefox):
    witness.every_vector_holds(firefox)


def test_everything_refused_is_refused(firefox):
    witness.everything_refused_is_refused(firefox)


def test_no_envelope_opens_with_one_bit_changed(firefox):
    key, private = new_key(), new_key()
    sealed, wrapped = seal(key, b"miel", WHERE), wrap(public_of(private), b"miel", WHERE)
    found = firefox(
        ("flipped_sealed", {"key": key, "sealed": sealed, "context": WHERE}),
        ("flipped_wrapped", {"private": private, "wrapped": wrapped, "context": WHERE}),
    )
    assert found == [
        {"opened": 0, "tried": 8 * len(sealed)},
        {"opened": 0, "tried": 8 * len(wrapped)},
    ]


def test_a_key_of_small_order_is_refused(firefox):
    forged = b"\1" + bytes(32) + bytes(32)
    answers = firefox(
        ("wrap", {"public": bytes(32), "content": b"x", "context": WHERE}),
        ("open_wrapped", {"private": new_key(), "wrapped": forged, "context": WHERE}),
    )
    assert all(isinstance(one, witness.Refused) for one in answers)


# --------------------------------------------------------------- from one to the other


def known(where: Any, shared: EpochSecret) -> dict[str, Any]:
    said = {"circle": shared.circle, "epoch": shared.epoch, "secret": shared.secret}
    return {"place": place_as_text(where), "secret": said}


@pytest.mark.parametrize("kind", ["note", "identity"])
def test_firefox_opens_what_chromium_and_python_sealed(firefox, chromium, kind):
    where, shared, author = place(kind), secret(), KeyPair.draw()
    here = known(where, shared)
    ours = seal_piece(VALUE, where, shared, signing_key=author.sign_private)
    (theirs,) = chromium(("seal_piece", {**here, "value": VALUE, "signer": author.sign_private}))
    questions = [
        ("open_piece", {**here, "piece": one, "signer": author.sign_public})
        for one in (piece_as_text(ours), theirs)
    ]
    assert firefox(*questions) == [VALUE, VALUE]


@pytest.mark.parametrize("kind", ["note", "identity"])
def test_python_and_chromium_open_what_firefox_sealed(firefox, chromium, kind):
    where, shared, author = place(kind), secret(), KeyPair.draw()
    here = known(where, shared)
    (sealed,) = firefox(("seal_piece", {**here, "value": VALUE, "signer": author.sign_private}))
    piece = Piece(where, bytes_of(sealed["body"]), bytes_of(sealed["wrap"]))
    assert open_piece(piece, shared, sign_public=author.sign_public) == VALUE
    with pytest.raises(Unreadable, match="signature"):
        open_piece(piece, shared, sign_public=KeyPair.draw().sign_public)
    given = {**here, "piece": sealed, "signer": author.sign_public}
    assert chromium(("open_piece", given)) == [VALUE]


def test_a_ring_made_in_firefox_opens_in_python_and_chromium(firefox, chromium):
    key, named = new_key(), {"member": "odile", "id": "s", "kind": "phrase", "secret": PHRASE}
    ring, slot = firefox(("new_ring", {}), ("make_slot", {**named, "key": key}))
    (sealed,) = firefox(("seal_ring", {"ring": ring, "key": key, "member": "odile"}))
    kept = Slot("s", SlotKind.PHRASE, bytes_of(slot["salt"]), bytes_of(slot["sealed"]))
    assert open_slot(kept, "abeille abime abondance", member="odile") == key
    assert open_ring(bytes_of(sealed), key, member="odile", version=1).pins == {}
    opened_slot, opened = chromium(
        ("open_slot", {"slot": slot, "secret": PHRASE, "member": "odile"}),
        ("open_ring", {"sealed": sealed, "key": key, "member": "odile", "version": 1}),
    )
    assert (bytes_of(opened_slot), opened) == (key, ring)


def test_a_ring_made_in_python_opens_in_firefox(firefox):
    ring = Ring(KeyPair.draw(), version=3, pins={"rose": {"seal": "a", "sign": "b"}})
    sealed, key = seal_ring(ring, member="odile")
    slots = [
        (make_slot(key, member="odile", id="s", kind=kind, secret=given), given)
        for kind, given in (
            (SlotKind.PHRASE, PHRASE),
            (SlotKind.SHEET, b"s" * 16),
            (SlotKind.PASSKEY, b"p" * 32),
        )
    ]
    *keys, opened = firefox(
        *(
            (
                "open_slot",
                {
                    "slot": {
                        "id": "s",
                        "kind": slot.kind,
                        "salt": slot.salt,
                        "sealed": slot.sealed,
                    },
                    "secret": given,
                    "member": "odile",
                },
            )
            for slot, given in slots
        ),
        ("open_ring", {"sealed": sealed, "key": key, "member": "odile", "version": 3}),
    )
    assert [bytes_of(one) for one in keys] == [key] * 3
    assert opened["pins"] == ring.pins


def test_an_act_signed_in_firefox_is_that_of_python_and_chromium(firefox, chromium):
    """Ed25519 is deterministic: the very same bytes."""
    told = Told("odile", "rose")
    said = told.statement("admit", "odile")
    told.people["samir"] = KeyPair.draw()
    members = told.keys(["odile", "rose", "samir"])
    people = {
        who: {"seal": seal_key, "sign": sign_key} for who, (seal_key, sign_key) in members.items()
    }
    given = (
        "sign_act",
        {
            "said": {**said, "members": people, "custodians": {}},
            "signer": told.people["odile"].sign_private,
        },
    )
    told.admit("samir", by="odile")
    expected = witness.plain(act_as_text(told.acts[-1]))
    assert firefox(given) == chromium(given) == [expected]
    acts = {"acts": [act_as_text(act) for act in told.acts]}
    (in_firefox,), (in_chromium,) = firefox(("verified", acts)), chromium(("verified", acts))
    assert in_firefox == in_chromium
    assert in_firefox["digest"] == told.circle.digest


def test_a_card_filled_in_firefox_opens_elsewhere(firefox, chromium):
    card, thread, record = Card(new_key()[:16], "2580"), new_key(), str(uuid4())
    given = {"secret": card.secret, "pin": card.pin, "record": record, "thread": thread}
    (held,) = firefox(("hold", given))
    assert card.thread_in(bytes_of(held), record) == thread
    (opened,) = chromium(("thread_in", {**given, "held": held}))
    assert bytes_of(opened) == thread
