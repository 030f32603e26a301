"""Our search for periodic routing: annealed ruin and recreate, in plain Python.

A first walk cools down slowly. Then, as long as the budget lasts, shorter walks start from the
best plans known (the elite), warmed up again.

Tried and left out, for want of any gain on the public instances: putting the routes of all the
plans met together otherwise by set partitioning (HiGHS, 700 to 3000 routes, 0.4 to 7 s a time).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from ruche.engines.rounds.bench.annealing import Annealing, Best, Cooling
from ruche.engines.rounds.bench.budget import Budget
from ruche.engines.rounds.bench.cordeau import Instance
from ruche.engines.rounds.bench.plans import Plan, Prices, is_feasible, told
from ruche.engines.rounds.bench.published import Solution
from ruche.engines.rounds.bench.recreate import Recreate
from ruche.engines.rounds.bench.ruin import Ruin, Sizes
from ruche.engines.rounds.bench.tours import Atelier
from ruche.engines.rounds.errors import Stopped

Watch = Callable[[float, float], None]
"""Told of each better plan: seconds of processor time since the start, distance."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was found to suit the public instances.

    Temperatures (`hot` at the start of the first walk, `warm` at the start of the others, `cold`
    at their ends) are shares of the mean distance of a visit. `first` is the share of the budget
    that the first walk has; the others, `walks` of them, have equal parts of the rest. `elite`
    is the number of plans from which a walk may start.
    """

    hot: float = 1.0
    warm: float = 0.3
    cold: float = 0.03
    first: float = 0.4
    walks: int = 5
    elite: int = 3
    sizes: Sizes = field(default_factory=Sizes)


def solve_pvrp(
    instance: Instance,
    *,
    seconds: float,
    seed: int,
    iterations: int | None = None,
    watch: Watch | None = None,
    settings: Settings | None = None,
) -> Solution:
    """The best plan found in that many seconds of processor time, on one core.

    With `iterations`, they count instead of seconds and the same seed gives the same plan again;
    by seconds, the plan depends on the speed of the machine. Raises `Stopped` when no plan within
    the limits was found.
    """
    budget = Budget(seconds=seconds, iterations=iterations)
    search = _Search(instance, budget=budget, seed=seed, settings=settings or Settings())
    best = Best(watch=_timed(watch, budget))
    search.run(best)
    if best.plan is None:
        raise Stopped(
            f"« {instance.name} » : aucun plan qui respecte les limites n’a été trouvé à temps. "
            "Donnez plus de temps."
        )
    return told(instance, best.plan)


def _timed(watch: Watch | None, budget: Budget) -> Callable[[float], None] | None:
    if watch is None:
        return None
    return lambda cost: watch(budget.spent(), cost)


class _Search:
    """One search: its random numbers, its prices, its elite (cost, plan), the best first."""

    def __init__(
        self, instance: Instance, *, budget: Budget, seed: int, settings: Settings
    ) -> None:
        self._instance = instance
        self._budget = budget
        self._settings = settings
        self._random = Random(seed)  # noqa: S311 - a search, not a secret
        self._atelier = Atelier(instance)
        self._prices = _first_prices(instance)
        ruin = Ruin(self._atelier, sizes=settings.sizes, random=self._random)
        self._recreate = Recreate(self._atelier, prices=self._prices, random=self._random)
        self._annealing = Annealing(ruin, self._recreate, prices=self._prices, random=self._random)
        self._elite: list[tuple[float, Plan]] = []

    def run(self, best: Best) -> None:
        plan = self._first_plan()
        if is_feasible(plan):
            best.offer(plan, self._prices.cost(plan))
        visit = _cost_of_a_visit(plan)
        for rank, (start, end) in enumerate(self._slices()):
            heat = self._settings.warm if rank else self._settings.hot
            cooling = Cooling(heat * visit, self._settings.cold * visit, start, end)
            origin = self._origin(plan)
            found = self._annealing.walk(origin, cooling=cooling, budget=self._budget, best=best)
            self._remember(found)

    def _first_plan(self) -> Plan:
        plan: Plan = [[] for _ in range(self._instance.days)]
        self._recreate(plan, dict.fromkeys(c.number for c in self._instance.customers))
        return plan

    def _slices(self) -> list[tuple[float, float]]:
        """For each walk, the shares of the budget at which it starts and ends."""
        first, walks = self._settings.first, self._settings.walks
        ends = [first + (1 - first) * rank / walks for rank in range(walks + 1)]
        return list(zip([0.0, *ends], ends, strict=False))

    def _origin(self, first: Plan) -> Plan:
        return self._random.choice(self._elite)[1] if self._elite else first

    def _remember(self, found: Best) -> None:
        if found.plan is None or any(abs(cost - found.cost) < 1e-6 for cost, _ in self._elite):
            return
        self._elite.append((found.cost, found.plan))
        self._elite.sort(key=lambda entry: entry[0])
        del self._elite[self._settings.elite :]


def _cost_of_a_visit(plan: Plan) -> float:
    """Distance for each visit; 1 where everyone lives at the depot, for a temperature is not 0."""
    tours = [tour for day in plan for tour in day]
    return sum(tour.length for tour in tours) / sum(len(tour.stops) for tour in tours) or 1.0


def _first_prices(instance: Instance) -> Prices:
    """Breaking a limit by what one customer asks costs about the way to it from the depot."""
    count = len(instance.customers)
    away = sum(instance.distances[0]) / count
    demand = sum(customer.demand for customer in instance.customers) / count
    return Prices(load=away / demand if demand else 1.0, time=2.0)
