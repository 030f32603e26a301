"""Colours live here, apart, so that their contrast is computed and tested rather than believed."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Final, NamedTuple

from ruche.engines.figures.model import BadFigure

_HEXADECIMAL = re.compile(r"#[0-9a-fA-F]{6}")


class Strokes(NamedTuple):
    """The colours that a strip uses."""

    ink: str
    muted: str
    accent: str
    warm: str
    paper: str
    rule: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by role. ``text_colours`` write, ``mark_colours`` draw on paper."""

    ink: str = "#1d2327"
    muted: str = "#55606a"
    primary: str = "#1f5b4b"
    accent: str = "#9a4a12"
    bar: str = "#3f8a68"
    warm: str = "#b8703c"
    paper: str = "#ffffff"
    wash: str = "#f6f3ec"
    rule: str = "#d5d9df"
    sequential: tuple[str, ...] = (
        "#edf5ef",
        "#c5e0cd",
        "#8fc3a3",
        "#55a07d",
        "#2b7a5c",
        "#124f3b",
    )

    def __post_init__(self) -> None:
        if not self.sequential:
            raise BadFigure("Palette : l’échelle de couleurs est vide.")
        single = (getattr(self, field.name) for field in fields(self)[:-1])
        for colour in (*single, *self.sequential):
            if not _HEXADECIMAL.fullmatch(colour):
                raise BadFigure(f"Palette : « {colour} » n’est pas une couleur comme #1f5b4b.")

    @property
    def strokes(self) -> Strokes:
        """The colours of a strip alone: a short key for what is kept between two drawings."""
        return Strokes(self.ink, self.muted, self.accent, self.warm, self.paper, self.rule)

    @property
    def text_colours(self) -> tuple[str, ...]:
        """Those that may write a text (4.5:1 on paper, tested)."""
        return (self.ink, self.muted, self.primary, self.accent)

    @property
    def mark_colours(self) -> tuple[str, ...]:
        """Those that may carry a value by themselves (3:1 on paper, tested)."""
        return (*self.text_colours, self.bar, self.warm)

    def scale(self, count: int) -> tuple[str, ...]:
        """``count`` colours from light to dark, as far apart as the scale allows."""
        last = len(self.sequential) - 1
        if not 1 <= count <= last + 1:
            raise BadFigure(f"Il faut de 1 à {last + 1} classes, pas {count}.")
        if count == 1:
            return (self.sequential[last // 2],)
        return tuple(self.sequential[round(i * last / (count - 1))] for i in range(count))


RUCHE: Final = Palette()


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=256)
def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, WCAG 2.2: 1 for the same, 21 for black on white."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
