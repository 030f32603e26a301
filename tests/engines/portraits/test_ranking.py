"""Ranks counted one by one, by someone who knows nothing of sorting."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.portraits import ranking
from ruche.engines.portraits.geography import NOWHERE
from ruche.engines.portraits.ranking import Standing

numbers = st.one_of(st.just(math.nan), st.integers(-3, 3).map(float))
places = st.integers(NOWHERE, 3)
rows = st.integers(1, 12).flatmap(
    lambda width: st.tuples(
        st.lists(st.lists(numbers, min_size=width, max_size=width), min_size=1, max_size=4),
        st.lists(places, min_size=width, max_size=width),
    )
)


def by_hand(values: list[float], groups: list[int], at: int) -> tuple[int, int, float]:
    """Rank, count and percentile of one cell; zero, zero and NaN when it has none."""
    mine, group = values[at], groups[at]
    if math.isnan(mine) or group == NOWHERE:
        return 0, 0, math.nan
    others = [v for v, g in zip(values, groups, strict=True) if g == group and not math.isnan(v)]
    above = sum(other > mine for other in others)
    below, equal = sum(other < mine for other in others), others.count(mine)
    return above + 1, len(others), 100 * (below + equal / 2) / len(others)


@pytest.mark.parametrize("block", [1, ranking.BLOCK], ids=["row by row", "together"])
@given(rows)
def test_ranks_are_those_counted_by_hand(
    block: int, drawn: tuple[list[list[float]], list[int]]
) -> None:
    table, groups = drawn
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "BLOCK", block)
        found = Standing.of(np.array(table), np.array(groups))
    for row, values in enumerate(table):
        for at in range(len(values)):
            ours = found.rank[row, at], found.count[row, at], found.percentile[row, at]
            assert ours == pytest.approx(by_hand(values, groups, at), nan_ok=True)


def test_no_row_gives_no_rank() -> None:
    found = Standing.of(np.empty((0, 3)), np.zeros(3, np.int64))
    assert found.rank.shape == found.count.shape == found.percentile.shape == (0, 3)
