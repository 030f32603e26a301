"""The communes of France as people look for them: by a name, a postal code, or where they stand.

A search must answer while someone types on an old telephone: the 35 000 names are kept in memory,
sorted by each of their words, and no query is sent. They come from the reference geography that is
shipped with the code, and change with it.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import islice
from math import asin, cos, hypot, radians, sin, sqrt
from threading import Lock

from ruche.engines.portraits.geography import Geography, load_reference
from ruche.engines.portraits.levels import Level
from ruche.geography.names import plain

EARTH_RADIUS = 6_371_000
AFTER_EVERY_LETTER = "\uffff"
CLOSE_SPELLING = 0.75
"""Likeness (`difflib`, 0 to 1) from which a name of the département may be what was meant."""

AROUND = 0.3
"""Degrees of latitude, north and south, in which the nearest commune is looked for first."""

MANY = 1_000
"""Words from which those that begin a name are enough."""

Position = tuple[float, float]
"""Latitude and longitude, in degrees (WGS 84)."""


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune, and how it is told from its homonyms: by its département."""

    code: str
    title: str
    departement: str
    departement_title: str
    postal_codes: tuple[str, ...]
    population: int
    position: Position | None


class Communes:
    """The communes, those of one département first. Built once: about a second."""

    def __init__(self, geography: Geography, *, home: str) -> None:
        self.all = sorted(
            _communes(geography),
            key=lambda each: (each.departement != home, -each.population, each.title),
        )
        self.by_code = {each.code: each for each in self.all}
        self._names = [plain(each.title) for each in self.all]
        self._at_home = [
            name
            for name, each in zip(self._names, self.all, strict=True)
            if each.departement == home
        ]
        self._northward = sorted(
            (each.position, rank) for rank, each in enumerate(self.all) if each.position
        )
        self._latitudes = [where[0] for where, _ in self._northward]
        self._words = sorted(_words(self._names))
        self._keys = [word for word, _ in self._words]
        self._named: dict[str, list[int]] = defaultdict(list)
        self._postal: dict[str, list[int]] = defaultdict(list)
        for rank, each in enumerate(self.all):
            self._named[self._names[rank]].append(rank)
            for postal_code in each.postal_codes:
                self._postal[postal_code].append(rank)

    def search(self, words: str, *, limit: int = 8) -> list[Commune]:
        """What someone may mean: the exact name, then names that begin so, then that hold it.

        Accents, hyphens, capitals, « St » do not matter; a postal code or an INSEE code does, alone
        or beside a name. Nothing like it: the closest spellings of the département. Nothing typed
        finds nothing.
        """
        typed = plain(words).split()
        code = next((word for word in typed if word.isdigit()), "")
        name = " ".join(word for word in typed if not word.isdigit())
        ranks = self._of_code(code, name) if code else self._of_name(name, limit) if name else []
        found = [self.all[rank] for rank in ranks[:limit]]
        return found or self._coded(typed) or self._close_to(name, limit)

    def nearest(self, position: Position) -> tuple[Commune, float]:
        """The commune whose point is nearest, and its distance in metres."""
        first = bisect_left(self._latitudes, position[0] - AROUND)
        last = bisect_left(self._latitudes, position[0] + AROUND)
        around = self._northward[first:last] or self._northward
        metres = ((metres_between(position, where), rank) for where, rank in around)
        distance, rank = min(metres)
        return self.all[rank], distance

    def _of_name(self, name: str, limit: int) -> list[int]:
        """Ranks of the names of which a word begins so; the exact ones first.

        When hundreds do, those that begin so are enough, taken in order until there are `limit`.
        """
        first = bisect_left(self._keys, name)
        last = bisect_left(self._keys, name + AFTER_EVERY_LETTER)
        if last - first > MANY:
            exact = self._named.get(name, [])
            begin = (rank for rank, known in enumerate(self._names) if known.startswith(name))
            return list(dict.fromkeys((*exact, *islice(begin, limit))))
        ranks = {rank for _, rank in self._words[first:last]}
        return sorted(ranks, key=lambda rank: (self._closeness(rank, name), rank))

    def _closeness(self, rank: int, name: str) -> int:
        known = self._names[rank]
        return 0 if known == name else 1 if known.startswith(name) else 2

    def _of_code(self, code: str, name: str) -> list[int]:
        """Ranks of a postal code, whole or begun, among which a name may choose."""
        ranks = self._postal.get(code) or sorted(
            {
                rank
                for known, found in self._postal.items()
                if known.startswith(code)
                for rank in found
            }
        )
        return [rank for rank in ranks if all(word in self._names[rank] for word in name.split())]

    def _coded(self, typed: list[str]) -> list[Commune]:
        """The commune of an INSEE code, such as « 2A004 »."""
        known = [self.by_code.get(word.upper()) for word in typed]
        return [each for each in known if each]

    def _close_to(self, name: str, limit: int) -> list[Commune]:
        close = get_close_matches(name, self._at_home, limit, CLOSE_SPELLING) if name else []
        ranks = dict.fromkeys(self._named[found][0] for found in close)
        return [self.all[rank] for rank in ranks]


_READING = Lock()
"""Two requests that arrive first together read the communes once."""


def communes(home: str) -> Communes:
    """The communes of the reference geography, those of the département `home` first."""
    with _READING:
        return _read(home)


@cache
def _read(home: str) -> Communes:
    return Communes(load_reference(), home=home)


def metres_between(one: Position, other: Position) -> float:
    """The distance of two positions over the ground, in metres (haversine)."""
    north, south = radians(one[0]), radians(other[0])
    height = sin((north - south) / 2)
    width = sqrt(cos(north) * cos(south)) * sin(radians(one[1] - other[1]) / 2)
    return 2 * EARTH_RADIUS * asin(min(1.0, hypot(height, width)))


def _communes(geography: Geography) -> Iterator[Commune]:
    postal = defaultdict(list)
    for code, commune in geography.postal.select("postal_code", "commune").iter_rows():
        postal[commune].append(code)
    titles = {
        code: geography.toponym(Level.DEPARTEMENT, code).title
        for code in geography.departements["code"]
    }
    for row in geography.communes.iter_rows(named=True):
        placed = row["lat"] is not None and row["lon"] is not None
        yield Commune(
            code=row["code"],
            title=geography.toponym(Level.COMMUNE, row["code"]).title,
            departement=row["departement"],
            departement_title=titles.get(row["departement"], ""),
            postal_codes=tuple(sorted(postal[row["code"]])),
            population=row["population"] or 0,
            position=(row["lat"], row["lon"]) if placed else None,
        )


def _words(names: list[str]) -> Iterator[tuple[str, int]]:
    """Each name from each of its words: « l isle jourdain », « isle jourdain », « jourdain »."""
    for rank, name in enumerate(names):
        words = name.split()
        for start in range(len(words)):
            yield " ".join(words[start:]), rank
