"""Why a visit is missing, and what would change if a rule were let go: reasons that were tried.

The reason of a missing visit is a smallest set of rules whose removal lets it be made without
losing any other: no smaller set does, and with this one a plan was found. Both are checked by the
solver. The search for it goes through hitting sets: each set of rules that is not enough is
widened as far as it stays so, and every answer must then hold a rule from outside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations

from ruche.engines.rounds.errors import Stopped
from ruche.engines.rounds.master import Master, build
from ruche.engines.rounds.plan import Missing, Plan
from ruche.engines.rounds.problem import Criterion, Period, Problem
from ruche.engines.rounds.program import Expression
from ruche.engines.rounds.solver import Solver
from ruche.engines.rounds.solving import NO_LIMIT, Limits, solve
from ruche.engines.rounds.waivers import Waiver, waivers_for
from ruche.french.numbers import counted

GoesOn = Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a visit is missing. Without `waivers`, no rule could help: `text` says what lacks."""

    missing: Missing
    waivers: tuple[Waiver, ...]
    text: str


def reason_of(
    problem: Problem, plan: Plan, missing: Missing, goes_on: GoesOn | None = None
) -> Reason:
    """A smallest set of rules whose removal lets this visit be made without losing another.

    `goes_on` is asked before each trial; answering False stops there (`Stopped`).
    """
    need = problem.need[missing.site, missing.team]
    name = problem.site[need.site].name
    period = problem.periods[missing.period]
    days = {each.day for each in problem.site[need.site].openings if each.day in period}
    wanted = need.wanted(missing.period)
    if missing.visits <= wanted - len(days):
        return Reason(missing, (), f"{name} {_too_few(days, period, wanted)}.")
    candidates = waivers_for(problem, need, missing.period)
    trial = _Trial(problem, plan, missing, candidates, goes_on)
    smallest = trial.smallest()
    if smallest is None:
        return Reason(missing, (), f"{name} : même sans ces règles, aucune journée ne le permet.")
    labels = " et ".join(waiver.label for waiver in smallest)
    return Reason(missing, tuple(smallest), f"{name} : il faudrait {labels}.")


def _too_few(days: set[date], period: Period, wanted: int) -> str:
    """« n’a qu’une ouverture du 01/01 au 31/01, pour 2 visites voulues »."""
    span = f"du {period.first:%d/%m} au {period.last:%d/%m}"
    if not days:
        return f"n’a aucune ouverture {span}"
    said = "n’ouvre qu’un jour" if len(days) == 1 else f"n’ouvre que {len(days)} jours"
    return f"{said} {span}, pour {counted(wanted, 'visite voulue', 'visites voulues')}"


class _Trial:
    """Sets of waivers, and whether the missing visit can be made under them."""

    def __init__(
        self,
        problem: Problem,
        plan: Plan,
        missing: Missing,
        candidates: Sequence[Waiver],
        goes_on: GoesOn | None,
    ) -> None:
        self.problem, self.plan, self.missing = problem, plan, missing
        self.goes_on = goes_on
        self.candidates = list(candidates)
        self.known: dict[frozenset[int], bool] = {}

    def smallest(self) -> list[Waiver] | None:
        everything = frozenset(range(len(self.candidates)))
        if not self.is_enough(everything):
            return None
        to_hit: list[frozenset[int]] = []
        while True:
            chosen = _smallest_hitting(to_hit, everything)
            if self.is_enough(chosen):
                return [self.candidates[rank] for rank in sorted(chosen)]
            to_hit.append(everything - self._widened(chosen, everything))

    def _widened(self, chosen: frozenset[int], everything: frozenset[int]) -> frozenset[int]:
        """The same set with as many more as can be added without being enough."""
        for rank in sorted(everything - chosen):
            if not self.is_enough(chosen | {rank}):
                chosen = chosen | {rank}
        return chosen

    def is_enough(self, chosen: frozenset[int]) -> bool:
        if chosen not in self.known:
            if self.goes_on is not None and not self.goes_on():
                raise Stopped("La recherche de cette raison a été arrêtée.")
            relaxed = self.problem
            for rank in sorted(chosen):
                relaxed = self.candidates[rank].apply(relaxed)
            self.known[chosen] = can_add(relaxed, self.plan, self.missing)
        return self.known[chosen]


def _smallest_hitting(sets: list[frozenset[int]], everything: frozenset[int]) -> frozenset[int]:
    """The smallest choice that has something of each set; the first in order among equals."""
    for size in range(len(everything) + 1):
        for chosen in combinations(sorted(everything), size):
            if all(one.intersection(chosen) for one in sets):
                return frozenset(chosen)
    raise AssertionError("an empty set cannot be hit")


def can_add(problem: Problem, plan: Plan, missing: Missing) -> bool:
    """Whether a plan holds this visit too, no other site being visited less than in `plan`."""
    master = build(problem)
    allowed = {(each.site, each.team, each.period): each.visits for each in plan.missing}
    for (site, team), columns in master.rhythm_columns.items():
        for column, period, rhythm in columns:
            most = allowed.get((site, team, period), 0)
            most -= (site, team, period) == (missing.site, missing.team, missing.period)
            if rhythm.missing > most:
                master.program.upper[column] = 0
    _keep_blocks(master, plan)
    return not Solver(master.program).minimise(Expression({})).impossible


def _keep_blocks(master: Master, plan: Plan) -> None:
    unplaced = {(each.block, each.worker) for each in plan.unplaced}
    for key, column in master.block_columns.items():
        if key not in unplaced:
            master.program.upper[column] = 0


# ----------------------------------------------------------------------------- et si…


@dataclass(frozen=True, slots=True)
class Difference:
    """What a criterion becomes when a rule is let go."""

    criterion: Criterion
    before: float
    after: float


def what_if(
    problem: Problem, plan: Plan, waivers: Sequence[Waiver], limits: Limits = NO_LIMIT
) -> tuple[Plan, list[Difference]]:
    """The best plan without these rules, and how it differs criterion by criterion."""
    relaxed = problem
    for waiver in waivers:
        relaxed = waiver.apply(relaxed)
    other = solve(relaxed, limits)
    return other, compare(plan, other)


def compare(plan: Plan, other: Plan) -> list[Difference]:
    """Criteria that both plans sought, in the order of the first."""
    after = {stage.criterion: stage.value for stage in other.stages}
    return [
        Difference(stage.criterion, stage.value, after[stage.criterion])
        for stage in plan.stages
        if stage.criterion in after
    ]


def cost_of(problem: Problem, plan: Plan, site: str, team: str, period: int) -> list[Difference]:
    """What one visit of this need costs: the best plan with one visit fewer wanted, compared."""
    need = problem.need[site, team]
    counts = [need.wanted(rank) for rank in range(len(problem.periods))]
    counts[period] = max(0, counts[period] - 1)
    fewer = replace(need, by_period=tuple(counts))
    others = tuple(fewer if each is need else each for each in problem.needs)
    return compare(plan, solve(replace(problem, needs=others)))
