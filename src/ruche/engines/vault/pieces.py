"""What is written about a person: sealed pieces of a record.

A *record* belongs to one circle; its *pieces* (identity, note, consent, her own words…) are sealed
one by one. The body is sealed under a key of its own, and that key is wrapped for the circle, and
once more for each circle with which the piece is shared. Author, exact time and signature are
inside: the server sees none of them.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from ruche.engines.vault.epochs import EpochSecret
from ruche.engines.vault.forms import Unreadable, canonical, context, padded, unpadded
from ruche.engines.vault.suite import (
    SIGNATURE,
    new_key,
    open_sealed,
    open_wrapped,
    seal,
    sign,
    verify,
    wrap,
)

__all__ = ["Piece", "Place", "digest_of", "open_content", "seal_piece", "share_key"]

UNSIGNED, SIGNED = b"\0", b"\1"
IDENTITY = "identity"
"""The only kind that is opened with the directory key, thousands at a time, and not signed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a piece belongs: it opens nowhere else."""

    kind: str
    circle: str
    epoch: int
    record: str
    piece: str

    @property
    def context(self) -> str:
        return context(self.kind, self.circle, self.epoch, self.record, self.piece)

    def shared_context(self, circle: str, epoch: int) -> str:
        """The context of the wrap that another circle receives."""
        where = (self.circle, self.epoch, self.record, self.piece, circle, epoch)
        return context("share", self.kind, *where)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece as the server keeps it."""

    place: Place
    body: bytes
    wrap: bytes
    """HPKE to the circle's deposit key; for an identity, its salt (32 bytes)."""


def digest_of(body: bytes) -> str:
    """SHA-256 of a sealed body: how a later piece says what its author had seen."""
    return sha256(body).hexdigest()


def content_of(value: Any, place: Place, signing_key: bytes | None) -> bytes:
    """What goes inside: a flag, the signature if any, then canonical JSON."""
    text = canonical(value)
    if signing_key is None:
        return UNSIGNED + text
    return SIGNED + sign(signing_key, text, place.context) + text


def open_content(content: bytes, place: Place, sign_public: bytes | None) -> Any:
    """The value inside; with `sign_public`, only if that key signed it here."""
    flag, text = content[:1], content[1:]
    if flag == SIGNED:
        signature, text = text[:SIGNATURE], text[SIGNATURE:]
        if sign_public is not None:
            verify(sign_public, signature, text, place.context)
    elif flag != UNSIGNED or sign_public is not None:
        raise Unreadable("Ce contenu devrait être signé et ne l'est pas.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("Ce contenu s'ouvre mais ne se lit pas.") from error


def seal_piece(
    value: Any, place: Place, secret: EpochSecret, *, signing_key: bytes | None = None
) -> Piece:
    """Seal a value where it belongs. An identity goes under the directory key."""
    content = padded(content_of(value, place, signing_key))
    if place.kind == IDENTITY:
        salt = new_key()
        key = secret.identity_key(salt, place.context)
        return Piece(place, seal(key, content, place.context), salt)
    key = new_key()
    wrapped = wrap(secret.deposit_public, key, place.context)
    return Piece(place, seal(key, content, place.context), wrapped)


def key_of(piece: Piece, secret: EpochSecret) -> bytes:
    """The key of a piece, for a member of its circle."""
    if piece.place.kind == IDENTITY:
        return secret.identity_key(piece.wrap, piece.place.context)
    return open_wrapped(secret.deposit_private, piece.wrap, piece.place.context)


def open_piece(piece: Piece, secret: EpochSecret, *, sign_public: bytes | None = None) -> Any:
    """The value of a piece, for a member of its circle."""
    return opened(piece.body, key_of(piece, secret), piece.place, sign_public)


def opened(body: bytes, key: bytes, place: Place, sign_public: bytes | None = None) -> Any:
    """The value of a body whose key is known."""
    return open_content(unpadded(open_sealed(key, body, place.context)), place, sign_public)


def share_key(
    piece: Piece, secret: EpochSecret, *, circle: str, epoch: int, public: bytes
) -> bytes:
    """One more wrap: the key of a piece, for another circle's deposit key."""
    return wrap(public, key_of(piece, secret), piece.place.shared_context(circle, epoch))


def open_shared(body: bytes, wrapped: bytes, place: Place, secret: EpochSecret) -> Any:
    """The value of a piece of another circle, shared with the circle of `secret`."""
    where = place.shared_context(secret.circle, secret.epoch)
    return opened(body, open_wrapped(secret.deposit_private, wrapped, where), place)
