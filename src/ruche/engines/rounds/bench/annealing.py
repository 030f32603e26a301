"""Simulated annealing over ruin and recreate: from one plan to a better one, through worse ones.

A new plan is kept when it costs less than the current one minus T·ln(u), u uniform, where the
temperature T falls geometrically from `hot` to `cold`. Temperatures are told in shares of what
one visit costs on average, so that they suit every instance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, log
from random import Random

from ruche.engines.rounds.bench.budget import Budget
from ruche.engines.rounds.bench.plans import Plan, Prices, copied, is_feasible
from ruche.engines.rounds.bench.recreate import Recreate
from ruche.engines.rounds.bench.ruin import Ruin

REVIEW_EVERY = 50
"""Iterations between two reviews of the prices."""

FEASIBLE_ENOUGH = (0.4, 0.7)
"""The share of feasible plans below which prices rise, and above which they fall."""

LOWEST, HIGHEST = 0.2, 1000.0
"""Bounds of the prices, against the first ones."""


@dataclass(frozen=True, slots=True)
class Cooling:
    """From `hot` to `cold`, in distance, between two shares of the budget."""

    hot: float
    cold: float
    start: float
    end: float

    def temperature(self, share: float) -> float:
        done = (share - self.start) / (self.end - self.start)
        return self.hot * exp(log(self.cold / self.hot) * min(max(done, 0.0), 1.0))


@dataclass(slots=True)
class Best:
    """The best feasible plan so far, `None` before there is one; `watch` hears of each."""

    plan: Plan | None = None
    cost: float = float("inf")
    watch: Callable[[float], None] | None = None

    def offer(self, plan: Plan, cost: float) -> bool:
        if cost >= self.cost - 1e-9:
            return False
        self.plan, self.cost = copied(plan), cost
        if self.watch is not None:
            self.watch(cost)
        return True


class Annealing:
    """Walks from plan to plan; the prices that one walk has learnt serve the next one."""

    def __init__(self, ruin: Ruin, recreate: Recreate, *, prices: Prices, random: Random) -> None:
        self._ruin = ruin
        self._recreate = recreate
        self._prices = prices
        self._random = random
        self._scale = 1.0
        self._feasible = 0

    def walk(self, plan: Plan, *, cooling: Cooling, budget: Budget, best: Best) -> Best:
        """From this plan until the cooling ends; the best plan of this walk, for `best` too."""
        here = Best()
        current, cost = copied(plan), self._prices.cost(plan)
        feasible = is_feasible(plan)
        while (share := budget.step()) < cooling.end:
            candidate = copied(current)
            self._recreate(candidate, self._ruin(candidate))
            price = self._prices.cost(candidate)
            threshold = cost - cooling.temperature(share) * log(1.0 - self._random.random())
            if price < threshold:
                current, cost, feasible = candidate, price, is_feasible(candidate)
                if feasible:
                    here.offer(current, cost)
                    best.offer(current, cost)
            self._feasible += feasible
            if budget.done % REVIEW_EVERY == 0:
                self._review()
                cost = self._prices.cost(current)
        return here

    def _review(self) -> None:
        few, many = FEASIBLE_ENOUGH
        share, self._feasible = self._feasible / REVIEW_EVERY, 0
        factor = 1.5 if not share else 1.1 if share < few else 1 / 1.1 if share > many else 1.0
        if LOWEST <= self._scale * factor <= HIGHEST:
            self._scale *= factor
            self._prices.scale(factor)
