"""A third party's observatory (Parquet): derived shares, for tests, models and cross-checks.

By EPCI, département, région and France (there, the métropole), each numeric column becomes a
published-only variable, `OTTD_` and its name. Its known defects are mended or emptied here, with a
note: a total of France that is an average, growths at zero, secrets of LOVAC read as zero.
"""

import re

import polars as pl

from ruche.engines.portraits.errors import Note, Place, Severity, UnreadableSource
from ruche.engines.portraits.geography import DROM
from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.engines.portraits.observations import CODE, Reading
from ruche.engines.portraits.sources.building import reading
from ruche.engines.portraits.sources.cells import states_of_nulls
from ruche.engines.portraits.sources.formats import Context, Format
from ruche.engines.portraits.sources.iris import read_iris, recognise_iris
from ruche.engines.portraits.sources.leveling import level_of
from ruche.engines.portraits.sources.opening import Opened
from ruche.engines.portraits.states import State

SOURCE = "tiers-ottd"
PREFIX = "OTTD_"
FRANCE_ROW = "00FR"
FALSE_ZERO_OF_FRANCE = "eco_emp_vtcam_1116"
POPULATIONS = ("P22_POP", "P23_POP")
"""Wrong for France (an average of the territories); by commune, the table by IRIS has them all."""
LOVAC_LEVEL = re.compile(r"logv_vac2ans_(pct|vol)_(?P<year>\d\d)")
LOVAC_CHANGE = re.compile(r"logv_vac2ans_(vdifp|vevol)_20(?P<year>\d\d)")
IGNORED = ("n_communes", "logl_nb_communes")
MARKERS = {"code", "libelle", "rev_med_21"}


def recognise_by_level(table: Opened) -> bool:
    """One row by territory, with the observatory's own names of columns."""
    columns = set(table.columns)
    return table.is_parquet and columns >= MARKERS and "TYP_IRIS" not in columns


def read_by_level(table: Opened, context: Context) -> list[Reading]:
    """Readings of the file's level and, where it has its row, of France."""
    frame = pl.read_parquet(table.plain)
    names = _numeric(frame, context)
    if not names:
        return []
    level = _level(frame, table, context)
    if level == Level.COMMUNE:
        names = [n for n in names if n not in POPULATIONS]
    france = frame.filter(pl.col(CODE) == FRANCE_ROW)
    others = frame.filter(pl.col(CODE) != FRANCE_ROW)
    readings = [_reading(table, context, others, names, level)]
    if france.height and level != Level.COMMUNE:
        france = france.with_columns(pl.lit(FRANCE_CODE).alias(CODE))
        readings.append(_france(table, context, france, names))
    return readings


def _numeric(frame: pl.DataFrame, context: Context) -> list[str]:
    return [
        name
        for name, dtype in frame.schema.items()
        if dtype.is_numeric() and name not in IGNORED and context.wants(variable_of(name))
    ]


def variable_of(column: str) -> str:
    """`rev_med_21` → `OTTD_REV_MED_21`."""
    return PREFIX + column.upper()


def _level(frame: pl.DataFrame, table: Opened, context: Context) -> Level:
    codes = frame.filter(pl.col(CODE) != FRANCE_ROW)[CODE]
    level = level_of(codes, context.geography)
    if level is None:
        raise UnreadableSource(
            Place(table.name, column=CODE),
            "ces codes ne sont ceux d’aucun territoire.",
            "Vérifiez la colonne `code`.",
        )
    return level


def _reading(
    table: Opened, context: Context, frame: pl.DataFrame, names: list[str], level: Level
) -> Reading:
    values = _values(frame, names)
    states = _states(values, level)
    values, states, notes = _hide_lovac_secrets(values, states, frame, table)
    return reading(
        table,
        context,
        source=SOURCE,
        level=level,
        values=values,
        states=states,
        outside=DROM,
        notes=notes,
        sparse=True,
        additive=lambda _name: False,
    )


def _values(frame: pl.DataFrame, names: list[str]) -> pl.DataFrame:
    numbers = (pl.col(n).cast(pl.Float64).fill_nan(None).alias(variable_of(n)) for n in names)
    return frame.select(pl.col(CODE).cast(pl.String), *numbers)


def _states(values: pl.DataFrame, level: Level) -> pl.DataFrame:
    """An absent income is not published (threshold); anything else absent is missing."""
    missing = states_of_nulls(values)
    if level == Level.FRANCE:
        return missing
    return missing.with_columns(
        pl.col(n).replace(State.MISSING.value, State.NOT_PUBLISHED.value)
        for n in missing.columns
        if n.startswith(variable_of("rev_"))
    )


def _hide_lovac_secrets(
    values: pl.DataFrame, states: pl.DataFrame, frame: pl.DataFrame, table: Opened
) -> tuple[pl.DataFrame, pl.DataFrame, list[Note]]:
    """LOVAC hides counts under 11; the observatory shows these secrets as zeros."""
    notes: list[Note] = []
    for column, secret in _lovac_secrets(frame).items():
        name = variable_of(column)
        if name not in values.columns or not secret.any():
            continue
        before = states[name] if name in states.columns else _plain_states(values.height)
        told = pl.when(secret).then(pl.lit(State.SECRET.value, dtype=pl.UInt8)).otherwise(before)
        states = states.with_columns(told.alias(name))
        values = values.with_columns(pl.when(~secret).then(pl.col(name)).alias(name))
        text = (
            f"{secret.sum()} zéros, ou écarts à un zéro, sont des secrets de LOVAC (moins de 11 "
            "logements) : remis à secret."
        )
        notes.append(Note(Severity.INFO, Place(table.name, column=name), text))
    return values, states, notes


def _lovac_secrets(frame: pl.DataFrame) -> dict[str, pl.Series]:
    """Column → where it is a secret: a level at zero, and any change that ends on such a level."""
    zeros: dict[str, pl.Series] = {}
    by_year: dict[str, pl.Series] = {}
    for column in frame.columns:
        if found := LOVAC_LEVEL.fullmatch(column):
            zeros[column] = (frame[column] == 0).fill_null(False)
            year = found["year"]
            by_year[year] = zeros[column] | by_year.get(year, zeros[column])
    for column in frame.columns:
        if (found := LOVAC_CHANGE.fullmatch(column)) and found["year"] in by_year:
            zeros[column] = by_year[found["year"]]
    return zeros


def _plain_states(height: int) -> pl.Series:
    return pl.Series([State.VALUE.value], dtype=pl.UInt8).new_from_index(0, height)


def _france(table: Opened, context: Context, frame: pl.DataFrame, names: list[str]) -> Reading:
    """The row of France, without what is known to be wrong in it."""
    kept = [n for n in names if n not in POPULATIONS]
    values = _values(frame, kept)
    notes = [
        Note(
            Severity.WARNING,
            table.place,
            "la ligne France est la métropole ; ses populations, qui sont des moyennes, sont "
            "laissées de côté.",
        )
    ]
    false_zero = variable_of(FALSE_ZERO_OF_FRANCE)
    if false_zero in values.columns and values[false_zero][0] == 0:
        values = values.with_columns(pl.lit(None, pl.Float64).alias(false_zero))
        text = "zéro pour la France : donnée manquante lue comme un zéro."
        notes.append(Note(Severity.INFO, Place(table.name, column=false_zero), text))
    return reading(
        table,
        context,
        source=SOURCE,
        level=Level.FRANCE,
        values=values,
        states=_states(values, Level.FRANCE),
        outside=DROM,
        notes=notes,
    )


# --- housing, year by year ------------------------------------------------------------------------


SERIES = {"code", "annee", "pxm2_mai", "logaut"}


def recognise_series(table: Opened) -> bool:
    return table.is_parquet and set(table.columns) >= SERIES


def read_series(table: Opened, context: Context) -> list[Reading]:
    """`OTTD_SERIE_LOGAUT_14`: one variable by column and year, by EPCI."""
    frame = pl.read_parquet(table.plain)
    measures = [n for n, dtype in frame.schema.items() if dtype.is_float()]
    long = frame.unpivot(measures, index=[CODE, "annee"]).drop_nulls("value")
    name = pl.format("OTTD_SERIE_{}_{}", "variable", pl.col("annee").cast(pl.String).str.slice(2))
    long = long.with_columns(name=name.str.to_uppercase())
    if context.wanted is not None:
        long = long.filter(pl.col("name").is_in(list(context.wanted)))
    if long.is_empty():
        return []
    values = long.pivot("name", index=CODE, values="value")
    states = states_of_nulls(values)
    return [
        reading(
            table,
            context,
            source=SOURCE,
            level=Level.EPCI,
            values=values,
            states=states,
            outside=DROM,
        )
    ]


FORMATS = (
    Format("ottd-iris", "observatoire tiers, par IRIS", True, recognise_iris, read_iris),
    Format("ottd", "observatoire tiers, par territoire", True, recognise_by_level, read_by_level),
    Format("ottd-series", "observatoire tiers, séries", True, recognise_series, read_series),
)
