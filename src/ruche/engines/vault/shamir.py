"""A secret in three parts of which any two give it back, and one says nothing (Shamir, 1979).

Over the field of 256 elements (that of AES), byte by byte.
"""

import os
from collections.abc import Sequence

from ruche.engines.vault.forms import Unreadable

__all__ = ["NEEDED", "PARTS", "join", "split"]

NEEDED, PARTS = 2, 3
POLYNOMIAL = 0x11B


def multiplied(left: int, right: int) -> int:
    """Product in the field of 256 elements."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left & 0x100:
            left ^= POLYNOMIAL
        right >>= 1
    return product


def inverse(element: int) -> int:
    """What multiplied by `element` gives 1: its 254th power."""
    result = 1
    for _ in range(254):
        result = multiplied(result, element)
    return result


def split(secret: bytes, *, slope: bytes | None = None) -> list[bytes]:
    """Three parts: the number of the part on one byte, then as many bytes as the secret.

    `slope`, as long as the secret, is drawn; only test vectors give it.
    """
    slope = slope or os.urandom(len(secret))
    return [
        bytes([x, *(byte ^ multiplied(tilt, x) for byte, tilt in zip(secret, slope, strict=True))])
        for x in range(1, PARTS + 1)
    ]


def join(parts: Sequence[bytes]) -> bytes:
    """The secret from two parts; `Unreadable` when they are not two different parts."""
    different = list({part[:1]: part for part in parts}.values())
    if len(different) < NEEDED or len({len(part) for part in parts}) != 1:
        raise Unreadable("Il faut deux parts différentes d'un même secret.")
    first, second = different[:NEEDED]
    x, y = first[0], second[0]
    at_x = multiplied(y, inverse(x ^ y))
    at_y = multiplied(x, inverse(x ^ y))
    pairs = zip(first[1:], second[1:], strict=True)
    return bytes(multiplied(a, at_x) ^ multiplied(b, at_y) for a, b in pairs)
