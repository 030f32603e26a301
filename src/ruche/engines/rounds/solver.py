"""HiGHS in the hands of the engine: one program, an aim that changes, one thread, a fixed seed.

What ends by proof or by a number of nodes ends the same way each time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import highspy
import numpy as np

from ruche.engines.rounds.plan import Ended
from ruche.engines.rounds.program import Expression, Program, Row

TOLERANCE = 1e-6
WHOLE_GAP = 0.999
"""A whole criterion whose bound is less than one away is at its best."""

Tell = Callable[[float | None, float | None], bool]
"""Told of the best value and of the bound now and then; answering False stops the search."""


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
        tell: Tell | None = None,
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

    def _run(self, tell: Tell | None) -> None:
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

    def __init__(self, tell: Tell) -> None:
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
