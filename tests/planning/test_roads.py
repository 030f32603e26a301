"""What someone knows better of a road: kept, shown, brought by a file, counted with."""

import csv
import io

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from ruche.accounts.enums import Role
from ruche.core.spreadsheets import as_xlsx
from ruche.journal.models import Entry
from ruche.places.models import Site
from ruche.planning import roads
from ruche.planning.gathering import problem_of
from ruche.planning.models import Road, Worker
from ruche.planning.roads import Place, estimated, names_of, places_of_the_rounds, travel_between
from tests.engines.rounds.road_servers import OsrmServer, Roads, ValhallaServer, serving
from tests.members import browser_of, someone
from tests.world import words_of

pytestmark = pytest.mark.django_db

TRAJETS = "/planning/moyens/trajets/"


def page(response):
    return words_of(BeautifulSoup(response.content, "html.parser"))


@pytest.fixture
def places(world):
    return places_of_the_rounds()


@pytest.fixture
def two(places):
    """Two sites of the rounds."""
    return [place for place in places if place.is_site][:2]


def give(browser, one, other, **more):
    said = {"origin": one.key, "target": other.key, "minutes": "52", "both_ways": "on", **more}
    return browser.post(TRAJETS, said)


def journey(travel, one, other):
    rank = travel.index()
    here, there = rank[one.key], rank[other.key]
    return travel.minutes[here][there], travel.metres[here][there]


# --------------------------------------------------------------------------------- by hand


def test_what_is_given_by_hand_is_what_the_next_month_counts_with(browser, month, two):
    one, other = two
    before = problem_of(month).travel
    assert give(browser, one, other, kilometres="41,5").status_code == 302
    travel = problem_of(month).travel
    assert journey(travel, one, other) == journey(travel, other, one) == (52, 41_500)
    assert travel.source == f"{before.source}, 2 trajets donnés à la main"


def test_without_its_length_a_road_keeps_the_one_that_is_known(browser, places, two):
    one, other = two
    _minutes, metres = journey(travel_between(places), one, other)
    give(browser, one, other, both_ways="")
    travel = travel_between(places)
    assert journey(travel, one, other) == (52, metres)
    assert journey(travel, other, one) == journey(estimated(places), other, one)


def test_said_again_a_road_is_not_doubled(browser, two):
    give(browser, *two)
    give(browser, *two, minutes="1 h 05")
    assert list(Road.objects.values_list("minutes", flat=True)) == [65, 65]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"minutes": ""}, "Dites combien de temps dure ce trajet"),
        ({"minutes": "loin"}, "n’est pas une durée"),
        ({"minutes": "25 h"}, "Une durée de"),
        ({"kilometres": "douze"}, "Écrivez un nombre"),
        ({"kilometres": "-3"}, "supérieure ou égale à 0"),
        ({"kilometres": "2500"}, "inférieure ou égale à 2"),
        ({"origin": ""}, "Dites d’où l’on part"),
        ({"target": "nulle part"}, "n’en fait pas partie"),
    ],
)
def test_a_road_that_no_one_could_drive_is_refused(browser, two, wrong, why):
    response = give(browser, *two, **wrong)
    assert response.status_code == 422
    assert why in page(response)
    assert not Road.objects.exists()


def test_a_road_from_a_place_to_itself_is_refused(browser, two):
    response = give(browser, two[0], two[0])
    assert response.status_code == 422
    assert "mène d’un lieu à un autre" in page(response)


def test_the_roads_of_a_place_are_told_the_nearest_first(browser, places, two):
    one, other = two
    give(browser, one, other, minutes="1", kilometres="0,4")
    response = browser.get(TRAJETS, {"de": one.key})
    rows = BeautifulSoup(response.content, "html.parser").select("tbody tr")
    assert len(rows) == len(places) - 1
    first = words_of(rows[0])
    assert other.name in first
    assert "1 min" in first
    assert "0,4 km" in first
    assert "ce qui a été donné" in first
    assert "l’estimation" in words_of(rows[-1])


def test_the_form_begins_with_the_road_as_it_is_known(browser, two):
    one, other = two
    give(browser, one, other, kilometres="41,5", both_ways="")
    response = browser.get(TRAJETS, {"de": one.key, "vers": other.key})
    form = BeautifulSoup(response.content, "html.parser").select_one("form:has([name=minutes])")
    assert form.select_one("[name=minutes]")["value"] == "52\N{NO-BREAK SPACE}min"
    assert not form.select_one("[name=kilometres]").get("value")
    assert not form.select_one("[name=both_ways]").has_attr("checked")


def test_a_return_unlike_its_way_is_asked_about(browser, two):
    give(browser, *two, minutes="4 h", both_ways="")
    answer = page(browser.get(TRAJETS))
    assert "Des retours très différents de l’aller" in answer
    assert f"{two[1].name} → {two[0].name}" in answer
    assert "240 au retour" in answer


def test_a_place_that_is_nowhere_is_told_and_the_others_are_shown(browser, two, monkeypatch):
    lost = Site.objects.get(pk=two[0].key)
    Site.objects.filter(pk=lost.pk).update(latitude=None, longitude=None)
    elsewhere = roads.centre_of
    monkeypatch.setattr(
        roads, "centre_of", lambda row: None if row == lost.commune else elsewhere(row)
    )
    answer = page(browser.get(TRAJETS))
    assert f"{lost} : indiquez sa latitude et sa longitude" in answer
    assert "Regarder un lieu" in answer


# ---------------------------------------------------------------------------------- a file


def table_of(browser):
    response = browser.get(f"{TRAJETS}table.csv")
    assert response["Content-Disposition"] == 'attachment; filename="trajets.csv"'
    text = response.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def sent(browser, rows, columns=("origine", "destination", "minutes", "metres"), raw=None):
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, columns, delimiter=";", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    data = raw if raw is not None else written.getvalue().encode("utf-8-sig")
    file = SimpleUploadedFile("nos routes.csv", data, "text/csv")
    return browser.post(f"{TRAJETS}table/", {"file": file}, follow=True)


def test_a_table_sent_back_keeps_only_what_was_changed(browser, places):
    rows = table_of(browser)
    assert len(rows) == len(places) * (len(places) - 1)
    rows[0] |= {"minutes": "93", "metres": "88000"}
    answer = page(sent(browser, rows))
    (road,) = Road.objects.all()
    assert (road.minutes, road.metres) == (93, 88_000)
    assert road.source == "le fichier « nos routes.csv »"
    assert "1 trajet repris du fichier" in answer
    assert "1 trajet donné par le fichier" in answer
    assert "1 trajet donné par le fichier" in travel_between(places).source


def test_a_file_without_metres_keeps_the_lengths(browser, places):
    rows = table_of(browser)
    rows[0]["minutes"] = "93"
    metres = int(rows[0]["metres"])
    sent(browser, rows[:3], columns=("origine", "destination", "minutes"))
    (road,) = Road.objects.all()
    assert (road.minutes, road.metres) == (93, metres)


def test_names_that_nobody_knows_are_told_and_the_rest_is_kept(browser):
    rows = table_of(browser)[:2]
    rows[0]["minutes"] = "93"
    rows[1]["destination"] = "Lieu inconnu"
    answer = page(sent(browser, rows))
    assert "« Lieu inconnu »" in answer
    assert Road.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "Ce fichier est vide"),
        (b"a;b\n1;2\n", "l’en-tête n’est pas celui attendu"),
        (b"\x00\x01\x02\x03", "ni un classeur ni du texte"),
        (b"origine;destination;minutes\nAuch;Condom;loin\n", "n’est pas un nombre positif"),
    ],
)
def test_a_file_that_is_not_understood_changes_nothing(browser, raw, why):
    response = sent(browser, [], raw=raw)
    assert response.status_code == 422
    assert why in page(response)
    assert not Road.objects.exists()


def test_a_workbook_is_read_as_well_as_a_csv(browser):
    rows = table_of(browser)[:2]
    rows[0]["minutes"] = "93"
    cells = [list(row.values()) for row in rows]
    sent(browser, [], raw=as_xlsx(list(rows[0]), cells, title="Trajets"))
    assert [road.minutes for road in Road.objects.all()] == [93]


def test_a_pdf_named_as_a_table_says_what_to_send(browser):
    response = sent(browser, [], raw=b"%PDF-1.7 un tableau")
    assert response.status_code == 422
    assert "Ce fichier est un PDF" in page(response)


def test_a_road_longer_than_a_day_refuses_the_whole_file(browser):
    rows = table_of(browser)[:2]
    rows[0]["minutes"], rows[1]["minutes"] = "93", "1441"
    response = sent(browser, rows)
    assert response.status_code == 422
    assert "24 heures au plus" in page(response)
    assert not Road.objects.exists()


def test_two_communes_of_one_name_are_told_apart():
    one, other = (Place(f"commune-{code}", "Castelnau", False, None, "") for code in ("32", "82"))
    assert list(names_of([one, other]).values()) == [one.key, other.key]


def test_a_name_that_looks_like_a_formula_comes_back_harmless(browser, two):
    Site.objects.filter(pk=two[0].key).update(name="=1+1")
    rows = table_of(browser)
    named = [row for row in rows if row["origine"].startswith("'=1+1")]
    assert named
    named[0]["minutes"] = "93"
    sent(browser, named[:1])
    assert Road.objects.get().origin == two[0].key


# ------------------------------------------------------------------------------ taken back


def test_a_road_goes_back_to_its_estimate_both_ways(browser, two, places):
    one, other = two
    give(browser, one, other)
    response = browser.post(f"{TRAJETS}oublier/", {"de": other.key, "vers": one.key}, follow=True)
    assert "2 trajets reviennent à l’estimation" in page(response)
    assert travel_between(places) == estimated(places)
    response = browser.post(f"{TRAJETS}oublier/", {"de": one.key, "vers": other.key}, follow=True)
    assert "rien n’a changé" in page(response)


def test_all_that_a_file_gave_goes_at_once_and_the_rest_stays(browser, two):
    give(browser, *two)
    rows = table_of(browser)[-3:]
    for row in rows:
        row["minutes"] = "93"
    sent(browser, rows)
    browser.post(f"{TRAJETS}oublier/", {"source": "le fichier « nos routes.csv »"})
    assert set(Road.objects.values_list("source", flat=True)) == {"à la main"}


def test_each_change_is_in_the_journal(browser, two):
    give(browser, *two)
    browser.post(f"{TRAJETS}oublier/", {"source": "à la main"})
    verbs = list(Entry.objects.order_by("-number").values_list("verb", flat=True)[:2])
    assert verbs == ["roads_forgotten", "roads_given"]


def test_roads_of_a_site_that_left_the_rounds_wait_for_it(browser, two, places):
    give(browser, *two)
    others = [place for place in places if place.key != two[0].key]
    assert travel_between(others) == estimated(others)


def test_before_anyone_goes_anywhere_the_page_says_where_to_begin(browser):
    Worker.objects.all().update(is_active=False)
    answer = page(browser.get(TRAJETS))
    assert "Personne ne va encore nulle part" in answer
    assert table_of(browser) == []
    with pytest.raises(CommandError, match="pas encore deux lieux"):
        call_command("trajets", "osrm", "http://127.0.0.1:9")


def test_who_does_not_plan_does_not_see_the_roads(world):
    browser = browser_of(someone(Role.SITE_VOLUNTEER))
    assert browser.get(TRAJETS).status_code in (403, 404)


# ----------------------------------------------------------------------- a server of routes


@pytest.fixture
def known(places):
    """Every road takes twenty minutes and a half, and eighteen kilometres."""
    spots = [_six_decimals(place.point) for place in places]
    return Roads({(one, other): (1230.0, 18_000.0) for one in spots for other in spots})


@pytest.fixture
def server(known):
    with serving(OsrmServer, known) as address:
        yield address


@pytest.fixture
def server_of_valhalla(known):
    with serving(ValhallaServer, known) as address:
        yield address


def _six_decimals(point):
    return round(point.latitude, 6), round(point.longitude, 6)


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_a_server_of_routes_gives_every_road_but_those_said_by_hand(browser, server, two, places):
    give(browser, *two)
    said = io.StringIO()
    call_command("trajets", "osrm", server, "--garer", "4", stdout=said)
    travel = travel_between(places)
    assert journey(travel, places[0], places[-1]) == (21 + 4, 18_000)
    assert journey(travel, *two)[0] == 52
    assert f"{len(places) * (len(places) - 1) - 2} trajets gardés" in said.getvalue().replace(
        "\N{NARROW NO-BREAK SPACE}", ""
    ).replace("\N{NO-BREAK SPACE}", " ")
    assert "trajets donnés par OSRM" in travel.source


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_valhalla_is_asked_as_well(server_of_valhalla, places):
    call_command("trajets", "valhalla", server_of_valhalla, verbosity=0)
    assert journey(travel_between(places), places[0], places[-1]) == (21 + 3, 18_000)


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_minutes_to_park_that_no_one_spends_change_nothing(server):
    with pytest.raises(CommandError, match="24 heures au plus"):
        call_command("trajets", "osrm", server, "--garer", "1440")
    assert not Road.objects.exists()


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_a_server_that_is_silent_changes_nothing(world):
    with pytest.raises(CommandError, match="OSRM"):
        call_command("trajets", "osrm", "http://127.0.0.1:9")
    assert not Road.objects.exists()
