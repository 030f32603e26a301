"""A solution of an instance, and the `.res` file in which solutions are published.

The first line is the cost; then one line for each route: `day vehicle duration load 0 i j … 0`,
days and vehicles counted from 1. Published files round the cost, the duration and the load.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ruche.engines.rounds.bench.cordeau import Instance
from ruche.engines.rounds.errors import UnreadableRounds

Route = tuple[int, ...]
"""The customers of a route, in order, without the depot."""

Day = tuple[Route, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The routes of each day, and the distance that their author announces."""

    cost: float
    days: tuple[Day, ...]

    def routes(self) -> Iterator[tuple[int, int, Route]]:
        """(day, vehicle, route), days and vehicles from 0."""
        for day, routes in enumerate(self.days):
            for vehicle, route in enumerate(routes):
                yield day, vehicle, route


def solution_of(instance: Instance, days: Iterable[Iterable[Iterable[int]]]) -> Solution:
    """These routes with their distance; the empty ones are left out."""
    kept = tuple(tuple(tuple(route) for route in day if route) for day in days)
    return Solution(sum(instance.length(route) for day in kept for route in day), kept)


def write_res(instance: Instance, solution: Solution, path: Path) -> None:
    path.write_text(render_res(instance, solution), encoding="ascii")


def render_res(instance: Instance, solution: Solution) -> str:
    lines = [f"{solution.cost:.2f}"]
    for day, vehicle, route in solution.routes():
        figures = f"{instance.duration(route):.2f} {instance.load(route):.2f}"
        stops = " ".join(str(number) for number in (0, *route, 0))
        lines.append(f"{day + 1} {vehicle + 1} {figures} {stops}")
    return "\n".join(lines) + "\n"


def read_res(path: Path, *, days: int) -> Solution:
    """The solution of a file. Refuses (`UnreadableRounds`, with the line) what is not one."""
    try:
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableRounds(f"« {path.name} » n’est pas un fichier de texte lisible.") from error
    return parse_res(text, days=days)


def parse_res(text: str, *, days: int) -> Solution:
    """The solution of a text. It says nothing of whether the solution is right: see `checking`."""
    lines = [(rank, line.split()) for rank, line in enumerate(text.splitlines(), start=1)]
    filled = [(rank, fields) for rank, fields in lines if fields]
    if not filled:
        raise UnreadableRounds("Le fichier de la solution est vide.")
    routes: list[list[Route]] = [[] for _ in range(days)]
    for rank, fields in filled[1:]:
        day, route = _route(rank, fields, days=days)
        routes[day].append(route)
    return Solution(_cost(*filled[0]), tuple(tuple(day) for day in routes))


def _cost(rank: int, fields: list[str]) -> float:
    try:
        (text,) = fields
        return float(text)
    except ValueError:
        raise UnreadableRounds(f"Ligne {rank} : le coût est attendu ici, seul.") from None


def _route(rank: int, fields: list[str], *, days: int) -> tuple[int, Route]:
    try:
        day, _vehicle = int(fields[0]), int(fields[1])
        float(fields[2]), float(fields[3])
        first, *stops, last = (int(field) for field in fields[4:])
    except (IndexError, ValueError):
        raise UnreadableRounds(
            f"Ligne {rank} : une route s’écrit « jour véhicule durée charge 0 i j … 0 »."
        ) from None
    if not 1 <= day <= days:
        raise UnreadableRounds(f"Ligne {rank} : le jour {day} n’est pas entre 1 et {days}.")
    if first or last:
        raise UnreadableRounds(f"Ligne {rank} : une route part du dépôt (0) et y revient.")
    return day - 1, tuple(stops)
