"""The portraits as a command: what it prints, and how it refuses."""

import csv
import io
import json
from pathlib import Path

import pytest

from ruche.engines.portraits.__main__ import main
from ruche.engines.portraits.catalogue import load_catalogue
from ruche.engines.portraits.editions import read_edition
from ruche.engines.portraits.geography import load_reference
from ruche.territories.shipped import FOLDER

REAL = Path(__file__).resolve().parents[3] / "shared" / "data"
Said = pytest.CaptureFixture[str]


@pytest.fixture
def populations(tmp_path: Path) -> Path:
    """A folder with one published file: annual populations, made up for every commune."""
    folder = tmp_path / "sources"
    folder.mkdir()
    communes = load_reference().communes
    years = [f"p{year}_pop" for year in range(13, 22)]
    lines = [",".join(["reg", "dep", "cv", "codgeo", "libgeo", *years])]
    for code, people in communes.select("code", "population").iter_rows():
        lines.append(",".join(["0", "0", "0", code, "x", *[str(people or 0)] * len(years)]))
    (folder / "populations.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


def run(*arguments: object) -> int:
    return main([str(argument) for argument in arguments])


# --- what it prints -------------------------------------------------------------------------------


def test_catalogue_lists_every_indicator_on_its_line(capsys: Said) -> None:
    assert run("catalogue") == 0
    said = capsys.readouterr()
    lines = said.out.splitlines()
    assert [line.split()[0] for line in lines] == [i.id for i in load_catalogue().indicators]
    assert f"{len(lines)} indicateurs" in said.err
    assert "Format lu : " in said.err


def test_show_prints_clean_json(capsys: Said) -> None:
    assert run("show", "--edition", FOLDER, "243200409") == 0
    said = capsys.readouterr()
    data = json.loads(said.out)
    assert data["territory"]["name"] == "Bas-Armagnac"
    assert {i["id"]: i["value"] for i in data["indicators"]}["rev_pauvrete"] == 16.8
    assert said.err == ""


def test_show_prints_a_csv_of_one_line_per_indicator(capsys: Said) -> None:
    assert run("show", "--edition", FOLDER, "dep-32", "--format", "csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out, newline="")))
    assert len(rows) == len(load_catalogue().indicators)
    assert {row["territory"] for row in rows} == {"dep-32"}


def test_show_prints_sentences(capsys: Said) -> None:
    assert run("show", "--edition", FOLDER, "32155", "--format", "text") == 0
    text = capsys.readouterr().out
    assert text.startswith("Au Houga vivent 1\u202f202\u00a0habitants en 2023.")


def test_build_writes_an_edition_that_show_and_diff_can_read(
    capsys: Said, tmp_path: Path, populations: Path
) -> None:
    for name in ("un", "deux"):
        assert (
            run("build", "--departement", "09", "--sources", populations, "--out", tmp_path / name)
            == 0
        )
    said = capsys.readouterr()
    assert "Édition écrite dans" in said.out
    assert "populations.csv : " in said.err, "progress goes to the error stream"
    assert run("show", "--edition", tmp_path / "un", "dep-09") == 0
    shown = {i["id"]: i["value"] for i in json.loads(capsys.readouterr().out)["indicators"]}
    ariege = load_reference().communes
    assert shown["pop_total"] == ariege.filter(ariege["departement"] == "09")["population"].sum()
    assert run("diff", tmp_path / "un", tmp_path / "deux") == 0
    same = capsys.readouterr()
    assert (same.out, same.err) == ("", "0 changements.\n")


def test_diff_says_what_vanished_in_words_and_never_none(
    capsys: Said, tmp_path: Path, populations: Path
) -> None:
    run("build", "--departement", "32", "--sources", populations, "--out", tmp_path / "e")
    capsys.readouterr()
    assert run("diff", FOLDER, tmp_path / "e") == 0
    said = capsys.readouterr().out
    assert "EPCI 243200409 rev_pauvrete a disparu : 16.8 (2021) → donnée manquante\n" in said
    assert "None" not in said


def test_inspect_says_what_a_file_is_and_what_was_understood(
    capsys: Said, populations: Path
) -> None:
    assert run("inspect", populations / "populations.csv") == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "populations.csv : 9 variables pour 34875 territoires (commune), source insee-populations"
    )
    assert "P21_POP" in said


# --- how it refuses -------------------------------------------------------------------------------


def refused(capsys: Said, *arguments: object) -> str:
    assert run(*arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    last = said.err.splitlines()[-1]
    assert last.startswith("Erreur : ")
    assert "Traceback" not in said.err
    return last


@pytest.mark.parametrize("departement", ["99", "9", "gers", ""])
def test_an_unknown_departement_is_refused_before_any_file_is_read(
    capsys: Said, tmp_path: Path, departement: str
) -> None:
    said = refused(
        capsys,
        "build",
        "--departement",
        departement,
        "--sources",
        tmp_path / "absent",
        "--out",
        tmp_path / "e",
    )
    assert f"Département inconnu : « {departement} »" in said
    assert not (tmp_path / "e").exists()


def test_a_folder_that_is_not_there_is_refused(capsys: Said, tmp_path: Path) -> None:
    said = refused(
        capsys,
        "build",
        "--departement",
        "32",
        "--sources",
        tmp_path / "absent",
        "--out",
        tmp_path / "e",
    )
    assert "n'existe pas : vérifiez son chemin" in said


def test_a_folder_without_any_known_file_is_refused(capsys: Said, tmp_path: Path) -> None:
    (tmp_path / "lisez-moi.txt").write_text("Bonjour.", encoding="utf-8")
    said = refused(
        capsys, "build", "--departement", "32", "--sources", tmp_path, "--out", tmp_path / "e"
    )
    assert "n'a été reconnu" in said


def test_an_edition_that_exists_is_refused_before_any_file_is_read(
    capsys: Said, tmp_path: Path
) -> None:
    said = refused(
        capsys, "build", "--departement", "32", "--sources", tmp_path / "absent", "--out", tmp_path
    )
    assert "existe déjà : une édition ne se réécrit pas" in said


@pytest.mark.parametrize("address", ["999999999", "dep-99", "99999", "gers", "09122"])
def test_an_address_that_the_edition_does_not_know_is_refused(capsys: Said, address: str) -> None:
    said = refused(capsys, "show", "--edition", FOLDER, address)
    assert f"« {address} »" in said


def test_a_folder_that_is_no_edition_is_refused(capsys: Said, tmp_path: Path) -> None:
    assert "n'est pas une édition lisible" in refused(
        capsys, "show", "--edition", tmp_path, "dep-32"
    )
    assert "n'est pas une édition lisible" in refused(capsys, "diff", tmp_path, FOLDER)


def test_inspect_refuses_a_file_that_is_absent_or_unknown(capsys: Said, tmp_path: Path) -> None:
    assert "absent.csv n'existe pas" in refused(capsys, "inspect", tmp_path / "absent.csv")
    (tmp_path / "essai.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert "essai.csv" in refused(capsys, "inspect", tmp_path / "essai.csv")


# --- any département of France, from the producers' own files -------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("departement", ["09", "75", "2A"])
def test_any_departement_is_built_without_a_change_of_code(
    capsys: Said, tmp_path: Path, departement: str
) -> None:
    if not REAL.is_dir():
        pytest.skip("the producers' files are not beside the repository")
    out = tmp_path / "edition"
    assert run("build", "--departement", departement, "--sources", REAL, "--out", out) == 0
    edition = read_edition(out)
    geography = load_reference().communes
    here = set(geography.filter(geography["departement"] == departement)["code"])
    kept = set(edition.figures.filter(level="COM")["code"])
    assert here <= kept
    capsys.readouterr()
    assert run("show", "--edition", out, f"dep-{departement}", "--format", "text") == 0
    assert "habitants en 2023" in capsys.readouterr().out
