"""Journeys from mark to mark, bent so that they are told apart.

Two journeys between the same marks never take the same line; there and back each keep to their
right, like cars; and a journey goes round the marks at which it does not stop.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, islice, pairwise
from typing import NamedTuple

from ruche.engines.figures.framing import RADIUS, Spot

FIRST, STEP = 7.0, 8.0
"""Pixels of the first bow, and between two lines side by side."""

TRIES = 12
"""Bows among which the one that passes under the fewest marks is chosen."""

CLEAR = RADIUS + 3
"""Pixels between a line and the centre of a mark at which it does not stop."""

PIECES = 12
"""Straight pieces of a bent line."""

ALONG = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74)
"""Where an arrow may be on its leg, the best place first."""

ARROW = 11.0
"""Pixels between two arrows."""


class Leg(NamedTuple):
    """From a mark to the next one, `bow` pixels to the right of the straight line."""

    start: Spot
    end: Spot
    bow: float

    @property
    def control(self) -> Spot:
        """The control point of the quadratic curve."""
        (x, y), (a, b) = self.start, self.end
        length = math.hypot(a - x, b - y) or 1.0
        away = 2 * self.bow / length
        return (x + a) / 2 - away * (b - y), (y + b) / 2 + away * (a - x)

    def at(self, share: float) -> Spot:
        """Where one is when a `share` of the leg is done."""
        (x, y), (p, q), (a, b) = self.start, self.control, self.end
        first, middle, last = (1 - share) ** 2, 2 * share * (1 - share), share**2
        return first * x + middle * p + last * a, first * y + middle * q + last * b

    def heading(self, share: float) -> Spot:
        """The direction in which one goes there, of length 1."""
        (x, y), (p, q), (a, b) = self.start, self.control, self.end
        across = (1 - share) * (p - x) + share * (a - p)
        down = (1 - share) * (q - y) + share * (b - q)
        length = math.hypot(across, down) or 1.0
        return across / length, down / length

    @property
    def points(self) -> list[Spot]:
        """The ends of its straight pieces: two when it is straight."""
        pieces = PIECES if self.bow else 1
        return [self.at(piece / pieces) for piece in range(pieces + 1)]


def bend(trips: Sequence[Sequence[int]], marks: Sequence[Spot]) -> list[list[Leg]]:
    """The legs of each trip, a list of ranks in `marks` in which no two neighbours are the same."""
    sharing = Counter(frozenset(ends) for trip in trips for ends in pairwise(trip))
    taken: set[tuple[frozenset[int], float]] = set()
    return [
        [_leg(ends, marks, taken, alone=sharing[frozenset(ends)] == 1) for ends in pairwise(trip)]
        for trip in trips
    ]


def _leg(
    ends: tuple[int, int],
    marks: Sequence[Spot],
    taken: set[tuple[frozenset[int], float]],
    *,
    alone: bool,
) -> Leg:
    """The leg of a free bow that passes under the fewest marks, as straight as can be."""
    start, end = ends
    side = 1 if start < end else -1
    others = [mark for rank, mark in enumerate(marks) if rank not in ends]
    free = (bow for bow in _bows(alone=alone) if (frozenset(ends), side * bow) not in taken)
    fewest, chosen = len(marks), Leg(marks[start], marks[end], 0.0)
    for bow in islice(free, TRIES):
        leg = Leg(marks[start], marks[end], bow)
        passed = _passed_under(leg, others)
        if passed < fewest:
            fewest, chosen = passed, leg
        if not passed:
            break
    taken.add((frozenset(ends), side * chosen.bow))
    return chosen


def _bows(*, alone: bool) -> Iterator[float]:
    if alone:
        yield 0.0
    for rank in count():
        yield FIRST + STEP * rank
        yield -FIRST - STEP * rank


def _passed_under(leg: Leg, others: Sequence[Spot]) -> int:
    pieces = list(pairwise(leg.points))
    return sum(any(_distance(mark, *piece) < CLEAR for piece in pieces) for mark in others)


def _distance(spot: Spot, start: Spot, end: Spot) -> float:
    """From a spot to a straight piece."""
    (x, y), (a, b), (c, d) = spot, start, end
    across, down = c - a, d - b
    squared = across**2 + down**2
    share = ((x - a) * across + (y - b) * down) / squared if squared else 0.0
    share = min(max(share, 0.0), 1.0)
    return math.hypot(x - a - share * across, y - b - share * down)


def arrows(trips: Sequence[Sequence[Leg]], marks: Sequence[Spot]) -> list[list[float]]:
    """The share of each leg at which its arrow is, away from marks and other arrows if possible."""
    placed: list[Spot] = []
    return [[_arrow(leg, marks, placed) for leg in legs] for legs in trips]


def _arrow(leg: Leg, marks: Sequence[Spot], placed: list[Spot]) -> float:
    room = max(ALONG, key=lambda share: (_room(leg.at(share), marks, placed), -ALONG.index(share)))
    placed.append(leg.at(room))
    return room


def _room(spot: Spot, marks: Sequence[Spot], placed: Sequence[Spot]) -> float:
    """How free a spot is: 0 when there is room enough, the pixels that miss, negative, if not."""
    missing = [math.dist(spot, mark) - RADIUS - 5 for mark in marks]
    missing += [math.dist(spot, other) - ARROW for other in placed]
    return min([0.0, *missing])
