"""Small forms shared by everything that is sealed: contexts, base64, padding, canonical JSON.

A *context* names what is sealed and where it belongs. It is bound to the ciphertext (as the
additional data of AES-GCM, or as HPKE's `info`): an envelope that is moved elsewhere does not open.
"""

import base64
import binascii
import json
import re
from typing import Any

__all__ = [
    "BUCKETS",
    "TooLarge",
    "Unreadable",
    "bytes_of",
    "canonical",
    "context",
    "padded",
    "text_of",
    "unpadded",
]

ORIGIN = "ruche/v1"
PART = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
BUCKETS = tuple(128 * 2**power for power in range(10))
"""Sizes of what is sealed, in bytes: 128 to 65 536. A size does not tell the length of a note."""

LENGTH = 4
"""Bytes that say the true length, in front of a padded content."""


class Unreadable(ValueError):
    """What should open does not: wrong key, wrong place, cut, or changed. In French."""


class TooLarge(ValueError):
    """More than an envelope can hold. In French."""


def context(kind: str, *parts: str | int) -> str:
    """`context("note", circle, 3, record)` → `ruche/v1|note|…|3|…`; `ValueError` for a bad part."""
    texts = [kind, *map(str, parts)]
    if not all(PART.fullmatch(text) for text in texts):
        raise ValueError("Un contexte est fait de mots et d'identifiants, sans espace ni barre.")
    return "|".join((ORIGIN, *texts))


def text_of(data: bytes | memoryview) -> str:
    """Base64 for addresses (`-` and `_`), without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def bytes_of(text: str) -> bytes:
    """The bytes of `text_of`; `Unreadable` when the text is not one of its forms."""
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise Unreadable("Ce texte contient un signe qui n'appartient pas au format.")
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise Unreadable("Ce texte est coupé.") from error


def padded(content: bytes) -> bytes:
    """True length on four bytes, the content, zeros up to the next size of `BUCKETS`."""
    needed = LENGTH + len(content)
    for bucket in BUCKETS:
        if needed <= bucket:
            return (len(content).to_bytes(LENGTH, "big") + content).ljust(bucket, b"\0")
    raise TooLarge("Le texte est trop long pour être gardé : 65 000 caractères environ, au plus.")


def unpadded(filled: bytes) -> bytes:
    """The content of `padded`; `Unreadable` for a size or a filling that is not ours."""
    length = int.from_bytes(filled[:LENGTH], "big")
    content, filling = filled[LENGTH : LENGTH + length], filled[LENGTH + length :]
    if len(filled) not in BUCKETS or len(content) != length or any(filling):
        raise Unreadable("Le contenu n'a pas la forme attendue.")
    return content


def canonical(value: Any) -> bytes:
    """The one way of writing JSON here: sorted keys, no space, letters as they are, UTF-8."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()
