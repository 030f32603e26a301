"""The long files of the Insee, on trial files written after their format."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ruche.engines.portraits.errors import UnreadableSource
from ruche.engines.portraits.geography import DROM, Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.sources import FORMATS, read
from ruche.engines.portraits.states import State

Write = Callable[..., Path]

DATA = Path(__file__).resolve().parents[1] / "data"


def by_level(readings: list[Reading]) -> dict[Level, Reading]:
    return {reading.level: reading for reading in readings}


def cell(reading: Reading, code: str, variable: str) -> tuple[float | None, State]:
    number = reading.values.filter(pl.col("code") == code)[variable][0]
    if variable not in reading.states.columns:
        return number, State.VALUE
    return number, State(reading.states.filter(pl.col("code") == code)[variable][0])


def test_all_levels_come_out_as_separate_readings(geography: Geography) -> None:
    readings = by_level(read(DATA / "filosofi_2023_essai.csv", geography))
    assert set(readings) == set(Level)
    assert cell(readings[Level.EPCI], "200066926", "MED23") == (23500, State.VALUE)
    assert readings[Level.DEPARTEMENT].variables == ["MED23", "D123", "D923", "RD23"]
    assert {r.provenance.source for r in readings.values()} == {"insee-filosofi"}


def test_statuses_say_what_is_secret_and_what_is_not_published(geography: Geography) -> None:
    communes = by_level(read(DATA / "filosofi_2023_essai.csv", geography))[Level.COMMUNE]
    assert cell(communes, "32107", "TP6023") == (None, State.SECRET)
    assert cell(communes, "32155", "MED23") == (None, State.NOT_PUBLISHED)
    assert cell(communes, "32155", "TP6023") == (None, State.MISSING)


def test_a_secret_status_wins_over_a_number_left_in_the_cell(
    write: Write, geography: Geography
) -> None:
    text = (
        "GEO;GEO_OBJECT;FILOSOFI_MEASURE;TIME_PERIOD;OBS_VALUE;CONF_STATUS\n"
        "32013;COM;MED_SL;2023;0;C\n"
    )
    (reading,) = read(write(text), geography)
    assert cell(reading, "32013", "MED23") == (None, State.SECRET)


def test_the_metropole_alone_is_france_without_the_overseas(geography: Geography) -> None:
    france = by_level(read(DATA / "filosofi_2023_essai.csv", geography))[Level.FRANCE]
    assert france.values.rows() == [("FR", 23900)]
    assert france.provenance.outside == DROM


def test_france_is_preferred_to_the_metropole_when_both_are_given(geography: Geography) -> None:
    france = by_level(read(DATA / "rp_population_essai.csv", geography))[Level.FRANCE]
    assert france.values["P23_POP"].to_list() == [68_350_798]
    assert france.provenance.outside == frozenset()


def test_dimensions_make_the_variables_of_the_wide_files(geography: Geography) -> None:
    communes = by_level(read(DATA / "rp_population_essai.csv", geography))[Level.COMMUNE]
    assert communes.variables == ["P23_POP", "P23_POP0014", "P17_POP"]
    assert cell(communes, "32013", "P23_POP0014") == (3200.5, State.VALUE)
    assert cell(communes, "75056", "P23_POP") == (2_100_000, State.VALUE)


def test_only_the_wanted_variables_are_read(geography: Geography) -> None:
    readings = read(DATA / "rp_population_essai.csv", geography, wanted={"P17_POP"})
    assert [reading.variables for reading in readings] == [["P17_POP"]]


def test_no_line_for_an_equipment_means_none_of_it(geography: Geography) -> None:
    communes = by_level(read(DATA / "bpe_2024_essai.csv", geography))[Level.COMMUNE]
    assert communes.variables == ["BPE24_D265", "BPE24_D281"]
    assert cell(communes, "32107", "BPE24_D281") == (0, State.VALUE)
    assert cell(communes, "01001", "BPE24_D265") == (0, State.VALUE)
    assert communes.values["BPE24_D265"].sum() == 31


def test_geo_may_carry_its_year_and_its_kind(write: Write, geography: Geography) -> None:
    text = (
        "GEO,AGE,SEX,RP_MEASURE,TIME_PERIOD,OBS_VALUE\n"
        "2026-COM-32013,_T,_T,POP,2023,22428\n2026-DEP-32,_T,_T,POP,2023,192645\n"
    )
    readings = by_level(read(write(text), geography))
    assert cell(readings[Level.COMMUNE], "32013", "P23_POP")[0] == 22428
    assert cell(readings[Level.DEPARTEMENT], "32", "P23_POP")[0] == 192645


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("32013;COM;POP;_T;_T;2023;beaucoup\n", ["ligne 2", "OBS_VALUE", "beaucoup"]),
        (
            "32013;COM;POP;_T;_T;2023;1\n32107;COM;POP;_T;_T;2023;2\n32013;COM;POP;_T;_T;2023;3\n",
            ["ligne 4", "lignes 2 et 4", "32013"],
        ),
    ],
)
def test_a_damaged_long_file_is_refused_with_its_line(
    write: Write, geography: Geography, lines: str, words: list[str]
) -> None:
    header = "GEO;GEO_OBJECT;RP_MEASURE;AGE;SEX;TIME_PERIOD;OBS_VALUE\n"
    with pytest.raises(UnreadableSource) as refusal:
        read(write(header + lines), geography)
    for word in words:
        assert word in str(refusal.value)


def test_a_dataset_that_no_one_described_is_refused_with_its_dimensions(
    write: Write, geography: Geography
) -> None:
    text = "GEO;GEO_OBJECT;SIZE;TIME_PERIOD;OBS_VALUE\n32013;COM;_T;2023;1\n"
    with pytest.raises(UnreadableSource, match=r"jeu de données inconnu .*SIZE"):
        read(write(text), geography)


def test_a_format_tried_on_trial_files_only_says_so() -> None:
    trust = {known.id: known.trust for known in FORMATS}
    assert trust["insee-long"] == "vérifié sur un fichier d’essai écrit d’après le format"
    assert trust["insee-large"] == "vérifié sur un fichier réel"


# --- values entered by hand -----------------------------------------------------------------------


def test_values_entered_by_hand_come_out_by_level_and_source(geography: Geography) -> None:
    readings = read(DATA / "saisie_essai.csv", geography)
    keys = {(r.level, r.provenance.source) for r in readings}
    assert keys == {
        (Level.EPCI, "onpe-geodip"),
        (Level.DEPARTEMENT, "onpe-geodip"),
        (Level.FRANCE, "onpe-geodip"),
        (Level.COMMUNE, "saisie"),
    }
    epcis = next(r for r in readings if r.level == Level.EPCI)
    assert cell(epcis, "243200409", "TEE821") == (17.4, State.VALUE)
    assert cell(epcis, "243200417", "TEE821") == (None, State.SECRET)
    communes = next(r for r in readings if r.level == Level.COMMUNE)
    assert cell(communes, "32107", "FSL22") == (None, State.NOT_PUBLISHED)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("CANTON;1;X;2021;1;\n", ["ligne 2", "colonne niveau", "CANTON"]),
        ("DEP;32;X;2021;1;peut-être\n", ["ligne 2", "colonne etat", "peut-être"]),
        ("DEP;32;X;2021;1;\nDEP;32;X;2021;2;\n", ["ligne 3", "deux fois"]),
        ("DEP;32;X;2021;un;\n", ["ligne 2", "colonne valeur"]),
    ],
)
def test_a_wrong_entry_is_refused_with_its_place(
    write: Write, geography: Geography, line: str, words: list[str]
) -> None:
    with pytest.raises(UnreadableSource) as refusal:
        read(write("niveau;code;variable;annee;valeur;etat\n" + line), geography)
    for word in words:
        assert word in str(refusal.value)
