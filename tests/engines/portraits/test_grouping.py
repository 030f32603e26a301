"""Communes folded into territories, beside a sum that a dictionary makes."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.portraits.geography import NOWHERE, Grouping, codes_to_positions, load_reference
from ruche.engines.portraits.levels import FRANCE_CODE, Level

CODES = ["A", "B", "C", "D"]
keys = st.lists(st.sampled_from([*CODES, None, "inconnu"]), max_size=30)
# Long runs, as départements make, and short ones, as intercommunalités do.
runs = st.lists(st.tuples(st.sampled_from([*CODES, None]), st.integers(1, 9)), max_size=6).map(
    lambda parts: [key for key, times in parts for _ in range(times)]
)


@given(st.one_of(keys, runs))
def test_every_fold_is_that_of_a_dictionary(drawn: list[str | None]) -> None:
    grouping = Grouping.of(pl.Series(drawn, dtype=pl.String), pl.Series(CODES))
    numbers = np.arange(1.0, len(drawn) + 1)
    inside = {c: [n for k, n in zip(drawn, numbers, strict=True) if k == c] for c in CODES}
    totals = [sum(inside[c]) if inside[c] else math.nan for c in CODES]
    assert grouping.total(numbers).tolist() == pytest.approx(totals, nan_ok=True)
    odd = numbers % 2 == 1
    assert grouping.any(odd).tolist() == [any(n % 2 for n in inside[c]) for c in CODES]
    worst = [max(inside[c], default=0) for c in CODES]
    assert grouping.worst(numbers.astype(np.uint8)).tolist() == worst


def test_a_code_that_the_level_does_not_have_stands_nowhere() -> None:
    found = codes_to_positions(pl.Series(["B", None, "Z", "A"]), pl.Series(["A", "B"]))
    assert found.tolist() == [1, NOWHERE, NOWHERE, 0]


@pytest.mark.parametrize("level", [Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.FRANCE])
def test_every_commune_of_france_is_counted_once_at_each_level(level: Level) -> None:
    geography = load_reference()
    column = {Level.EPCI: "epci", Level.DEPARTEMENT: "departement", Level.REGION: "region"}
    alone = 0 if level is Level.FRANCE else geography.communes[column[level]].null_count()
    found = geography.groupings[level].total(np.ones(geography.communes.height))
    assert found.sum() == geography.communes.height - alone
    assert len(found) == len(geography.codes(level))
    if level is Level.FRANCE:
        assert geography.codes(level).to_list() == [FRANCE_CODE]
