"""Keep what was read of a file as small tables, so that a build need not read it again.

One folder per file: two Parquet tables and a description for each reading. It is written beside
and then renamed, so that a killed import leaves nothing that a build could read. Tables are kept
with light compression: they are read far more often than they are stored.
"""

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

import polars as pl

from ruche.engines.portraits.errors import Note, Place, PortraitError, Severity
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Provenance, Reading


def keep(readings: Sequence[Reading], folder: Path) -> None:
    """Write the readings of one file, all or nothing; a folder that exists is left as it is."""
    if folder.exists():
        return
    draft = folder.with_name(f".{folder.name}.partiel")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for position, reading in enumerate(readings):
        for name, table in (("values", reading.values), ("states", reading.states)):
            path = draft / f"{position}.{name}.parquet"
            table.write_parquet(path, compression="lz4", statistics=False)
        (draft / f"{position}.json").write_text(_about(reading), encoding="utf-8")
    draft.rename(folder)


def _about(reading: Reading) -> str:
    provenance = asdict(reading.provenance) | {"outside": sorted(reading.provenance.outside)}
    notes = [
        {"severity": n.severity, "place": asdict(n.place), "text": n.text} for n in reading.notes
    ]
    about = {"provenance": provenance, "level": reading.level, "notes": notes}
    return json.dumps(about, ensure_ascii=False)


def kept(folder: Path) -> Iterator[Reading]:
    """What `keep` wrote, in its order. Raises `PortraitError` when a table is damaged."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield _read(path)
        except (OSError, ValueError, KeyError, pl.exceptions.PolarsError) as error:
            raise PortraitError(
                f"L'import {folder.name[:12]}… est abîmé : supprimez {folder}, puis importez-le."
            ) from error


def _read(path: Path) -> Reading:
    about = json.loads(path.read_text(encoding="utf-8"))
    given = about["provenance"]
    stem = path.with_suffix("")
    return Reading(
        provenance=Provenance(
            given["source"], given["file"], given["sha256"], frozenset(given["outside"])
        ),
        level=Level(about["level"]),
        values=pl.read_parquet(f"{stem}.values.parquet"),
        states=pl.read_parquet(f"{stem}.states.parquet"),
        notes=tuple(
            Note(Severity(n["severity"]), Place(**n["place"]), n["text"]) for n in about["notes"]
        ),
    )
