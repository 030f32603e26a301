"""Parse, typing and states of the needed columns, kept as Parquet, beside Polars' bare parse.

« Bare » is `scan_csv` of the same columns as floats, with the markers read as nulls: what one would
write without caring why a figure is absent.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import ROOT, claim, conditions, medians
from benchmarks.wide_file import needed, wide_file
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.sources import wide

BAR = 1.3


def bare(path: Path, columns: list[str]) -> pl.DataFrame:
    """Polars alone: the columns as floats, markers as nulls."""
    types = {"CODGEO": pl.String} | dict.fromkeys(columns, pl.Float64)
    scanned = pl.scan_csv(
        path,
        separator=";",
        null_values=["s", "nd", "ns", ""],
        schema_overrides=types,
        infer_schema_length=0,
    )
    return scanned.select("CODGEO", *columns).collect()


def ours(path: Path, copy: Path, columns: list[str]) -> None:
    """The product's: the same, with states, written to a Parquet file."""
    copy.unlink(missing_ok=True)
    wide.to_parquet(path, copy, load_reference(), wanted=columns)


def run(full: bool) -> Iterator[dict[str, Any]]:
    """One claim."""
    path, columns = wide_file(full), needed()
    header = path.open(encoding="utf-8").readline().strip().split(";")
    columns = [name for name in columns if name in header]
    copy = ROOT / "var" / "bench" / "copie.parquet"
    tasks = {"ours": partial(ours, path, copy, columns), "bare": partial(bare, path, columns)}
    times = medians(tasks)
    yield claim(
        "Parse, types and states of the needed columns, to Parquet, beside Polars' bare parse",
        ours=times["ours"],
        other=times["bare"],
        bar=BAR,
        holds=times["ours"] <= BAR * times["bare"],
        conditions=conditions(
            file=f"{path.stat().st_size / 1e6:.0f} MB", columns=len(columns), runs=5
        ),
    )
