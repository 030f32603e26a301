"""How long a practised person takes, from what she must press: a keystroke-level model for a thumb.

Card, Moran and Newell, « The keystroke-level model for user performance time with interactive
systems », Communications of the ACM 23 (7), 1980, for the mental operator M, the press of a button
and the rules that place M; the same, « The Psychology of Human-Computer Interaction », 1983, for
Fitts' law (model human processor, table 2.1): a movement takes 0.1 s times log2(D / S + 0.5).

The touch variant is ours and plain: a mouse is pointed at (P, 1.1 s), a thumb goes there. Its
movement is that of Fitts' law over the whole height of the screen, towards the smallest target that
we allow: an upper bound. A scroll counts as much as a tap. What the model does not tell: reading a
form for the first time, and what the person in front says.
"""

from math import log2

M = 1.35
"""Seconds of mental preparation, once a question (1980)."""

PRESS, RELEASE = 0.1, 0.1
"""Seconds (1980: BB, 0.2 s)."""

PER_BIT = 0.1
"""Seconds per bit of a movement (1983; 0.07 to 0.12)."""

SCREEN, TARGET = 800, 44
"""Pixels: the height of the screen, the smallest target."""

REACH = PER_BIT * log2(SCREEN / TARGET + 0.5)
TAP = REACH + PRESS + RELEASE
MOUSE = 1.1 + PRESS + RELEASE
"""The operators of 1980, for a mouse: the alternative."""


def seconds(*, questions: int, taps: int, scrolls: int, tap: float = TAP) -> float:
    """One M for each question; none before saving, foreseen at the last answer (rule 1)."""
    return M * questions + tap * (taps + scrolls)
