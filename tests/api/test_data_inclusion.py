"""What partners read is valid for their own schema, and says no more than we know."""

import logging
from datetime import date

import pytest
from data_inclusion.schema.v1 import Service as ServiceModel
from data_inclusion.schema.v1 import Structure

from ruche.api.datainclusion import CONDITIONS, KINDS, THEMES, phone
from ruche.places.enums import Audience, Need
from ruche.places.models import Opening, Service, Site
from tests.api.reading import every_item, items
from tests.api.test_api_resources import coming
from tests.seances.field import a_seance, a_service, a_site, in_days

STRUCTURES, SERVICES = "data-inclusion/structures", "data-inclusion/services"


def test_every_site_of_the_demo_is_a_valid_structure(world):
    found = every_item(f"{STRUCTURES}?limit=20")
    assert len(found) == Site.objects.open().count()
    for each in found:
        assert Structure.model_validate(each).id.startswith("ruche-32--")
        assert each["code_insee"]
        assert each["horaires_accueil"]
        assert each["telephone"] == "+33562000002"


def test_every_service_of_the_demo_is_valid_and_belongs_to_a_structure(world):
    structures = {each["id"] for each in every_item(STRUCTURES)}
    found = every_item(SERVICES)
    given = Service.sites.through.objects.filter(service__is_active=True, site__closed_on=None)
    assert len(found) == given.count() > 20
    assert len({each["id"] for each in found}) == len(found)
    for each in found:
        ServiceModel.model_validate(each)
        assert each["structure_id"] in structures
        assert each["contact_nom_prenom"] is None


def test_our_words_are_all_known_there():
    from data_inclusion.schema.v1 import Thematique, TypeService

    assert {value for values in THEMES.values() for value in values} <= set(Thematique)
    assert set(KINDS.values()) <= set(TypeService)
    assert set(THEMES) == set(Need)


@pytest.mark.parametrize("need", list(Need))
@pytest.mark.parametrize("audience", list(Audience))
def test_every_need_and_audience_gives_a_valid_service(need, audience, an_empty_register):
    service = a_service()
    Service.objects.filter(pk=service.pk).update(need=need)
    service.sites.add(a_site(audience=audience))
    (found,) = items(SERVICES)
    ServiceModel.model_validate(found)
    assert found["publics"] == ["tous-publics"]
    assert (found["conditions_acces"] or "") == CONDITIONS.get(audience, "")
    assert ("usagers" in found["mobilisable_par"]) == (audience != Audience.ORIENTED)


def test_what_cannot_be_valid_is_left_out_and_told_in_the_log(an_empty_register, caplog):
    a_site(name="Le 8")
    short, fine = a_site(name="A"), a_site(name="Le bon lieu")
    for site in (short, fine):
        a_service(f"Service de {site.name}").sites.add(site)
    with caplog.at_level(logging.WARNING, "ruche.api.datainclusion"):
        names = {each["nom"] for each in items(STRUCTURES)}
    assert names == {"Le 8", "Le bon lieu"}
    assert f"ruche-32--{short.pk} n'est pas publié (nom)" in caplog.text
    assert [each["nom"] for each in items(SERVICES)] == ["Service de Le bon lieu"]


def test_a_name_loses_its_final_point(an_empty_register):
    a_site(name="Chez Nous.")
    assert items(STRUCTURES)[0]["nom"] == "Chez Nous"


def test_a_short_description_is_replaced_by_a_sentence(an_empty_register):
    a_service("Écoute").sites.add(a_site())
    (found,) = items(SERVICES)
    assert found["description"] == "Écoute, proposé par GIP d’essai."


def test_a_service_brought_by_teams_gives_the_days_that_they_have_confirmed(an_empty_register):
    seance = a_seance(day=in_days(10))
    service = coming(seance)
    service.sites.add(seance.site)
    Opening.objects.create(site=seance.site, rule="Tu 14:00-16:00", since=date(2026, 1, 1))
    (found,) = items(SERVICES)
    day = in_days(10)
    assert found["horaires_accueil"].startswith(f"{day.year} ")
    assert found["horaires_accueil"].endswith("14:00-16:30")
    assert items(STRUCTURES)[0]["horaires_accueil"] == "Tu 14:00-16:00"


def test_a_bad_rule_says_nothing_and_breaks_nothing(an_empty_register):
    Opening.objects.create(site=a_site(), rule="quand on peut", since=date(2026, 1, 1))
    assert items(STRUCTURES)[0]["horaires_accueil"] is None
    assert items("sites")[0]["hours"][0]["text"] == ""


def test_lists_are_in_order_so_that_a_document_is_always_the_same(an_empty_register):
    service = a_service()
    Service.objects.filter(pk=service.pk).update(need=Need.DIGITAL)
    service.sites.add(a_site(phone="0562000000", email="lieu@essai.example"))
    lists = [value for value in items(SERVICES)[0].values() if isinstance(value, list)]
    assert any(len(value) > 2 for value in lists)
    assert all(value == sorted(value) for value in lists)


@pytest.mark.parametrize(
    ("typed", "given"),
    [
        ("05 62 00 00 02", "+33562000002"),
        ("05.62.00.00.02", "+33562000002"),
        ("+33 5 62 00 00 02", "+33562000002"),
        ("+33 (0)5 62 00 00 02", "+33562000002"),
        ("0033562000002", "+33562000002"),
        ("+34 93 123 45 67", "+34931234567"),
        ("39 49", "3949"),
        ("115", "115"),
        ("", None),
        ("demander Odile", None),
        ("05 62 00 00 02 ou 03", None),
    ],
)
def test_a_telephone_is_written_for_the_whole_world(typed, given):
    assert phone(typed) == given
