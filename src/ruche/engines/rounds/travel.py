"""How far things are: a table of journeys that the engine is given and never goes to fetch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from ruche.engines.rounds.errors import BadTravel

Pair = tuple[str, str]
Journey = tuple[int, int]
"""Whole minutes, whole metres."""

LONGEST = 24 * 60
SUSPECT_RATIO, SUSPECT_MINUTES = 1.5, 10


@dataclass(frozen=True, slots=True)
class Travel:
    """Minutes and metres between every two places, and who says so.

    `minutes[i][j]` goes from `places[i]` to `places[j]`; both directions are given, since a road
    may be longer one way. Raises `BadTravel` for a table that is not square, a hole, a negative or
    endless journey, a place named twice.
    """

    places: tuple[str, ...]
    minutes: tuple[tuple[int, ...], ...]
    metres: tuple[tuple[int, ...], ...]
    source: str

    def __post_init__(self) -> None:
        size = len(self.places)
        if len(set(self.places)) != size:
            raise BadTravel("Table des trajets : un lieu y figure deux fois.")
        for table, unit in ((self.minutes, "minutes"), (self.metres, "mètres")):
            if len(table) != size or any(len(row) != size for row in table):
                raise BadTravel(
                    f"Table des trajets ({unit}) : il faut une ligne et une colonne par lieu, "
                    f"soit {size}."
                )
        for origin, name in enumerate(self.places):
            for target, other in enumerate(self.places):
                self._refuse_strange(origin, target, f"{name} → {other}")

    def _refuse_strange(self, origin: int, target: int, road: str) -> None:
        minutes, metres = self.minutes[origin][target], self.metres[origin][target]
        if not 0 <= minutes <= LONGEST or metres < 0:
            raise BadTravel(
                f"Table des trajets : {road} vaut {minutes} min et {metres} m. Un trajet dure de 0 "
                "à 1 440 minutes ; complétez ou corrigez cette case."
            )
        if origin == target and (minutes or metres):
            raise BadTravel(f"Table des trajets : {road} doit valoir zéro.")

    def index(self) -> dict[str, int]:
        return {place: rank for rank, place in enumerate(self.places)}

    def corrected(self, known: Mapping[Pair, Journey], by: str) -> Travel:
        """The same table with what someone knows better, one direction each; `by` says who.

        Raises `BadTravel` when a pair names a place that is not in the table.
        """
        if not known:
            return self
        rank = self.index()
        minutes, metres = [list(row) for row in self.minutes], [list(row) for row in self.metres]
        for (origin, target), journey in known.items():
            if origin not in rank or target not in rank:
                raise BadTravel(f"Trajet connu {origin} → {target} : ce lieu n’existe pas.")
            here, there = rank[origin], rank[target]
            minutes[here][there], metres[here][there] = journey
        given = "1 trajet donné" if len(known) == 1 else f"{len(known)} trajets donnés"
        return replace(
            self,
            minutes=tuple(map(tuple, minutes)),
            metres=tuple(map(tuple, metres)),
            source=f"{self.source}, {given} {by}",
        )

    def doubts(self) -> list[str]:
        """Journeys whose return is so different that someone should look again."""
        return [
            f"{self.places[a]} → {self.places[b]} : {self.minutes[a][b]} min à l’aller, "
            f"{self.minutes[b][a]} au retour. Vérifiez."
            for a in range(len(self.places))
            for b in range(a)
            if self._differ(self.minutes[a][b], self.minutes[b][a])
        ]

    @staticmethod
    def _differ(one: int, other: int) -> bool:
        low, high = sorted((one, other))
        return high - low > SUSPECT_MINUTES and high > SUSPECT_RATIO * low
