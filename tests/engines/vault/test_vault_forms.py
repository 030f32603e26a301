"""What is sealed opens for whom it should, where it should, and nowhere else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.engines.vault.cards import Card, ThreadKey
from ruche.engines.vault.codes import ALPHABET, read_code, write_code
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import BUCKETS, TooLarge, Unreadable, context, padded, unpadded
from ruche.engines.vault.pieces import Piece, Place, open_piece, open_shared, seal_piece, share_key
from ruche.engines.vault.ring import (
    Ring,
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
    wrap,
)
from ruche.engines.vault.words import draw_phrase, normalised, words, words_of_keys
from tests.engines.vault.makers import CIRCLE, place, secret

WHERE = context("note", "cercle", 1, "fiche")


@given(st.binary(max_size=3000))
def test_what_is_sealed_opens_with_its_key(content):
    key = new_key()
    assert open_sealed(key, seal(key, content, WHERE), WHERE) == content


@given(st.data())
@settings(max_examples=60)
def test_a_changed_bit_does_not_open(data):
    key, content = new_key(), b"un texte"
    private = new_key()
    for sealed, open_it in (
        (seal(key, content, WHERE), lambda one: open_sealed(key, one, WHERE)),
        (wrap(public_of(private), content, WHERE), lambda one: open_wrapped(private, one, WHERE)),
    ):
        at = data.draw(st.integers(0, len(sealed) * 8 - 1))
        broken = bytearray(sealed)
        broken[at // 8] ^= 1 << at % 8
        with pytest.raises(Unreadable):
            open_it(bytes(broken))


@pytest.mark.parametrize("cut", [0, 1, 12, 28, 40])
def test_a_cut_envelope_says_so(cut):
    key = new_key()
    with pytest.raises(Unreadable):
        open_sealed(key, seal(key, b"un texte assez long", WHERE)[:cut], WHERE)


@given(st.binary(max_size=BUCKETS[-1] - 4))
@settings(max_examples=60)
def test_a_size_tells_a_bucket_and_not_a_length(content):
    filled = padded(content)
    assert len(filled) in BUCKETS
    assert unpadded(filled) == content


def test_what_does_not_fit_is_refused_in_french():
    with pytest.raises(TooLarge, match="trop long"):
        padded(bytes(BUCKETS[-1]))


@pytest.mark.parametrize(
    "filled", [b"", b"\0" * 127, padded(b"a")[:-1] + b"x", b"\xff" * 128, b"\0" * 200]
)
def test_a_filling_that_is_not_ours_is_refused(filled):
    with pytest.raises(Unreadable):
        unpadded(filled)


@pytest.mark.parametrize("part", ["", "a|b", "a b", "é", "x" * 81])
def test_a_context_cannot_be_forged_by_an_identifier(part):
    with pytest.raises(ValueError, match="contexte"):
        context("note", part)


# ------------------------------------------------------------------------------- pieces


@pytest.mark.parametrize("kind", ["note", "identity"])
def test_a_piece_opens_in_its_circle_and_is_signed(kind):
    where, shared, author = place(kind), secret(), KeyPair.draw()
    value = {"by": "odile", "texte": "« L’été », 𝄞"}
    piece = seal_piece(value, where, shared, signing_key=author.sign_private)
    assert open_piece(piece, shared, sign_public=author.sign_public) == value
    with pytest.raises(Unreadable, match="signature"):
        open_piece(piece, shared, sign_public=KeyPair.draw().sign_public)


@pytest.mark.parametrize("kind", ["note", "identity"])
@pytest.mark.parametrize("field", ["kind", "circle", "epoch", "record", "piece"])
def test_a_piece_that_is_moved_does_not_open(kind, field):
    where, shared = place(kind), secret()
    piece = seal_piece({"a": 1}, where, shared)
    fields = {name: getattr(where, name) for name in Place.__slots__}
    fields[field] = {"epoch": 2, "kind": "consent"}.get(field, "00000000-ailleurs")
    moved = Piece(Place(**fields), piece.body, piece.wrap)
    with pytest.raises(Unreadable):
        open_piece(moved, shared)


def test_an_identity_without_its_salt_is_lost():
    where, shared = place("identity"), secret()
    piece = seal_piece({"given": "Marie"}, where, shared)
    with pytest.raises(Unreadable):
        open_piece(Piece(where, piece.body, bytes(32)), shared)


@pytest.mark.parametrize("kind", ["note", "identity"])
def test_sharing_is_one_more_wrap_for_one_circle(kind):
    ours, theirs = secret(), secret(epoch=4, circle="autre-cercle")
    piece = seal_piece({"a": 1}, place(kind), ours)
    handed = share_key(piece, ours, circle="autre-cercle", epoch=4, public=theirs.deposit_public)
    assert open_shared(piece.body, handed, piece.place, theirs) == {"a": 1}
    for other in (secret(4, "autre-cercle"), EpochSecret("autre-cercle", 5, theirs.secret)):
        with pytest.raises(Unreadable):
            open_shared(piece.body, handed, piece.place, other)


def test_the_newest_secret_opens_the_whole_history():
    first, second, third = (secret(epoch) for epoch in (1, 2, 3))
    chain = {2: second.chained(first), 3: third.chained(second)}
    back = third.before(chain[3]).before(chain[2])
    assert back == first
    with pytest.raises(Unreadable):
        second.before(chain[3])


def test_an_epoch_secret_is_handed_to_one_member():
    odile, rose, shared = KeyPair.draw(), KeyPair.draw(), secret()
    handed = shared.wrapped_to("odile", odile.seal_public)
    found = EpochSecret.unwrapped(
        handed, odile.seal_private, circle=CIRCLE, epoch=1, member="odile"
    )
    assert found == shared
    for private, member in ((rose.seal_private, "odile"), (odile.seal_private, "rose")):
        with pytest.raises(Unreadable):
            EpochSecret.unwrapped(handed, private, circle=CIRCLE, epoch=1, member=member)


# ------------------------------------------------------------------------- rings and slots


@pytest.mark.parametrize(
    ("kind", "given_secret", "wrong"),
    [
        (SlotKind.PASSKEY, b"p" * 32, b"q" * 32),
        (SlotKind.PHRASE, "élan tapis miel", "elan tapis fiel"),
        (SlotKind.SHEET, bytes(range(16)), bytes(16)),
    ],
)
def test_each_slot_opens_the_ring_alone(kind, given_secret, wrong):
    ring = Ring(KeyPair.draw(), version=3, pins={"rose": {"seal": "a", "sign": "b"}})
    sealed, key = seal_ring(ring, member="odile")
    slot = make_slot(key, member="odile", id="s1", kind=kind, secret=given_secret)
    opened = open_slot(slot, given_secret, member="odile")
    assert open_ring(sealed, opened, member="odile", version=3) == ring
    for secret_given, member in ((wrong, "odile"), (given_secret, "rose")):
        with pytest.raises(Unreadable):
            open_slot(slot, secret_given, member=member)
    with pytest.raises(Unreadable):
        open_ring(sealed, opened, member="odile", version=2)


def test_a_phrase_may_be_typed_without_accents_or_capitals():
    assert normalised("  ÉLAN, tapis\nMiel ") == normalised("elan tapis miel") == "elan tapis miel"


def test_a_phrase_has_eighty_bits():
    assert len(words()) == len({normalised(word) for word in words()}) == 4096
    assert 7 * 12 >= 80
    assert len(draw_phrase().split()) == 7
    assert draw_phrase() != draw_phrase()


def test_words_tell_keys_apart():
    keys = [KeyPair.draw() for _ in range(3)]
    said = {tuple(words_of_keys("odile", one.seal_public, one.sign_public)) for one in keys}
    assert len(said) == 3
    assert all(len(one) == 6 for one in said)


# --------------------------------------------------------------------------------- codes


@given(st.binary(min_size=16, max_size=16))
def test_a_code_is_read_as_it_was_written(value):
    code = write_code(value)
    assert read_code(code) == value
    assert read_code(code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == value


@given(st.binary(min_size=16, max_size=16), st.integers(0, 26), st.integers(1, 31))
def test_one_wrong_sign_is_seen(value, at, shift):
    signs = list(write_code(value).replace("-", ""))
    signs[at] = ALPHABET[(ALPHABET.index(signs[at]) + shift) % 32]
    with pytest.raises(Unreadable):
        read_code("".join(signs))


@given(st.binary(min_size=16, max_size=16), st.integers(0, 26), st.integers(0, 26))
def test_two_signs_that_changed_places_are_seen(value, one, other):
    signs = list(write_code(value).replace("-", ""))
    if signs[one] == signs[other]:
        return
    signs[one], signs[other] = signs[other], signs[one]
    with pytest.raises(Unreadable):
        read_code("".join(signs))


# ------------------------------------------------------------------- custodians and cards


@given(st.binary(min_size=32, max_size=32), st.permutations([0, 1, 2]))
def test_any_two_parts_of_three_give_the_secret_back(value, order):
    parts = split(value)
    assert join([parts[at] for at in order[:2]]) == value


def test_one_part_says_nothing_and_the_same_part_twice_no_more():
    """Whatever the secret, a part may be any bytes: here two secrets that share one."""
    one, other = bytes(32), b"\xff" * 32
    part = split(one, slope=b"\xff" * 32)[0]
    assert split(other, slope=bytes(32))[0] == part
    with pytest.raises(Unreadable):
        join([part, part])


def test_a_card_opens_its_thread_and_a_pin_is_needed_when_there_is_one():
    card, thread = Card(new_key()[:16]), ThreadKey("fiche", new_key())
    held = card.holding(thread.secret, "fiche")
    assert card.thread_in(held, "fiche") == thread.secret
    assert thread.shown(thread.showing(b"k" * 32, "note"), "note") == b"k" * 32
    with_pin = Card(card.secret, pin="2580")
    assert (with_pin.handle, with_pin.proof) == (card.handle, card.proof)
    for other in (with_pin, Card(new_key()[:16])):
        with pytest.raises(Unreadable):
            other.thread_in(held, "fiche")
    with pytest.raises(Unreadable):
        card.thread_in(held, "autre-fiche")
