"""Words that one reads aloud: the phrase that opens a key ring, and the words of a public key.

The list has 4 096 French words, written for Ruche: twelve bits a word. No two of them sound the
same or differ by one letter only; accents and capitals do not count when a phrase is typed.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

__all__ = ["BITS_A_WORD", "PHRASE_WORDS", "draw_phrase", "normalised", "words", "words_of_keys"]

BITS_A_WORD = 12
PHRASE_WORDS = 7
FINGERPRINT_WORDS = 6
"""72 bits: who would pass for someone else must find keys that give the very same words."""


@cache
def words() -> tuple[str, ...]:
    """The list, in the order that numbers it."""
    text = files("ruche.engines.vault").joinpath("data/mots.txt").read_text(encoding="utf-8")
    return tuple(text.split())


def draw_phrase() -> str:
    """Seven words: 84 bits, since whoever steals the database may try as long as they like."""
    return " ".join(secrets.choice(words()) for _ in range(PHRASE_WORDS))


def normalised(phrase: str) -> str:
    """How a phrase is stretched: small letters without accents, one space between words."""
    decomposed = unicodedata.normalize("NFD", phrase.lower())
    kinds = ((letter, unicodedata.category(letter)[0]) for letter in decomposed)
    plain = "".join(letter if kind == "L" else " " for letter, kind in kinds if kind != "M")
    return " ".join(plain.split())


def words_of_keys(member: str, seal_public: bytes, sign_public: bytes) -> Sequence[str]:
    """Six words that stand for the public keys of a member: two people compare them by voice."""
    said = b"ruche/v1|words|" + member.encode() + b"|" + seal_public + sign_public
    number = int.from_bytes(hashlib.sha256(said).digest()[:9], "big")
    places = [(number >> BITS_A_WORD * at) & 4095 for at in reversed(range(FINGERPRINT_WORDS))]
    return [words()[place] for place in places]
