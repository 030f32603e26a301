"""Sites, services, dates and portraits: what is found, in which order, and what is refused."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest

from ruche.places import actions as register
from ruche.places.enums import Choice, Need
from ruche.places.models import OccurrenceChange, Opening, Service, Site
from ruche.seances import actions
from ruche.seances.enums import Answer
from ruche.seances.models import Participation, Seance
from tests.api.reading import data, every_item, got, items, lines
from tests.seances.field import a_coordinator, a_seance, a_service, a_site, a_team, in_days, today
from tests.world import AUCH, BAS_ARMAGNAC, GERS, visitor

pytestmark = pytest.mark.usefixtures("an_empty_register")

TUESDAYS = "Tu 14:00-16:30"
NEAR_AUCH = {"latitude": 43.65, "longitude": 0.58}
TOULOUSE = {"latitude": 43.6, "longitude": 1.44}


def opened(site: Site, rule: str = TUESDAYS, **more) -> Opening:
    return Opening.objects.create(site=site, rule=rule, since=date(2026, 1, 1), **more)


def coming(seance: Seance, *, need: str = Need.HEALTH, answer: str = Answer.CONFIRMED) -> Service:
    service = a_service()
    Service.objects.filter(pk=service.pk).update(need=need)
    part = Participation.objects.create(seance=seance, team=a_team(), answer=answer)
    part.services.add(service)
    return service


def names(path: str) -> list[str]:
    return [each["name"] for each in items(path)]


# ---------------------------------------------------------------------- sites and services


def test_a_site_says_what_is_found_there_and_when():
    site, service = a_site(phone="05 62 00 00 09"), a_service()
    site.services.add(service)
    opened(site)
    (found,) = items("sites")
    assert found["id"] == str(site.pk)
    assert found["commune"]["code"] == AUCH
    assert found["postal_code"] == "32000"
    assert [need["code"] for need in found["needs"]] == ["food", "health"]
    assert [each["name"] for each in found["services"]] == [service.name]
    assert found["hours"][0]["rule"] == TUESDAYS
    assert found["hours"][0]["text"].startswith("chaque mardi")
    assert data(f"sites/{site.pk}") == found


def test_a_site_that_gives_no_food_does_not_answer_to_hunger():
    opened(a_site(choice=Choice.NOT_FOOD))
    fed = a_site(name="Le garde-manger")
    opened(fed)
    assert names("sites?need=food") == [fed.name]


def test_a_rule_that_is_over_or_not_yet_in_force_is_not_said():
    site = a_site()
    Opening.objects.create(site=site, rule=TUESDAYS, since=in_days(5))
    Opening.objects.create(site=site, rule=TUESDAYS, since=in_days(-9), until=in_days(-1))
    (found,) = items("sites")
    assert found["hours"] == []
    assert found["needs"] == []


def test_a_closed_site_is_not_listed_and_says_since_when():
    site = a_site(closed_on=date(2026, 3, 1))
    assert items("sites") == []
    said = data(f"sites/{site.pk}", status=410)
    assert said["code"] == "closed"
    assert "1er\u00a0mars 2026" in said["message"].replace("ᵉʳ", "er")


def test_an_unknown_site_or_service_says_so_in_french():
    for path in (f"sites/{uuid4()}", f"services/{uuid4()}", "portraits/nulle-part", "n-importe"):
        said = data(path, status=404)
        assert said["code"] == "not_found"
        assert said["message"].endswith(".")


def test_a_service_that_is_no_longer_offered_is_nowhere():
    site, service = a_site(), a_service()
    site.services.add(service)
    opened(site, service=service)
    Service.objects.update(is_active=False)
    assert items("services") == []
    assert items("sites")[0]["services"] == []
    assert items("sites")[0]["hours"] == []
    assert items("openings") == []
    got(f"services/{service.pk}", status=404)


def test_a_service_is_said_where_it_is_open():
    site, closed, service = a_site(), a_site(closed_on=date(2026, 3, 1)), a_service()
    service.sites.add(site, closed)
    opened(site, service=service)
    (found,) = items("services")
    assert [each["site"]["id"] for each in found["sites"]] == [str(site.pk)]
    assert found["sites"][0]["hours"][0]["rule"] == TUESDAYS
    assert data(f"services/{service.pk}") == found


def test_places_are_found_by_commune_by_intercommunalite_and_around_a_point():
    here, far = a_site(**NEAR_AUCH), a_site(**TOULOUSE)
    nowhere = a_site()
    for each in (here, far, nowhere):
        each.services.add(a_service(f"Service de {each.name}"))
    epci = here.commune.epci
    assert len(items(f"sites?commune={AUCH}")) == 3
    assert len(items(f"sites?epci={epci}")) == 3
    assert items("sites?commune=75056") == []
    assert names("sites?near=43.65,0.58&within=2000") == [here.name]
    assert names("services?near=43.65,0.58&within=2000") == [f"Service de {here.name}"]
    assert names("services?commune=75056") == []


def test_around_a_point_the_nearest_comes_first_with_its_distance():
    far, here = a_site(**TOULOUSE), a_site(**NEAR_AUCH)
    found = items("sites?near=43.65,0.58&within=100000")
    assert [each["name"] for each in found] == [here.name, far.name]
    assert found[0]["distance"] == 0
    assert 65_000 < found[1]["distance"] < 75_000


# ------------------------------------------------------------------------------------ dates


def test_an_opening_has_its_hours_its_rule_and_its_site():
    site = a_site()
    opened(site)
    found = items("openings?days=7")
    assert len(found) == 1
    assert found[0]["rule"] == TUESDAYS
    assert found[0]["start"][11:16] == "14:00"
    assert found[0]["end"][11:16] == "16:30"
    assert found[0]["state"] == "scheduled"
    assert found[0]["site"]["id"] == str(site.pk)


def test_a_day_that_is_cancelled_or_moved_stays_and_says_so():
    opening = opened(a_site())
    first, second = (date.fromisoformat(each["start"][:10]) for each in items("openings?days=14"))
    by = a_coordinator()
    register.change_occurrence(opening, first, by=by)
    register.change_occurrence(
        opening, second, new_day=in_days(20), starts=time(9), ends=time(10), by=by
    )
    states = {each["state"] for each in items("openings?days=21")}
    assert states == {"scheduled", "cancelled", "moved"}


def test_openings_are_chosen_by_site_by_need_and_by_day():
    one, other = a_site(), a_site(choice=Choice.NOT_FOOD)
    opened(one), opened(other)
    assert {each["site"]["id"] for each in items(f"openings?site={one.pk}")} == {str(one.pk)}
    assert {each["site"]["id"] for each in items("openings?need=food")} == {str(one.pk)}
    first = today() + timedelta(days=30)
    days = [each["start"][:10] for each in items(f"openings?from={first}&days=10")]
    assert days
    assert all(str(first) <= day < str(first + timedelta(days=10)) for day in days)


def test_only_confirmed_teams_are_announced():
    sure, unsure = a_seance(), a_seance()
    service = coming(sure)
    coming(unsure, answer=Answer.ASKED)
    coming(sure, answer=Answer.ASKED, need=Need.BUDGET)
    (found,) = items("seances")
    assert found["id"] == str(sure.pk)
    assert [each["id"] for each in found["services"]] == [str(service.pk)]
    assert items("seances?need=budget") == []


def test_a_cancelled_seance_stays_and_says_so():
    seance = a_seance()
    coming(seance)
    actions.cancel_seance(seance, reason="une raison", by=a_coordinator())
    (found,) = items("seances")
    assert found["state"] == "cancelled"


def test_openings_and_seances_are_not_mixed():
    seance = a_seance()
    coming(seance)
    opened(seance.site)
    assert len(items("seances")) == 1
    assert all("rule" in each for each in items("openings"))
    assert {line["id"] for line in lines("seances.csv")} == {str(seance.pk)}
    assert len(lines("openings.csv")) == len(every_item("openings?days=92"))


# -------------------------------------------------------------------------------- portraits


def test_the_portraits_that_are_published_are_listed_with_their_files():
    found = items(f"portraits?level=EPCI&departement={GERS[-2:]}")
    assert BAS_ARMAGNAC in {each["address"] for each in found}
    (bas_armagnac,) = (each for each in found if each["address"] == BAS_ARMAGNAC)
    for link in bas_armagnac["links"].values():
        path = link.removeprefix("http://localhost")
        assert visitor().head(path).status_code == 200, path


def test_a_commune_has_no_booklet():
    (auch,) = [each for each in every_item("portraits?level=COM&limit=200") if each["code"] == AUCH]
    assert "pdf" not in auch["links"]


def test_a_portrait_is_the_file_beside_its_page():
    assert data(f"portraits/{GERS}") == visitor().get(f"/portraits/{GERS}.json").json()


# ------------------------------------------------------------------- parts of a list, refusals


def test_the_links_of_a_list_lead_through_every_item_once():
    sites = [a_site() for _ in range(7)]
    found = every_item("sites?limit=3")
    assert len(found) == 7
    assert {each["id"] for each in found} == {str(site.pk) for site in sites}
    first, last = data("sites?limit=3"), data("sites?limit=3&offset=6")
    assert (first["total"], first["previous"]) == (7, None)
    assert (last["next"], len(last["items"])) == (None, 1)
    assert last["previous"].endswith("sites?limit=3&offset=3")
    assert got("sites?limit=3&offset=3")["Link"] == (
        '<http://localhost/api/v1/sites?limit=3&offset=6>; rel="next", '
        '<http://localhost/api/v1/sites?limit=3&offset=0>; rel="prev"'
    )
    beyond = data("sites?limit=3&offset=90")
    assert (beyond["items"], beyond["next"]) == ([], None)
    assert beyond["previous"].endswith("offset=4")


def test_the_links_of_a_list_keep_what_was_asked():
    for _ in range(3):
        opened(a_site())
    assert "need=food" in data("sites?need=food&limit=1")["next"]


@pytest.mark.parametrize(
    ("path", "parameter", "word"),
    [
        ("sites?need=soupe", "need", "Valeurs possibles"),
        ("sites?limit=500", "limit", "200"),
        ("sites?limit=beaucoup", "limit", "nombre entier"),
        ("sites?offset=-1", "offset", "0"),
        ("sites?commune=Auch", "commune", "forme attendue"),
        ("sites?near=43.6", "near", "forme attendue"),
        ("sites?near=95,0.5", "near", "forme attendue"),
        ("sites?limite=3", "limite", "n’existe pas"),
        ("services?site=3", "site", "n’existe pas"),
        ("openings?days=93", "days", "92"),
        ("openings?from=demain", "from", "date"),
        ("openings?from=2090-01-01", "from", "premier jour"),
        ("seances?site=3", "site", "identifiant"),
        ("openings.csv?limit=3", "limit", "n’existe pas"),
        ("schemas/autre.json", "name", "Valeurs possibles"),
    ],
)
def test_a_wrong_parameter_is_refused_in_french_by_its_name(path, parameter, word):
    said = data(path, status=422)
    assert said["code"] == "invalid_parameter"
    assert [each["parameter"] for each in said["details"]] == [parameter]
    assert word in said["details"][0]["message"]


def test_two_wrong_parameters_are_both_told():
    said = data("sites?need=soupe&limit=0", status=422)
    assert {each["parameter"] for each in said["details"]} == {"need", "limit"}


# ---------------------------------------------------------------------------------- queries


def a_full_site() -> None:
    site = a_site(**NEAR_AUCH)
    service = a_service(f"Service de {site.name}")
    service.sites.add(site)
    opened(site)
    OccurrenceChange.objects.create(opening=opened(site, service=service), day=in_days(3))
    seance = a_seance(site)
    coming(seance)


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        ("sites", 5),
        ("sites?need=food&near=43.65,0.58", 5),
        ("services", 7),
        ("services?commune=32013", 8),
        ("openings?days=92", 7),
        ("seances", 6),
        ("sites.geojson", 5),
        ("sites.csv", 5),
        ("services.csv", 7),
        ("openings.csv", 7),
        ("seances.csv", 6),
        ("data-inclusion/structures", 5),
        ("data-inclusion/services", 13),
    ],
)
def test_the_number_of_queries_does_not_depend_on_the_sites(
    path, queries, django_assert_num_queries
):
    for number in (2, 10):
        for _ in range(number):
            a_full_site()
        with django_assert_num_queries(queries):
            got(path)
