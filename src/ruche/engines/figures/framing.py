"""What the maps of places share: the part of the contours that is shown, the contours cut at its
edges, and marks pushed apart so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ruche.engines.figures.boxes import runs
from ruche.engines.figures.outline import Outline
from ruche.engines.figures.palette import Palette

RADIUS = 11.0
"""Pixels of a pin: two digits fit in it."""

FRAME = (420.0, 330.0)
"""Pixels of what is shown, at most; the whole outline when it is smaller."""

ROUNDS = 200
"""Rounds in which marks push one another."""

Spot = tuple[float, float]


class Window(NamedTuple):
    """The part of an outline that is shown, in the pixels of the outline."""

    left: float
    top: float
    width: float
    height: float

    def drawn(self, spot: Spot) -> Spot:
        """Where a spot of the outline falls in the drawing."""
        return spot[0] - self.left, spot[1] - self.top


def span(spots: Sequence[Spot]) -> Spot:
    """Width and height of what holds every spot."""
    across, down = [x for x, _ in spots], [y for _, y in spots]
    return max(across) - min(across), max(down) - min(down)


def window_on(outline: Outline, spots: Sequence[Spot]) -> Window:
    """The window that shows a mark on every spot; their middle is in its middle if it can be."""
    across, down = [x for x, _ in spots], [y for _, y in spots]
    edge = RADIUS + 2
    width = max(min(FRAME[0], outline.width), max(across) - min(across) + 2 * edge)
    height = max(min(FRAME[1], outline.height), max(down) - min(down) + 2 * edge)
    left = _kept((min(across) + max(across) - width) / 2, outline.width - width)
    top = _kept((min(down) + max(down) - height) / 2, outline.height - height)
    left = min(max(left, max(across) + edge - width), min(across) - edge)
    top = min(max(top, max(down) + edge - height), min(down) - edge)
    return Window(round(left, 1), round(top, 1), round(width, 1), round(height, 1))


def _kept(start: float, last: float) -> float:
    """A window stays on the outline as long as it can."""
    return min(max(start, 0.0), max(last, 0.0))


def apart(spots: Sequence[Spot], gap: float, *, around: Sequence[Spot] = ()) -> list[Spot]:
    """Centres at least `gap` from one another, as near as can be to where they belong.

    They also leave the spots `around`, that do not move, in sight.
    """
    placed = [(x + 0.01 * rank, y - 0.01 * rank) for rank, (x, y) in enumerate(spots)]
    for _ in range(ROUNDS):
        pushed = False
        for one in range(len(placed)):
            for other in range(one):
                pushed |= _push(placed, one, other, gap)
            for fixed in around:
                pushed |= _push_from(placed, one, fixed)
        if not pushed:
            break
    return placed


def _push(placed: list[Spot], one: int, other: int, gap: float) -> bool:
    (x, y), (a, b) = placed[one], placed[other]
    distance = math.hypot(x - a, y - b)
    if distance >= gap:
        return False
    half = (gap - distance) / 2 + 0.1
    across, down = ((x - a) / distance, (y - b) / distance) if distance else (1.0, 0.0)
    placed[one] = (x + across * half, y + down * half)
    placed[other] = (a - across * half, b - down * half)
    return True


def _push_from(placed: list[Spot], one: int, fixed: Spot) -> bool:
    (x, y), (a, b) = placed[one], fixed
    distance, room = math.hypot(x - a, y - b), RADIUS + 6
    if distance >= room:
        return False
    across, down = ((x - a) / distance, (y - b) / distance) if distance else (0.0, -1.0)
    placed[one] = (a + across * (room + 0.1), b + down * (room + 0.1))
    return True


def contours(outline: Outline, window: Window, palette: Palette) -> str:
    """The land that the window shows, and nothing beyond its edges."""
    cut = (
        "".join(_closed(_cut(list(ring), window), window) for ring in _rings(area.path))
        for area in outline.areas
    )
    paths = "".join(f'<path d="{path}"/>' for path in cut if path)
    return (
        f'<g fill="{palette.wash}" stroke="{palette.muted}" stroke-width="0.7"'
        f' fill-rule="evenodd">{paths}</g>'
    )


@lru_cache(maxsize=512)
def _rings(path: str) -> tuple[tuple[Spot, ...], ...]:
    """The rings of a path, read once: contours do not change."""
    return tuple(tuple(ring) for ring in runs(path))


def _cut(ring: list[Spot], window: Window) -> list[Spot]:
    """What is left of a ring inside the window (Sutherland and Hodgman, 1974)."""
    right, bottom = window.left + window.width, window.top + window.height
    edges = ((0, window.left, 1), (0, right, -1), (1, window.top, 1), (1, bottom, -1))
    for axis, limit, side in edges:
        ring = _on_one_side(ring, axis, limit, side)
    return ring


def _on_one_side(ring: list[Spot], axis: int, limit: float, side: int) -> list[Spot]:
    kept: list[Spot] = []
    for before, after in pairwise([*ring[-1:], *ring]):
        inside = side * (after[axis] - limit) >= 0
        if inside != (side * (before[axis] - limit) >= 0):
            share = (limit - before[axis]) / (after[axis] - before[axis])
            x, y = (start + share * (end - start) for start, end in zip(before, after, strict=True))
            kept.append((x, y))
        if inside:
            kept.append(after)
    return kept


def _closed(ring: list[Spot], window: Window) -> str:
    """A closed path in relative tenths of pixel; points that fall together are written once."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in map(window.drawn, ring)]
    steps = [(c - a, d - b) for (a, b), (c, d) in pairwise(tenths) if (a, b) != (c, d)]
    if len(steps) < 2:
        return ""
    moves = "".join([f"l{across / 10:g} {down / 10:g}" for across, down in steps])
    return f"M{tenths[0][0] / 10:g} {tenths[0][1] / 10:g}{moves}z"
