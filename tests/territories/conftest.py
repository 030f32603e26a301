"""Small editions, cut out of the shipped one so that a test may change them."""

from collections.abc import Callable
from dataclasses import replace

import polars as pl
import pytest

from ruche.engines.portraits.editions import Edition, seal
from ruche.territories.shipped import shipped_edition
from tests.world import BAS_ARMAGNAC

Build = Callable[..., Edition]


@pytest.fixture(scope="session")
def small() -> Edition:
    """The shipped edition with three territories: the Bas-Armagnac, the Gers, Auch."""
    whole = shipped_edition()
    kept = pl.col("code").is_in([BAS_ARMAGNAC, "32", "32013"]) & (pl.col("level") != "REG")
    return Edition(
        whole.manifest,
        whole.figures.filter(kept),
        whole.series.filter(kept),
        whole.peers.filter(pl.col("code") == BAS_ARMAGNAC),
    )


@pytest.fixture
def build(small: Edition) -> Build:
    """`build("essai-1")` → a sealed small edition; `figures=` to change its figures."""

    def built(name: str, *, figures: pl.DataFrame | None = None) -> Edition:
        changed = small.figures if figures is None else figures
        return seal(Edition(replace(small.manifest, id=name), changed, small.series, small.peers))

    return built
