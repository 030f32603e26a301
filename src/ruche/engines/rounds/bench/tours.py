"""The tours of a search: what never changes is computed once, what was seen once is kept.

A tour is never modified: a change makes another tour, and the tours that a change leaves alone
are shared between plans, with what they know of themselves (above all, where each customer would
best be inserted). That sharing is what makes a search in plain Python fast enough.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from itertools import pairwise
from operator import add, itemgetter, sub

from ruche.engines.rounds.bench.cordeau import DEPOT, Instance
from ruche.engines.rounds.bench.published import Route

Spot = tuple[float, int]
"""The distance that an insertion adds, and the rank that the customer takes in the tour."""

ROUNDING = 1e-9
"""What sums of double precision may be wrong by."""

REMEMBERED = 60_000
"""Tours kept in memory, about 2 kB each; beyond, all are forgotten at once."""


class Tour:
    """A route on one kind of day. `room` and `slack` are negative when a limit is broken.

    `legs` are its distances from stop to stop, and `along` reads a row of distances in its order,
    depot included at both ends. `spots` remembers where customers would be inserted.
    """

    __slots__ = ("along", "legs", "length", "room", "slack", "spots", "stops")

    def __init__(self, stops: Route, legs: list[float], *, room: float, slack: float) -> None:
        self.stops = stops
        self.legs = legs
        self.length = sum(legs)
        self.room = room
        self.slack = slack
        self.spots: dict[int, Spot] = {}
        self.along: Callable[[list[float]], tuple[float, ...]] = itemgetter(DEPOT, *stops, DEPOT)

    @property
    def feasible(self) -> bool:
        return self.room >= -ROUNDING and self.slack >= -ROUNDING


class Atelier:
    """Makes tours, and remembers those it made. One atelier serves one search."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.distances = instance.distances
        self.demands = [place.demand for place in instance.places]
        self.services = [place.service for place in instance.places]
        self._kinds = _kinds(instance)
        self._known: list[dict[Route, Tour]] = [{} for _ in set(self._kinds)]

    @cached_property
    def neighbours(self) -> list[list[int]]:
        """For each place, the customers by distance, itself first (the depot has its own list)."""
        numbers = range(1, len(self.instance.places))
        return [
            sorted(
                numbers,
                key=[-1.0 if other == me else away for other, away in enumerate(row)].__getitem__,
            )
            for me, row in enumerate(self.distances)
        ]

    def tour(self, stops: Route, *, day: int) -> Tour:
        known = self._known[self._kinds[day]]
        found = known.get(stops)
        if found is None:
            if len(known) >= REMEMBERED:
                known.clear()
            found = known[stops] = self._made(stops, day=day)
        return found

    def spot(self, tour: Tour, customer: int) -> Spot:
        """Where this customer lengthens the tour least."""
        found = tour.spots.get(customer)
        if found is None:
            found = tour.spots[customer] = self._searched(tour, customer)
        return found

    def _made(self, stops: Route, *, day: int) -> Tour:
        distances = self.distances
        legs = [distances[a][b] for a, b in pairwise((DEPOT, *stops, DEPOT))]
        demands, services = self.demands, self.services
        return Tour(
            stops,
            legs,
            room=self.instance.capacities[day] - sum([demands[stop] for stop in stops]),
            slack=self.instance.longest[day] - sum(legs) - sum([services[stop] for stop in stops]),
        )

    def _searched(self, tour: Tour, customer: int) -> Spot:
        """The hot line of a search: no loop in Python, only functions written in C."""
        ways = tour.along(self.distances[customer])
        added = list(map(sub, map(add, ways, ways[1:]), tour.legs))
        least = min(added)
        return least, added.index(least)


def _kinds(instance: Instance) -> list[int]:
    """For each day, the rank of its pair of limits: days of the same limits share their tours."""
    limits = list(zip(instance.longest, instance.capacities, strict=True))
    distinct = list(dict.fromkeys(limits))
    return [distinct.index(limit) for limit in limits]
