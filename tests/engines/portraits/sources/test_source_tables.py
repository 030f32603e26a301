"""Tables of communes, lists of places and the third party's observatory, on small trial files."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ruche.engines.portraits.errors import Severity, UnreadableSource
from ruche.engines.portraits.geography import DROM, Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.sources import read, widest_first
from ruche.engines.portraits.sources.iris_weights import WEIGHTS, weight_of
from ruche.engines.portraits.sources.services import plain_name
from ruche.engines.portraits.sources.variables import is_additive, is_filosofi, source_of
from ruche.engines.portraits.states import State

Write = Callable[..., Path]


def cell(reading: Reading, code: str, variable: str) -> tuple[float | None, State]:
    number = reading.values.filter(pl.col("code") == code)[variable][0]
    if variable not in reading.states.columns:
        return number, State.VALUE
    return number, State(reading.states.filter(pl.col("code") == code)[variable][0])


# --- names of variables ---------------------------------------------------------------------------


def test_the_year_of_a_filosofi_variable_is_told_by_its_prefix_not_by_its_digits() -> None:
    assert all(map(is_filosofi, ("MED21", "D121", "TP6021", "TP60AGE121", "S80S2021")))
    assert not any(map(is_filosofi, ("P21_MED", "D21", "P22_POP")))


def test_counts_may_be_summed_and_medians_rates_and_the_unknown_may_not() -> None:
    additive = ("P22_POP", "C22_MEN", "NAIS1621", "NAISD24", "NBMENFISC21", "OTTD_X_PCT_22__N")
    assert all(map(is_additive, additive))
    assert not any(map(is_additive, ("MED21", "TP6021", "D121", "OTTD_REV_MED_21", "INCONNU")))


def test_each_variable_of_a_mixed_file_keeps_its_own_source() -> None:
    assert [source_of(v) for v in ("P22_POP", "MED21", "BPE24_D265")] == [
        "insee-rp",
        "insee-filosofi",
        "insee-bpe",
    ]


# --- tables of communes ---------------------------------------------------------------------------

COMPARATEUR = (
    "insee_com,insee_dep,commune_type,commune_article,population_2021,population_2015,menages_2021,"
    "naissances_2022,deces_2022,pop_15_64_totale_2021,pop_15_64_chomage_2021,"
    "pop_15_64_active_2021,superficie_km2\n"
    "32013,32,COM,Auch,23041,21935,11500,200,250,14000,1500,10000,72.48\n"
    "55039,55,COM,Beaumont-en-Verdunois,0,0,0,0,0,0,0,0,7.9\n"
    "60054,60,COM,Beaumont-les-Nonains,335,344,357,12,8,571,34,444,9.53\n"
    "60694,60,COM,Les Hauts-Talican,543,543,0,0,0,0,0,0,13.03\n"
    "97611,976,COM,Mamoudzou,0,0,0,3301,276,0,0,0,\n"
)


def test_in_the_comparateur_mayotte_is_outside_and_a_dead_village_is_a_true_zero(
    write: Write, geography: Geography
) -> None:
    (reading,) = read(write(COMPARATEUR), geography)
    assert "97611" not in reading.values["code"].to_list()
    assert reading.provenance.outside == {"976"}
    assert cell(reading, "55039", "P21_POP") == (0, State.VALUE)


def test_a_commune_just_re_established_has_a_population_but_no_other_figure(
    write: Write, geography: Geography
) -> None:
    (reading,) = read(write(COMPARATEUR), geography)
    assert cell(reading, "60694", "P21_POP") == (543, State.VALUE)
    assert cell(reading, "60694", "P21_MEN") == (None, State.NOT_APPLICABLE)
    assert any("60694" in note.text for note in reading.notes)


def test_a_table_that_lacks_a_column_says_so_and_gives_the_others(
    write: Write, geography: Geography
) -> None:
    text = "insee_com,commune_type,population_2021\n32013,COM,23041\n"
    (reading,) = read(write(text), geography)
    assert reading.variables == ["P21_POP"]
    missing = [note.text for note in reading.notes if "n’y est pas" in note.text]
    assert any("menages_2021" in text for text in missing)


def test_yearly_populations_tell_a_commune_that_did_not_exist_from_a_missing_figure(
    write: Write, geography: Geography
) -> None:
    text = (
        "codgeo,p13_pop,p14_pop,p15_pop\n"
        "76601,,245,239\n"  # re-established
        "27676,794,,1742\n"  # a hole
        "01138,400,410,800\n"
        "01039,443,439,\n"  # merged into 01138
        "971101,5,6,7\n"
    )
    (reading,) = read(write(text), geography)
    assert cell(reading, "76601", "P13_POP") == (None, State.NOT_APPLICABLE)
    assert cell(reading, "27676", "P14_POP") == (None, State.MISSING)
    assert cell(reading, "01138", "P15_POP") == (800, State.VALUE)
    assert cell(reading, "01138", "P13_POP") == (843, State.VALUE)
    assert cell(reading, "97101", "P13_POP") == (5, State.VALUE)


def test_a_commune_absent_from_the_social_housing_register_has_none(
    write: Write, geography: Geography
) -> None:
    text = "DEPCOM_ARM,LIBCOM,nb_loues,nb_ls\n32013,Auch,,2074\n69381,Lyon 1er,,10\n"
    (reading,) = read(write(text), geography)
    assert reading.values.height == len(geography.codes(Level.COMMUNE))
    assert cell(reading, "32013", "RPLS24_LS") == (2074, State.VALUE)
    assert cell(reading, "32107", "RPLS24_LS") == (0, State.VALUE)
    assert cell(reading, "69123", "RPLS24_LS") == (10, State.VALUE)


def test_a_doubled_commune_and_a_negative_count_are_refused(
    write: Write, geography: Geography
) -> None:
    header = "codgeo,p13_pop\n"
    for rows, words in (("32013,1\n32013,2\n", "deux fois"), ("32013,-1\n", "jamais négatif")):
        with pytest.raises(UnreadableSource, match=words):
            read(write(header + rows), geography)


# --- lists of places ------------------------------------------------------------------------------


def test_places_are_counted_by_commune_and_the_itinerant_apart(
    write: Write, geography: Geography
) -> None:
    text = (
        "id_fs,insee_com,format_fs,adresse\n"
        "1,32013,Fixe,x\n2,32013,Itinérante,x\n3,32107,Bus_équivalent,x\n"
    )
    (reading,) = read(write(text), geography)
    assert cell(reading, "32013", "FS24_NB")[0] == 2
    assert cell(reading, "32013", "FS24_ITIN")[0] == 1
    assert reading.values["FS24_NB"].sum() == 3


def test_a_place_is_found_by_its_postal_code_and_its_name_in_capitals(
    write: Write, geography: Geography
) -> None:
    text = (
        "nom,commune,code_postal,labels_nationaux,nb_conseillers\n"
        "a,AUCH,32000,,2\nb,ISLE JOURDAIN (L'),32600,,1\nc,MARSEILLE 11,13011,,1\n"
        "d,Nulle-Part,00000,,1\n"
    )
    (reading,) = read(write(text), geography)
    assert cell(reading, "32013", "CN22_NB")[0] == 2
    assert cell(reading, "32160", "CN22_NB")[0] == 1
    assert cell(reading, "13055", "CN22_NB")[0] == 1
    (note,) = reading.notes
    assert note.text.startswith("1 lieux sur 4")


def test_a_list_of_one_departement_says_nothing_of_the_others(
    write: Write, geography: Geography
) -> None:
    text = "nom,commune,code_postal,labels_nationaux,nb_conseillers\na,AUCH,32000,,2\n"
    (reading,) = read(write(text), geography)
    assert reading.values.height == 458
    assert "31" in reading.provenance.outside
    assert "32" not in reading.provenance.outside


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("L'Isle-Jourdain", "ISLE JOURDAIN (L')"),
        ("Saint-Clar", "ST CLAR"),
        ("Lyon", "LYON 3E ARRONDISSEMENT"),
        ("Bœrsch", "BOERSCH CEDEX 9"),
    ],
)
def test_two_spellings_of_a_commune_are_one_name(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other)


# --- the observatory ------------------------------------------------------------------------------


def observatory(path: Path, rows: list[dict[str, object]]) -> Path:
    pl.DataFrame(rows).write_parquet(path)
    return path


def test_the_observatorys_false_zeros_and_false_totals_are_not_figures(
    tmp_path: Path, geography: Geography
) -> None:
    rows: list[dict[str, object]] = [
        {"code": "00FR", "libelle": "France", "P22_POP": 23212, "rev_med_21": 23080.0}
        | {"eco_emp_vtcam_1116": 0.0, "logv_vac2ans_pct_25": 4.0, "log_vac_pct_22": 7.9}
        | {"logv_vac2ans_vdifp_2025": 0.0},
        {"code": "243200409", "libelle": "x", "P22_POP": 8714, "rev_med_21": None}
        | {"eco_emp_vtcam_1116": 0.0, "logv_vac2ans_pct_25": 0.0, "log_vac_pct_22": None}
        | {"logv_vac2ans_vdifp_2025": -3.0},
    ]
    epcis, france = read(observatory(tmp_path / "a.parquet", rows), geography)
    assert (epcis.level, france.level) == (Level.EPCI, Level.FRANCE)
    assert "OTTD_P22_POP" not in france.variables
    assert cell(france, "FR", "OTTD_ECO_EMP_VTCAM_1116") == (None, State.MISSING)
    assert cell(epcis, "243200409", "OTTD_ECO_EMP_VTCAM_1116") == (0, State.VALUE)
    assert cell(epcis, "243200409", "OTTD_LOGV_VAC2ANS_PCT_25") == (None, State.SECRET)
    assert cell(epcis, "243200409", "OTTD_LOGV_VAC2ANS_VDIFP_2025") == (None, State.SECRET)
    assert cell(france, "FR", "OTTD_LOGV_VAC2ANS_VDIFP_2025") == (0, State.VALUE)
    assert cell(epcis, "243200409", "OTTD_REV_MED_21") == (None, State.NOT_PUBLISHED)
    assert cell(epcis, "243200409", "OTTD_LOG_VAC_PCT_22") == (None, State.MISSING)
    assert france.provenance.outside == epcis.provenance.outside == DROM


def test_shares_by_iris_become_pairs_that_can_be_added(
    tmp_path: Path, geography: Geography
) -> None:
    rows: list[dict[str, object]] = [
        {"COM": "32013", "TYP_IRIS": "H", "P22_POP": 100.0, "dm_0014_pct_22": 10.0},
        {"COM": "32013", "TYP_IRIS": "H", "P22_POP": 300.0, "dm_0014_pct_22": 20.0},
        {"COM": "32013", "TYP_IRIS": "H", "P22_POP": 50.0, "dm_0014_pct_22": None},
        {"COM": "32107", "TYP_IRIS": "Z", "P22_POP": 7.0, "dm_0014_pct_22": None},
    ]
    (reading,) = read(observatory(tmp_path / "iris.parquet", rows), geography)
    assert cell(reading, "32013", "OTTD_DM_0014_PCT_22__N")[0] == pytest.approx(70)
    assert cell(reading, "32013", "OTTD_DM_0014_PCT_22__D")[0] == pytest.approx(400)
    assert cell(reading, "32013", "OTTD_P22_POP")[0] == 450
    assert cell(reading, "32107", "OTTD_DM_0014_PCT_22__D")[0] == 0


def test_a_commune_that_lost_inhabitants_on_the_way_is_told(
    tmp_path: Path, geography: Geography
) -> None:
    rows: list[dict[str, object]] = [
        {"COM": "32365", "TYP_IRIS": "Z", "P22_POP": 281.0, "dm_0014_pct_22": 10.0},
        {"COM": "32013", "TYP_IRIS": "Z", "P22_POP": 22_500.0, "dm_0014_pct_22": 10.0},
    ]
    (reading,) = read(observatory(tmp_path / "iris.parquet", rows), geography)
    (note,) = [n for n in reading.notes if n.severity == Severity.WARNING]
    assert "32365 (281 contre 460)" in note.text


def test_each_share_is_weighed_by_its_own_denominator_with_its_reason() -> None:
    assert all(weight.reason for weight in WEIGHTS)
    frame = pl.DataFrame(
        {
            "P22_POP": [1000.0],
            "men_tot_stock_22": [400.0],
            "log_rp_pct_22": [80.0],
            "dm_0014_pct_22": [20.0],
            "dm_1524_pct_22": [10.0],
            "dm_2554_pct_22": [40.0],
            "dm_5564_pct_22": [10.0],
            "eco_txemp_1564_22": [60.0],
            "soc_txchom_1564_22": [10.0],
        }
    )
    expected = {
        "dm_1524_pct_22": 1000,
        "men_seul_pct_22": 400,
        "log_prop_pct_22": 400,
        "log_vac_pct_22": 500,
        "dsp_dipl_sup_pct_22": 800,
        "eco_txemp_1564_22": 600,
        "soc_txchom_1564_22": 400,
    }
    for name, weight in expected.items():
        found = weight_of(name)
        assert found is not None
        assert frame.select(found[0].build(found[1])).item() == pytest.approx(weight), name


def test_a_share_whose_denominator_is_unknown_is_left_aside() -> None:
    assert [weight_of(n) for n in ("rev_med_21", "dsp_dipl_sup_pct_11", "logd_px2q2_mai_24")] == [
        None
    ] * 3


def test_an_extract_never_hides_the_whole_file(write: Write, geography: Geography) -> None:
    extract = read(write("CODGEO;P22_POP\n32013;1\n", "a.csv"), geography)
    whole = read(write("CODGEO;P22_POP\n32013;1\n32107;2\n", "b.csv"), geography)
    first, _ = widest_first([*extract, *whole])
    assert first.provenance.file == "b.csv"
