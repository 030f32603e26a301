"""One page per indicator: definition, scales, ranking, files."""

import csv
import io
from xml.etree import ElementTree

import pytest

from ruche.territories.queries import catalogue
from tests.world import BAS_ARMAGNAC, EPCIS_OF_THE_GERS, page_at, visitor, words_of

pytestmark = pytest.mark.usefixtures("world")

POVERTY = "/portraits/indicateurs/rev_pauvrete"


def scale_of(page) -> str:
    return page.select_one("#id_echelle option[selected]")["value"]


def ranked(page) -> list[str]:
    table = page.select_one("[aria-label='Classement'] table")
    return [words_of(head) for head in table.select("tbody th")]


def test_every_indicator_of_the_catalogue_has_its_page():
    listed = page_at("/portraits/indicateurs/")
    links = {a["href"] for a in listed.select(".indicator-list a")}
    assert links == {f"/portraits/indicateurs/{item.id}/" for item in catalogue().indicators}


@pytest.mark.parametrize("name", [item.id for item in catalogue().indicators][::9])
def test_a_page_says_what_the_indicator_is_and_where_it_comes_from(name):
    item = catalogue().by_id[name]
    said = words_of(page_at(f"/portraits/indicateurs/{name}/"))
    for text in (item.label, item.why):
        assert " ".join(text.replace("\u202f", " ").replace("\u00a0", " ").split()) in said
    assert "Comment il est calculé" in said


def test_the_first_scale_is_that_of_the_network():
    page = page_at(f"{POVERTY}/")
    assert scale_of(page) == "reseau"
    assert len(ranked(page)) == EPCIS_OF_THE_GERS
    assert "Bas-Armagnac" in ranked(page)


@pytest.mark.parametrize("scale", ["communes", "epci", "departements", "regions"])
def test_one_chooses_the_scale(scale):
    assert scale_of(page_at(f"{POVERTY}/?echelle={scale}")) == scale


@pytest.mark.parametrize("scale", ["lune", "", "EPCI", "%00"])
def test_a_scale_that_does_not_exist_gives_the_first(scale):
    assert scale_of(page_at(f"{POVERTY}/?echelle={scale}")) == "reseau"


def test_a_long_ranking_is_cut_into_pages_that_keep_the_scale():
    first = page_at(f"{POVERTY}/?echelle=epci")
    assert len(ranked(first)) == 50
    following = first.select_one(".pager a[rel=next]")["href"]
    assert "echelle=epci" in following
    second = page_at(f"{POVERTY}/{following}" if following.startswith("?") else following)
    assert scale_of(second) == "epci"
    assert not set(ranked(first)) & set(ranked(second))


@pytest.mark.parametrize("number", ["0", "-1", "9999", "abc", "²"])
def test_a_page_that_does_not_exist_gives_another_one(number):
    assert ranked(page_at(f"{POVERTY}/?echelle=epci&page={number}"))


def test_communes_under_secret_come_last_and_say_so():
    page = page_at(f"{POVERTY}/?echelle=communes&page=9")
    assert "secret statistique" in words_of(page)


def test_an_indicator_without_figures_says_what_is_awaited():
    page = page_at("/portraits/indicateurs/soc_rsa/")
    said = words_of(page)
    assert "Pas encore de chiffre" in said
    assert page.select_one("#id_echelle") is None
    assert visitor().get("/portraits/indicateurs/soc_rsa.svg").status_code == 404
    assert visitor().get("/portraits/indicateurs/soc_rsa.csv").status_code == 200


@pytest.mark.parametrize("address", ["inconnu/", "inconnu.csv", "inconnu.json", "inconnu.svg"])
def test_an_indicator_that_does_not_exist_is_not_found(address):
    assert visitor().get(f"/portraits/indicateurs/{address}").status_code == 404


@pytest.mark.parametrize("kind", ["csv", "json", "svg"])
def test_a_file_of_an_unknown_scale_is_not_found(kind):
    assert visitor().get(f"{POVERTY}.{kind}?echelle=lune").status_code == 404


def test_the_files_give_the_same_ranking():
    rows = list(csv.DictReader(io.StringIO(visitor().get(f"{POVERTY}.csv").content.decode())))
    data = visitor().get(f"{POVERTY}.json").json()["ranking"]
    assert [row["territory"] for row in rows] == [item["territory"] for item in data]
    assert [row["name"] for row in rows] == ranked(page_at(f"{POVERTY}/"))
    ours = next(row for row in rows if row["territory"] == BAS_ARMAGNAC)
    assert (ours["value"], ours["rank"], ours["year"]) == ("16.8", "7", "2021")


def test_the_map_is_a_drawing_that_stands_alone():
    response = visitor().get(f"{POVERTY}.svg")
    assert response.headers["Content-Type"] == "image/svg+xml"
    drawing = ElementTree.fromstring(response.content)
    assert drawing.tag == "{http://www.w3.org/2000/svg}svg"
    assert drawing.find("{http://www.w3.org/2000/svg}title") is not None


def test_on_the_map_page_an_unknown_indicator_gives_the_usual_one():
    page = page_at("/portraits/?indicateur=inconnu")
    assert page.select_one("#id_indicateur option[selected]")["value"] == "rev_pauvrete"


def test_on_the_map_page_one_chooses_the_indicator():
    page = page_at("/portraits/?indicateur=pop_75p")
    assert page.select_one("#id_indicateur option[selected]")["value"] == "pop_75p"
    assert "Part des 75 ans ou plus" in words_of(page.select_one("#resultat h3"))
    assert len(page.select("#resultat .data-table tbody tr a")) >= EPCIS_OF_THE_GERS
