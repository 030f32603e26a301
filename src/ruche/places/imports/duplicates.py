"""Many sites at once that may be the same place under another name, or a few steps away.

The same measures as `queries.likely_duplicates`, that looks for one: here names are compared within
a commune, and positions within a cell of a grid. Two lines of one list are most often two places
(« Épicerie nord », « Épicerie sud »): they must be closer still to leave a doubt. In a commune with
very many sites, a name is compared with its neighbours in the alphabet alone: five thousand lines
take seconds.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

from ruche.geography.communes import metres_between
from ruche.geography.names import plain
from ruche.places.queries import CLOSE_METRES, CLOSE_NAME, numbers_differ

Position = tuple[float, float]
Cell = tuple[int, int]

CLOSE_IN_A_FILE = 0.93
"""Likeness of two names of one file above which they may be the same place."""

FEW = 60
"""Names of a commune that are all compared; beyond, `AROUND` on each side in the alphabet."""

AROUND = 20
DEGREES = 0.0025
"""Side of a cell: more than `CLOSE_METRES` in France, from north to south and from west to east."""

MOST_NEAR = 40
"""Places of a cell that are looked at: an address shared by many is told soon enough."""


@dataclass(frozen=True, slots=True)
class Place:
    """A site, known or new, as it is compared."""

    key: object
    title: str
    commune: str
    words: str
    position: Position | None
    is_known: bool = True
    """Already in the register; or else a line of the file."""


class Places:
    """The places seen so far."""

    def __init__(self) -> None:
        self._names: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self._cells: dict[Cell, list[int]] = defaultdict(list)
        self._all: list[Place] = []

    def add(self, place: Place) -> None:
        rank = len(self._all)
        self._all.append(place)
        names = self._names[place.commune]
        names.insert(bisect_left(names, (place.words, rank)), (place.words, rank))
        if place.position:
            self._cells[_cell(place.position)].append(rank)

    def like(self, place: Place) -> Place | None:
        """The first known place that may be this one: by its name, or else by where it stands."""
        by_name = self._closest_name(place)
        if by_name is not None or place.position is None:
            return by_name
        near = (self._all[rank] for rank in self._around(place.position))
        known = (one for one in near if one.is_known)
        return next((one for one in known if _is_near(place.position, one.position)), None)

    def _closest_name(self, place: Place) -> Place | None:
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(place.words)
        best, found = 0.0, None
        for words, rank in self._candidates(place):
            matcher.set_seq1(words)
            bar = max(best, CLOSE_NAME if self._all[rank].is_known else CLOSE_IN_A_FILE)
            if matcher.real_quick_ratio() >= bar and matcher.quick_ratio() >= bar:
                ratio = matcher.ratio()
                if ratio >= bar and ratio > best and not numbers_differ(words, place.words):
                    best, found = ratio, self._all[rank]
        return found

    def _candidates(self, place: Place) -> list[tuple[str, int]]:
        names = self._names.get(place.commune, [])
        if len(names) <= FEW:
            return names
        where = bisect_left(names, (place.words, -1))
        return names[max(0, where - AROUND) : where + AROUND]

    def _around(self, position: Position) -> Iterator[int]:
        north, east = _cell(position)
        for row in (north, north - 1, north + 1):
            for column in (east, east - 1, east + 1):
                yield from self._cells.get((row, column), [])[:MOST_NEAR]


def place_of(
    key: object,
    name: str,
    commune: str,
    latitude: float | None,
    longitude: float | None,
    *,
    is_known: bool = True,
) -> Place:
    """A site as it is compared; `commune` is its code."""
    known = latitude is not None and longitude is not None
    position = (latitude, longitude) if known else None
    return Place(key, name, commune, plain(name), position, is_known)  # type: ignore[arg-type]


def _cell(position: Position) -> Cell:
    return int(position[0] // DEGREES), int(position[1] // DEGREES)


def _is_near(one: Position, other: Position | None) -> bool:
    return other is not None and metres_between(one, other) < CLOSE_METRES
