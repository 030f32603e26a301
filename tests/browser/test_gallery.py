"""The gallery, thus every component, in a real browser: for all eyes, all hands, all screens."""

import pytest

from tests.browser.promises import accessibility_faults, active, overflow, small_targets

pytestmark = pytest.mark.browser

GALLERY = "/composants/"
RING = "rgb(11, 87, 208) solid 3px"


@pytest.fixture(autouse=True)
def core_alone(settings):
    settings.ROOT_URLCONF = "tests.core.urls"


@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_on_any_component(open_page, width):
    page, said = open_page(GALLERY, width=width)
    assert said == []
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert accessibility_faults(page) == []


def test_axe_sees_a_fault_where_there_is_one(open_page):
    page, _ = open_page(GALLERY)
    assert accessibility_faults(page) == []
    page.evaluate("document.querySelector('main').append(document.createElement('button'))")
    (fault,) = accessibility_faults(page)
    assert fault.startswith("button-name")


@pytest.mark.parametrize("width", [1280, 360, 320])
def test_one_never_scrolls_sideways(open_page, width):
    page, _ = open_page(GALLERY, width=width)
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert overflow(page) <= 0


def test_letters_twice_as_large_still_fit(open_page):
    page, _ = open_page(GALLERY, width=800)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert overflow(page) <= 0


@pytest.mark.parametrize("width", [1280, 360])
def test_a_finger_finds_every_control(open_page, width):
    page, _ = open_page(GALLERY, width=width)
    assert small_targets(page) == []


def test_the_first_key_shows_a_link_that_goes_to_the_content(open_page):
    page, _ = open_page(GALLERY)
    page.keyboard.press("Tab")
    assert active(page, "textContent") == "Aller au contenu"
    box = page.locator(":focus").bounding_box()
    assert box["y"] >= 0
    assert box["x"] >= 0
    page.keyboard.press("Enter")
    assert active(page, "id") == "contenu"


def test_the_control_that_has_the_focus_is_ringed(open_page):
    page, _ = open_page(GALLERY)
    page.keyboard.press("Tab")
    for _ in range(12):
        page.keyboard.press("Tab")
        ring = page.evaluate("getComputedStyle(document.activeElement).outline")
        assert ring == RING, active(page, "outerHTML")


@pytest.mark.parametrize("width", [1280, 360])
def test_a_lost_page_is_as_accessible_as_the_others(open_page, width):
    page, _ = open_page("/absente/", width=width, status=404)
    assert accessibility_faults(page) == []
    assert overflow(page) <= 0


def test_colours_chosen_by_the_reader_keep_the_focus_and_the_buttons_visible(db, browser, served):
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(served.url + GALLERY)
    page.locator("main .button").first.focus()
    page.keyboard.press("Tab")
    assert "solid 3px" in page.evaluate("getComputedStyle(document.activeElement).outline")
    assert page.evaluate("getComputedStyle(document.activeElement).borderTopStyle") == "solid"
    context.close()


def test_a_dialog_opens_by_keyboard_closes_with_escape_and_gives_the_focus_back(open_page):
    page, _ = open_page(GALLERY)
    opener = page.get_by_role("button", name="Pourquoi cette valeur manque-t-elle ?")
    opener.focus()
    page.keyboard.press("Space")
    dialog = page.get_by_role("dialog")
    assert dialog.is_visible()
    page.keyboard.press("Escape")
    assert dialog.is_hidden()
    assert active(page, "dataset.rucheDialog") == "exemple-dialogue"
    opener.click()
    dialog.get_by_role("button", name="Fermer").click()
    assert dialog.is_hidden()


def test_without_script_a_dialog_still_opens_and_what_cannot_work_is_not_shown(open_page):
    page, _ = open_page(GALLERY, script=False)
    page.get_by_role("button", name="Pourquoi cette valeur manque-t-elle ?").click()
    assert page.locator("#exemple-dialogue").is_visible()
    page.get_by_role("button", name="Fermer").click()
    assert page.locator("#exemple-dialogue").is_hidden()
    assert page.locator("[data-ruche-print]").is_hidden()


def test_a_reader_who_wants_less_motion_gets_none(open_page, browser, served):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(served.url + GALLERY)
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.button')).transitionDuration")
        == "0s"
    )
    context.close()


def test_paper_carries_the_content_without_what_one_clicks(open_page):
    page, _ = open_page(GALLERY)
    page.emulate_media(media="print")
    assert page.locator("h1").is_visible()
    assert page.locator(".site-nav, .button:visible, .filter-bar:visible").count() == 0
