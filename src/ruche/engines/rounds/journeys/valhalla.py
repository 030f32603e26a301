"""Journeys by road from a Valhalla server: its Time-Distance Matrix service.

Source: Valhalla's documentation (`api/matrix/api-reference.md`) and, for the compact form, its
serializer (`src/tyr/matrix_serializer.cc`): times in seconds, distances in kilometres, null when
there is no road. The compact form is asked for; a server too old to know it answers the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from ruche.engines.rounds.distances import Point
from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.journeys.asking import NoAnswer, Server
from ruche.engines.rounds.journeys.grids import blocks, travel_of, whole_minutes
from ruche.engines.rounds.travel import Journey, Pair, Travel

MEANINGS = {
    125: "ce moyen de transport lui est inconnu",
    150: "trop de lieux à la fois ; demandez des blocs plus petits (chunk)",
    154: "deux lieux sont trop éloignés pour ce serveur",
    171: "un lieu est trop loin de toute route",
    442: "aucune route n’a été trouvée entre ces lieux",
}


@dataclass(frozen=True, slots=True)
class Valhalla:
    """A Valhalla server at an address, and how it is asked.

    `timeout` is in seconds of silence; `chunk` is the most origins, and the most targets, in one
    question (50: a server allows 2,500 pairs unless told otherwise).
    """

    base_url: str
    costing: str = "auto"
    _: KW_ONLY
    timeout: float = 20
    chunk: int = 50

    def __post_init__(self) -> None:
        if self.chunk < 1:
            raise BadTravel("Un serveur Valhalla est interrogé sur un lieu au moins à la fois.")
        self._server()

    def travel(self, points: Mapping[str, Point]) -> Travel:
        """Minutes rounded up and metres between every two points, each direction its own.

        Raises `BadTravel` when no road joins two points, and its `NoAnswer` when the server is
        silent, refuses, or answers what cannot be read.
        """
        places, journeys = tuple(points), dict[Pair, Journey]()
        for origins, targets in blocks(places, side=self.chunk):
            journeys.update(self._block(points, origins, targets))
        return travel_of(places, journeys, f"{self._server()}, {self.costing}")

    def _server(self) -> Server:
        return Server("Valhalla", self.base_url, self.timeout)

    def _block(
        self, points: Mapping[str, Point], origins: Sequence[str], targets: Sequence[str]
    ) -> Iterator[tuple[Pair, Journey]]:
        seconds, kilometres = self._tables(
            self._asked(points, origins, targets), len(origins), len(targets)
        )
        for i, origin in enumerate(origins):
            for j, target in enumerate(targets):
                yield from self._journey((origin, target), seconds[i][j], kilometres[i][j])

    def _journey(
        self, pair: Pair, seconds: object, kilometres: object
    ) -> Iterator[tuple[Pair, Journey]]:
        """Nothing when there is no road, and nothing to learn of a place to itself."""
        time = self._server().figure(seconds, "time")
        length = self._server().figure(kilometres, "distance")
        if time is not None and length is not None and pair[0] != pair[1]:
            yield pair, (whole_minutes(time), round(length * 1000))

    def _asked(
        self, points: Mapping[str, Point], origins: Sequence[str], targets: Sequence[str]
    ) -> dict[str, Any]:
        question = {
            "sources": [_spot(points[place]) for place in origins],
            "targets": [_spot(points[place]) for place in targets],
            "costing": self.costing,
            "units": "km",
            "verbose": False,
        }
        answer = self._server().ask("/sources_to_targets", question=question)
        if "sources_to_targets" not in answer.content:
            raise self._refusal(answer.content)
        if answer.content.get("units") not in ("kilometers", "km"):
            raise self._server().unreadable("les distances n’y sont pas en kilomètres")
        return answer.content

    def _tables(
        self, content: dict[str, Any], height: int, width: int
    ) -> tuple[list[list[Any]], list[list[Any]]]:
        """Seconds and kilometres, row by row, from either form."""
        server, matrix = self._server(), content["sources_to_targets"]
        if isinstance(matrix, dict):
            return (
                server.rectangle(matrix.get("durations"), height, width, "durations"),
                server.rectangle(matrix.get("distances"), height, width, "distances"),
            )
        rows = server.rectangle(matrix, height, width, "sources_to_targets")
        for i, row in enumerate(rows):
            for j, cell in enumerate(row):
                self._refuse_misplaced(cell, i, j)
        return (
            [[cell["time"] for cell in row] for row in rows],
            [[cell["distance"] for cell in row] for row in rows],
        )

    def _refuse_misplaced(self, cell: object, origin: int, target: int) -> None:
        if not isinstance(cell, dict) or not {"time", "distance"} <= set(cell):
            raise self._server().unreadable("un trajet n’a pas « time » et « distance »")
        if (cell.get("from_index"), cell.get("to_index")) != (origin, target):
            raise self._server().unreadable("les trajets n’y sont pas dans l’ordre demandé")

    def _refusal(self, content: dict[str, Any]) -> NoAnswer:
        code = content.get("error_code")
        if not isinstance(code, int):
            return self._server().unreadable("le champ « sources_to_targets » manque")
        meaning = MEANINGS.get(code)
        return self._server().refusal(f"{meaning} (erreur {code})" if meaning else f"erreur {code}")


def _spot(point: Point) -> dict[str, float]:
    return {"lat": round(point.latitude, 6), "lon": round(point.longitude, 6)}
