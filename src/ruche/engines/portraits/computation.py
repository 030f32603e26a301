"""From communes to the country: every indicator, at every level, with its state.

Additive figures are summed from communes, always: intercommunalités straddle départements, so that
no level can be summed from the one below except the commune. Medians and rates that cannot be
summed are read as published. One pass per level, over wide tables: a column per variable, then a
column per indicator and year.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

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
        top, bottom = num.over(), den.over() if den else None
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


def state_column(variable: str) -> str:
    """The name of the column that holds the states of a variable."""
    return f"{variable}~state"


def _state(step: Step, columns: list[str], bottom: pl.Expr | None) -> pl.Expr:
    """The worst state of the variables; then a denominator that is null or too small."""
    told = [
        pl.col(state_column(name))
        for name in step.formula.variables(step.year)
        if state_column(name) in columns
    ]
    state = pl.max_horizontal(told) if told else pl.lit(State.VALUE.value, dtype=pl.UInt8)
    if bottom is None:
        return state.cast(pl.UInt8)
    return (
        pl.when(state > 0)
        .then(state)
        .when(bottom == 0)
        .then(pl.lit(State.NOT_APPLICABLE.value))
        .when(bottom < step.indicator.min_denominator)
        .then(pl.lit(State.NOT_PUBLISHED.value))
        .otherwise(state)
        .cast(pl.UInt8)
    )


def _without_silent_nulls(states: pl.DataFrame, values: pl.DataFrame) -> pl.DataFrame:
    """A value that could not be computed and that no state explains is missing, and says so."""
    return states.with_columns(
        pl.when((states[name] == State.VALUE.value) & (values[name].is_null() | values[name].is_nan()))
        .then(pl.lit(State.MISSING.value))
        .otherwise(states[name])
        .cast(pl.UInt8)
        .alias(name)
        for name in states.columns
    )


def inputs_of(
    level: Level, steps: Iterable[Step], observations: Observations, geography: Geography
) -> pl.DataFrame:
    """One row per territory of the level: summed variables, published ones, and their states."""
    summed: dict[str, bool] = {}
    published: list[str] = []
    for step in steps:
        for where, name in _needs(step.formula, step.year, level):
            if where is Level.COMMUNE and (step.formula.additive or name not in published):
                summed[name] = step.estimated
            elif name not in published:
                published.append(name)
    base = pl.DataFrame({CODE: geography.codes(level)})
    sums = sum_communes(level, summed, observations, geography)
    frame = base.join(sums, on=CODE, how="left", maintain_order="left")
    if published and level is not Level.COMMUNE:
        frame = frame.hstack(_published(level, published, observations))
    elif published:
        extra = [name for name in published if name not in frame.columns]
        frame = frame.hstack(_published(level, extra, observations))
    return frame


def _published(level: Level, names: list[str], observations: Observations) -> pl.DataFrame:
    columns = [observations.values[level][name] for name in names]
    for name in names:
        states = observations.states_of(level, name)
        if states is not None:
            columns.append(states.alias(state_column(name)))
    return pl.DataFrame(columns)


def sum_communes(
    level: Level,
    variables: Mapping[str, bool],
    observations: Observations,
    geography: Geography,
) -> pl.DataFrame:
    """Sum variables from communes to a level: `code`, the sums, the states that are not all VALUE.

    `variables` says of each whether it is an estimate, whose gaps are tolerated when the communes
    that have data hold enough inhabitants. For the others one secret commune makes the sum secret:
    a sum with a hole is not a sum. Communes that a source does not cover are left out, and a
    territory wholly outside is `NOT_PUBLISHED`.
    """
    communes = _communes(variables, observations, geography)
    if level is Level.COMMUNE:
        return communes.drop("_key", "_population", *_outside_columns(communes.columns))
    key = pl.lit(FRANCE_CODE) if level is Level.FRANCE else pl.Series("_key", _keys(level, geography))
    grouped = communes.drop(CODE).with_columns(_key=key).drop_nulls("_key").group_by("_key")
    result = grouped.agg(_aggregates(variables, communes.columns)).rename({"_key": CODE})
    return _settle(result, variables)


def _keys(level: Level, geography: Geography) -> pl.Series:
    return geography.communes[KEYS[level]]


def _communes(
    variables: Mapping[str, bool], observations: Observations, geography: Geography
) -> pl.DataFrame:
    """Communes with the variables, their states, whether outside the source, and the strata."""
    values = observations.values[Level.COMMUNE]
    population = _population(observations, geography)
    columns: list[pl.Series] = [values[CODE], population.alias("_population")]
    columns += _strata(values, population)
    columns.append(pl.Series("_key", [None] * len(population), dtype=pl.String))
    for name in variables:
        columns.append(values[name])
        states = observations.states_of(Level.COMMUNE, name)
        if states is not None:
            columns.append(states.alias(state_column(name)))
            outside = observations.provenance[(Level.COMMUNE, name)].outside
            if outside:
                departement = geography.communes["departement"]
                columns.append(departement.is_in(list(outside)).alias(f"{name}~outside"))
    return pl.DataFrame(columns)


def _outside_columns(columns: list[str]) -> list[str]:
    return [name for name in columns if name.endswith("~outside")]


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


def _aggregates(variables: Mapping[str, bool], columns: list[str]) -> list[pl.Expr]:
    expressions = [pl.col(SMALL).sum(), pl.col(LARGE).sum()]
    for name, estimated in variables.items():
        expressions.append(pl.col(name).sum())
        if state_column(name) not in columns:
            continue
        outside = f"{name}~outside"
        inside = ~pl.col(outside) if outside in columns else pl.lit(value=True)
        state = pl.col(state_column(name))
        expressions.append(inside.any().alias(f"{name}~inside"))
        if estimated:
            population = pl.col("_population")
            known = population.filter(pl.col(name).is_not_null()).sum()
            expressions.append((known / population.filter(inside).sum()).alias(f"{name}~cover"))
            expressions.append(state.filter(inside).max().alias(state_column(name)))
        else:
            expressions.append(state.filter(inside).max().alias(state_column(name)))
    return expressions


def _settle(result: pl.DataFrame, variables: Mapping[str, bool]) -> pl.DataFrame:
    """Turn what was counted about holes into one state per variable, and drop the helpers."""
    columns: list[pl.Expr] = []
    for name, estimated in variables.items():
        if f"{name}~inside" not in result.columns:
            continue
        state = pl.col(state_column(name))
        if estimated:
            covered = pl.col(f"{name}~cover") >= ENOUGH_COVERAGE
            state = pl.when(covered).then(pl.lit(State.VALUE.value)).otherwise(state)
        outside = ~pl.col(f"{name}~inside")
        columns.append(
            pl.when(outside)
            .then(pl.lit(State.NOT_PUBLISHED.value))
            .otherwise(state)
            .cast(pl.UInt8)
            .alias(state_column(name))
        )
    helpers = [name for name in result.columns if name.endswith(("~inside", "~cover"))]
    return result.with_columns(columns).drop(helpers)
