"""Instances small enough for a pencil, and the brute force that judges them."""

from __future__ import annotations

from itertools import pairwise, permutations, product
from math import inf
from random import Random

from ruche.engines.rounds.bench.cordeau import Instance, parse_instance

PENCIL = """\
1 1 4 2
0 3
0 3
0 0 0 0 0 0 0
1 3 0 0 1 2 1 3
2 0 4 0 1 1 2 1 2
3 3 4 0 1 1 2 1 2
4 -1 0 0 1 1 2 1 2
"""
"""One vehicle, two days. The customer at (3, 0) is seen on both; the others on one of them.

Three of them fit in a vehicle. (3, 0) → (3, 4) → (0, 4) is a rectangle with the depot: 14. With
the last customer, at (−1, 0), the other day costs 8. Any other sharing costs more: 22 is best.
"""

BEST_WITH_A_PENCIL = 22.0


def pencil() -> Instance:
    return parse_instance(PENCIL, name="crayon")


def drawn(seed: int) -> Instance:
    """Three to five customers, two days, one or two vehicles; limits that sometimes bite."""
    random = Random(seed)
    vehicles = random.randint(1, 2)
    count = random.randint(3, 5)
    capacity = random.randint(8, 25) * 2 // vehicles
    longest = random.choice([0, 0, 60, 80, 100]) * 2 // vehicles
    rows = [f"1 {vehicles} {count} 2", *[f"{longest} {capacity}"] * 2, "0 0 0 0 0 0 0"]
    for number in range(1, count + 1):
        x, y, demand = random.randint(-20, 20), random.randint(-20, 20), random.randint(1, 8)
        patterns = random.choice(["1 2 1 2", "1 2 1 2", "2 1 3", "1 1 2"])
        rows.append(f"{number} {x} {y} {random.randint(0, 3)} {demand} {patterns}")
    return parse_instance("\n".join(rows), name=f"tirage {seed}")


def least_distance(instance: Instance) -> float:
    """By trying every choice of days and every set of routes; infinity when none holds."""
    return min(
        sum(_least_on(instance, chosen, day) for day in range(instance.days))
        for chosen in product(*(customer.patterns for customer in instance.customers))
    )


def _least_on(instance: Instance, chosen: tuple[tuple[int, ...], ...], day: int) -> float:
    present = [number for number, days in enumerate(chosen, start=1) if day in days]
    best = inf
    for vehicles in product(range(instance.vehicles), repeat=len(present)):
        groups = [
            tuple(number for number, used in zip(present, vehicles, strict=True) if used == rank)
            for rank in range(instance.vehicles)
        ]
        best = min(best, sum(_shortest(instance, group, day) for group in groups))
    return best


def _shortest(instance: Instance, group: tuple[int, ...], day: int) -> float:
    if sum(instance.places[number].demand for number in group) > instance.capacities[day]:
        return inf
    service = sum(instance.places[number].service for number in group)
    length = min(_around(instance, order) for order in permutations(group))
    return length if length + service <= instance.longest[day] else inf


def _around(instance: Instance, order: tuple[int, ...]) -> float:
    places = [instance.places[number] for number in (0, *order, 0)]
    return sum(((a.x - b.x) ** 2 + (a.y - b.y) ** 2) ** 0.5 for a, b in pairwise(places))
