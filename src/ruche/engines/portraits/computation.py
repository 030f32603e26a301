"""From communes to the country: every indicator, at every level, with its state.

Additive figures are summed from communes, always: intercommunalités straddle départements, so that
no level can be summed from the one below except the commune. Medians and rates that cannot be
summed are read as published. One pass per level, over wide tables: a column per variable, then a
column per indicator and year.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl

from ruche.engines.portraits.catalogue import Catalogue, Formula, Indicator
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.engines.portraits.observations import CODE, Observations
from ruche.engines.portraits.states import State

KEYS = {Level.EPCI: "epci", Level.DEPARTEMENT: "departement", Level.REGION: "region"}
"""Where each level stands in the table of communes."""

ENOUGH_COVERAGE = 0.8
"""An estimate needs data for communes that hold at least this share of the inhabitants."""

LARGE_COMMUNE = 10_000
"""Inhabitants from which the census is a survey of 40 % of dwellings, and not a full count."""

HOUSEHOLDS = ("P22_MEN", "P21_MEN")
POPULATIONS = ("P23_POP", "P22_POP", "P21_POP")
SMALL, LARGE = "_households_small", "_households_large"


@dataclass(frozen=True)
class Step:
    """One formula chosen for one indicator, one year and one level."""

    indicator: Indicator
    formula: Formula
    year: int
    source: str
    """The id of the source that the figures really came from."""
    place: int
    """Its place among the possible steps of its level."""

    @property
    def draft(self) -> str:
        """The name of its column while several formulas compete for the same figure."""
        return f"{self.indicator.id}@{self.year}#{self.place}"

    @property
    def column(self) -> str:
        return f"{self.indicator.id}@{self.year}"

    @property
    def estimated(self) -> bool:
        return self.formula.rule == "weighted"


@dataclass(frozen=True)
class LevelResult:
    """One level computed: wide tables aligned on `code`, a column `indicator@year` per step.

    `values` are null wherever `states` is not `VALUE`. `nums` and `dens` hold the two sides of a
    ratio, when there are two. `households` are the strata that margins need.
    """

    level: Level
    steps: tuple[Step, ...]
    codes: pl.Series
    values: pl.DataFrame
    states: pl.DataFrame
    nums: pl.DataFrame
    dens: pl.DataFrame
    households: pl.DataFrame


def compute(
    observations: Observations,
    catalogue: Catalogue,
    geography: Geography,
    levels: Iterable[Level] = tuple(Level),
) -> dict[Level, LevelResult]:
    """Every indicator of the catalogue at each level."""
    return {level: _compute_level(level, observations, catalogue, geography) for level in levels}


def possible_steps(
    level: Level, observations: Observations, catalogue: Catalogue
) -> tuple[Step, ...]:
    """Every formula whose variables were read, in the order of preference of the catalogue."""
    steps: list[Step] = []
    for indicator, formula, year in catalogue.steps():
        if level not in formula.levels:
            continue
        needed = list(_needs(formula, year, level))
        if all(observations.has(where, name) for where, name in needed):
            source = observations.provenance[needed[0]].source
            steps.append(Step(indicator, formula, year, source, len(steps)))
    return tuple(steps)


def _choose(steps: Iterable[Step], states: pl.DataFrame) -> tuple[Step, ...]:
    """One formula per indicator and year: the first that covers half of the territories.

    A sample of a few communes must not displace a source that covers the country. When none covers
    half (the Insee publishes few poverty rates by commune), the one that covers most is kept.
    """
    groups: dict[tuple[str, int], list[Step]] = {}
    for step in steps:
        groups.setdefault((step.indicator.id, step.year), []).append(step)
    chosen = []
    for group in groups.values():
        if len(group) == 1:
            chosen += group
            continue
        known = [(states[step.draft] == State.VALUE.value).mean() or 0.0 for step in group]
        enough = [step for step, share in zip(group, known, strict=True) if float(share) >= 0.5]  # type: ignore[arg-type]
        best = max(range(len(group)), key=lambda i: (float(known[i]), -i))  # type: ignore[arg-type]
        chosen.append(enough[0] if enough else group[best])
    return tuple(chosen)


def _needs(formula: Formula, year: int, level: Level) -> Iterator[tuple[Level, str]]:
    """The variables of a formula and the level at which each is read."""
    for name in formula.numerator(year).variables:
        yield (Level.COMMUNE if formula.additive else level), name
    denominator = formula.denominator(year)
    for name in denominator.variables if denominator else ():
        yield Level.COMMUNE, name


def _compute_level(
    level: Level, observations: Observations, catalogue: Catalogue, geography: Geography
) -> LevelResult:
    steps = possible_steps(level, observations, catalogue)
    inputs = inputs_of(level, steps, observations, geography)
    tables = evaluate(steps, inputs)
    chosen = _choose(steps, tables["states"])
    final = {
        name: table.select(
            pl.col(step.draft).alias(step.column) for step in chosen if step.draft in table.columns
        )
        for name, table in tables.items()
    }
    return LevelResult(
        level=level,
        steps=chosen,
        codes=inputs[CODE],
        values=final["values"],
        states=final["states"],
        nums=final["nums"],
        dens=final["dens"],
        households=inputs.select(SMALL, LARGE),
    )


def evaluate(steps: Iterable[Step], inputs: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Values, states, numerators and denominators of every step, a column `draft` for each."""
    values, states, nums, dens = [], [], [], []
    for step in steps:
        num, den = step.formula.numerator(step.year), step.formula.denominator(step.year)
        own = _prefix(step) if _prefix(step) + STATE in inputs.columns else ""
        top = num.over("" if step.formula.rule == "quotient" else own)
        bottom = den.over(own) if den else None
        state = _state(step, inputs.columns, bottom)
        value = pl.when(state == State.VALUE.value).then(_value(step.formula, top, bottom))
        values.append(value.alias(step.draft))
        states.append(state.alias(step.draft))
        if bottom is not None:
            nums.append(top.alias(step.draft))
            dens.append(bottom.alias(step.draft))
    raw = inputs.select(values)
    return {
        "values": raw.with_columns(pl.all().fill_nan(None)),
        "states": _without_silent_nulls(inputs.select(states), raw),
        "nums": inputs.select(nums),
        "dens": inputs.select(dens),
    }


def _value(formula: Formula, top: pl.Expr, bottom: pl.Expr | None) -> pl.Expr:
    if bottom is None:
        return top * formula.scale
    match formula.rule:
        case "growth":
            return ((top / bottom).pow(1 / formula.span) - 1) * formula.scale
        case "annual":
            return top / bottom / formula.span * formula.scale
        case _:
            return top / bottom * formula.scale


STATE = "state"
TOLERANCE = {"weighted": ENOUGH_COVERAGE, "sum": 1.0}
ALMOST_ALL = 0.995
"""A ratio may leave out communes that miss a figure, when they hold under 0.5 % of the people."""


def state_column(variable: str) -> str:
    """The name of the column that holds the states of a published variable."""
    return f"{variable}~state"


def _prefix(step: Step) -> str:
    """Before the names of the columns that a step alone uses."""
    return f"{step.draft}|"


def _state(step: Step, columns: list[str], bottom: pl.Expr | None) -> pl.Expr:
    """The worst state of what was read; then a denominator that is null or too small."""
    names = [_prefix(step) + STATE, *map(state_column, step.formula.variables(step.year))]
    told = [pl.col(name) for name in names if name in columns]
    # As many as there are rows: a lone constant would make a table of one row.
    known = pl.repeat(State.VALUE.value, pl.len(), dtype=pl.UInt8)
    state = pl.max_horizontal(told) if told else known
    if bottom is None:
        return state.cast(pl.UInt8)
    return (
        pl.when(state > 0)
        .then(state)
        .when(bottom == 0)
        # Nobody to count is « sans objet »; a weight of zero only says that nothing was read.
        .then(pl.lit((State.MISSING if step.estimated else State.NOT_APPLICABLE).value))
        .when(bottom < step.indicator.min_denominator)
        .then(pl.lit(State.NOT_PUBLISHED.value))
        .otherwise(state)
        .cast(pl.UInt8)
    )


def _without_silent_nulls(states: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """A value that could not be computed and that no state explains is missing, and says so."""
    columns: list[pl.Series] = []
    for name in states.columns:
        told = states[name].fill_null(State.MISSING.value).to_numpy()
        silent = (told == State.VALUE.value) & np.isnan(values[name].to_numpy())
        if silent.any():
            told = np.where(silent, np.uint8(State.MISSING.value), told)
        columns.append(pl.Series(name, told, dtype=pl.UInt8))
    return pl.DataFrame(columns)


def inputs_of(
    level: Level, steps: Iterable[Step], observations: Observations, geography: Geography
) -> pl.DataFrame:
    """One row per territory of the level: summed variables, published ones, and their states."""
    steps = list(steps)
    base = pl.DataFrame({CODE: geography.codes(level)})
    sums = sum_communes(level, steps, observations, geography)
    frame = base.join(sums, on=CODE, how="left", maintain_order="left")
    published = {
        name: None
        for step in steps
        for where, name in _needs(step.formula, step.year, level)
        if not _summed(step, name) and name not in frame.columns
    }
    return frame.hstack(_published(level, list(published), observations)) if published else frame


def _summed(step: Step, name: str) -> bool:
    """Whether a variable of a step is summed from communes, as against read as published."""
    if step.formula.additive:
        return True
    den = step.formula.denominator(step.year)
    return bool(den and name in den.variables)


def _summed_variables(step: Step) -> list[str]:
    names = step.formula.variables(step.year)
    return list(dict.fromkeys(name for name in names if _summed(step, name)))


def _published(level: Level, names: list[str], observations: Observations) -> pl.DataFrame:
    columns = [observations.values[level][name] for name in names]
    for name in names:
        states = observations.states_of(level, name)
        if states is not None:
            columns.append(states.alias(state_column(name)))
    return pl.DataFrame(columns)


def sum_communes(
    level: Level, steps: Iterable[Step], observations: Observations, geography: Geography
) -> pl.DataFrame:
    """Sum from communes to a level what the steps need: `code`, strata, sums and states.

    A variable that every commune has is summed once, under its own name. A step that meets holes
    gets columns of its own: the sums over the communes that have *all* its variables, so that both
    sides of a ratio speak of the same communes, and a state. Communes that a source does not cover
    are left out, and a territory wholly outside is `NOT_PUBLISHED`. One secret makes the sum
    secret. A sum with a hole is not a sum; a ratio bears a few communes less (`ALMOST_ALL`), and an
    estimate more (`ENOUGH_COVERAGE`).
    """
    full: dict[str, None] = {}
    holed: list[Step] = []
    for step in steps:
        names = _summed_variables(step)
        if any(observations.states_of(Level.COMMUNE, name) is not None for name in names):
            holed.append(step)
        else:
            full |= dict.fromkeys(names)
    communes = _communes(full, holed, observations, geography)
    if level is Level.COMMUNE:
        helpers = [n for n in communes.columns if n.endswith(("|valid", "|inside", "|secret"))]
        return communes.drop(POPULATION, *helpers)
    key = pl.lit(FRANCE_CODE) if level is Level.FRANCE else geography.communes[KEYS[level]]
    grouped = communes.drop(CODE).with_columns(key.alias("_key")).drop_nulls("_key")
    result = grouped.group_by("_key").agg(_aggregates(full, holed)).rename({"_key": CODE})
    return _settle(result, holed)


POPULATION = "_population"


def _communes(
    full: Iterable[str], holed: Iterable[Step], observations: Observations, geography: Geography
) -> pl.DataFrame:
    """Communes with the plain variables, and for each holed step its own columns."""
    values = observations.values[Level.COMMUNE]
    population = _population(observations, geography)
    columns: list[pl.Series] = [values[CODE], population.alias(POPULATION)]
    columns += _strata(values, population)
    columns += [values[name] for name in full]
    for step in holed:
        columns += _own_columns(step, observations, geography)
    return pl.DataFrame(columns)


def _own_columns(step: Step, observations: Observations, geography: Geography) -> list[pl.Series]:
    """The variables of one step where all are known, zero elsewhere; and why they are not."""
    names = _summed_variables(step)
    values = observations.values[Level.COMMUNE].select(names)
    told = {
        name: states
        for name in names
        if (states := observations.states_of(Level.COMMUNE, name)) is not None
    }
    worst = (
        pl.DataFrame([s.alias(n) for n, s in told.items()])
        .select(pl.max_horizontal(pl.all()))
        .to_series()
    )
    absent = (
        pl.DataFrame([s.alias(n) for n, s in told.items()])
        .select(
            # A part of a commune counted elsewhere has nothing of its own: it is not a hole.
            pl.any_horizontal((pl.all() > 0) & (pl.all() != State.NOT_APPLICABLE.value))
        )
        .to_series()
    )
    secret = (
        pl.DataFrame([s.alias(n) for n, s in told.items()])
        .select(
            # Asked of each variable: the worst state of several may be another one.
            pl.any_horizontal(pl.all() == State.SECRET.value)
        )
        .to_series()
    )
    outside = frozenset[str]().union(
        *(observations.provenance[(Level.COMMUNE, name)].outside for name in names)
    )
    inside = ~geography.communes["departement"].is_in(list(outside))
    prefix = _prefix(step)
    # A commune that the source does not cover has no figure, whatever its file holds for it.
    worst = pl.select(
        pl.when(inside | (worst > 0)).then(worst).otherwise(pl.lit(State.NOT_PUBLISHED.value))
    ).to_series()
    frame = values.with_columns(
        valid=~absent & inside, inside=inside, secret=secret & inside, state=worst
    ).select(
        *(
            pl.when("valid").then(pl.col(name).fill_null(0.0)).otherwise(0.0).alias(prefix + name)
            for name in names
        ),
        pl.col("valid").alias(f"{prefix}valid"),
        pl.col("inside").alias(f"{prefix}inside"),
        pl.col("secret").alias(f"{prefix}secret"),
        pl.col("state").alias(prefix + STATE),
    )
    return frame.get_columns()


def _population(observations: Observations, geography: Geography) -> pl.Series:
    for name in POPULATIONS:
        if observations.has(Level.COMMUNE, name):
            return observations.values[Level.COMMUNE][name].fill_null(0.0)
    return geography.communes["population"].cast(pl.Float64).fill_null(0.0)


def _strata(values: pl.DataFrame, population: pl.Series) -> list[pl.Series]:
    """Households of small communes (fully counted) and of large ones (surveyed)."""
    whole = len(values) / 2
    name = next(
        (n for n in HOUSEHOLDS if n in values.columns and values[n].null_count() < whole), None
    )
    # Without a count of households, their mean size in France (2.15 persons) stands in.
    households = values[name].fill_null(0.0) if name else population / 2.15
    large = population >= LARGE_COMMUNE
    return [
        (households * (~large).cast(pl.Float64)).alias(SMALL),
        (households * large.cast(pl.Float64)).alias(LARGE),
    ]


def _aggregates(full: Iterable[str], holed: Iterable[Step]) -> list[pl.Expr]:
    expressions = [pl.col(SMALL).sum(), pl.col(LARGE).sum(), *(pl.col(name).sum() for name in full)]
    for step in holed:
        prefix = _prefix(step)
        valid, inside = pl.col(f"{prefix}valid"), pl.col(f"{prefix}inside")
        people, state = pl.col(POPULATION), pl.col(prefix + STATE)
        expressions += [pl.col(prefix + name).sum() for name in _summed_variables(step)]
        expressions += [
            inside.any().alias(f"{prefix}inside"),
            (people.filter(valid).sum() / people.filter(inside).sum()).alias(f"{prefix}cover"),
            (inside & ~valid).any().alias(f"{prefix}holes"),
            pl.col(f"{prefix}secret").any(),
            state.filter(inside & ~valid).max().alias(prefix + STATE),
        ]
    return expressions


def _settle(result: pl.DataFrame, holed: Iterable[Step]) -> pl.DataFrame:
    """Turn what was counted about holes into one state per step, and drop the helpers."""
    columns, helpers = [], []
    for step in holed:
        prefix = _prefix(step)
        enough = pl.col(f"{prefix}cover").fill_nan(1.0) >= TOLERANCE.get(
            step.formula.rule, ALMOST_ALL
        )
        if step.formula.rule == "sum":
            enough = ~pl.col(f"{prefix}holes")
        if not step.estimated:
            enough = enough & ~pl.col(f"{prefix}secret")
        columns.append(
            pl.when(~pl.col(f"{prefix}inside"))
            .then(pl.lit(State.NOT_PUBLISHED.value))
            .when(enough)
            .then(pl.lit(State.VALUE.value))
            .when(f"{prefix}secret")
            .then(pl.lit(State.SECRET.value))
            .otherwise(pl.col(prefix + STATE).fill_null(State.MISSING.value))
            .cast(pl.UInt8)
            .alias(prefix + STATE)
        )
        helpers += [f"{prefix}{name}" for name in ("inside", "cover", "holes", "secret")]
    return result.with_columns(columns).drop(helpers)
