"""The card of a person: on her telephone it opens what she chose, and nothing else."""

import re
from typing import Any

import pytest

from ruche.people.models import Card, Said, Shown
from ruche.vault.models import Permission, Piece, Wrap
from tests.browser.promises import accessibility_faults, overflow, small_targets
from tests.browser.vault_gestures import create_person, errors, open_vault, write_note
from tests.core.member_urls import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PHONE = 360


def give_card(page: Any, *, pin: str = "") -> str:
    """Hand a card to the person whose file is open → the address that its QR holds."""
    page.fill("#pin", pin)
    page.click("text=Faire une carte")
    page.wait_for_selector("[data-ruche-qr] svg")
    code = page.inner_text("[data-ruche-code]")
    page.click("text=C’est fait")
    page.wait_for_selector("[data-card=given]:visible")
    return code


def choose(page: Any, text: str) -> None:
    """What she chose to see: the box that says `text`."""
    with page.expect_response("**/personnes/carte/montrer/"):
        page.locator("[data-ruche-showing] label", has_text=text).locator("input").check()


@pytest.fixture
def nurse(world, open_page, served):
    """Odile, with a file that she has just written; and the person's record."""
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    record = create_person(page, served.url, alias="La voisine d’essai", phone="05 62 00 00 07")
    write_note(page, "Cherche un dentiste.")
    write_note(page, "Une note que la carte ne montre pas.")
    yield page, record
    assert errors(said) == []


def opened(page: Any) -> str:
    page.wait_for_selector("[data-ruche-opened]:visible")
    return page.inner_text("[data-ruche-opened]")


def test_a_new_card_opens_nothing_until_she_chooses(nurse, open_page, served):
    page, _ = nurse
    code = give_card(page)
    phone, said = open_page(f"/carte/#{code}", width=PHONE)
    assert "rien choisi de voir" in opened(phone)
    assert code not in phone.url
    assert "voisine" not in phone.content()
    choose(page, "Son identité")
    choose(page, "dentiste")
    phone.goto(f"{served.url}/carte/")
    phone.fill("#code", code.lower().replace("-", " "))
    phone.click("text=Ouvrir")
    text = opened(phone)
    assert "La voisine d’essai" in text
    assert "Cherche un dentiste." in text
    assert "ne montre pas" not in text
    assert (overflow(phone), small_targets(phone), accessibility_faults(phone)) == (0, [], [])
    assert errors(said) == []


def test_the_page_of_a_card_names_no_circle_before_it_opens(world, open_page):
    page, _ = open_page("/carte/", width=PHONE)
    assert "Infirmi" not in page.inner_text("main")
    assert page.is_visible("text=Quitter vite")


def test_a_card_with_a_pin_asks_for_it(nurse, open_page):
    page, _ = nurse
    code = give_card(page, pin="2580")
    choose(page, "Son identité")
    phone, _ = open_page(f"/carte/#{code}", width=PHONE)
    phone.wait_for_selector("#code-secret:visible")
    phone.fill("#code-secret", "1111")
    phone.click("text=Ouvrir")
    phone.wait_for_selector("text=Ce n’est pas le code secret")
    phone.fill("#code-secret", "2580")
    phone.click("text=Ouvrir")
    assert "La voisine d’essai" in opened(phone)


def test_she_withdraws_a_share_and_it_is_gone(nurse, open_page, served):
    page, record = nurse
    code = give_card(page)
    page.click("text=Partager avec un autre cercle")
    page.fill("#comment", "De vive voix.")
    page.fill("#jusque", "2030-01-31")
    page.check("[data-field=agreed]")
    page.click("[data-ruche-share] button[type=submit]")
    page.wait_for_selector("[data-ruche-shares] li")
    karim, _ = open_page("/coffre/", member=member("karim"))
    open_vault(karim, served.url, then=f"/personnes/{record}/")
    phone, _ = open_page(f"/carte/#{code}", width=PHONE)
    assert "Accès aux droits" in opened(phone)
    phone.click("text=Retirer ce partage")
    phone.wait_for_selector("text=C’est retiré")
    assert karim.goto(f"{served.url}/personnes/{record}/").status == 403
    assert not Permission.objects.get(record=record).is_alive
    assert not Wrap.objects.filter(piece__record=record, permission__isnull=False).exists()


def test_her_words_reach_her_circle_and_nobody_else(nurse, open_page):
    page, _ = nurse
    code = give_card(page)
    phone, _ = open_page(f"/carte/#{code}", width=PHONE)
    opened(phone)
    phone.select_option("select", "correction")
    phone.fill("textarea", "Mon téléphone a changé.")
    phone.click("text=Envoyer à cette équipe")
    phone.wait_for_selector("text=Vous demandez une correction")
    assert b"change" not in bytes(Said.objects.get().body)
    page.reload()
    page.wait_for_selector("[data-ruche-said] li")
    assert "Mon téléphone a changé." in page.inner_text("[data-ruche-said]")
    page.click("text=C’est traité avec elle")
    page.wait_for_selector("[data-ruche-said-part]", state="hidden")
    assert not Said.objects.exists()


def test_a_lost_card_is_revoked_in_one_act(nurse, open_page):
    page, record = nurse
    code = give_card(page)
    choose(page, "Son identité")
    page.click("text=Carte perdue")
    page.wait_for_selector("[data-card=none]:visible")
    assert not Card.objects.exists()
    assert not Shown.objects.exists()
    assert not Piece.objects.filter(record=record, kind="thread").exists()
    phone, _ = open_page(f"/carte/#{code}", width=PHONE)
    phone.wait_for_selector("text=Cette carte n’ouvre rien")


def test_a_professional_who_scans_it_finds_her_file(nurse, open_page, served):
    page, record = nurse
    code = give_card(page)
    page.goto(f"{served.url}/personnes/carte/#{code}")
    page.wait_for_url(f"{served.url}/personnes/{record}/")
    hugo, _ = open_page(f"/personnes/carte/#{code}", member=member("hugo"))
    hugo.wait_for_selector("text=ne mène à aucune fiche")


def test_the_secret_of_a_card_never_leaves_the_telephone(nurse, open_page, served):
    page, _ = nurse
    sent: list[str] = []
    page.on("request", lambda one: sent.append(f"{one.url} {one.post_data or ''} {one.headers}"))
    code = give_card(page)
    phone, _ = open_page("/carte/", width=PHONE)
    phone.on("request", lambda one: sent.append(f"{one.url} {one.post_data or ''} {one.headers}"))
    phone.goto(f"{served.url}/carte/#{code}")
    opened(phone)
    plain = code.replace("-", "")
    assert len(sent) >= 4
    assert not [
        line for line in sent if plain[:10] in re.sub(r"[-#]", "", line).split("carte/")[-1]
    ]
    assert phone.context.cookies() == []


def test_leave_fast_leaves_nothing_behind(nurse, open_page, served):
    page, _ = nurse
    code = give_card(page)
    choose(page, "Son identité")
    phone, _ = open_page(f"/carte/#{code}", width=PHONE)
    opened(phone)
    phone.route("https://meteofrance.com/", lambda route: route.fulfill(body="Beau temps"))
    phone.click("text=Quitter vite")
    phone.wait_for_url("https://meteofrance.com/")
    phone.evaluate("() => { setTimeout(() => history.back(), 0); }")
    phone.wait_for_timeout(400)
    assert "voisine" not in phone.content()
