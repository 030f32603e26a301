"""Two to four territories side by side."""

import csv
import io

import pytest

from tests.world import (
    AUCH,
    BAS_ARMAGNAC,
    FRANCE,
    GERS,
    OCCITANIE,
    PARIS,
    page_at,
    visitor,
    words_of,
)

pytestmark = pytest.mark.usefixtures("world")


def compared(*addresses: str, query: str = ""):
    return page_at("/portraits/comparer/?" + "&".join(f"t={a}" for a in addresses) + query)


def columns(page) -> list[str]:
    tables = page.select("#tableau ~ * table, #tableau ~ table")
    return [words_of(head) for head in tables[0].select("thead th")][1:] if tables else []


def test_nothing_chosen_invites_to_choose():
    page = compared()
    assert "Aucun territoire n’est encore choisi" in words_of(page)
    assert columns(page) == []


def test_one_territory_waits_for_a_second():
    page = compared(BAS_ARMAGNAC)
    assert "Ajoutez un second territoire" in words_of(page)
    assert columns(page) == []


def test_territories_of_any_kind_stand_in_the_order_chosen():
    page = compared(GERS, BAS_ARMAGNAC, AUCH, FRANCE)
    assert columns(page) == ["Gers", "Bas-Armagnac", "Auch", "France"]
    row = page.select_one("table a[href='/portraits/indicateurs/rev_pauvrete/']").find_parent("tr")
    assert "15,3 %" in words_of(row)
    assert "16,8 %" in words_of(row)
    assert "au-dessus" in words_of(row)


def test_four_at_most_and_the_page_says_so():
    page = compared(GERS, BAS_ARMAGNAC, AUCH, FRANCE, OCCITANIE)
    assert columns(page) == ["Gers", "Bas-Armagnac", "Auch", "France"]
    assert "Quatre territoires au plus" in words_of(page)


def test_a_territory_asked_twice_stands_once():
    assert columns(compared(GERS, GERS, BAS_ARMAGNAC)) == ["Gers", "Bas-Armagnac"]
    assert columns(compared(GERS, "DEP-32", BAS_ARMAGNAC)) == ["Gers", "Bas-Armagnac"]


def test_an_unknown_territory_is_told_and_the_others_stay():
    page = compared(GERS, PARIS, "nulle-part", BAS_ARMAGNAC)
    assert columns(page) == ["Gers", "Bas-Armagnac"]
    assert "Sans portrait : 75056, nulle-part" in words_of(page)


@pytest.mark.parametrize("hostile", ["%00", "<script>", "%27%20OR%201=1", "é" * 300])
def test_hostile_addresses_are_only_unknown(hostile):
    assert columns(compared(GERS, hostile, BAS_ARMAGNAC)) == ["Gers", "Bas-Armagnac"]


def test_one_adds_a_territory_by_its_name_and_takes_it_away():
    page = compared(BAS_ARMAGNAC, query="&q=gers")
    add = page.find("a", string="Ajouter Gers")
    both = page_at(add["href"])
    assert columns(both) == ["Bas-Armagnac", "Gers"]
    remove = both.select(".chip-remove")[0]
    assert [words_of(chip) for chip in page_at(remove["href"]).select(".chip > a:first-child")] == [
        "Gers"
    ]


def test_a_commune_of_elsewhere_is_offered_through_its_intercommunalite():
    page = compared(BAS_ARMAGNAC, query="&q=75056")
    assert page.select_one("a[href*='t=200054781']")


def test_a_name_that_nobody_has_is_told():
    assert "Aucun territoire ne répond à « xyzzy »" in words_of(compared(GERS, query="&q=xyzzy"))


def test_the_files_hold_what_the_page_compares():
    asked = {"t": [BAS_ARMAGNAC, GERS]}
    text = visitor().get("/portraits/comparer.csv", asked).content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {row["territory"] for row in rows} == {BAS_ARMAGNAC, GERS}
    data = visitor().get("/portraits/comparer.json", {"t": [BAS_ARMAGNAC, "nulle-part"]}).json()
    assert [p["territory"]["address"] for p in data["portraits"]] == [BAS_ARMAGNAC]
    assert data["unknown"] == ["nulle-part"]
