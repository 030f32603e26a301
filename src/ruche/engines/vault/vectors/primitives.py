"""Vectors of the primitives: forms, the suite, what is read aloud, a secret in three parts."""

from hashlib import sha256
from typing import Any

from ruche.engines.vault.codes import write_code
from ruche.engines.vault.forms import BUCKETS, canonical, context, padded, text_of
from ruche.engines.vault.shamir import split
from ruche.engines.vault.suite import ROUNDS, KeyPair, derive, public_of, seal, sign, stretch
from ruche.engines.vault.vectors.given import fixed, hpke_wrap, identifier, nonce, pair
from ruche.engines.vault.words import normalised, words, words_of_keys

Case = dict[str, Any]
PHRASE = "abeille abîme abondance abondant abonner aboutir aboyer"


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
