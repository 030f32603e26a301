"""HiGHS in the hands of the engine: one program, an aim that changes, one thread, a fixed seed.

What ends by proof or by a number of nodes ends the same way each time.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from ruche.engines.rounds.plan import Ended
from ruche.engines.rounds.program import Expression, Program
from ruche.engines.rounds.tables import Numbers, Part, Table, costs_of, table_of

TOLERANCE = 1e-6
WHOLE_GAP = 0.999
"""A whole criterion whose bound is less than one away is at its best."""

OPTIONS = {
    "output_flag": False, "threads": 1, "random_seed": 1, "mip_rel_gap": 0.0,
    "mip_heuristic_run_rins": False, "mip_heuristic_run_rens": False,
}  # fmt: skip
"""One thread and a fixed seed: the same plan each time. The plan that a search starts from is good
already: to look for others in smaller programs costs a quarter of the time (ADR 0020)."""

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
    work: int = 0
    """Iterations of the simplex: the same each time, unlike seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What a call of the solver may take, and who is told of it."""

    seconds: float | None = None
    nodes: int | None = None
    tell: Tell | None = None


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The least value when columns need not be whole, and what one more of each column costs."""

    value: float
    reduced_costs: Numbers


class Solver:
    """HiGHS with one program in it, whose aim changes."""

    def __init__(self, program: Program | Table) -> None:
        self.table = program if isinstance(program, Table) else table_of(program)
        self.highs = highspy.Highs()  # type: ignore[no-untyped-call]
        for option, value in OPTIONS.items():
            self.highs.setOptionValue(option, value)
        self.highs.passModel(_lp(self.table))

    def relax(self, sought: Expression, seconds: float | None = None) -> Relaxed | None:
        """What no plan can pass; None without an answer in time.

        Interior points, then a vertex: the simplex alone is thirty times slower when an aim says
        nothing of most columns.
        """
        self._aim(sought)
        self._limit_time(seconds)
        self.highs.setOptionValue("solver", "ipm")
        self.highs.setOptionValue("solve_relaxation", True)
        self.highs.run()
        self.highs.setOptionValue("solve_relaxation", False)
        self.highs.setOptionValue("solver", "choose")
        if self.highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        value = self.highs.getInfo().objective_function_value
        costs = np.array(self.highs.getSolution().col_dual)
        self.highs.clearSolver()
        return Relaxed(value, costs)

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
        size = self.table.size
        costs = costs_of(sought, size)
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
        work = max(0, info.simplex_iteration_count)
        if status == kinds.kOptimal:
            return Found(columns, info.mip_dual_bound, proved=True, work=work)
        ended = {kinds.kTimeLimit: Ended.TIME, kinds.kInterrupt: Ended.CALLER}
        return Found(
            columns,
            info.mip_dual_bound,
            proved=False,
            ended=ended.get(status, Ended.WORK),
            work=work,
        )

    def _columns(self) -> list[float]:
        values = self.highs.getSolution().col_value
        return [
            float(round(value)) if whole else float(value)
            for value, whole in zip(values, self.table.whole, strict=True)
        ]


def minimise_part(
    part: Part, sought: Expression, best: list[float] | None, allowed: Allowed
) -> Found:
    """The least value when only the free columns of a part may change, told in every column."""
    found = Solver(part.table).minimise(
        part.told(sought),
        start=None if best is None else part.of(best),
        seconds=allowed.seconds,
        nodes=allowed.nodes,
        tell=allowed.tell,
    )
    return found if found.columns is None else replace(found, columns=part.all(found.columns))


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


def _lp(table: Table) -> highspy.HighsLp:
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = table.size, len(table.low)
    lp.col_cost_ = np.zeros(table.size)
    lp.col_lower_, lp.col_upper_ = table.lower, table.upper
    lp.row_lower_, lp.row_upper_ = table.low, table.high
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = table.starts()
    lp.a_matrix_.index_, lp.a_matrix_.value_ = table.columns, table.weights
    kinds = highspy.HighsVarType
    lp.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in table.whole]
    return lp
