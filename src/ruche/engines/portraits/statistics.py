"""Where a territory stands: ranks, percentiles, margins, at the year that each indicator shows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from ruche.engines.portraits.computation import LARGE, SMALL, LevelResult, Step
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.engines.portraits.margins import share_margins
from ruche.engines.portraits.observations import CODE
from ruche.engines.portraits.states import State

UNRANKED_UNDER = 4
"""A denominator under four times the threshold is shown but not ranked: it moves too much."""

HOME_GROUP = {
    Level.COMMUNE: "epci",
    Level.EPCI: "departement",
    Level.DEPARTEMENT: "region",
}
"""The group inside which a territory is ranked first; a région is ranked in the country."""

WIDE_GROUP = {Level.COMMUNE: "departement"}
"""The group of the wider rank, when it is not the whole country."""


def current_years(results: Mapping[Level, LevelResult]) -> dict[str, int]:
    """The year that each indicator shows at every level, so that references compare.

    The latest one with figures for intercommunalités, or else for any level.
    """
    years: dict[str, int] = {}
    order = [Level.EPCI, *(level for level in Level if level is not Level.EPCI)]
    for level in (level for level in order if level in results):
        found: dict[str, int] = {}
        for step in results[level].steps:
            if (results[level].states[step.column] == State.VALUE.value).any():
                name = step.indicator.id
                found[name] = max(found.get(name, 0), step.year)
        years |= {name: year for name, year in found.items() if name not in years}
    return years


def groups(level: Level, geography: Geography) -> pl.DataFrame:
    """`code`, `home` and `wide`: the groups in which the territories of a level are ranked."""
    frame = {
        Level.COMMUNE: geography.communes,
        Level.EPCI: geography.epcis,
        Level.DEPARTEMENT: geography.departements,
        Level.REGION: geography.regions,
    }.get(level)
    if frame is None:
        return pl.DataFrame({CODE: [FRANCE_CODE], "home": [FRANCE_CODE], "wide": [FRANCE_CODE]})
    home, wide = HOME_GROUP.get(level), WIDE_GROUP.get(level)
    return frame.select(
        CODE,
        (pl.col(home) if home else pl.lit(FRANCE_CODE)).alias("home"),
        (pl.col(wide) if wide else pl.lit(FRANCE_CODE)).alias("wide"),
    )


def figures(result: LevelResult, geography: Geography, years: Mapping[str, int]) -> pl.DataFrame:
    """The current figures of a level, one row per territory and indicator.

    Columns: level, code, indicator, year, value, state (UInt8), estimated, source, num, den,
    margin (points, null when the figure is not a surveyed share), rank and count in the home group,
    rank_wide and count_wide, percentile (share of the wide group strictly below, ties split).
    """
    steps = [step for step in result.steps if years.get(step.indicator.id) == step.year]
    if not steps:
        return pl.DataFrame(schema=FIGURES_SCHEMA)
    ranked = _rankable(result, steps)
    place = groups(result.level, geography)
    base = pl.DataFrame({CODE: result.codes}).join(
        place, on=CODE, how="left", maintain_order="left"
    )
    tables = {
        "value": result.values.select(_columns(steps)),
        "state": result.states.select(_columns(steps)),
        "num": _or_null(result.nums, steps),
        "den": _or_null(result.dens, steps),
        "margin": _margins(result, steps),
        **_ranks(ranked, base),
    }
    return _tidy(result.level, result.codes, steps, tables)


FIGURES_SCHEMA = {
    "level": pl.String,
    CODE: pl.String,
    "indicator": pl.String,
    "year": pl.Int16,
    "value": pl.Float64,
    "state": pl.UInt8,
    "estimated": pl.Boolean,
    "source": pl.String,
    "num": pl.Float64,
    "den": pl.Float64,
    "margin": pl.Float64,
    "rank": pl.UInt32,
    "count": pl.UInt32,
    "rank_wide": pl.UInt32,
    "count_wide": pl.UInt32,
    "percentile": pl.Float64,
}


def _columns(steps: list[Step]) -> list[str]:
    return [step.column for step in steps]


def _or_null(frame: pl.DataFrame, steps: list[Step]) -> pl.DataFrame:
    """The columns of the steps, null where a step has none (a sum has no denominator)."""
    return (
        frame.select(
            pl.col(name)
            if name in frame.columns
            else pl.repeat(None, pl.len(), dtype=pl.Float64).alias(name)
            for name in _columns(steps)
        )
        if frame.width
        else pl.DataFrame({name: pl.Series([], dtype=pl.Float64) for name in _columns(steps)})
    )


def _rankable(result: LevelResult, steps: list[Step]) -> pl.DataFrame:
    """Values without those whose denominator is too small to deserve a rank."""
    columns: list[pl.Series] = []
    for step in steps:
        values = result.values[step.column]
        floor = step.indicator.min_denominator * UNRANKED_UNDER
        if floor and step.column in result.dens.columns and result.level is Level.COMMUNE:
            keep = result.dens[step.column] >= floor
            values = pl.select(pl.when(keep).then(values)).to_series().alias(step.column)
        columns.append(values)
    return pl.DataFrame(columns)


def _ranks(values: pl.DataFrame, place: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Five tables aligned on `values`: both ranks, both counts, the percentile."""
    frame = values.hstack(place.select("home", "wide"))
    everything = pl.col(values.columns)
    one_group = place["wide"].n_unique() == 1
    rank, count = everything.rank("min", descending=True), everything.count()
    average = everything.rank("average")
    home_rank, home_count = rank.over("home"), count.over("home")
    if not one_group:
        rank, count, average = rank.over("wide"), count.over("wide"), average.over("wide")
    known = everything.is_not_null()
    at_home = pl.col("home").is_not_null()  # the islands without an EPCI are not ranked together
    return {
        "rank": frame.select(pl.when(at_home).then(home_rank)),
        "count": frame.select(pl.when(known & at_home).then(home_count)),
        "rank_wide": frame.select(rank),
        "count_wide": frame.select(pl.when(known).then(count)),
        "percentile": frame.select((average - 0.5) / count * 100),
    }


def _margins(result: LevelResult, steps: list[Step]) -> pl.DataFrame:
    """The 95 % margin of each figure, null where it is not a surveyed share."""
    households = {name: result.households[name].to_numpy() for name in (SMALL, LARGE)}
    total = households[SMALL] + households[LARGE]
    columns: dict[str, pl.Series] = {}
    for step in steps:
        small, large = households[SMALL], households[LARGE]
        if step.column in result.dens.columns and step.indicator.share:
            # Persons of the denominator, when they are fewer than the households, are the sample.
            den = result.dens[step.column].to_numpy()
            scale = np.clip(np.divide(den, total, out=np.ones_like(total), where=total > 0), 0, 1)
            small, large = small * scale, large * scale
        values = result.values[step.column].to_numpy()
        margins = share_margins(step.indicator, values, small, large, estimated=step.estimated)
        columns[step.column] = pl.Series(margins).fill_nan(None)
    return pl.DataFrame(columns)


def _tidy(
    level: Level, codes: pl.Series, steps: list[Step], tables: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    """Unpivot every table the same way and put them side by side."""
    height, width = len(codes), len(steps)
    index = pl.DataFrame({CODE: pl.concat([codes] * width)}).with_columns(
        level=pl.lit(level.value),
        indicator=_repeat([step.indicator.id for step in steps], height),
        year=_repeat([step.year for step in steps], height),
        estimated=_repeat([step.estimated for step in steps], height),
        source=_repeat([step.source for step in steps], height),
    )
    stacked = [
        pl.concat([table[name].cast(FIGURES_SCHEMA[part]).rename(part) for name in _columns(steps)])
        if table.height
        else pl.Series(part, [None] * (height * width), dtype=FIGURES_SCHEMA[part])
        for part, table in tables.items()
    ]
    return index.hstack(stacked).select(
        pl.col(name).cast(kind) for name, kind in FIGURES_SCHEMA.items()
    )


def _repeat(items: list[Any], times: int) -> pl.Series:
    """Each item as many times, in order: a, a, a, b, b, b…"""
    positions = np.repeat(np.arange(len(items)), times)
    return pl.Series(items).gather(positions) if items else pl.Series([])


def series(result: LevelResult) -> pl.DataFrame:
    """Every year of every indicator: level, code, indicator, year, value, state, estimated, source.

    Only indicators that have at least two years: the others have no story to tell.
    """
    ids = [step.indicator.id for step in result.steps]
    steps = [step for step in result.steps if ids.count(step.indicator.id) > 1]
    if not steps:
        return pl.DataFrame(schema=SERIES_SCHEMA)
    tables = {
        "value": result.values.select(_columns(steps)),
        "state": result.states.select(_columns(steps)),
    }
    height = len(result.codes)
    frame = pl.DataFrame({CODE: pl.concat([result.codes] * len(steps))}).with_columns(
        level=pl.lit(result.level.value),
        indicator=_repeat([step.indicator.id for step in steps], height),
        year=_repeat([step.year for step in steps], height),
        estimated=_repeat([step.estimated for step in steps], height),
        source=_repeat([step.source for step in steps], height),
    )
    stacked = [
        pl.concat([table[name].rename(part) for name in _columns(steps)])
        for part, table in tables.items()
    ]
    return frame.hstack(stacked).select(
        pl.col(name).cast(kind) for name, kind in SERIES_SCHEMA.items()
    )


SERIES_SCHEMA = {
    name: FIGURES_SCHEMA[name]
    for name in ("level", CODE, "indicator", "year", "value", "state", "estimated", "source")
}
