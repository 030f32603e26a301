"""An edition is a photograph: figures, ranks and peers at one moment, that nothing changes.

It remembers what it was made from (the SHA-256 of every file and of the catalogue) and carries a
digest of its own content, so that anyone can check that a published figure is the computed one.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from ruche.engines.portraits.catalogue import Catalogue
from ruche.engines.portraits.checks import checks_data, cross_checks
from ruche.engines.portraits.computation import LevelResult, compute
from ruche.engines.portraits.errors import Note, PortraitError, Severity
from ruche.engines.portraits.geography import Geography, codes_to_positions
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import CODE, Observations
from ruche.engines.portraits.peers import BASES, Likeness, peer_quartiles
from ruche.engines.portraits.statistics import (
    FIGURES_SCHEMA,
    SERIES_SCHEMA,
    current_years,
    figures,
    series,
)

WELL_KNOWN = 0.9
"""An indicator helps to find peers when at least this share of the EPCIs have it."""

PEERS_SCHEMA: dict[str, Any] = {
    CODE: pl.String,
    "base": pl.String,
    "position": pl.UInt8,
    "peer": pl.String,
    "distance": pl.Float64,
    "closest": pl.List(pl.String),
    "farthest": pl.List(pl.String),
}
DECIMALS = {"value": 6, "num": 2, "den": 2, "percentile": 2}
"""Decimals kept in an edition; four for the other columns."""

PEER_VALUES = ("peers_low", "peers_median", "peers_high")


@dataclass(frozen=True)
class Input:
    """A file that the edition was computed from."""

    source: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What an edition says of itself."""

    id: str
    geography: int
    """Year of the reference geography, on 1 January."""
    departement: str
    """The département whose communes are kept; every other level covers the country."""
    catalogue: str
    """SHA-256 of the catalogue of indicators."""
    inputs: tuple[Input, ...]
    notes: tuple[str, ...] = ()
    checks: tuple[dict[str, Any], ...] = ()
    """Sums of communes beside published values (see `checks`)."""
    digest: str = ""
    """SHA-256 of the figures, series and peers."""


@dataclass(frozen=True)
class Edition:
    """The manifest and three tables: current figures, all years, comparable territories."""

    manifest: Manifest
    figures: pl.DataFrame
    series: pl.DataFrame
    peers: pl.DataFrame

    def verify(self) -> None:
        """Raise `PortraitError` when the content is not the one that was sealed."""
        if self.manifest.digest != content_digest(self):
            raise PortraitError(
                f"L'édition {self.manifest.id} a été modifiée depuis sa construction : "
                "reconstruisez-la, ou reprenez une copie intacte."
            )


def build_edition(
    observations: Observations,
    catalogue: Catalogue,
    geography: Geography,
    *,
    edition: str,
    departement: str,
) -> Edition:
    """Compute everything, at every level, and seal it."""
    refuse_departement(geography, departement)
    results = compute(observations, catalogue, geography)
    years = current_years(results)
    kept = _kept_communes(geography, departement)
    tables = [_only(figures(result, geography, years), kept) for result in results.values()]
    likeness = _likeness(results[Level.EPCI], catalogue, years)
    raw = Edition(
        manifest=Manifest(
            id=edition,
            geography=geography.year,
            departement=departement,
            catalogue=catalogue.digest,
            inputs=_inputs(observations),
            notes=_warnings(observations.notes),
            checks=tuple(checks_data(cross_checks(observations, catalogue, geography))),
        ),
        figures=_with_peer_values(pl.concat(tables), likeness, results[Level.EPCI], years),
        series=pl.concat(_only(series(result), kept) for result in results.values()),
        peers=_peers(likeness, catalogue),
    )
    return seal(raw)


def refuse_departement(geography: Geography, departement: str) -> None:
    """Raise `PortraitError` for a code that no département has."""
    if departement not in set(geography.departements[CODE]):
        raise PortraitError(f"Département inconnu : « {departement} ». Exemples : 09, 2A, 32, 974.")


def seal(edition: Edition) -> Edition:
    """The same edition, sorted, with its digest."""
    ordered = Edition(
        manifest=edition.manifest,
        figures=_rounded(edition.figures).sort("level", CODE, "indicator"),
        series=_rounded(edition.series).sort("level", CODE, "indicator", "year"),
        peers=edition.peers.sort(CODE, "base", "position"),
    )
    return replace(ordered, manifest=replace(ordered.manifest, digest=content_digest(ordered)))


def content_digest(edition: Edition) -> str:
    """SHA-256 of the tables as sorted text: the same on every machine."""
    digest = hashlib.sha256()
    for table in (edition.figures, edition.series, edition.peers):
        flat = table.with_columns(
            pl.col(name).list.join("|") for name, kind in table.schema.items() if kind == pl.List
        )
        digest.update(flat.write_csv(float_precision=9).encode())
    return digest.hexdigest()


def _kept_communes(geography: Geography, departement: str) -> set[str]:
    """Communes of the département, and of the intercommunalités that it holds."""
    epcis = geography.epcis.filter(pl.col("departement") == departement)[CODE]
    communes = geography.communes.filter(
        (pl.col("departement") == departement) | pl.col("epci").is_in(epcis.to_list())
    )
    return set(communes[CODE])


def _only(table: pl.DataFrame, communes: set[str]) -> pl.DataFrame:
    elsewhere = (pl.col("level") == Level.COMMUNE.value) & ~pl.col(CODE).is_in(list(communes))
    return table.filter(~elsewhere)


def _inputs(observations: Observations) -> tuple[Input, ...]:
    found = {(p.source, p.file, p.sha256) for p in observations.provenance.values()}
    return tuple(Input(*item) for item in sorted(found))


def _warnings(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(sorted({str(note) for note in notes if note.severity is Severity.WARNING}))


def _likeness(result: LevelResult, catalogue: Catalogue, years: Mapping[str, int]) -> Likeness:
    wide: dict[str, Any] = {CODE: result.codes}
    for row, step in enumerate(result.steps):
        current = years.get(step.indicator.id) == step.year
        if current and step.indicator.comparable and result.known_share(row) >= WELL_KNOWN:
            wide[step.indicator.id] = result.values[row]
    return Likeness.of(pl.DataFrame(wide))


def _peers(likeness: Likeness, catalogue: Catalogue) -> pl.DataFrame:
    rows: list[dict[str, object]] = []
    for base, themes in BASES.items():
        chosen = [i.id for i in catalogue.indicators if not themes or i.theme in themes]
        space = likeness.keeping(chosen)
        for code in space.codes:
            for position, peer in enumerate(space.peers(code), start=1):
                rows.append(
                    {
                        CODE: code,
                        "base": base,
                        "position": position,
                        "peer": peer.code,
                        "distance": round(peer.distance, 4),
                        "closest": list(peer.closest),
                        "farthest": list(peer.farthest),
                    }
                )
    return pl.DataFrame(rows, schema=PEERS_SCHEMA)


def _with_peer_values(
    table: pl.DataFrame, likeness: Likeness, epcis: LevelResult, years: Mapping[str, int]
) -> pl.DataFrame:
    """Add, for each EPCI, the quartiles of its peers, found without the indicator being read."""
    codes = pl.Series(CODE, likeness.codes)
    places = codes_to_positions(codes, epcis.codes)
    parts: list[pl.DataFrame] = []
    for row, step in enumerate(epcis.steps):
        name = step.indicator.id
        if years.get(name) != step.year:
            continue
        found = likeness.nearest_without(name) if name in likeness.indicators else likeness.nearest
        quartiles = peer_quartiles(epcis.values[row][places], found)
        parts.append(
            pl.DataFrame(quartiles, schema=list(PEER_VALUES), orient="row")
            .with_columns(pl.all().fill_nan(None))
            .with_columns(codes, level=pl.lit(Level.EPCI.value), indicator=pl.lit(name))
        )
    if not parts:
        return table.with_columns(pl.lit(None, dtype=pl.Float64).alias(n) for n in PEER_VALUES)
    return table.join(pl.concat(parts), on=["level", CODE, "indicator"], how="left")


def _rounded(table: pl.DataFrame) -> pl.DataFrame:
    """Drop the noise of binary fractions: these decimals are more than anyone publishes."""
    columns = [name for name, kind in table.schema.items() if kind == pl.Float64]
    return table.with_columns(pl.col(name).round(DECIMALS.get(name, 4)) for name in columns)


FILES = {
    "figures": FIGURES_SCHEMA | dict.fromkeys(PEER_VALUES, pl.Float64),
    "series": SERIES_SCHEMA,
    "peers": PEERS_SCHEMA,
}


def write_edition(edition: Edition, folder: Path) -> None:
    """Write an edition to a folder that must not exist yet; all or nothing."""
    refuse_existing(folder)
    draft = folder.with_name(f".{folder.name}.partiel")
    draft.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        table: pl.DataFrame = getattr(edition, name)
        table.write_parquet(draft / f"{name}.parquet", compression="zstd", compression_level=19)
    text = json.dumps(asdict(edition.manifest), ensure_ascii=False, indent=1)
    (draft / "manifest.json").write_text(text + "\n", encoding="utf-8")
    draft.rename(folder)


def refuse_existing(folder: Path) -> None:
    """Raise `PortraitError` when something is already there."""
    if folder.exists():
        raise PortraitError(f"{folder} existe déjà : une édition ne se réécrit pas.")


def read_edition(folder: Path) -> Edition:
    """Read and verify an edition. Raises `PortraitError` when it is not whole."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        manifest["inputs"] = tuple(Input(**item) for item in manifest["inputs"])
        manifest["notes"], manifest["checks"] = tuple(manifest["notes"]), tuple(manifest["checks"])
        tables = {name: pl.read_parquet(folder / f"{name}.parquet") for name in FILES}
        edition = Edition(Manifest(**manifest), **tables)
    except (OSError, ValueError, TypeError, KeyError, pl.exceptions.PolarsError) as error:
        raise PortraitError(f"{folder} n'est pas une édition lisible ({error}).") from error
    edition.verify()
    return edition
