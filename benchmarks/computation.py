"""45 indicators at every level, with ranks: from the wide file, and again from its small copy.

Ours is the product's own path (reader with states, geography, computation, ranks in two groups,
margins); pandas and DuckDB are given the same formulas and asked for value, rank and percentile.
DuckDB is the independent witness: values agree to 1e-9, and no rank differs.
"""

import re
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import claim, conditions, in_process, interleaved, medians
from benchmarks.wide_file import indicators, membership_file, needed, wide_file
from ruche.engines.portraits.catalogue import Catalogue, Formula
from ruche.engines.portraits.computation import compute
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.keeping import keep, kept
from ruche.engines.portraits.levels import ABOVE_COMMUNE, Level
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.pipeline import observe
from ruche.engines.portraits.sources import read
from ruche.engines.portraits.statistics import current_years, figures

VARIABLE = re.compile(r"[A-Z][A-Z0-9_]+")
FAST = 0.5
"""Ours must take at most this share of the time of the others."""

KEYS = ["level", "code", "indicator"]


# --- ours -----------------------------------------------------------------------------------------


def ours(path: Path) -> pl.DataFrame:
    """The product's own path, from a file to figures with ranks."""
    return computed(read(path, load_reference(), wanted=needed()), tuple(Level))


def computed(readings: Iterable[Reading], levels: tuple[Level, ...]) -> pl.DataFrame:
    """From what was read to figures with ranks."""
    geography, catalogue = load_reference(), indicators()
    results = compute(observe(readings, geography), catalogue, geography, levels)
    years = current_years(results)
    return pl.concat(figures(result, geography, years) for result in results.values())


# --- the others -----------------------------------------------------------------------------------


def formula_text(formula: Formula, *, power: str) -> str:
    """The formula as SQL or pandas read it, over summed columns."""
    year = formula.years[0]
    num, den = formula.numerator(year), formula.denominator(year)
    if den is None:
        return f"({num}) * {formula.scale}"
    ratio = f"({num}) / ({den})"
    if formula.rule == "growth":
        grown = (
            f"pow({ratio}, 1.0 / {formula.span})"
            if power == "pow"
            else f"(({ratio}) ** (1.0 / {formula.span}))"
        )
        return f"({grown} - 1) * {formula.scale}"
    if formula.rule == "annual":
        return f"{ratio} / {formula.span} * {formula.scale}"
    return f"{ratio} * {formula.scale}"


def split(catalogue: Catalogue) -> tuple[list[str], list[str]]:
    """Variables to sum, and variables published by commune only."""
    additive = sorted({v for _, f, y in catalogue.steps() if f.additive for v in f.variables(y)})
    published = sorted(
        {v for _, f, y in catalogue.steps() if not f.additive for v in f.variables(y)}
    )
    return additive, published


def sql(path: Path) -> str:
    """One query: sums by grouping sets, formulas, unpivot, rank and percentile."""
    catalogue = indicators()
    additive, published = split(catalogue)
    sums = ", ".join(f'sum("{name}") AS "{name}"' for name in additive)
    alone = ", ".join(
        f'CASE WHEN GROUPING("CODGEO") = 0 THEN any_value("{name}") END AS "{name}"'
        for name in published
    )
    values = ", ".join(
        f"({_guarded(i.formula[0], i.min_denominator)})::DOUBLE AS {i.id}"
        for i in catalogue.indicators
    )
    types = ", ".join(f"'{name}': 'DOUBLE'" for name in additive + published)
    picked = ", ".join(f'"{name}"' for name in ["CODGEO", *additive, *published])
    return f"""
WITH d AS (
  SELECT s.*, g."EPCI", g."DEP", g."REG"
  FROM (SELECT {picked} FROM read_csv('{path}', delim=';', header=true, nullstr='s',
        sample_size=2000,        types={{'CODGEO': 'VARCHAR', {types}}})) s
  JOIN read_csv('{membership_file()}', delim=';', all_varchar=true, header=true) g
  USING ("CODGEO")),
agg AS (
  SELECT CASE WHEN GROUPING("CODGEO") = 0 THEN 'COM' WHEN GROUPING("EPCI") = 0 THEN 'EPCI'
              WHEN GROUPING("DEP") = 0 THEN 'DEP' WHEN GROUPING("REG") = 0 THEN 'REG'
              ELSE 'FR' END AS level,
         coalesce("CODGEO", "EPCI", "DEP", "REG", 'FR') AS code,
         GROUPING("EPCI") = 0 AND "EPCI" IS NULL AS nowhere, {sums}, {alone}
  FROM d GROUP BY GROUPING SETS (("CODGEO"), ("EPCI"), ("DEP"), ("REG"), ())),
w AS (SELECT level, code, {values} FROM agg WHERE NOT nowhere),
l AS (UNPIVOT w ON COLUMNS(* EXCLUDE (level, code)) INTO NAME indicator VALUE value)
SELECT level, code, indicator, value, rank() OVER p AS rank, percent_rank() OVER p AS percentile
FROM l WINDOW p AS (PARTITION BY level, indicator ORDER BY value DESC)"""


def _guarded(formula: Formula, floor: float) -> str:
    """The formula in SQL, null under the threshold of its denominator."""
    text = VARIABLE.sub(lambda match: f'"{match[0]}"', formula_text(formula, power="pow"))
    den = formula.denominator(formula.years[0])
    if den is None:
        return text
    quoted = VARIABLE.sub(lambda match: f'"{match[0]}"', str(den))
    return f"CASE WHEN ({quoted}) >= {floor} AND ({quoted}) <> 0 THEN {text} END"


def by_duckdb(path: Path) -> pl.DataFrame:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SET enable_progress_bar = false")
    return connection.sql(sql(path)).pl()


def by_pandas(path: Path) -> Any:
    import numpy as np
    import pandas as pd

    catalogue = indicators()
    additive, published = split(catalogue)
    types = {"CODGEO": str}
    wide_table = pd.read_csv(
        path, sep=";", usecols=["CODGEO", *additive, *published], dtype=types, na_values=["s"]
    )
    places = pd.read_csv(membership_file(), sep=";", dtype=str)
    table = wide_table.merge(places, on="CODGEO")
    table["FR"] = "FR"
    parts = []
    for level, key in (
        ("COM", "CODGEO"),
        ("EPCI", "EPCI"),
        ("DEP", "DEP"),
        ("REG", "REG"),
        ("FR", "FR"),
    ):
        sums = table.groupby(key)[additive].sum()
        for name in published:
            sums[name] = table.set_index("CODGEO")[name].astype(float) if level == "COM" else np.nan
        columns = {}
        for indicator in catalogue.indicators:
            formula = indicator.formula[0]
            value = sums.eval(formula_text(formula, power="**"))
            den = formula.denominator(formula.years[0])
            if den is not None:
                below = sums.eval(str(den))
                value = value.where((below >= indicator.min_denominator) & (below != 0))
            columns[indicator.id] = value
        frame = pd.DataFrame(columns)
        frame.insert(0, "level", level)
        frame.index.name = "code"
        parts.append(frame.reset_index())
    long = (
        pd.concat(parts).melt(["code", "level"], var_name="indicator", value_name="value").dropna()
    )
    groups = long.groupby(["level", "indicator"])["value"]
    long["rank"] = groups.rank(ascending=False, method="min")
    long["percentile"] = (long["rank"] - 1) / (groups.transform("size") - 1)
    return long


# --- agreement ------------------------------------------------------------------------------------


def agreement(path: Path) -> dict[str, float]:
    """Largest relative difference with DuckDB, and how many ranks in the country differ."""
    country = ours(path).filter(pl.col("value").is_not_null())
    mine = country.with_columns(
        rank_country=pl.col("value").rank("min", descending=True).over("level", "indicator")
    ).select(*KEYS, "value", "rank_country")
    theirs = by_duckdb(path).with_columns(pl.col("level", "code", "indicator").cast(pl.String))
    both = mine.join(theirs, on=KEYS, how="full", suffix="_other")
    gap = ((both["value"] - both["value_other"]).abs() / (both["value"].abs() + 1e-9)).max()
    return {
        "gap": float(gap or 0.0),  # type: ignore[arg-type]
        "ranks": float((both["rank_country"].cast(pl.Int64) != both["rank"].cast(pl.Int64)).sum()),
        "missing": float(both["value"].null_count() + both["value_other"].null_count()),
        "rows": float(mine.height),
    }


# --- claims ---------------------------------------------------------------------------------------

TIMED = """
import time
from pathlib import Path
from benchmarks.computation import {function}
path = Path({path!r})
start = time.perf_counter()
{function}({arguments})
seconds = time.perf_counter() - start
"""


def code(function: str, path: Path, arguments: str = "path") -> str:
    return TIMED.format(function=function, path=str(path), arguments=arguments)


def raw_read(path: Path) -> int:
    """The bytes of the file in blocks of 1 MiB: the floor of any reading."""
    total, block = 0, bytearray(1 << 20)
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            total += size
    return total


def above_communes(folder: Path) -> pl.DataFrame:
    """Everything above the commune, from the tables that an import keeps."""
    return computed(kept(folder), ABOVE_COMMUNE)


def kept_copy(path: Path) -> Path:
    """What `portraits import` keeps of the file, made at the first call."""
    folder = path.with_suffix(".garde")
    keep(read(path, load_reference(), wanted=needed()), folder)
    return folder


def run(full: bool) -> Iterator[dict[str, Any]]:
    """The three claims of the computation."""
    path = wide_file(full)
    raw_read(path)
    size = f"{path.stat().st_size / 1e6:.0f} MB"
    found = interleaved(
        {
            "ours": code("ours", path),
            "pandas": code("by_pandas", path),
            "duckdb": code("by_duckdb", path),
        }
    )
    about = conditions(file=size, processes="fresh", runs=5)
    for other in ("pandas", "duckdb"):
        ratio = found["ours"]["seconds"] / found[other]["seconds"]
        yield claim(
            f"45 indicators, all levels, with ranks, from the CSV: twice as fast as {other}",
            ours=found["ours"]["seconds"],
            other=found[other]["seconds"],
            bar=FAST,
            holds=ratio <= FAST,
            conditions=about,
        )
    same = agreement(path)
    yield claim(
        "Values agree with DuckDB to 1e-9, without a rank that differs",
        ours=same["gap"],
        other=1e-9,
        bar=1.0,
        holds=same["gap"] <= 1e-9 and same["ranks"] == 0 and same["missing"] == 0,
        conditions="{rows:.0f} figures, {ranks:.0f} ranks differ, {missing:.0f} missing".format(
            **same
        ),
    )
    folder = kept_copy(path)
    times = medians({"ours": partial(above_communes, folder), "raw": partial(raw_read, path)})
    yield claim(
        "Everything above the commune from the Parquet: at most twice the raw read of the CSV",
        ours=times["ours"],
        other=times["raw"],
        bar=2.0,
        holds=times["ours"] <= 2 * times["raw"],
        conditions=conditions(file=size, runs=5),
    )
    memory = in_process(code("ours", path))["mebibytes"]
    yield claim(
        "Peak memory of the whole computation from the CSV, in MiB",
        ours=memory,
        other=600.0,
        bar=1.0,
        holds=memory <= 600,
        conditions=about,
    )
