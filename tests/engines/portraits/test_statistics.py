"""Ranks and percentiles, counted on fingers."""

import polars as pl
import pytest

from ruche.engines.portraits.computation import LevelResult
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State
from ruche.engines.portraits.statistics import FIGURES_SCHEMA, current_years, figures, series
from tests.engines.portraits.pencil import Cell, computed, country, indicator, reading

TEN = [(f"0{i // 5 + 1}{i:03}", f"E{i}", f"0{i // 5 + 1}", "R1", 1_000) for i in range(10)]
OF = indicator("part", {"rule": "published", "num": "V", "scale": 1})


def ranked(values: list[Cell], geography: Geography | None = None) -> pl.DataFrame:
    """The figures of ten EPCIs, five in each of two départements."""
    geography = geography or country(TEN)
    rows = reading({f"E{i}": {"V": x} for i, x in enumerate(values)}, level=Level.EPCI)
    result = computed(OF, rows, geography=geography)
    return figures(result[Level.EPCI], geography, current_years(result)).sort("code")


def test_the_highest_value_is_first_and_ties_share_the_better_rank() -> None:
    found = ranked([5, 9, 9, 1, 3, 5, 5, 5, 0, 10])
    assert found["rank_wide"].to_list() == [4, 2, 2, 9, 8, 4, 4, 4, 10, 1]
    assert found["rank"].to_list() == [3, 1, 1, 5, 4, 2, 2, 2, 5, 1]
    assert set(found["count"]) == {5}
    assert set(found["count_wide"]) == {10}


def test_the_percentile_is_the_share_strictly_below_with_ties_split() -> None:
    found = ranked([5, 9, 9, 1, 3, 5, 5, 5, 0, 10])
    witness = [50, 80, 80, 15, 25, 50, 50, 50, 5, 95]
    assert found["percentile"].to_list() == pytest.approx(witness)


def test_who_has_no_figure_has_no_rank_and_counts_for_nobody() -> None:
    found = ranked([5, State.SECRET, 9, State.MISSING, 3, 1, 2, 3, 4, 5])
    assert found["rank"].to_list()[:5] == [2, None, 1, None, 3]
    assert found["count"].to_list()[:5] == [3, None, 3, None, 3]
    assert found["percentile"].to_list()[1] is None
    assert found["state"].to_list()[:4] == [0, State.SECRET, 0, State.MISSING]


def test_a_region_is_ranked_in_the_country_and_the_country_alone() -> None:
    result = computed(
        indicator(), reading({c[0]: {"A": 1, "B": 4} for c in TEN}), geography=country(TEN)
    )
    region = figures(result[Level.REGION], country(TEN), {"part": 2022}).row(0, named=True)
    france = figures(result[Level.FRANCE], country(TEN), {"part": 2022}).row(0, named=True)
    assert (region["rank"], region["count"]) == (1, 1)
    assert (france["rank"], france["count"], france["value"]) == (1, 1, 25)


ISLANDS = [
    *((f"0100{i}", "E1", "01", "R1", 1_000) for i in range(3)),
    ("01008", None, "01", "R1", 1_000),
    ("01009", None, "01", "R1", 1_000),
]


def communes(min_denominator: float = 0, sides: list[float] | None = None) -> pl.DataFrame:
    geography = country(ISLANDS)
    sides = sides or [100.0] * 5
    rows = {c[0]: {"A": 10.0 + i, "B": sides[i]} for i, c in enumerate(ISLANDS)}
    result = computed(
        indicator(min_denominator=min_denominator), reading(rows), geography=geography
    )
    return figures(result[Level.COMMUNE], geography, {"part": 2022})


def test_communes_without_an_epci_are_not_ranked_together_as_if_they_were_one() -> None:
    found = communes()
    assert found["rank"].to_list() == [3, 2, 1, None, None]
    assert found["count"].to_list() == [3, 3, 3, None, None]
    assert found["rank_wide"].to_list() == [5, 4, 3, 2, 1]


def test_a_denominator_under_four_times_the_threshold_is_shown_and_not_ranked() -> None:
    found = communes(min_denominator=50, sides=[49, 50, 199, 200, 201])
    assert found["state"].to_list() == [State.NOT_PUBLISHED, 0, 0, 0, 0]
    assert found["value"].to_list()[1:3] == pytest.approx([22, 100 * 12 / 199])
    assert found["rank_wide"].to_list() == [None, None, None, 2, 1]


def test_the_year_shown_is_the_latest_that_intercommunalites_have() -> None:
    of = indicator(
        "part", {"rule": "published", "years": [2019, 2021, 2023], "num": "V{yy}", "scale": 1}
    )
    epcis = reading({"E1": {"V19": 1, "V21": 2}}, level=Level.EPCI)
    departements = reading({"01": {"V21": 3, "V23": 4}}, level=Level.DEPARTEMENT)
    result = computed(of, epcis, departements)
    assert current_years(result) == {"part": 2021}
    assert figures(result[Level.DEPARTEMENT], country(), {"part": 2021})["value"][0] == 3


def test_an_indicator_that_no_intercommunalite_has_shows_its_latest_year_elsewhere() -> None:
    of = indicator("part", {"rule": "published", "years": [2021, 2023], "num": "V{yy}", "scale": 1})
    result = computed(of, reading({"01": {"V21": 3, "V23": 4}}, level=Level.DEPARTEMENT))
    assert current_years(result) == {"part": 2023}


def test_a_series_is_kept_only_when_it_has_at_least_two_years() -> None:
    one = indicator("one", {"rule": "published", "num": "V{yy}", "scale": 1})
    two = indicator("two", {"rule": "published", "years": [2019, 2022], "num": "V{yy}", "scale": 1})
    epcis = reading(
        {"E1": {"V19": 1, "V22": State.SECRET}, "E2": {"V19": 3, "V22": 4}}, level=Level.EPCI
    )
    found = series(computed([one, two], epcis)[Level.EPCI]).sort("code", "year")
    assert set(found["indicator"]) == {"two"}
    assert found.filter(code="E1").select("year", "value", "state").rows() == [
        (2019, 1.0, 0),
        (2022, None, State.SECRET),
    ]


def test_a_level_of_plain_sums_keeps_one_row_per_territory() -> None:
    of = indicator("part", {"rule": "sum", "scale": 1}, unit="hab.")
    result: dict[Level, LevelResult] = computed(
        of, reading({c[0]: {"A": 1} for c in TEN}), geography=country(TEN)
    )
    found = figures(result[Level.EPCI], country(TEN), {"part": 2022})
    assert (found.height, found["den"].null_count()) == (10, 10)
    assert dict(found.schema) == FIGURES_SCHEMA


def test_a_level_without_any_figure_gives_an_empty_table() -> None:
    result = computed(OF, reading({"E1": {"V": 1}}, level=Level.EPCI))
    assert figures(result[Level.FRANCE], country(), {"part": 2022}).height == 0
