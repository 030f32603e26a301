"""What our modules and htmx do together, on a page made for it."""

import pytest
from playwright.sync_api import expect

from tests.browser.promises import active
from tests.core import urls

pytestmark = pytest.mark.browser

COUNT_NEWS = """() => {
  const region = document.getElementById("annonces");
  region.dataset.heard = 0;
  const count = (changes) => {
    region.dataset.heard = Number(region.dataset.heard) + changes.length;
  };
  new MutationObserver(count).observe(region, { childList: true });
}"""


@pytest.fixture(autouse=True)
def core_alone(settings):
    settings.ROOT_URLCONF = "tests.core.urls"


@pytest.fixture
def trial(open_page):
    page, said = open_page("/essai/")
    yield page
    assert said == []


def test_what_a_swap_brings_is_announced(trial):
    trial.click("#announce")
    expect(trial.locator("#annonces")).to_have_text("12 résultats")


def test_the_same_news_is_announced_again(trial):
    trial.click("#announce")
    expect(trial.locator("#annonces")).to_have_text("12 résultats")
    trial.evaluate(COUNT_NEWS)
    trial.click("#announce")
    expect(trial.locator("#annonces")).to_have_attribute("data-heard", "2")  # emptied, filled
    expect(trial.locator("#annonces")).to_have_text("12 résultats")


def test_a_part_that_is_replaced_announces_what_it_became(trial):
    trial.click("#replace")
    expect(trial.locator("#annonces")).to_have_text("nouveau")


def test_a_swap_that_changes_the_subject_moves_the_focus_to_its_title(trial):
    trial.click("#move")
    expect(trial.locator("#new")).to_be_focused()


def test_a_swap_that_changes_no_subject_leaves_the_focus_where_it_was(trial):
    trial.click("#announce")
    trial.wait_for_selector("#zone p")
    assert active(trial, "id") == "announce"


def test_a_refused_form_shows_why(open_page):
    page, _ = open_page("/essai/")
    page.click("#refuse")
    page.wait_for_selector("#refused")


def test_a_form_clicked_twice_is_sent_once(trial):
    urls.received.clear()
    with trial.expect_response("**/essai/lent/"):
        trial.evaluate("() => { const b = document.getElementById('slow'); b.click(); b.click(); }")
    trial.wait_for_timeout(400)
    assert urls.received == ["POST"]
