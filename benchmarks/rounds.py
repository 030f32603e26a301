"""The month's rounds: proved at every criterion, beside what a planner does by hand.

Départements are drawn from public seeds (`ruche.engines.rounds.generating`). A sample by default;
all of it with FULL=1. Times are of one core, the checks included in none.
"""

import statistics
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from benchmarks.measuring import claim, conditions
from ruche.engines.rounds import Limits, Plan, Problem, solve
from ruche.engines.rounds.check import check
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.replanning import absent, announced

MONTHS, SAMPLE = 20, 4
ABSENCES, FEW_ABSENCES = 100, 4
SECONDS = 120


def run(full: bool = False) -> Iterator[dict[str, Any]]:
    seeds = range(1, 1 + (MONTHS if full else SAMPLE))
    yield from months_of_the_gers(list(seeds))
    yield from absences(range(1, 1 + (ABSENCES if full else FEW_ABSENCES)))


def timed(problem: Problem) -> tuple[float, Plan]:
    start = time.perf_counter()
    plan = solve(problem, Limits(seconds=SECONDS))
    return time.perf_counter() - start, plan


def months_of_the_gers(seeds: list[int]) -> Iterator[dict[str, Any]]:
    """33 sites, 4 nurses, the van, 10 markets, 4 partners: proved, and beside a month by hand."""
    times, roads, visits, unproved, faults = [], [], [], 0, 0
    for seed in seeds:
        problem = generate(seed)
        seconds, plan = timed(problem)
        by_hand = naive_plan(problem)
        times.append(seconds)
        roads.append(1 - plan.metres / by_hand.metres)
        visits.append(len(plan.assignments) - len(by_hand.assignments))
        unproved += sum(not stage.proved for stage in plan.stages)
        faults += len(check(problem, plan))
    told = conditions(months=len(seeds), seeds=f"{seeds[0]} to {seeds[-1]}")
    yield _at_most(
        "A month of the Gers, every criterion proved: median seconds",
        statistics.median(times), 5, told,
    )  # fmt: skip
    yield _at_most("The same, the slowest", max(times), 30, told)
    yield _at_most(
        "Criteria not proved, and faults found by the checker", unproved + faults, 0, told
    )
    saved = statistics.median(roads)
    yield claim(
        f"Kilometres saved beside a month made by hand, median (from {min(roads):.3f} to "
        f"{max(roads):.3f}), with {min(visits)} to {max(visits)} visits more",
        ours=saved, other=0.20, bar=1.0, ratio=saved / 0.20,
        holds=saved >= 0.20 and min(roads) >= 0 and min(visits) >= 0, conditions=told,
    )  # fmt: skip


def _at_most(text: str, seen: float, bar: float, told: str) -> dict[str, Any]:
    ratio = seen / bar if bar else seen
    return claim(
        text, ours=seen, other=bar, bar=1.0, ratio=ratio, holds=seen <= bar, conditions=told
    )


def absences(seeds: range) -> Iterator[dict[str, Any]]:
    """One nurse away for the second week: announced dates that move, beside starting again."""
    least = again = unproved = 0
    for seed in seeds:
        problem = generate(seed, Shape(van=False, partners=0))
        plan = solve(problem, Limits(seconds=SECONDS))
        monday = date(2027, 3, 8)
        known = announced(problem, plan, today=monday)
        ill = absent(known, "n00", monday, date(2027, 3, 14))
        changed = solve(ill, Limits(seconds=SECONDS))
        unproved += not changed.stages[1].proved
        before = {(each.site, each.team, each.day) for each in plan.assignments}
        order = tuple(c for c in ill.order if c not in ("moved_dates", "changed_workers"))
        scratch = solve(replace(ill, order=order), Limits(seconds=SECONDS))
        least += len(before - {(e.site, e.team, e.day) for e in changed.assignments})
        again += len(before - {(e.site, e.team, e.day) for e in scratch.assignments})
    yield claim(
        "Announced dates moved after a week away, beside starting again",
        ours=least, other=again, bar=0.5, ratio=least / max(1, again),
        holds=least <= 0.5 * again and not unproved,
        conditions=conditions(absences=len(seeds), unproved=unproved),
    )  # fmt: skip
