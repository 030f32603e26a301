"""Two servers of routes that speak their protocols strictly, over roads given by the test.

They refuse what OSRM and Valhalla refuse, with their codes and their forms: a client that these
accept says what the real ones expect. `Trouble` makes one of them misbehave.
"""

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

Spot = tuple[float, float]
"""Latitude, longitude, to six decimals."""
Road = tuple[float, float] | None
"""Seconds and metres; none when there is no road."""


@dataclass(frozen=True)
class Trouble:
    """What a server does instead of answering: another status or body, a redirection, silence."""

    status: int = 200
    body: bytes | None = None
    location: str | None = None
    silent: bool = False


@dataclass
class Roads:
    """The roads of a server, its limits, its troubles, and the questions that it was asked."""

    known: Mapping[tuple[Spot, Spot], Road]
    trouble: Trouble | None = None
    most: int = 100
    compact: bool = True
    asked: list[Any] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """Every path, whatever became of the question."""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def spots(self) -> set[Spot]:
        return {origin for origin, _target in self.known}

    def road(self, origin: Spot, target: Spot) -> Road:
        return (0.0, 0.0) if origin == target else self.known[origin, target]


class Refused(Exception):
    def __init__(self, status: int, content: dict[str, Any]) -> None:
        self.status, self.content = status, content


class Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves before the end is what some tests are about."""


class Speaker(BaseHTTPRequestHandler):
    """Answers in JSON, unless in trouble."""

    roads: Roads

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self.answer(None)

    def do_POST(self) -> None:
        self.answer(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, body: bytes | None) -> None:
        self.roads.heard.append(self.path)
        if self.roads.trouble is not None:
            self.misbehave(self.roads.trouble)
            return
        try:
            self.say(200, json.dumps(self.content(body)).encode())
        except Refused as refusal:
            self.say(refusal.status, json.dumps(refusal.content).encode())

    def content(self, body: bytes | None) -> dict[str, Any]:
        raise NotImplementedError

    def misbehave(self, trouble: Trouble) -> None:
        if trouble.silent:
            self.roads.closing.wait(10)
        elif trouble.location is not None:
            self.send_response(trouble.status)
            self.send_header("Location", trouble.location)
            self.end_headers()
        else:
            self.say(trouble.status, trouble.body or b"")

    def say(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def serving(speaker: type[Speaker], roads: Roads) -> Iterator[str]:
    """The address of a server, for as long as the test needs it."""
    mine = type("Mine", (speaker,), {"roads": roads})
    server = Quiet(("127.0.0.1", 0), mine)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        roads.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


# ------------------------------------------------------------------------------- OSRM


class OsrmServer(Speaker):
    """The Table service, version 1, as in OSRM's `docs/http.md`."""

    def content(self, body: bytes | None) -> dict[str, Any]:
        if body is not None:
            raise no("InvalidUrl", "URL string malformed close to position 0")
        spots, options = self.understood()
        origins = ranks(options, "sources", len(spots))
        targets = ranks(options, "destinations", len(spots))
        if len(origins) * len(targets) > self.roads.most**2:
            raise no("TooBig", "Too many table coordinates")
        self.roads.asked.append((len(spots), len(origins), len(targets)))
        cells = [[self.roads.road(spots[i], spots[j]) for j in targets] for i in origins]
        return {
            "code": "Ok",
            "durations": [[cell and cell[0] for cell in row] for row in cells],
            "distances": [[cell and cell[1] for cell in row] for row in cells],
            "sources": [waypoint(spots[i]) for i in origins],
            "destinations": [waypoint(spots[j]) for j in targets],
        }

    def understood(self) -> tuple[list[Spot], dict[str, str]]:
        address = urlsplit(self.path)
        parts = address.path.split("/")
        if len(parts) != 5:
            raise no("InvalidUrl", "URL string malformed close to position 1")
        _, service, version, profile, coordinates = parts
        if service != "table":
            raise no("InvalidService", f"Service {service} not found!")
        if version != "v1":
            raise no("InvalidVersion", f"Service {service} not found!")
        if not re.fullmatch(r"\w+", profile):
            raise no("InvalidUrl", "URL string malformed close to position 9")
        return self.spots_of(coordinates), options_of(address.query)

    def spots_of(self, coordinates: str) -> list[Spot]:
        number = r"-?\d+(\.\d+)?"
        if not re.fullmatch(rf"{number},{number}(;{number},{number})*", coordinates):
            raise no("InvalidQuery", "Query string malformed close to position 9")
        pairs = [spot.split(",") for spot in coordinates.split(";")]
        spots = [(float(latitude), float(longitude)) for longitude, latitude in pairs]
        if len(spots) < 2:
            raise no("InvalidOptions", "Number of coordinates needs to be at least two.")
        for rank, spot in enumerate(spots):
            if not (abs(spot[0]) <= 90 and abs(spot[1]) <= 180):
                raise no("InvalidValue", "Invalid coordinate value.")
            if spot not in self.roads.spots:
                reason = f"Could not find a matching segment for coordinate {rank}"
                raise no("NoSegment", reason)
        return spots


def no(code: str, message: str) -> Refused:
    return Refused(400, {"code": code, "message": message})


def options_of(query: str) -> dict[str, str]:
    options = dict(part.partition("=")[::2] for part in query.split("&"))
    if not set(options) <= {"annotations", "sources", "destinations"}:
        raise no("InvalidQuery", "Query string malformed close to position 30")
    if options.get("annotations") not in ("duration,distance", "distance,duration"):
        raise no("InvalidQuery", "Query string malformed close to position 40")
    return options


def ranks(options: dict[str, str], name: str, size: int) -> list[int]:
    said = options.get(name, "all")
    if said == "all":
        return list(range(size))
    if not re.fullmatch(r"\d+(;\d+)*", said):
        raise no("InvalidQuery", "Query string malformed close to position 50")
    found = [int(rank) for rank in said.split(";")]
    if max(found) >= size:
        raise no("InvalidOptions", f"{name} are out of bounds")
    return found


def waypoint(spot: Spot) -> dict[str, Any]:
    return {"hint": "", "distance": 1.5, "name": "", "location": [spot[1], spot[0]]}


# --------------------------------------------------------------------------- Valhalla


class ValhallaServer(Speaker):
    """The matrix service: its verbose form, and its compact one when it knows it."""

    def content(self, body: bytes | None) -> dict[str, Any]:
        if body is None or self.path != "/sources_to_targets":
            raise failed(106, "Try any of:'/sources_to_targets' '/status'", status=404)
        question = self.understood(body)
        origins = self.spots_of(question, "sources", missing=121)
        targets = self.spots_of(question, "targets", missing=122)
        if len(origins) * len(targets) > self.roads.most**2:
            raise failed(150, f"Exceeded max locations:{self.roads.most}")
        self.roads.asked.append((len(origins), len(targets)))
        cells = [[self.roads.road(origin, target) for target in targets] for origin in origins]
        if all(cell is None for row in cells for cell in row):
            raise failed(442, "No path could be found for input")
        return self.said(cells, verbose=question.get("verbose", True) or not self.roads.compact)

    def understood(self, body: bytes) -> dict[str, Any]:
        try:
            question = json.loads(body)
        except ValueError:
            raise failed(100, "Failed to parse json request") from None
        if "costing" not in question:
            raise failed(124, "No edge/node costing provided")
        if question["costing"] not in ("auto", "bicycle", "pedestrian"):
            raise failed(125, f"No costing method found:'{question['costing']}'")
        if question.get("units", "km") not in ("km", "kilometers"):
            raise failed(100, "This server of tests only knows kilometres")
        return dict(question)

    def spots_of(self, question: dict[str, Any], name: str, *, missing: int) -> list[Spot]:
        if not question.get(name):
            raise failed(missing, f"Insufficient number of {name} provided")
        spots = [(spot["lat"], spot["lon"]) for spot in question[name]]
        if not set(spots) <= self.roads.spots:
            raise failed(171, "No suitable edges near location")
        return spots

    def said(self, cells: list[list[Road]], *, verbose: bool) -> dict[str, Any]:
        matrix: Any = {
            "durations": [[cell and round(cell[0]) for cell in row] for row in cells],
            "distances": [[cell and round(cell[1] / 1000, 3) for cell in row] for row in cells],
        }
        if verbose:
            matrix = [
                [detail(i, j, cell) for j, cell in enumerate(row)] for i, row in enumerate(cells)
            ]
        return {
            "sources_to_targets": matrix,
            "units": "kilometers",
            "algorithm": "costmatrix",
        }


def detail(origin: int, target: int, cell: Road) -> dict[str, Any]:
    return {
        "from_index": origin,
        "to_index": target,
        "time": cell and round(cell[0]),
        "distance": cell and round(cell[1] / 1000, 3),
    }


def failed(code: int, error: str, *, status: int = 400) -> Refused:
    reasons = {400: "Bad Request", 404: "Not Found"}
    content = {
        "error_code": code,
        "error": error,
        "status_code": status,
        "status": reasons[status],
    }
    return Refused(status, content)
