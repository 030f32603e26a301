"""Vectors of what holds keys: rings and slots, epochs, custody, cards and threads."""

from hashlib import sha256
from typing import Any

from ruche.engines.vault.cards import Card, ThreadKey
from ruche.engines.vault.codes import write_code
from ruche.engines.vault.forms import canonical, context, padded, text_of
from ruche.engines.vault.ring import SlotKind, slot_secret
from ruche.engines.vault.shamir import split
from ruche.engines.vault.suite import derive, public_of, seal
from ruche.engines.vault.vectors.acts import secret_of, written
from ruche.engines.vault.vectors.given import fixed, identifier, keys_of, nonce, pair
from ruche.engines.vault.vectors.primitives import PHRASE, hpke_case

Case = dict[str, Any]


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
