"""What a month says of its criteria in French."""

from dataclasses import replace

import pytest

from ruche.engines.rounds import Criterion, Stage
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.naive import naive_plan
from ruche.planning.consequences import turns
from ruche.planning.showing import told
from ruche.planning.wording import kilometres

DRIFT = 9
"""Hundreds of metres that roundings of the search may add up to."""


@pytest.fixture
def plan():
    problem = generate(1, Shape(sites=6, workers=1, van=False, markets=0, partners=0))
    by_hand = naive_plan(problem)
    sought = float(by_hand.metres // 100 + DRIFT)
    return replace(by_hand, stages=(Stage(Criterion.KILOMETRES, sought, sought, True),))


def test_the_road_is_that_of_the_days_whatever_the_search_rounded(plan):
    shown = told(plan, plan.stages[0])
    assert kilometres(plan.metres) != kilometres(plan.metres + 100 * DRIFT)
    assert (shown.value, shown.bound) == (kilometres(plan.metres),) * 2
    [turn] = turns(plan, plan)
    assert (turn.before, turn.after, turn.verdict) == (kilometres(plan.metres),) * 2 + ("",)


def test_a_road_that_is_not_proved_keeps_its_bound(plan):
    [stage] = plan.stages
    shown = told(plan, replace(stage, bound=100.0, proved=False))
    assert (shown.value, shown.bound) == (kilometres(plan.metres), kilometres(10_000))
    assert told(plan, replace(stage, bound=-1e301, proved=False)).bound == "inconnue"
