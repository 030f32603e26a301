"""The key ring of a member (*trousseau*), and the slots that open it.

The ring holds the private keys of a member, the public keys that she has compared with others, and
the last acts that she saw of each circle. It is sealed under a ring key; each *slot* wraps that
ring key under one secret: a passkey, a phrase, a recovery sheet. Each slot opens alone.
"""

import json
import os
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from ruche.engines.vault.codes import write_code
from ruche.engines.vault.forms import (
    Unreadable,
    bytes_of,
    canonical,
    context,
    padded,
    text_of,
    unpadded,
)
from ruche.engines.vault.suite import KeyPair, derive, new_key, open_sealed, seal, stretch
from ruche.engines.vault.words import normalised

__all__ = ["Ring", "Slot", "SlotKind", "make_slot", "open_ring", "open_slot", "seal_ring"]

SALT = 16


class SlotKind(StrEnum):
    """What secret opens a slot."""

    PASSKEY = "passkey"
    PHRASE = "phrase"
    SHEET = "sheet"


@dataclass(frozen=True, slots=True)
class Slot:
    """One way of opening a ring, as the server keeps it: none of it is secret."""

    id: str
    kind: SlotKind
    salt: bytes
    """16 random bytes for PBKDF2; empty for a passkey, whose secret is already 32 random bytes."""
    sealed: bytes


@dataclass(slots=True)
class Ring:
    """What a member's browser holds once it is open."""

    keys: KeyPair
    version: int = 1
    """Raised at each change: a browser that knew a newer one notices an older one."""
    pins: dict[str, dict[str, str]] = field(default_factory=dict)
    """Member → her public keys `seal` and `sign`, as they were compared by voice."""
    circles: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Circle → `number` and `digest` of the last act seen."""


def slot_secret(kind: SlotKind, secret: bytes | str, salt: bytes) -> bytes:
    """The key of a slot, from what the member gives: PRF output, phrase, or code of the sheet."""
    if isinstance(secret, bytes):
        if kind is SlotKind.PASSKEY:
            return derive(secret, context("slot", kind))
        secret = write_code(secret).replace("-", "")
    return stretch(normalised(secret) if kind is SlotKind.PHRASE else secret, salt)


def make_slot(
    ring_key: bytes, *, member: str, id: str, kind: SlotKind, secret: bytes | str
) -> Slot:
    """One more way of opening a ring. `secret`: bytes (passkey, sheet) or the phrase."""
    salt = b"" if kind is SlotKind.PASSKEY else os.urandom(SALT)
    key = slot_secret(kind, secret, salt)
    return Slot(id, kind, salt, seal(key, ring_key, context("slot", member, kind, id)))


def open_slot(slot: Slot, secret: bytes | str, *, member: str) -> bytes:
    """The ring key; `Unreadable` for a wrong secret, and nothing else is said."""
    key = slot_secret(slot.kind, secret, slot.salt)
    return open_sealed(key, slot.sealed, context("slot", member, slot.kind, slot.id))


def seal_ring(ring: Ring, ring_key: bytes | None = None, *, member: str) -> tuple[bytes, bytes]:
    """The sealed ring, and its key (drawn when none is given)."""
    ring_key = ring_key or new_key()
    private = {
        "seal": text_of(ring.keys.seal_private),
        "sign": text_of(ring.keys.sign_private),
    }
    content = canonical({**asdict(ring), "keys": private})
    return seal(ring_key, padded(content), context("ring", member, ring.version)), ring_key


def open_ring(sealed: bytes, ring_key: bytes, *, member: str, version: int) -> Ring:
    """The ring that was sealed as this version; `Unreadable` otherwise."""
    content = unpadded(open_sealed(ring_key, sealed, context("ring", member, version)))
    try:
        fields = json.loads(content)
        held = fields.pop("keys")
        keys = KeyPair(bytes_of(held["seal"]), bytes_of(held["sign"]))
        ring = Ring(keys=keys, **fields)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable("Ce trousseau s'ouvre mais ne se lit pas.") from error
    if ring.version != version:
        raise Unreadable("Ce trousseau n'est pas de la version annoncée.")
    return ring
