"""Persons in a real browser: written, found, read with, and seen by nobody else."""

import json
import re
from pathlib import Path

import pytest

from ruche.vault.models import Piece
from tests.browser.vault_gestures import (
    create_person,
    errors,
    find,
    open_vault,
    write_note,
)
from tests.core.member_urls import MEMBER_ADDRESSES, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


# --------------------------------------------------------------------------------- persons


def test_a_nurse_writes_a_person_and_another_finds_her_by_a_misspelt_name(world, open_page, served):
    odile, said = open_page("/coffre/", member=member("odile"))
    open_vault(odile, served.url, then="/personnes/")
    create_person(odile, served.url, given="Mahaut", family="Ouédraogo-Vraibel", birth="1961")
    write_note(odile, "Attend un rendez-vous.")
    rose, _ = open_page("/coffre/", width=360, member=member("rose"))
    open_vault(rose, served.url, then="/personnes/")
    assert find(rose, "wedraogo") == ["Mahaut Ouédraogo-Vraibel"]
    rose.click("[data-ruche-results] a")
    rose.wait_for_selector("[data-ruche-notes] li")
    assert "Attend un rendez-vous." in rose.inner_text("[data-ruche-notes]")
    assert errors(said) == []


@pytest.mark.parametrize("who", ["ines", "luc"])
def test_neither_the_coordinator_nor_the_administrator_sees_a_name(who, world, open_page, served):
    odile, _ = open_page("/coffre/", member=member("odile"))
    open_vault(odile, served.url, then="/personnes/")
    create_person(odile, served.url, given="Canarienne", family="Introuvable")
    page, _ = open_page("/accueil/", member=member(who))
    for name, address in MEMBER_ADDRESSES.items():
        response = page.request.get(served.url + address.path(name), max_redirects=0)
        assert "anarienne" not in response.text(), name
    assert page.request.get(served.url + "/personnes/").status == 403


def test_who_resembles_is_shown_before_a_person_is_created(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Mahaut", family="Vraibel", birth="1961")
    page.goto(served.url + "/personnes/")
    find(page, "xx")
    page.click("[data-ruche-new]")
    page.fill("#nouvelle-given", "Mahau")
    page.fill("#nouvelle-family", "Vrébel")
    page.fill("#nouvelle-birth", "1961")
    page.wait_for_selector("[data-ruche-near]:visible")
    assert "Mahaut Vraibel" in page.inner_text("[data-ruche-near-list]")


def test_a_script_in_every_field_stays_a_text(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    attack = "<img src=x onerror=alert(1)>"
    create_person(
        page, served.url, alias=attack, given=attack, family=attack, phone=attack, languages=attack
    )
    write_note(page, attack)
    assert page.locator("main img").count() == 0
    assert attack in page.inner_text("[data-ruche-notes]")
    assert errors(said) == []


def test_what_is_typed_never_leaves_in_clear(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.url} {one.post_data or ''} {one.headers}"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Canarienne", family="Introuvable")
    page.fill("#note", "canarienne elle aussi")
    page.press("#note", "Control+Enter")
    page.click("text=Sceller la note")
    page.wait_for_selector("[data-ruche-notes] li")
    page.goto(served.url + "/personnes/")
    find(page, "canarienne")
    assert len(sent) > 20
    assert not [line for line in sent if re.search("canarienne|introuvable", line, re.I)]
    kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "anarienne" not in kept


def test_a_gentle_guard_suggests_and_never_forbids(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, alias="La voisine")
    page.fill("#note", "Un cas social.")
    assert "pourrait blesser" in page.inner_text("[data-ruche-guard]")
    write_note(page, "Un cas social.")


def test_an_identity_changed_by_someone_else_is_not_overwritten(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine")
    other = page.context.new_page()
    other.goto(f"{served.url}/personnes/{record}/")
    other.wait_for_selector("[data-ruche-identity] dd")
    for tab, name, told in (
        (other, "Autre nom", "[data-ruche-identity] >> text=Autre nom"),
        (page, "Encore un autre", "[data-ruche-refusal] >> text=Quelqu’un vient de modifier"),
    ):
        tab.click("text=Modifier")
        tab.fill("#fiche-alias", name)
        tab.click("text=Enregistrer")
        tab.wait_for_selector(told)
    other.reload()
    other.wait_for_selector("[data-ruche-identity] dd")
    assert "Autre nom" in other.inner_text("[data-ruche-identity]")


def test_not_knowing_and_not_wishing_to_answer_are_answers(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    page.click("[data-ruche-new]")
    page.click("text=Créer la fiche")
    page.wait_for_selector("[data-ruche-refusal]:visible")
    page.fill("#nouvelle-alias", "La voisine")
    page.select_option("[data-ruche-new-person] [data-answer=birth]", "unknown")
    page.select_option("[data-ruche-new-person] [data-answer=phone]", "declined")
    page.click("text=Créer la fiche")
    page.wait_for_selector("[data-ruche-identity] dd")
    said = page.inner_text("[data-ruche-identity]")
    assert "ne sait pas" in said
    assert "ne souhaite pas répondre" in said


def test_a_file_is_turned_to_the_person(world, open_page, served):
    page, _ = open_page("/coffre/", width=360, member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, alias="La voisine")
    write_note(page, "Lue ensemble.")
    page.click("text=À lire avec la personne")
    assert page.is_hidden(".site-header")
    assert page.is_hidden("[data-ruche-note]")
    assert page.is_hidden("text=Effacer la fiche")
    assert page.is_visible("text=Lue ensemble.")
    page.click("text=Revenir à la fiche")
    assert page.is_visible(".site-header")


def test_what_is_held_is_downloaded_without_a_name_in_the_file_name(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    create_person(page, served.url, given="Mahaut", family="Vraibel")
    write_note(page, "Attend un rendez-vous.")
    with page.expect_download() as waiting:
        page.click("text=Tout télécharger")
    download = waiting.value
    held = json.loads(Path(download.path()).read_text(encoding="utf-8"))
    assert download.suggested_filename == "fiche.json"
    assert held["identity"] == {"given": "Mahaut", "family": "Vraibel"}
    assert [note["text"] for note in held["notes"]] == ["Attend un rendez-vous."]


def test_a_file_is_erased_for_ever(world, open_page, served):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, given="Mahaut", family="Vraibel")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("text=Effacer la fiche")
    page.wait_for_url(served.url + "/personnes/")
    assert find(page, "vraibel") == []
    assert not Piece.objects.filter(record=record).exists()
