"""Sum from communes to a level, and say what the holes of the sources do to the sums.

A variable that every commune has is summed once. A formula that meets holes gets columns of its
own: the sums over the communes that have *all* its variables, so that both sides of a ratio speak
of the same communes, and a state. Communes that a source does not cover are left out, and a
territory wholly outside is `NOT_PUBLISHED`. One secret makes the sum secret. A sum with a hole is
not a sum; a ratio bears a few communes less (`ALMOST_ALL`), an estimate more (`ENOUGH_COVERAGE`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ruche.engines.portraits.expressions import Column
from ruche.engines.portraits.geography import Geography, Grouping
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Observations
from ruche.engines.portraits.states import State
from ruche.engines.portraits.steps import Step

Mask = npt.NDArray[np.bool_]
States = npt.NDArray[np.uint8]

ENOUGH_COVERAGE = 0.8
"""An estimate needs data for communes that hold at least this share of the inhabitants."""

ALMOST_ALL = 0.995
"""A ratio may leave out communes that miss a figure, when they hold under 0.5 % of the people."""

LARGE_COMMUNE = 10_000
"""Inhabitants from which the census is a survey of 40 % of dwellings, and not a full count."""

HOUSEHOLDS = ("P22_MEN", "P21_MEN")
POPULATIONS = ("P23_POP", "P22_POP", "P21_POP")

HOUSEHOLD_SIZE = 2.15
"""Persons in a household of France: stands in for a count of households that was not read."""


@dataclass(frozen=True)
class Strata:
    """Households of small communes (fully counted) and of large ones (surveyed)."""

    small: Column
    large: Column


@dataclass(frozen=True)
class Holes:
    """The variables of one formula in each commune, and where some are not there.

    `columns` hold zero where `valid` is false. `inside` is false where a source does not reach.
    """

    columns: Mapping[str, Column]
    valid: Mask
    inside: Mask
    secret: Mask
    states: States
    """The worst state of the variables; a value where all are there."""


@dataclass(frozen=True)
class Read:
    """What one formula reads at a level: its columns, and the state that they leave it in."""

    columns: Mapping[str, Column]
    states: States | None = None
    """None: a value everywhere."""


class Communes:
    """The columns of communes, as arrays in the order of the geography; each is prepared once."""

    def __init__(self, observations: Observations, geography: Geography) -> None:
        self.observations = observations
        self.geography = geography
        self._columns: dict[str, Column] = {}
        self._holes: dict[tuple[str, ...], Holes | None] = {}

    def column(self, name: str) -> Column:
        """A variable; NaN where there is no number."""
        if name not in self._columns:
            column = self.observations.values[Level.COMMUNE][name].to_numpy()
            self._columns[name] = column.astype(np.float64, copy=False)
        return self._columns[name]

    def holes(self, names: tuple[str, ...]) -> Holes | None:
        """Where variables that go together are not all there; None when they are everywhere."""
        if names not in self._holes:
            self._holes[names] = self._find_holes(names)
        return self._holes[names]

    def _find_holes(self, names: tuple[str, ...]) -> Holes | None:
        told = [
            states.to_numpy()
            for name in names
            if (states := self.observations.states_of(Level.COMMUNE, name)) is not None
        ]
        if not told:
            return None
        worst: States = np.maximum.reduce(told)
        # A part of a commune counted elsewhere has nothing of its own: it is not a hole.
        absent = _any((s > 0) & (s != State.NOT_APPLICABLE.value) for s in told)
        # Asked of each variable: the worst state of several may be another one.
        secret = _any(s == State.SECRET.value for s in told)
        inside = ~self._outside(names)
        valid = ~absent & inside
        # A commune that the source does not cover has no figure, whatever its file holds for it.
        worst = np.where(inside | (worst > 0), worst, np.uint8(State.NOT_PUBLISHED.value))
        known = {name: np.nan_to_num(self.column(name)) for name in names}
        columns = {name: np.where(valid, column, 0.0) for name, column in known.items()}
        return Holes(columns, valid, inside, secret & inside, worst)

    def _outside(self, names: Iterable[str]) -> Mask:
        """The communes of the départements that the source of some variable leaves out."""
        provenance = self.observations.provenance
        left_out = set().union(*(provenance[(Level.COMMUNE, name)].outside for name in names))
        departements = self.geography.communes["departement"]
        outside: Mask = departements.is_in(list(left_out)).to_numpy()
        return outside

    @cached_property
    def population(self) -> Column:
        for name in POPULATIONS:
            if self.observations.has(Level.COMMUNE, name):
                return np.nan_to_num(self.column(name))
        people: Column = self.geography.communes["population"].to_numpy().astype(np.float64)
        return np.nan_to_num(people)

    @cached_property
    def strata(self) -> Strata:
        """Households, on the side of small communes or of large ones."""
        large = self.population >= LARGE_COMMUNE
        households = self._households()
        return Strata(np.where(large, 0.0, households), np.where(large, households, 0.0))

    def _households(self) -> Column:
        for name in HOUSEHOLDS:
            if self.observations.has(Level.COMMUNE, name):
                column = self.column(name)
                if np.isnan(column).sum() * 2 < len(column):
                    return np.nan_to_num(column)
        return self.population / HOUSEHOLD_SIZE


def _any(masks: Iterable[Mask]) -> Mask:
    first, *others = masks
    for mask in others:
        first = first | mask
    return first


class Summed:
    """The communes folded into the territories of one level."""

    def __init__(self, communes: Communes, level: Level) -> None:
        self._communes = communes
        self._grouping = communes.geography.groupings.get(level)
        self._totals: dict[str, Column] = {}

    def strata(self) -> Strata:
        strata = self._communes.strata
        return Strata(self._total(strata.small), self._total(strata.large))

    def read(self, step: Step) -> Read:
        """The sums that a formula needs, and the state in which holes leave it."""
        holes = self._communes.holes(step.summed)
        if holes is None:
            return Read({name: self._shared(name) for name in step.summed})
        if self._grouping is None:
            return Read(holes.columns, holes.states)
        columns = {name: self._total(column) for name, column in holes.columns.items()}
        return Read(columns, self._settle(step, holes, self._grouping))

    def _shared(self, name: str) -> Column:
        """The sum of a variable that every commune has."""
        if name not in self._totals:
            self._totals[name] = self._total(self._communes.column(name))
        return self._totals[name]

    def _total(self, column: Column) -> Column:
        return column if self._grouping is None else self._grouping.total(column)

    def _settle(self, step: Step, holes: Holes, grouping: Grouping) -> States:
        """One state per territory, from what its communes lack."""
        lacking = holes.inside & ~holes.valid
        secret = grouping.any(holes.secret)
        enough = self._enough(step, holes, grouping, lacking)
        if not step.estimated:
            enough &= ~secret
        worst = grouping.worst(np.where(lacking, holes.states, np.uint8(0)))
        states = np.where(worst > 0, worst, np.uint8(State.MISSING.value))
        states[secret] = State.SECRET.value
        states[enough] = State.VALUE.value
        states[~grouping.any(holes.inside)] = State.NOT_PUBLISHED.value
        return states

    def _enough(self, step: Step, holes: Holes, grouping: Grouping, lacking: Mask) -> Mask:
        """Whether the communes that are there hold enough of the people for this rule."""
        if step.formula.rule == "sum":
            return ~grouping.any(lacking)
        people = self._communes.population
        known = grouping.total(np.where(holes.valid, people, 0.0))
        concerned = grouping.total(np.where(holes.inside, people, 0.0))
        share = np.divide(known, concerned, out=np.ones_like(known), where=concerned > 0)
        return share >= (ENOUGH_COVERAGE if step.estimated else ALMOST_ALL)
