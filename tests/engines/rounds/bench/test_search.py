"""The search finds the best plan of what a pencil can solve, keeps the rules, repeats itself."""

from __future__ import annotations

from math import inf

import pytest

from ruche.engines.rounds.bench.checking import violations
from ruche.engines.rounds.bench.cordeau import parse_instance
from ruche.engines.rounds.bench.search import solve_pvrp
from ruche.engines.rounds.errors import Stopped
from tests.engines.rounds.bench.tiny import (
    BEST_WITH_A_PENCIL,
    PENCIL,
    drawn,
    least_distance,
    pencil,
)

FEW = 800


def test_the_pencil_and_the_brute_force_agree() -> None:
    assert least_distance(pencil()) == pytest.approx(BEST_WITH_A_PENCIL)


def test_the_search_finds_what_the_pencil_finds() -> None:
    found = solve_pvrp(pencil(), seconds=0, seed=1, iterations=FEW)
    assert found.cost == pytest.approx(BEST_WITH_A_PENCIL)
    assert violations(pencil(), found) == []


@pytest.mark.parametrize("seed", range(60))
def test_the_search_is_as_good_as_trying_everything(seed: int) -> None:
    instance = drawn(seed)
    best = least_distance(instance)
    if best == inf:
        with pytest.raises(Stopped):
            solve_pvrp(instance, seconds=0, seed=seed, iterations=FEW)
        return
    found = solve_pvrp(instance, seconds=0, seed=seed, iterations=FEW)
    assert found.cost == pytest.approx(best)
    assert violations(instance, found) == []


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    instance = drawn(3)
    first, again = (solve_pvrp(instance, seconds=0, seed=7, iterations=FEW) for _ in range(2))
    assert first == again


def test_the_watch_hears_of_better_and_better_plans() -> None:
    heard: list[tuple[float, float]] = []
    found = solve_pvrp(
        drawn(5), seconds=0, seed=1, iterations=FEW, watch=lambda *told: heard.append(told)
    )
    costs = [cost for _, cost in heard]
    assert costs == sorted(costs, reverse=True)
    assert costs[-1] == pytest.approx(found.cost)


def test_a_search_by_seconds_keeps_the_rules_too() -> None:
    found = solve_pvrp(drawn(2), seconds=0.05, seed=1)
    assert violations(drawn(2), found) == []


def test_customers_at_the_depot_cost_nothing_but_hold_their_vehicle() -> None:
    """As the 51st customer of p01: with it, the fleet of its day has one vehicle less."""
    text = "1 2 3 1\n0 2\n0 0 0 0 0 0 0\n1 0 0 0 2 1 1 1\n2 3 0 0 1 1 1 1\n3 0 4 0 1 1 1 1\n"
    instance = parse_instance(text, name="x")
    assert solve_pvrp(instance, seconds=0, seed=1, iterations=FEW).cost == pytest.approx(12)
    still = parse_instance(text.replace(" 3 0 0 1", " 0 0 0 1").replace("0 4 0", "0 0 0"), name="x")
    assert solve_pvrp(still, seconds=0, seed=1, iterations=FEW).cost == 0


def test_an_instance_without_any_plan_is_told_as_such() -> None:
    tight = parse_instance(PENCIL.replace("0 3\n0 3", "0 2\n0 2"), name="serré")
    with pytest.raises(Stopped, match="serré"):
        solve_pvrp(tight, seconds=0, seed=1, iterations=FEW)
