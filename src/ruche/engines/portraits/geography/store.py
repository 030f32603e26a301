"""Where the reference geography is kept: small Parquet tables beside the code, quickly read."""

import tomllib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import polars as pl

from ruche.engines.portraits.geography.model import Geography
from ruche.engines.portraits.geography.names import EpciName

TABLES = (
    "communes",
    "epcis",
    "departements",
    "regions",
    "passage",
    "splits",
    "arrondissements",
    "postal",
)
DESCRIPTION = "reference.toml"
EPCI_NAMES = "epci_noms.toml"
SPLITS = "scissions.toml"


def reference_folder() -> Traversable:
    """The folder of tables that is shipped with the engine."""
    return files("ruche.engines.portraits") / "reference"


@cache
def load_reference() -> Geography:
    """The geography shipped with the engine. Read once; the tables are never modified."""
    return read_reference(reference_folder())


def read_reference(folder: Traversable | Path) -> Geography:
    """A geography from a folder written by `write_reference`."""
    about = tomllib.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    tables = {name: pl.read_parquet((folder / f"{name}.parquet").read_bytes()) for name in TABLES}
    names = read_epci_names(folder / EPCI_NAMES)
    return Geography(year=int(about["year"]), epci_names=names, **tables)


def read_epci_names(file: Traversable | Path) -> dict[str, EpciName]:
    """The names of intercommunalités that were written by hand."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        row["code"]: EpciName(row["name"], row["tncc"], row["official"], row.get("remark", ""))
        for row in table["epci"]
    }


def read_splits(file: Traversable | Path) -> pl.DataFrame:
    """The communes re-established, written by hand: parent, part, year."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["scission"]
    schema = {"parent": pl.String, "part": pl.String, "year": pl.Int32}
    flat = [(row["parent"], part, row["year"]) for row in rows for part in row["parts"]]
    return pl.DataFrame(flat, schema=schema, orient="row")


def write_reference(geography: Geography, folder: Path) -> None:
    """The tables of a geography, as compact as Parquet makes them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in TABLES:
        table: pl.DataFrame = getattr(geography, name)
        table.write_parquet(folder / f"{name}.parquet", compression="zstd", compression_level=19)
