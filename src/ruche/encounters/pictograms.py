"""The pictograms of answers: one line each, in a box of 24, always beside their words."""

import tomllib
from pathlib import Path

PICTOGRAMS: dict[str, str] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
"""Name → the path that draws it."""
