"""The portrait of each kind of territory: what it shows, and what it must never hide."""

import csv
import io
from functools import cache

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ruche.engines.portraits.states import LABELS, State
from ruche.territories.models import Figure
from tests.world import (
    AUCH,
    BAS_ARMAGNAC,
    ELSEWHERE,
    FRANCE,
    GERS,
    LOMAGNE_STRADDLER,
    MERGED_COMMUNE,
    OCCITANIE,
    PARIS,
    SAVE_STRADDLER,
    visitor,
    words_of,
)
from tests.world import page_at as page_now_at

pytestmark = pytest.mark.usefixtures("world")

page_at = cache(page_now_at)
"""No test of this file changes the world: a page is asked once."""

KINDS = [
    BAS_ARMAGNAC,
    LOMAGNE_STRADDLER,
    SAVE_STRADDLER,
    ELSEWHERE,
    GERS,
    OCCITANIE,
    FRANCE,
    AUCH,
    MERGED_COMMUNE,
]
MANY_QUERIES = 16
"""A portrait asks a handful of questions, whatever its size."""


def row_of(page, indicator: str):
    """The row of an indicator in the tables of a portrait."""
    link = page.select_one(f".portrait-table a[href='/portraits/indicateurs/{indicator}/']")
    return link.find_parent("tr")


@cache
def in_json(address: str) -> dict:
    data = visitor().get(f"/portraits/{address}.json").json()
    return {item["id"]: item for item in data["indicators"]}


@cache
def in_csv(address: str) -> dict:
    text = visitor().get(f"/portraits/{address}.csv").content.decode()
    return {row["indicator"]: row for row in csv.DictReader(io.StringIO(text))}


# ----------------------------------------------------------------- figures that are known


def test_the_bas_armagnac_shows_its_published_figures_beside_those_of_the_gers():
    page = page_at(f"/portraits/{BAS_ARMAGNAC}/")
    poverty, median = (words_of(row_of(page, i)) for i in ("rev_pauvrete", "rev_median"))
    assert "2021" in poverty
    assert "16,8" in poverty
    assert "15,3" in poverty
    assert "7e sur 15" in poverty
    assert "21 060" in median
    assert "22 110" in median
    assert "9e sur 15" in median
    key = words_of(page.select_one("#cles").find_parent("section"))
    assert "Taux de pauvreté 16,8 % en 2021 ; Gers : 15,3 %" in key


def test_the_essential_is_said_in_sentences():
    said = words_of(page_at(f"/portraits/{BAS_ARMAGNAC}/").select_one(".essentials"))
    assert "le taux de pauvreté est de 16,8 % en 2021, soit 1,5 point de plus" in said
    assert "parmi les 15 intercommunalités du Gers" in said


def test_strengths_and_weaknesses_are_both_told():
    page = page_at(f"/portraits/{BAS_ARMAGNAC}/")
    assert page.select(".side-strong li")
    assert page.select(".side-weak li")


def test_ten_comparable_territories_are_named_and_lead_to_their_portraits():
    page = page_at(f"/portraits/{BAS_ARMAGNAC}/")
    links = page.select("#comparables ~ ol a")
    assert len(links) == 10
    assert all(link["href"].startswith("/portraits/") for link in links)
    reasons = page_at(f"/portraits/{BAS_ARMAGNAC}/comparables/")
    assert len(reasons.select("section")[0].select("tbody tr")) == 10


@pytest.mark.parametrize("address", KINDS)
def test_the_page_the_json_and_the_csv_say_the_same(address):
    page, data, rows = page_at(f"/portraits/{address}/"), in_json(address), in_csv(address)
    assert list(data) == list(rows)
    shown = {
        row.select_one("th a")["href"].split("/")[-2]: words_of(row.select_one("td.own"))
        for row in page.select(".portrait-table tbody tr")
    }
    assert shown
    for name, item in data.items():
        row = rows[name]
        assert row["status"] == item["status"], name
        assert row["value"] == ("" if item["value"] is None else str(item["value"])), name
        if item["value"] is not None:
            number = item["text"].replace("\u202f", " ").replace("\u00a0", " ").split(" ")[0]
            assert shown[name].startswith(number), name
        elif name in shown:
            assert shown[name] == item["text"], name


# ------------------------------------------------------------------- what must not be hidden


@pytest.mark.parametrize("state", [State.SECRET, State.NOT_PUBLISHED, State.MISSING])
def test_a_value_that_is_not_there_says_why_everywhere(state):
    figure = (
        Figure.objects.filter(level="COM", state=state, year__gt=0)
        .order_by("territory", "indicator")
        .first()
    )
    address, name = figure.territory_id, figure.indicator
    cell = row_of(page_at(f"/portraits/{address}/"), name).select_one("td.own")
    assert words_of(cell) == LABELS[state]
    assert cell.select_one(f".status-{state.code}")
    assert in_csv(address)[name]["status_label"] == LABELS[state]
    assert in_csv(address)[name]["value"] == ""
    assert in_json(address)[name]["status"] == state.code
    assert in_json(address)[name]["value"] is None


def test_an_indicator_without_any_figure_says_how_it_would_come():
    page = page_at(f"/portraits/{BAS_ARMAGNAC}/")
    assert "Part des ménages au RSA" in words_of(page.select_one("dl.absent"))


def test_a_small_difference_of_a_survey_is_only_comparable():
    """9,9 % ± 1,8 against 10,0 %: nobody may say that one is below the other."""
    item = in_json(BAS_ARMAGNAC)["emp_indus"]
    assert item["references"]["departement"]["comparison"] == "similar"
    row = row_of(page_at(f"/portraits/{BAS_ARMAGNAC}/"), "emp_indus")
    assert "≈" in words_of(row)
    assert "±" in words_of(row)
    place = words_of(page_at(f"/portraits/{BAS_ARMAGNAC}/place/"))
    assert "≈" not in place


def test_a_large_difference_is_said_above():
    row = row_of(page_at(f"/portraits/{BAS_ARMAGNAC}/"), "rev_pauvrete")
    assert "↑" in words_of(row)
    assert "plus fragile que le Gers" in words_of(row)
    page = page_at(f"/portraits/{BAS_ARMAGNAC}/?reference=peers")
    assert "plus fragile que les territoires comparables" in words_of(row_of(page, "rev_pauvrete"))
    said = page.select_one("#portrait")["data-ruche-announce"]
    assert said.endswith("comparé avec les territoires comparables")


def test_an_estimate_says_so():
    row = row_of(page_at(f"/portraits/{BAS_ARMAGNAC}/"), "pop_75p")
    assert row.select_one(".estimate")
    assert in_csv(BAS_ARMAGNAC)["pop_75p"]["estimated"] == "true"


def test_a_break_of_series_is_told_beside_its_drawing():
    page = page_at(f"/portraits/{BAS_ARMAGNAC}/")
    drawings = words_of(page.select_one("#images").find_parent("section"))
    assert "Rupture après 2021" in drawings
    assert "Après 2021" in words_of(page_at("/portraits/indicateurs/log_surocc/"))


def test_a_third_party_computation_is_named_on_the_page_in_the_csv_and_in_the_json():
    row = row_of(page_at(f"/portraits/{BAS_ARMAGNAC}/"), "rev_pauvrete")
    assert "calcul tiers" in words_of(row)
    assert "repris d’un calcul tiers" in row.select_one("abbr")["title"]
    assert in_csv(BAS_ARMAGNAC)["rev_pauvrete"]["third_party"] == "true"
    assert in_json(BAS_ARMAGNAC)["rev_pauvrete"]["source"]["third_party"] is True
    assert in_csv(BAS_ARMAGNAC)["chom_rp"]["third_party"] == "false"
    indicator = words_of(page_at("/portraits/indicateurs/rev_pauvrete/"))
    assert "Repris d’un calcul tiers à partir de « Insee, Filosofi 2021 »" in indicator


# ------------------------------------------------------------------------------- kinds


@pytest.mark.parametrize("address", [LOMAGNE_STRADDLER, SAVE_STRADDLER])
def test_an_intercommunalite_astride_two_departements_says_so(address):
    said = words_of(page_at(f"/portraits/{address}/"))
    assert "Un périmètre à cheval" in said
    assert "Ses chiffres couvrent toutes ses communes" in said
    assert "Gers :" in said


def test_the_gers_tells_which_intercommunalites_are_counted_elsewhere():
    alert = words_of(page_at(f"/portraits/{GERS}/"))
    assert "2 intercommunalités ont des communes dans le Gers" in alert
    assert "Deux Rives" in alert


def test_a_perimeter_that_changed_is_told():
    assert "Fontenilles" in words_of(page_at("/portraits/200023620/"))


def test_a_commune_is_read_beside_its_intercommunalite_and_has_no_booklet():
    page = page_at(f"/portraits/{AUCH}/")
    heads = [words_of(head) for head in page.select(".portrait-table thead")[0].select("th")]
    assert "Grand Auch Cœur de Gascogne" in heads
    assert not page.select("a[href$='.pdf']")
    assert not page.select("#comparables")


def test_a_merged_commune_has_the_sum_of_those_that_it_was():
    assert in_json(MERGED_COMMUNE)["pop_total"]["value"] == 460
    assert page_at(f"/portraits/{MERGED_COMMUNE}/").h1.get_text() == "Cap d’Astarac"


def test_france_has_no_reference_and_no_rank():
    page = page_at(f"/portraits/{FRANCE}/")
    assert page.h1.get_text() == "France"
    assert not page.select("#images ~ .map-image")
    assert in_json(FRANCE)["rev_pauvrete"]["references"] == {}


def test_paris_has_no_portrait_but_leads_to_those_around_it():
    response = visitor().get(f"/portraits/{PARIS}/")
    assert response.status_code == 404
    page = page_at(f"/portraits/{PARIS}/")
    assert "Pas de portrait pour Paris" in page.h1.get_text()
    for address in (ELSEWHERE, "dep-75", "reg-11", FRANCE):
        assert page.select_one(f"main a[href='/portraits/{address}/']"), address
    assert page.select_one("form[role=search]")


@pytest.mark.parametrize(
    "address", ["00000", "999999999", "dep-99", "reg-99", "nulle-part", "mirande", "2a999"]
)
def test_an_unknown_territory_offers_a_search(address):
    response = visitor().get(f"/portraits/{address}/")
    assert response.status_code == 404
    page = page_at(f"/portraits/{address}/")
    assert page.select_one("form[role=search] input")["value"] == address


def test_a_name_typed_as_an_address_is_recognised():
    page = page_at("/portraits/bas-armagnac/")
    suggestion = page.select_one(f"main a[href$='q={BAS_ARMAGNAC}']")
    assert suggestion
    assert visitor().get(suggestion["href"]).headers["Location"] == f"/portraits/{BAS_ARMAGNAC}/"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("DEP-32", "Gers"), ("dep-2a", "Corse-du-Sud"), ("REG-76", "Occitanie"), ("France", "France")],
)
def test_the_case_of_an_address_does_not_matter(typed, shown):
    response = visitor().get(f"/portraits/{typed}/", follow=True)
    assert response.status_code == 200
    assert f"<h1>{shown}</h1>" in response.content.decode()


@pytest.mark.parametrize("address", [GERS, OCCITANIE, BAS_ARMAGNAC, AUCH])
def test_one_goes_from_a_territory_to_its_neighbours(address):
    """The form sends an address to the search, which opens the portrait."""
    page = page_at(f"/portraits/{address}/")
    for option in page.select("#id_territoire option")[:3]:
        answer = visitor().get("/portraits/recherche/", {"q": option["value"]})
        assert answer.headers["Location"] == f"/portraits/{option['value']}/"


# --------------------------------------------------------------------------- reference


def test_the_reference_is_the_departement_unless_one_chooses_another():
    def chosen(address: str) -> str:
        return page_at(address).select_one("#id_reference option[selected]")["value"]

    assert chosen(f"/portraits/{BAS_ARMAGNAC}/") == "departement"
    assert chosen(f"/portraits/{BAS_ARMAGNAC}/?reference=peers") == "peers"
    assert chosen(f"/portraits/{BAS_ARMAGNAC}/?reference=lune") == "departement"
    assert chosen(f"/portraits/{GERS}/") == "region"


@pytest.mark.parametrize(
    ("address", "part"),
    [
        (f"/portraits/{BAS_ARMAGNAC}/?reference=france", "portrait"),
        (f"/portraits/{GERS}/", "portrait"),
        ("/portraits/?indicateur=pop_75p", "resultat"),
    ],
)
def test_what_htmx_receives_is_the_same_part_of_the_whole_page(address, part):
    whole, fragment = page_at(address), page_at(address, HX_Request="true")
    assert fragment.find("html") is None
    assert str(fragment.find(id=part)) == str(whole.find(id=part))
    assert "HX-Request" in visitor().get(address).headers["Vary"]


# ------------------------------------------------------------------------------ queries


@pytest.mark.parametrize("address", KINDS)
def test_a_portrait_asks_the_database_a_handful_of_questions(address):
    with CaptureQueriesContext(connection) as asked:
        assert visitor().get(f"/portraits/{address}/").status_code == 200
    assert len(asked) <= MANY_QUERIES, "\n".join(query["sql"][:200] for query in asked)


def test_two_portraits_of_a_kind_ask_the_same_number_of_questions():
    numbers = set()
    for address in (BAS_ARMAGNAC, "200066926", "243200425"):
        with CaptureQueriesContext(connection) as asked:
            visitor().get(f"/portraits/{address}/")
        numbers.add(len(asked))
    assert len(numbers) == 1
