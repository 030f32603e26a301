"""Codes that a person copies: 128 bits in 26 signs and a check, read aloud without a mistake.

The alphabet is Crockford's base 32, without I, L, O and U. The 27th sign is a check over the field
of 32 elements: it sees any wrong sign, and any two signs that changed places.
"""

import re
import unicodedata

from ruche.engines.vault.forms import Unreadable

__all__ = ["CODE_BYTES", "read_code", "write_code"]

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_BYTES = 16
SIGNS = 26
GROUP = 5
ALIKE = str.maketrans("OIL", "011")
MODULUS = 0b100101
"""x⁵ + x² + 1: its root, 2, has order 31, more than there are signs."""


def write_code(secret: bytes) -> str:
    """16 bytes → `7Z3KQ-0M8V2-…`, 27 signs in groups of five."""
    if len(secret) != CODE_BYTES:
        raise ValueError("Un code porte 16 octets.")
    number = int.from_bytes(secret, "big")
    digits = [(number >> 5 * place) & 31 for place in reversed(range(SIGNS))]
    signs = "".join(ALPHABET[digit] for digit in (*digits, check_of(digits)))
    return "-".join(signs[at : at + GROUP] for at in range(0, len(signs), GROUP))


def read_code(text: str) -> bytes:
    """The 16 bytes of a code as it was copied: small letters, spaces, O for 0, I or L for 1.

    `Unreadable`, in French, when a sign is missing, unknown or wrong.
    """
    plain = unicodedata.normalize("NFKC", text).upper().translate(ALIKE)
    signs = re.sub(r"[\s–—-]", "", plain)
    if len(signs) != SIGNS + 1:
        raise Unreadable(f"Ce code a 27 signes ; il y en a {len(signs)} ici.")
    if unknown := sorted(set(signs) - set(ALPHABET)):
        raise Unreadable(f"Ce signe n'est pas dans un code : {unknown[0]}.")
    *digits, check = (ALPHABET.index(sign) for sign in signs)
    number = sum(digit << 5 * place for place, digit in enumerate(reversed(digits)))
    if check != check_of(digits) or number >> 8 * CODE_BYTES:
        raise Unreadable("Un signe du code est faux ou deux ont été échangés : recopiez-le.")
    return number.to_bytes(CODE_BYTES, "big")


def check_of(digits: list[int]) -> int:
    """The polynomial whose coefficients are the digits, at 2, over the field of 32 elements."""
    total = 0
    for digit in digits:
        total = _doubled(total) ^ digit
    return _doubled(total)


def _doubled(element: int) -> int:
    element <<= 1
    return element ^ MODULUS if element & 32 else element
