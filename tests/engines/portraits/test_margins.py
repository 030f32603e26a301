"""How sure is a figure: the formula beside twenty thousand draws, and what may then be said."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ruche.engines.portraits.facts import Figure, compare, peers_reference
from ruche.engines.portraits.margins import (
    RATE_LARGE,
    RATE_SMALL,
    Meaning,
    Outcome,
    meaning,
    outcome,
    share_margin,
    share_margins,
)
from ruche.engines.portraits.states import State
from tests.engines.portraits.pencil import indicator

DRAWS = 20_000
CHANCE = np.random.default_rng(32)


def draws(share: float, households: int, rate: float) -> np.ndarray:
    """Shares in percent found by twenty thousand surveys of the same households."""
    good = round(households * share / 100)
    size = round(households * rate)
    return 100 * CHANCE.hypergeometric(good, households - good, size, DRAWS) / size


@pytest.mark.parametrize(
    ("share", "households"), [(35, 3_200), (8, 3_200), (50, 20_000), (3, 90_000)]
)
def test_the_margin_of_small_communes_is_that_of_simulated_surveys(
    share: float, households: int
) -> None:
    simulated = 1.96 * draws(share, households, RATE_SMALL).std()
    ours = share_margin(share, households, 0, complementary=True)
    assert ours == pytest.approx(simulated, abs=0.05)


@pytest.mark.parametrize("complementary", [True, False])
def test_the_margin_of_both_strata_is_that_of_simulated_surveys(complementary: bool) -> None:
    small, large, share = 12_000, 9_000, 20
    first = draws(share, small, RATE_SMALL) if complementary else np.full(DRAWS, float(share))
    second = draws(share, large, RATE_LARGE)
    simulated = 1.96 * ((small * first + large * second) / (small + large)).std()
    ours = share_margin(share, small, large, complementary=complementary)
    assert ours == pytest.approx(simulated, abs=0.05)


def test_a_full_count_in_small_communes_has_no_sampling_margin() -> None:
    assert share_margin(30, 5_000, 0, complementary=False) == 0


def test_without_households_nothing_is_sure() -> None:
    assert share_margin(30, 0, 0, complementary=True) == float("inf")


@given(st.floats(0, 100), st.floats(1, 1e6), st.floats(1, 1e6), st.booleans())
def test_the_margins_of_a_column_are_those_of_the_function(
    share: float, small: float, large: float, complementary: bool
) -> None:
    of = indicator(sampling="complementary" if complementary else "principal")
    column = [np.array([number]) for number in (share, small, large)]
    assert share_margins(of, *column, estimated=False)[0] == pytest.approx(
        share_margin(share, small, large, complementary=complementary), abs=1e-9
    )


def test_an_estimate_adds_its_own_margin_to_that_of_the_survey() -> None:
    def margin(sampling: str, estimated: bool, unit: str = "%") -> float | None:
        of = indicator(sampling=sampling, estimate_margin=0.8, unit=unit)
        column = [np.array([number]) for number in (35.0, 3_200.0, 0.0)]
        found = float(share_margins(of, *column, estimated=estimated)[0])
        return None if np.isnan(found) else found

    survey = share_margin(35, 3_200, 0, complementary=True)
    assert margin("complementary", True) == pytest.approx((survey**2 + 0.8**2) ** 0.5)
    assert margin("exhaustive", True) == 0.8
    assert margin("exhaustive", False) is None
    assert margin("exhaustive", True, unit="€") is None


# --- what may be said -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ours", "theirs", "margins", "found"),
    [
        (11.0, 10.0, (None, None), Outcome.ABOVE),
        (9.0, 10.0, (None, None), Outcome.BELOW),
        (10.1, 10.0, (None, None), Outcome.SIMILAR),
        (16.8, 16.7, (None, None), Outcome.SIMILAR),  # 0.10000000000000142 in binary
        (10.11, 10.0, (None, None), Outcome.ABOVE),
        (13.0, 10.0, (3.0, None), Outcome.SIMILAR),
        (14.9, 10.0, (3.0, 4.0), Outcome.SIMILAR),
        (15.1, 10.0, (3.0, 4.0), Outcome.ABOVE),
        (50.0, 10.0, (float("inf"), None), Outcome.SIMILAR),
        (None, 10.0, (None, None), Outcome.NOT_COMPARED),
        (10.0, None, (None, None), Outcome.NOT_COMPARED),
        (0.0, 1.0, (None, None), Outcome.BELOW),
    ],
)
def test_a_difference_is_told_only_beyond_both_margins_and_beyond_rounding(
    ours: float | None,
    theirs: float | None,
    margins: tuple[float | None, float | None],
    found: Outcome,
) -> None:
    assert outcome(ours, theirs, margin=margins[0], reference_margin=margins[1]) is found


@pytest.mark.parametrize(
    ("ours", "theirs", "polarity", "found"),
    [
        (12, 10, 1, Meaning.FAVOURABLE),
        (12, 10, -1, Meaning.FRAGILE),
        (8, 10, 1, Meaning.FRAGILE),
        (8, 10, -1, Meaning.FAVOURABLE),
        (12, 10, 0, Meaning.NEUTRAL),
        (10.29, 10, 1, Meaning.NEUTRAL),  # sure, and too small to matter
        (10.4, 10, 1, Meaning.FAVOURABLE),
        (10.05, 10, 1, Meaning.NEUTRAL),
    ],
)
def test_a_difference_means_something_only_when_it_is_sure_large_and_has_a_good_side(
    ours: float, theirs: float, polarity: int, found: Meaning
) -> None:
    assert meaning(outcome(ours, theirs), ours, theirs, polarity) is found


def surveyed(share: float, households: int) -> Figure:
    margin = share_margin(float(share), households, 0, complementary=True)
    return Figure(2022, float(share), State.VALUE, margin=margin, den=households)


@pytest.mark.parametrize("households", [300, 12_000])
@pytest.mark.parametrize("share", [2, 8])
def test_a_small_share_is_falsely_told_from_that_of_a_whole_region_at_most_once_in_forty(
    share: float, households: int
) -> None:
    region = Figure(2022, float(share), State.VALUE, margin=0.0)
    of = indicator(sampling="complementary")
    claims = [
        compare(of, surveyed(a, households), region)[0]
        for a in draws(share, households, RATE_SMALL)
    ]
    for side in (Outcome.ABOVE, Outcome.BELOW):
        assert claims.count(side) / DRAWS <= 0.025 + 0.006  # a count of persons is no normal law


def test_a_survey_that_finds_nobody_is_not_sure_that_there_is_nobody() -> None:
    of = indicator(sampling="complementary")
    region = Figure(2022, 2.0, State.VALUE, margin=0.1)
    assert compare(of, surveyed(0.0, 300), region)[0] is Outcome.SIMILAR
    assert compare(of, surveyed(0.0, 3_000), region)[0] is Outcome.BELOW
    unknown = Figure(2022, 0.0, State.VALUE, margin=0.0)
    assert compare(of, unknown, region)[0] is Outcome.SIMILAR
    assert compare(indicator(sampling="principal"), unknown, region)[0] is Outcome.BELOW


@pytest.mark.parametrize("households", [2_000, 12_000])
@pytest.mark.parametrize("share", [8, 35])
def test_two_territories_alike_are_falsely_told_apart_at_most_once_in_forty_each_way(
    share: float, households: int
) -> None:
    first, second = (draws(share, households, RATE_SMALL) for _ in range(2))
    of = indicator(sampling="complementary")
    pairs = (
        (surveyed(a, households), surveyed(b, households))
        for a, b in zip(first, second, strict=True)
    )
    claims = [compare(of, mine, theirs)[0] for mine, theirs in pairs]
    for side in (Outcome.ABOVE, Outcome.BELOW):
        assert claims.count(side) / DRAWS <= 0.025 + 0.004  # three standard errors of the count
    assert claims.count(Outcome.SIMILAR) / DRAWS <= 0.98, (
        "nor may we be so careful as to say nothing"
    )


@pytest.mark.parametrize("share", [8, 35])
def test_a_territory_like_its_ten_peers_is_falsely_told_apart_at_most_once_in_forty_each_way(
    share: float,
) -> None:
    households = 5_000
    ours = draws(share, households, RATE_SMALL)
    median = np.median([draws(share, households, RATE_SMALL) for _ in range(10)], axis=0)
    claims = []
    for a, b in zip(ours.tolist(), median.tolist(), strict=True):
        margin = share_margin(a, households, 0, complementary=True)
        mine = Figure(2022, a, State.VALUE, margin=margin, den=households, peers=(b, b, b))
        beside = peers_reference(indicator(sampling="complementary"), mine)
        assert beside is not None
        claims.append(beside.outcome)
    for side in (Outcome.ABOVE, Outcome.BELOW):
        assert claims.count(side) / DRAWS <= 0.025 + 0.004
