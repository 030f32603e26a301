"""What an operator types: demo, portraits import, build, diff, publish, discard, list."""

from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ruche.geography.models import Territory
from ruche.territories import store
from ruche.territories.actions import store_edition
from ruche.territories.models import Edition, Figure
from tests.world import BAS_ARMAGNAC, SHIPPED, empty_world

pytestmark = pytest.mark.usefixtures("world")

TRIALS = Path(__file__).parents[1] / "engines/portraits/data"
CENSUS, INCOME, TYPED = (
    TRIALS / name
    for name in ("rp_population_essai.csv", "filosofi_2023_essai.csv", "saisie_essai.csv")
)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path / "var"


@pytest.fixture
def bad(tmp_path) -> Path:
    """A census file with a number that is not one, on its second line."""
    path = tmp_path / "recensement.csv"
    lines = CENSUS.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("22428", "22x28")
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def said(capsys, *arguments) -> str:
    call_command("portraits", *map(str, arguments))
    return capsys.readouterr().out


# ------------------------------------------------------------------------------- demo


def test_demo_a_second_time_installs_nothing(capsys):
    before = Territory.objects.count(), Figure.objects.count()
    call_command("demo")
    assert "déjà là" in capsys.readouterr().out
    assert (Territory.objects.count(), Figure.objects.count()) == before
    assert Edition.objects.current().pk == SHIPPED


def test_demo_if_empty_leaves_an_instance_that_lives(django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        call_command("demo", if_empty=True)


# ----------------------------------------------------------------------------- import


def test_good_files_are_kept_and_listed(capsys):
    text = said(capsys, "import", CENSUS, INCOME)
    assert "2 fichiers gardés" in text
    assert "[1/2] rp_population_essai.csv" in text
    assert {r.provenance.file for r in store.kept()} == {CENSUS.name, INCOME.name}
    assert CENSUS.name in said(capsys, "list")


def test_the_same_file_again_changes_nothing(capsys):
    said(capsys, "import", CENSUS)
    before = len(store.kept())
    said(capsys, "import", CENSUS)
    assert len(store.kept()) == before


def test_a_bad_file_is_refused_in_french_with_its_place_and_nothing_is_kept(bad):
    with pytest.raises(CommandError, match=r"recensement\.csv, ligne 2.*22x28"):
        call_command("portraits", "import", str(bad))
    assert store.kept() == []


def test_one_bad_file_of_two_keeps_nothing(bad):
    with pytest.raises(CommandError, match="ligne 2"):
        call_command("portraits", "import", str(INCOME), str(bad))
    assert store.kept() == []


def test_a_file_that_nobody_knows_is_refused_with_what_to_do(tmp_path):
    path = tmp_path / "liste.csv"
    path.write_text("prénom;âge\nOdile;50\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"liste\.csv"):
        call_command("portraits", "import", str(path))
    assert store.kept() == []


def test_a_file_that_is_not_there_is_told_in_french(tmp_path):
    with pytest.raises(CommandError, match=r"absent\.csv"):
        call_command("portraits", "import", str(tmp_path / "absent.csv"))


def test_a_file_too_heavy_is_refused():
    with pytest.raises(CommandError, match=r"taille|limite|lourd|gros|Go|Mo"):
        call_command("portraits", "import", str(CENSUS), "--taille-max", "0.0000001")
    assert store.kept() == []


def test_an_import_that_was_damaged_is_told_with_what_to_do(capsys):
    said(capsys, "import", CENSUS)
    table = next(store.store_folder().rglob("*.values.parquet"))
    table.write_bytes(b"abime")
    with pytest.raises(CommandError, match=r"abîmé : supprimez"):
        call_command("portraits", "build")


# ------------------------------------------------------------------------------ build


def test_build_makes_a_draft_that_one_reads_then_publishes(capsys):
    said(capsys, "import", CENSUS, INCOME, TYPED)
    text = said(capsys, "build")
    assert "Édition 2026-2 en brouillon" in text
    assert Edition.objects.get(pk="2026-2").status == Edition.Status.DRAFT
    assert Figure.objects.get(
        edition="2026-2", territory="32013", indicator="rev_median"
    ).value == pytest.approx(22_110)
    assert "par rapport à 2026-1" in said(capsys, "diff", "2026-2")
    with pytest.raises(CommandError, match="Lisez d'abord"):
        call_command("portraits", "publish", "2026-2")
    said(capsys, "publish", "2026-2", "--changements-lus")
    assert Edition.objects.current().pk == "2026-2"
    assert "2026-2 : publiée" in said(capsys, "list")


def test_build_without_any_file_says_what_to_do():
    with pytest.raises(CommandError, match="importez-en"):
        call_command("portraits", "build")


def test_build_for_a_departement_that_does_not_exist_is_refused(capsys):
    said(capsys, "import", INCOME)
    with pytest.raises(CommandError, match="Département inconnu"):
        call_command("portraits", "build", "--departement", "99")
    assert list(Edition.objects.values_list("pk", flat=True)) == [SHIPPED]


def test_build_from_a_folder_that_does_not_exist_is_refused(tmp_path):
    with pytest.raises(CommandError, match="n'existe pas"):
        call_command("portraits", "build", "--sources", str(tmp_path / "absent"))


# ---------------------------------------------------------------------- the other verbs


def test_the_first_edition_has_nothing_to_be_compared_with(capsys):
    assert "première édition" in said(capsys, "diff", SHIPPED)


def test_discard_removes_a_draft_and_only_a_draft(capsys, build):
    store_edition(build("essai-1"), on=date(2030, 1, 1))
    said(capsys, "discard", "essai-1")
    assert not Edition.objects.filter(pk="essai-1").exists()
    with pytest.raises(CommandError, match="ne se supprime pas"):
        call_command("portraits", "discard", SHIPPED)


@pytest.mark.parametrize("verb", ["diff", "publish", "discard"])
def test_an_edition_that_does_not_exist_is_told_with_where_to_look(verb):
    with pytest.raises(CommandError, match="voyez portraits list"):
        call_command("portraits", verb, "1999-1")


def test_booklets_without_edition_say_what_to_do():
    empty_world()
    with pytest.raises(CommandError, match="demo"):
        call_command("portraits", "booklets")


def test_a_small_edition_still_has_its_pages(capsys, build, client):
    store_edition(build("essai-1"), on=date(2030, 1, 1))
    said(capsys, "publish", "essai-1", "--changements-lus")
    for address in (BAS_ARMAGNAC, "dep-32", "32013"):
        assert client.get(f"/portraits/{address}/").status_code == 200
    assert client.get("/portraits/reg-76/").status_code == 404
    assert client.get("/").status_code == 200
    assert client.get("/portraits/").status_code == 200
    assert client.get("/portraits/methode/").status_code == 200
    assert client.get("/portraits/donnees/portraits.csv").status_code == 200
