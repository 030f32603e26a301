"""What large months take, forced upon small ones whose best is known."""

import numpy as np
import pytest

from ruche.engines.rounds import Criterion, Ended, Limits, solve
from ruche.engines.rounds.blending import blend, weights_of
from ruche.engines.rounds.check import check
from ruche.engines.rounds.criteria import expressions
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.improving import Patience, improve
from ruche.engines.rounds.master import build
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.neighbourhoods import Neighbourhoods
from ruche.engines.rounds.program import Expression, Program
from ruche.engines.rounds.solver import Allowed, Solver, minimise_part
from ruche.engines.rounds.solving import Size, held
from ruche.engines.rounds.starting import columns_of, holds
from ruche.engines.rounds.tables import Part, table_of

SMALL = Shape(sites=10, workers=2, markets=2, partners=1)
FORCED = Size(large=0, guess_nodes=1, patience=Patience(rounds=12, vain=6))


def stages_of(plan):
    return {stage.criterion: (stage.value, stage.proved) for stage in plan.stages}


@pytest.mark.parametrize("seed", range(3))
def test_a_month_bettered_part_by_part_is_proved_as_good_as_any(seed):
    problem = generate(seed, SMALL)
    plan = solve(problem, size=FORCED)
    assert plan.proved
    assert check(problem, plan) == []
    assert stages_of(plan) == stages_of(solve(problem))


@pytest.mark.parametrize("seed", range(4))
def test_a_bound_never_passes_the_best_when_work_is_short(seed):
    """Comparable as long as the criteria before are at their best."""
    problem = generate(seed, SMALL)
    exact = {stage.criterion: stage.value for stage in solve(problem).stages}
    plan = solve(problem, Limits(nodes=1), size=FORCED)
    assert check(problem, plan) == []
    for stage in plan.stages:
        sign = -1 if stage.criterion is Criterion.COPRESENCE else 1
        best = sign * exact[stage.criterion]
        assert sign * stage.bound <= best <= sign * stage.value
        assert stage.proved == (stage.bound == stage.value)
        if stage.value != exact[stage.criterion]:
            break


def test_a_month_bettered_part_by_part_is_the_same_each_time():
    problem = generate(5, SMALL)
    first, again = (solve(problem, Limits(nodes=1), size=FORCED) for _ in range(2))
    assert str(first) == str(again)
    assert first.ended in (Ended.PROOF, Ended.WORK)


def test_rounds_better_the_blend_and_keep_what_is_held():
    problem = generate(2, SMALL)
    master = build(problem)
    criteria = expressions(master)
    start = columns_of(master, naive_plan(problem))
    visits, aim = criteria[Criterion.VISITS], blend(problem.order, criteria)
    table = held(table_of(master.program), visits, visits.value(start))
    better = improve(
        Neighbourhoods(master), table, aim, start,
        patience=Patience(rounds=10, vain=10), goes_on=lambda best: Allowed(),
    )  # fmt: skip
    assert holds(master.program, better)
    assert visits.value(better) <= visits.value(start)
    assert aim.value(better) < aim.value(start)


def test_rounds_stop_when_they_are_told_to():
    problem = generate(2, SMALL)
    master = build(problem)
    criteria = expressions(master)
    start = columns_of(master, naive_plan(problem))
    aim = blend(problem.order, criteria)
    asked = []
    found = improve(
        Neighbourhoods(master), table_of(master.program), aim, start,
        patience=Patience(), goes_on=asked.append,
    )  # fmt: skip
    assert found == start
    assert len(asked) == 1


def test_each_criterion_weighs_more_than_the_next_and_kilometres_one():
    weights = list(weights_of(tuple(Criterion)).values())
    assert weights == sorted(weights)
    assert weights[0] == 1
    after = weights_of((Criterion.VISITS, Criterion.KILOMETRES, Criterion.COPRESENCE))
    assert after[Criterion.VISITS] > after[Criterion.KILOMETRES] > after[Criterion.COPRESENCE]


# ------------------------------------------------------------------ parts of a program


def knapsack() -> tuple[Program, Expression]:
    program = Program()
    for _ in range(4):
        program.choice()
    program.at_most(("weight",), {0: 3, 1: 4, 2: 2, 3: 1}, 6)
    program.exactly(("pair",), {0: 1, 3: -1}, 0)
    return program, Expression({0: -4, 1: -5, 2: -3, 3: -1}, 10)


def test_a_part_with_every_column_free_is_the_whole():
    program, worth = knapsack()
    table = table_of(program)
    part = Part(table, np.ones(4, dtype=bool), table.lower)
    found = minimise_part(part, worth, None, Allowed())
    assert worth.value(found.columns) == Solver(program).minimise(worth).bound == 2


def test_a_part_holds_the_columns_that_are_not_free():
    program, worth = knapsack()
    free = np.array([True, False, True, True])
    part = Part(table_of(program), free, np.array([0.0, 1.0, 0.0, 0.0]))
    found = minimise_part(part, worth, None, Allowed())
    assert found.columns == [0, 1, 1, 0]
    assert found.bound == pytest.approx(2)


def test_a_rule_that_the_settled_columns_break_makes_a_part_impossible():
    program, worth = knapsack()
    part = Part(table_of(program), np.array([False, True, True, False]), np.array([1.0, 0, 0, 0]))
    assert minimise_part(part, worth, None, Allowed()).impossible


def test_what_is_relaxed_is_never_worse_than_the_best():
    program, worth = knapsack()
    relaxed = Solver(program).relax(worth)
    assert relaxed is not None
    assert relaxed.value <= 2
