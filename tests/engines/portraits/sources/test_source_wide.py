"""The Insee's wide files, as they are and as they come damaged."""

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from ruche.engines.portraits.errors import Severity, UnreadableSource
from ruche.engines.portraits.geography import DROM, Geography
from ruche.engines.portraits.levels import Level
from ruche.engines.portraits.observations import Reading
from ruche.engines.portraits.sources import read, scan
from ruche.engines.portraits.states import State

Write = Callable[..., Path]

SMALL = (
    "CODGEO;P22_POP;P22_LOG;MED21\n32013;22428;13001.5;20540\n32107;6524;3700,25;s\n32365;460;;nd\n"
)


def cell(reading: Reading, code: str, variable: str) -> tuple[float | None, State]:
    number = reading.values.filter(pl.col("code") == code)[variable][0]
    if variable not in reading.states.columns:
        return number, State.VALUE
    return number, State(reading.states.filter(pl.col("code") == code)[variable][0])


def by_source(readings: list[Reading]) -> dict[str, Reading]:
    return {reading.provenance.source: reading for reading in readings}


# --- what is read ---------------------------------------------------------------------------------


def test_points_commas_markers_and_empty_cells_each_keep_their_meaning(
    write: Write, geography: Geography
) -> None:
    readings = by_source(read(write(SMALL), geography))
    census, income = readings["insee-rp"], readings["insee-filosofi"]
    assert cell(census, "32013", "P22_LOG") == (13001.5, State.VALUE)
    assert cell(census, "32107", "P22_LOG") == (3700.25, State.VALUE)
    assert cell(census, "32365", "P22_LOG") == (None, State.MISSING)
    assert cell(income, "32107", "MED21") == (None, State.SECRET)
    assert cell(income, "32365", "MED21") == (None, State.NOT_PUBLISHED)


def test_a_variable_that_is_a_number_everywhere_has_no_column_of_states(
    write: Write, geography: Geography
) -> None:
    census = by_source(read(write(SMALL), geography))["insee-rp"]
    assert "P22_POP" not in census.states.columns


def test_two_decimal_signs_on_one_line_are_both_read(write: Write, geography: Geography) -> None:
    text = "CODGEO;P22_LOG;PIMP21\n32147;1731.5;48,5\n32013;12.25;50,0\n"
    readings = by_source(read(write(text), geography))
    assert cell(readings["insee-rp"], "32147", "P22_LOG")[0] == 1731.5
    assert cell(readings["insee-filosofi"], "32147", "PIMP21")[0] == 48.5


@pytest.mark.parametrize(
    ("encoding", "name"), [("utf-8-sig", "avec-bom.CSV"), ("latin-1", "ancien.csv")]
)
def test_a_bom_latin_1_and_any_name_are_accepted(
    write: Write, geography: Geography, encoding: str, name: str
) -> None:
    text = "codgeo;LIBGEO;p22_pop\n32013;Auch-la-Forêt;22428\n32107;Condom;6524\n"
    (reading,) = read(write(text, name, encoding), geography)
    assert reading.variables == ["P22_POP"]
    assert cell(reading, "32013", "P22_POP") == (22428, State.VALUE)


def test_quoted_cells_are_read_as_the_others(write: Write, geography: Geography) -> None:
    (reading,) = read(write('"CODGEO";"P22_POP"\n"01001";"860"\n"32013";"s"\n'), geography)
    assert cell(reading, "01001", "P22_POP") == (860, State.VALUE)
    assert cell(reading, "32013", "P22_POP") == (None, State.SECRET)


def test_the_level_is_told_by_the_codes(write: Write, geography: Geography) -> None:
    levels = {
        "CODGEO;P22_POP\n200066926;1\n243200409;2\n": Level.EPCI,
        "CODGEO;P22_POP\n2A;1\n32;2\n31;2\n": Level.DEPARTEMENT,
        "REG;P22_POP\n76;1\n": Level.REGION,
        "DEP;P22_POP\n76;1\n": Level.DEPARTEMENT,
        "CODGEO;MED21\nMETRO;23080\n": Level.FRANCE,
    }
    for text, level in levels.items():
        (reading,) = read(write(text), geography)
        assert reading.level == level


def test_a_row_of_the_metropole_says_that_the_overseas_departements_are_outside(
    write: Write, geography: Geography
) -> None:
    (reading,) = read(write("CODGEO;MED21\nMETRO;23080\n"), geography)
    assert reading.values["code"].to_list() == ["FR"]
    assert reading.provenance.outside == DROM


def test_only_the_wanted_columns_are_read_even_if_others_hold_text(
    write: Write, geography: Geography
) -> None:
    text = "CODGEO;P22_POP;REMARQUE\n32013;1;oui\n"
    (reading,) = read(write(text), geography, wanted=["P22_POP", "P22_LOG"])
    assert reading.variables == ["P22_POP"]


def test_a_file_without_any_wanted_column_says_so(write: Write, geography: Geography) -> None:
    (reading,) = read(write(SMALL), geography, wanted=["P22_EMPLT"])
    assert reading.variables == []
    (note,) = reading.notes
    assert "aucune des 1 variables attendues" in note.text


def test_a_column_of_words_is_left_aside_with_a_note(write: Write, geography: Geography) -> None:
    text = "CODGEO;P22_POP;TYPE\n32013;1;rural\n32107;2;urbain\n"
    (reading,) = read(write(text), geography)
    assert reading.variables == ["P22_POP"]
    assert any(note.place.column == "TYPE" for note in reading.notes)


def test_the_communes_of_2023_are_summed_into_that_of_today(
    write: Write, geography: Geography
) -> None:
    text = "CODGEO;P21_POP;MED21\n32365;281;21000\n32067;63;s\n32260;22;s\n32413;94;s\n"
    readings = by_source(read(write(text), geography))
    assert cell(readings["insee-rp"], "32365", "P21_POP") == (460, State.VALUE)
    assert cell(readings["insee-filosofi"], "32365", "MED21") == (None, State.NOT_PUBLISHED)


def test_a_zip_is_read_without_its_metadata(tmp_path: Path, geography: Geography) -> None:
    path = tmp_path / "base-cc.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("base-cc-x-2022.CSV", SMALL)
        archive.writestr("meta_base-cc-x-2022.CSV", "COD_VAR;LIB_VAR\nP22_POP;Population\n")
    readings = by_source(read(path, geography))
    assert readings["insee-rp"].values.height == 3
    assert readings["insee-rp"].provenance.file == "base-cc.zip, base-cc-x-2022.CSV"


def test_a_marker_that_no_sample_showed_is_still_a_state(
    write: Write, geography: Geography
) -> None:
    codes = geography.communes["code"].to_list()
    filler = "0" * 40
    lines = [f"{code};{i};{filler}" for i, code in enumerate(codes)]
    lines[9_000] = f"{codes[9_000]};s;{filler}"
    lines[9_001] = f"{codes[9_001]};12,5;{filler}"
    text = "CODGEO;P22_POP;P22_X\n" + "\n".join(lines) + "\n"
    (reading,) = read(write(text), geography)
    assert cell(reading, codes[9_000], "P22_POP") == (None, State.SECRET)
    assert cell(reading, codes[9_001], "P22_POP") == (12.5, State.VALUE)
    assert reading.states["P22_POP"].sum() == State.SECRET.value


# --- what is refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CODGEO,P22_POP\n32013,1\n", ["ligne 1", "semble être la virgule"]),
        ("CODGEO;P22_POP\n32013;1\n32013;2\n", ["ligne 3", "lignes 2 et 3", "32013"]),
        ("CODGEO;P22_POP\n32013;1\n32107;-4\n", ["ligne 3", "colonne P22_POP", "-4"]),
        ("CODGEO;P22_POP\n32013;1\n32107;env. 12\n", ["ligne 3", "colonne P22_POP", "env. 12"]),
        ("CODGEO;P22_POP\n32013;1\n32107;nan\n", ["ligne 3", "nan"]),
        ("CODGEO;P22_POP;P22_LOG\n32013;1;2\n32107;1\n", ["ligne 3", "2 champs au lieu de 3"]),
        ("CODGEO;P22_POP;P22_LOG\n32013;1;2\n32107;1;2;3\n", ["ligne 3", "4 champs"]),
        ("CODGEO;P22_POP;P22_POP\n32013;1;2\n", ["colonne P22_POP", "deux colonnes"]),
        ("CODGEO;P22_POP\n32013;1\n;2\n", ["ligne 3", "le code du territoire manque"]),
        ("CODGEO;P22_POP\nabc;1\nde;3\n", ["n’est le code d’aucun territoire"]),
    ],
)
def test_a_damaged_file_is_refused_with_its_place_and_what_to_do(
    write: Write, geography: Geography, text: str, words: list[str]
) -> None:
    with pytest.raises(UnreadableSource) as refusal:
        read(write(text), geography)
    for word in ["essai.csv", *words]:
        assert word in str(refusal.value)
    assert refusal.value.advice


@pytest.mark.parametrize("damage", ["12 environ", "1;2"])
def test_a_fault_far_from_every_sample_is_found_on_its_line(
    write: Write, geography: Geography, damage: str
) -> None:
    codes = geography.communes["code"].to_list()
    lines = [f"{code};{i};{'0' * 40}" for i, code in enumerate(codes)]
    lines[8_998] = f"{codes[8_998]};{damage};{'0' * 40}"
    with pytest.raises(UnreadableSource) as refusal:
        read(write("CODGEO;P22_POP;P22_X\n" + "\n".join(lines) + "\n"), geography)
    assert refusal.value.place.line == 9_000


def test_a_balance_may_be_negative(write: Write, geography: Geography) -> None:
    (reading,) = read(write("CODGEO;P22_SOLDE_NAT\n32013;-4\n"), geography)
    assert cell(reading, "32013", "P22_SOLDE_NAT")[0] == -4


def test_a_commune_that_no_one_knows_is_left_aside_and_told(
    write: Write, geography: Geography
) -> None:
    (reading,) = read(write("CODGEO;P22_POP\n32013;1\n32999;2\n"), geography)
    assert reading.values["code"].to_list() == ["32013"]
    (note,) = [n for n in reading.notes if n.severity == Severity.WARNING]
    assert (note.place.line, "32999" in note.text) == (3, True)


def test_archives_that_stop_short_are_refused(tmp_path: Path, geography: Geography) -> None:
    packed = gzip.compress(SMALL.encode() * 500)
    zipped = tmp_path / "ok.zip"
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("base.csv", SMALL * 500)
    for name, content in (("a.csv.gz", packed), ("a.zip", zipped.read_bytes())):
        path = tmp_path / name
        path.write_bytes(content[: len(content) // 2])
        with pytest.raises(UnreadableSource, match="incomplète ou abîmée"):
            read(path, geography)


def test_a_file_of_two_gigabytes_is_refused_before_being_read(
    tmp_path: Path, geography: Geography
) -> None:
    path = tmp_path / "dossier_complet.csv"
    with path.open("wb") as stream:
        stream.write(b"CODGEO;P22_POP\n")
        stream.truncate(2_000_000_000)
    with pytest.raises(UnreadableSource) as refusal:
        read(path, geography)
    for words in ("2.0 Go", "1.5 Go", "--taille-max", "colonnes utiles"):
        assert words in str(refusal.value)


def test_an_archive_that_swells_beyond_the_limit_is_refused(
    tmp_path: Path, geography: Geography
) -> None:
    path = tmp_path / "bombe.csv.gz"
    path.write_bytes(gzip.compress(b"0" * 3_000_000))
    with pytest.raises(UnreadableSource, match="limite"):
        read(path, geography, limit=1_000_000)


def test_a_file_of_another_kind_is_ignored_with_its_reason(
    write: Write, tmp_path: Path, geography: Geography
) -> None:
    write("# Une page\n", "LISEZ-MOI.md")
    write('{"type": "Topology"}', "contours.json")
    write("CODGEO;P22_POP\n32013;-1\n", "mauvais.csv")
    write(SMALL, "bon.csv")
    found = {scanned.path.name: scanned for scanned in scan(tmp_path, geography)}
    assert found["bon.csv"].readings
    assert found["mauvais.csv"].error is not None
    assert "aucun format" in found["LISEZ-MOI.md"].reason
    assert "JSON" in found["contours.json"].reason
    with pytest.raises(UnreadableSource, match="aucun format"):
        read(tmp_path / "LISEZ-MOI.md", geography)
