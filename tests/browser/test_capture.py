"""The offline client in a real browser: written without network, sent once, read by nobody else."""

import pytest
from django.utils import timezone
from pypdf import PdfReader

from ruche.encounters import payloads
from ruche.encounters.models import Deposit, Facts, FormUse
from ruche.seances.models import Seance, Team
from ruche.tallies.models import SpentBatch, Tally
from tests.browser.meetings import (
    anonymous,
    meet,
    open_client,
    save,
    send_all,
    tap,
    ten_seconds_pass,
    unsent,
    wait_for_state,
)
from tests.browser.promises import accessibility_faults, broken_promises
from tests.browser.vault_gestures import errors, open_vault
from tests.conftest import session_cookie
from tests.core.member_urls import NURSES, member, site

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def met_this_week() -> int:
    team = Team.objects.get(name=NURSES)
    rows = Tally.objects.filter(team=team, measure="met").order_by("period")
    return sum(row.total for row in rows)


# ------------------------------------------------------------------------------ offline


def test_encounters_written_without_network_arrive_once(world, open_page, served):
    before, facts = met_this_week(), Facts.objects.count()
    page, said = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    page.context.set_offline(True)
    page.reload()
    page.wait_for_selector(".day-card")
    meet(page)
    for _ in range(5):
        anonymous(page)
    assert unsent(page) == 5
    wait_for_state(page, "5 envois en attente")
    ten_seconds_pass(page)
    page.context.set_offline(False)
    wait_for_state(page, "Tout est envoyé")
    assert unsent(page) == 0
    assert met_this_week() == before + 5
    assert SpentBatch.objects.count() == 1
    assert Facts.objects.count() == facts + 5
    assert Deposit.objects.count() == 0
    assert [line for line in errors(said) if "INTERNET_DISCONNECTED" not in line] == []


def test_a_note_stays_sealed_until_someone_of_the_circle_files_it(world, open_page, served):
    page, said = open_page("/coffre/", width=360, member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    open_client(page, served.url)
    meet(page)
    tap(page, "Nouvelle")
    page.fill("[name=given]", "Lucette-Canari")
    tap(page, "jamais")
    tap(page, "À rappeler")
    page.fill("[name=promised]", "le prix des lunettes")
    save(page)
    ten_seconds_pass(page)
    send_all(page)
    assert Deposit.objects.get().site == site()
    rose, _ = open_page("/coffre/", member=member("rose"))
    open_vault(rose, served.url, then="/rencontres/a-ranger/")
    rose.wait_for_selector("[data-ruche-deposits] li")
    shown = rose.inner_text("[data-ruche-deposits]")
    assert "Lucette-Canari" in shown
    assert "le prix des lunettes" in shown
    assert "pas reconnu" not in shown  # the phone was vouched for
    rose.click("text=Nouvelle fiche")
    rose.wait_for_function(
        "() => document.querySelector('[data-ruche-told]').textContent === 'Tout est rangé.'"
    )
    assert Deposit.objects.count() == 0
    assert errors(said) == []


def test_an_encounter_is_taken_back_during_ten_seconds(world, open_page, served):
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    anonymous(page)
    assert unsent(page) == 1
    page.click("text=Annuler")
    page.wait_for_selector("text=Reprise")
    assert unsent(page) == 0
    chosen = page.locator(".pick:has(:checked)").all_inner_texts()
    assert "Dents" in chosen  # what was pressed is still there, to be mended


def test_a_family_is_written_like_the_one_before(world, open_page, served):
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    anonymous(page)
    page.click("text=Comme la précédente")
    tap(page, "homme")
    save(page)
    assert unsent(page) == 2


def test_the_phone_of_someone_who_is_not_signed_in_keeps_everything(world, open_page, served):
    before = met_this_week()
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    anonymous(page)
    page.context.clear_cookies()
    ten_seconds_pass(page)
    page.locator("[data-ruche-state] button").click()
    page.get_by_role("button", name="Envoyer maintenant").click()
    wait_for_state(page, "Votre session a pris fin")
    assert unsent(page) > 0
    assert met_this_week() == before
    page.context.add_cookies([session_cookie(member("odile"), served.url)])
    page.get_by_role("button", name="Envoyer maintenant").click()
    wait_for_state(page, "Tout est envoyé")
    assert met_this_week() == before + 1


def test_signing_out_waits_until_what_was_not_sent_is_safe(world, open_page, served):
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    anonymous(page)
    page.goto(f"{served.url}/deconnexion/")
    page.wait_for_selector("text=1 envoi n’est pas encore parti")
    assert page.locator("text=Me déconnecter").is_hidden()
    with page.expect_download() as saved:
        page.click("text=Les enregistrer dans un fichier scellé")
    assert b"Dents" not in saved.value.path().read_bytes()
    page.wait_for_selector("main >> text=Me déconnecter")
    page.click("main >> text=Me déconnecter")
    page.wait_for_url(f"{served.url}/")
    assert unsent(page) == 1  # signing out never empties an outbox


def test_another_device_sends_a_sealed_file(world, open_page, served, tmp_path):
    before = met_this_week()
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    anonymous(page)
    page.locator("[data-ruche-state] button").click()
    with page.expect_download() as saved:
        page.click("text=Enregistrer dans un fichier scellé")
    saved.value.save_as(tmp_path / "envois.ruche")
    other, _ = open_page("/saisie/", member=member("odile"))
    open_client(other, served.url)
    other.locator("[data-ruche-state] button").click()
    other.set_input_files("#fichier-scelle", tmp_path / "envois.ruche")
    other.wait_for_selector("text=1 envoi repris du fichier")
    other.get_by_role("button", name="Envoyer maintenant").click()
    wait_for_state(other, "Tout est envoyé")
    assert met_this_week() == before + 1


@pytest.mark.parametrize(
    "content", ["", "{", '{"mark": "autre"}', '{"mark": "ruche-envois-1", "items": [{}]}']
)
def test_a_file_that_is_not_ours_is_refused_whole(content, world, open_page, served, tmp_path):
    page, _ = open_page("/saisie/", member=member("odile"))
    open_client(page, served.url)
    page.locator("[data-ruche-state] button").click()
    (tmp_path / "faux.ruche").write_text(content)
    page.set_input_files("#fichier-scelle", tmp_path / "faux.ruche")
    page.wait_for_selector("text=Rien n’a été repris")
    assert unsent(page) == 0


def test_a_paper_sheet_is_entered_again_by_its_codes(world, open_page, served):
    before = met_this_week()
    page, _ = open_page("/saisie/", member=member("odile"))
    open_client(page, served.url)
    page.locator("text=Reprendre une feuille").first.click()
    lines = page.locator(".sheet-lines input")
    lines.first.focus()
    for _ in range(12):
        page.keyboard.type("a4 b1 c3 e3 eb f1")
        page.keyboard.press("Enter")
    page.wait_for_selector("text=12 rencontres de la feuille")
    send_all(page)
    assert met_this_week() == before + 12


def test_a_sheet_is_one_page_of_paper_for_twelve_people(world, open_page, served, tmp_path):
    """Every form that the demo gives, printed as the sheet itself asks to be."""
    seen: dict[str, int] = {}
    for use in FormUse.objects.order_by("pk"):
        who = use.team.members.first() if use.team else member("yvonne")
        here = (
            {"participations__team": use.team} if use.team else {"site__assignments__member": who}
        )
        seance = Seance.objects.filter(day__lte=timezone.localdate(), **here).last()
        page, said = open_page(f"/rencontres/feuille/{seance.pk}/{use.pk}/", member=who)
        assert page.locator(".sheet-grid tbody tr").count() == 12
        page.pdf(path=tmp_path / "sheet.pdf", prefer_css_page_size=True)
        printed = PdfReader(tmp_path / "sheet.pdf")
        words = printed.pages[0].extract_text()
        assert ("Se déconnecter" in words, said) == (False, [])
        seen[use.form.key] = len(printed.pages)
    assert set(seen) >= {"sante", "numerique", "budget", "accueil"}
    assert set(seen.values()) == {1}, seen


def test_an_unknown_code_stops_the_whole_sheet_and_says_where(world, open_page, served):
    page, _ = open_page("/saisie/", member=member("odile"))
    open_client(page, served.url)
    page.locator("text=Reprendre une feuille").first.click()
    page.locator(".sheet-lines input").nth(0).fill("a4 b1")
    page.locator(".sheet-lines input").nth(1).fill("a4 z9")
    page.click("text=Enregistrer la feuille")
    page.wait_for_selector("text=Ligne 2")
    assert unsent(page) == 0


# The day is asked for, its bag is slow to come; meanwhile a sheet is asked for.
HURRIED = """async (url) => {
  const { app, ready } = await import(url);
  await ready;
  let arrive;
  app.bag = () => new Promise((resolve) => { arrive = resolve; });
  const slow = app.show("day");
  await app.show("sheet", app.seancesOf(app.today)[0]);
  arrive(undefined);
  await slow;
}"""


def test_a_screen_that_is_slow_to_draw_never_covers_the_one_asked_for_after_it(
    world, open_page, served
):
    page, said = open_page("/saisie/", member=member("odile"))
    open_client(page, served.url)
    page.evaluate(HURRIED, page.locator("script[src*='capture/app']").first.evaluate("s => s.src"))
    page.locator(".sheet-lines input").nth(0).fill("a4 b1")
    assert page.locator(".day-card").count() == 0
    assert errors(said) == []


def test_a_client_that_is_too_old_is_told_so_on_a_clear_screen_and_loses_nothing(
    world, open_page, served, monkeypatch
):
    page, _ = open_page("/saisie/", width=360, member=member("odile"))
    open_client(page, served.url)
    meet(page)
    anonymous(page)
    ten_seconds_pass(page)
    monkeypatch.setattr(payloads, "OLDEST_CLIENT", payloads.CLIENT + 1)
    page.locator("[data-ruche-state] button").click()
    page.get_by_role("button", name="Envoyer maintenant").click()
    page.wait_for_selector("h1 >> text=Application à recharger")
    assert accessibility_faults(page) == []
    assert unsent(page) > 0
    monkeypatch.undo()
    page.click("text=Recharger l’application")
    page.wait_for_selector(".day-card")
    send_all(page)
    assert unsent(page) == 0


def test_each_screen_can_be_used_by_everyone(world, open_page, served):
    page, _ = open_page("/saisie/", member=member("odile"))
    open_client(page, served.url)
    gestures = (
        lambda: None,
        lambda: meet(page),
        lambda: page.locator("[data-ruche-state] button").click(),
        lambda: (
            page.click("text=Retour à ma journée"),
            page.locator("text=Reprendre une feuille").first.click(),
        ),
        lambda: (
            page.click("text=Retour à ma journée"),
            page.locator("text=Préparer le sac").first.click(),
        ),
    )
    for gesture in gestures:
        gesture()
        page.wait_for_selector("main h1")
        page.wait_for_timeout(200)
        assert broken_promises(page) == []
