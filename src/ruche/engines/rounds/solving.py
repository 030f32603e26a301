"""The best plan of a month, criterion after criterion, each with its bound and its proof.

First a plan that is good for all criteria at once is looked for among the columns that cost the
least (`blending`). Then every criterion is a program of its own, in which those before it are held
at their best. What columns alone, or the program without whole numbers, say that nothing can pass
is often reached already: nothing is left to look for. Otherwise the columns that no better plan can
hold are left out, exactly, by what they cost in that relaxed program, and the rest is solved; where
the rest is large, the plan is first bettered part by part (`improving`).

HiGHS works on one thread with a fixed seed: what ends by proof or by a number of nodes ends the
same way each time; what ends by the clock says so in the plan.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from ruche.engines.rounds.blending import blend, cheap_columns, weights_of
from ruche.engines.rounds.criteria import expressions
from ruche.engines.rounds.errors import ContradictoryPins, Stopped
from ruche.engines.rounds.improving import Patience, improve
from ruche.engines.rounds.master import Master, build, pin_name
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.neighbourhoods import Neighbourhoods
from ruche.engines.rounds.plan import Ended, Plan, Stage
from ruche.engines.rounds.problem import Criterion, Pin, Problem
from ruche.engines.rounds.program import INFINITY, Expression, Program, Row
from ruche.engines.rounds.solver import Allowed, Found, Relaxed, Solver, minimise_part
from ruche.engines.rounds.starting import columns_of
from ruche.engines.rounds.tables import Flags, Numbers, Part, Table, table_of
from ruche.engines.rounds.telling import plan_of
from ruche.engines.rounds.watching import Limits, Progress, Watch, Watching

__all__ = ["NO_LIMIT", "Limits", "Progress", "Search", "Size", "Watch", "solve"]

NO_LIMIT = Limits()
TOLERANCE = 1e-6
BOUND_TOLERANCE = 1e-4
"""A relaxed value is known to so much: a bound is never rounded up over less."""
CHOSEN = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """From how many columns on a month is large, and how much is then tried."""

    large: int = 5000
    """More columns than this that a better plan could hold: it is bettered part by part first."""
    guess_nodes: int = 10
    patience: Patience = field(default_factory=Patience)
    share: float = 0.5
    """Of the seconds left, what a criterion that is not the last may take."""


def solve(
    problem: Problem,
    limits: Limits = NO_LIMIT,
    watch: Watch | None = None,
    *,
    size: Size = Size(),
) -> Plan:
    """The best plan that the rules allow, in the order of `problem.order`.

    Raises `ContradictoryPins` with a smallest set of what cannot be held together, and `Stopped`
    when it was stopped before any plan was found.
    """
    return Search(problem, Watching(limits, watch), size).run()


class Search:
    """One search: the program of the month, the best plan so far, what is held."""

    def __init__(self, problem: Problem, watching: Watching, size: Size) -> None:
        self.problem, self.watching, self.size = problem, watching, size
        self.master = build(problem)
        self.criteria = expressions(self.master)
        self.table = table_of(self.master.program)
        self.best = columns_of(self.master, naive_plan(problem))
        self.floor = -INFINITY
        """What the blend of all criteria cannot pass."""

    def run(self) -> Plan:
        self._guess()
        bounds = [self._seek(rank) for rank in range(len(self.problem.order))]
        stages = [self._told(*each) for each in zip(self.problem.order, bounds, strict=True)]
        return plan_of(self.master, self._known(), tuple(stages), self.watching.ended)

    # ----------------------------------------------------------- a plan for all criteria

    def _guess(self) -> None:
        """A plan among the columns that cost the least, when it is better than the one by hand."""
        first = self.problem.order[0]
        known = None if self.best is None else _value(self.criteria[first], self.best)
        if not self.watching.goes_on(first, known, None):
            return
        self._cut_first(self.criteria[first])
        sought = blend(self.problem.order, self.criteria)
        relaxed = Solver(self.table).relax(sought, self.watching.seconds_left())
        if relaxed is None:
            return
        cheap = cheap_columns(self.master, relaxed.reduced_costs)
        part = self._part(cheap, self.table.lower)
        allowed = self.watching.allows_beside(first, known, None)
        nodes = min(self.size.guess_nodes, allowed.nodes or self.size.guess_nodes)
        seconds = self.watching.seconds_left(self.size.share)
        allowed = replace(allowed, nodes=nodes, seconds=seconds)
        found = minimise_part(part, sought, self.best, allowed)
        if found.ended is not Ended.WORK:
            self.watching.note(found)
        self._keep_if_better(found.columns, 0)
        self.floor = _floor(sought, relaxed, found, part.free)

    def _cut_first(self, sought: Expression) -> None:
        """What the first criterion cannot pass, as a row: whole, it makes the rest more precise."""
        relaxed = Solver(self.table).relax(sought, self.watching.seconds_left())
        if relaxed is not None:
            low = _bound(sought, relaxed.value) - sought.constant
            self.table = self.table.with_row(Row(("cut",), sought.terms, low, INFINITY))

    def _keep_if_better(self, columns: list[float] | None, rank: int) -> None:
        """Keep a plan that is better, by the criteria from this rank on, than the best so far."""
        if columns is None:
            return
        self.master.settle(columns)
        if self.best is None or self._worth(columns, rank) < self._worth(self.best, rank):
            self.best = columns

    def _worth(self, columns: list[float], rank: int) -> list[float]:
        return [_value(self.criteria[each], columns) for each in self.problem.order[rank:]]

    def _part(self, free: Flags, settled: Numbers) -> Part:
        """What may change: these columns, what is no choice, what the best plan has otherwise."""
        free = free | ~self.table.whole | (self.table.upper > 1)
        if self.best is not None:
            free = free | (np.abs(np.array(self.best) - settled) > CHOSEN)
        return Part(self.table, free, settled)

    # ----------------------------------------------------------------- criterion by criterion

    def _seek(self, rank: int) -> float:
        """Hold this criterion at its best for those that follow; gives what it cannot pass."""
        criterion = self.problem.order[rank]
        sought = self.criteria[criterion]
        bound = max(least_of(sought, self.table), self._blended_bound(rank))
        if self.best is None:
            bound = self._first_plan(criterion, sought, bound)
        assert self.best is not None
        if bound < _value(sought, self.best) and self.watching.goes_on(
            criterion, _value(sought, self.best), None
        ):
            bound = max(bound, self._search(rank, bound))
        self.table = held(self.table, sought, _value(sought, self.best), bound)
        return bound

    def _first_plan(self, criterion: Criterion, sought: Expression, bound: float) -> float:
        """Without a plan to start from, the whole program says whether there is one."""
        if not self.watching.goes_on(criterion, None, None):
            raise _stopped()
        found = self._minimise(self._open_part(sought, None), criterion, sought)
        if found.impossible:
            raise contradictory_pins(self.problem, self.master)
        if found.columns is None:
            raise _stopped()
        self._keep_if_better(found.columns, 0)
        return max(bound, _proved(sought, found, _value(sought, found.columns)))

    def _search(self, rank: int, bound: float) -> float:
        """Better this criterion until what it cannot pass is reached, or a limit is."""
        criterion = self.problem.order[rank]
        sought = self.criteria[criterion]
        relaxed = self._relaxed(rank)
        if relaxed is not None:
            bound = max(bound, _bound(sought, relaxed.value))
        if self._is_reached(sought, bound):
            return bound
        part = self._open_part(sought, relaxed)
        if part.table.size > self.size.large:
            self._improve(rank, bound)
            part = self._open_part(sought, relaxed)
        if self._is_reached(sought, bound) or self.watching.is_over:
            return bound
        share = 1.0 if rank == len(self.problem.order) - 1 else self.size.share
        before = _value(sought, self._known())
        found = self._minimise(part, criterion, sought, share)
        self._keep_if_better(found.columns, rank)
        return max(bound, min(before, _proved(sought, found, _value(sought, self._known()))))

    def _relaxed(self, rank: int) -> Relaxed | None:
        """This criterion when columns need not be whole, those before it held."""
        sought = self.criteria[self.problem.order[rank]]
        return Solver(self.table).relax(sought, self.watching.seconds_left())

    def _blended_bound(self, rank: int) -> float:
        """What the blend says of the last criterion: its floor, less what those before it take."""
        order = self.problem.order
        if self.best is None or rank < len(order) - 1:
            return -INFINITY
        weights = weights_of(order)
        taken = sum(weights[e] * _value(self.criteria[e], self.best) for e in order[:-1])
        return _bound(self.criteria[order[-1]], (self.floor - taken) / weights[order[-1]])

    def _is_reached(self, sought: Expression, bound: float) -> bool:
        return bound >= _value(sought, self._known())

    def _known(self) -> list[float]:
        assert self.best is not None
        return self.best

    def _open_part(self, sought: Expression, relaxed: Relaxed | None) -> Part:
        """The program of every column that could differ in a plan better than the best.

        Moving a column away from where its reduced cost holds it costs at least as much.
        """
        if relaxed is None or self.best is None:
            return self._part(np.ones(self.table.size, dtype=bool), self.table.lower)
        costs = relaxed.reduced_costs
        step = 1.0 if sought.whole else 0.0
        room = _value(sought, self.best) - step - relaxed.value + BOUND_TOLERANCE
        settled = np.where(costs < 0, self.table.upper, self.table.lower)
        return self._part(np.abs(costs) <= room, settled)

    def _minimise(
        self, part: Part, criterion: Criterion, sought: Expression, share: float = 1.0
    ) -> Found:
        found = minimise_part(part, sought, self.best, self.watching.allows(criterion, share))
        self.watching.note(found)
        return found

    def _improve(self, rank: int, bound: float) -> None:
        """Rounds over small parts of the month; this criterion is never made worse."""
        criterion = self.problem.order[rank]
        sought = self.criteria[criterion]

        def goes_on(best: list[float]) -> Allowed | None:
            value = _value(sought, best)
            if value <= bound and rank == len(self.problem.order) - 1:
                return None
            if not self.watching.goes_on(criterion, value, bound):
                return None
            return self.watching.allows_beside(criterion, value, bound)

        aim = blend(self.problem.order[rank:], self.criteria)
        table = held(self.table, sought, _value(sought, self._known()))
        found = improve(
            Neighbourhoods(self.master),
            table,
            aim,
            self._known(),
            patience=self.size.patience,
            goes_on=goes_on,
        )
        self._keep_if_better(found, rank)

    def _told(self, criterion: Criterion, bound: float) -> Stage:
        """The worth of the last plan: a later search may have bettered what no proof had ended."""
        value = _value(self.criteria[criterion], self._known())
        return _stage(criterion, value, min(bound, value), proved=bound >= value)


def least_of(sought: Expression, table: Table) -> float:
    """What no choice of columns passes, were there no rows."""
    return sought.constant + sum(
        weight * float(table.lower[column] if weight > 0 else table.upper[column])
        for column, weight in sought.terms.items()
    )


def held(table: Table, sought: Expression, value: float, bound: float = -INFINITY) -> Table:
    """The same program, in which this expression is never worse than this value.

    What is at the least that columns allow stays there column by column. A value that is proved is
    held from both sides: nothing is lost, and what is relaxed gets nearer to what is whole.
    """
    if value <= least_of(sought, table) and min(sought.terms.values(), default=0.0) > 0:
        return table.settled(sought.terms)
    slack = 0 if sought.whole else TOLERANCE
    low = value - slack if bound >= value else -INFINITY
    constant = sought.constant
    return table.with_row(Row(("held",), sought.terms, low - constant, value + slack - constant))


def _floor(sought: Expression, relaxed: Relaxed, found: Found, free: Flags) -> float:
    """What no plan passes: the search among some columns says it of all if no other could help."""
    if found.columns is None or not sought.whole:
        return relaxed.value
    room = sought.value(found.columns) - 1 - relaxed.value + BOUND_TOLERANCE
    if np.any(~free & (np.abs(relaxed.reduced_costs) <= room)):
        return relaxed.value
    return max(relaxed.value, found.bound)


def _proved(sought: Expression, found: Found, value: float) -> float:
    """What a search says that its criterion cannot pass."""
    return value if found.proved else _bound(sought, found.bound)


def _stopped() -> Stopped:
    return Stopped("Le calcul a été arrêté avant de trouver un premier plan.")


def _value(sought: Expression, columns: Sequence[float]) -> float:
    value = sought.value(columns)
    return round(value) if sought.whole else value


def _bound(sought: Expression, bound: float) -> float:
    """A whole criterion cannot stop between two whole numbers."""
    if not sought.whole or not math.isfinite(bound):
        return bound
    return math.ceil(bound - BOUND_TOLERANCE)


def _stage(criterion: Criterion, value: float, bound: float, *, proved: bool) -> Stage:
    """What is counted downwards for the solver is told upwards to people."""
    if criterion is Criterion.COPRESENCE:
        value, bound = -value, -bound
    return Stage(criterion, value + 0.0, (value if proved else bound) + 0.0, proved)


# ----------------------------------------------------------------------- contradictions


def contradictory_pins(problem: Problem, master: Master) -> ContradictoryPins:
    """A set of pins that cannot hold together, and of which each one is needed to contradict.

    Without pins a plan always exists, since every visit may be missing; so one pin after the other
    is let go, and stays out when the rest still contradicts.
    """
    kept = list(range(len(problem.pins)))
    for rank in list(kept):
        fewer = [other for other in kept if other != rank]
        if not _can_hold(master, fewer):
            kept = fewer
    return ContradictoryPins([describe_pin(problem, problem.pins[rank]) for rank in kept])


def _can_hold(master: Master, pins: list[int]) -> bool:
    names = {pin_name(rank) for rank in pins}
    rows = [row for row in master.program.rows if row.name[0] != "pin" or row.name in names]
    program = Program(master.program.lower, master.program.upper, master.program.whole, rows)
    return not Solver(program).minimise(Expression({})).impossible


def describe_pin(problem: Problem, pin: Pin) -> str:
    parts = [problem.site[pin.site].name]
    if pin.day is not None:
        parts.append(f"le {pin.day:%d/%m/%Y}")
    if pin.worker is not None:
        parts.append(f"par {problem.worker[pin.worker].name}")
    return " ".join(parts)
