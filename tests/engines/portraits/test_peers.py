"""Comparable territories: who resembles whom, found again with a pencil and by brute force."""

import random
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.engines.portraits.peers import Likeness, normal_scores, peer_quartiles, stability

NAN = float("nan")


def space(rows: int = 30, columns: int = 6, seed: int = 1, holes: float = 0.0) -> pl.DataFrame:
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(rows, columns))
    values[chance.random(values.shape) < holes] = NAN
    table = pl.DataFrame(values, schema=[f"i{j}" for j in range(columns)])
    codes = pl.Series("code", [f"T{i:02}" for i in range(rows)])
    return table.fill_nan(None).insert_column(0, codes)


def test_normal_scores_are_the_quantiles_of_ranks() -> None:
    scores = normal_scores(np.array([[10.0], [1_000_000.0], [20.0], [NAN]]))
    inverse = NormalDist().inv_cdf
    assert scores[:3, 0] == pytest.approx([inverse(1 / 6), inverse(5 / 6), inverse(3 / 6)])
    assert np.isnan(scores[3, 0])


def test_ties_share_the_same_score() -> None:
    scores = normal_scores(np.array([[1.0], [1.0], [5.0]]))
    assert scores[0, 0] == scores[1, 0] < scores[2, 0]


def test_the_nearest_of_four_towns_is_found_with_a_pencil() -> None:
    towns = pl.DataFrame(
        {"code": ["a", "b", "c", "d"], "x": [1.0, 2.0, 3.0, 4.0], "y": [1.0, 2.0, 3.0, 4.0]}
    )
    likeness = Likeness.of(towns)
    assert [peer.code for peer in likeness.peers("a")] == ["b", "c", "d"]
    inverse = NormalDist().inv_cdf
    assert likeness.peers("a")[0].distance == pytest.approx(inverse(3 / 8) - inverse(1 / 8))


def test_a_peer_says_what_is_near_and_what_is_far() -> None:
    towns = pl.DataFrame(
        {
            "code": ["a", "b", "c"],
            "w": [1.0, 1.0, 9.0],
            "x": [1.0, 2.0, 3.0],
            "y": [5.0, 5.0, 1.0],
            "z": [1.0, 9.0, 5.0],
        }
    )
    peer = next(p for p in Likeness.of(towns).peers("a") if p.code == "b")
    assert set(peer.closest[:2]) == {"w", "y"}
    assert peer.farthest[0] == "z"


def brute_force(table: pl.DataFrame, code: str, without: str = "") -> list[str]:
    names = [n for n in table.columns if n not in ("code", without)]
    scores = normal_scores(table.select(names).cast(pl.Float64).to_numpy().astype(float))
    codes = table["code"].to_list()
    here = scores[codes.index(code)]
    found = []
    for other, there in zip(codes, scores, strict=True):
        gaps = [
            (a - b) ** 2
            for a, b in zip(here, there, strict=True)
            if not (np.isnan(a) or np.isnan(b))
        ]
        if other != code and len(gaps) >= max(1, 0.6 * len(names)):
            found.append((round(sum(gaps) / len(gaps), 12), other))
    return [other for _, other in sorted(found)[:10]]


@pytest.mark.parametrize("holes", [0.0, 0.15])
def test_the_ten_nearest_are_those_of_brute_force_with_and_without_holes(holes: float) -> None:
    table = space(holes=holes)
    likeness = Likeness.of(table)
    for code in likeness.codes:
        assert [peer.code for peer in likeness.peers(code)] == brute_force(table, code)


def test_the_indicator_that_is_read_is_really_left_out_of_its_own_peers() -> None:
    table = space(holes=0.1)
    likeness = Likeness.of(table)
    changed = 0
    for name in likeness.indicators:
        found = likeness.nearest_without(name)
        for row, code in enumerate(likeness.codes):
            codes = [likeness.codes[i] for i in found[row] if i >= 0]
            assert codes == brute_force(table, code, without=name)
            changed += codes != brute_force(table, code)
    assert changed > 50


def test_who_shares_too_few_indicators_is_nobodys_peer() -> None:
    table = space(rows=5).with_columns(
        pl.when(pl.col("code") != "T00").then(pl.col(f"i{j}")).alias(f"i{j}") for j in range(4)
    )
    likeness = Likeness.of(table)
    assert likeness.peers("T00") == []
    assert all("T00" not in [p.code for p in likeness.peers(code)] for code in likeness.codes)


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nobodys_peers(chance: random.Random) -> None:
    table = space(rows=14, columns=3, seed=3).with_columns(pl.col("i0", "i1", "i2").round(0))
    rows = table.rows()
    chance.shuffle(rows)
    shuffled = Likeness.of(pl.DataFrame(rows, schema=table.schema, orient="row"))
    straight = Likeness.of(table)
    for code in straight.codes:
        assert shuffled.peers(code) == straight.peers(code)


def test_among_equals_the_first_codes_come_first() -> None:
    codes = [f"T{i:03}" for i in range(300)]
    kinds = [float(i * 7 % 3) for i in range(300)]  # three kinds of twins, a hundred of each
    likeness = Likeness.of(pl.DataFrame({"code": codes, "x": kinds, "y": kinds}))
    for code, kind in zip(codes, kinds, strict=True):
        twins = [c for c, k in zip(codes, kinds, strict=True) if k == kind and c != code]
        assert [peer.code for peer in likeness.peers(code)] == twins[:10]


def test_quartiles_of_the_peers_are_those_of_a_pencil() -> None:
    values = np.array([99.0, *range(1, 11)])
    nearest = np.array([list(range(1, 11))] * 11)
    assert peer_quartiles(values, nearest)[0] == pytest.approx([3.25, 5.5, 7.75])


def test_quartiles_need_five_peers_that_have_the_figure() -> None:
    nearest = np.array([[1, 2, 3, 4, 5, 6, 7, 8, 9, -1]])
    values = np.array([0, 1, 2, 3, 4, NAN, NAN, NAN, NAN, NAN])
    assert np.isnan(peer_quartiles(values, nearest)).all()
    values[5] = 5.0
    assert peer_quartiles(values, nearest)[0] == pytest.approx([2, 3, 4])
    few = np.array([[1, 2], [0, 2], [0, 1]])
    assert np.isnan(peer_quartiles(np.array([1.0, 2.0, 3.0]), few)).all()


def test_keeping_a_few_indicators_is_the_space_of_those_indicators() -> None:
    table = space()
    kept = Likeness.of(table).keeping(["i2", "i4"])
    alone = Likeness.of(table.select("code", "i2", "i4"))
    assert kept.indicators == ("i2", "i4")
    assert [kept.peers(c) for c in kept.codes] == [alone.peers(c) for c in alone.codes]


def test_stability_is_total_when_indicators_repeat_each_other_and_less_otherwise() -> None:
    table = space(rows=40, columns=1)
    same = Likeness.of(table.with_columns(pl.col("i0").alias(f"j{i}") for i in range(4)))
    assert stability(same, same.codes) == 1.0
    assert 0.2 < stability(Likeness.of(space(rows=40)), ["T00", "T01"]) < 1.0
