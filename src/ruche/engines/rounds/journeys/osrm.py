"""Journeys by road from an OSRM server: its Table service, version 1.

Source: OSRM's HTTP documentation (`docs/http.md`, Table service): durations in seconds, distances
in metres along the fastest route, null when there is no road. A server limits the size of a table
(`--max-table-size`, 100 by default), so many places are asked about block by block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

from ruche.engines.rounds.distances import Point
from ruche.engines.rounds.errors import BadTravel
from ruche.engines.rounds.journeys.asking import NoAnswer, Server, place_at
from ruche.engines.rounds.journeys.grids import blocks, travel_of, whole_minutes
from ruche.engines.rounds.travel import Journey, Pair, Travel

MEANINGS = {
    "InvalidService": "ce serveur n’offre pas le service « table »",
    "InvalidVersion": "ce serveur parle une autre version du protocole",
    "NoTable": "aucune route n’a été trouvée entre ces lieux",
    "NotImplemented": "ce serveur ne donne pas les distances ; préparez-le avec l’option CH",
    "TooBig": "trop de lieux à la fois ; demandez des blocs plus petits (chunk)",
}


@dataclass(frozen=True, slots=True)
class Osrm:
    """An OSRM server at an address, and how it is asked.

    `timeout` is in seconds of silence; `chunk` is the most coordinates in one question.
    """

    base_url: str
    profile: str = "driving"
    _: KW_ONLY
    timeout: float = 20
    chunk: int = 100

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9_-]+", self.profile):
            raise BadTravel(f"Le profil OSRM « {self.profile} » ne convient pas : « driving »…")
        if self.chunk < 2:
            raise BadTravel("Un serveur OSRM est interrogé sur deux lieux au moins à la fois.")
        self._server()

    def travel(self, points: Mapping[str, Point]) -> Travel:
        """Minutes rounded up and metres between every two points, each direction its own.

        Raises `BadTravel` when no road joins two points, and its `NoAnswer` when the server is
        silent, refuses, or answers what cannot be read.
        """
        places, journeys = tuple(points), dict[Pair, Journey]()
        side = self.chunk if len(places) <= self.chunk else self.chunk // 2
        for origins, targets in blocks(places, side=side):
            journeys.update(self._block(points, origins, targets))
        return travel_of(places, journeys, f"{self._server()}, profil {self.profile}")

    def _server(self) -> Server:
        return Server("OSRM", self.base_url, self.timeout)

    def _block(
        self, points: Mapping[str, Point], origins: Sequence[str], targets: Sequence[str]
    ) -> Iterator[tuple[Pair, Journey]]:
        places = list(dict.fromkeys((*origins, *targets)))
        content = self._asked(points, places, _chosen(places, origins, targets))
        seconds, metres = (
            self._server().rectangle(content.get(name), len(origins), len(targets), name)
            for name in ("durations", "distances")
        )
        for i, origin in enumerate(origins):
            for j, target in enumerate(targets):
                yield from self._journey((origin, target), seconds[i][j], metres[i][j])

    def _journey(
        self, pair: Pair, seconds: object, metres: object
    ) -> Iterator[tuple[Pair, Journey]]:
        """Nothing when there is no road, and nothing to learn of a place to itself."""
        time = self._server().figure(seconds, "durations")
        length = self._server().figure(metres, "distances")
        if time is not None and length is not None and pair[0] != pair[1]:
            yield pair, (whole_minutes(time), round(length))

    def _asked(
        self, points: Mapping[str, Point], places: Sequence[str], chosen: str
    ) -> dict[str, Any]:
        spots = ";".join(f"{points[p].longitude:.6f},{points[p].latitude:.6f}" for p in places)
        answer = self._server().ask(
            f"/table/v1/{self.profile}/{spots}?annotations=duration,distance{chosen}"
        )
        if answer.content.get("code") != "Ok":
            raise self._refusal(answer.content, places)
        return answer.content

    def _refusal(self, content: dict[str, Any], places: Sequence[str]) -> NoAnswer:
        code, message = content.get("code"), str(content.get("message", ""))
        if not isinstance(code, str):
            return self._server().unreadable("le champ « code » manque")
        rank = re.search(r"coordinate (\d{1,6})\b", message)
        if code == "NoSegment" and rank:
            where = place_at(int(rank[1]), places)
            return self._server().refusal(f"le lieu {where} est trop loin de toute route")
        meaning = MEANINGS.get(code)
        return self._server().refusal(f"{meaning} ({code})" if meaning else f"code {code}")


def _chosen(places: Sequence[str], origins: Sequence[str], targets: Sequence[str]) -> str:
    """Which coordinates are origins, which are targets; nothing when all are both."""
    if len(origins) == len(targets) == len(places):
        return ""
    rank = {place: rank for rank, place in enumerate(places)}
    first = ";".join(str(rank[place]) for place in origins)
    last = ";".join(str(rank[place]) for place in targets)
    return f"&sources={first}&destinations={last}"
