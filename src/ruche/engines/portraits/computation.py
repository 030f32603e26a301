"""From communes to the country: every indicator, at every level, with its state.

Additive figures are summed from communes, always: intercommunalités straddle départements, so that
no level can be summed from the one below except the commune. Medians and rates that cannot be
summed are read as published. A level is computed on plain arrays, one per variable, then one row
per indicator and year.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from ruche.engines.portraits.catalogue import Catalogue, Formula
from ruche.engines.portraits.expressions import Column
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations
from ruche.engines.portraits.states import State
from ruche.engines.portraits.steps import Step, possible_steps, preferred
from ruche.engines.portraits.summing import Communes, Read, States, Strata, Summed

Matrix = npt.NDArray[np.float64]
StateMatrix = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Evaluated:
    """One formula over the territories of a level; the value is NaN wherever there is a state."""

    values: Column
    states: States
    nums: Column
    dens: Column
    """NaN when the formula has one side only; so are `nums`."""


@dataclass(frozen=True)
class LevelResult:
    """One level computed: a row per step, a column per territory, in the order of `codes`.

    `values` are NaN wherever `states` is not `VALUE`. `nums` and `dens` hold the two sides of a
    ratio, NaN when there is one side only. `strata` are the households that margins need.
    """

    level: Level
    steps: tuple[Step, ...]
    codes: pl.Series
    values: Matrix
    states: StateMatrix
    nums: Matrix
    dens: Matrix
    strata: Strata

    def known_share(self, row: int) -> float:
        """Share of the territories that have the figure of a step."""
        return _known_share(self.states[row])


def compute(
    observations: Observations,
    catalogue: Catalogue,
    geography: Geography,
    levels: Iterable[Level] = tuple(Level),
) -> dict[Level, LevelResult]:
    """Every indicator of the catalogue at each level."""
    communes = Communes(observations, geography)
    return {level: _compute_level(level, communes, catalogue) for level in levels}


def _compute_level(level: Level, communes: Communes, catalogue: Catalogue) -> LevelResult:
    steps = possible_steps(level, communes.observations, catalogue)
    summed = Summed(communes, level)
    tried = evaluate(level, steps, communes, summed)
    chosen = preferred(steps, (_known_share(one.states) for one in tried))
    kept = [tried[place] for place in chosen]
    codes = communes.geography.codes(level)
    return LevelResult(
        level=level,
        steps=tuple(steps[place] for place in chosen),
        codes=codes,
        values=_stack([one.values for one in kept], len(codes)),
        states=np.array([one.states for one in kept], np.uint8).reshape(-1, len(codes)),
        nums=_stack([one.nums for one in kept], len(codes)),
        dens=_stack([one.dens for one in kept], len(codes)),
        strata=summed.strata(),
    )


def _stack(rows: list[Column], width: int) -> Matrix:
    return np.array(rows, np.float64).reshape(-1, width)


def _known_share(states: States) -> float:
    return 1 - np.count_nonzero(states) / len(states) if len(states) else 0.0


def evaluate(
    level: Level, steps: Iterable[Step], communes: Communes, summed: Summed | None = None
) -> list[Evaluated]:
    """Each step over the territories of the level, in the order of its table."""
    summed = summed or Summed(communes, level)
    # What cannot be divided, or raised to a power, is told by its state.
    with np.errstate(divide="ignore", invalid="ignore"):
        return [_evaluate(step, _read(step, level, communes, summed)) for step in steps]


def _read(step: Step, level: Level, communes: Communes, summed: Summed) -> Read:
    """Sums from communes, and beside them what is read as published at the level."""
    read = summed.read(step)
    if not step.published:
        return read
    observations = communes.observations
    columns = {
        name: observations.values[level][name].to_numpy().astype(np.float64, copy=False)
        for name in step.published
    }
    told = [observations.states_of(level, name) for name in step.published]
    states = [series.to_numpy() for series in told if series is not None]
    if read.states is not None:
        states.append(read.states)
    return Read({**read.columns, **columns}, np.maximum.reduce(states) if states else None)


def _evaluate(step: Step, read: Read) -> Evaluated:
    top = step.numerator.over(read.columns)
    bottom = step.denominator.over(read.columns) if step.denominator else None
    states = np.zeros(len(top), np.uint8) if read.states is None else read.states
    if bottom is None:
        values, nowhere = top * step.formula.scale, np.full(len(top), np.nan)
        return _settled(Evaluated(values, states, nowhere, nowhere))
    states = _with_denominator(step, states, bottom)
    return _settled(Evaluated(_ratio(step.formula, top, bottom), states, top, bottom))


def _ratio(formula: Formula, top: Column, bottom: Column) -> Column:
    match formula.rule:
        case "growth":
            return ((top / bottom) ** (1 / formula.span) - 1) * formula.scale
        case "annual":
            return top / bottom / formula.span * formula.scale
        case _:
            return top / bottom * formula.scale


def _with_denominator(step: Step, states: States, bottom: Column) -> States:
    """States, with those of a denominator that is null or too small."""
    told = (bottom == 0) | (bottom < step.indicator.min_denominator)
    if not told.any():
        return states
    # Nobody to count is « sans objet »; a weight of zero only says that nothing was read.
    nobody = State.MISSING if step.estimated else State.NOT_APPLICABLE
    small = np.where(bottom == 0, np.uint8(nobody.value), np.uint8(State.NOT_PUBLISHED.value))
    return np.where((states == State.VALUE.value) & told, small, states)


def _settled(found: Evaluated) -> Evaluated:
    """No value beside a state; a value that nothing explains the absence of is missing."""
    values, states = found.values, found.states
    if states.any():
        values = np.where(states == State.VALUE.value, values, np.nan)
    silent = np.isnan(values) & (states == State.VALUE.value)
    if silent.any():
        states = np.where(silent, np.uint8(State.MISSING.value), states)
    return Evaluated(values, states, found.nums, found.dens)
