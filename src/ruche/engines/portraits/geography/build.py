"""Make the reference geography from the files of its producers, once a year.

Two kinds of files: the JSON tables of the package `@etalab/decoupage-administratif`, by their name
(they gather the Insee's COG, the DGCL's list of EPCIs and the articles of names); and tables in
CSV, by their columns: `code, nom, …, lat, lon, superficie_km2` for points and areas, `insee_com,
superficie_km2` to complete areas, the Insee's own `v_commune_AAAA.csv` (TNCC) and
`v_mvt_commune_AAAA.csv` (movements).
"""

import gzip
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from ruche.engines.portraits.geography.model import Geography, is_overseas_collectivity
from ruche.engines.portraits.geography.names import EpciNames

JSON_NAMES = {
    "communes.json": "communes",
    "epci.json": "epci",
    "departements.json": "departements",
    "regions.json": "regions",
}
CURRENT, DISTRICT = "commune-actuelle", "arrondissement-municipal"
FORMER = ("commune-deleguee", "commune-associee")
RE_ESTABLISHMENT = "21"
"""MOD 21 in the Insee's list of movements: « rétablissement »."""


@dataclass
class Inputs:
    """What was found in the folders, by kind."""

    json: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    points: pl.DataFrame | None = None
    areas: pl.DataFrame | None = None
    cog: pl.DataFrame | None = None
    movements: pl.DataFrame | None = None
    used: dict[str, str] = field(default_factory=dict)
    """Name of each file used → its SHA-256."""


def collect(sources: Iterable[Path]) -> Inputs:
    """Read what the builder knows among these files and folders; the rest is left alone."""
    inputs = Inputs()
    for path in sorted(_files(sources)):
        content = path.read_bytes()
        if _take(path, content, inputs):
            inputs.used[path.name] = hashlib.sha256(content).hexdigest()
    return inputs


def _files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        yield from (p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]


def _take(path: Path, content: bytes, inputs: Inputs) -> bool:
    if path.name in JSON_NAMES:
        inputs.json[JSON_NAMES[path.name]] = json.loads(content)
        return True
    if not path.name.lower().endswith((".csv", ".csv.gz")):
        return False
    plain = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    header = set(plain[:2000].decode("utf-8-sig", "replace").splitlines()[0].split(","))
    for kind, columns in CSV_KINDS.items():
        if columns <= header:
            setattr(inputs, kind, pl.read_csv(BytesIO(plain), infer_schema=False))
            return True
    return False


CSV_KINDS = {
    "points": {"code", "lat", "lon", "superficie_km2"},
    "areas": {"insee_com", "superficie_km2"},
    "cog": {"TYPECOM", "COM", "TNCC"},
    "movements": {"MOD", "COM_AV", "COM_AP"},
}


def build_reference(
    inputs: Inputs, *, year: int, epci_names: EpciNames, splits: pl.DataFrame
) -> Geography:
    """The reference geography of a year. Needs the four JSON tables; the CSV tables complete it."""
    absent = sorted(set(JSON_NAMES.values()) - set(inputs.json))
    if absent:
        raise ValueError(f"Il manque {', '.join(absent)} (.json) pour établir la géographie.")
    rows = [row for row in inputs.json["communes"] if not is_overseas_collectivity(row["code"])]
    communes = _communes(rows, inputs)
    return Geography(
        year=year,
        communes=communes,
        epcis=_epcis(inputs.json["epci"], communes),
        departements=_named(inputs.json["departements"], "region"),
        regions=_named(inputs.json["regions"]),
        passage=_passage(rows),
        splits=_splits(splits, inputs.movements, communes),
        arrondissements=_districts(rows),
        postal=_postal(rows),
        epci_names=epci_names,
    )


def _communes(rows: list[dict[str, Any]], inputs: Inputs) -> pl.DataFrame:
    members = {m["code"]: epci["code"] for epci in inputs.json["epci"] for m in epci["membres"]}
    table = pl.DataFrame(
        [
            (r["code"], r["nom"], r["typeLiaison"], r["departement"], r["region"],
             members.get(r["code"]), r.get("population"))
            for r in rows
            if r["type"] == CURRENT
        ],
        schema={
            "code": pl.String, "name": pl.String, "tncc": pl.UInt8, "departement": pl.String,
            "region": pl.String, "epci": pl.String, "population": pl.Int64,
        },
        orient="row",
    )  # fmt: skip
    table = _with_cog_articles(table, inputs.cog)
    return _with_points_and_areas(table, inputs).sort("code")


def _with_cog_articles(table: pl.DataFrame, cog: pl.DataFrame | None) -> pl.DataFrame:
    """The Insee's own TNCC, where its file is given, in place of the package's."""
    if cog is None:
        return table
    told = cog.filter(pl.col("TYPECOM") == "COM").select(
        code="COM", told=pl.col("TNCC").cast(pl.UInt8)
    )
    joined = table.join(told, on="code", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("told", "tncc").alias("tncc")).drop("told")


def _with_points_and_areas(table: pl.DataFrame, inputs: Inputs) -> pl.DataFrame:
    empty = pl.DataFrame(schema=dict.fromkeys(("code", "area_km2", "lat", "lon"), pl.String))
    points = (
        empty if inputs.points is None else inputs.points.rename({"superficie_km2": "area_km2"})
    )
    points = points.select(
        "code", *(pl.col(c).cast(pl.Float64) for c in ("area_km2", "lat", "lon"))
    )
    areas = _extra_areas(inputs)
    joined = table.join(points, on="code", how="left").join(areas, on="code", how="left")
    return joined.with_columns(pl.coalesce("area_km2", "extra").round(4)).drop("extra")


def _extra_areas(inputs: Inputs) -> pl.DataFrame:
    """Areas by today's commune from another file; former communes, arrondissements are summed."""
    schema = {"code": pl.String, "extra": pl.Float64}
    if inputs.areas is None:
        return pl.DataFrame(schema=schema)
    rows = inputs.json["communes"]
    successors = {**_old_to_new(rows), **{d["code"]: d["commune"] for d in rows if "commune" in d}}
    return (
        inputs.areas.select(
            code=pl.col("insee_com").replace(successors),
            extra=pl.col("superficie_km2").cast(pl.Float64, strict=False),
        )
        .drop_nulls()
        .group_by("code")
        .agg(pl.col("extra").sum())
    )


def _old_to_new(rows: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Former code → today's. A « commune déléguée » or « associée » says it better than the list
    of former codes, which names two successors for the communes that changed sides."""
    rows = list(rows)
    current = {row["code"] for row in rows if row["type"] == CURRENT}
    listed = {old: row["code"] for row in rows for old in row.get("anciensCodes", ())}
    within = {row["code"]: row["chefLieu"] for row in rows if row["type"] in FORMER}
    return {old: new for old, new in {**listed, **within}.items() if old not in current}


def _passage(rows: list[dict[str, Any]]) -> pl.DataFrame:
    pairs = sorted(_old_to_new(rows).items())
    return pl.DataFrame(pairs, schema={"old_code": pl.String, "new_code": pl.String}, orient="row")


def _splits(
    by_hand: pl.DataFrame, movements: pl.DataFrame | None, communes: pl.DataFrame
) -> pl.DataFrame:
    """Parent → part → year, of communes that both exist today."""
    table = by_hand
    if movements is not None:
        told = movements.filter(
            pl.col("MOD") == RE_ESTABLISHMENT, pl.col("COM_AV") != pl.col("COM_AP")
        ).select(
            parent="COM_AV",
            part="COM_AP",
            year=pl.col("DATE_EFF").str.slice(0, 4).cast(pl.Int32),
        )
        table = pl.concat([table, told]).unique(["parent", "part"], keep="first")
    codes = communes["code"].to_list()
    return table.filter(pl.col("parent").is_in(codes), pl.col("part").is_in(codes)).sort(
        "parent", "part"
    )


def _districts(rows: list[dict[str, Any]]) -> pl.DataFrame:
    pairs = [(row["code"], row["commune"]) for row in rows if row["type"] == DISTRICT]
    return pl.DataFrame(pairs, schema={"code": pl.String, "commune": pl.String}, orient="row")


def _postal(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Postal code → commune, those of arrondissements included (on their commune)."""
    pairs = {
        (postal, row.get("commune", row["code"]))
        for row in rows
        if row["type"] in (CURRENT, DISTRICT)
        for postal in row.get("codesPostaux", ())
    }
    schema = {"postal_code": pl.String, "commune": pl.String}
    return pl.DataFrame(sorted(pairs), schema=schema, orient="row")


def _epcis(rows: list[dict[str, Any]], communes: pl.DataFrame) -> pl.DataFrame:
    table = pl.DataFrame(
        [(r["code"], r["nom"], r["type"]) for r in rows],
        schema={"code": pl.String, "name": pl.String, "type": pl.String},
        orient="row",
    )
    sizes = communes.drop_nulls("epci").group_by(code="epci").agg(n_communes=pl.len())
    table = table.join(sizes, on="code").join(_main_seat(communes), on="code")
    return table.select("code", "name", "type", "departement", "region", "n_communes").sort("code")


def _main_seat(communes: pl.DataFrame) -> pl.DataFrame:
    """Where most of the inhabitants of each EPCI live."""
    parts = communes.drop_nulls("epci").group_by("epci", "departement", "region")
    return (
        parts.agg(pl.col("population").sum())
        .sort("population", "departement", descending=[True, False])
        .unique("epci", keep="first", maintain_order=True)
        .select("departement", "region", code="epci")
    )


def _named(rows: list[dict[str, Any]], *more: str) -> pl.DataFrame:
    columns = {
        "code": "code",
        "name": "nom",
        "tncc": "typeLiaison",
        **dict(zip(more, more, strict=True)),
    }
    kept = [row for row in rows if not is_overseas_collectivity(row["code"])]
    table = pl.DataFrame({name: [row[key] for row in kept] for name, key in columns.items()})
    return table.with_columns(pl.col("tncc").cast(pl.UInt8)).sort("code")
