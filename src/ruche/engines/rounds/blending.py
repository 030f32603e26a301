"""All criteria in one aim, and the small program in which a good first plan is looked for.

The aim is only a guide: its weights put each criterion well above those that follow it, without
making them incomparable, so that the solver's arithmetic stays sound. Relaxed, it says what one
more of each column would cost; the columns that cost the least hold nearly always a plan that is
the best for most criteria at once. What is proved is proved afterwards, criterion by criterion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from ruche.engines.rounds.master import Master
from ruche.engines.rounds.problem import Criterion
from ruche.engines.rounds.program import Expression, added
from ruche.engines.rounds.tables import Flags, Numbers

STEP = 2
"""How many times a criterion weighs what the next one weighs."""
KILOMETRES_WORTH = 5000
"""One of the criterion before kilometres is worth so many hundreds of metres."""
TOURS_BY_CHOICE = 16
"""Days of work looked at for each choice of days to make."""
NEARLY = 1e-3


def weights_of(order: Sequence[Criterion]) -> dict[Criterion, float]:
    """What one of each criterion weighs; 1 for kilometres, less for what comes after them."""
    weights: dict[Criterion, float] = {}
    weight = float(KILOMETRES_WORTH)
    is_after = Criterion.KILOMETRES in order
    for criterion in reversed(order):
        if criterion is Criterion.KILOMETRES:
            weights[criterion], is_after = 1.0, False
        elif is_after:
            weights[criterion] = NEARLY
        else:
            weights[criterion] = weight
            weight *= STEP
    return weights


def blend(order: Sequence[Criterion], criteria: Mapping[Criterion, Expression]) -> Expression:
    """The weighted sum of these criteria."""
    weights = weights_of(order)
    parts = [
        {column: weights[each] * cost for column, cost in criteria[each].terms.items()}
        for each in order
    ]
    constant = sum(weights[each] * criteria[each].constant for each in order)
    return Expression(added(*parts), constant, whole=NEARLY not in weights.values())


def cheap_columns(master: Master, reduced_costs: Numbers) -> Flags:
    """The days of work and the choices of days that cost the least, and every other column."""
    tours = np.array(master.tour_columns, dtype=np.int64)
    choices = [column for some in master.rhythm_columns.values() for column, _rank, _each in some]
    periods = len(master.rhythm_columns) * len(master.problem.periods)
    costs = np.round(reduced_costs, 3)
    most = _at_rank(costs[tours], TOURS_BY_CHOICE * periods)
    free = np.ones(len(reduced_costs), dtype=bool)
    free[tours] = False
    free[tours[np.argsort(costs[tours], kind="stable")[: TOURS_BY_CHOICE * periods]]] = True
    free[choices] = costs[choices] <= max(most, KILOMETRES_WORTH)
    return free


def _at_rank(costs: Numbers, rank: int) -> float:
    return float(np.partition(costs, rank)[rank]) if rank < len(costs) else np.inf
