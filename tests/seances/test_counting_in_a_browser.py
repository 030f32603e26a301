"""The big button under a thumb in a hurry: each touch counts, and the total is announced."""

import pytest
from playwright.sync_api import expect

from ruche.seances import actions
from ruche.seances.models import Count
from tests.seances.field import a_coordinator, a_seance, in_days

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
QUICK = 7
BUTTON = "li.tile:has(#total-lieu-households-tous) .tile-add"
TOTAL = "#total-lieu-households-tous"


@pytest.fixture
def address():
    _, token = actions.make_counting_link(a_seance(day=in_days(0)), a_coordinator())
    return f"/seances/compter/{token}/"


def test_quick_touches_are_all_counted_and_the_last_total_is_announced(open_page, address):
    page, said = open_page(address, width=360)
    for _ in range(QUICK):
        page.locator(BUTTON).click(no_wait_after=True)
    expect(page.locator(TOTAL)).to_have_text(str(QUICK))
    assert Count.objects.get().total == QUICK
    expect(page.locator("#annonces")).to_have_text(f"Foyers : {QUICK}")
    assert page.evaluate("document.activeElement.classList.contains('tile-add')")
    assert said == []


def test_a_touch_counts_without_javascript(open_page, address):
    page, _ = open_page(address, script=False)
    page.locator(BUTTON).click()
    page.locator(BUTTON).click()
    assert page.locator(TOTAL).inner_text() == "2"


def test_nothing_goes_out_of_a_narrow_screen(open_page, address):
    page, _ = open_page(address, width=320)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
