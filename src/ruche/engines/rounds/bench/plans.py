"""A plan of a search: for each day, its tours; and the price of the limits that it breaks.

A search that may break limits for a while, at a price, goes through walls that a search of
feasible plans only would have to walk round. The prices follow the search: they rise when too few
of its plans are feasible, and fall when nearly all are.
"""

from __future__ import annotations

from dataclasses import dataclass

from ruche.engines.rounds.bench.cordeau import Instance
from ruche.engines.rounds.bench.published import Solution, solution_of
from ruche.engines.rounds.bench.tours import Tour

Plan = list[list[Tour]]
"""For each day, the tours that are not empty."""


@dataclass(slots=True)
class Prices:
    """What one unit above the capacity, or above the longest duration, costs in distance."""

    load: float
    time: float

    def penalty(self, tour: Tour) -> float:
        cost = 0.0
        if tour.room < 0:
            cost -= self.load * tour.room
        if tour.slack < 0:
            cost -= self.time * tour.slack
        return cost

    def cost(self, plan: Plan) -> float:
        """The distance of a plan and the price of what it breaks."""
        total = 0.0
        for day in plan:
            for tour in day:
                total += tour.length
                if tour.room < 0 or tour.slack < 0:
                    total += self.penalty(tour)
        return total

    def scale(self, factor: float) -> None:
        self.load *= factor
        self.time *= factor


def is_feasible(plan: Plan) -> bool:
    return all(tour.feasible for day in plan for tour in day)


def copied(plan: Plan) -> Plan:
    """Another plan of the same tours."""
    return [list(day) for day in plan]


def told(instance: Instance, plan: Plan) -> Solution:
    return solution_of(instance, [[tour.stops for tour in day] for day in plan])
