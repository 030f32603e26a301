"""Test vectors: every construction of the format, from inputs that are given.

They are kept in `docs/coffre-vecteurs.json`: who writes the format once more begins there. Bytes
are in base64 for addresses, without padding, as everywhere in the format.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from ruche.engines.vault.cards import Card, ThreadKey
from ruche.engines.vault.codes import write_code
from ruche.engines.vault.forms import BUCKETS, bytes_of, canonical, context, padded, text_of
from ruche.engines.vault.pieces import IDENTITY, Place, content_of, digest_of
from ruche.engines.vault.ring import SlotKind, slot_secret
from ruche.engines.vault.shamir import split
from ruche.engines.vault.suite import ROUNDS, KeyPair, derive, public_of, seal, sign, stretch
from ruche.engines.vault.vectors_acts import DAY, act_vectors, refused_acts, secret_of, written
from ruche.engines.vault.vectors_given import fixed, hpke_wrap, identifier, keys_of, nonce, pair
from ruche.engines.vault.words import normalised, words, words_of_keys

__all__ = ["vectors"]

Case = dict[str, Any]
PHRASE = "abeille abîme abondance abondant abonner aboutir aboyer"


def vectors() -> dict[str, Any]:
    """Every construction, in the order of `docs/coffre.md`."""
    return {
        "format": "ruche/v1",
        "bytes": "base64url, sans remplissage",
        "contexts": contexts(),
        "canonical": canonicals(),
        "padding": paddings(),
        "derive": derived(),
        "stretch": stretched(),
        "sealed": sealed(),
        "wrapped": wrapped(),
        "signed": signed(),
        "codes": codes(),
        "words": spoken(),
        "shamir": shared(),
        "ring": ring(),
        "epochs": epochs(),
        "pieces": pieces(),
        "shares": shares(),
        "directory": directory(),
        "acts": act_vectors(),
        "custody": custody(),
        "cards": cards(),
        "threads": threads(),
        "refused": refused(),
    }


# ----------------------------------------------------------------------------------- forms


def contexts() -> list[Case]:
    circle, record = identifier("circle"), identifier("record")
    many: list[list[str | int]] = [
        ["note", circle, 3, record, identifier("piece")],
        ["deposit", circle, 1],
        ["card", "handle"],
        ["slot", "passkey"],
        ["custody", circle, 12, identifier("member a")],
    ]
    return [{"parts": parts, "context": context(str(parts[0]), *parts[1:])} for parts in many]


def canonicals() -> list[Case]:
    values: list[Any] = [
        None,
        [],
        {},
        {"b": 1, "a": [True, False, None], "é": "L’été 🐝", "A": {"z": -1, "y": 12345678901}},
        {"text": '" \\ / \t \n \r \b \f \x01 \x7f \u2028 \u2029'},
    ]
    return [{"value": value, "text": canonical(value).decode()} for value in values]


def paddings() -> list[Case]:
    return [{"content": text_of(one), "padded": text_of(padded(one))} for one in (b"", b"miel")] + [
        {"length": length, "bucket": len(padded(bytes(length)))}
        for bucket in BUCKETS
        for length in (bucket - 4, bucket - 3)
        if length <= BUCKETS[-1] - 4
    ]


# ----------------------------------------------------------------------------------- suite


def derived() -> list[Case]:
    many = [
        (fixed("hkdf"), context("card", "proof"), b"", 32),
        (fixed("hkdf"), context("card", "handle"), b"", 16),
        (fixed("hkdf"), context("identity", "a"), fixed("salt"), 32),
    ]
    return [
        {
            "secret": text_of(secret),
            "use": use,
            "salt": text_of(salt),
            "length": length,
            "derived": text_of(derive(secret, use, salt=salt, length=length)),
        }
        for secret, use, salt, length in many
    ]


def stretched() -> list[Case]:
    secret, salt = "été comme hiver", fixed("salt", 16)
    key = stretch(secret, salt)
    return [{"secret": secret, "salt": text_of(salt), "rounds": ROUNDS, "key": text_of(key)}]


def sealed() -> list[Case]:
    found = []
    for at, content in enumerate((b"", b"un texte", bytes(range(256)))):
        key, where = fixed(f"key {at}"), context("note", "cercle", at, "fiche")
        found.append(
            {
                "key": text_of(key),
                "nonce": text_of(nonce(str(at))),
                "content": text_of(content),
                "context": where,
                "sealed": text_of(seal(key, content, where, nonce=nonce(str(at)))),
            }
        )
    return found


def wrapped() -> list[Case]:
    found = []
    for at, content in enumerate((b"", b"un texte", fixed("content"))):
        private, where = fixed(f"private {at}"), context("epoch", "cercle", at, "membre")
        found.append(
            {
                "private": text_of(private),
                "public": text_of(public_of(private)),
                **hpke_case(public_of(private), content, where, f"wrapped {at}"),
            }
        )
    return found


def hpke_case(public: bytes, content: bytes, where: str, label: str) -> Case:
    """Something sealed to a public key: what, where, with which ephemeral key, and the result."""
    ephemeral = fixed(f"ephemeral {label}")
    return {
        "content": text_of(content),
        "context": where,
        "ephemeral": text_of(ephemeral),
        "wrapped": text_of(hpke_wrap(public, content, where, ephemeral=ephemeral)),
    }


def signed() -> list[Case]:
    found = []
    for at, content in enumerate((b"", "« L’été »".encode())):
        private, where = fixed(f"signing {at}"), context("act", f"cercle{at}")
        found.append(
            {
                "private": text_of(private),
                "public": text_of(KeyPair(private, private).sign_public),
                "content": text_of(content),
                "context": where,
                "signature": text_of(sign(private, content, where)),
            }
        )
    return found


# --------------------------------------------------------------------- what is read aloud


def codes() -> list[Case]:
    secrets = [bytes(16), b"\xff" * 16, bytes(range(16)), fixed("code", 16)]
    return [
        {
            "secret": text_of(secret),
            "code": (code := write_code(secret)),
            "copied": code.lower().replace("-", " ").replace("0", "o").replace("1", "l"),
        }
        for secret in secrets
    ]


def spoken() -> Case:
    typed = ["  ÉLAN, tapis\nMiel ", PHRASE, PHRASE.upper(), "l’abîme-abonné"]
    return {
        "list": {
            "count": len(words()),
            "sha256": sha256("\n".join(words()).encode()).hexdigest(),
            "first": words()[0],
            "last": words()[-1],
        },
        "phrases": [{"typed": one, "normalised": normalised(one)} for one in typed],
        "keys": [words_case(who) for who in ("member a", "member b")],
    }


def words_case(who: str) -> Case:
    member, keys = identifier(who), pair(who)
    return {
        "member": member,
        "seal": text_of(keys.seal_public),
        "sign": text_of(keys.sign_public),
        "words": list(words_of_keys(member, keys.seal_public, keys.sign_public)),
    }


def shared() -> list[Case]:
    secret, slope = fixed("recovery"), fixed("slope")
    parts = split(secret, slope=slope)
    return [
        {
            "secret": text_of(secret),
            "slope": text_of(slope),
            "parts": [text_of(part) for part in parts],
        }
    ]


# ----------------------------------------------------------------------------------- ring


def ring() -> Case:
    member, keys, version = identifier("member a"), pair("member a"), 3
    ring_key, other = fixed("ring key"), pair("member b")
    value = {
        "keys": {"seal": text_of(keys.seal_private), "sign": text_of(keys.sign_private)},
        "version": version,
        "pins": {identifier("member b"): written(keys_of(other))},
        "circles": {identifier("circle"): {"number": 1, "digest": sha256(b"acte").hexdigest()}},
    }
    where = context("ring", member, version)
    return {
        "member": member,
        "version": version,
        "ring": value,
        "key": text_of(ring_key),
        "context": where,
        "nonce": text_of(nonce("ring")),
        "sealed": text_of(seal(ring_key, padded(canonical(value)), where, nonce=nonce("ring"))),
        "slots": [
            slot(SlotKind.PASSKEY, member, ring_key, fixed("prf")),
            slot(SlotKind.PHRASE, member, ring_key, PHRASE),
            slot(SlotKind.SHEET, member, ring_key, fixed("sheet", 16)),
        ],
    }


def slot(kind: SlotKind, member: str, ring_key: bytes, secret: bytes | str) -> Case:
    id = identifier(f"slot {kind}")
    salt = b"" if kind is SlotKind.PASSKEY else fixed(f"salt {kind}", 16)
    key, where = slot_secret(kind, secret, salt), context("slot", member, kind, id)
    return {
        "kind": kind,
        "id": id,
        "salt": text_of(salt),
        "secret": secret if isinstance(secret, str) else text_of(secret),
        "key": text_of(key),
        "context": where,
        "nonce": text_of(nonce(kind)),
        "sealed": text_of(seal(key, ring_key, where, nonce=nonce(kind))),
    }


# --------------------------------------------------------------------------------- epochs


def epochs() -> Case:
    first, second = secret_of(epoch=1), secret_of()
    circle, member = second.circle, identifier("member a")
    recovery, where = fixed("recovery"), context("chain", circle, 2)
    chain = seal(second.key_for("chain"), first.secret, where, nonce=nonce("chain"))
    confided = context("epoch", circle, 2, member)
    return {
        "circle": circle,
        "epoch": 2,
        "secret": text_of(second.secret),
        "deposit_private": text_of(second.deposit_private),
        "deposit_public": text_of(second.deposit_public),
        "directory": text_of(second.key_for("directory")),
        "chain": text_of(second.key_for("chain")),
        "token_2026": text_of(second.key_for("token", "2026")),
        "confided": {
            "member": member,
            "private": text_of(pair("member a").seal_private),
            "public": text_of(pair("member a").seal_public),
            **hpke_case(pair("member a").seal_public, second.secret, confided, "confided"),
        },
        "recovery": {
            "private": text_of(recovery),
            "public": text_of(public_of(recovery)),
            **hpke_case(
                public_of(recovery), second.secret, context("recovery", circle, 2), "recovery"
            ),
        },
        "chained": {
            "previous": text_of(first.secret),
            "context": where,
            "nonce": text_of(nonce("chain")),
            "sealed": text_of(chain),
        },
    }


# --------------------------------------------------------------------------------- pieces


def pieces() -> list[Case]:
    note = {"by": identifier("member a"), "text": "Rendez-vous à l’épicerie 🐝", "at": DAY}
    return [
        piece("note", note, signer=pair("member a")),
        piece("words", {"text": "Merci."}),
        piece(IDENTITY, {"given": "Marie", "family": "Exemple"}),
    ]


def piece(kind: str, value: Any, *, signer: KeyPair | None = None) -> Case:
    """A piece of the circle, in its second epoch: of what it is made, and what is kept."""
    secret = secret_of()
    place = Place(kind, secret.circle, 2, identifier("record"), identifier(f"piece {kind}"))
    content = content_of(value, place, signer.sign_private if signer else None)
    salt = fixed(f"salt {kind}")
    is_identity = kind == IDENTITY
    key = secret.identity_key(salt, place.context) if is_identity else fixed(f"key {kind}")
    handed = hpke_case(secret.deposit_public, key, place.context, f"piece {kind}")
    body = seal(key, padded(content), place.context, nonce=nonce(kind))
    return {
        **{name: getattr(place, name) for name in Place.__slots__},
        "context": place.context,
        "value": value,
        "signer": text_of(signer.sign_private) if signer else "",
        "content": text_of(content),
        "key": text_of(key),
        "nonce": text_of(nonce(kind)),
        "body": text_of(body),
        "ephemeral": "" if is_identity else handed["ephemeral"],
        "wrap": text_of(salt) if is_identity else handed["wrapped"],
        "digest": digest_of(body),
    }


def shares() -> list[Case]:
    """The keys of the pieces, handed to another circle."""
    to = secret_of("other circle", 4)
    found = []
    for case in pieces():
        place = Place(**{name: case[name] for name in Place.__slots__})
        where, key = place.shared_context(to.circle, to.epoch), bytes_in(case, "key")
        handed = hpke_case(to.deposit_public, key, where, f"share {place.kind}")
        found.append(
            {
                "piece": place.piece,
                "circle": to.circle,
                "epoch": to.epoch,
                "secret": text_of(to.secret),
                **handed,
            }
        )
    return found


def bytes_in(case: Mapping[str, Any], name: str) -> bytes:
    return bytes_of(case[name])


def directory() -> Case:
    """One row of the directory of a circle: record, piece, epoch, salt, length, body."""
    case = next(one for one in pieces() if one["kind"] == IDENTITY)
    body = bytes_in(case, "body")
    row = (
        UUID(case["record"]).bytes
        + UUID(case["piece"]).bytes
        + case["epoch"].to_bytes(4, "big")
        + bytes_in(case, "wrap")
        + len(body).to_bytes(2, "big")
        + body
    )
    return {"piece": case["piece"], "row": text_of(row)}


# --------------------------------------------------------------------------------- custody


def custody() -> Case:
    """The recovery key in three parts, sealed to the custodians, then handed to who comes back."""
    circle, member, secret = identifier("circle"), identifier("member a"), fixed("recovery")
    parts = split(secret, slope=fixed("slope"))
    confided = {}
    for part, who in zip(parts, ("custodian d", "custodian e", "custodian f"), strict=True):
        where = context("custody", circle, 4, identifier(who))
        confided[identifier(who)] = {
            "private": text_of(pair(who).seal_private),
            **hpke_case(pair(who).seal_public, part, where, f"custody {who}"),
        }
    anew = pair("member a, again")
    handed = context("handed", circle, identifier("custodian d"), member)
    return {
        "circle": circle,
        "act": 4,
        "recovery": text_of(public_of(secret)),
        "confided": confided,
        "handed": {
            "custodian": identifier("custodian d"),
            "member": member,
            "private": text_of(anew.seal_private),
            **hpke_case(anew.seal_public, parts[0], handed, "handed"),
        },
    }


# ---------------------------------------------------------------------------------- cards


def cards() -> list[Case]:
    return [card(pin) for pin in ("", "2580")]


def card(pin: str) -> Case:
    one, record = Card(fixed("card", 16), pin), identifier("record")
    thread, where = fixed("thread"), context("thread", record)
    return {
        "secret": text_of(one.secret),
        "code": write_code(one.secret),
        "pin": pin,
        "handle": text_of(one.handle),
        "proof": text_of(one.proof),
        "proof_kept": sha256(one.proof).hexdigest(),
        "key": text_of(one.key),
        "record": record,
        "thread": text_of(thread),
        "nonce": text_of(nonce("thread" + pin)),
        "held": text_of(seal(one.key, thread, where, nonce=nonce("thread" + pin))),
    }


def threads() -> list[Case]:
    thread, piece_id = ThreadKey(identifier("record"), fixed("thread")), identifier("piece note")
    key, read = (
        fixed("key note"),
        derive(fixed("thread"), context("thread", "read", identifier("record"))),
    )
    where = context("shown", thread.record, piece_id)
    return [
        {
            "record": thread.record,
            "secret": text_of(thread.secret),
            "read_key": text_of(read),
            "words_key": text_of(thread.words_key()),
            "piece": piece_id,
            "key": text_of(key),
            "context": where,
            "nonce": text_of(nonce("shown")),
            "shown": text_of(seal(read, key, where, nonce=nonce("shown"))),
            "said": her_words(thread),
        }
    ]


def her_words(thread: ThreadKey) -> Case:
    """What she writes to the circle: sealed under the thread, neither signed nor flagged."""
    id, value = identifier("said"), {"text": "Je préfère le matin."}
    where, one = context("words", thread.record, id), nonce("said")
    body = seal(thread.words_key(), padded(canonical(value)), where, nonce=one)
    return {
        "id": id,
        "value": value,
        "context": where,
        "nonce": text_of(one),
        "body": text_of(body),
    }


# -------------------------------------------------------------------------------- refused


def refused() -> Case:
    """What must not open. Each differs from something valid by one thing."""
    return {
        "contexts": [["note", ""], ["note", "a|b"], ["note", "a b"], ["note", "é"], ["x" * 81]],
        "bytes": ["A", "AB=", "a b", "+/", "é"],
        "padded": [text_of(one) for one in wrong_fillings()],
        "codes": wrong_codes(),
        "sealed": wrong_envelopes(sealed()[1], "sealed", "key"),
        "wrapped": wrong_envelopes(wrapped()[1], "wrapped", "private"),
        "signed": wrong_signatures(),
        "acts": refused_acts(),
    }


def wrong_fillings() -> list[bytes]:
    good = padded(b"a")
    return [
        b"",
        bytes(127),
        bytes(200),
        good[:-1] + b"x",
        b"\xff" * 128,
        bytes(9),
    ]


def wrong_codes() -> list[str]:
    good = write_code(fixed("code", 16)).replace("-", "")
    other = next(at for at in range(26) if good[at] != good[at + 1])
    swapped = good[:other] + good[other + 1] + good[other] + good[other + 2 :]
    return [
        good[:-1],
        good + "0",
        "U" + good[1:],
        swapped,
        ("1" if good[0] == "0" else "0") + good[1:],
    ]


def wrong_envelopes(case: Case, name: str, key: str) -> list[Case]:
    good = bytes_in(case, name)
    changed = {
        "version": b"\2" + good[1:],
        "cut": good[:-1],
        "short": good[:28],
        "empty": b"",
        "tag": good[:-1] + bytes([good[-1] ^ 1]),
        "body": good[:34] + bytes([good[34] ^ 128]) + good[35:],
        "longer": good + b"\0",
    }
    base = {"context": case["context"], key: case[key], name: case[name]}
    return [
        *({"why": why, **base, name: text_of(one)} for why, one in changed.items()),
        {"why": "place", **base, "context": case["context"] + "x"},
        {"why": "key", **base, key: text_of(fixed("another key"))},
    ]


def wrong_signatures() -> list[Case]:
    case = {name: text for name, text in signed()[1].items() if name != "private"}
    signature = bytes_in(case, "signature")
    other = KeyPair(fixed("x"), fixed("y")).sign_public
    return [
        {"why": "place", **case, "context": case["context"] + "x"},
        {"why": "content", **case, "content": text_of(b"autre")},
        {"why": "key", **case, "public": text_of(other)},
        {"why": "signature", **case, "signature": text_of(signature[:-1] + b"\0")},
        {"why": "cut", **case, "signature": text_of(signature[:63])},
    ]
