"""The home page and the words that the network writes."""

import logging
import shutil

import pytest
from django.core.management import CommandError, call_command

from ruche.public.words import FILE, SHIPPED, BadContent, read_home
from ruche.territories.summary import network_summary
from tests.world import EPCIS_OF_THE_GERS, empty_world, page_at, words_of

pytestmark = pytest.mark.usefixtures("world")


@pytest.fixture
def content(tmp_path, settings):
    """The network's own content folder, with a copy of the shipped words."""
    settings.CONTENT_DIR = tmp_path
    shutil.copy(SHIPPED / FILE, tmp_path / FILE)
    return tmp_path / FILE


def change(path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_home_page_says_who_we_are_and_leads_to_the_portraits():
    page = page_at("/")
    home = read_home(SHIPPED / FILE)
    assert page.h1.get_text() == home.titre
    shown = words_of(page)
    assert all(mission.titre in shown for mission in home.mission)
    assert all(principle.titre in shown for principle in home.principe)
    assert page.select_one("a[href='/portraits/']")
    assert len(page.select("#portraits ~ * ul.columns a")) == EPCIS_OF_THE_GERS


def test_a_site_without_edition_still_has_its_home_page():
    empty_world()
    assert network_summary("32") is None
    page = page_at("/")
    assert page.h1
    assert not page.select("#portraits")


def test_the_words_of_the_network_replace_the_shipped_ones_at_once(content):
    change(content, "Qui nous sommes", "Nous, en deux mots")
    assert "Nous, en deux mots" in words_of(page_at("/"))


def test_markdown_is_written_and_html_is_shown_as_text(content):
    change(content, "Gers Solidaire est", "**Gers Solidaire** <script>alert(1)</script> est")
    page = page_at("/")
    assert page.find("strong", string="Gers Solidaire")
    assert "<script>alert(1)</script>" in page.get_text()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('titre = "Qui', "titre = Qui", "TOML"),
        ("[presentation]", '[presentation]\ntitres = "x"', "presentation.titres"),
        ('titre = "Accueil inconditionnel"', 'titre = ""', "principe.0.titre"),
        ("[membres]", "[membre]", "membre"),
    ],
)
def test_a_wrong_file_keeps_the_shipped_words_and_says_what_to_mend(
    content, caplog, old, new, said
):
    change(content, old, new)
    with caplog.at_level(logging.ERROR):
        page = page_at("/")
    assert page.h1.get_text() == read_home(SHIPPED / FILE).titre
    assert said in caplog.text
    with pytest.raises(CommandError, match=said):
        call_command("contenu")


def test_a_file_that_is_not_text_is_refused_in_words(content, caplog):
    content.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadContent, match="illisible"):
        read_home(content)
    assert page_at("/").h1


def test_the_command_counts_what_it_read(content, capsys):
    call_command("contenu")
    assert capsys.readouterr().out.startswith(
        "accueil.toml est correct : 5 missions, 4 principes, 6 organisations."
    )


def test_a_missing_file_is_told_by_the_command(tmp_path, settings):
    settings.CONTENT_DIR = tmp_path
    with pytest.raises(CommandError, match=r"accueil\.toml est illisible"):
        call_command("contenu")


def test_a_mission_that_leads_nowhere_is_still_shown(content):
    change(content, 'lien = "territories:index"', 'lien = "demain:index"')
    assert "Ingénierie sociale" in words_of(page_at("/"))


@pytest.mark.parametrize("site", ["javascript:alert(1)", "www.exemple.fr", "//exemple.fr"])
def test_the_site_of_a_member_is_an_address_of_the_web(content, site):
    change(content, 'nom = "ARS Occitanie"', f'nom = "ARS Occitanie"\nsite = "{site}"')
    with pytest.raises(BadContent, match=r"membres\.organisation\.1\.site"):
        read_home(content)
    assert not page_at("/").select(f"main a[href='{site}']")


def test_a_member_may_lead_to_its_own_site(content):
    address = "https://exemple.fr/"
    change(content, 'nom = "ARS Occitanie"', f'nom = "ARS Occitanie"\nsite = "{address}"')
    assert page_at("/").find("a", href=address, string="ARS Occitanie")


@pytest.mark.parametrize("address", ["/accessibilite/", "/mentions-legales/"])
def test_the_pages_of_the_law_name_the_publisher(address):
    assert "GIP Gers Solidaire, 50 chemin de Baron, 32000 Auch" in words_of(page_at(address))
