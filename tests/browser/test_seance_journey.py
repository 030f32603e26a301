"""The whole path of a séance, by hand: from a new site to the month's counts."""

import re

import pytest
from django.core import mail
from django.utils import timezone
from playwright.sync_api import expect

from ruche.places.models import Opening, Site
from ruche.seances.models import Count, Participation, Seance
from tests.core.member_urls import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PHONE = 360


def link_in(letter: mail.EmailMessage, what: str) -> str:
    """The address of a link in an e-mail, without its host."""
    found = re.search(rf"https?://[^/\s]+(/{what}/\S+)", letter.body)
    assert found, letter.body
    return found[1]


def test_from_a_new_site_to_the_counts_of_the_month(
    world, open_page, served, settings, django_capture_on_commit_callbacks
):
    coordinator = member("ines")
    page, said = open_page("/lieux/nouveau/", member=coordinator)

    # a site, and its hours: « 1er et 3e mardi, 14 h–16 h 30 »
    page.fill("[name=name]", "La Salle neuve")
    page.fill("[name=commune_name]", "Preignan")
    page.fill("[name=address]", "2 place de l’Exemple")
    page.click("main button:has-text('Enregistrer')")
    page.wait_for_url(re.compile(r"/lieux/[0-9a-f-]{36}/$"))
    site = Site.objects.get(name="La Salle neuve")
    page.click("text=Ajouter un horaire")
    page.select_option("[name=slot1_rhythm]", "monthly")
    for value in ("1", "3"):
        page.check(f"[name=slot1_ranks][value='{value}']")
    page.check("[name=slot1_days][value='1']")
    page.fill("[name=slot1_start]", "14:00")
    page.fill("[name=slot1_end]", "16:30")
    page.click("text=Prévisualiser")
    page.wait_for_selector("text=1er et 3e mardi")
    page.click("main button:has-text('Enregistrer')")
    page.wait_for_url(re.compile(r"/lieux/[0-9a-f-]{36}/$"))
    assert Opening.objects.get(site=site).rule.startswith("Tu[1,3] 14:00-16:30")

    # a séance today, so that it can be held; a partner is asked
    today = timezone.localdate()
    page.goto(served.url + "/seances/nouvelle/")
    page.select_option("[name=site]", str(site.pk))
    page.fill("[name=day]", str(today))
    page.fill("[name=starts]", "14:00")
    page.fill("[name=ends]", "16:30")
    page.click("main button:has-text('Ouvrir')")
    page.wait_for_url(re.compile(r"/seances/[0-9a-f-]{36}/$"))
    seance = Seance.objects.get(site=site)
    with django_capture_on_commit_callbacks(execute=True):
        page.click("text=Solliciter une équipe")
        team = page.locator("[name=team] option", has_text="Permanence des droits")
        page.select_option("[name=team]", team.get_attribute("value"))
        page.click("text=Continuer")
        with page.expect_navigation():
            page.click("text=Solliciter cette équipe")
    letter = next(one for one in mail.outbox if "rights@" in one.to[0])

    # the partner answers on a phone, without an account
    phone, _ = open_page(link_in(letter, "seances/reponse"), width=PHONE)
    assert Participation.objects.get(seance=seance).answer == "asked"
    with phone.expect_navigation():
        phone.click("text=Oui, nous venons")
    assert Participation.objects.get(seance=seance).answer == "confirmed"

    # a volunteer counts by her link, on a phone
    page.goto(f"{served.url}/seances/{seance.pk}/compter/")
    page.click("text=Créer un lien de comptage")
    page.wait_for_selector("code, .key")
    shown = re.search(r"/seances/compter/[\w-]+/", page.content())
    assert shown
    volunteer, heard = open_page(shown[0], width=PHONE)
    for total in ("1", "2"):
        volunteer.locator("button:has-text('+ 1')").first.click()
        expect(volunteer.locator(".tile-total").first).to_have_text(total)
    assert sum(Count.objects.filter(seance=seance).values_list("total", flat=True)) == 2

    # held, then the counts of the month
    page.goto(f"{served.url}/seances/{seance.pk}/")
    page.click("text=La séance s’est tenue")
    with page.expect_navigation():
        page.click("main form button[type=submit] >> nth=0")
    seance.refresh_from_db()
    assert seance.status == "held"
    page.goto(served.url + "/seances/comptages/")
    assert page.locator("text=La Salle neuve").first.is_visible()
    assert not [line for line in [*said, *heard] if "erreur" in line]
