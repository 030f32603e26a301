"""The fonts of printed paper, and what is done with letters that they cannot draw.

A PDF that everyone can read refuses a letter without a drawing, and a site may be named with a
heart: what no font of ours draws is left out, so that its poster is printed all the same.
"""

import re
import struct
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final
from unicodedata import category, normalize

import typst

PACKAGES: Final = {
    "font_source_sans_pro": "SourceSansPro-Regular.ttf",
    "fontpkg_ibm_plex_sans_arabic": "IBMPlexSansArabic-Regular.ttf",
}
"""Python package → a file of its `files`, whose letters are those of the whole family."""

UNICODE_TABLE = (3, 1)
"""Platform and encoding of the table of letters that every font has (`cmap`, format 4)."""

BLANKS = re.compile(r"[^\S\u00a0\u202f]+")
"""Any run of spaces and ends of lines; those that never break are kept."""

SOFT_HYPHEN = "\u00ad"
LONG_WORD = re.compile(r"\S{21,}")
SYLLABLES = 10
"""Letters between two places where a word too long for a column may be cut."""


class MissingFonts(Exception):
    """A package of fonts is not installed; the message says which."""


def whole(text: str) -> str:
    """What a site wrote, on one line, in letters that we can draw."""
    known = drawable()
    line = BLANKS.sub(" ", normalize("NFC", text))
    return BLANKS.sub(" ", "".join(letter for letter in line if letter in known)).strip()


def told(text: str) -> str:
    """The same, where a word that no column could hold may be cut."""
    return LONG_WORD.sub(_cut, whole(text))


def _cut(word: re.Match[str]) -> str:
    starts = range(0, len(word[0]), SYLLABLES)
    return SOFT_HYPHEN.join(word[0][start : start + SYLLABLES] for start in starts)


@cache
def fonts() -> typst.Fonts:
    """Ours, and no other: neither those of the system nor those of the typesetter."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(_folder(package)) for package in PACKAGES],
    )


def _folder(package: str) -> Path:
    """The files of a package, found without importing it (one needs the old `pkg_resources`)."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise MissingFonts(f"Une police manque : installez le paquet Python « {package} ».")
    return Path(next(iter(spec.submodule_search_locations))) / "files"


@cache
def drawable() -> frozenset[str]:
    """Every letter that one of the fonts draws, without what is invisible or turns the line."""
    files = (_folder(package) / name for package, name in PACKAGES.items())
    letters = (letter for file in files for letter in _letters(file.read_bytes()))
    return frozenset(letter for letter in letters if not category(letter).startswith("C"))


def _letters(font: bytes) -> Iterator[str]:
    """The letters of an OpenType font: https://learn.microsoft.com/typography/opentype/spec/cmap"""
    table = _table_of_letters(font)
    (twice,) = struct.unpack_from(">H", font, table + 6)
    ends, starts = table + 14, table + 16 + twice
    deltas, offsets = starts + twice, starts + 2 * twice
    for place in range(0, twice, 2):
        start, end, delta, offset = (
            struct.unpack_from(">H", font, column + place)[0]
            for column in (starts, ends, deltas, offsets)
        )
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                at = offsets + place + offset + 2 * (code - start)
                (glyph,) = struct.unpack_from(">H", font, at)
            if (offset and glyph) or (not offset and (glyph + delta) % 0x10000):
                yield chr(code)


def _table_of_letters(font: bytes) -> int:
    """Where the table of `UNICODE_TABLE` begins."""
    (tables,) = struct.unpack_from(">H", font, 4)
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * rank) for rank in range(tables))
    cmap = next(start for tag, _, start, _ in records if tag == b"cmap")
    (count,) = struct.unpack_from(">H", font, cmap + 2)
    found = (struct.unpack_from(">HHI", font, cmap + 4 + 8 * rank) for rank in range(count))
    kinds = {(platform, encoding): start for platform, encoding, start in found}
    return int(cmap + kinds[UNICODE_TABLE])
