"""The few pieces of SVG that every form needs, written once: presentation attributes only.

No class, no style, no script: the same drawing serves a page under a strict content policy and a
PDF made by Typst. ``boxes.py`` understands exactly what is written here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from ruche.engines.figures.model import BadFigure, Figure, Table, check_text
from ruche.engines.figures.palette import Palette
from ruche.engines.figures.text import FONTS, SIZE, escape

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")

_TWELVE_SIDES = "m4 0l-.5 2l-1.5 1.5l-2 .5l-2-.5l-1.5-1.5l-.5-2l.5-2l1.5-1.5l2-.5l2 .5l1.5 1.5z"
SHAPES: Final[dict[str, str]] = {
    "circle": _TWELVE_SIDES,
    "diamond": "m0-5.5l5.5 5.5l-5.5 5.5l-5.5-5.5z",
    "square": "m-4-4h8v8h-8z",
    "triangle": "m0-5l5 9h-10z",
    "cross": "m-4-4l8 8m0-8l-8 8",
    "plus": "m-5 0h10m-5-5v10",
    "down": "m0 5l5-9h-10z",
}
"""Paths around the current point, 8 to 11 px wide."""


@lru_cache(maxsize=4096)
def check_key(key: str) -> str:
    """Refuse a key that could not begin the ids of a figure."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise BadFigure(f"La clé « {key} » doit commencer par une lettre, sans espace ni accent.")
    return key


def figure(
    body: str,
    *,
    key: str,
    title: str,
    description: str,
    table: Table,
    width: float,
    height: float,
    palette: Palette,
) -> Figure:
    """The whole drawing around ``body``, with its title and its description."""
    check_key(key)
    if not title or title.isspace():
        check_text(title, what="Titre de la figure")
    opening = _opening(width, height, palette.ink)
    svg = (
        f'{opening} aria-labelledby="{key}-t {key}-d"><title id="{key}-t">{escape(title)}</title>'
        f'<desc id="{key}-d">{escape(description)}</desc>{body}</svg>'
    )
    return Figure(svg, title, description, table, width, height)


@lru_cache(maxsize=1024)
def _opening(width: float, height: float, ink: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}"'
        f' width="{width:g}" height="{height:g}" font-family="{FONTS}" font-size="{SIZE:g}"'
        f' fill="{ink}" role="img"'
    )


_TEXT = '<text x="%.1f" y="%.1f"%s>%s</text>'
_RECTANGLE = '<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f"%s/>'
_VERTICAL = '<path d="M%.1f %.1fV%.1f" fill="none"%s/>'
_POINT = "M%.1f %.1f"
# The per cent operator writes a coordinate twice as fast as an f-string, and a figure is made of
# coordinates.


def write(x: float, y: float, text: str, attributes: str = "") -> str:
    """A text whose baseline begins at ``x``, ``y`` unless ``attributes`` anchor it elsewhere."""
    return _TEXT % (x, y, attributes, escape(text))


def write_lines(x: float, y: float, lines: Sequence[str], attributes: str = "") -> str:
    """Several texts, one under the other, the block centred on the height ``y``."""
    if len(lines) == 1:
        return _TEXT % (x, y + 4.0, attributes, escape(lines[0]))
    first = y - (len(lines) - 1) * 7.0 + 4.0
    return "".join([write(x, first + 14 * i, line, attributes) for i, line in enumerate(lines)])


def shape(name: str, x: float, y: float, *, colour: str, paper: str | None = None) -> str:
    """A symbol centred on ``x``, ``y``: full, or hollow over ``paper`` when it is given."""
    return shapes(name, [x, y], colour=colour, paper=paper)


def shapes(name: str, places: Sequence[float], *, colour: str, paper: str | None = None) -> str:
    """The same symbol at several ``places``, given as x, y, x, y…"""
    fill = paper or ("none" if name in ("cross", "plus") else colour)
    path = (_POINT + SHAPES[name]) * (len(places) // 2) % tuple(places)
    return f'<path d="{path}" fill="{fill}" stroke="{colour}" stroke-width="1.5"/>'


def polyline(places: Sequence[float], attributes: str) -> str:
    """A line through ``places``, given as x, y, x, y…"""
    path = (_POINT + "L%.1f %.1f" * (len(places) // 2 - 1)) % tuple(places)
    return f'<path d="{path}" fill="none"{attributes}/>'


def rectangle(x: float, y: float, width: float, height: float, attributes: str) -> str:
    """A rectangle; one whose ``width`` is 0 is not seen, its text says the value."""
    return _RECTANGLE % (x, y, width, height, attributes)


def vertical(x: float, top: float, bottom: float, attributes: str) -> str:
    """A vertical line."""
    return _VERTICAL % (x, top, bottom, attributes)


def halo_ticks(tops: Sequence[float], length: float, *, palette: Palette) -> str:
    """Dark ticks with a white edge, seen on paper and on a bar alike; tops are x, y, x, y…"""
    if not tops:
        return ""
    path = (f"{_POINT}v{length:g}") * (len(tops) // 2) % tuple(tops)
    line = f'<path d="{path}" fill="none" stroke='
    return f'{line}"{palette.paper}" stroke-width="4.5"/>{line}"{palette.ink}" stroke-width="2"/>'


def hatch(key: str, palette: Palette) -> str:
    """The pattern that says "no number here", to be used through ``hatched``."""
    return (
        f'<defs><pattern id="{key}-h" width="5" height="5" patternUnits="userSpaceOnUse">'
        f'<rect width="5" height="5" fill="{palette.paper}"/>'
        f'<path d="M-1 1L1-1M0 5L5 0M4 6L6 4" fill="none" stroke="{palette.muted}"/>'
        "</pattern></defs>"
    )


def hatched(key: str, palette: Palette) -> str:
    """Attributes of a mark that has no number."""
    return f' fill="url(#{key}-h)" stroke="{palette.muted}" stroke-width="0.8"'


def sentences(parts: Iterable[str]) -> str:
    """The parts that are not empty, each ended by a full stop."""
    return " ".join(part if part.endswith(".") else part + "." for part in parts if part)


def plural(count: int, singular: str, plural_form: str | None = None) -> str:
    """``3 valeurs``, ``1 valeur``: in French the plural begins at two."""
    word = singular if count < 2 else (plural_form or singular + "s")
    return f"{whole(count)}\u00a0{word}"


def whole(count: int) -> str:
    """A count or a rank, thousands apart: the only numbers that a figure writes by itself."""
    return str(count) if count < 1000 else f"{count:,}".replace(",", "\u202f")
