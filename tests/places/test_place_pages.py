"""The pages of the register: the list, a site, its form, services, and who may open them."""

from datetime import date, time
from itertools import pairwise
from uuid import uuid4

import html5lib
import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ruche.accounts.enums import Role, Thing, Verb
from ruche.accounts.policy import scope_of
from ruche.places import actions
from ruche.places.enums import Access, Need, PresenceKind
from ruche.places.models import Assignment, Opening, Presence, Service, Site
from ruche.places.urls import urlpatterns
from tests.members import browser_of, organisation, someone
from tests.places.register import a_service, a_site, an_opening, coordinator
from tests.world import AUCH, visitor, words_of

pytestmark = pytest.mark.usefixtures("a_monday_of_november")

MONTAUT_OF_THE_GERS = "32278"
LIST = "/lieux/"


def page_of(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.content, "html.parser")


def words_at(browser, name: str, *args) -> str:
    return words_of(page_of(browser.get(reverse(f"places:{name}", args=args))).main)


def filled(**more):
    return {
        "name": "Maison bleue",
        "commune_name": "Auch",
        "address": "2 place de la Mairie",
        "access": "unknown",
        "audience": "everyone",
        "choice": "unknown",
        "cold": "unknown",
        "is_hub": "on",
        **more,
    }


def the_site() -> Site:
    return Site.objects.get(name="Maison bleue")


def names_in(answer) -> set[str]:
    return {title.get_text() for title in page_of(answer).select(".site-list h2")}


@pytest.fixture
def odile():
    return coordinator()


@pytest.fixture
def browser(odile):
    return browser_of(odile)


# ---------------------------------------------------------------------------------- rights

NEEDS = {
    "edit": (Verb.EDIT, Thing.SITE),
    "hours": (Verb.EDIT, Thing.OPENING),
    "see": (Verb.SEE, Thing.SITE),
}
PAGES = {
    "sites": "see",
    "communes": "see",
    "new-site": "edit",
    "site": "see",
    "edit-site": "edit",
    "new-opening": "hours",
    "edit-opening": "hours",
    "change-occurrence": "hours",
    "add-photo": "edit",
    "services": "see",
    "new-service": "edit",
    "service": "edit",
}


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_the_pages_that_the_policy_gives_it_and_no_other(role):
    site = a_site()
    opening, service = an_opening(site), a_service()
    arguments = {
        "site": [site.pk],
        "edit-site": [site.pk],
        "new-opening": [site.pk],
        "add-photo": [site.pk],
        "edit-opening": [opening.pk],
        "change-occurrence": [opening.pk, date(2026, 12, 1)],
        "service": [service.pk],
    }
    browser = browser_of(someone(role))
    for name, need in PAGES.items():
        status = browser.get(reverse(f"places:{name}", args=arguments.get(name, []))).status_code
        assert status == (200 if scope_of(role, *NEEDS[need]) else 403), name


def test_every_address_of_places_asks_for_a_right():
    needs = {pattern.name: pattern.callback.needs for pattern in urlpatterns}
    assert all(tuple(asked) in NEEDS.values() for asked in needs.values())
    assert {name: tuple(needs[name]) for name in PAGES} == {
        name: NEEDS[need] for name, need in PAGES.items()
    }


def test_who_may_not_edit_changes_nothing_by_posting():
    site, browser = a_site(), browser_of(someone(Role.NURSE))
    for name in ("close-site", "presences", "assignments", "offers"):
        assert browser.post(reverse(f"places:{name}", args=[site.pk])).status_code == 403
    assert browser.post(reverse("places:new-site"), filled()).status_code == 403
    assert Site.objects.get(pk=site.pk).closed_on is None


def test_a_visitor_is_sent_to_the_login_and_an_unknown_site_is_not_found(browser):
    assert visitor().get(LIST).status_code == 302
    assert browser.get(reverse("places:site", args=[uuid4()])).status_code == 404


# ------------------------------------------------------------------------------------ list


def test_the_list_says_where_who_and_when(browser, odile):
    site = a_site("Maison bleue")
    an_opening(site)
    a_service(need=Need.HEALTH, sites=(site,))
    actions.set_presence(site, organisation("Charité d’essai"), kind=PresenceKind.HOST, by=odile)
    words = words_at(browser, "sites")
    assert "Maison bleue Auch · Charité d’essai Mardi 1er décembre, de 14 h à 16 h 30" in words
    assert "Santé" in words


def test_the_next_opening_of_the_list_is_not_a_cancelled_one(browser, odile):
    opening = an_opening(a_site())
    actions.change_occurrence(opening, date(2026, 12, 1), by=odile)
    assert "Mardi 15 décembre, de 14 h" in words_at(browser, "sites")


@pytest.mark.parametrize("typed", ["fêtes", "FETES", "salle des fe", "auch", "mairie"])
def test_a_site_is_found_whatever_the_accents(browser, typed):
    a_site("Salle des Fêtes")
    a_site("Maison bleue", address="route de Tarbes", commune="32208")
    found = names_in(browser.get(LIST, {"q": typed}))
    assert "Salle des Fêtes" in found
    assert "Maison bleue" not in found


def test_the_filters_of_the_list_hold_together(browser, odile):
    charity = organisation("Charité d’essai")
    wanted = a_site("Bon", access=Access.YES)
    a_service(need=Need.FOOD, sites=(wanted,), organisation=charity)
    other = a_site("Sans accès", access=Access.NO)
    a_service(need=Need.FOOD, sites=(other,), organisation=charity)
    host = a_site("Sans service", access=Access.YES)
    actions.set_presence(host, charity, kind=PresenceKind.HOST, by=odile)
    asked = {"besoin": "food", "organisation": str(charity.pk), "acces": "yes"}
    assert names_in(browser.get(LIST, asked)) == {"Bon"}
    of_charity = browser.get(LIST, {"organisation": str(charity.pk)})
    assert names_in(of_charity) == {"Bon", "Sans accès", "Sans service"}


def test_a_filter_that_means_nothing_filters_nothing(browser):
    a_site("Halle")
    answer = browser.get(LIST, {"organisation": "x", "besoin": "?", "page": "z", "q": "\0"})
    assert "Halle" in answer.content.decode()


def test_closed_sites_are_shown_when_they_are_asked_for(browser, odile):
    actions.close_site(a_site("Ancienne salle"), by=odile)
    assert "Ancienne salle" not in words_at(browser, "sites")
    assert "Ancienne salle" in words_of(page_of(browser.get(LIST, {"fermes": "oui"})).main)


def test_the_fragment_that_htmx_asks_for_is_the_part_of_the_page(browser):
    an_opening(a_site())
    fragment = browser.get(LIST, headers={"HX-Request": "true"})
    whole = page_of(browser.get(LIST)).select_one("#resultats")
    assert words_of(page_of(fragment)) == words_of(whole)
    assert not page_of(fragment).select("html, h1")


@pytest.mark.parametrize("number", [2, 60])
def test_the_list_asks_as_many_questions_for_two_sites_as_for_a_full_page(browser, number):
    sites = Site.objects.bulk_create(
        Site(name=f"Lieu {rank}", commune_id=AUCH, address="ici") for rank in range(number)
    )
    Opening.objects.bulk_create(Opening(site=site, rule="Tu 14:00-16:00") for site in sites)
    service, charity = a_service(), organisation("Charité d’essai")
    service.sites.set(sites)
    Presence.objects.bulk_create(
        Presence(site=site, organisation=charity, kind=PresenceKind.HOST) for site in sites
    )
    browser.get(LIST)
    with CaptureQueriesContext(connection) as asked:
        browser.get(LIST)
    places = [query for query in asked.captured_queries if "places_" in query["sql"]]
    assert len(places) == 6


# ------------------------------------------------------------------------------------ site


def test_a_site_without_coordinates_says_that_they_are_to_be_completed(browser):
    words = words_at(browser, "site", a_site().pk)
    assert "position non renseignée : à compléter" in words


def test_a_site_with_coordinates_opens_in_the_map_of_the_telephone(browser):
    site = a_site(latitude=43.7123, longitude=0.4321)
    page = page_of(browser.get(reverse("places:site", args=[site.pk])))
    assert page.select_one('a[href="geo:43.7123,0.4321"]')


def test_the_page_of_a_site_says_everything_in_french(browser, odile):
    site = a_site(access=Access.PARTLY, transport="Ligne 3", phone="05 62 00 00 00")
    an_opening(site)
    a_service(
        "Permanence santé",
        sites=(site,),
        languages=["fr", "fsl"],
        conditions="sur rendez-vous",
        documents="votre carte Vitale si vous l’avez",
    )
    actions.set_presence(site, organisation("Charité d’essai"), kind=PresenceKind.HOST, by=odile)
    words = words_at(browser, "site", site.pk)
    for said in (
        "1er et 3e mardi du mois, de 14 h à 16 h 30 ; fermé les jours fériés",
        "Mardi 15 décembre, de 14 h à 16 h 30",
        "Permanence santé",
        "sur rendez-vous",
        "votre carte Vitale si vous l’avez",
        "français, langue des signes française",
        "Charité d’essai , tient le lieu",
        "accessible en partie",
        "Ligne 3",
        "Tiers-lieu solidaire",
    ):
        assert said in words, said


def test_a_member_sees_the_services_and_volunteers_of_her_organisation_first():
    site, hers, other = a_site(), organisation("Croix-Rouge"), organisation("Autre")
    paul = someone(Role.PARTNER, at=hers)
    a_service("A d’une autre", organisation=other, sites=(site,), need=Need.FOOD)
    a_service("Z de la sienne", organisation=hers, sites=(site,), need=Need.OTHER)
    mine = someone(Role.SITE_VOLUNTEER, at=hers, name="Zoé")
    theirs = someone(Role.SITE_VOLUNTEER, at=other, name="Anouk")
    for member in (mine, theirs):
        Assignment.objects.create(site=site, member=member)
    page = page_of(browser_of(paul).get(reverse("places:site", args=[site.pk])))
    assert [title.get_text() for title in page.select(".service h3")] == [
        "Z de la sienne",
        "A d’une autre",
    ]
    volunteers = words_of(page.select_one("#benevoles"))
    assert "Zoé" in volunteers
    assert "Anouk" not in volunteers
    assert "Et 1 bénévole d’autres organisations" in volunteers
    assert "Anouk" in words_at(browser_of(coordinator()), "site", site.pk)


def test_a_cancelled_opening_is_crossed_out_with_its_reason_and_may_be_restored(browser, odile):
    site = a_site()
    opening, day = an_opening(site), date(2026, 12, 1)
    address = reverse("places:change-occurrence", args=[opening.pk, day])
    assert address in browser.get(reverse("places:site", args=[site.pk])).content.decode()
    browser.post(address, {"what": "cancel", "reason": "salle occupée"})
    page = page_of(browser.get(reverse("places:site", args=[site.pk])))
    assert "Annulée" in words_of(page.select_one(".cancelled"))
    assert "salle occupée" in words_of(page.select_one(".cancelled"))
    browser.post(reverse("places:restore-occurrence", args=[opening.pk, day]))
    assert not opening.changes.exists()


def test_a_moved_opening_is_shown_where_it_moved_and_says_when_it_was_planned(browser):
    site = a_site()
    opening, day = an_opening(site), date(2026, 12, 1)
    move = {"what": "move", "new_day": "2026-12-03", "starts": "09:00", "ends": "11:00"}
    browser.post(reverse("places:change-occurrence", args=[opening.pk, day]), move)
    words = words_at(browser, "site", site.pk)
    assert "Jeudi 3 décembre, de 9 h à 11 h Déplacée" in words
    assert "prévue le mardi 1er décembre" in words
    change = opening.changes.get()
    assert (change.starts, change.ends) == (time(9), time(11))


def test_a_move_without_a_day_or_that_ends_too_early_is_refused_beside_its_field(browser):
    opening = an_opening(a_site())
    address = reverse("places:change-occurrence", args=[opening.pk, date(2026, 12, 1)])
    answer = browser.post(address, {"what": "move", "starts": "11:00", "ends": "09:00"})
    assert answer.status_code == 422
    assert {*answer.context["form"].errors} == {"new_day", "ends"}


def test_a_day_that_is_no_opening_or_no_day_has_no_page(browser):
    opening = an_opening(a_site())
    address = reverse("places:change-occurrence", args=[opening.pk, date(2026, 12, 2)])
    assert browser.get(address).status_code == 404
    assert browser.get(address.replace("2026-12-02", "2026-13-45")).status_code == 404


def test_organisations_volunteers_and_services_are_added_and_removed_from_the_page(browser):
    site, charity, ines = a_site(), organisation("Charité d’essai"), someone(name="Inès")
    service, to = a_service(), [site.pk]
    browser.post(reverse("places:presences", args=to), {"organisation": charity.pk, "kind": "host"})
    browser.post(reverse("places:assignments", args=to), {"member": ines.pk})
    browser.post(reverse("places:offers", args=to), {"service": service.pk})
    presence, assignment = site.presences.get(), site.assignments.get()
    assert (presence.organisation, presence.kind) == (charity, "host")
    assert assignment.member == ines
    assert list(site.services.all()) == [service]
    browser.post(reverse("places:remove-presence", args=[*to, presence.pk]))
    browser.post(reverse("places:remove-assignment", args=[*to, assignment.pk]))
    browser.post(reverse("places:withdraw", args=[*to, service.pk]))
    for rows in (site.presences, site.assignments, site.services):
        assert not rows.exists()


def test_a_small_form_that_is_not_filled_comes_back_with_a_sentence(browser):
    site = a_site()
    answer = browser.post(reverse("places:presences", args=[site.pk]), {}, follow=True)
    assert "Choisissez une organisation." in words_of(page_of(answer).main)


def test_a_presence_is_not_removed_through_another_site(browser, odile):
    presence = actions.set_presence(a_site(), organisation(), kind=PresenceKind.HOST, by=odile)
    address = reverse("places:remove-presence", args=[a_site().pk, presence.pk])
    assert browser.post(address).status_code == 404


def test_a_site_is_closed_and_opened_again_from_its_page(browser):
    site = a_site()
    browser.post(reverse("places:close-site", args=[site.pk]))
    assert "Ce lieu est fermé" in words_at(browser, "site", site.pk)
    browser.post(reverse("places:reopen-site", args=[site.pk]))
    assert "Ce lieu est fermé" not in words_at(browser, "site", site.pk)


# ------------------------------------------------------------------------------------ form


def test_a_site_is_added_with_a_commune_typed_by_its_name(browser):
    answer = browser.post(reverse("places:new-site"), filled(position="43,7123 0,4321"))
    site = the_site()
    assert answer.url == reverse("places:site", args=[site.pk])
    assert (site.commune_id, site.position) == (AUCH, (43.7123, 0.4321))


def test_several_communes_of_the_same_name_are_told_apart_before_saving(browser):
    answer = browser.post(reverse("places:new-site"), filled(commune_name="montaut"))
    page = page_of(answer)
    assert answer.status_code == 422
    choices = page.select('[name="commune_choice"]')
    assert choices[0]["value"] == MONTAUT_OF_THE_GERS
    assert len(choices) == 7
    assert "Montaut (40)" in words_of(page.main)
    assert page.select_one('[name="name"]')["value"] == "Maison bleue"
    sent = filled(commune_name="montaut", commune_choice="40191")
    browser.post(reverse("places:new-site"), sent)
    assert the_site().commune.departement == "40"


def test_a_name_with_its_departement_means_one_commune(browser):
    browser.post(reverse("places:new-site"), filled(commune_name="Montaut (32)"))
    assert the_site().commune_id == MONTAUT_OF_THE_GERS


def test_a_choice_that_is_not_of_the_name_is_no_choice(browser):
    sent = filled(commune_name="montaut", commune_choice=AUCH)
    assert browser.post(reverse("places:new-site"), sent).status_code == 422
    assert not Site.objects.filter(name="Maison bleue").exists()


def test_a_commune_that_does_not_exist_is_said_so(browser):
    answer = browser.post(reverse("places:new-site"), filled(commune_name="Xyzzy"))
    assert answer.status_code == 422
    assert "Aucune commune ne porte ce nom" in answer.content.decode()


def test_names_of_communes_are_proposed_as_one_types(browser):
    answer = browser.get(reverse("places:communes"), {"commune_name": "montaut"})
    assert 'value="Montaut (32)"' in answer.content.decode()
    assert not browser.get(reverse("places:communes"), {"commune_name": "m"}).content.strip()


@pytest.mark.parametrize(
    ("typed", "position"),
    [
        ("43,7123 0,4321", (43.7123, 0.4321)),
        ("43.7123, 0.4321", (43.7123, 0.4321)),
        ("43.7123,-0.4321", (43.7123, -0.4321)),
        ("", None),
    ],
)
def test_a_position_is_read_as_maps_write_it(browser, typed, position):
    browser.post(reverse("places:new-site"), filled(position=typed))
    assert the_site().position == position


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("43,6465", "deux nombres"),
        ("143 0,5", "deux nombres"),
        ("là-bas", "deux nombres"),
        ("0,4321 43,7123", "inversés"),
    ],
)
def test_a_position_that_cannot_be_read_is_refused(browser, typed, words):
    answer = browser.post(reverse("places:new-site"), filled(position=typed))
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_site_that_looks_like_another_is_saved_only_when_one_says_that_it_is_another(browser):
    known = a_site("Maison bleu")
    answer = browser.post(reverse("places:new-site"), filled())
    page = page_of(answer)
    assert answer.status_code == 422
    assert page.select_one(f'#ressemblances a[href="{reverse("places:site", args=[known.pk])}"]')
    assert not Site.objects.filter(name="Maison bleue").exists()
    browser.post(reverse("places:new-site"), filled(is_another="on"))
    assert the_site() != known


def test_a_site_that_changes_its_address_alone_is_not_asked_whether_it_is_another(browser):
    a_site("Maison bleu")
    site = a_site("Maison bleue")
    address = reverse("places:edit-site", args=[site.pk])
    page = page_of(browser.get(address))
    assert page.select_one('[name="commune_name"]')["value"] == "Auch (32)"
    assert browser.post(address, filled(address="ailleurs", version=1)).status_code == 302


def test_the_same_name_is_refused_even_when_one_says_that_it_is_another(browser):
    a_site("Maison bleue")
    answer = browser.post(reverse("places:new-site"), filled(is_another="on"))
    assert answer.status_code == 422
    assert "porte déjà ce nom" in answer.content.decode()


def test_who_saves_second_reads_what_the_first_saved_and_keeps_what_she_typed(browser):
    site = a_site("Maison bleue")
    address = reverse("places:edit-site", args=[site.pk])
    browser.post(address, filled(address="3 rue Neuve", version=1))
    late = filled(address="5 rue Vieille", phone="05 62 00 00 00", version=1)
    answer = browser.post(address, late)
    page = page_of(answer)
    assert answer.status_code == 422
    rows = [words_of(row) for row in page.select("tbody tr")]
    assert rows == [
        "Adresse 3 rue Neuve 5 rue Vieille",
        "Téléphone du lieu vide 05 62 00 00 00",
    ]
    assert page.select_one('[name="address"]')["value"] == "5 rue Vieille"
    version = page.select_one('[name="version"]')["value"]
    assert browser.post(address, {**late, "version": version}).status_code == 302
    assert the_site().address == "5 rue Vieille"


# -------------------------------------------------------------------------------- services


def test_a_service_is_added_with_its_languages(browser):
    charity = organisation("Charité d’essai")
    browser.post(
        reverse("places:new-service"),
        {
            "organisation": charity.pk,
            "name": "Vestiaire",
            "need": "other",
            "languages": ["fr", "ar"],
            "is_active": "on",
        },
    )
    service = Service.objects.get(organisation=charity)
    assert (service.languages, service.is_free) == (["fr", "ar"], False)
    assert "Vestiaire Charité d’essai · 0 lieu" in words_at(browser, "services")


def test_a_second_service_of_the_same_name_comes_back_with_its_reason(browser):
    service = a_service("Vestiaire")
    answer = browser.post(
        reverse("places:new-service"),
        {"organisation": service.organisation_id, "name": "Vestiaire", "need": "other"},
    )
    assert answer.status_code == 422
    assert "déjà un service de ce nom" in answer.content.decode()


# ----------------------------------------------------------------------------------- html


def test_the_pages_of_places_are_correct_html_with_titles_that_go_down_by_one(browser, odile):
    site = a_site("Maison bleue")
    opening, service = an_opening(site), a_service(sites=(site,))
    actions.set_presence(site, service.organisation, kind=PresenceKind.HOST, by=odile)
    actions.assign(site, odile, by=odile)
    new_site, hours = reverse("places:new-site"), reverse("places:new-opening", args=[site.pk])
    answers = [
        *(
            browser.get(reverse(f"places:{name}", args=arguments))
            for name, arguments in {
                "sites": [],
                "site": [site.pk],
                "edit-site": [site.pk],
                "services": [],
                "service": [service.pk],
                "new-opening": [site.pk],
                "edit-opening": [opening.pk],
                "change-occurrence": [opening.pk, date(2026, 12, 1)],
                "add-photo": [site.pk],
            }.items()
        ),
        browser.post(new_site, filled(commune_name="montaut", position="x")),
        browser.post(new_site, filled(name="Maison bleu")),
        browser.post(reverse("places:edit-site", args=[site.pk]), filled(version=99, phone="1")),
        browser.post(hours, {"preview": "oui", "slot1_days": ["1"]}),
    ]
    for answer in answers:
        html5lib.HTMLParser(strict=True).parse(answer.content.decode())
        page = page_of(answer)
        ranks = [int(title.name[1]) for title in page.select("main :is(h1, h2, h3, h4)")]
        assert ranks.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(ranks))
        identifiers = [element["id"] for element in page.select("[id]")]
        assert len(identifiers) == len(set(identifiers))
        for label in page.select("label[for]"):
            assert label["for"] in identifiers
        for described in page.select("[aria-describedby], [aria-labelledby]"):
            wanted = described.get("aria-describedby") or described["aria-labelledby"]
            assert set(wanted.split()) <= set(identifiers)
