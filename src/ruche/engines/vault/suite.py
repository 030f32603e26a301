"""The only suite of the format, numbered 1: HPKE, AES-256-GCM, HKDF, PBKDF2, Ed25519.

HPKE (RFC 9180) in base mode with DHKEM(X25519, HKDF-SHA256), HKDF-SHA256 and AES-256-GCM. All of it
comes from `cryptography`; nothing here is of our own making but the byte in front, that says which
suite sealed, and the labels that keep keys of different uses apart.
"""

import hashlib
import os
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ruche.engines.vault.forms import Unreadable

__all__ = [
    "KEY",
    "ROUNDS",
    "KeyPair",
    "derive",
    "new_key",
    "open_sealed",
    "open_wrapped",
    "seal",
    "sign",
    "stretch",
    "verify",
    "wrap",
]

SUITE = b"\x01"
KEY = 32
"""Bytes of every key, symmetric, private or public."""

NONCE, TAG, SIGNATURE = 12, 16, 64
ROUNDS = 600_000
"""Turns of PBKDF2-HMAC-SHA256 for a phrase or a code (OWASP, 2023)."""

HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
REFUSED = "Cela ne s'ouvre pas : la clé n'est pas la bonne, ou le contenu a été changé ou déplacé."


def new_key() -> bytes:
    """32 random bytes of the operating system."""
    return os.urandom(KEY)


def derive(secret: bytes, use: str, *, salt: bytes = b"", length: int = KEY) -> bytes:
    """HKDF-SHA256 of a secret for one use, named by its context."""
    return HKDF(hashes.SHA256(), length, salt or None, use.encode()).derive(secret)


def stretch(secret: str, salt: bytes, *, rounds: int = ROUNDS) -> bytes:
    """A phrase or a code, made slow to guess: PBKDF2-HMAC-SHA256, 32 bytes."""
    return hashlib.pbkdf2_hmac("sha256", secret.encode(), salt, rounds, KEY)


# ------------------------------------------------------------------------------- symmetric


def seal(key: bytes, content: bytes, where: str, *, nonce: bytes | None = None) -> bytes:
    """`01 ‖ nonce (12) ‖ AES-256-GCM`, bound to the context `where`.

    `nonce` is drawn; only test vectors give it.
    """
    nonce = nonce or os.urandom(NONCE)
    return SUITE + nonce + AESGCM(key).encrypt(nonce, content, where.encode())


def open_sealed(key: bytes, sealed: bytes, where: str) -> bytes:
    """The content of `seal`; `Unreadable` for another key, another place, or a changed byte."""
    _of_this_suite(sealed, 1 + NONCE + TAG)
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], where.encode())
    except InvalidTag as error:
        raise Unreadable(REFUSED) from error


# ------------------------------------------------------------------------------ to a public key


@dataclass(frozen=True, slots=True)
class KeyPair:
    """The two pairs of a member: X25519 to be sealed to, Ed25519 to sign. 32 bytes each."""

    seal_private: bytes
    sign_private: bytes

    @classmethod
    def draw(cls) -> "KeyPair":
        return cls(new_key(), new_key())

    @property
    def seal_public(self) -> bytes:
        return public_of(self.seal_private)

    @property
    def sign_public(self) -> bytes:
        return (
            Ed25519PrivateKey.from_private_bytes(self.sign_private).public_key().public_bytes_raw()
        )


def public_of(private: bytes) -> bytes:
    """The X25519 public key of a private one."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def wrap(public: bytes, content: bytes, where: str) -> bytes:
    """`01 ‖ enc (32) ‖ ciphertext`: HPKE to a public key; `where` is its `info`."""
    return SUITE + HPKE.encrypt(content, _public(public), info=where.encode())


def open_wrapped(private: bytes, wrapped: bytes, where: str) -> bytes:
    """The content of `wrap`; `Unreadable` for another key, another place, or a changed byte."""
    _of_this_suite(wrapped, 1 + KEY + TAG)
    key = X25519PrivateKey.from_private_bytes(private)
    try:
        return HPKE.decrypt(wrapped[1:], key, info=where.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(REFUSED) from error


def _public(raw: bytes) -> X25519PublicKey:
    if len(raw) != KEY:
        raise Unreadable("Une clé publique a 32 octets.")
    return X25519PublicKey.from_public_bytes(raw)


# ------------------------------------------------------------------------------------- signatures


def signed_bytes(content: bytes, where: str) -> bytes:
    """What a signature covers: the context on its own line, then the content."""
    return where.encode() + b"\n" + content


def sign(private: bytes, content: bytes, where: str) -> bytes:
    """Ed25519, 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(signed_bytes(content, where))


def verify(public: bytes, signature: bytes, content: bytes, where: str) -> None:
    """Pass in silence, or raise `Unreadable`."""
    try:
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(signature, signed_bytes(content, where))
    except (InvalidSignature, ValueError) as error:
        raise Unreadable("La signature n'est pas celle de la personne annoncée.") from error


def _of_this_suite(sealed: bytes, shortest: int) -> None:
    if len(sealed) < shortest:
        raise Unreadable("L'enveloppe est coupée.")
    if sealed[:1] != SUITE:
        raise Unreadable("Cette enveloppe vient d'une version que ce programme ne connaît pas.")
