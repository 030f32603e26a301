"""What people come to do, done as they do it: by keyboard, on a phone, without script, on paper."""

import pytest
from playwright.sync_api import expect

from tests.browser.promises import active
from tests.world import BAS_ARMAGNAC, GERS

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("world")]

PORTRAIT = f"/portraits/{BAS_ARMAGNAC}/"


def press(page, key: str, *, until: str, most: int = 60) -> None:
    """Press a key until the element has the focus; fail rather than press for ever."""
    for _ in range(most):
        if page.locator(until).first.evaluate("(wanted) => wanted === document.activeElement"):
            return
        page.keyboard.press(key)
    pytest.fail(f"{until} ne reçoit jamais le focus")


def test_one_finds_a_territory_with_the_keyboard_alone(open_page):
    page, said = open_page("/portraits/")
    press(page, "Tab", until="main input[type=search]")
    page.keyboard.type("bas arm", delay=20)
    suggestion = page.locator(".suggestions a").first
    expect(suggestion).to_contain_text("Bas-Armagnac")
    expect(page.locator("#annonces")).to_have_text("1 suggestion")
    press(page, "Tab", until=".suggestions a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{PORTRAIT}")
    expect(page.locator("h1")).to_have_text("Bas-Armagnac")
    assert said == []


def test_the_enter_key_searches_what_was_typed(open_page):
    page, _ = open_page("/")
    page.locator("main input[type=search]").fill("mirande")
    page.keyboard.press("Enter")
    page.wait_for_url("**/portraits/32256/")


def test_changing_the_reference_keeps_the_focus_and_tells_what_changed(open_page):
    page, said = open_page(PORTRAIT)
    choice = page.locator("#id_reference")
    choice.focus()
    choice.select_option("france")
    expect(page.locator("#annonces")).to_contain_text("Portrait mis à jour : Bas-Armagnac")
    expect(page.locator("#annonces")).to_contain_text("France")
    expect(page.locator(".portrait-table thead .chosen").first).to_have_text("France")
    assert active(page, "id") == "id_reference"
    assert page.url.endswith("reference=france")
    assert said == []
    page.reload()
    expect(page.locator("#id_reference")).to_have_value("france")
    expect(page.locator(".portrait-table thead .chosen").first).to_have_text("France")


def test_going_back_shows_the_reference_that_was_there(open_page):
    page, _ = open_page(PORTRAIT)
    page.locator("#id_reference").select_option("region")
    expect(page.locator(".portrait-table thead .chosen").first).to_have_text("Occitanie")
    page.go_back()
    expect(page.locator(".portrait-table thead .chosen").first).to_have_text("Gers")
    expect(page.locator("#id_reference")).to_have_value("departement")


def test_the_map_changes_with_the_indicator(open_page):
    page, said = open_page("/portraits/", width=360)
    page.locator("#id_indicateur").select_option("pop_75p")
    expect(page.locator("#resultat h3")).to_contain_text("75 ans ou plus")
    expect(page.locator("#annonces")).to_contain_text("mis à jour")
    assert active(page, "id") in {"id_indicateur", ""}
    assert said == []


@pytest.mark.parametrize("script", [True, False])
def test_one_compares_two_territories_chosen_by_name(open_page, script):
    page, _ = open_page("/portraits/comparer/", script=script)
    for name in ("bas armagnac", "gers"):
        page.get_by_label("Ajouter un territoire").last.fill(name)
        page.get_by_role("button", name="Chercher").click()
        page.get_by_role("link", name="Ajouter").first.click()
    heads = page.locator("#tableau ~ .table-block, #tableau ~ * table").first.locator("thead th")
    expect(heads).to_have_text(["Indicateur", "Bas-Armagnac", "Gers"])


def test_without_script_one_finds_reads_and_changes_the_reference(open_page):
    page, _ = open_page("/portraits/", script=False)
    page.locator("main input[type=search]").fill("bas-armagnac")
    page.get_by_role("button", name="Rechercher").click()
    page.wait_for_url(f"**{PORTRAIT}")
    page.locator("#id_reference").select_option("france")
    page.locator("form[aria-label='Choisir la référence'] button").click()
    page.wait_for_url("**reference=france")
    expect(page.locator(".portrait-table thead .chosen").first).to_have_text("France")


def test_without_script_one_goes_to_a_neighbour(open_page):
    page, _ = open_page(PORTRAIT, script=False)
    page.locator("#id_territoire").select_option(label="Ténarèze")
    page.get_by_role("button", name="Aller", exact=True).click()
    expect(page.locator("h1")).to_have_text("Ténarèze")


def test_without_script_the_map_changes_with_the_indicator(open_page):
    page, _ = open_page("/portraits/", script=False)
    page.locator("#id_indicateur").select_option("log_vac")
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator("#resultat h3")).to_contain_text("logements vacants")


def test_paper_carries_the_figures_without_the_tools(open_page):
    page, _ = open_page(PORTRAIT)
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".portrait-table").first).to_be_visible()
    for tools in (".portrait-tools", ".site-nav", "#emporter", ".skip-links"):
        for tool in page.locator(tools).all():
            expect(tool).to_be_hidden()


def test_a_portrait_is_read_with_letters_twice_as_large(open_page):
    page, _ = open_page(f"/portraits/{GERS}/", width=800)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
