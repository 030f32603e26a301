"""The Insee's long files (SDMX, « Melodi ») and those of its kin: one line by figure.

`GEO`, `GEO_OBJECT`, dimensions, `TIME_PERIOD`, `OBS_VALUE` and the statuses: the same layout for
the census, Filosofi 2023 and the BPE, where all levels stand side by side. They come out as
separate readings: what is summed from communes can be held against what the producer publishes.
`melodi.toml` says which dimensions make which variable of the wide files.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

from ruche.engines.portraits.errors import Note, Place, Severity, UnreadableSource
from ruche.engines.portraits.geography import DROM
from ruche.engines.portraits.levels import FRANCE_CODE, Level
from ruche.engines.portraits.observations import CODE, Reading
from ruche.engines.portraits.sources.building import reading, refuse_negative_counts
from ruche.engines.portraits.sources.cells import decode
from ruche.engines.portraits.sources.formats import Context, Format
from ruche.engines.portraits.sources.leveling import METROPOLE_CODES
from ruche.engines.portraits.sources.opening import ADVICE_DOWNLOAD, Opened
from ruche.engines.portraits.sources.tables import zeros_where_absent
from ruche.engines.portraits.states import State

CORE = {"GEO", "TIME_PERIOD", "OBS_VALUE"}
SERVICE = frozenset(
    {
        *CORE,
        "GEO_OBJECT",
        "FREQ",
        "OBS_STATUS",
        "CONF_STATUS",
        "UNIT_MULT",
        "DECIMALS",
        "OBS_STATUS_FR",
    }
)
"""Columns that are not dimensions."""

TOTAL = "_T"
LEVELS = {
    "COM": Level.COMMUNE,
    "ARM": Level.COMMUNE,
    "EPCI": Level.EPCI,
    "DEP": Level.DEPARTEMENT,
    "REG": Level.REGION,
    "FRANCE": Level.FRANCE,
    "FR": Level.FRANCE,
    "METRO": Level.FRANCE,
}
SECRET, UNPUBLISHED = "C", "O"
LINE = "_line"


@dataclass(frozen=True)
class Variable:
    """Which rows make a variable: values of dimensions, the total of every other."""

    name: str
    where: Mapping[str, str]


@dataclass(frozen=True)
class Dataset:
    """A long dataset that we know."""

    id: str
    source: str
    needs: frozenset[str]
    variables: tuple[Variable, ...]
    free: frozenset[str] = frozenset()
    absent_is_zero: bool = False

    def knows(self, columns: frozenset[str]) -> bool:
        return self.needs <= columns


@cache
def datasets() -> tuple[Dataset, ...]:
    """The datasets of `melodi.toml`, the most demanding first."""
    text = (files("ruche.engines.portraits.sources") / "melodi.toml").read_text(encoding="utf-8")
    return tuple(_dataset(row) for row in tomllib.loads(text)["dataset"])


def _dataset(row: Mapping[str, Any]) -> Dataset:
    return Dataset(
        id=row["id"],
        source=row["source"],
        needs=frozenset(row["needs"]),
        variables=tuple(Variable(v["name"], v["where"]) for v in row["variable"]),
        free=frozenset(row.get("free", ())),
        absent_is_zero=row.get("absent_is_zero", False),
    )


def recognise(table: Opened) -> bool:
    return set(table.columns) >= CORE


def read(table: Opened, context: Context) -> list[Reading]:
    """One reading by level. Refuses a dataset that the table of dimensions does not know."""
    columns = frozenset(table.columns)
    dataset = next((known for known in datasets() if known.knows(columns)), None)
    if dataset is None:
        raise UnreadableSource(
            Place(table.name, 1),
            f"jeu de données inconnu (dimensions : {', '.join(sorted(columns - SERVICE))}).",
            "Décrivez-le dans la table des jeux longs, ou demandez-le à l’équipe.",
        )
    rows = _rows(table, dataset, context)
    _refuse_twice(rows, table)
    rows = _decoded(rows, table)
    return [
        _reading(group, LEVELS[str(level)], dataset, table, context)
        for (level,), group in rows.group_by("level", maintain_order=True)
    ]


# --- rows -----------------------------------------------------------------------------------------


def _rows(table: Opened, dataset: Dataset, context: Context) -> pl.DataFrame:
    """code, level, name, OBS_VALUE and statuses of the rows that make a wanted variable."""
    columns = table.columns
    dimensions = [c for c in columns if c not in SERVICE and c not in dataset.free]
    variables = [v for v in dataset.variables if _may_be_wanted(v, context)]
    if not variables:
        return pl.DataFrame(schema=dict.fromkeys((CODE, "level", "name", "OBS_VALUE"), pl.String))
    which = pl.coalesce(_is_made_of(v, i, dimensions) for i, v in enumerate(variables))
    try:
        rows = (
            _scan(table)
            .with_columns(_object(columns), _which=which)
            .filter(pl.col("_which").is_not_null(), pl.col("_object").is_in(list(LEVELS)))
            .select(_which="_which", _object="_object", **{c: c for c in _kept(columns, variables)})
            .collect(engine="streaming")
        )
    except PolarsError as error:
        raise UnreadableSource(
            table.place, f"ce tableau ne se lit pas ({error}).", ADVICE_DOWNLOAD
        ) from error
    rows = _one_france(rows.with_columns(_geo(), _level(), _named(variables, columns)))
    return rows.filter(pl.lit(True) if context.wanted is None else _is_wanted(context.wanted))


def _is_wanted(wanted: frozenset[str]) -> pl.Expr:
    return pl.col("name").is_in(list(wanted))


def _may_be_wanted(variable: Variable, context: Context) -> bool:
    """Could some year, or some value of its placeholders, make a wanted name?"""
    if context.wanted is None:
        return True
    parts = re.split(r"\{\w+\}", variable.name)
    pattern = re.compile(r"\w+".join(map(re.escape, parts)))
    return any(pattern.fullmatch(name) for name in context.wanted)


def _kept(columns: list[str], variables: list[Variable]) -> list[str]:
    """The columns that the rows found still need."""
    placeholders = {d for v in variables for d in _placeholders(v.name)}
    wanted = {"GEO", "TIME_PERIOD", "OBS_VALUE", "CONF_STATUS", "OBS_STATUS", *placeholders}
    return [LINE, *(c for c in columns if c in wanted)]


def _scan(table: Opened) -> pl.LazyFrame:
    """Everything as text, with the number of each line."""
    if table.is_parquet:
        lazy = pl.scan_parquet(table.plain, row_index_name=LINE, row_index_offset=2, glob=False)
        return lazy.with_columns(pl.exclude(LINE).cast(pl.String))
    return pl.scan_csv(
        table.plain,
        separator=table.separator,
        infer_schema=False,
        encoding="utf8-lossy",
        row_index_name=LINE,
        row_index_offset=2,
        glob=False,
    )


def _is_made_of(variable: Variable, number: int, dimensions: list[str]) -> pl.Expr:
    """The number of the variable on the rows that make it, null on the others."""
    if any(d not in dimensions for d, value in variable.where.items() if value != TOTAL):
        return pl.lit(None, pl.UInt8)
    placeholders = _placeholders(variable.name)
    fixed = [d for d in dimensions if d not in placeholders]
    tests = [pl.col(d).fill_null(TOTAL) == variable.where.get(d, TOTAL) for d in fixed]
    tests += [pl.col(d) != TOTAL for d in placeholders]
    return pl.when(pl.all_horizontal(tests)).then(pl.lit(number, pl.UInt8))


def _named(variables: list[Variable], columns: list[str]) -> pl.Expr:
    """The names of the rows, from the numbers of their variables."""
    return pl.coalesce(
        pl.when(pl.col("_which") == i).then(_written(v.name, _placeholders(v.name)))
        for i, v in enumerate(variables)
        if set(_placeholders(v.name)) <= set(columns)
    ).alias("name")


def _placeholders(name: str) -> list[str]:
    return [part.split("}")[0] for part in name.split("{")[1:] if not part.startswith("yy}")]


def _written(name: str, placeholders: list[str]) -> pl.Expr:
    pattern, columns = name, ["yy", *placeholders]
    order = sorted(columns, key=lambda column: pattern.index("{" + column + "}"))
    for column in columns:
        pattern = pattern.replace("{" + column + "}", "{}")
    year = pl.col("TIME_PERIOD").str.slice(2, 2)
    return pl.format(pattern, *(year if column == "yy" else pl.col(column) for column in order))


def _geo() -> pl.Expr:
    """`2023-COM-32013`, `COM-32013` or `32013`: the code is what follows the last hyphen."""
    return pl.col("GEO").str.split("-").list.last().alias(CODE)


def _object(columns: list[str]) -> pl.Expr:
    """The kind of territory: its column, or the middle of `2023-COM-32013`."""
    if "GEO_OBJECT" in columns:
        return pl.col("GEO_OBJECT").str.to_uppercase().alias("_object")
    return pl.col("GEO").str.split("-").list.get(-2, null_on_oob=True).alias("_object")


def _level() -> pl.Expr:
    return (
        pl.col("_object").replace({"ARM": "COM", "FR": "FRANCE", "METRO": "FRANCE"}).alias("level")
    )


def _one_france(rows: pl.DataFrame) -> pl.DataFrame:
    """France where it is given; the métropole where it stands alone."""
    france = pl.col("level") == "FRANCE"
    metropole = france & pl.col(CODE).str.to_uppercase().is_in(list(METROPOLE_CODES))
    if rows.filter(france & ~metropole).height:
        rows = rows.filter(~metropole)
    return rows


def _refuse_twice(rows: pl.DataFrame, table: Opened) -> None:
    key = rows.select("level", CODE, "name")
    if key.n_unique() == rows.height:
        return
    twice = rows.filter(key.is_duplicated()).sort("level", CODE, "name", LINE)
    first, second = twice.row(0, named=True), twice.row(1, named=True)
    raise UnreadableSource(
        Place(table.name, second[LINE], "OBS_VALUE"),
        f"{second['name']} est donnée deux fois pour {second[CODE]}, lignes {first[LINE]} et "
        f"{second[LINE]}.",
        "Une dimension du jeu n’est pas décrite : complétez la table des jeux longs.",
    )


def _decoded(rows: pl.DataFrame, table: Opened) -> pl.DataFrame:
    """Numbers and states: a status wins over what stands in the cell."""
    decoded = _decode_values(rows, table)
    rows = rows.with_columns(decoded)
    status = pl.col("state")
    if "OBS_STATUS" in rows.columns:
        unpublished = pl.lit(State.NOT_PUBLISHED.value, dtype=pl.UInt8)
        status = pl.when(pl.col("OBS_STATUS") == UNPUBLISHED).then(unpublished).otherwise(status)
    if "CONF_STATUS" in rows.columns:
        secret = pl.lit(State.SECRET.value, dtype=pl.UInt8)
        status = pl.when(pl.col("CONF_STATUS") == SECRET).then(secret).otherwise(status)
    rows = rows.with_columns(state=status)
    return rows.with_columns(number=pl.when(pl.col("state") == State.VALUE.value).then("number"))


def _decode_values(rows: pl.DataFrame, table: Opened) -> pl.DataFrame:
    try:
        decoded = decode(rows["OBS_VALUE"], table.place, first_line=0)
    except UnreadableSource as error:
        row = error.place.line or 0
        place = Place(table.name, rows[LINE][row], "OBS_VALUE")
        raise UnreadableSource(place, error.problem, error.advice) from error
    plain = pl.Series([State.VALUE.value], dtype=pl.UInt8).new_from_index(0, rows.height)
    states = plain if decoded.states is None else decoded.states
    return pl.DataFrame({"number": decoded.values, "state": states})


# --- readings -------------------------------------------------------------------------------------


def _reading(
    group: pl.DataFrame, level: Level, dataset: Dataset, table: Opened, context: Context
) -> Reading:
    outside: frozenset[str] = frozenset()
    notes: list[Note] = []
    if level == Level.FRANCE:
        if group[CODE].str.to_uppercase().is_in(list(METROPOLE_CODES)).any():
            outside = DROM
            notes.append(Note(Severity.INFO, table.place, "« France » y est la métropole."))
        group = group.with_columns(pl.lit(FRANCE_CODE).alias(CODE))
    values = group.pivot("name", index=CODE, values="number")
    states = group.pivot("name", index=CODE, values="state")
    if dataset.absent_is_zero:
        values, states = _absent_rows_are_zeros(values, states)
    refuse_negative_counts(values, table)
    result = reading(
        table,
        context,
        source=dataset.source,
        level=level,
        values=values,
        states=states,
        outside=outside,
        notes=notes,
        sparse=dataset.absent_is_zero,
    )
    whole = dataset.absent_is_zero and level == Level.COMMUNE
    return zeros_where_absent(result, context) if whole else result


def _absent_rows_are_zeros(
    values: pl.DataFrame, states: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """No line for a territory and an equipment: there is none."""
    names = values.columns[1:]
    absent = {n: states[n].is_null() for n in names}
    return (
        values.with_columns(
            pl.when(absent[n]).then(0.0).otherwise(pl.col(n)).alias(n) for n in names
        ),
        states.with_columns(pl.col(n).fill_null(State.VALUE.value) for n in names),
    )


FORMATS = (Format("insee-long", "jeu long de l’Insee (Melodi)", False, recognise, read),)
