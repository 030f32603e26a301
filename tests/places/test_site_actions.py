"""Sites, presences, volunteers and services: what is done, what is refused, what is written."""

import pytest

from ruche.accounts.enums import OrganisationKind
from ruche.geography.models import Territory
from ruche.journal.models import Entry
from ruche.places import actions, agenda, queries
from ruche.places.enums import PresenceKind
from ruche.places.errors import AlreadyThere, BadService, BadSite, StaleSite
from ruche.places.models import Presence, Service, Site
from tests.members import organisation, someone
from tests.places.register import a_service, a_site, an_opening, coordinator
from tests.world import AUCH, GERS

pytestmark = pytest.mark.usefixtures("a_monday_of_november")


def verbs() -> list[str]:
    return list(Entry.objects.order_by("number").values_list("verb", flat=True))


# ---------------------------------------------------------------------------------- site


def test_a_saved_site_is_in_the_journal_by_its_identifier_alone():
    odile = coordinator()
    site = a_site("Maison bleue", by=odile)
    entry = Entry.objects.get(verb="site_saved", object_id=str(site.pk))
    assert (entry.actor, entry.object_kind) == (odile.actor, "site")
    assert entry.detail == {}


def test_a_second_site_of_the_same_name_in_the_commune_is_refused_and_nothing_is_written():
    a_site("Maison bleue")
    before = verbs()
    with pytest.raises(BadSite, match="porte déjà ce nom"):
        a_site("Maison bleue")
    assert verbs() == before


def test_a_site_is_in_a_commune_and_not_in_a_departement():
    with pytest.raises(BadSite):
        a_site(commune=GERS)


def test_a_latitude_without_a_longitude_is_refused():
    with pytest.raises(BadSite, match="Donnez la latitude et la longitude"):
        a_site(latitude=43.6)


def test_two_people_who_edit_the_same_site_never_overwrite_each_other():
    site, odile = a_site("Halle"), coordinator()
    hers, his = Site.objects.get(pk=site.pk), Site.objects.get(pk=site.pk)
    hers.address = "3 rue Neuve"
    actions.save_site(hers, version=1, by=odile)
    his.address = "5 rue Vieille"
    with pytest.raises(StaleSite) as refused:
        actions.save_site(his, version=1, by=odile)
    assert refused.value.saved.address == "3 rue Neuve"
    assert Site.objects.get(pk=site.pk).address == "3 rue Neuve"


def test_who_has_read_what_the_other_saved_may_save_over_it():
    site, odile = a_site(), coordinator()
    actions.save_site(Site.objects.get(pk=site.pk), version=1, by=odile)
    again = Site.objects.get(pk=site.pk)
    again.address = "5 rue Vieille"
    assert actions.save_site(again, version=2, by=odile).version == 3


def test_a_site_that_closes_has_no_more_openings_and_has_them_back_when_it_opens_again():
    site, odile = a_site(), coordinator()
    an_opening(site)
    actions.close_site(site, by=odile)
    actions.close_site(site, by=odile)
    assert agenda.next_openings_of(site) == []
    assert site not in Site.objects.open()
    actions.reopen_site(site, by=odile)
    assert len(agenda.next_openings_of(site)) == 10
    assert verbs()[-2:] == ["site_closed", "site_reopened"]


# -------------------------------------------------------------------------- duplicates


def test_a_close_name_in_the_same_commune_is_a_likely_duplicate():
    known = a_site("Salle des fêtes")
    new = Site(name="Salle des Fetes", commune=known.commune)
    assert queries.likely_duplicates(new) == [known]


def test_the_same_name_in_another_commune_is_no_duplicate():
    a_site("Salle des fêtes")
    elsewhere = Territory.objects.get(pk="32208")
    assert queries.likely_duplicates(Site(name="Salle des fêtes", commune=elsewhere)) == []


@pytest.mark.parametrize(("latitude", "found"), [(43.64600, True), (43.64740, False)])
def test_less_than_150_metres_away_is_a_likely_duplicate_whatever_the_name(latitude, found):
    known = a_site("Croix-Rouge", latitude=43.64500, longitude=0.58500)
    new = Site(
        name="Vestiaire",
        commune=Territory.objects.get(pk="32208"),
        latitude=latitude,
        longitude=0.58500,
    )
    assert queries.likely_duplicates(new) == ([known] if found else [])


def test_names_with_other_numbers_are_other_places():
    assert queries.likeness("Salle n° 1", "salle n° 12") == 0
    assert queries.likeness("Salle n° 1", "Sale n° 1") > queries.CLOSE_NAME
    assert queries.likeness("Salle des fêtes", "Salle des fêtes 2") > queries.CLOSE_NAME


def test_a_site_is_not_its_own_duplicate():
    site = a_site(latitude=43.6, longitude=0.6)
    assert queries.likely_duplicates(site) == []


def test_a_degree_of_latitude_is_about_111_kilometres():
    assert queries.metres_between((43.0, 0.5), (44.0, 0.5)) == pytest.approx(111_195, abs=5)


# --------------------------------------------------------------- who is there, volunteers


def test_an_organisation_that_came_and_now_holds_the_site_has_one_presence():
    site, odile, charity = a_site(), coordinator(), organisation("Charité d’essai")
    actions.set_presence(site, charity, kind=PresenceKind.VISITOR, by=odile)
    actions.set_presence(site, charity, kind=PresenceKind.HOST, note="depuis mars", by=odile)
    presence = Presence.objects.get(site=site)
    assert (presence.is_host, presence.note) == (True, "depuis mars")
    actions.remove_presence(presence, by=odile)
    assert not site.presences.exists()
    assert verbs()[-3:] == ["presence_changed", "presence_changed", "presence_removed"]


def test_a_member_is_assigned_once_and_the_journal_knows_her_by_her_identifier():
    site, odile, ines = a_site(), coordinator(), someone(name="Inès")
    assignment = actions.assign(site, ines, by=odile)
    with pytest.raises(AlreadyThere, match="déjà affectée"):
        actions.assign(site, ines, by=odile)
    assert Entry.objects.first().detail == {"member": str(ines.pk), "assigned": True}
    actions.unassign(assignment, by=odile)
    assert list(Site.objects.of_member(ines)) == []


def test_a_closed_account_is_not_assigned():
    gone = someone()
    gone.is_active = False
    with pytest.raises(BadSite, match="désactivé"):
        actions.assign(a_site(), gone, by=coordinator())


# -------------------------------------------------------------------------------- services


def test_an_organisation_does_not_offer_two_services_of_the_same_name():
    charity = organisation("Charité d’essai", OrganisationKind.CHARITY)
    a_service("Vestiaire", organisation=charity)
    with pytest.raises(BadService, match="déjà un service de ce nom"):
        a_service("Vestiaire", organisation=charity)
    a_service("Vestiaire", organisation=organisation("Autre"))


def test_a_language_that_is_not_in_the_list_is_refused():
    with pytest.raises(BadService, match="langue"):
        a_service(languages=["fr", "xx"])


def test_a_service_is_offered_once_and_the_journal_says_it_once():
    site = a_site()
    service = a_service(sites=(site,))
    actions.offer(service, site, by=coordinator())
    assert Entry.objects.filter(verb="service_offered", object_id=str(service.pk)).count() == 1


def test_a_service_that_is_no_longer_given_is_not_offered():
    service = a_service(is_active=False)
    with pytest.raises(BadService, match="plus proposé"):
        actions.offer(service, a_site(), by=coordinator())


def test_a_service_that_has_hours_in_a_site_is_not_withdrawn_before_they_end():
    site, odile = a_site(), coordinator()
    service = a_service(sites=(site,))
    opening = an_opening(site, service=service)
    with pytest.raises(BadService, match="encore des horaires"):
        actions.withdraw(service, site, by=odile)
    actions.end_opening(opening, by=odile)
    actions.withdraw(service, site, by=odile)
    assert not Service.objects.filter(sites=site).exists()


def test_the_world_of_these_tests_has_the_communes_that_they_name():
    assert Territory.objects.get(pk=AUCH).title == "Auch"
    assert Territory.objects.get(pk="32208").departement == "32"
