"""Puts the missing visits back, one customer after another, each on its cheapest days.

Greedy insertion “with blinks” (Christiaens and Vanden Berghe, 2020): now and then a tour is not
looked at, so that the same ruin does not always lead to the same plan.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from random import Random

from ruche.engines.rounds.bench.cordeau import DEPOT, Pattern
from ruche.engines.rounds.bench.plans import Plan, Prices
from ruche.engines.rounds.bench.ruin import Removed
from ruche.engines.rounds.bench.tours import Atelier, Tour

BLINK = 0.02
"""The share of tours that are not looked at. The article says 1 % of positions."""

Place = tuple[float, int, int]
"""Cost of the insertion; rank of the tour within its day, −1 for a new one; rank in the tour."""


class Recreate:
    def __init__(
        self, atelier: Atelier, *, prices: Prices, random: Random, blink: float = BLINK
    ) -> None:
        self._atelier = atelier
        self._prices = prices
        self._random = random
        self._blink = blink
        places = atelier.instance.places
        self._patterns = [place.patterns for place in places]
        self._days = [sorted({day for p in place.patterns for day in p}) for place in places]
        self._orders = self._sorting()

    def __call__(self, plan: Plan, removed: Removed) -> None:
        """Every removed visit comes back into this plan, at a price if it must break a limit."""
        order = list(removed)
        self._random.shuffle(order)
        key = self._random.choices(self._orders, weights=(4, 4, 2, 2, 1))[0]
        if key is not None:
            order.sort(key=key)
        for customer in order:
            self._put(plan, customer, removed[customer])

    def _sorting(self) -> list[Callable[[int], float] | None]:
        """As they come; the largest first; the most frequent first; the farthest; the nearest."""
        demands, home = self._atelier.demands, self._atelier.distances[DEPOT]
        weight = [
            len(patterns[0]) * demand if patterns else 0.0
            for patterns, demand in zip(self._patterns, demands, strict=True)
        ]
        frequency = [-len(patterns[0]) if patterns else 0 for patterns in self._patterns]
        return [
            None,
            lambda customer: -weight[customer],
            lambda customer: frequency[customer],
            lambda customer: -home[customer],
            lambda customer: home[customer],
        ]

    def _put(self, plan: Plan, customer: int, days: list[int] | None) -> None:
        if days is not None:
            for day in days:
                self._insert(plan, customer, day, self._cheapest(plan[day], customer, day))
            return
        places = {day: self._cheapest(plan[day], customer, day) for day in self._days[customer]}
        for day in self._chosen(self._patterns[customer], places):
            self._insert(plan, customer, day, places[day])

    def _chosen(self, patterns: tuple[Pattern, ...], places: dict[int, Place]) -> Pattern:
        best, chosen = inf, patterns[0]
        for pattern in patterns:
            cost = 0.0
            for day in pattern:
                cost += places[day][0]
            if cost < best:
                best, chosen = cost, pattern
        return chosen

    def _cheapest(self, tours: list[Tour], customer: int, day: int) -> Place:
        atelier, prices, random = self._atelier, self._prices, self._random.random
        demand, service = atelier.demands[customer], atelier.services[customer]
        best, chosen, place, blink = inf, -1, 0, self._blink
        for rank, tour in enumerate(tours):
            if random() < blink:
                continue
            spot = tour.spots.get(customer) or atelier.spot(tour, customer)
            cost = spot[0]
            if cost >= best:
                continue
            grown, room, slack = cost + service, tour.room, tour.slack
            if demand > room:
                cost += prices.load * (demand - room if room > 0 else demand)
            if grown > slack:
                cost += prices.time * (grown - slack if slack > 0 else grown)
            if cost < best:
                best, chosen, place = cost, rank, spot[1]
        return self._or_a_new_tour((best, chosen, place), tours, customer, day)

    def _or_a_new_tour(self, found: Place, tours: list[Tour], customer: int, day: int) -> Place:
        if len(tours) < self._atelier.instance.vehicles:
            alone = self._atelier.tour((customer,), day=day)
            cost = alone.length + self._prices.penalty(alone)
            return (cost, -1, 0) if cost < found[0] else found
        if found[1] < 0:  # every tour was blinked at, and there is no other vehicle
            rank = self._random.randrange(len(tours))
            added, place = self._atelier.spot(tours[rank], customer)
            return added, rank, place
        return found

    def _insert(self, plan: Plan, customer: int, day: int, where: Place) -> None:
        _, rank, place = where
        tours = plan[day]
        if rank < 0:
            tours.append(self._atelier.tour((customer,), day=day))
            return
        stops = tours[rank].stops
        changed = (*stops[:place], customer, *stops[place:])
        tours[rank] = self._atelier.tour(changed, day=day)
