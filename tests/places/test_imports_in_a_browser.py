"""The pages of an import in a real browser: on a phone, by keyboard, without JavaScript."""

import pytest
from django.urls import reverse

from ruche.places.imports import actions
from ruche.places.imports.formats import FORMATS
from ruche.places.models import ImportBatch
from tests.browser.promises import accessibility_faults, overflow, small_targets
from tests.core.member_urls import member
from tests.places.importing import applied, sent, undone
from tests.places.register import a_site
from tests.places.test_imports import FAULTS, HEADERS, forty_sites

pytestmark = [pytest.mark.browser, pytest.mark.django_db, pytest.mark.usefixtures("world")]


def a_preview() -> ImportBatch:
    a_site("Aulnaie", commune="32013", address="9 rue")
    a_site("Boulaie des Prés", commune="32013")
    rows = forty_sites(FAULTS)
    rows[4][0] = "Boulaie des Pré"
    return sent(HEADERS, rows)


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("state", ["refused", "doubtful", "change", "applied", "undone", "work"])
def test_each_state_of_a_batch_is_accessible_and_fits(state, width, open_page):
    batch = a_preview()
    if state == "work":
        ImportBatch.objects.filter(pk=batch.pk).update(status="preparing")
    if state in {"applied", "undone"}:
        applied(batch)
    if state == "undone":
        undone(batch)
    path = reverse("places:import", args=[batch.pk])
    page, said = open_page(f"{path}?etat={state}", width=width, member=member("ines"))
    assert said == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
    assert accessibility_faults(page) == []


def test_a_file_is_imported_by_keyboard_without_javascript(open_page, tmp_path):
    form = FORMATS["lieux"]
    file = tmp_path / "lieux.csv"
    from ruche.core.spreadsheets import as_csv

    file.write_bytes(as_csv(HEADERS, forty_sites()))
    path = reverse("places:new-import")
    page, _ = open_page(path, script=False, width=360, member=member("ines"))
    page.get_by_label("Ce que contient le fichier").select_option(form.key)
    page.get_by_label("Fichier", exact=True).set_input_files(str(file))
    page.get_by_role("button", name="Envoyer et vérifier").press("Enter")
    page.get_by_role("button", name="Continuer vers l’aperçu").press("Enter")
    page.get_by_role("button", name="Enregistrer 40 lignes").press("Enter")
    assert page.locator("h1").inner_text() == "Le fichier est importé"
    page.get_by_role("link", name="Annuler cet import").press("Enter")
    page.get_by_role("button", name="Annuler cet import").press("Enter")
    assert page.locator("h1").inner_text() == "L’import est annulé"


def test_the_progress_page_goes_on_by_itself_when_the_work_is_done(open_page):
    batch = a_preview()
    ImportBatch.objects.filter(pk=batch.pk).update(status="preparing")
    page, _ = open_page(reverse("places:import", args=[batch.pk]), member=member("ines"))
    assert page.locator("progress").count() == 1
    actions.prepare(ImportBatch.objects.get(pk=batch.pk))
    page.wait_for_selector("text=Ce que ce fichier changerait")
