"""Where things go is decided here, apart from how they are written: it is what can be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

FLAT = 1e-12


class Scale(NamedTuple):
    """From values to pixels; when every value is the same, all go to the middle."""

    low: float
    start: float
    factor: float

    def __call__(self, value: float) -> float:
        return self.start + (value - self.low) * self.factor

    def places(self, values: Iterable[float]) -> list[float]:
        """The pixels of many values at once, faster than one by one."""
        low, start, factor = self
        return [start + (value - low) * factor for value in values]


def scale(values: Sequence[float], start: float, end: float) -> Scale:
    """A scale that shows all ``values`` between two pixels."""
    low = min(values)
    span = max(values) - low
    if span <= FLAT:
        return Scale(low, (start + end) / 2, 0.0)
    return Scale(low, start, (end - start) / span)


def spread(wanted: Sequence[float], gap: float, *, low: float, high: float) -> list[float]:
    """Places as near as possible to ``wanted``, at least ``gap`` apart, in the same order.

    Neighbours that touch form a block centred on the mean of what its members asked (least squares,
    by pooling). When there is no room between ``low`` and ``high``, the places go past ``high``.
    """
    if _apart(wanted, gap, low, high):
        return list(wanted)
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    blocks: list[tuple[float, int]] = []  # (sum of asked offsets, members)
    for rank, i in enumerate(order):
        total, count = wanted[i] - rank * gap, 1
        while blocks and blocks[-1][0] / blocks[-1][1] >= total / count:
            previous, members = blocks.pop()
            total, count = total + previous, count + members
        blocks.append((total, count))
    offsets = [total / count for total, count in blocks for _ in range(count)]
    ceiling = max(low, high - (len(wanted) - 1) * gap)
    places = [0.0] * len(wanted)
    for rank, i in enumerate(order):
        places[i] = min(max(offsets[rank], low), ceiling) + rank * gap
    return places


def _apart(wanted: Sequence[float], gap: float, low: float, high: float) -> bool:
    """Is there nothing to move?"""
    ordered = sorted(wanted)
    return not ordered or (
        ordered[0] >= low
        and ordered[-1] <= high
        and all(after - before >= gap for before, after in pairwise(ordered))
    )


def flow(widths: Sequence[float], room: float, *, gap: float) -> list[tuple[int, float]]:
    """(line, x) of pieces set one after the other, a new line when the room is full."""
    places: list[tuple[int, float]] = []
    line, x = 0, 0.0
    for piece in widths:
        if x and x + piece > room:
            line, x = line + 1, 0.0
        places.append((line, x))
        x += piece + gap
    return places
