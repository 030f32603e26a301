"""The month's rounds: proved at every criterion, beside what a planner does by hand.

Départements are drawn from public seeds (`ruche.engines.rounds.generating`). A sample by default;
all of it with FULL=1. Times are seconds of processor, of one core, the checks included in none:
what else the machine does changes them little. What `big` may take is of the clock.
"""

import csv
import math
import os
import random
import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks.measuring import claim, conditions
from ruche.engines.rounds import Criterion, Limits, Plan, Problem, solve
from ruche.engines.rounds.bench.command import compare
from ruche.engines.rounds.bench.cordeau import read_instance
from ruche.engines.rounds.check import check
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.replanning import absent, announced
from tests.engines.rounds.brute_force import best_value, tiny

MONTHS, FEW_MONTHS = 20, 4
DEPARTEMENTS, FEW_DEPARTEMENTS = 100, 2
ABSENCES, FEW_ABSENCES = 100, 4
TINY, FEW_TINY = 10_000, 200
SECONDS = 120
PATIENCE = 2 * SECONDS
"""Of the clock: a machine at work stops no search that a lone one would end."""
BIG_SECONDS = 300
INSTANCES = "PVRP_INSTANCES"
"""The folder of the public instances of Cordeau: p01…, pr01…, and `bks.csv` (name,value)."""


def run(full: bool = False) -> Iterator[dict[str, Any]]:
    yield from months_of_the_gers(1, MONTHS if full else FEW_MONTHS)
    yield from departements(DEPARTEMENTS if full else FEW_DEPARTEMENTS)
    yield from absences(ABSENCES if full else FEW_ABSENCES)
    yield from tiny_months(TINY if full else FEW_TINY)
    if full:
        yield from quarter()
        yield from big(100, 12, 0.005)
        yield from big(200, 25, 0.01)
    yield from public_instances(600 if full else 20)


def timed(problem: Problem) -> tuple[float, Plan]:
    start = time.process_time()
    plan = solve(problem, Limits(seconds=PATIENCE))
    return time.process_time() - start, plan


def months_of_the_gers(first: int, many: int) -> Iterator[dict[str, Any]]:
    """33 sites, 4 nurses, the van, 10 markets, 4 partners: proved, and beside a month by hand."""
    told = conditions(seeds=f"{first} to {first + many - 1}")
    problems = [generate(seed) for seed in range(first, first + many)]
    found = [timed(problem) for problem in problems]
    times = [seconds for seconds, _plan in found]
    yield _at_most(
        "A month of the Gers, every criterion proved: median seconds",
        statistics.median(times), 5, told,
    )  # fmt: skip
    yield _at_most("The same, the slowest", max(times), 30, told)
    yield _unproved_and_faults(problems, [plan for _seconds, plan in found], told)
    yield _roads_saved(problems, [plan for _seconds, plan in found], told)
    order = tuple(criterion for criterion in problems[0].order if criterion is not Criterion.RHYTHM)
    problems = [replace(problem, order=order) for problem in problems]
    plans = [timed(problem)[1] for problem in problems]
    told = f"{told}, the rhythm of visits not sought"
    yield _unproved_and_faults(problems, plans, told)
    yield _roads_saved(problems, plans, told)


def _unproved_and_faults(problems: list[Problem], plans: list[Plan], told: str) -> dict[str, Any]:
    unproved = sum(not stage.proved for plan in plans for stage in plan.stages)
    faults = sum(len(check(*pair)) for pair in zip(problems, plans, strict=True))
    return _at_most(
        "Criteria not proved, and faults found by the checker", unproved + faults, 0, told
    )


def _roads_saved(problems: list[Problem], plans: list[Plan], told: str) -> dict[str, Any]:
    """Kilometres beside a month made by hand, at no fewer visits."""
    roads, each, visits = [], [], []
    for problem, plan in zip(problems, plans, strict=True):
        by_hand = naive_plan(problem)
        roads.append(1 - plan.metres / by_hand.metres)
        made, made_by_hand = len(plan.assignments), len(by_hand.assignments)
        each.append(1 - plan.metres / made / (by_hand.metres / made_by_hand))
        visits.append(made - made_by_hand)
    saved = statistics.median(roads)
    return claim(
        f"Kilometres saved beside a month made by hand, median (from {min(roads):.3f} to "
        f"{max(roads):.3f}), with {min(visits)} to {max(visits)} visits more",
        ours=saved, other=0.20, bar=1.0, ratio=saved / 0.20,
        holds=saved >= 0.20 and min(roads) >= 0 and min(visits) >= 0,
        conditions=f"{told}, for each visit {statistics.median(each):.3f}",
    )  # fmt: skip


def _at_most(text: str, seen: float, bar: float, told: str) -> dict[str, Any]:
    ratio = seen / bar if bar else seen
    return claim(
        text, ours=seen, other=bar, bar=1.0, ratio=ratio, holds=seen <= bar, conditions=told
    )


def departements(many: int) -> Iterator[dict[str, Any]]:
    """20 to 66 sites, 3 to 8 workers, each drawn from its seed."""
    times, unproved, faults = [], [], 0
    for seed in range(many):
        chance = random.Random(seed)
        workers = chance.randint(3, 8)
        shape = Shape(sites=chance.randint(20, 8 * workers + 2), workers=workers)
        problem = generate(seed, shape)
        seconds, plan = timed(problem)
        times.append(seconds)
        unproved += [] if plan.proved else [seed]
        faults += len(check(problem, plan))
    longest = max(range(many), key=times.__getitem__)
    told = conditions(
        departements=many,
        median=f"{statistics.median(times):.1f} s",
        slowest=f"seed {longest}",
        unproved=" ".join(map(str, unproved)) or "none",
    )
    yield _at_most("Generated départements: the slowest, seconds", max(times), SECONDS, told)
    yield _at_most("Départements not certified, and faults", len(unproved) + faults, 0, told)


def quarter() -> Iterator[dict[str, Any]]:
    """Three months of the Gers in one problem."""
    seconds, plan = timed(generate(1, Shape(months=3)))
    told = conditions(proved=plan.proved)
    yield _at_most("A quarter of the Gers, every criterion proved: seconds",
                   seconds if plan.proved else 1e6, 60, told)  # fmt: skip


def big(sites: int, workers: int, bar: float) -> Iterator[dict[str, Any]]:
    """Above what one program proves: the widest gap of all criteria."""
    problem = generate(1, Shape(sites=sites, workers=workers))
    plan = solve(problem, Limits(seconds=BIG_SECONDS))
    gap = max(stage.gap for stage in plan.stages)
    unproved = ", ".join(stage.criterion.value for stage in plan.stages if not stage.proved)
    told = conditions(
        seconds=BIG_SECONDS,
        faults=len(check(problem, plan)),
        ended=plan.ended.value,
        unproved=unproved or "none",
    )
    yield _at_most(f"{sites} sites, {workers} workers: the widest gap", gap, bar, told)


def tiny_months(many: int) -> Iterator[dict[str, Any]]:
    """Tiny months whose every plan is tried."""
    wrong = 0
    for seed in range(many):
        problem = tiny(seed)
        plan = solve(problem)
        found = {stage.criterion: stage.value for stage in plan.stages}
        found[Criterion.COPRESENCE] *= -1
        wrong += tuple(found[criterion] for criterion in Criterion) != best_value(problem)
    yield _at_most("Tiny months that differ from the best of all their plans",
                   wrong, 0, conditions(months=many))  # fmt: skip


def public_instances(seconds: int) -> Iterator[dict[str, Any]]:
    """Periodic routing on public instances, beside the best known values."""
    if INSTANCES not in os.environ:
        return
    folder = Path(os.environ[INSTANCES])
    best = dict(csv.reader((folder / "bks.csv").read_text().splitlines()))
    gaps, random_gaps = [], []
    for path in sorted(path for path in folder.iterdir() if path.name in best):
        known = float(best[path.name])
        comparison, _plan = compare(read_instance(path), seconds=seconds, seed=1, best_known=known)
        gaps.append(comparison.gap or 0.0)
        random_gaps.append((comparison.random_patterns or math.inf) / known - 1)
    told = conditions(instances=len(gaps), seconds=seconds, worst=f"{max(gaps):.4f}",
                      random_patterns=f"{statistics.mean(random_gaps):.3f}")  # fmt: skip
    yield _at_most(
        "Public PVRP instances: mean gap to the best known", statistics.mean(gaps), 0.015, told
    )


def absences(many: int) -> Iterator[dict[str, Any]]:
    """One nurse away for the second week: announced dates that move, beside starting again."""
    least = again = unproved = 0
    for seed in range(1, 1 + many):
        problem = generate(seed, Shape(van=False, partners=0))
        plan = solve(problem, Limits(seconds=PATIENCE))
        monday = date(2027, 3, 8)
        known = announced(problem, plan, today=monday)
        ill = absent(known, "n00", monday, date(2027, 3, 14))
        changed = solve(ill, Limits(seconds=PATIENCE))
        unproved += not changed.stages[1].proved
        before = {(each.site, each.team, each.day) for each in plan.assignments}
        order = tuple(c for c in ill.order if c not in ("moved_dates", "changed_workers"))
        scratch = solve(replace(ill, order=order), Limits(seconds=PATIENCE))
        least += len(before - {(e.site, e.team, e.day) for e in changed.assignments})
        again += len(before - {(e.site, e.team, e.day) for e in scratch.assignments})
    yield claim(
        "Announced dates moved after a week away, beside starting again",
        ours=least, other=again, bar=0.5, ratio=least / max(1, again),
        holds=least <= 0.5 * again and not unproved,
        conditions=conditions(absences=many, unproved=unproved),
    )  # fmt: skip
