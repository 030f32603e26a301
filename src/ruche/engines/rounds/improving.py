"""Betters a plan of a large month, one small part after the other (large neighbourhood search).

Each round frees a few needs (`neighbourhoods`) and lets the solver find the best for them, the rest
held; a round never makes the plan worse. Rounds are counted and drawn from a fixed seed, and their
size follows the work of the solver, not the clock: a month is bettered the same way each time.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ruche.engines.rounds.neighbourhoods import Neighbourhoods
from ruche.engines.rounds.program import Expression
from ruche.engines.rounds.solver import TOLERANCE, Allowed, Found, minimise_part
from ruche.engines.rounds.tables import Part, Table

SEED = 1
NODES = 5
"""Nodes for each round: what is not found at once is better looked for around another need."""
SMALLEST, FIRST, LARGEST = 6, 16, 40
"""Needs that are freed together."""
HARD, EASY = 2000, 400
"""Iterations above which rounds get smaller, under which they get larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """When rounds end: so many in all, so many in a row without anything better."""

    rounds: int = 400
    vain: int = 60


def improve(
    neighbourhoods: Neighbourhoods,
    table: Table,
    sought: Expression,
    best: list[float],
    *,
    patience: Patience,
    goes_on: Callable[[list[float]], Allowed | None],
) -> list[float]:
    """The best plan after some rounds; at least as good as the one it starts from.

    `goes_on` is asked before each round with the best plan so far; None stops.
    """
    chance, size, vain = random.Random(SEED), FIRST, 0  # noqa: S311 - a seed, not a secret
    for _round in range(patience.rounds):
        allowed = None if vain >= patience.vain else goes_on(best)
        if allowed is None:
            break
        freed = neighbourhoods.around(chance, size)
        values = np.array(best)
        part = Part(table, neighbourhoods.free_columns(freed, values), values)
        found = minimise_part(part, sought, best, replace(allowed, nodes=NODES))
        size = _next_size(size, found)
        bettered = sought.value(best) - sought.value(found.columns or best)
        vain = 0 if bettered >= 1 - TOLERANCE else vain + 1
        if found.columns is not None and bettered >= 0:
            best = found.columns
    return best


def _next_size(size: int, found: Found) -> int:
    if found.work > HARD or not found.proved:
        return max(SMALLEST, size * 9 // 10)
    return min(LARGEST, size + 1) if found.work < EASY else size
