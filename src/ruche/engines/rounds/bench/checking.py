"""Judges a solution by the rules of the format alone: it never imports a solver.

The rules: at most `m` routes a day; each within the capacity and the longest duration (travel and
service) of its day; each customer visited at most once a day, and on exactly the days of one of
its allowed combinations; the announced cost is the distance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from ruche.engines.rounds.bench.cordeau import Instance
from ruche.engines.rounds.bench.published import Route, Solution, read_res

TOLERANCE = 1e-6
"""For sums of double precision."""

ROUNDED = 0.01
"""Published files give the cost to the cent."""


def violations(
    instance: Instance, solution: Solution, *, tolerance: float = TOLERANCE
) -> list[str]:
    """Every rule that is broken, as a French sentence; an empty list when the solution is right."""
    if len(solution.days) != instance.days:
        return [f"La solution a {len(solution.days)} jours, l’instance en a {instance.days}."]
    unknown = list(_unknown(instance, solution))
    if unknown:
        return unknown
    return [
        *_fleet(instance, solution),
        *_routes(instance, solution),
        *_patterns(instance, solution),
        *_cost(instance, solution, tolerance=tolerance),
    ]


def violations_of_res(instance: Instance, path: Path) -> list[str]:
    """The same for a published file, whose cost is rounded."""
    return violations(instance, read_res(path, days=instance.days), tolerance=ROUNDED)


def distance(instance: Instance, solution: Solution) -> float:
    """The cost, computed again from the coordinates."""
    return sum(instance.length(route) for _, _, route in solution.routes())


def _unknown(instance: Instance, solution: Solution) -> Iterator[str]:
    known = range(1, len(instance.customers) + 1)
    for day, vehicle, route in solution.routes():
        for number in route:
            if number not in known:
                yield f"{_place(day, vehicle)} : le client {number} n’existe pas."


def _fleet(instance: Instance, solution: Solution) -> Iterator[str]:
    for day, routes in enumerate(solution.days):
        used = sum(1 for route in routes if route)
        if used > instance.vehicles:
            yield f"Jour {day + 1} : {used} routes pour {instance.vehicles} véhicules."


def _routes(instance: Instance, solution: Solution) -> Iterator[str]:
    for day, vehicle, route in solution.routes():
        yield from _route(instance, route, day=day, vehicle=vehicle)


def _route(instance: Instance, route: Route, *, day: int, vehicle: int) -> Iterator[str]:
    load, capacity = instance.load(route), instance.capacities[day]
    if load > capacity + TOLERANCE:
        yield f"{_place(day, vehicle)} : charge {load:g} pour une capacité de {capacity:g}."
    duration, longest = instance.duration(route), instance.longest[day]
    if duration > longest + TOLERANCE:
        yield f"{_place(day, vehicle)} : durée {duration:.2f} pour une limite de {longest:g}."


def _patterns(instance: Instance, solution: Solution) -> Iterator[str]:
    visited = _visited(solution)
    for customer in instance.customers:
        days = tuple(visited[customer.number])
        if days not in customer.patterns:
            told = ", ".join(str(day + 1) for day in days) or "aucun"
            yield f"Client {customer.number} : jours de visite {told}, combinaison non permise."


def _visited(solution: Solution) -> defaultdict[int, list[int]]:
    """Customer → days of its visits, in order; a day comes twice when two routes call there."""
    visited: defaultdict[int, list[int]] = defaultdict(list)
    for day, _, route in solution.routes():
        for number in route:
            visited[number].append(day)
    return visited


def _cost(instance: Instance, solution: Solution, *, tolerance: float) -> Iterator[str]:
    found = distance(instance, solution)
    if not abs(found - solution.cost) <= tolerance * max(1.0, abs(found) * TOLERANCE):
        yield f"Coût annoncé {solution.cost:.2f}, distance recalculée {found:.2f}."


def _place(day: int, vehicle: int) -> str:
    return f"Jour {day + 1}, véhicule {vehicle + 1}"
