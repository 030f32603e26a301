"""Second baseline: days drawn at random, then good routes on each day (PyVRP).

It shows what the choice of the days is worth: the routes are as good as ours, the days are not.
"""

from __future__ import annotations

from random import Random

from ruche.engines.rounds.bench.cordeau import Instance, Pattern
from ruche.engines.rounds.bench.days import Effort, route_day
from ruche.engines.rounds.bench.published import Day, Solution, solution_of

DRAWS = 200
"""Random choices of days, of which one is routed: the one that overloads the fleet least, then
the one whose busiest day is the least busy."""


def plan_on_random_days(
    instance: Instance, *, seconds: float, seed: int, iterations: int | None = None
) -> Solution | None:
    """Days drawn from this seed, then PyVRP for an equal share of the seconds on each day.

    With `iterations` (for each day), the same seed gives the same plan. None when a day could not
    be routed within the limits. Raises `RoundsError` where PyVRP is not installed.
    """
    effort = Effort(seconds / instance.days, iterations)
    chosen = _least_overloaded(instance, Random(seed))  # noqa: S311
    days: list[Day] = []
    for day in range(instance.days):
        present = [number for number, pattern in enumerate(chosen, start=1) if day in pattern]
        routes = route_day(instance, present, day=day, effort=effort, seed=seed)
        if routes is None:
            return None
        days.append(routes)
    return solution_of(instance, days)


def _least_overloaded(instance: Instance, random: Random) -> list[Pattern]:
    draws = (
        [random.choice(customer.patterns) for customer in instance.customers] for _ in range(DRAWS)
    )
    return min(draws, key=lambda chosen: (_overload(instance, chosen), _busiest(instance, chosen)))


def _overload(instance: Instance, chosen: list[Pattern]) -> float:
    """Demand above what the whole fleet carries, summed over the days."""
    loads = [0.0] * instance.days
    for customer, pattern in zip(instance.customers, chosen, strict=True):
        for day in pattern:
            loads[day] += customer.demand
    fleets = (instance.vehicles * capacity for capacity in instance.capacities)
    return sum(max(0.0, load - fleet) for load, fleet in zip(loads, fleets, strict=True))


def _busiest(instance: Instance, chosen: list[Pattern]) -> float:
    """Of the day that has most: service, and for each visit as far as a customer from the depot."""
    away = sum(instance.distances[0]) / len(instance.customers)
    work = [0.0] * instance.days
    for customer, pattern in zip(instance.customers, chosen, strict=True):
        for day in pattern:
            work[day] += customer.service + away
    return max(work)
