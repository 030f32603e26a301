"""Services and opening hours from a spreadsheet, and the files that others publish."""

import json

import pytest

from ruche.core.spreadsheets import as_csv
from ruche.places.enums import Choice, PresenceKind
from ruche.places.imports import actions, running
from ruche.places.imports.enums import Fate, LineState
from ruche.places.imports.formats import FORMATS
from ruche.places.imports.hours import spans, week
from ruche.places.models import ImportBatch, ImportLine, Opening, Service, Site
from tests.members import organisation
from tests.places.importing import applied, faults, of_states, sent, states, undone
from tests.places.register import a_service, a_site, an_opening, coordinator

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_monday_of_november")]


# ------------------------------------------------------------------------------- services

SERVICE_HEADERS = ["Structure", "Intitulé", "Thématique", "Langues", "Gratuité", "Lieux"]


def test_services_come_in_are_given_at_their_sites_and_go():
    croix, hall = organisation("Croix d’Exemple"), a_site("Halle fictive")
    rows = [
        ["Croix d'exemple", "Colis fictif", "alimentation", "français, arabe", "oui",
         "Halle fictive (Auch)"],
        ["Croix d’Exemple", "Écoute fictive", "Accès aux droits", "", "non", ""],
    ]  # fmt: skip
    batch = applied(sent(SERVICE_HEADERS, rows, name="services"))
    parcel = Service.objects.get(name="Colis fictif")
    assert (parcel.organisation, parcel.need, parcel.languages) == (croix, "food", ["ar", "fr"])
    assert list(parcel.sites.all()) == [hall]
    assert not Service.objects.get(name="Écoute fictive").is_free
    assert of_states(sent(SERVICE_HEADERS, rows, name="services"), LineState.SAME) == {2, 3}
    undone(batch)
    assert not Service.objects.filter(organisation=croix).exists()


def test_a_service_that_changes_keeps_its_other_sites_and_gets_its_values_back():
    croix, hall, room = organisation("Croix d’Exemple"), a_site("Halle"), a_site("Salle")
    service = a_service("Colis", organisation=croix, sites=(hall,), conditions="adhésion")
    rows = [["Croix d’Exemple", "Colis", "santé", "", "", "Salle"]]
    batch = applied(sent(SERVICE_HEADERS, rows, name="services"))
    service.refresh_from_db()
    assert (service.need, service.conditions) == ("health", "adhésion")
    assert set(service.sites.all()) == {hall, room}
    undone(batch)
    service.refresh_from_db()
    assert service.need == "food"
    assert list(service.sites.all()) == [hall]


def test_a_service_that_has_hours_since_is_kept_when_its_batch_is_undone():
    organisation("Croix d’Exemple")
    hall = a_site("Halle")
    rows = [["Croix d’Exemple", "Colis", "alimentation", "", "", "Halle"]]
    batch = applied(sent(SERVICE_HEADERS, rows, name="services"))
    an_opening(hall, service=Service.objects.get(name="Colis"))
    assert undone(batch).lines.get().fate == Fate.USED_SINCE


@pytest.mark.parametrize(
    ("place", "text", "word"),
    [
        (0, "Croix d’Exempl", "sans doute « Croix d’Exemple »"),
        (2, "", "nécessaire"),
        (2, "nourriture", "alimentation"),
        (3, "klingon", "français"),
        (4, "peut-être", "« oui » ou « non »"),
        (5, "Nulle part", "Aucun lieu"),
        (5, "Double", "écrivez aussi la commune"),
    ],
)
def test_a_bad_cell_of_a_service_is_told(place, text, word):
    organisation("Croix d’Exemple")
    a_site("Double")
    a_site("Double", commune="32107")
    row = ["Croix d’Exemple", "Colis", "alimentation", "français", "oui", ""]
    row[place] = text
    batch = sent(SERVICE_HEADERS, [row], name="services")
    assert states(batch) == {2: LineState.REFUSED}
    assert word in faults(batch, 2)


# ---------------------------------------------------------------------------------- hours

HOURS_HEADERS = ["Lieu", "Commune", "Service", "Horaires", "Mardi", "Jeudi", "Jusqu’au"]


def test_hours_by_rule_or_by_day_come_in_and_go():
    hall, room = a_site("Halle"), a_site("Salle")
    an_opening(room, "Fr 09:00-12:00")
    rows = [
        ["Halle", "Auch", "", "", "9h-12h / 14h-17h30", "fermé", ""],
        ["Salle", "", "", "Mo 10:00-12:00", "", "", "31/12/2026"],
    ]
    batch = applied(sent(HOURS_HEADERS, rows, name="horaires"))
    assert hall.openings.get().rule == "Tu 09:00-12:00,14:00-17:30; PH off"
    changed = room.openings.get()
    assert (changed.rule, f"{changed.until}", changed.version) == (
        "Mo 10:00-12:00",
        "2026-12-31",
        2,
    )
    assert of_states(sent(HOURS_HEADERS, rows, name="horaires"), LineState.SAME) == {2, 3}
    undone(batch)
    assert not hall.openings.exists()
    assert room.openings.get().rule == "Fr 09:00-12:00"


@pytest.mark.parametrize(
    ("row", "word"),
    [
        (["Halle", "", "Colis", "Tu 10:00-12:00", "", "", ""], "n’est pas proposé dans ce lieu"),
        (["Halle", "", "", "", "", "", ""], "au moins un jour"),
        (["Halle", "", "", "", "le matin", "", ""], "Mardi"),
        (["Halle", "Condom", "", "Tu 10:00-12:00", "", "", ""], "Aucun lieu"),
        (["Halle", "", "", "Tu 10:00-12:00", "", "", "01/01/2020"], "après avoir commencé"),
    ],
)
def test_bad_hours_are_told(row, word):
    a_site("Halle")
    a_service("Colis")
    batch = sent(HOURS_HEADERS, [row], name="horaires")
    assert states(batch) == {2: LineState.REFUSED}
    assert word in faults(batch, 2)


def test_hours_of_a_week_are_said_together():
    assert week({"lundi": "09:00 - 12:00", "mardi": "9h-12h", "dimanche": "fermé"}) == (
        "Mo,Tu 09:00-12:00; PH off"
    )
    assert week({"lundi": "00:00 - 00:00 / 09:00 - 12:00"}) == "Mo 09:00-12:00; PH off"
    assert week({}) == ""
    assert len(spans("09:00 - 12:30 / 09:00 - 17:00")) == 1


# ------------------------------------------------------------------------ published files

SECRET = ("Jeanne Modèle", "jeanne.modele@exemple.invalid", "06 12 34 56 78", "Elle est absente")
STRUCTURE = {
    "id": "fictive--1", "nom": "Croix d’Exemple", "commune": "Auch", "code_insee": "32013",
    "adresse": "1 rue du Modèle", "longitude": 0.5855, "latitude": 43.6465,
    "telephone": "0562000001", "courriel": "accueil@exemple.invalid",
    "horaires_accueil": "Tu 09:00-12:00", "contact_nom_prenom": SECRET[0],
    "commentaire": SECRET[3], "score": 3,
}  # fmt: skip
SERVICE = {
    "id": "fictive--s1", "structure_id": "fictive--1", "nom": "Aide fictive",
    "description": "Pour l’exemple.", "thematiques": ["numerique--acceder-a-des-services-en-ligne"],
    "frais": "gratuit", "contact_nom_prenom": SECRET[0], "courriel": SECRET[1],
}  # fmt: skip


def published(name: str, *objects: dict, as_json: bool = True) -> ImportBatch:
    by = coordinator()
    headers = list(dict.fromkeys(key for one in objects for key in one))
    rows = [[str(one.get(key, "")) for key in headers] for one in objects]
    data = json.dumps(objects).encode() if as_json else as_csv(headers, rows)
    batch = actions.start(FORMATS[name], data, by=by)
    running.start(batch, by=by)
    batch.refresh_from_db()
    return batch


def all_that_is_kept() -> str:
    return str(
        [*ImportBatch.objects.values(), *ImportLine.objects.values(), *Site.objects.values()]
    )


@pytest.mark.parametrize("as_json", [True, False])
def test_of_a_published_file_only_the_fields_of_the_list_are_kept(as_json):
    private = {**STRUCTURE, "telephone": SECRET[2], "courriel": SECRET[1]}
    batch = published("data-inclusion-structures", private, as_json=as_json)
    applied(batch)
    site = Site.objects.get(name="Croix d’Exemple")
    assert (site.phone, site.email, site.is_hub) == ("", "", False)
    kept = all_that_is_kept()
    assert not [word for word in (SECRET[0], SECRET[3], "score") if word in kept]
    assert set(batch.columns) <= {column.key for column in FORMATS[batch.format].columns}


def test_a_structure_and_its_service_come_in_by_their_keys():
    croix = organisation("Croix d’Exemple")
    applied(published("data-inclusion-structures", STRUCTURE))
    site = Site.objects.get(name="Croix d’Exemple")
    assert (site.phone, site.email) == ("05 62 00 00 01", "accueil@exemple.invalid")
    assert site.presences.get(organisation=croix).kind == PresenceKind.HOST
    batch = applied(published("data-inclusion-services", SERVICE))
    service = Service.objects.get(name="Aide fictive")
    assert (service.organisation, service.need, list(service.sites.all())) == (
        croix,
        "digital",
        [site],
    )
    again = published("data-inclusion-services", {**SERVICE, "nom": "Aide renommée"})
    assert states(again) == {2: LineState.CHANGE}
    undone(batch)
    assert not Service.objects.filter(name="Aide fictive").exists()


def test_a_service_whose_structure_is_not_known_is_told():
    batch = published("data-inclusion-services", SERVICE)
    assert "importez d’abord" in faults(batch, 2)
    nobody = {**STRUCTURE, "nom": "Structure sans organisation"}
    applied(published("data-inclusion-structures", nobody))
    batch = published("data-inclusion-services", SERVICE)
    assert "Aucune organisation ne tient le lieu" in faults(batch, 2)


def test_the_lines_of_other_departements_are_left_aside():
    paris = {**STRUCTURE, "id": "fictive--2", "code_insee": "75056", "commune": "Paris"}
    batch = published("data-inclusion-structures", STRUCTURE, paris)
    assert states(batch) == {2: LineState.CREATE, 3: LineState.OUTSIDE}


def test_france_services_bring_their_hours_day_by_day():
    row = {
        "id_fs": "1", "insee_dep": "32", "lib_fs": "France services fictive", "adresse": "1 rue",
        "insee_com": "32013", "code_postal": "32000", "lib_com": "Auch", "latitude": "43.6465",
        "longitude": "0.5855", "h_lundi": "09:00 - 12:00 / 13:30 - 17:00", "h_mardi": "n’importe",
        "commentaire": SECRET[3], "format_fs": "Fixe",
    }  # fmt: skip
    other = {
        **row,
        "id_fs": "2",
        "lib_fs": "Autre fictive",
        "h_mardi": "",
        "latitude": "",
        "longitude": "",
    }
    batch = published("france-services", row, other, as_json=False)
    applied(batch)
    assert not Opening.objects.filter(site__name="France services fictive").exists()
    assert "Mardi" in " ".join(batch.lines.get(number=2).remarks)
    rule = Opening.objects.get(site__name="Autre fictive").rule
    assert rule == "Mo 09:00-12:00,13:30-17:00; PH off"
    assert SECRET[3] not in all_that_is_kept()


def test_a_place_of_digital_mediation_is_found_again_when_it_is_sent_again():
    row = {
        "id": "m1", "nom": "Espace fictif", "commune": "AUCH", "code_postal": "32000",
        "adresse": "4 rue", "latitude": "43.637881", "longitude": "0.593009",
        "horaires": "Mo-Fr 09:00-17:00", "source": "fictive", "nb_conseillers": "1",
    }  # fmt: skip
    applied(published("mediation-numerique", row, as_json=False))
    again = published("mediation-numerique", {**row, "nom": "Espace renommé"}, as_json=False)
    assert states(again) == {2: LineState.CHANGE}
    applied(again)
    assert Site.objects.filter(name__startswith="Espace").get().name == "Espace renommé"


def test_a_published_place_is_not_said_to_give_food_and_ours_stay_what_they_are():
    ours = a_site("Épicerie fictive", choice=Choice.FREE)
    row = {"id": "m1", "nom": "Espace fictif", "commune": "Auch", "code_postal": "32000"}
    known = {**row, "id": "m2", "nom": ours.name, "telephone": "05 62 00 00 09"}
    applied(published("mediation-numerique", row, known, as_json=False))
    new = Site.objects.get(name="Espace fictif")
    ours.refresh_from_db()
    assert (new.choice, new.is_hub) == (Choice.NOT_FOOD, False)
    assert (ours.choice, ours.is_hub, ours.phone) == (Choice.FREE, True, "05 62 00 00 09")
