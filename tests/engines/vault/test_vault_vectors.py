"""The test vectors hold in Python, by the engine and, where it is short, by other means."""

import hashlib
import hmac
import json
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ruche.engines.vault.acts import Act, BadAct, approval_bytes, check_approval, verified
from ruche.engines.vault.cards import Card, ThreadKey
from ruche.engines.vault.codes import read_code, write_code
from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import (
    Unreadable,
    bytes_of,
    canonical,
    context,
    padded,
    text_of,
    unpadded,
)
from ruche.engines.vault.pieces import Piece, Place, digest_of, open_piece, open_shared
from ruche.engines.vault.ring import Slot, SlotKind, open_ring, open_slot
from ruche.engines.vault.shamir import join, split
from ruche.engines.vault.suite import (
    KeyPair,
    derive,
    open_sealed,
    open_wrapped,
    public_of,
    sign,
    stretch,
    verify,
)
from ruche.engines.vault.vectors import vectors
from ruche.engines.vault.vectors.given import key_schedule, shared_secret
from ruche.engines.vault.words import normalised, words, words_of_keys
from ruche.vault.queries import DIRECTORY_ROW

KEPT = Path(__file__).resolve().parents[3] / "docs/coffre-vecteurs.json"
VECTORS = json.loads(KEPT.read_text(encoding="utf-8"))


def of(case, *names):
    """The bytes of these fields."""
    return [bytes_of(case[name]) for name in names]


def place_of(case):
    return Place(**{name: case[name] for name in Place.__slots__})


def acts_of(case):
    return [
        Act(
            *of(act, "statement", "signature"),
            {k: bytes_of(v) for k, v in act["approvals"].items()},
        )
        for act in case["acts"]
    ]


def secret_of_the_circle():
    said = VECTORS["epochs"]
    return EpochSecret(said["circle"], said["epoch"], bytes_of(said["secret"]))


def test_the_vectors_that_are_kept_are_those_that_the_command_writes():
    again = json.dumps(vectors(), ensure_ascii=False, indent=1) + "\n"
    assert again == KEPT.read_text(encoding="utf-8"), (
        "python -m ruche.engines.vault vecteurs > docs/coffre-vecteurs.json, si le format change "
        "vraiment : une version de plus, et docs/coffre.md"
    )


# --------------------------------------------------------------------------- other means


def test_hpke_written_out_gives_the_values_of_the_rfc():
    """RFC 9180, A.1.1: the same KEM and KDF, with AES-128-GCM."""
    enc, recipient = map(
        bytes.fromhex,
        (
            "37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431",
            "3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d",
        ),
    )
    mine = X25519PrivateKey.from_private_bytes(
        bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
    )
    shared = shared_secret(mine.exchange(X25519PublicKey.from_public_bytes(enc)), enc, recipient)
    assert shared.hex() == "fe0e18c9f024ce43799ae393c7e8fe8fce9d218875e8227b0187c04e7d2ea1fc"
    key, base = key_schedule(
        shared,
        bytes.fromhex("4f6465206f6e2061204772656369616e2055726e"),
        suite=bytes.fromhex("48504b45002000010001"),
        length=16,
    )
    assert key.hex() == "4531685d41d65f03dc48f6b8302c05b0"
    assert base.hex() == "56d890e5accaaf011cff4b7d"


@pytest.mark.parametrize("case", VECTORS["sealed"])
def test_a_sealed_content_is_plain_aes_gcm_after_thirteen_bytes(case):
    key, sealed, content = of(case, "key", "sealed", "content")
    opened = AESGCM(key).decrypt(sealed[1:13], sealed[13:], case["context"].encode())
    assert (sealed[0], sealed[1:13], opened) == (1, bytes_of(case["nonce"]), content)


@pytest.mark.parametrize("case", VECTORS["derive"])
def test_a_derived_key_is_plain_hkdf(case):
    secret, salt, wanted = of(case, "secret", "salt", "derived")
    prk = hmac.digest(salt or bytes(32), secret, "sha256")
    assert hmac.digest(prk, case["use"].encode() + b"\1", "sha256")[: case["length"]] == wanted
    assert derive(secret, case["use"], salt=salt, length=case["length"]) == wanted


@pytest.mark.parametrize("case", VECTORS["padding"])
def test_a_padding_is_a_length_and_zeros(case):
    if "length" in case:
        assert len(padded(bytes(case["length"]))) == case["bucket"]
        return
    content, filled = of(case, "content", "padded")
    assert filled == (len(content).to_bytes(4, "big") + content).ljust(128, b"\0")
    assert unpadded(filled) == content


# ------------------------------------------------------------------------------ the engine


@pytest.mark.parametrize("case", VECTORS["contexts"])
def test_a_context_is_words_between_bars(case):
    assert context(*case["parts"]) == case["context"]


@pytest.mark.parametrize("case", VECTORS["canonical"])
def test_json_is_written_in_one_way(case):
    assert canonical(case["value"]).decode() == case["text"]


def test_a_phrase_is_stretched():
    (case,) = VECTORS["stretch"]
    assert stretch(case["secret"], bytes_of(case["salt"])) == bytes_of(case["key"])
    assert case["rounds"] == 600_000


@pytest.mark.parametrize("case", VECTORS["sealed"])
def test_a_sealed_content_opens(case):
    key, sealed, content = of(case, "key", "sealed", "content")
    assert open_sealed(key, sealed, case["context"]) == content


@pytest.mark.parametrize("case", VECTORS["wrapped"])
def test_what_hpke_sealed_opens(case):
    """Sealed by RFC 9180 written out, opened by the library: two implementations."""
    private, public, wrapped, content = of(case, "private", "public", "wrapped", "content")
    assert public_of(private) == public
    assert open_wrapped(private, wrapped, case["context"]) == content
    assert wrapped[1:33] == public_of(bytes_of(case["ephemeral"]))


@pytest.mark.parametrize("case", VECTORS["signed"])
def test_a_signature_holds(case):
    private, public, content, signature = of(case, "private", "public", "content", "signature")
    assert sign(private, content, case["context"]) == signature
    assert KeyPair(private, private).sign_public == public
    verify(public, signature, content, case["context"])


@pytest.mark.parametrize("case", VECTORS["codes"])
def test_a_code_is_written_and_read(case):
    secret = bytes_of(case["secret"])
    assert write_code(secret) == case["code"]
    assert read_code(case["code"]) == read_code(case["copied"]) == secret


def test_words_are_those_of_the_list():
    said = VECTORS["words"]
    text = "\n".join(words())
    assert said["list"]["sha256"] == hashlib.sha256(text.encode()).hexdigest()
    for phrase in said["phrases"]:
        assert normalised(phrase["typed"]) == phrase["normalised"]
    for case in said["keys"]:
        assert list(words_of_keys(case["member"], *of(case, "seal", "sign"))) == case["words"]


def test_any_two_parts_join():
    (case,) = VECTORS["shamir"]
    secret, slope = of(case, "secret", "slope")
    one, two, three = map(bytes_of, case["parts"])
    assert split(secret, slope=slope) == [one, two, three]
    assert join([one, two]) == join([three, one]) == join([two, three]) == secret


def test_a_part_given_twice_counts_once():
    (case,) = VECTORS["shamir"]
    one, two, _ = map(bytes_of, case["parts"])
    assert join([one, one, two]) == bytes_of(case["secret"])
    with pytest.raises(Unreadable):
        join([one, one])


def test_each_slot_opens_the_ring():
    said = VECTORS["ring"]
    for one in said["slots"]:
        kind = SlotKind(one["kind"])
        secret = one["secret"] if kind is SlotKind.PHRASE else bytes_of(one["secret"])
        slot = Slot(one["id"], kind, *of(one, "salt", "sealed"))
        key = open_slot(slot, secret, member=said["member"])
        ring = open_ring(
            bytes_of(said["sealed"]), key, member=said["member"], version=said["version"]
        )
        assert (ring.pins, ring.circles) == (said["ring"]["pins"], said["ring"]["circles"])
        assert text_of(ring.keys.seal_private) == said["ring"]["keys"]["seal"]
        assert text_of(ring.keys.sign_private) == said["ring"]["keys"]["sign"]


def test_an_epoch_gives_its_keys_and_the_one_before():
    said, secret = VECTORS["epochs"], secret_of_the_circle()
    for name in ("deposit_private", "deposit_public"):
        assert text_of(getattr(secret, name)) == said[name]
    assert text_of(secret.key_for("directory")) == said["directory"]
    assert text_of(secret.key_for("token", "2026")) == said["token_2026"]
    where = {"circle": secret.circle, "epoch": secret.epoch}
    private, wrapped = of(said["confided"], "private", "wrapped")
    member = said["confided"]["member"]
    assert EpochSecret.unwrapped(wrapped, private, member=member, **where) == secret
    private, wrapped = of(said["recovery"], "private", "wrapped")
    assert EpochSecret.recovered(wrapped, private, **where) == secret
    sealed, previous = of(said["chained"], "sealed", "previous")
    assert secret.before(sealed) == EpochSecret(secret.circle, 1, previous)


@pytest.mark.parametrize("case", VECTORS["pieces"])
def test_a_piece_opens(case):
    body, wrap, signer = of(case, "body", "wrap", "signer")
    piece = Piece(place_of(case), body, wrap)
    public = KeyPair(signer, signer).sign_public if signer else None
    assert open_piece(piece, secret_of_the_circle(), sign_public=public) == case["value"]
    assert digest_of(body) == case["digest"]
    assert piece.place.context == case["context"]


@pytest.mark.parametrize("case", VECTORS["shares"])
def test_a_shared_piece_opens_in_the_other_circle(case):
    (piece,) = (one for one in VECTORS["pieces"] if one["piece"] == case["piece"])
    secret, wrapped = of(case, "secret", "wrapped")
    theirs = EpochSecret(case["circle"], case["epoch"], secret)
    assert open_shared(bytes_of(piece["body"]), wrapped, place_of(piece), theirs) == piece["value"]


def test_a_row_of_the_directory_is_laid_out_as_the_server_does():
    case = VECTORS["directory"]
    (piece,) = (one for one in VECTORS["pieces"] if one["piece"] == case["piece"])
    body, salt = of(piece, "body", "wrap")
    ids = UUID(piece["record"]).bytes, UUID(piece["piece"]).bytes
    row = DIRECTORY_ROW.pack(*ids, piece["epoch"], salt, len(body)) + body
    assert bytes_of(case["row"]) == row


def test_the_acts_tell_the_circle():
    said = VECTORS["acts"]
    acts, told = acts_of(said), said["circle"]
    circle = verified(acts)
    for name in ("id", "number", "digest", "epoch", "signed_by"):
        assert getattr(circle, name) == told[name]
    assert [act.digest for act in acts] == [act["digest"] for act in said["acts"]]
    assert text_of(circle.public) == told["public"]
    assert text_of(circle.recovery) == told["recovery"]
    for people in ("members", "custodians"):
        found = getattr(circle, people).items()
        assert {who: tuple(map(text_of, keys)) for who, keys in found} == {
            who: (keys["seal"], keys["sign"]) for who, keys in told[people].items()
        }
    assert {
        str(epoch): {who: [text_of(key) for key in sorted(keys)] for who, keys in present.items()}
        for epoch, present in circle.once.items()
    } == told["once"]


def test_two_custodians_had_signed_for_the_keys_that_came_back():
    said = VECTORS["acts"]
    *before, last = acts_of(said)
    circle, after = verified(before), verified([*before, last])
    text = approval_bytes(circle, after.signed_by, *after.members[after.signed_by])
    assert text.decode() == said["approval"]["text"]
    for custodian, signature in last.approvals.items():
        check_approval(circle, custodian, signature, text)


def test_the_parts_of_the_custodians_open_and_join():
    said = VECTORS["custody"]
    where = (said["circle"], said["act"])
    parts = [
        open_wrapped(*of(one, "private", "wrapped"), context("custody", *where, who))
        for who, one in said["confided"].items()
    ]
    assert public_of(join(parts[1:])) == bytes_of(said["recovery"])
    handed = said["handed"]
    place = context("handed", said["circle"], handed["custodian"], handed["member"])
    assert open_wrapped(*of(handed, "private", "wrapped"), place) == parts[0]
    assert bytes_of(VECTORS["acts"]["circle"]["recovery"]) == bytes_of(said["recovery"])


@pytest.mark.parametrize("case", VECTORS["cards"])
def test_a_card_gives_its_handle_its_proof_and_its_thread(case):
    card = Card(bytes_of(case["secret"]), case["pin"])
    assert read_code(case["code"]) == card.secret
    assert [text_of(one) for one in (card.handle, card.proof, card.key)] == [
        case[name] for name in ("handle", "proof", "key")
    ]
    assert hashlib.sha256(card.proof).hexdigest() == case["proof_kept"]
    assert card.thread_in(bytes_of(case["held"]), case["record"]) == bytes_of(case["thread"])


@pytest.mark.parametrize("case", VECTORS["threads"])
def test_a_thread_shows_the_key_of_a_piece(case):
    thread = ThreadKey(case["record"], bytes_of(case["secret"]))
    assert thread.shown(bytes_of(case["shown"]), case["piece"]) == bytes_of(case["key"])
    assert text_of(thread.words_key()) == case["words_key"]


@pytest.mark.parametrize("case", VECTORS["threads"])
def test_her_words_open_with_the_thread(case):
    said = case["said"]
    key = ThreadKey(case["record"], bytes_of(case["secret"])).words_key()
    where = context("words", case["record"], said["id"])
    assert unpadded(open_sealed(key, bytes_of(said["body"]), where)) == canonical(said["value"])


# ------------------------------------------------------------------------------ refusals

REFUSED = VECTORS["refused"]


@pytest.mark.parametrize("parts", REFUSED["contexts"])
def test_a_wrong_context_is_refused(parts):
    with pytest.raises(ValueError, match="contexte"):
        context(*parts)


@pytest.mark.parametrize("text", REFUSED["bytes"])
def test_wrong_base64_is_refused(text):
    with pytest.raises(Unreadable):
        bytes_of(text)


@pytest.mark.parametrize("text", REFUSED["padded"])
def test_a_wrong_padding_is_refused(text):
    with pytest.raises(Unreadable):
        unpadded(bytes_of(text))


@pytest.mark.parametrize("code", REFUSED["codes"])
def test_a_wrong_code_is_refused(code):
    with pytest.raises(Unreadable):
        read_code(code)


@pytest.mark.parametrize("case", REFUSED["sealed"], ids=lambda case: case["why"])
def test_a_wrong_envelope_is_refused(case):
    with pytest.raises(Unreadable):
        open_sealed(*of(case, "key", "sealed"), case["context"])


@pytest.mark.parametrize("case", REFUSED["wrapped"], ids=lambda case: case["why"])
def test_a_wrong_wrap_is_refused(case):
    with pytest.raises(Unreadable):
        open_wrapped(*of(case, "private", "wrapped"), case["context"])


@pytest.mark.parametrize("case", REFUSED["signed"], ids=lambda case: case["why"])
def test_a_wrong_signature_is_refused(case):
    with pytest.raises(Unreadable):
        verify(*of(case, "public", "signature", "content"), case["context"])


@pytest.mark.parametrize("case", REFUSED["acts"], ids=lambda case: case["why"])
def test_a_wrong_act_is_refused_at_its_number(case):
    with pytest.raises(BadAct) as refused:
        verified(acts_of(case))
    assert refused.value.number == case["number"]
