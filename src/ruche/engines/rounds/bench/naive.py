"""First baseline: what one does by hand, without looking for better.

Each customer takes the first combination of its list; each day, a vehicle goes to the nearest
customer that it can still serve, then home when there is none. Who is left without a vehicle takes
the days on which it lengthens the tours least. Where nothing is possible a limit is broken, and a
few neighbours at a time are moved as long as that mends it: nothing is ever moved to drive less.
What cannot be mended so stays, and `checking` will say what.
"""

from __future__ import annotations

from random import Random

from ruche.engines.rounds.bench.cordeau import DEPOT, Instance
from ruche.engines.rounds.bench.plans import Plan, Prices, copied, is_feasible, told
from ruche.engines.rounds.bench.published import Solution
from ruche.engines.rounds.bench.recreate import Recreate
from ruche.engines.rounds.bench.ruin import Ruin
from ruche.engines.rounds.bench.tours import Atelier, Tour

FORBIDDING = 1e6
"""The price of one unit above a limit: paid only when there is no other way."""

ATTEMPTS = 3000
"""Moves tried to mend a plan that breaks a limit."""


def plan_naively(instance: Instance) -> Solution:
    """Always the same plan. It may break limits."""
    atelier = Atelier(instance)
    plan, left = _first_days(atelier)
    _drop(atelier, plan, left)
    random = Random(0)  # noqa: S311 - always the same
    prices = Prices(load=FORBIDDING, time=FORBIDDING)
    insert = Recreate(atelier, prices=prices, random=random, blink=0.0)
    insert(plan, dict.fromkeys(sorted(left)))
    return told(instance, _mended(plan, ruin=Ruin(atelier, random=random), insert=insert))


def _first_days(atelier: Atelier) -> tuple[Plan, set[int]]:
    """The tours of the first combinations, and who found no vehicle on one of its days."""
    plan: Plan = []
    left: set[int] = set()
    for day in range(atelier.instance.days):
        waiting = {c.number for c in atelier.instance.customers if day in c.patterns[0]}
        plan.append(_tours(atelier, waiting, day=day))
        left |= waiting
    return plan, left


def _tours(atelier: Atelier, waiting: set[int], *, day: int) -> list[Tour]:
    """The tours of a day; those who were served leave `waiting`."""
    tours: list[Tour] = []
    while waiting and len(tours) < atelier.instance.vehicles:
        tour = _tour(atelier, waiting, day=day)
        if not tour.stops:
            break
        tours.append(tour)
    return tours


def _tour(atelier: Atelier, waiting: set[int], *, day: int) -> Tour:
    """Always to the nearest customer that fits."""
    tour = atelier.tour((), day=day)
    while True:
        here = tour.stops[-1] if tour.stops else DEPOT
        for customer in sorted(waiting, key=atelier.distances[here].__getitem__):
            longer = atelier.tour((*tour.stops, customer), day=day)
            if longer.feasible:
                tour = longer
                waiting.remove(customer)
                break
        else:
            return tour


def _mended(plan: Plan, *, ruin: Ruin, insert: Recreate) -> Plan:
    """This plan, or one that breaks less of the limits."""
    for _ in range(ATTEMPTS):
        if is_feasible(plan):
            break
        other = copied(plan)
        insert(other, ruin(other))
        if _broken(other) < _broken(plan):
            plan = other
    return plan


def _broken(plan: Plan) -> float:
    """What is above the limits, load and time together."""
    return Prices(load=1, time=1).cost(plan) - Prices(load=0, time=0).cost(plan)


def _drop(atelier: Atelier, plan: Plan, customers: set[int]) -> None:
    for day, tours in enumerate(plan):
        kept = [tuple(stop for stop in tour.stops if stop not in customers) for tour in tours]
        plan[day] = [atelier.tour(stops, day=day) for stops in kept if stops]
