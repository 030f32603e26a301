"""The edition that comes with the product, so that a clone alone shows real figures.

A folder of tables of facts, written by our own build in our own format; `manifest.json` names the
producers' files that it was computed from, and the catalogue gives their licences.
"""

from pathlib import Path

from ruche.engines.portraits.editions import Edition, read_edition

FOLDER = Path(__file__).parent / "data" / "2026-1"


def shipped_edition() -> Edition:
    """Read and verify the shipped edition."""
    return read_edition(FOLDER)
