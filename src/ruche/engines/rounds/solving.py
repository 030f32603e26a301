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

import highspy
import numpy as np

from ruche.engines.rounds.criteria import expressions
from ruche.engines.rounds.errors import ContradictoryPins, Stopped
from ruche.engines.rounds.master import Master, build, pin_name
from ruche.engines.rounds.plan import (
    DayOfWork,
    Ended,
    Meeting,
    Missing,
    Plan,
    Stage,
    Stop,
    Unplaced,
)
from ruche.engines.rounds.problem import Criterion, Pin, Problem
from ruche.engines.rounds.program import Expression, Program, Row
from ruche.engines.rounds.tours import Candidate, Tour

TOLERANCE = 1e-6
WHOLE_GAP = 0.999
"""A whole criterion whose bound is less than one away is at its best."""


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
        self.best: list[float] | None = None
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
        left = self._seconds_left()
        if self.ended in (Ended.TIME, Ended.CALLER) or (left is not None and left <= 0):
            if self.ended is not Ended.CALLER:
                self.ended = Ended.TIME
            return Found(None, -math.inf, proved=False, ended=self.ended)
        found = self.solver.minimise(
            sought,
            start=self.best,
            seconds=left,
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

    def _seconds_left(self) -> float | None:
        if self.limits.seconds is None:
            return None
        return self.limits.seconds - (time.monotonic() - self.started)

    def _tell(self, criterion: Criterion) -> Callable[[float | None, float | None], bool]:
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


# ----------------------------------------------------------------------------- solver


@dataclass(frozen=True, slots=True)
class Found:
    """What one call of the solver gave."""

    columns: list[float] | None
    bound: float
    proved: bool
    ended: Ended = Ended.PROOF
    impossible: bool = False


class Solver:
    """HiGHS with one program in it, to which rows are added and whose aim changes."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in {
            "output_flag": False, "threads": 1, "random_seed": 1, "mip_rel_gap": 0.0,
        }.items():  # fmt: skip
            self.highs.setOptionValue(option, value)
        self.highs.passModel(_lp(program))

    def minimise(
        self,
        sought: Expression,
        *,
        start: list[float] | None = None,
        seconds: float | None = None,
        nodes: int | None = None,
        tell: Callable[[float | None, float | None], bool] | None = None,
    ) -> Found:
        """The least value of an expression, from a plan that is known to hold."""
        self._aim(sought)
        self._limit_time(seconds)
        self.highs.setOptionValue("mip_max_nodes", highspy.kHighsIInf if nodes is None else nodes)
        if start is not None:
            known = highspy.HighsSolution()
            known.col_value = start
            self.highs.setSolution(known)
        self._run(tell)
        if self._tells_another_plan(sought):
            self.highs.clearSolver()
            self._run(tell)
        return self._read()

    def _aim(self, sought: Expression) -> None:
        size = len(self.program.lower)
        costs = np.zeros(size)
        for column, weight in sought.terms.items():
            costs[column] = weight
        self.highs.changeColsCost(size, np.arange(size, dtype=np.int32), costs)
        self.highs.changeObjectiveOffset(sought.constant)
        self.highs.setOptionValue("mip_abs_gap", WHOLE_GAP if sought.whole else TOLERANCE)

    def _limit_time(self, seconds: float | None) -> None:
        """HiGHS counts from the first of its runs."""
        until = math.inf if seconds is None else self.highs.getRunTime() + seconds
        self.highs.setOptionValue("time_limit", until)

    def _run(self, tell: Callable[[float | None, float | None], bool] | None) -> None:
        if tell is None:
            self.highs.run()
            return
        self.highs.setCallback(_Watcher(tell), None)
        for kind in _Watcher.KINDS:
            self.highs.startCallback(kind)
        self.highs.run()
        for kind in _Watcher.KINDS:
            self.highs.stopCallback(kind)

    def _tells_another_plan(self, sought: Expression) -> bool:
        """HiGHS 1.16 may prove a value and hand back the plan it was given to start from.

        Seen when its presolve settles everything; without a start it hands back the right one.
        """
        if not self._is_feasible():
            return False
        value = sought.value(self._columns())
        return abs(value - self.highs.getInfo().objective_function_value) > 0.5 * WHOLE_GAP

    def _is_feasible(self) -> bool:
        found = self.highs.getInfo().primal_solution_status
        return bool(found == highspy.SolutionStatus.kSolutionStatusFeasible)

    def _read(self) -> Found:
        status, info = self.highs.getModelStatus(), self.highs.getInfo()
        kinds = highspy.HighsModelStatus
        if status in (kinds.kInfeasible, kinds.kUnboundedOrInfeasible):
            return Found(None, math.inf, proved=True, impossible=True)
        columns = self._columns() if self._is_feasible() else None
        if status == kinds.kOptimal:
            return Found(columns, info.mip_dual_bound, proved=True)
        ended = {kinds.kTimeLimit: Ended.TIME, kinds.kInterrupt: Ended.CALLER}
        return Found(
            columns, info.mip_dual_bound, proved=False, ended=ended.get(status, Ended.WORK)
        )

    def _columns(self) -> list[float]:
        values = self.highs.getSolution().col_value
        return [
            float(round(value)) if whole else float(value)
            for value, whole in zip(values, self.program.whole, strict=True)
        ]

    def hold(self, expression: Expression, value: float) -> None:
        """From now on, this expression is never worse."""
        high = value - expression.constant + (0 if expression.whole else TOLERANCE)
        self.add(Row(("held",), expression.terms, -math.inf, high))

    def add(self, row: Row) -> None:
        columns = np.fromiter(row.terms, dtype=np.int32, count=len(row.terms))
        weights = np.fromiter(row.terms.values(), dtype=np.double, count=len(row.terms))
        self.highs.addRow(_endless(row.low), _endless(row.high), len(columns), columns, weights)


class _Watcher:
    """What HiGHS calls while it works; it passes on what it knows, and whether to stop."""

    KINDS = (
        highspy.cb.HighsCallbackType.kCallbackMipLogging,
        highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
    )

    def __init__(self, tell: Callable[[float | None, float | None], bool]) -> None:
        self.tell = tell

    def __call__(
        self, kind: object, _message: str, told: object, asked: object, _data: object
    ) -> None:
        value, bound = (
            _finite(getattr(told, name)) for name in ("mip_primal_bound", "mip_dual_bound")
        )
        if not self.tell(value, bound):
            asked.user_interrupt = True  # type: ignore[attr-defined]


def _finite(value: float) -> float | None:
    return value if abs(value) < 1e20 else None


def _endless(value: float) -> float:
    return math.copysign(highspy.kHighsInf, value) if math.isinf(value) else value


def _lp(program: Program) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    size = len(program.lower)
    lp.num_col_, lp.num_row_ = size, len(program.rows)
    lp.col_cost_ = np.zeros(size)
    lp.col_lower_, lp.col_upper_ = np.array(program.lower), np.array(program.upper)
    lp.row_lower_ = np.array([_endless(row.low) for row in program.rows])
    lp.row_upper_ = np.array([_endless(row.high) for row in program.rows])
    starts = [0]
    columns: list[int] = []
    weights: list[float] = []
    for row in program.rows:
        columns.extend(row.terms)
        weights.extend(row.terms.values())
        starts.append(len(columns))
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    lp.a_matrix_.index_ = np.array(columns, dtype=np.int32)
    lp.a_matrix_.value_ = np.array(weights, dtype=np.double)
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in program.whole]
    return lp


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


# ------------------------------------------------------------------------------- plan


def plan_of(master: Master, columns: list[float], stages: tuple[Stage, ...], ended: Ended) -> Plan:
    """The columns that were chosen, told as days of work."""
    days = [
        day_of(tour)
        for column, tour in zip(master.tour_columns, master.tours, strict=True)
        if columns[column] > 0.5
    ]
    return Plan(
        days=tuple(sorted(days, key=lambda day: (day.day, day.worker))),
        meetings=tuple(
            sorted(
                Meeting(opening.day, site, partner, opening.start, opening.end)
                for (partner, site, opening), column in master.partner_columns.items()
                if columns[column] > 0.5
            )
        ),
        missing=tuple(_missing(master, columns)),
        unplaced=tuple(
            Unplaced(block, worker)
            for (block, worker), column in sorted(master.block_columns.items())
            if columns[column] > 0.5
        ),
        stages=stages,
        ended=ended,
    )


def _missing(master: Master, columns: list[float]) -> list[Missing]:
    return sorted(
        Missing(site, team, period, rhythm.missing)
        for (site, team), choices in master.rhythm_columns.items()
        for column, period, rhythm in choices
        if columns[column] > 0.5 and rhythm.missing
    )


def day_of(tour: Tour) -> DayOfWork:
    hours = tour.hours
    return DayOfWork(
        worker=tour.worker,
        day=tour.day,
        leave=hours.leave,
        back=hours.back,
        work=hours.work,
        metres=tour.metres,
        stops=tuple(
            _stop(candidate, start)
            for candidate, start in zip(tour.stops, hours.starts, strict=True)
        ),
        lunch_after=hours.lunch_after,
    )


def _stop(candidate: Candidate, start: int) -> Stop:
    opening = candidate.opening
    return Stop(
        start=start,
        end=start + candidate.halt.stay,
        opening=(opening.start, opening.end),
        site=candidate.need.site if candidate.need else None,
        team=candidate.need.team if candidate.need else None,
        block=candidate.block.id if candidate.block else None,
    )
