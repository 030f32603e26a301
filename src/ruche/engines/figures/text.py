"""Text must be measured without fonts, or labels collide on somebody else's screen.

The widths are those of DejaVu Sans, among the widest of the usual sans fonts, rounded up: whatever
font the reader has, a text takes at most the room computed here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

FONTS: Final = "Source Sans Pro, system-ui, sans-serif"
SIZE: Final = 12.0
SMALL: Final = 11.0
ASCENT: Final = 0.8
DESCENT: Final = 0.24
LINE: Final = 1.3
"""Distance of two baselines, in ems."""

_BOLD = 1.2
_UNKNOWN = 0.8
_WIDE = 1.04
_HUNDREDTHS = {
    0: "\u0300\u0301\u0302\u0303\u0308\u0327\u200b\u00ad",
    20: "\u2009\u202f",
    28: "'ijlìíîïĩīĭįı",
    32: " ,.IJ·ÌÍÎÏ\xa0’‘",
    36: "/:;\\f|¦",
    40: "()-[]tţť\u2011",
    44: "!r¡²³¹ŕř",
    48: '"ªº',
    52: "*_`§¨¯°´¸“”–▸",
    56: "?Lcszçćčśşšźżž¿",
    60: "Fkvxyýÿłŷ•",
    64: "$0123456789EPSTYabdeghnopqu{}¢£¤¥«µ¶»ÈÉÊËÝÞßàáâãäåèéêëðñòóôõöøùúûüþăąēęğńňōőůűţ€Ÿ",
    72: "ABCKRVXZÀÁÂÃÄÅÇŽ",
    76: "HNUÑÙÚÛÜ",
    80: "&DGOQÐÒÓÔÕÖØ▲▼",
    84: "#+<=>^w~¬±×÷−≥≤→←",
    88: "M●",
    96: "%",
    100: "@Wm©®¼½¾Ææ—…",
    104: "œ",
    108: "Œ",
    136: "‰",
}
_EMS: Final[dict[str, float]] = {
    character: hundredths / 100
    for hundredths, characters in _HUNDREDTHS.items()
    for character in characters
}

# What XML 1.0 cannot carry disappears; a line break becomes a space; the five marks are escaped.
CLEAN: Final[dict[int, str]] = {
    **dict.fromkeys(range(32), ""),
    **dict.fromkeys(range(0x7F, 0xA0), ""),
    **dict.fromkeys(range(0xD800, 0xE000), ""),
    **dict.fromkeys((0xFFFE, 0xFFFF), ""),
    **{ord(blank): " " for blank in "\t\n\r\u0085\u2028\u2029"},
}
ESCAPES: Final[dict[int, str]] = {
    **CLEAN,
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
    ord('"'): "&quot;",
    ord("'"): "&#39;",
}


# Most texts need neither: looking for what must change is ten times faster than changing it.
_BLANKS = "\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029"
_UNCLEAN: Final = re.compile(f"[{_BLANKS}]")
_UNSAFE: Final = re.compile(f"[&<>\"'{_BLANKS}]")


def escape(text: str) -> str:
    """``text`` as it may be written in an SVG, whatever it holds."""
    return text.translate(ESCAPES) if _UNSAFE.search(text) else text


def clean(text: str) -> str:
    """``text`` without what XML cannot carry, before it is measured or cut."""
    return text.translate(CLEAN) if _UNCLEAN.search(text) else text


def _guess(character: str) -> float:
    return _WIDE if character >= "\u1100" else _UNKNOWN


@lru_cache(maxsize=8192)
def ems(text: str) -> float:
    """Width in ems, never less than what the usual sans fonts take."""
    return sum(_EMS[c] if c in _EMS else _guess(c) for c in text)


def text_width(text: str, *, size: float = SIZE, bold: bool = False) -> float:
    """Upper bound of the width of ``text``, in pixels."""
    return ems(text) * size * (_BOLD if bold else 1.0)


def widest(texts: list[str], *, size: float = SIZE, bold: bool = False) -> float:
    """Width of the widest of ``texts``, 0 when there is none."""
    return max(map(ems, texts), default=0.0) * size * (_BOLD if bold else 1.0)


@lru_cache(maxsize=8192)
def fit(text: str, room: float, *, size: float = SIZE, bold: bool = False) -> str:
    """``text`` if it fits in ``room`` pixels, else its beginning and an ellipsis."""
    text = clean(text)
    if text_width(text, size=size, bold=bold) <= room:
        return text
    while text and text_width(text + "…", size=size, bold=bold) > room:
        text = text[:-1]
    return text.rstrip() + "…"


@lru_cache(maxsize=8192)
def wrap(
    text: str, room: float, *, size: float = SIZE, bold: bool = False, lines: int = 2
) -> tuple[str, ...]:
    """``text`` on at most ``lines`` lines of ``room`` pixels, the last one cut by an ellipsis."""
    text = clean(text)
    if lines == 1 or text_width(text, size=size, bold=bold) <= room:
        return (fit(text, room, size=size, bold=bold),)
    words = text.split(" ")
    count = len(words) - 1
    while count and text_width(" ".join(words[:count]), size=size, bold=bold) > room:
        count -= 1
    if not count:
        return (fit(text, room, size=size, bold=bold),)
    rest = wrap(" ".join(words[count:]), room, size=size, bold=bold, lines=lines - 1)
    return (" ".join(words[:count]), *rest)
