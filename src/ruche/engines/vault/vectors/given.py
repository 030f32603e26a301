"""What the test vectors are made of: inputs that anyone can make again, and HPKE written out.

Keys, identifiers and nonces are the SHA-256 of a label. `suite` draws the ephemeral key of HPKE;
here it is given, so that RFC 9180 is written out: a witness of the library that `suite` relies on.
"""

import hmac
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ruche.engines.vault.suite import KEY, NONCE, SUITE, KeyPair, public_of

__all__ = [
    "fixed",
    "hpke_wrap",
    "identifier",
    "key_schedule",
    "keys_of",
    "nonce",
    "pair",
    "shared_secret",
]


def fixed(label: str, length: int = KEY) -> bytes:
    """Bytes that anyone can make again: the beginning of a SHA-256."""
    return sha256(b"ruche/vecteurs|" + label.encode()).digest()[:length]


def identifier(label: str) -> str:
    """A UUID that anyone can make again."""
    return str(UUID(bytes=fixed(label, 16), version=4))


def nonce(label: str) -> bytes:
    return fixed("nonce " + label, NONCE)


def pair(who: str) -> KeyPair:
    """The two key pairs of someone."""
    return KeyPair(fixed(f"seal {who}"), fixed(f"sign {who}"))


def keys_of(keys: KeyPair) -> tuple[bytes, bytes]:
    return keys.seal_public, keys.sign_public


# ---------------------------------------------------------------------- HPKE, written out

VERSION = b"HPKE-v1"
KEM = b"KEM\x00\x20"
HPKE = b"HPKE\x00\x20\x00\x01\x00\x02"


def hpke_wrap(public: bytes, content: bytes, where: str, *, ephemeral: bytes) -> bytes:
    """What `suite.wrap` writes, with an ephemeral private key that is given."""
    agreed = X25519PrivateKey.from_private_bytes(ephemeral).exchange(
        X25519PublicKey.from_public_bytes(public)
    )
    enc = public_of(ephemeral)
    key, base = key_schedule(shared_secret(agreed, enc, public), where.encode())
    return SUITE + enc + AESGCM(key).encrypt(base, content, None)


def shared_secret(agreed: bytes, enc: bytes, recipient: bytes) -> bytes:
    """RFC 9180, 4.1: `ExtractAndExpand` of DHKEM."""
    return expand(extract(b"", KEM, b"eae_prk", agreed), KEM, b"shared_secret", enc + recipient)


def key_schedule(
    shared: bytes, info: bytes, *, suite: bytes = HPKE, length: int = KEY
) -> tuple[bytes, bytes]:
    """RFC 9180, 5.1, base mode: the key and the base nonce."""
    bound = (
        b"\0" + extract(b"", suite, b"psk_id_hash", b"") + extract(b"", suite, b"info_hash", info)
    )
    secret = extract(shared, suite, b"secret", b"")
    return (
        expand(secret, suite, b"key", bound, length),
        expand(secret, suite, b"base_nonce", bound, NONCE),
    )


def extract(salt: bytes, suite: bytes, label: bytes, material: bytes) -> bytes:
    return hmac.digest(salt or bytes(KEY), VERSION + suite + label + material, "sha256")


def expand(secret: bytes, suite: bytes, label: bytes, info: bytes, length: int = KEY) -> bytes:
    """One block of HMAC: nothing longer than 32 bytes is asked for."""
    asked = length.to_bytes(2, "big") + VERSION + suite + label + info + b"\1"
    return hmac.digest(secret, asked, "sha256")[:length]
