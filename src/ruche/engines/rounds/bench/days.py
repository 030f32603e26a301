"""Routes one day whose customers are settled, with PyVRP (an optional extra).

PyVRP counts in whole numbers: a distance of 1 is 1000 there. Durations are rounded up, so that a
route that PyVRP finds within the limits is within them here too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ruche.engines.rounds.bench.cordeau import DEPOT, Instance
from ruche.engines.rounds.bench.published import Day
from ruche.engines.rounds.errors import RoundsError

if TYPE_CHECKING:
    import pyvrp
    from pyvrp.stop import StoppingCriterion

SCALE = 1000


@dataclass(frozen=True, slots=True)
class Effort:
    """Seconds by the clock on the wall, or a number of iterations, which can be repeated."""

    seconds: float
    iterations: int | None = None


def require_pyvrp() -> None:
    """Raises `RoundsError`, in French, where PyVRP is not installed."""
    try:
        import pyvrp  # noqa: F401
    except ImportError as error:
        raise RoundsError(
            "Cette comparaison a besoin de PyVRP, qui n’est pas installé : "
            "ajoutez-le avec « pip install pyvrp »."
        ) from error


def route_day(
    instance: Instance, customers: list[int], *, day: int, effort: Effort, seed: int
) -> Day | None:
    """Short routes through these customers; None when PyVRP found none within the limits."""
    require_pyvrp()
    if not customers:
        return ()
    import pyvrp

    result = pyvrp.solve(
        _problem(instance, customers, day=day),
        stop=_stop(effort),
        seed=seed,
        collect_stats=False,
        display=False,
    )
    if not result.best.is_feasible():
        return None
    return tuple(_stops(route, customers) for route in result.best.routes())


def _stops(route: pyvrp.Route, customers: list[int]) -> tuple[int, ...]:
    return tuple(customers[stop.idx] for stop in route if stop.is_client())


def _stop(effort: Effort) -> StoppingCriterion:
    from pyvrp.stop import MaxIterations, MaxRuntime

    if effort.iterations is not None:
        return MaxIterations(effort.iterations)
    return MaxRuntime(effort.seconds)


def _problem(instance: Instance, customers: list[int], *, day: int) -> pyvrp.ProblemData:
    import numpy as np
    import pyvrp

    numbers = [DEPOT, *customers]
    rows = [[instance.distances[a][b] * SCALE for b in numbers] for a in numbers]
    lengths: Any = np.rint(rows).astype(np.int64)
    times: Any = np.ceil(rows).astype(np.int64)
    places = [instance.places[number] for number in numbers]
    return pyvrp.ProblemData(
        [pyvrp.Location(place.x, place.y) for place in places],
        [_client(instance, number, rank) for rank, number in enumerate(customers, start=1)],
        [pyvrp.Depot(0)],
        [_vehicles(instance, day=day)],
        [lengths],
        [times],
    )


def _client(instance: Instance, number: int, rank: int) -> pyvrp.Client:
    import pyvrp

    place = instance.places[number]
    return pyvrp.Client(
        location=rank,
        delivery=[math.ceil(place.demand * SCALE)],
        service_duration=math.ceil(place.service * SCALE),
    )


def _vehicles(instance: Instance, *, day: int) -> pyvrp.VehicleType:
    import pyvrp

    kind = pyvrp.VehicleType(num_available=instance.vehicles)
    if math.isfinite(instance.capacities[day]):
        kind = kind.replace(capacity=[math.floor(instance.capacities[day] * SCALE)])
    if math.isfinite(instance.longest[day]):
        kind = kind.replace(shift_duration=math.floor(instance.longest[day] * SCALE))
    return kind
