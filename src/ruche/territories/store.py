"""Files that were imported, kept as small tables until the next build.

Each imported file becomes one folder, named by its SHA-256, written beside and then renamed: a
killed import leaves nothing that a build could read.
"""

import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import polars as pl
from django.conf import settings

from ruche.engines.portraits.errors import Note, Place, PortraitError, Severity
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Provenance, Reading


def store_folder() -> Path:
    return Path(settings.VAR_DIR) / "portraits" / "sources"


def keep(readings: list[Reading]) -> Path:
    """Write the readings of one file, all or nothing; the same file again changes nothing."""
    digest = readings[0].provenance.sha256
    folder = store_folder() / digest
    if folder.exists():
        return folder
    draft = folder.with_name(f".{digest}.partiel")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for position, reading in enumerate(readings):
        reading.values.write_parquet(draft / f"{position}.values.parquet")
        reading.states.write_parquet(draft / f"{position}.states.parquet")
        (draft / f"{position}.json").write_text(_about(reading), encoding="utf-8")
    draft.rename(folder)
    return folder


def _about(reading: Reading) -> str:
    provenance = asdict(reading.provenance) | {"outside": sorted(reading.provenance.outside)}
    notes = [
        {"severity": n.severity, "place": asdict(n.place), "text": n.text} for n in reading.notes
    ]
    about = {"provenance": provenance, "level": reading.level, "notes": notes}
    return json.dumps(about, ensure_ascii=False)


def kept() -> list[Reading]:
    """Every reading kept so far, in a stable order."""
    folders = sorted(
        p for p in store_folder().glob("*") if p.is_dir() and not p.name.startswith(".")
    )
    return [reading for folder in folders for reading in _read(folder)]


def _read(folder: Path) -> Iterable[Reading]:
    for path in sorted(folder.glob("*.json")):
        about = json.loads(path.read_text(encoding="utf-8"))
        given = about["provenance"]
        stem = path.with_suffix("")
        try:
            yield Reading(
                provenance=Provenance(
                    given["source"], given["file"], given["sha256"], frozenset(given["outside"])
                ),
                level=Level(about["level"]),
                values=pl.read_parquet(f"{stem}.values.parquet"),
                states=pl.read_parquet(f"{stem}.states.parquet"),
                notes=tuple(
                    Note(Severity(n["severity"]), Place(**n["place"]), n["text"])
                    for n in about["notes"]
                ),
            )
        except (OSError, pl.exceptions.PolarsError) as error:
            raise PortraitError(
                f"L'import {folder.name[:12]}… est abîmé : supprimez {folder}, puis importez-le."
            ) from error


def forget(digest: str) -> None:
    """Remove one imported file from the store."""
    shutil.rmtree(store_folder() / digest, ignore_errors=True)
