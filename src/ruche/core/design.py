"""The colours of the design system, read from the style sheet, and the contrasts that we promise.

Contrast follows WCAG 2.2 (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio): 4.5 for a text, 3 for
the edge of a control, a large text or a mark.
"""

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

TOKENS = Path(__file__).parent / "static/ruche/css/tokens.css"
COLOUR = re.compile(r"--([a-z0-9-]+):\s*(#[0-9a-f]{6});")

TEXT, MARK = 4.5, 3.0


class Pair(NamedTuple):
    """Two colours that meet, and the contrast that they owe."""

    front: str
    back: str
    least: float = TEXT


PAIRS = [
    *(
        Pair(front, back)
        for front in ("ink", "muted", "primary", "accent")
        for back in ("paper", "wash")
    ),
    Pair("paper", "primary"),
    Pair("paper", "primary-deep"),
    Pair("honey", "primary-deep"),
    Pair("paper", "accent"),
    Pair("paper", "danger"),
    Pair("ink", "primary-wash"),
    Pair("primary", "primary-wash"),
    Pair("accent", "primary-wash"),
    Pair("accent", "accent-wash"),
    Pair("danger", "paper"),
    *(Pair(tone, f"{tone}-wash") for tone in ("danger", "success", "warning", "info")),
    *(Pair("ink", f"{tone}-wash") for tone in ("danger", "success", "warning", "info")),
    *(Pair("primary", f"{tone}-wash") for tone in ("success", "warning", "info")),
    Pair("control", "paper", MARK),
    Pair("control", "wash", MARK),
    Pair("primary", "wash", MARK),
    Pair("focus", "paper", MARK),
    Pair("focus", "wash", MARK),
    Pair("paper", "primary-deep", MARK),
]
"""Every couple of colours that a style sheet puts together (text or mark, on its background)."""


@cache
def colours() -> dict[str, str]:
    """Name → hexadecimal value of every colour of tokens.css, in the order of the sheet."""
    return dict(COLOUR.findall(TOKENS.read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`, between 0 (black) and 1 (white)."""
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, from 1 to 21."""
    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)
