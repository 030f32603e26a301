"""Real figures: those that anyone can look up, and the proof that we ship what we build."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from ruche.engines.portraits import pipeline
from ruche.engines.portraits.catalogue import load_catalogue
from ruche.engines.portraits.changes import compare_editions
from ruche.engines.portraits.editions import Edition
from ruche.engines.portraits.facts import Fact
from ruche.engines.portraits.geography import load_reference
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.margins import Outcome
from ruche.engines.portraits.observations import CODE
from ruche.engines.portraits.peers import Likeness, stability
from ruche.engines.portraits.portraying import Portraitist
from ruche.engines.portraits.sentences import reading, trend_sentence
from ruche.engines.portraits.states import State
from ruche.engines.portraits.statistics import HOME_GROUP, groups

REAL = Path(__file__).resolve().parents[4] / "shared" / "data"
GEOGRAPHY = load_reference()
CATALOGUE = load_catalogue()


def figure(edition: Edition, level: Level, code: str, indicator: str) -> dict[str, Any]:
    return edition.figures.filter(level=level.value, code=code, indicator=indicator).row(
        0, named=True
    )


def value(edition: Edition, level: Level, code: str, indicator: str) -> float | None:
    return figure(edition, level, code, indicator)["value"]


def known(shipped: Portraitist, address: str, indicator: str) -> Fact:
    found = shipped.portrait(address).get(indicator)
    assert found is not None
    return found


# --- the shipped edition --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "code", "indicator", "published"),
    [
        (Level.EPCI, "243200409", "rev_pauvrete", 16.8),
        (Level.EPCI, "243200409", "rev_median", 21_060),
        (Level.DEPARTEMENT, "32", "rev_pauvrete", 15.3),
        (Level.DEPARTEMENT, "32", "rev_median", 22_110),
        (Level.DEPARTEMENT, "32", "pop_total", 192_645),
        (Level.REGION, "76", "rev_pauvrete", 17.5),
        (Level.FRANCE, "FR", "rev_pauvrete", 14.9),
        (Level.EPCI, "200023620", "rev_pauvrete", 8.1),
        (Level.EPCI, "243200458", "rev_median", 20_290),
        (Level.COMMUNE, "32013", "pop_total", 22_428),
    ],
)
def test_a_figure_is_the_one_that_the_insee_publishes(
    shipped: Portraitist, level: Level, code: str, indicator: str, published: float
) -> None:
    assert value(shipped.edition, level, code, indicator) == published


def test_the_fifteen_intercommunalites_hold_98_3_percent_of_the_people_of_the_gers(
    shipped: Portraitist,
) -> None:
    people = [
        value(shipped.edition, Level.EPCI, c, "pop_total") for c in GEOGRAPHY.epcis_inside("32")
    ]
    assert len(people) == 15
    assert sum(x or 0 for x in people) == 189_425
    assert round(100 * 189_425 / 192_645, 1) == 98.3


def test_the_communes_of_the_gers_sum_to_its_departement(shipped: Portraitist) -> None:
    gers = set(GEOGRAPHY.communes.filter(departement="32")[CODE])
    rows = shipped.edition.figures.filter(
        (pl.col("level") == "COM")
        & pl.col(CODE).is_in(list(gers))
        & (pl.col("indicator") == "pop_total")
    )
    assert (rows.height, rows["value"].sum()) == (458, 192_645)


def test_at_least_38_indicators_are_known_for_every_intercommunalite_of_the_gers(
    shipped: Portraitist,
) -> None:
    for code in GEOGRAPHY.epcis_inside("32"):
        rows = shipped.edition.figures.filter(level="EPCI", code=code, state=0)
        assert rows["indicator"].n_unique() >= 38, code


def test_a_merged_commune_has_the_people_of_the_four_that_it_was_made_of(
    shipped: Portraitist,
) -> None:
    assert value(shipped.edition, Level.COMMUNE, "32365", "pop_total") == 460
    history = {p.year: p.value for p in known(shipped, "32365", "pop_total").figure.history}
    assert history[2013] == 557
    assert known(shipped, "32365", "rev_median").figure.state is State.NOT_PUBLISHED


def test_a_secret_is_kept_as_a_secret_down_to_the_sentence(shipped: Portraitist) -> None:
    row = figure(shipped.edition, Level.COMMUNE, "32155", "rev_pauvrete")
    assert (row["value"], row["state"]) == (None, State.SECRET)
    portrait = shipped.portrait("32155")
    assert reading(known(shipped, "32155", "rev_pauvrete"), portrait).endswith(
        "\u00a0: secret statistique."
    )


def test_a_break_of_series_is_crossed_by_no_sentence(shipped: Portraitist) -> None:
    crowded = known(shipped, "dep-32", "log_surocc")
    assert {2016, 2022} <= {point.year for point in crowded.figure.history}
    assert trend_sentence(crowded) == ""


def test_a_small_difference_of_a_survey_is_comparable(shipped: Portraitist) -> None:
    parents = known(shipped, "243200409", "fam_mono")
    assert parents.reading is not None
    gap = abs((parents.figure.value or 0) - (parents.reading.figure.value or 0))
    assert gap > 1, "more than a point apart"
    assert parents.reading.outcome is Outcome.SIMILAR


def test_a_share_of_the_fifth_of_households_has_its_margin(shipped: Portraitist) -> None:
    rows = shipped.edition.figures.join(
        pl.DataFrame(
            {"indicator": [i.id for i in CATALOGUE.indicators if i.sampling == "complementary"]}
        ),
        on="indicator",
    ).filter(pl.col("value").is_between(0.01, 99.99) & (pl.col("level") == "EPCI"))
    assert rows.height > 10_000
    assert rows["margin"].null_count() == 0
    assert rows["margin"].min() > 0


def test_every_absent_value_has_a_state_and_every_value_none(shipped: Portraitist) -> None:
    for table in (shipped.edition.figures, shipped.edition.series):
        wrong = table.filter((pl.col("state") == 0) != pl.col("value").is_not_null())
        assert wrong.height == 0
        assert table.filter(~pl.col("value").is_finite()).height == 0


def test_ranks_can_be_counted_again_from_the_published_values(shipped: Portraitist) -> None:
    """A second implementation; values that agree to the sixth decimal may be told apart or not."""
    for level in (Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        homes = groups(level, HOME_GROUP.get(level), GEOGRAPHY)
        rows = shipped.edition.figures.filter(level=level.value, state=0).join(
            pl.DataFrame({CODE: GEOGRAPHY.codes(level), "home": homes}), on=CODE
        )
        for rank, group in (("rank", ["indicator", "home"]), ("rank_wide", ["indicator"])):
            again = rows.with_columns(
                best=pl.col("value").rank("min", descending=True).over(group),
                worst=pl.col("value").rank("max", descending=True).over(group),
            )
            assert again.filter(~pl.col(rank).is_between("best", "worst")).height == 0
            assert again.filter(pl.col("best") < pl.col("worst")).height < again.height


def peers_kept(shipped: Portraitist, among: list[str]) -> float:
    """Share of the ten peers of the EPCIs of the Gers kept when one indicator is left out."""
    figures = shipped.edition.figures.filter(level="EPCI", state=0)
    used = [i.id for i in CATALOGUE.indicators if i.comparable]
    many = figures.filter(pl.col("indicator").is_in(used)).group_by("indicator").len()
    kept = many.filter(pl.col("len") >= 0.9 * GEOGRAPHY.epcis.height)["indicator"].to_list()
    rows = figures.filter(pl.col("indicator").is_in(kept) & pl.col(CODE).is_in(among))
    wide = rows.pivot(on="indicator", index=CODE, values="value")
    return stability(Likeness.of(wide), GEOGRAPHY.epcis_inside("32"))


def test_most_peers_hold_when_one_indicator_is_left_out_of_a_quarter_of_the_country(
    shipped: Portraitist,
) -> None:
    quarter = GEOGRAPHY.epcis[CODE].sort().to_list()[::4]
    assert peers_kept(shipped, quarter + GEOGRAPHY.epcis_inside("32")) >= 0.7


@pytest.mark.slow
def test_most_peers_hold_when_one_indicator_is_left_out_of_the_country(
    shipped: Portraitist,
) -> None:
    assert peers_kept(shipped, GEOGRAPHY.epcis[CODE].to_list()) >= 0.7


def test_every_check_of_a_sum_holds_and_every_one_that_does_not_says_why(
    shipped: Portraitist,
) -> None:
    checks = shipped.edition.manifest.checks
    assert len(checks) >= 20
    sums = [check for check in checks if check["rule"] == "sum"]
    assert {check["level"] for check in sums} >= {"intercommunalité", "département", "région"}
    assert all(check["holds"] and check["equal"] == check["compared"] for check in sums)
    for check in checks:
        assert check["holds"] or (check["reason"] and check["where"]), check
        if check["rule"] == "weighted" and check["level"] == "intercommunalité":
            assert check["equal"] / check["compared"] >= 0.95, check


def test_the_shipped_edition_was_made_with_the_catalogue_that_is_shipped(
    shipped: Portraitist,
) -> None:
    assert shipped.edition.manifest.catalogue == CATALOGUE.digest
    assert set(shipped.edition.figures["indicator"]) <= set(CATALOGUE.by_id)


# --- built again from the producers' files --------------------------------------------------------


@pytest.fixture(scope="module")
def rebuilt(shipped: Portraitist) -> Edition:
    if not REAL.is_dir():
        pytest.skip("the producers' files are not beside the repository")
    folder = pipeline.read_folder(REAL, GEOGRAPHY, CATALOGUE)
    manifest = shipped.edition.manifest
    assert folder.refused == []
    return pipeline.build(
        folder.readings, CATALOGUE, GEOGRAPHY, edition=manifest.id, departement=manifest.departement
    )


@pytest.mark.slow
def test_the_shipped_edition_is_provably_the_output_of_our_build(
    shipped: Portraitist, rebuilt: Edition
) -> None:
    theirs = shipped.edition
    moved = [
        f"{c.level} {c.code} {c.indicator}: {c.old} → {c.new}"
        for c in compare_editions(theirs, rebuilt, CATALOGUE)
    ]
    assert moved == []
    assert rebuilt.manifest.inputs == theirs.manifest.inputs
    assert rebuilt.manifest.checks == theirs.manifest.checks
    assert rebuilt.manifest.digest == theirs.manifest.digest
