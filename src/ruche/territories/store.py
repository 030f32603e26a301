"""Where an instance keeps the files that were imported, until the next build.

Each imported file is one folder (see `engines.portraits.keeping`), named by its SHA-256.
"""

from pathlib import Path

from django.conf import settings

from ruche.engines.portraits import keeping
from ruche.engines.portraits.observations import Reading


def store_folder() -> Path:
    return Path(settings.VAR_DIR) / "portraits" / "sources"


def keep(readings: list[Reading]) -> Path:
    """Write the readings of one file, all or nothing; the same file again changes nothing."""
    folder = store_folder() / readings[0].provenance.sha256
    keeping.keep(readings, folder)
    return folder


def kept() -> list[Reading]:
    """Every reading kept so far, in a stable order."""
    folders = sorted(
        p for p in store_folder().glob("*") if p.is_dir() and not p.name.startswith(".")
    )
    return [reading for folder in folders for reading in keeping.kept(folder)]
