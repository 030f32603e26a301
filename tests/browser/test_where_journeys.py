"""« Où et quand » as people come to it: by keyboard, by position, in Arabic, without script.

Mirande has a nurse in three days, in a hall; Miélan has another, farther. Nothing else is open.
"""

import re
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import icalendar
import pytest
from playwright.sync_api import expect

from ruche.places.models import Report, Site
from tests.browser.promises import active, overflow
from tests.browser.test_journeys import press
from tests.public.test_where import MIELAN, MIRANDE, nurses_at, site_in
from tests.seances.field import in_days

pytestmark = pytest.mark.browser

WHERE = "/ou-et-quand/fr/"
NURSES_NEAR_MIRANDE = "?commune=Mirande&besoin=health&jours=7"
PHONE = 360
FIRST_SITE = ".where-card h3 a"
AROUND = "[data-where-around]"
REPORT = "a:has-text('Signaler une erreur')"
REFUSED = "Votre appareil n’a pas donné sa position : écrivez votre commune."
THANKS = "Merci. Votre message est arrivé."

FOCUS_IS_SEEN = """() => {
  const one = document.activeElement;
  const { top, bottom } = one.getBoundingClientRect();
  const isDrawn = (part) => parseFloat(getComputedStyle(part).outlineWidth) >= 2
    && getComputedStyle(part).outlineStyle === "solid";
  return top >= 0 && bottom <= innerHeight && [one, ...(one.labels ?? [])].some(isDrawn);
}"""

SIDES_OF_WORDS = """(element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const { left, right } = range.getBoundingClientRect();
  return [left, document.documentElement.clientWidth - right];
}"""

FIGURES_FROM_THE_LEFT = """({ firstChild: text }) => {
  const xs = [...text.data].flatMap((figure, index) => {
    if (figure === " ") return [];
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + 1);
    return [range.getBoundingClientRect().x];
  });
  return xs.length > 1 && xs.every((x, index) => index === 0 || x > xs[index - 1]);
}"""

A_TILE = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'


@pytest.fixture(autouse=True)
def hall(world) -> Site:
    Site.objects.update(closed_on=date(2020, 1, 1))
    hall = site_in(MIRANDE, name="La Halle", phone="05 62 01 23 45")
    for site in (hall, site_in(MIELAN, name="Le Foyer")):
        nurses_at(site, in_days(3))
    return hall


def tab_to(page, wanted: str) -> None:
    """Reach an element with the Tab key, and see that it is reached."""
    press(page, "Tab", until=wanted)
    page.wait_for_function(FOCUS_IS_SEEN)  # the page may still be scrolling


def addresses_asked_by(page) -> list[str]:
    """What the page asks for from now on, here or elsewhere."""
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    return asked


def hosts(addresses: list[str]) -> set[str]:
    return {urlsplit(address).netloc for address in addresses}


def query_of(page) -> dict[str, list[str]]:
    return parse_qs(urlsplit(page.url).query)


# ------------------------------------------------------------------------------- keyboard


def test_one_finds_and_opens_a_site_with_the_keyboard_alone(open_page):
    page, said = open_page(WHERE)
    tab_to(page, ".skip-links a")
    page.keyboard.press("Enter")
    assert active(page, "id") == "contenu"
    tab_to(page, ".where-ask summary")
    tab_to(page, "#commune")
    page.keyboard.type("Mirande")
    tab_to(page, "#besoin-tout")
    press(page, "ArrowDown", until="#besoin-health")
    page.wait_for_function(FOCUS_IS_SEEN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?commune=Mirande&besoin=health&**")
    expect(page.locator(FIRST_SITE)).to_have_text(["La Halle", "Le Foyer"])
    tab_to(page, FIRST_SITE)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("La Halle")
    assert said == []


def test_one_reports_an_error_with_the_keyboard_alone(open_page, hall):
    page, said = open_page(f"{WHERE}lieux/{hall.pk}/")
    tab_to(page, REPORT)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Signaler une erreur")
    tab_to(page, "#kind-hours")
    page.keyboard.press("Space")
    press(page, "ArrowDown", until="#kind-closed")
    tab_to(page, "#message")
    page.keyboard.type("La porte était fermée")
    tab_to(page, ".where-report [type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator("main [role=status]")).to_have_text(THANKS)
    told = Report.objects.get(site=hall)
    assert (told.kind, told.message, told.language) == ("closed", "La porte était fermée", "fr")
    assert said == []


# ------------------------------------------------------------------------------- position


def test_a_position_leaves_the_telephone_to_a_kilometre_only(open_page):
    page, said = open_page(WHERE)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 43.51537, "longitude": 0.40421})
    asked = addresses_asked_by(page)
    page.get_by_label("Santé").check()
    page.get_by_role("button", name="Autour de moi").click()
    page.wait_for_url("**position=**")
    assert query_of(page)["position"] == ["43.52,0.40"]
    assert query_of(page)["besoin"] == ["health"]
    assert not [address for address in asked if re.search(r"43\.\d{3}|0\.404", address)]
    expect(page.locator("#lieux")).to_have_text("Autour de vous")
    expect(page.locator(FIRST_SITE).first).to_have_text("La Halle")
    assert said == []


def test_a_position_that_is_refused_is_said_and_the_search_goes_on(open_page):
    page, said = open_page(WHERE)
    page.click(AROUND)
    expect(page.get_by_role("alert")).to_have_text(REFUSED)
    expect(page.locator(AROUND)).to_be_enabled()
    expect(page.locator("#commune")).to_be_focused()
    page.keyboard.type("Mirande")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?commune=Mirande&**")
    expect(page.locator(FIRST_SITE).first).to_have_text("La Halle")
    assert said == []


# --------------------------------------------------------------------------------- Arabic


@pytest.fixture
def arabic(open_page):
    page, said = open_page(f"/ou-et-quand/ar/{NURSES_NEAR_MIRANDE}", width=PHONE)
    yield page
    assert said == []


def test_on_a_phone_in_arabic_the_list_is_read_from_the_right(arabic):
    expect(arabic.locator("html")).to_have_attribute("lang", "ar")
    expect(arabic.locator("html")).to_have_attribute("dir", "rtl")
    assert overflow(arabic) <= 0
    left, right = arabic.locator(".where-card h3").first.evaluate(SIDES_OF_WORDS)
    assert right < left


def test_in_arabic_a_telephone_number_is_read_from_the_left(arabic):
    number = ".where-card a[href^='tel:'], .answers a[href^='tel:']"
    assert arabic.locator(number).evaluate(FIGURES_FROM_THE_LEFT)
    arabic.click(FIRST_SITE)
    expect(arabic.locator("h1")).to_have_text("La Halle")
    assert arabic.locator(number).evaluate(FIGURES_FROM_THE_LEFT)


def test_in_arabic_a_date_is_put_in_a_diary(arabic):
    arabic.click(FIRST_SITE)
    expect(arabic.locator("h1")).to_have_text("La Halle")
    with arabic.expect_download() as waiting:
        arabic.locator("#dates ~ .dates a.diary").first.click()
    assert waiting.value.suggested_filename.endswith(".ics")
    told = icalendar.Calendar.from_ical(Path(waiting.value.path()).read_bytes())
    assert [event["DTSTART"].dt.date() for event in told.walk("VEVENT")] == [in_days(3)]


# --------------------------------------------------------------------------- without script


def test_without_script_one_searches_and_opens_a_site(open_page, served):
    page, _ = open_page(WHERE, script=False)
    expect(page.locator(AROUND)).to_be_hidden()
    page.fill("#commune", "Mirande")
    page.click("label[for=besoin-health]")
    page.click("label[for=jours-7]")
    page.get_by_role("button", name="Chercher").click()
    expect(page).to_have_url(served.url + WHERE + NURSES_NEAR_MIRANDE)
    page.click(FIRST_SITE)
    expect(page.locator("h1")).to_have_text("La Halle")


def test_without_script_one_reports_an_error(open_page, hall):
    page, _ = open_page(f"{WHERE}lieux/{hall.pk}/", script=False)
    page.click(REPORT)
    page.click("label[for=kind-hours]")
    page.fill("#message", "Plutôt le jeudi")
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("main [role=status]")).to_have_text(THANKS)
    assert Report.objects.get(site=hall).message == "Plutôt le jeudi"


def test_without_script_one_changes_the_language_of_a_site(open_page, hall):
    page, _ = open_page(f"{WHERE}lieux/{hall.pk}/", script=False)
    page.get_by_role("link", name="العربية").click()
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    page.get_by_role("link", name="Français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("h1")).to_have_text("La Halle")


# -------------------------------------------------------------------------- map, languages


def test_a_list_and_a_site_ask_nothing_of_others_nor_the_map_that_moves(open_page, served):
    page, _ = open_page("/")
    asked = addresses_asked_by(page)
    page.goto(served.url + WHERE + NURSES_NEAR_MIRANDE, wait_until="networkidle")
    page.click(FIRST_SITE)
    expect(page.locator("h1")).to_have_text("La Halle")
    page.wait_for_load_state("networkidle")
    assert hosts(asked) == {urlsplit(served.url).netloc}
    assert [address for address in asked if address.endswith("where.js")]
    assert not [address for address in asked if "leaflet" in address]


def test_the_background_of_the_map_waits_for_a_click(open_page, served, settings):
    tiles, ours = urlsplit(settings.MAP_TILES).netloc, urlsplit(served.url).netloc
    page, said = open_page(WHERE + NURSES_NEAR_MIRANDE)
    page.route(f"https://{tiles}/**", with_a_tile)
    asked = addresses_asked_by(page)
    page.get_by_role("link", name="Ouvrir la carte détaillée").click()
    expect(page.locator("h1")).to_have_text("Carte des lieux")
    page.wait_for_load_state("networkidle")
    assert hosts(asked) == {ours}
    with page.expect_response(f"https://{tiles}/**"):
        page.get_by_role("button", name="Ouvrir la carte détaillée").click()
    expect(page.locator(".slippy-pin")).to_have_count(2)
    assert hosts(asked) == {ours, tiles}
    assert said == []


def with_a_tile(route) -> None:
    route.fulfill(body=A_TILE, content_type="image/svg+xml")


def test_a_search_is_kept_in_another_language(open_page, served):
    page, _ = open_page(WHERE + NURSES_NEAR_MIRANDE)
    page.get_by_role("link", name="English").click()
    expect(page).to_have_url(f"{served.url}/ou-et-quand/en/{NURSES_NEAR_MIRANDE}")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#lieux")).to_have_text("Near Mirande")
    expect(page.locator(FIRST_SITE)).to_have_text(["La Halle", "Le Foyer"])
