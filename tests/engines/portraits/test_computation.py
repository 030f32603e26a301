"""From communes upwards: sums that a pencil finds again, and silences that are never zeros."""

import random
from collections.abc import Mapping
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ruche.engines.portraits.catalogue import Indicator
from ruche.engines.portraits.computation import LevelResult
from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.states import State
from ruche.engines.portraits.statistics import current_years, figures
from tests.engines.portraits.pencil import (
    COMMUNES,
    Cell,
    cells,
    computed,
    country,
    indicator,
    reading,
)

CODES = [row[0] for row in COMMUNES]
PEOPLE = {row[0]: row[4] for row in COMMUNES}


def columns(**variables: list[Cell]) -> dict[str, dict[str, Cell]]:
    """`columns(A=[…], B=[…])`: the rows of the seven communes of the pencil country."""
    return {
        code: {name: cells_[i] for name, cells_ in variables.items()}
        for i, code in enumerate(CODES)
    }


A: list[Cell] = [10, 60, 20, 100, 900, 5, 1]
B: list[Cell] = [100, 300, 200, 400, 2_000, 50, 10]

SUM = indicator("part", {"rule": "sum", "scale": 1}, unit="hab.")
RATIO = indicator("part")


# --- rules, with a pencil -------------------------------------------------------------------------


def test_a_sum_is_the_sum_of_its_communes_at_every_level() -> None:
    found = computed(SUM, reading(columns(A=A)))
    assert cells(found[Level.COMMUNE]) == dict(zip(CODES, A, strict=True))
    assert cells(found[Level.EPCI]) == {"E1": 70, "E2": 120, "E3": 900, "E4": 5}
    assert cells(found[Level.DEPARTEMENT]) == {"01": 90, "02": 1_000, "03": 6}
    assert cells(found[Level.REGION]) == {"R1": 1_090, "R2": 6}
    assert cells(found[Level.FRANCE]) == {"FR": 1_096}


def test_an_epci_that_straddles_two_departements_counts_in_both_by_its_communes() -> None:
    found = computed(SUM, reading(columns(A=A)))
    assert cells(found[Level.EPCI])["E2"] == 20 + 100
    departements = cells(found[Level.DEPARTEMENT])
    assert (departements["01"], departements["02"]) == (10 + 60 + 20, 100 + 900)


def test_the_communes_without_an_epci_count_in_the_country_and_in_no_epci() -> None:
    found = computed(SUM, reading(columns(A=A)))
    assert set(cells(found[Level.EPCI])) == {"E1", "E2", "E3", "E4"}
    assert (
        sum(x for x in cells(found[Level.EPCI]).values() if x)
        == cells(found[Level.FRANCE])["FR"] - 1
    )


def test_a_departement_is_never_summed_from_the_figures_of_its_epcis() -> None:
    wrong = reading({code: {"A": 10**6} for code in ("E1", "E2", "E3", "E4")}, level=Level.EPCI)
    found = computed(SUM, reading(columns(A=A)), wrong)
    assert cells(found[Level.EPCI])["E1"] == 70
    assert cells(found[Level.DEPARTEMENT])["01"] == 90


def test_a_ratio_is_the_ratio_of_sums_and_not_the_mean_of_rates() -> None:
    found = cells(computed(RATIO, reading(columns(A=A, B=B)))[Level.EPCI])
    assert found["E1"] == pytest.approx(100 * 70 / 400)
    assert found["E1"] != pytest.approx((10 + 20) / 2)


def test_growth_is_the_yearly_rate_between_two_sums() -> None:
    of = indicator("part", {"rule": "growth", "span": 6, "num": "A", "den": "B"}, unit="% par an")
    found = cells(computed(of, reading(columns(A=[121] * 7, B=[100] * 7)))[Level.EPCI])
    assert found["E1"] == pytest.approx(100 * (1.21 ** (1 / 6) - 1))


def test_an_annual_rate_is_over_the_mean_population_of_the_period() -> None:
    of = indicator(
        "part",
        {"rule": "annual", "span": 6, "num": "A - B", "den": "C + D", "scale": 200},
        unit="% par an",
    )
    rows = columns(A=[30] * 7, B=[90] * 7, C=[1_000] * 7, D=[1_400] * 7)
    found = cells(computed(of, reading(rows))[Level.FRANCE])
    assert found["FR"] == pytest.approx(100 * (30 - 90) / 6 / ((1_000 + 1_400) / 2))


def test_a_quotient_is_a_published_count_over_a_sum_of_communes() -> None:
    of = indicator("part", {"rule": "quotient", "num": "V", "den": "B", "scale": 1000}, unit="‰")
    epcis = reading({"E1": {"V": 8}, "E2": {"V": State.SECRET}, "E3": {"V": 0}}, level=Level.EPCI)
    found = cells(computed(of, reading(columns(B=B)), epcis)[Level.EPCI])
    assert found == {"E1": 20, "E2": State.SECRET, "E3": 0, "E4": State.MISSING}


def test_a_published_value_is_read_at_its_level_and_never_aggregated() -> None:
    of = indicator("part", {"rule": "published", "num": "MED", "scale": 1}, unit="€ par an")
    communes = reading(columns(MED=[20_000.0] * 7))
    epcis = reading({"E1": {"MED": 21_060}, "E2": {"MED": State.SECRET}}, level=Level.EPCI)
    found = computed(of, communes, epcis)
    assert cells(found[Level.EPCI]) == {
        "E1": 21_060, "E2": State.SECRET, "E3": State.MISSING, "E4": State.MISSING
    }  # fmt: skip
    assert cells(found[Level.COMMUNE])["01001"] == 20_000
    assert found[Level.DEPARTEMENT].steps == ()
    assert found[Level.FRANCE].steps == ()


def test_a_weighted_mean_of_shares_is_flagged_as_an_estimate() -> None:
    of = indicator("part", {"rule": "weighted"})
    found = computed(of, reading(columns(A=A, B=B)))
    assert all(step.estimated for step in found[Level.EPCI].steps)
    assert not any(
        step.estimated for step in computed(RATIO, reading(columns(A=A, B=B)))[Level.EPCI].steps
    )


def test_the_two_sides_of_a_ratio_are_kept_beside_it() -> None:
    found = computed(RATIO, reading(columns(A=A, B=B)))[Level.EPCI]
    assert found.nums[0].tolist() == [70, 120, 900, 5]
    assert found.dens[0].tolist() == [400, 600, 2_000, 50]


def test_the_source_of_a_figure_is_the_one_that_it_really_came_from() -> None:
    found = computed(RATIO, reading(columns(A=A, B=B), source="autre"))
    assert {step.source for step in found[Level.EPCI].steps} == {"autre"}


# --- silences -------------------------------------------------------------------------------------


def with_hole(state: State, at: int = 0, where: str = "A") -> dict[str, dict[str, Cell]]:
    a, b = list(A), list(B)
    (a if where == "A" else b)[at] = state
    return columns(A=a, B=b)


@pytest.mark.parametrize("of", [SUM, RATIO], ids=["sum", "ratio"])
@pytest.mark.parametrize("where", ["A", "B"])
def test_one_secret_commune_makes_every_territory_above_it_secret(
    of: Indicator, where: str
) -> None:
    if of is SUM and where == "B":
        return
    found = computed(of, reading(with_hole(State.SECRET, where=where)))
    assert cells(found[Level.COMMUNE])["01001"] is State.SECRET
    assert cells(found[Level.EPCI])["E1"] is State.SECRET
    assert cells(found[Level.DEPARTEMENT])["01"] is State.SECRET
    assert cells(found[Level.FRANCE])["FR"] is State.SECRET
    assert isinstance(cells(found[Level.EPCI])["E2"], float)


def test_a_secret_is_not_hidden_by_another_hole_of_the_same_commune() -> None:
    """The island holds under 0.5 % of the people: only its secret can stop the ratio."""
    rows = columns(A=A, B=B)
    rows["03002"] = {"A": State.SECRET, "B": State.MISSING}
    found = computed(RATIO, reading(rows))
    assert cells(found[Level.FRANCE])["FR"] is State.SECRET


def test_one_missing_commune_makes_a_sum_missing() -> None:
    found = computed(SUM, reading(with_hole(State.MISSING, at=6)))
    assert cells(found[Level.DEPARTEMENT])["03"] is State.MISSING
    assert cells(found[Level.FRANCE])["FR"] is State.MISSING


def test_a_ratio_bears_a_hole_of_less_than_half_a_percent_of_the_people_and_no_more() -> None:
    small = computed(RATIO, reading(with_hole(State.MISSING, at=6)))  # 100 of 30 600
    assert cells(small[Level.FRANCE])["FR"] == pytest.approx(100 * 1_095 / 3_050)
    assert cells(small[Level.DEPARTEMENT])["03"] is State.MISSING  # 100 of 600
    large = computed(RATIO, reading(with_hole(State.MISSING, at=5)))  # 500 of 30 600
    assert cells(large[Level.FRANCE])["FR"] is State.MISSING


def test_a_commune_left_out_of_one_side_of_a_ratio_is_left_out_of_the_other() -> None:
    found = computed(RATIO, reading(with_hole(State.MISSING, at=6, where="B")))
    assert cells(found[Level.FRANCE])["FR"] == pytest.approx(100 * 1_095 / 3_050)


def test_communes_that_a_source_does_not_cover_are_left_out_of_both_sides() -> None:
    rows = {c: {"A": row["A"]} for c, row in columns(A=A).items() if c < "03"}
    found = computed(RATIO, reading(rows, outside=["03"]), reading(columns(B=B)))
    assert cells(found[Level.FRANCE])["FR"] == pytest.approx(100 * 1_090 / 3_000)
    assert cells(found[Level.DEPARTEMENT])["03"] is State.NOT_PUBLISHED
    assert cells(found[Level.REGION])["R2"] is State.NOT_PUBLISHED
    assert cells(found[Level.COMMUNE])["03001"] is State.NOT_PUBLISHED


def test_a_commune_outside_the_field_of_a_source_shows_no_zero_even_if_the_file_names_it() -> None:
    rows = columns(A=A)
    rows["01001"] = {"A": State.MISSING}
    found = computed(SUM, reading(rows, outside=["03"]))
    assert cells(found[Level.COMMUNE])["03001"] is State.NOT_PUBLISHED


def test_a_part_of_a_commune_counted_elsewhere_is_no_hole() -> None:
    found = computed(SUM, reading(with_hole(State.NOT_APPLICABLE)))
    assert cells(found[Level.COMMUNE])["01001"] is State.NOT_APPLICABLE
    assert cells(found[Level.EPCI])["E1"] == 60
    assert cells(found[Level.FRANCE])["FR"] == 1_086


def test_an_estimate_bears_holes_up_to_a_fifth_of_the_people() -> None:
    of = indicator("part", {"rule": "weighted"})
    borne = computed(of, reading(with_hole(State.SECRET, at=0)))  # 1 000 of 30 600
    assert cells(borne[Level.FRANCE])["FR"] == pytest.approx(100 * 1_086 / 2_960)
    assert cells(borne[Level.EPCI])["E1"] is State.SECRET  # 1 000 of 4 000
    too_much = computed(of, reading(with_hole(State.MISSING, at=4)))  # 20 000 of 30 600
    assert cells(too_much[Level.FRANCE])["FR"] is State.MISSING


def test_nobody_to_count_is_not_applicable_and_too_few_are_not_published() -> None:
    of = indicator("part", min_denominator=50)
    rows = columns(A=[0, 1, 1, 1, 1, 1, 1], B=[0, 49, 50, 400, 2_000, 50, 10])
    found = cells(computed(of, reading(rows))[Level.COMMUNE])
    assert found["01001"] is State.NOT_APPLICABLE
    assert found["01002"] is State.NOT_PUBLISHED
    assert found["01003"] == 2.0


def test_a_growth_that_has_no_meaning_is_missing_and_not_a_number() -> None:
    of = indicator("part", {"rule": "growth", "span": 6, "num": "A", "den": "B"}, unit="% par an")
    found = cells(computed(of, reading(columns(A=[-50] * 7, B=[100] * 7)))[Level.COMMUNE])
    assert set(found.values()) == {State.MISSING}


# --- choosing between formulas --------------------------------------------------------------------


def test_the_first_formula_that_covers_half_of_the_territories_is_chosen() -> None:
    of = indicator("part", {}, {"rule": "published", "num": "PUB", "scale": 1, "source": "autre"})
    published = reading(
        {e: {"PUB": 1.0} for e in ("E1", "E2", "E3", "E4")}, level=Level.EPCI, source="autre"
    )
    whole = computed(of, reading(columns(A=A, B=B)), published)[Level.EPCI]
    assert [step.source for step in whole.steps] == ["essai"]
    sample = columns(A=[10, 60, *[State.MISSING] * 5], B=B)
    few = computed(of, reading(sample), published)[Level.EPCI]
    assert [step.source for step in few.steps] == ["autre"]


def test_a_formula_whose_variables_were_not_read_is_not_tried() -> None:
    found = computed(indicator("part", {"num": "ABSENT"}), reading(columns(A=A, B=B)))
    assert all(result.steps == () for result in found.values())


def test_a_formula_is_tried_only_at_its_levels() -> None:
    of = indicator("part", {"levels": ["DEP"]})
    found = computed(of, reading(columns(A=A, B=B)))
    assert {level for level, result in found.items() if result.steps} == {Level.DEPARTEMENT}


# --- strata ---------------------------------------------------------------------------------------


def test_households_are_counted_apart_in_small_and_in_large_communes() -> None:
    rows = columns(A=A, B=B, P22_MEN=[400, 1_300, 900, 1_800, 9_000, 200, 40])
    found = computed(RATIO, reading(rows))[Level.EPCI]
    strata = dict(
        zip(
            found.codes,
            zip(found.strata.small, found.strata.large, strict=True),
            strict=True,
        )
    )
    assert strata == {"E1": (1_700, 0), "E2": (2_700, 0), "E3": (0, 9_000), "E4": (200, 0)}


def test_without_households_their_usual_size_stands_in() -> None:
    found = computed(RATIO, reading(columns(A=A, B=B)))[Level.FRANCE]
    assert found.strata.large[0] == pytest.approx(20_000 / 2.15)
    assert found.strata.small[0] == pytest.approx(10_600 / 2.15)


# --- properties -----------------------------------------------------------------------------------

silence = st.sampled_from([State.SECRET, State.NOT_PUBLISHED, State.NOT_APPLICABLE, State.MISSING])
cell = st.one_of(st.integers(0, 500).map(float), silence)
table = st.fixed_dictionaries(
    {code: st.fixed_dictionaries({"A": cell, "B": cell}) for code in CODES}
)
MANY = [
    indicator("s", {"rule": "sum", "scale": 1}, unit="hab."),
    indicator("r"),
    indicator("w", {"rule": "weighted"}),
    indicator("t", min_denominator=50),
]


@settings(max_examples=15, deadline=None)
@given(table)
def test_a_secret_is_never_a_number_and_a_hole_never_lacks_its_state(
    rows: dict[str, dict[str, Cell]],
) -> None:
    found = computed(MANY, reading(rows))
    for level, result in found.items():
        inside = members(level)
        for step in result.steps:
            cells_ = cells(
                result, f"{step.indicator.id}@{step.year}"
            )  # refuses a value with a state, and the reverse
            assert not any(isinstance(x, float) and x != x for x in cells_.values())
            if step.estimated:
                continue
            names = step.formula.variables(step.year)
            for code, cell_ in cells_.items():
                # A State is an integer too: identity, or 1.0 would be a secret.
                if any(rows[c][n] is State.SECRET for c in inside[code] for n in names):
                    assert isinstance(cell_, State), (level, code, step.indicator.id)
                    if level is not Level.COMMUNE:
                        assert cell_ is State.SECRET


def members(level: Level, geography: Geography | None = None) -> dict[str, list[str]]:
    inside: dict[str, list[str]] = {}
    for commune, territory in (geography or country()).members(level).iter_rows():
        inside.setdefault(territory, []).append(commune)
    return inside


def tidy(result: Mapping[Level, LevelResult], geography: Geography) -> dict[tuple[str, ...], Any]:
    years = current_years(result)
    found: dict[tuple[str, ...], Any] = {}
    for level_result in result.values():
        for row in figures(level_result, geography, years).iter_rows(named=True):
            key = row["level"], row["code"], row["indicator"]
            found[key] = tuple(
                row[name]
                for name in ("value", "state", "rank", "count", "rank_wide", "percentile", "margin")
            )
    return found


@settings(max_examples=10, deadline=None)
@given(table, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_value_no_state_and_no_rank(
    rows: dict[str, dict[str, Cell]], chance: random.Random
) -> None:
    communes = list(COMMUNES)
    straight = tidy(computed(MANY, reading(rows)), country())
    chance.shuffle(communes)
    mixed = list(rows.items())
    chance.shuffle(mixed)
    geography = country(communes)
    shuffled = tidy(computed(MANY, reading(dict(mixed)), geography=geography), geography)
    assert shuffled == straight


# --- an independent witness -----------------------------------------------------------------------

KEYS = {
    Level.COMMUNE: "g.code",
    Level.EPCI: "g.epci",
    Level.DEPARTEMENT: "g.departement",
    Level.REGION: "g.region",
    Level.FRANCE: "'FR'",
}
WITNESSED = [
    indicator("total", {"rule": "sum", "scale": 1}, unit="hab."),
    indicator("rate", {"num": "A - 2 * C", "den": "B + C"}),
    indicator("growth", {"rule": "growth", "span": 6}, unit="% par an"),
    indicator(
        "annual",
        {"rule": "annual", "span": 6, "num": "A - C", "den": "A + B", "scale": 200},
        unit="%",
    ),
    indicator("mean", {"rule": "weighted", "num": "A", "den": "C"}, min_denominator=200),
]
SQL = {
    "total": "sum(A)",
    "rate": "100 * sum(A - 2 * C) / nullif(sum(B + C), 0)",
    "growth": "100 * (power(sum(A) / nullif(sum(B), 0), 1.0 / 6) - 1)",
    "annual": "200 * sum(A - C) / nullif(sum(A + B), 0) / 6",
    "mean": "case when sum(C) >= 200 then 100 * sum(A) / sum(C) end",
}


def random_country(chance: random.Random, size: int) -> Geography:
    rows = []
    for i in range(size):
        departement = f"{chance.randrange(1, 9):02}"
        epci = None if chance.random() < 0.02 else f"E{chance.randrange(size // 12):03}"
        people = int(chance.lognormvariate(6.5, 1.3)) + 1
        rows.append((f"{i:05}", epci, departement, f"R{int(departement) % 3}", people))
    chance.shuffle(rows)
    return country(rows)


@pytest.mark.parametrize("seed", range(3))
def test_duckdb_finds_the_same_values_and_the_same_ranks(seed: int) -> None:
    chance = random.Random(seed)
    geography = random_country(chance, 600)
    data = {
        code: {name: chance.randrange(1, 2_000) for name in ("A", "B", "C")}
        for code in geography.communes["code"]
    }
    ours = computed(WITNESSED, reading(data), geography=geography)
    years = current_years(ours)
    with duckdb.connect() as witness:
        witness.register("g", geography.communes.to_arrow())
        witness.register(
            "d", pl.DataFrame([{"code": c, **row} for c, row in data.items()]).to_arrow()
        )
        compared = 0
        for level, key in KEYS.items():
            mine = figures(ours[level], geography, years)
            for name, expression in SQL.items():
                theirs = witness.execute(
                    f"with v as (select {key} as code, {expression} as value"
                    " from g join d using (code)"
                    f" where {key} is not null group by all)"
                    " select code, value, case when value is null then null else"
                    " rank() over (order by value desc nulls last) end from v"
                ).fetchall()
                wide = "rank" if level is not Level.COMMUNE else "rank_wide"
                found = {
                    row["code"]: row
                    for row in mine.filter(pl.col("indicator") == name).iter_rows(named=True)
                }
                assert set(found) == {code for code, _, _ in theirs}
                for code, value, rank in theirs:
                    assert (
                        found[code]["value"] == pytest.approx(value, rel=1e-9, abs=1e-9)
                        or value is None
                    )
                    assert (found[code]["value"] is None) == (value is None)
                    if level is not Level.COMMUNE and (level is not Level.FRANCE):
                        assert found[code]["rank_wide"] == rank, (level, code, name, wide)
                    compared += 1
    assert compared > 3_000
