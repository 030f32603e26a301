"""The producers' own files, when they are beside the repository: the figures that are known."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ruche.engines.portraits.geography import Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.sources import read, scan
from ruche.engines.portraits.states import State

Real = Callable[[str], Path]


def one(readings: list[Reading], level: Level = Level.COMMUNE) -> Reading:
    return next(reading for reading in readings if reading.level == level)


def gers(reading: Reading, variable: str) -> pl.DataFrame:
    """code, number and state of a variable in the communes of the Gers."""
    values = reading.values.filter(pl.col("code").str.starts_with("32"))
    plain = pl.lit(State.VALUE.value)
    states = (
        reading.states.select("code", pl.col(variable).alias("state"))
        if (variable in reading.states.columns)
        else reading.states.select("code", plain.alias("state"))
    )
    return values.select("code", number=variable).join(states, on="code", how="left")


def test_the_communes_of_2026_have_their_known_totals(real: Real, geography: Geography) -> None:
    reading = one(read(real("geo/communes_france_2026.csv.gz"), geography))
    assert reading.provenance.source == "insee-cog"
    assert gers(reading, "P23_POP")["number"].sum() == 192_645
    assert gers(reading, "SUPERF")["number"].sum() == pytest.approx(6256.8, abs=0.05)


def test_the_populations_of_2021_have_their_known_totals(real: Real, geography: Geography) -> None:
    reading = one(read(real("insee/populations_communales_2013_2021.csv.gz"), geography))
    assert gers(reading, "P21_POP")["number"].sum() == 192_437
    assert gers(reading, "P21_POP").height == 458
    assert reading.values["P21_POP"].sum() == 67_406_164


def test_the_comparateur_has_the_population_of_2021_but_for_its_rounding(
    real: Real, geography: Geography
) -> None:
    reading = one(read(real("insee/comparateur_2024_extrait_communes.csv.gz"), geography))
    assert reading.values["P21_POP"].sum() == 67_406_310
    assert gers(reading, "P21_POP")["number"].sum() == pytest.approx(192_437, abs=5)
    paris = reading.values.filter(pl.col("code") == "75056")["P21_POP"].item()
    assert paris == pytest.approx(2_133_111, rel=0.001)


def test_filosofi_2021_publishes_few_figures_of_the_gers_and_a_merge_publishes_none(
    real: Real, geography: Geography
) -> None:
    reading = one(read(real("insee/cc_filosofi_2021_COM.csv.gz"), geography))
    median, poverty = gers(reading, "MED21"), gers(reading, "TP6021")
    assert median.height == 458
    published = pl.col("number").is_not_null()
    assert (median.filter(published).height, poverty.filter(published).height) == (356, 12)
    merged = median.filter(pl.col("code") == "32365")
    assert merged["state"].item() == State.NOT_PUBLISHED
    states = poverty.filter(~published)["state"].unique().to_list()
    assert set(states) == {State.SECRET.value, State.NOT_PUBLISHED.value}


def test_the_social_dwellings_of_the_gers_are_5_868_in_114_communes(
    real: Real, geography: Geography
) -> None:
    reading = one(read(real("logement/rpls_communes_2024.csv.gz"), geography))
    dwellings = gers(reading, "RPLS24_LS")
    assert dwellings["number"].sum() == 5_868
    assert dwellings.filter(pl.col("number") > 0).height == 114
    assert dwellings.filter(pl.col("code") == "32013")["number"].item() == 2_074
    assert reading.values["RPLS24_LS"].sum() == 5_366_986


def test_the_gers_has_27_france_services(real: Real, geography: Geography) -> None:
    reading = one(read(real("services/france_services_20240801.csv.gz"), geography))
    assert gers(reading, "FS24_NB")["number"].sum() == 27


def test_nearly_every_conseiller_numerique_finds_a_commune(
    real: Real, geography: Geography
) -> None:
    reading = one(read(real("services/lieux_conseillers_numeriques_2022.csv.gz"), geography))
    local = one(read(real("services/lieux_conseillers_numeriques_gers_2022.csv"), geography))
    assert gers(reading, "CN22_NB")["number"].sum() == gers(local, "CN22_NB")["number"].sum()
    assert reading.values["CN22_NB"].sum() > 0.97 * 4_930


def test_the_published_fragment_of_the_comparateur_is_read_in_both_decimals(
    real: Real, geography: Geography
) -> None:
    readings = read(real("insee/base_cc_comparateur_extrait_gers.csv"), geography)
    census, income = (
        next(r for r in readings if r.provenance.source == source)
        for source in ("insee-rp", "insee-filosofi")
    )
    gimont = pl.col("code") == "32147"
    assert census.values.filter(gimont)["P22_LOGVAC"].item() == pytest.approx(295.33845)
    assert income.values.filter(gimont)["PIMP21"].item() == 48.0


def test_the_observatory_of_the_fifteen_agrees_with_the_sums_of_iris(
    real: Real, geography: Geography
) -> None:
    published = one(read(real("observatoire/ottd_epci.parquet"), geography), Level.EPCI)
    iris = one(read(real("observatoire/ottd_iris_2022_metropole.parquet"), geography))
    members = geography.members(Level.EPCI)
    fifteen = geography.epcis_inside("32")
    for name, gap in (
        ("OTTD_LOG_PROP_PCT_22", 0.15),
        ("OTTD_LOG_RESSEC_PCT_22", 0.15),
        ("OTTD_LOG_VAC_PCT_22", 0.15),
        ("OTTD_ECO_TXEMP_1564_22", 0.2),
    ):
        sums = (
            iris.values.join(members, left_on="code", right_on="commune")
            .group_by("territory")
            .agg(estimate=100 * pl.col(f"{name}__N").sum() / pl.col(f"{name}__D").sum())
            .filter(pl.col("territory").is_in(fifteen))
            .join(published.values.select("code", name), left_on="territory", right_on="code")
        )
        assert sums.height == 15
        assert (sums["estimate"] - sums[name]).abs().max() < gap, name
    assert any("32365 (281 contre 460)" in note.text for note in iris.notes)


def test_every_file_of_the_folder_is_read_or_ignored_with_a_reason(
    real: Real, geography: Geography
) -> None:
    found = list(scan(real("README.md").parent, geography))
    assert len(found) > 20
    assert all(scanned.readings or scanned.reason for scanned in found)
    assert not [scanned.path.name for scanned in found if scanned.error is not None]
