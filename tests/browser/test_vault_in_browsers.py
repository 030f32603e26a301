"""The vault in Chromium and in Python: what one seals the other opens, what one refuses both do."""

import random
import string
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from ruche.engines.vault.acts import Act, BadAct, approval_bytes, sign_act, verified
from ruche.engines.vault.cards import Card, ThreadKey
from ruche.engines.vault.codes import read_code, write_code
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import Unreadable, bytes_of, context, text_of
from ruche.engines.vault.pieces import Piece, open_piece, open_shared, seal_piece, share_key
from ruche.engines.vault.ring import (
    Ring,
    Slot,
    SlotKind,
    make_slot,
    open_ring,
    open_slot,
    seal_ring,
)
from ruche.engines.vault.shamir import join, split
from ruche.engines.vault.suite import (
    KeyPair,
    new_key,
    open_sealed,
    open_wrapped,
    public_of,
    seal,
    sign,
    verify,
    wrap,
)
from ruche.engines.vault.words import draw_phrase, normalised, words, words_of_keys
from tests.browser import vault_witness as witness
from tests.browser.vault_witness import Refused, act_as_text, act_from, piece_as_text, place_as_text
from tests.engines.vault import test_vault_acts as told_elsewhere
from tests.engines.vault.makers import CIRCLE, Told, keys_of, place, secret

pytestmark = pytest.mark.browser

WHERE = context("note", "cercle", 1, "fiche")


@pytest.fixture
def ask(open_page: Any) -> Iterator[Any]:
    page, said = open_page("/composants/")
    yield witness.asker(lambda questions: page.evaluate(witness.SOURCE, questions))
    assert said == []


# --------------------------------------------------------------------------- the vectors


def test_this_browser_has_what_the_vault_needs(ask):
    assert ask(("supported", {})) == [True]


def test_hpke_gives_the_values_of_the_rfc(ask):
    """RFC 9180, A.1.1: the same KEM and KDF, with AES-128-GCM."""
    given = {
        "private": "4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8",
        "public": "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
        "enc": "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
        "info": "4f6465206f6e2061204772656369616e2055726e",
        "suite": "48504b45002000010001",
    }
    case = {name: bytes.fromhex(one) for name, one in given.items()}
    (found,) = ask(("rfc9180", {**case, "length": 16}))
    assert {name: bytes_of(one).hex() for name, one in found.items()} == {
        "shared": "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc",
        "key": "4531685d41d65f03dc48f6b8302c05b0",
        "iv": "56d890e5accaaf011cff4b7d",
    }


def test_every_vector_holds(ask):
    witness.every_vector_holds(ask)


def test_everything_refused_is_refused(ask):
    witness.everything_refused_is_refused(ask)


# ------------------------------------------------------------------------------ envelopes


def test_no_envelope_opens_with_one_bit_changed(ask):
    key, private = new_key(), new_key()
    sealed, wrapped = seal(key, b"miel", WHERE), wrap(public_of(private), b"miel", WHERE)
    assert ask(
        ("flipped_sealed", {"key": key, "sealed": sealed, "context": WHERE}),
        ("flipped_wrapped", {"private": private, "wrapped": wrapped, "context": WHERE}),
    ) == [
        {"opened": 0, "tried": 8 * len(sealed)},
        {"opened": 0, "tried": 8 * len(wrapped)},
    ]


@pytest.mark.parametrize("length", [0, 1, 4096])
def test_envelopes_open_on_the_other_side(ask, length):
    key, private, content = new_key(), new_key(), random.Random(length).randbytes(length)
    public = public_of(private)
    sealed, wrapped, opened, unwrapped = ask(
        ("seal", {"key": key, "content": content, "context": WHERE}),
        ("wrap", {"public": public, "content": content, "context": WHERE}),
        ("open_sealed", {"key": key, "sealed": seal(key, content, WHERE), "context": WHERE}),
        (
            "open_wrapped",
            {"private": private, "wrapped": wrap(public, content, WHERE), "context": WHERE},
        ),
    )
    assert open_sealed(key, bytes_of(sealed), WHERE) == content
    assert open_wrapped(private, bytes_of(wrapped), WHERE) == content
    assert bytes_of(opened) == bytes_of(unwrapped) == content


def test_a_key_of_small_order_is_refused(ask):
    """An all-zero public key agrees on zeros with anyone: HPKE refuses it (RFC 9180, 7.1.4)."""
    given = {"public": bytes(32), "content": b"x", "context": WHERE}
    assert isinstance(ask(("wrap", given))[0], Refused)
    forged = b"\1" + bytes(32) + bytes(32)
    with pytest.raises(Unreadable):
        open_wrapped(new_key(), forged, WHERE)
    (answer,) = ask(("open_wrapped", {"private": new_key(), "wrapped": forged, "context": WHERE}))
    assert answer.name == "Unreadable"


def test_signatures_hold_on_the_other_side(ask):
    keys, content = KeyPair.draw(), "« L’été »".encode()
    theirs, ours = ask(
        ("sign", {"private": keys.sign_private, "content": content, "context": WHERE}),
        (
            "verify",
            {
                "public": keys.sign_public,
                "signature": sign(keys.sign_private, content, WHERE),
                "content": content,
                "context": WHERE,
            },
        ),
    )
    verify(keys.sign_public, bytes_of(theirs), content, WHERE)
    assert ours is True


# -------------------------------------------------------------------------------- pieces

ALPHABET = string.ascii_letters + string.digits + ' \n\t"\\/éàœß’«»\u2028\x00\x7f٣字🐝𝄞'


def any_value(chance: random.Random, depth: int = 3) -> Any:
    """Whatever JSON can say."""
    kind = chance.randrange(7 if depth else 4)
    if kind == 0:
        return chance.choice([None, True, False])
    if kind == 1:
        return chance.randrange(-(2**53) + 1, 2**53)
    if kind == 2:
        return chance.choice([0.5, -1e-7, 1e21, chance.random()])
    if kind == 3:
        return any_text(chance)
    if kind == 4:
        return [any_value(chance, depth - 1) for _ in range(chance.randrange(5))]
    return {any_text(chance): any_value(chance, depth - 1) for _ in range(chance.randrange(5))}


def any_text(chance: random.Random) -> str:
    return "".join(chance.choices(ALPHABET, k=chance.randrange(40)))


def test_fifty_values_go_there_and_back(ask):
    chance, shared, where = random.Random(20261124), secret(), place()
    values = [any_value(chance) for _ in range(50)]
    ours = [seal_piece(value, where, shared) for value in values]
    theirs = {"place": place_as_text(where), "secret": secret_as_text(shared)}
    opened = ask(*(("open_piece", {**theirs, "piece": piece_as_text(one)}) for one in ours))
    assert opened == values
    sealed = ask(*(("seal_piece", {**theirs, "value": value}) for value in values))
    assert [open_piece(piece_of(one, where), shared) for one in sealed] == values


def secret_as_text(one: EpochSecret) -> dict[str, Any]:
    return {"circle": one.circle, "epoch": one.epoch, "secret": one.secret}


def piece_of(text: dict[str, str], where: Any) -> Piece:
    return Piece(where, bytes_of(text["body"]), bytes_of(text["wrap"]))


@pytest.mark.parametrize("kind", ["note", "identity"])
def test_a_signed_piece_opens_on_the_other_side_for_its_author_only(ask, kind):
    where, shared, author, other = place(kind), secret(), KeyPair.draw(), KeyPair.draw()
    value = {"by": "odile", "text": "« L’été », 𝄞"}
    ours = seal_piece(value, where, shared, signing_key=author.sign_private)
    unsigned = seal_piece(value, where, shared)
    known = {"place": place_as_text(where), "secret": secret_as_text(shared)}
    sealed, opened, in_the_name_of, not_signed = ask(
        ("seal_piece", {**known, "value": value, "signer": author.sign_private}),
        ("open_piece", {**known, "piece": piece_as_text(ours), "signer": author.sign_public}),
        ("open_piece", {**known, "piece": piece_as_text(ours), "signer": other.sign_public}),
        ("open_piece", {**known, "piece": piece_as_text(unsigned), "signer": author.sign_public}),
    )
    assert opened == value
    assert [one.name for one in (in_the_name_of, not_signed)] == ["Unreadable", "Unreadable"]
    theirs = piece_of(sealed, where)
    assert open_piece(theirs, shared, sign_public=author.sign_public) == value
    with pytest.raises(Unreadable, match="signature"):
        open_piece(theirs, shared, sign_public=other.sign_public)


@pytest.mark.parametrize("kind", ["note", "identity"])
def test_a_piece_that_is_moved_opens_nowhere(ask, kind):
    where, shared = place(kind), secret()
    piece = seal_piece({"a": 1}, where, shared)
    moved = [
        {**place_as_text(where), name: other}
        for name, other in {
            "kind": "consent",
            "circle": "autre-cercle",
            "epoch": 2,
            "record": "autre-fiche",
            "piece": "autre-morceau",
        }.items()
    ]
    answers = ask(
        *(
            (
                "open_piece",
                {"piece": piece_as_text(piece), "place": one, "secret": secret_as_text(shared)},
            )
            for one in moved
        )
    )
    assert {one.name for one in answers} == {"Unreadable"}


def test_a_deposit_opens_in_the_circle(ask):
    where, shared = place("words"), secret()
    given = {"value": {"text": "Merci."}, "place": place_as_text(where)}
    (sealed,) = ask(("deposit_piece", {**given, "public": shared.deposit_public}))
    assert open_piece(piece_of(sealed, where), shared) == {"text": "Merci."}


@pytest.mark.parametrize("kind", ["note", "identity"])
def test_a_shared_piece_opens_on_the_other_side(ask, kind):
    where, ours, theirs = place(kind), secret(), secret(4, "autre-cercle")
    piece = seal_piece({"a": 1}, where, ours)
    to = {"circle": theirs.circle, "epoch": 4, "public": theirs.deposit_public}
    handed = share_key(piece, ours, **to)
    known = {"place": place_as_text(where)}
    shared, opened, elsewhere = ask(
        ("share_key", {**known, "wrap": piece.wrap, "secret": secret_as_text(ours), "to": to}),
        *(
            (
                "open_shared",
                {**known, "piece": {"body": piece.body, "wrap": handed}, "secret": one},
            )
            for one in (secret_as_text(theirs), {**secret_as_text(theirs), "epoch": 5})
        ),
    )
    assert open_shared(piece.body, bytes_of(shared), where, theirs) == {"a": 1}
    assert opened == {"a": 1}
    assert elsewhere.name == "Unreadable"


# ----------------------------------------------------------------------- rings and epochs

GIVEN = {SlotKind.PASSKEY: b"p" * 32, SlotKind.PHRASE: "Élan tapis miel", SlotKind.SHEET: b"s" * 16}


@pytest.mark.parametrize("kind", list(SlotKind))
def test_a_ring_and_its_slot_open_on_the_other_side(ask, kind):
    ring = Ring(KeyPair.draw(), version=3, pins={"rose": {"seal": "a", "sign": "b"}})
    sealed, key = seal_ring(ring, member="odile")
    slot = make_slot(key, member="odile", id="s1", kind=kind, secret=GIVEN[kind])
    kept = {"id": slot.id, "kind": kind, "salt": slot.salt, "sealed": slot.sealed}
    named = {"member": "odile", "kind": kind, "id": "s2", "secret": GIVEN[kind]}
    opened_slot, opened_ring, theirs, made, wrong = ask(
        ("open_slot", {"slot": kept, "secret": GIVEN[kind], "member": "odile"}),
        ("open_ring", {"sealed": sealed, "key": key, "member": "odile", "version": 3}),
        ("new_ring", {}),
        ("make_slot", {**named, "key": key}),
        ("open_slot", {"slot": kept, "secret": GIVEN[kind], "member": "rose"}),
    )
    assert bytes_of(opened_slot) == key
    assert opened_ring["pins"] == ring.pins
    assert opened_ring["keys"]["seal"] == text_of(ring.keys.seal_private)
    assert wrong.name == "Unreadable"
    made_slot = Slot("s2", kind, bytes_of(made["salt"]), bytes_of(made["sealed"]))
    assert open_slot(made_slot, GIVEN[kind], member="odile") == key
    (sealed_there,) = ask(("seal_ring", {"ring": theirs, "key": key, "member": "odile"}))
    found = open_ring(bytes_of(sealed_there), key, member="odile", version=1)
    assert text_of(found.keys.sign_private) == theirs["keys"]["sign"]
    with pytest.raises(Unreadable):
        open_ring(bytes_of(sealed_there), key, member="odile", version=2)


def test_the_secret_of_an_epoch_is_handed_over_on_both_sides(ask):
    odile, recovery, first, second = KeyPair.draw(), new_key(), secret(1), secret(2)
    here, where = secret_as_text(second), {"circle": CIRCLE, "epoch": 2}
    mine = {"member": "odile", "public": odile.seal_public, "private": odile.seal_private}
    saved = {"public": public_of(recovery), "private": recovery}
    confided, rescued, chained, *opened = ask(
        ("confide", {**here, **mine}),
        ("for_recovery", {**here, **saved}),
        ("chain", {**here, "previous": first.secret}),
        (
            "confided",
            {**where, **mine, "wrapped": second.wrapped_to("odile", odile.seal_public)},
        ),
        (
            "recovered",
            {**where, **saved, "wrapped": second.wrapped_for_recovery(public_of(recovery))},
        ),
        ("before", {**here, "chained": second.chained(first)}),
    )
    found = EpochSecret.unwrapped(
        bytes_of(confided), odile.seal_private, circle=CIRCLE, epoch=2, member="odile"
    )
    assert found == second
    assert EpochSecret.recovered(bytes_of(rescued), recovery, circle=CIRCLE, epoch=2) == second
    assert second.before(bytes_of(chained)) == first
    assert list(map(bytes_of, opened)) == [second.secret, second.secret, first.secret]


# ---------------------------------------------------------------------------------- acts


def as_witness(circle: Any) -> dict[str, Any]:
    """A circle as the witness tells it."""

    def written(people: Any) -> dict[str, Any]:
        return {who: {"seal": text_of(a), "sign": text_of(b)} for who, (a, b) in people.items()}

    return {
        "id": circle.id,
        "number": circle.number,
        "digest": circle.digest,
        "epoch": circle.epoch,
        "public": text_of(circle.public),
        "members": written(circle.members),
        "custodians": written(circle.custodians),
        "recovery": text_of(circle.recovery),
        "signed_by": circle.signed_by,
        "once": {
            str(epoch): {who: sorted(key.hex() for key in keys) for who, keys in present.items()}
            for epoch, present in circle.once.items()
        },
    }


class Recorded(Told):
    """A circle that remembers what was to be signed, and by which key."""

    said: list[dict[str, Any]]

    def act(self, kind: str, by: str, **more: Any) -> Act:
        statement = self.statement(kind, by)
        people = {
            name: {who: {"seal": a, "sign": b} for who, (a, b) in statement[name].items()}
            for name in ("members", "custodians")
        }
        self.said = [
            *getattr(self, "said", ()),
            {"said": {**statement, **people}, "signer": self.people[by].sign_private},
        ]
        return super().act(kind, by, **more)


def a_life() -> Recorded:
    told = Recorded("odile", "rose")
    told.admit("samir", by="rose")
    told.depart("rose", by="samir")
    told.people["odile"] = KeyPair.draw()
    told.new_epoch()
    told.act("replace", by="samir")
    told.custodians = ["a", "b", "c"]
    told.people |= {who: KeyPair.draw() for who in told.custodians}
    told.recovery = public_of(new_key())
    told.new_epoch()
    told.act("custodians", by="odile")
    return told


def test_a_circle_told_in_python_is_the_same_in_the_browser(ask):
    told = a_life()
    lengths = range(1, len(told.acts) + 1)
    found = ask(
        *(("verified", {"acts": [act_as_text(act) for act in told.acts[:n]]}) for n in lengths)
    )
    assert found == [as_witness(verified(told.acts[:n])) for n in lengths]


def test_a_circle_told_in_the_browser_is_the_same_in_python(ask):
    """The same statements, signed there: the very same bytes."""
    told = a_life()
    acts = [act_from(one) for one in ask(*(("sign_act", one) for one in told.said))]
    assert acts == told.acts
    assert verified(acts) == told.circle


@pytest.mark.parametrize("agreed_in", ["python", "browser"])
def test_two_custodians_bring_someone_back(ask, agreed_in):
    told = Told("odile", custodians=("a", "b", "c"))
    before, anew = told.circle, KeyPair.draw()
    text = approval_bytes(before, "odile", *keys_of(anew))
    guards = {who: told.people[who].sign_private for who in ("a", "b")}
    agreed = {who: sign(key, text, context("approval", CIRCLE)) for who, key in guards.items()}
    if agreed_in == "browser":
        keys = {"seal": anew.seal_public, "sign": anew.sign_public}
        acts = {"acts": [act_as_text(act) for act in told.acts]}
        given = ask(
            *(
                ("sign_approval", {**acts, "member": "odile", "keys": keys, "signer": key})
                for key in guards.values()
            )
        )
        assert {one["said"].encode() for one in given} == {text}
        agreed = {who: bytes_of(one["signature"]) for who, one in zip(guards, given, strict=True)}
    told.people["odile"] = anew
    told.new_epoch()
    told.act("rescue", "odile", approvals=agreed)
    (found,) = ask(("verified", {"acts": [act_as_text(act) for act in told.acts]}))
    assert found == as_witness(told.circle)


def test_a_signature_counts_only_while_its_author_is_there(ask):
    told = Told("odile", "rose")
    told.admit("samir", by="odile")
    told.depart("odile", by="rose")
    acts = {"acts": [act_as_text(act) for act in told.acts]}
    before, after = ask(
        *(("could_sign", {**acts, "member": "odile", "epoch": epoch}) for epoch in (1, 2))
    )
    assert set(before) == {text_of(told.people["odile"].sign_public)}
    assert after == []


def refused_stories() -> Iterator[tuple[str, list[Act]]]:
    """Each circle that `test_vault_acts` refuses."""
    (cases,) = (
        mark.args[1]
        for mark in told_elsewhere.test_what_the_rules_refuse.pytestmark
        if mark.name == "parametrize"
    )
    for kind, changed, why in cases:
        told = Told("odile", "rose")
        told.act(kind, "odile", **changed)
        yield why, told.acts
    yield from lonely_stories()
    yield from stories_of_a_wrong_signer()
    yield from swapped_stories()
    yield from rescues_without_agreement()
    (cases,) = (
        mark.args[1]
        for mark in told_elsewhere.test_an_unreadable_act_is_told_by_its_number.pytestmark
        if mark.name == "parametrize"
    )
    for statement in cases:
        yield f"unreadable {statement!r}", [Act(statement, b"")]


def lonely_stories() -> Iterator[tuple[str, list[Act]]]:
    yield "alone", Told("odile").acts
    told = Told("odile", "rose")
    told.depart("rose", by="odile")
    yield "left alone", told.acts


def stories_of_a_wrong_signer() -> Iterator[tuple[str, list[Act]]]:
    told = Told("odile", "rose")
    told.people["mallory"] = KeyPair.draw()
    told.admit("samir", by="mallory")
    yield "a stranger", told.acts
    told = Told("odile", "rose", "samir")
    told.depart("rose", by="rose")
    yield "shuts the door", told.acts
    told = Told("odile", "rose")
    old = told.people["odile"]
    told.people["odile"] = KeyPair.draw()
    told.new_epoch()
    told.acts.append(sign_act(told.statement("replace", "odile"), old.sign_private))
    yield "her own keys", told.acts


def swapped_stories() -> Iterator[tuple[str, list[Act]]]:
    told = Told("odile", "rose")
    told.admit("samir", by="odile")
    for word in (b'"public":"', b'"seal":"'):
        act = told.acts[1]
        at = act.statement.index(word) + len(word)
        other = b"A" if act.statement[at : at + 1] != b"A" else b"B"
        swapped = act.statement[:at] + other + act.statement[at + 1 :]
        yield f"swapped {word!r}", [told.acts[0], Act(swapped, act.signature)]


def rescues_without_agreement() -> Iterator[tuple[str, list[Act]]]:
    told = Told("odile", custodians=("a", "b", "c"))
    before, anew = told.circle, KeyPair.draw()
    text = approval_bytes(before, "odile", *keys_of(anew))
    one = sign(told.people["a"].sign_private, text, context("approval", CIRCLE))
    told.people["odile"] = anew
    told.new_epoch()
    act = told.act("rescue", "odile")
    for approvals in ({}, {"a": one}, {"a": one, "b": one}, {"a": one, "odile": one}):
        yield (
            f"agreed by {sorted(approvals)}",
            [
                *told.acts[:-1],
                replace(act, approvals=approvals),
            ],
        )


def test_each_act_that_python_refuses_is_refused_in_the_browser_with_the_same_number(ask):
    stories = list(refused_stories())
    answers = ask(
        *(("verified", {"acts": [act_as_text(act) for act in acts]}) for _, acts in stories)
    )
    assert len(stories) > 24
    for (why, acts), answer in zip(stories, answers, strict=True):
        with pytest.raises(BadAct) as refused:
            verified(acts)
        assert isinstance(answer, Refused), why
        assert answer.why.startswith(f"Acte {refused.value.number} du cercle : "), why


# ------------------------------------------------------------- what is read aloud or held


def test_codes_are_the_same_on_both_sides(ask):
    secrets = [random.Random(at).randbytes(16) for at in range(50)]
    written = ask(*(("write_code", {"secret": one}) for one in secrets))
    assert written == [write_code(one) for one in secrets]
    copied = [one.lower().replace("-", " ").replace("0", "O").replace("1", "l") for one in written]
    read = ask(*(("read_code", {"code": one}) for one in copied))
    assert [bytes_of(one) for one in read] == [read_code(one) for one in copied] == secrets


def test_words_are_the_same_on_both_sides(ask):
    keys = [KeyPair.draw() for _ in range(20)]
    spoken = ask(
        *(
            (
                "words_of_keys",
                {"member": "odile", "seal": one.seal_public, "sign": one.sign_public},
            )
            for one in keys
        )
    )
    assert spoken == [words_of_keys("odile", one.seal_public, one.sign_public) for one in keys]


def test_phrases_are_the_same_on_both_sides(ask):
    drawn, again = ask(("draw_phrase", {}), ("draw_phrase", {}))
    assert len(drawn.split()) == 7
    assert set(drawn.split()) <= set(words())
    assert drawn != again
    typed = [draw_phrase().title() for _ in range(20)]
    typed += ["E\u0301té, l’œuf", "ÇA-ET-LÀ\u00a0!", "", "İstanbul ẞ ﬁn 12 été3"]
    assert ask(*(("normalised", {"typed": one}) for one in typed)) == list(map(normalised, typed))


def test_parts_of_a_secret_join_on_the_other_side(ask):
    value = new_key()
    ours = split(value)
    theirs, joined, mixed = ask(
        ("split", {"secret": value}),
        ("join", {"parts": [ours[2], ours[0]]}),
        ("join", {"parts": [ours[1], ours[1]]}),
    )
    parts = list(map(bytes_of, theirs))
    assert join(parts[:2]) == join(parts[1:]) == bytes_of(joined) == value
    assert mixed.name == "Unreadable"


@pytest.mark.parametrize("pin", ["", "2580"])
def test_a_card_opens_its_thread_on_the_other_side(ask, pin):
    card, thread, record = Card(new_key()[:16], pin), new_key(), str(uuid4())
    key, piece = new_key(), str(uuid4())
    ours = ThreadKey(record, thread)
    holder = {"secret": card.secret, "pin": pin, "record": record, "thread": thread}
    shown = {"thread": thread, "record": record, "piece": piece, "key": key}
    said, held, opened, wrong, showing, seen, words_key = ask(
        ("card", holder),
        ("hold", holder),
        ("thread_in", {**holder, "held": card.holding(thread, record)}),
        ("thread_in", {**holder, "pin": "0000", "held": card.holding(thread, record)}),
        ("show", shown),
        ("shown", {**shown, "shown": ours.showing(key, piece)}),
        ("words_key", shown),
    )
    assert [bytes_of(said[name]) for name in ("handle", "proof", "key")] == [
        card.handle,
        card.proof,
        card.key,
    ]
    assert card.thread_in(bytes_of(held), record) == bytes_of(opened) == thread
    assert wrong.name == "Unreadable"
    assert ours.shown(bytes_of(showing), piece) == bytes_of(seen) == key
    assert bytes_of(words_key) == ours.words_key()
