"""Each page of members in a real browser: for all eyes, all hands, all screens."""

import pytest
from django.core import mail

from ruche.accounts.enums import Thing, Verb
from tests.browser.promises import (
    accessibility_faults,
    broken_promises,
    overflow,
    small_targets,
)
from tests.browser.vault_gestures import open_vault
from tests.core.member_urls import MEMBER_ADDRESSES, member

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

OPENED = ("vault:", "people:", "encounters:tray", "encounters:crossing")
"""Pages that the vault fills."""

PAGES = [name for name, address in MEMBER_ADDRESSES.items() if address.page]


def reader_of(name: str) -> str:
    """The character to whom a page opens: the coordinator, unless it is not for her."""
    needs = MEMBER_ADDRESSES[name].needs
    others = {Thing.JOURNAL: "solange", Thing.CIRCLE: "odile", Thing.PERSON: "odile"}
    if needs == (Verb.COUNT, Thing.ENCOUNTER):
        return "odile"  # a coordinator meets nobody
    return others.get(needs[1], "ines") if needs else "ines"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_members_is_accessible_and_fits(name, world, open_page):
    path = MEMBER_ADDRESSES[name].path(name)
    page, said = open_page(path, member=member(reader_of(name)))
    assert said == []
    assert broken_promises(page) == []


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith(OPENED)])
def test_a_page_whose_vault_is_open_is_accessible_and_fits(name, world, open_page, served):
    path = MEMBER_ADDRESSES[name].path(name)
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then=path)
    page.wait_for_load_state("networkidle")
    assert said == []
    assert broken_promises(page) == []


def test_the_letters_fit_a_telephone(world, open_page, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    link = f"http://localhost:8000/seances/reponse/{'x' * 32}/"
    subject = "Castéra-Verduzan, mercredi 23 décembre : votre équipe peut-elle venir ?"
    mail.send_mail(subject, f"Répondez ici :\n{link}\n", None, ["adresse-longue@exemple.invalid"])
    page, said = open_page("/accueil/courriels/", width=360, member=member("ines"))
    page.click("summary")
    page.wait_for_selector(f"a[href='{link}']")
    assert (overflow(page), small_targets(page), accessibility_faults(page)) == (0, [], [])
    assert said == []
