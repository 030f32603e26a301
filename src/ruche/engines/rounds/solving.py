"""The best plan of a month, criterion after criterion, each with its bound and its proof.

Every criterion is a program of its own, in which those before it are held at their best. HiGHS
works on one thread with a fixed seed: what ends by proof or by a number of nodes ends the same way
each time; what ends by the clock says so in the plan.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from ruche.engines.rounds.criteria import expressions
from ruche.engines.rounds.errors import ContradictoryPins, Stopped
from ruche.engines.rounds.master import Master, build, pin_name
from ruche.engines.rounds.naive import naive_plan
from ruche.engines.rounds.plan import Ended, Plan, Stage
from ruche.engines.rounds.problem import Criterion, Pin, Problem
from ruche.engines.rounds.program import Expression, Program
from ruche.engines.rounds.solver import TOLERANCE, Found, Solver, Tell
from ruche.engines.rounds.starting import columns_of
from ruche.engines.rounds.telling import plan_of


@dataclass(frozen=True, slots=True)
class Progress:
    """Where the search stands: criterion, best value so far, bound, seconds since the start."""

    criterion: Criterion
    value: float | None
    bound: float | None
    seconds: float


Watch = Callable[[Progress], bool]
"""Called now and then; answering False stops the search, which keeps its best plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When to stop: seconds in all (not reproducible), nodes for each criterion (reproducible)."""

    seconds: float | None = None
    nodes: int | None = None


NO_LIMIT = Limits()


def solve(problem: Problem, limits: Limits = NO_LIMIT, watch: Watch | None = None) -> Plan:
    """The best plan that the rules allow, in the order of `problem.order`.

    Raises `ContradictoryPins` with a smallest set of what cannot be held together, and `Stopped`
    when it was stopped before any plan was found.
    """
    return Search(problem, limits, watch).run()


class Search:
    """One search: the program of the month, in the hands of the solver."""

    def __init__(self, problem: Problem, limits: Limits, watch: Watch | None) -> None:
        self.started = time.monotonic()
        self.problem, self.limits, self.watch = problem, limits, watch
        self.master = build(problem)
        self.criteria = expressions(self.master)
        self.solver = Solver(self.master.program)
        self.best = columns_of(self.master, naive_plan(problem))
        self.ended = Ended.PROOF

    def run(self) -> Plan:
        bounds = [self._seek(criterion) for criterion in self.problem.order]
        assert self.best is not None
        stages = [self._told(*each) for each in zip(self.problem.order, bounds, strict=True)]
        return plan_of(self.master, self.best, tuple(stages), self.ended)

    def _seek(self, criterion: Criterion) -> float:
        """Hold this criterion at its best for those that follow; gives what it cannot pass."""
        sought = self.criteria[criterion]
        if not sought.terms and self.best is not None:
            return sought.constant
        found = self._search(criterion, sought)
        if self.best is None:
            raise Stopped("Le calcul a été arrêté avant de trouver un premier plan.")
        value = _value(sought, self.best)
        self.solver.hold(sought, value)
        return value if found.proved else _bound(sought, found.bound)

    def _told(self, criterion: Criterion, bound: float) -> Stage:
        """The worth of the last plan: a later search may have bettered what no proof had ended."""
        assert self.best is not None
        value = _value(self.criteria[criterion], self.best)
        return _stage(criterion, value, min(bound, value), proved=bound >= value)

    def _search(self, criterion: Criterion, sought: Expression) -> Found:
        if self._must_stop(criterion, sought):
            return Found(None, -math.inf, proved=False, ended=self.ended)
        found = self.solver.minimise(
            sought,
            start=self.best,
            seconds=self._seconds_left(),
            nodes=self.limits.nodes,
            tell=self._tell(criterion),
        )
        if found.impossible:
            raise contradictory_pins(self.problem, self.master)
        if found.columns is not None:
            self.best = found.columns
            self.master.settle(self.best)
        if not found.proved:
            self.ended = found.ended
        return found

    def _must_stop(self, criterion: Criterion, sought: Expression) -> bool:
        """The caller is told of each criterion before it is looked at, and may stop there."""
        stopped = (Ended.TIME, Ended.CALLER)
        left = self._seconds_left()
        known = None if self.best is None else _value(sought, self.best)
        if self.ended not in stopped and left is not None and left <= 0:
            self.ended = Ended.TIME
        if self.ended not in stopped and not self._tell(criterion)(known, None):
            self.ended = Ended.CALLER
        return self.ended in stopped

    def _seconds_left(self) -> float | None:
        if self.limits.seconds is None:
            return None
        return self.limits.seconds - (time.monotonic() - self.started)

    def _tell(self, criterion: Criterion) -> Tell:
        def tell(value: float | None, bound: float | None) -> bool:
            if self.watch is None:
                return True
            seconds = time.monotonic() - self.started
            return self.watch(Progress(criterion, value, bound, seconds))

        return tell


def _value(sought: Expression, columns: list[float]) -> float:
    value = sought.value(columns)
    return round(value) if sought.whole else value


def _bound(sought: Expression, bound: float) -> float:
    """A whole criterion cannot stop between two whole numbers."""
    if not sought.whole or not math.isfinite(bound):
        return bound
    return math.ceil(bound - TOLERANCE)


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
