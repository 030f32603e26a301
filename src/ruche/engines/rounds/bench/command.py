"""Runs the two baselines and our search on one instance, and prints one JSON line."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from ruche.engines.rounds.bench.checking import violations
from ruche.engines.rounds.bench.cordeau import Instance, read_instance
from ruche.engines.rounds.bench.naive import plan_naively
from ruche.engines.rounds.bench.published import Solution, write_res
from ruche.engines.rounds.bench.random_patterns import plan_on_random_days
from ruche.engines.rounds.bench.search import solve_pvrp
from ruche.engines.rounds.errors import RoundsError

FOR_RANDOM_DAYS = 0.1
"""The share of the seconds that the second baseline also gets, besides ours."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """One line of the benchmark: distances, `None` for a baseline that broke the rules.

    `gap` is ours above the best known, as a share: 0.01 is 1 %. `repeatable` is true when
    iterations, not seconds, limited the run.
    """

    instance: str
    seconds: float
    iterations: int | None
    seed: int
    naive: float | None
    naive_violations: int
    random_patterns: float | None
    ours: float
    violations: int
    best_known: float | None
    gap: float | None
    repeatable: bool

    def line(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)


def bench_pvrp(
    path: Path,
    *,
    seconds: float,
    seed: int,
    out: Path | None = None,
    best_known: float | None = None,
    iterations: int | None = None,
) -> Comparison:
    """Compares on the instance of this file, prints the line, writes our plan to `out` (`.res`).

    Ours gets `seconds` of processor time; the baselines are run besides. Raises
    `UnreadableRounds` for a file that is not a PVRP instance, `Stopped` when ours found nothing,
    `RoundsError` when PyVRP is absent or when ours breaks a rule.
    """
    instance = read_instance(path)
    comparison, ours = compare(
        instance, seconds=seconds, seed=seed, best_known=best_known, iterations=iterations
    )
    print(comparison.line(), flush=True)  # noqa: T201 - a command speaks
    if comparison.violations:
        raise RoundsError("\n".join(violations(instance, ours)))
    if out is not None:
        write_res(instance, ours, out)
    return comparison


def compare(
    instance: Instance,
    *,
    seconds: float,
    seed: int,
    best_known: float | None = None,
    iterations: int | None = None,
) -> tuple[Comparison, Solution]:
    naive = plan_naively(instance)
    drawn = plan_on_random_days(
        instance, seconds=seconds * FOR_RANDOM_DAYS, seed=seed, iterations=iterations
    )
    ours = solve_pvrp(instance, seconds=seconds, seed=seed, iterations=iterations)
    faults = len(violations(instance, naive))
    comparison = Comparison(
        instance=instance.name,
        seconds=seconds,
        iterations=iterations,
        seed=seed,
        naive=None if faults else _rounded(naive.cost),
        naive_violations=faults,
        random_patterns=None if drawn is None else _checked(instance, drawn),
        ours=_rounded(ours.cost),
        violations=len(violations(instance, ours)),
        best_known=best_known,
        gap=None if best_known is None else round(ours.cost / best_known - 1, 5) + 0.0,
        repeatable=iterations is not None,
    )
    return comparison, ours


def _checked(instance: Instance, solution: Solution) -> float | None:
    return None if violations(instance, solution) else _rounded(solution.cost)


def _rounded(cost: float) -> float:
    return round(cost, 2)
