"""Where a territory stands: ranks, percentiles, margins, at the year that each indicator shows."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import polars as pl

from ruche.engines.portraits.computation import LevelResult, Matrix
from ruche.engines.portraits.geography import COLUMN_OF, Geography, codes_to_positions
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.margins import share_margins
from ruche.engines.portraits.observations import CODE
from ruche.engines.portraits.ranking import Groups, Standing

UNRANKED_UNDER = 4
"""A denominator under four times the threshold is shown but not ranked: it moves too much."""

HOME_GROUP = {
    Level.COMMUNE: Level.EPCI,
    Level.EPCI: Level.DEPARTEMENT,
    Level.DEPARTEMENT: Level.REGION,
}
"""The group inside which a territory is ranked first; a région is ranked in the country."""

WIDE_GROUP = {Level.COMMUNE: Level.DEPARTEMENT}
"""The group of the wider rank, when it is not the whole country."""


def current_years(results: Mapping[Level, LevelResult]) -> dict[str, int]:
    """The year that each indicator shows at every level, so that references compare.

    The latest one with figures for intercommunalités, or else for any level.
    """
    years: dict[str, int] = {}
    order = [Level.EPCI, *(level for level in Level if level is not Level.EPCI)]
    for level in (level for level in order if level in results):
        found: dict[str, int] = {}
        for row, step in enumerate(results[level].steps):
            if results[level].known_share(row):
                name = step.indicator.id
                found[name] = max(found.get(name, 0), step.year)
        years |= {name: year for name, year in found.items() if name not in years}
    return years


def groups(level: Level, group: Level | None, geography: Geography) -> Groups:
    """The group of each territory of a level; `NOWHERE` for the islands without an EPCI."""
    table = geography.table(level)
    if group is None:
        return np.zeros(table.height, np.int64)
    return codes_to_positions(table[COLUMN_OF[group]], geography.codes(group))


def figures(result: LevelResult, geography: Geography, years: Mapping[str, int]) -> pl.DataFrame:
    """The current figures of a level, one row per territory and indicator.

    Columns: level, code, indicator, year, value, state (UInt8), estimated, source, num, den,
    margin (points, null when the figure is not a surveyed share), rank and count in the home group,
    rank_wide and count_wide, percentile (share of the wide group strictly below, ties split).
    """
    rows = [
        row for row, step in enumerate(result.steps) if years.get(step.indicator.id) == step.year
    ]
    if not rows:
        return pl.DataFrame(schema=FIGURES_SCHEMA)
    ranked = _rankable(result, rows)
    home, wide = HOME_GROUP.get(result.level), WIDE_GROUP.get(result.level)
    at_large = Standing.of(ranked, groups(result.level, wide, geography))
    at_home = (
        at_large if home == wide else Standing.of(ranked, groups(result.level, home, geography))
    )
    return _tidy(
        result,
        rows,
        FIGURES_SCHEMA,
        {
            "num": result.nums[rows],
            "den": result.dens[rows],
            "margin": _margins(result, rows),
            "rank": at_home.rank,
            "count": at_home.count,
            "rank_wide": at_large.rank,
            "count_wide": at_large.count,
            "percentile": at_large.percentile,
        },
    )


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


def _rankable(result: LevelResult, rows: list[int]) -> Matrix:
    """Values without those whose denominator is too small to deserve a rank."""
    if result.level is not Level.COMMUNE:
        return result.values[rows]
    steps = [result.steps[row] for row in rows]
    floors = [
        step.indicator.min_denominator * UNRANKED_UNDER if step.denominator else 0.0
        for step in steps
    ]
    floor = np.array(floors)[:, None]
    keep = (floor == 0) | (result.dens[rows] >= floor)
    return np.where(keep, result.values[rows], np.nan)


def _margins(result: LevelResult, rows: list[int]) -> Matrix:
    """The 95 % margin of each figure, NaN where it is not a surveyed share."""
    small, large = result.strata.small, result.strata.large
    people = np.maximum(small + large, 1e-9)
    margins = np.full((len(rows), len(result.codes)), np.nan)
    for place, row in enumerate(rows):
        step = result.steps[row]
        # Persons of the denominator, when they are fewer than the households, are the sample.
        surveyed = step.denominator and step.indicator.surveyed
        scale = np.minimum(np.maximum(result.dens[row], 0) / people, 1) if surveyed else 1.0
        margins[place] = share_margins(
            step.indicator,
            result.values[row],
            small * scale,
            large * scale,
            estimated=step.estimated,
        )
    return margins


def series(result: LevelResult) -> pl.DataFrame:
    """Every year of every indicator: level, code, indicator, year, value, state, estimated, source.

    Only indicators that have at least two years: the others have no story to tell.
    """
    ids = [step.indicator.id for step in result.steps]
    rows = [row for row, name in enumerate(ids) if ids.count(name) > 1]
    if not rows:
        return pl.DataFrame(schema=SERIES_SCHEMA)
    return _tidy(result, rows, SERIES_SCHEMA, {})


def _tidy(
    result: LevelResult, rows: list[int], schema: Mapping[str, Any], more: Mapping[str, Any]
) -> pl.DataFrame:
    """One row per step and territory: what the step is, its value and state, and `more` matrices.

    NaN, and a rank or a count of zero, become nulls.
    """
    steps = [result.steps[row] for row in rows]
    width = len(result.codes)
    step = np.repeat(np.arange(len(steps)), width)
    matrices = {"value": result.values[rows], "state": result.states[rows], **more}
    table = pl.DataFrame(
        {
            CODE: result.codes.gather(np.tile(np.arange(width), len(steps))),
            "indicator": pl.Series([one.indicator.id for one in steps]).gather(step),
            "source": pl.Series([one.source for one in steps]).gather(step),
            "year": np.repeat(np.array([one.year for one in steps], np.int16), width),
            "estimated": np.repeat(np.array([one.estimated for one in steps]), width),
            **{name: matrix.ravel() for name, matrix in matrices.items()},
        }
    )
    return table.select(
        _filled(name, kind) if name != "level" else pl.lit(result.level.value).alias(name)
        for name, kind in schema.items()
    )


def _filled(name: str, kind: Any) -> pl.Expr:
    column = pl.col(name)
    if kind == pl.Float64:
        return column.fill_nan(None)
    if kind == pl.UInt32:
        return pl.when(column > 0).then(column).alias(name)
    return column


SERIES_SCHEMA = {
    name: FIGURES_SCHEMA[name]
    for name in ("level", CODE, "indicator", "year", "value", "state", "estimated", "source")
}
