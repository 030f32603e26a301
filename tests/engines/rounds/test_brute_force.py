"""Over tiny months, the engine finds what trying every plan finds."""

import os

import pytest

from ruche.engines.rounds import Criterion, solve
from tests.engines.rounds.brute_force import best_value, tiny

FEW, SOME, MANY = 60, 500, 10_000


def equal_optimum(seed: int) -> None:
    problem = tiny(seed)
    plan = solve(problem)
    assert plan.proved
    found = [plan.value(criterion) for criterion in Criterion]
    found[list(Criterion).index(Criterion.COPRESENCE)] *= -1
    assert tuple(found) == best_value(problem), seed


@pytest.mark.parametrize("seed", range(FEW))
def test_a_tiny_month_is_as_good_as_the_best_of_all_its_plans(seed):
    equal_optimum(seed)


@pytest.mark.slow
def test_many_tiny_months_are_as_good_as_the_best_of_all_their_plans():
    many = SOME if os.environ.get("RUCHE_CI") == "1" else MANY
    for seed in range(FEW, many):
        equal_optimum(seed)
