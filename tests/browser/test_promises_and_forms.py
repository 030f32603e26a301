"""What was promised comes back, a form of the interface is used offline, facts are crossed."""

import pytest
from django.utils import timezone

from ruche.encounters.models import Deposit, Facts, MeasuringCircle, Promise
from ruche.seances.models import Team
from ruche.tallies.models import Tally
from tests.browser.meetings import (
    meet,
    open_client,
    save,
    send_all,
    tap,
    ten_seconds_pass,
    unsent,
)
from tests.browser.promises import accessibility_faults, overflow
from tests.browser.vault_gestures import errors, open_vault
from tests.conftest import session_cookie
from tests.core.member_urls import member, organisation, site

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


# ----------------------------------------------------------------------------- promises


def prepare_bag(page, url):
    open_client(page, url)
    ask_for_bag(page)
    page.wait_for_selector("[data-ruche-locked]")


def ask_for_bag(page):
    page.locator("text=Préparer le sac").first.click()
    page.get_by_role("button", name="Préparer le sac").click()


@pytest.fixture
def ready(world, open_page, served):
    """Odile’s telephone: her vault is open, her day is shown."""
    page, _ = open_page("/coffre/", width=360, member=member("odile"))
    page.clock.install()
    open_vault(page, served.url, then="/personnes/")
    open_client(page, served.url)
    return page


def open_bag(page):
    from ruche.desk.demo.vault import PHRASE

    page.fill("input[type=password]", PHRASE)
    page.click("text=Ouvrir le sac")
    page.wait_for_selector("main li strong")


def test_what_was_promised_here_is_counted_locked_and_read_with_the_bag(world, open_page, served):
    page, said = open_page("/coffre/", width=360, member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    open_client(page, served.url)
    assert page.get_attribute("[data-ruche-due]", "data-ruche-due") == "3"
    prepare_bag(page, served.url)
    page.context.set_offline(True)
    assert "prix des lunettes" not in page.inner_text("main")
    open_bag(page)
    assert "Rappeler : donner le prix des lunettes" in page.inner_text("main").replace("\xa0", " ")
    assert [line for line in errors(said) if "INTERNET" not in line] == []


def test_a_promise_that_was_kept_leaves_the_list_and_a_new_one_comes_back(world, open_page, served):
    page, _ = open_page("/coffre/", width=360, member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    prepare_bag(page, served.url)
    page.context.set_offline(True)
    open_bag(page)
    page.click("text=Retour à ma journée")
    meet(page)
    tap(page, "Connue")
    page.locator("[data-mode=known] .pick").first.click()
    page.locator("[data-promised] .pick").first.click()
    tap(page, "Apporter une information")
    page.fill("[name=promised]", "les horaires du dentiste")
    save(page)
    ten_seconds_pass(page)
    page.context.set_offline(False)
    send_all(page)
    assert Promise.objects.count() == 2
    deposit = Deposit.objects.get()
    assert deposit.site == site()
    assert deposit.month.day == 1


def test_a_bag_is_prepared_while_the_page_takes_up_the_vault(ready):
    held = []
    ready.route("**/coffre/moitie/", lambda route: held.append(route))
    with ready.expect_request("**/coffre/moitie/"):
        ready.reload()
    ask_for_bag(ready)
    ready.wait_for_timeout(200)
    for route in held:
        route.continue_()
    ready.wait_for_selector("[data-ruche-locked]")


def test_an_idle_form_closes_the_vault_and_hears_that_it_opens_again(ready, served):
    ready.clock.fast_forward(16 * 60_000)
    ask_for_bag(ready)
    ready.wait_for_selector("text=Ouvrez d’abord votre coffre")
    other = ready.context.new_page()
    open_vault(other, served.url, then="/personnes/")
    ready.get_by_role("button", name="Préparer le sac").click()
    ready.wait_for_selector("[data-ruche-locked]")


def test_the_bag_of_another_is_not_prepared(ready, served):
    ready.context.add_cookies([session_cookie(member("rose"), served.url)])
    ask_for_bag(ready)
    ready.wait_for_selector("text=Une autre personne s’est connectée")


def test_a_bag_is_not_prepared_without_network(ready):
    ready.context.set_offline(True)
    ask_for_bag(ready)
    ready.wait_for_selector("text=Le serveur ne répond pas")
    ready.context.set_offline(False)
    ready.get_by_role("button", name="Préparer le sac").click()
    ready.wait_for_selector("[data-ruche-locked]")


def test_the_bag_is_empty_at_return(world, open_page, served):
    page, _ = open_page("/coffre/", width=360, member=member("odile"))
    open_vault(page, served.url, then="/personnes/")
    prepare_bag(page, served.url)
    page.click("text=Vider le sac")
    page.wait_for_selector("[data-ruche-locked]", state="detached")
    held = page.evaluate(
        """async (member) => {
          const asked = indexedDB.open("ruche-saisie");
          const base = await new Promise((ok) => { asked.onsuccess = () => ok(asked.result); });
          const found = base.transaction("gardé").objectStore("gardé").getAllKeys();
          return new Promise((ok) => {
            found.onsuccess = () => { base.close(); ok(found.result); };
          });
        }"""
    )
    assert held
    assert not [name for name in held if name.startswith("sac")]


# -------------------------------------------------------------------------------- forms


def test_a_form_made_from_the_interface_is_used_offline_by_a_partner_and_counted(
    world, open_page, served
):
    ines, _ = open_page("/rencontres/formulaires/nouveau/", member=member("ines"))
    ines.get_by_label("Titre").fill("Écoute des droits")
    fill_question(ines)
    ines.locator(".maker-end button").click()
    ines.wait_for_selector("text=Qui l’utilise")
    team = Team.objects.get(organisation=organisation("droits"))
    ines.get_by_label("À qui").select_option(str(team.pk))
    ines.get_by_role("button", name="Confier").click()
    ines.wait_for_selector(f"main >> text={team.name}")
    paul, said = open_page("/saisie/", width=360, member=member("paul"))
    open_client(paul, served.url)
    paul.context.set_offline(True)
    paul.reload()
    paul.wait_for_selector(".day-card")
    meet(paul)
    tap(paul, "Logement")
    save(paul)
    ten_seconds_pass(paul)
    assert unsent(paul) == 1
    paul.context.set_offline(False)
    send_all(paul)
    counted = Tally.objects.filter(team=team).order_by("measure")
    assert [(one.measure.split(".")[-1], one.total) for one in counted] == [
        ("logement", 1),
        ("met", 1),
    ]
    assert not Deposit.objects.exists()
    assert [line for line in errors(said) if "INTERNET" not in line] == []


def fill_question(page):
    """One question of several answers, counted as a theme."""
    page.click("#ajouter-question")
    question = page.locator(".maker-question")
    question.get_by_label("Ce que l’on demande").fill("De quoi avons-nous parlé ?")
    question.get_by_label("Réponses", exact=True).select_option("many")
    question.get_by_label("Compter").select_option("theme")
    answers = question.locator(".maker-answers [type=text]")
    answers.nth(0).fill("Logement")
    answers.nth(1).fill("Travail")


def test_a_volunteer_counts_who_comes_and_keeps_nothing_of_anyone(world, open_page, served):
    page, _ = open_page("/saisie/", width=360, member=member("maite"))
    open_client(page, served.url)
    meet(page)
    assert page.locator("[name=mode], textarea").count() == 0
    tap(page, "65 à 79 ans")
    tap(page, "Se déplacer")
    save(page)
    ten_seconds_pass(page)
    send_all(page)
    assert Tally.objects.get(measure="accueil.demande.transport").total == 1
    assert not Tally.objects.filter(team=None, shape="team_week").exists()
    assert not Deposit.objects.exists()


# -------------------------------------------------------------------------------- facts


def test_those_who_measure_cross_facts_in_their_browser(world, open_page, served):
    page, said = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/rencontres/croiser/")
    page.wait_for_selector("tbody tr")
    page.select_option("[data-field=form]", "sante")
    page.select_option("[data-field=columns]", "genre")
    total = page.locator("tbody tr").last.locator("td").last.inner_text()
    assert int(total.replace("\u202f", "")) > 0
    page.check("[data-field=persons]")
    once = page.locator("tbody tr").last.locator("td").last.inner_text()
    assert int(once.replace("\u202f", "")) < int(total.replace("\u202f", ""))
    with page.expect_download() as saved:
        page.click("text=Télécharger, arrondi à 5 près")
    lines = saved.value.path().read_text(encoding="utf-8-sig").splitlines()
    numbers = [int(cell) for line in lines[1:-1] for cell in line.split(";")[1:]]
    assert numbers
    assert all(number % 5 == 0 for number in numbers)
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert accessibility_faults(page) == []
        assert overflow(page) <= 0
    assert errors(said) == []


def test_facts_sealed_one_by_one_are_sealed_together_and_none_is_lost(
    world, open_page, served, monkeypatch
):
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/rencontres/croiser/")
    page.wait_for_selector("tbody tr")
    before = page.inner_text("[data-ruche-told]")
    envelopes = Facts.objects.count()
    grouped = page.evaluate(
        """async () => {
          const found = performance.getEntriesByType("resource").map(({ name }) => name);
          const url = found.find((name) => name.includes("/encounters/facts-opening"));
          const { openFacts, groupFacts } = await import(url);
          const circle = document.querySelector("[data-ruche-crossing]").dataset.rucheCrossing;
          const { opened } = await openFacts(circle);
          return groupFacts(circle, opened, { loose: 1 });
        }"""
    )
    assert grouped == envelopes
    assert [one.is_block for one in Facts.objects.all()] == [True]
    page.reload()
    page.wait_for_selector("tbody tr")
    assert page.inner_text("[data-ruche-told]") == before


def test_facts_that_had_their_time_are_left_out_for_ever(world, open_page, served):
    circle = MeasuringCircle.objects.get().circle
    circle.retention_months = 1
    circle.save()
    page, _ = open_page("/coffre/", member=member("odile"))
    open_vault(page, served.url, then="/rencontres/croiser/")
    page.wait_for_selector("tbody tr")
    this_month = f"{timezone.localdate():%Y-%m}"
    kept = page.evaluate(
        """async (oldest) => {
          const found = performance.getEntriesByType("resource").map(({ name }) => name);
          const url = found.find((name) => name.includes("/encounters/facts-opening"));
          const { openFacts, groupFacts } = await import(url);
          const circle = document.querySelector("[data-ruche-crossing]").dataset.rucheCrossing;
          await groupFacts(circle, (await openFacts(circle)).opened, { oldest });
          return (await openFacts(circle)).facts.map(({ month }) => month);
        }""",
        this_month,
    )
    assert set(kept) == {this_month}
