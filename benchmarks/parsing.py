"""Parse, typing and states of the needed columns, kept as Parquet, beside Polars' bare parse.

« Ours » is what `portraits import` does: the checks of the reader, its states, today's geography
and the tables written. The SHA-256 of the file, of which a parse has no use, is timed apart.
« Bare » is `scan_csv` of the same columns as floats, with the markers read as nulls: what one would
write without caring why a figure is absent.
"""

import shutil
from collections.abc import Iterator
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.measuring import ROOT, claim, conditions, medians
from benchmarks.wide_file import needed, wide_file
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.keeping import keep
from ruche.engines.portraits.sources import wide
from ruche.engines.portraits.sources.formats import Context
from ruche.engines.portraits.sources.opening import opened

BAR = 1.3
KNOWN: Future[str] = Future()
KNOWN.set_result("0" * 64)


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


def ours(path: Path, folder: Path, *, fingerprint: bool) -> None:
    """The product's: read with states, and kept; with or without the SHA-256 of the file."""
    shutil.rmtree(folder, ignore_errors=True)
    with opened(path) as (table,):
        if fingerprint:
            _ = table.digest  # it begins now, beside the reading
        else:
            table.__dict__["digest"] = KNOWN
        keep(wide.read(table, Context(load_reference(), frozenset(needed()))), folder)


def run(full: bool) -> Iterator[dict[str, Any]]:
    """One claim."""
    path, columns = wide_file(full), needed()
    header = path.open(encoding="utf-8").readline().strip().split(";")
    columns = [name for name in columns if name in header]
    folder = ROOT / "var" / "bench" / "import"
    times = medians(
        {
            "ours": partial(ours, path, folder, fingerprint=False),
            "bare": partial(bare, path, columns),
            "import": partial(ours, path, folder, fingerprint=True),
        }
    )
    about = conditions(file=f"{path.stat().st_size / 1e6:.0f} MB", columns=len(columns), runs=5)
    yield claim(
        "Parse, types and states of the needed columns, to Parquet, beside Polars' bare parse",
        ours=times["ours"],
        other=times["bare"],
        bar=BAR,
        holds=times["ours"] <= BAR * times["bare"],
        conditions=f"{about}; with the SHA-256 of the file: {times['import']:.2f} s",
    )
