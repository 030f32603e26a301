"""The month's planning in a browser: read by everyone, changed by pointer and by keyboard."""

import pytest

from tests.browser.promises import broken_promises
from tests.core.member_urls import member, month, visit_query

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

VIEWS = ("lieux", "personnes", "carte", "liste", "bilan", "manques", "versions")


def test_each_way_of_looking_at_a_month_can_be_used_by_everyone(world, open_page, served):
    address = month().get_absolute_url()
    page, said = open_page(address, member=member("ines"))
    for view in VIEWS:
        page.goto(f"{served.url}{address}?vue={view}")
        assert broken_promises(page) == [], view
    page.goto(f"{served.url}{address}visite/?{visit_query()}")
    assert broken_promises(page) == []
    assert said == []


def test_a_visit_dragged_to_another_open_day_shows_what_would_change(world, open_page, served):
    held = month()
    page, said = open_page(held.get_absolute_url(), member=member("ines"))
    visit = page.locator("[data-ruche-visit]").first
    site = visit.get_attribute("data-ruche-visit").split("lieu=")[1].split("&")[0]
    free = page.locator(f"[data-ruche-drop^='{site}']:not(:has(.chip))").first
    visit.drag_to(free)
    page.wait_for_url("**/visite/**")
    page.wait_for_selector("#apercu >> text=Accepter")
    held.refresh_from_db()
    assert held.versions.count() == 2, "nothing is written before it is accepted"
    page.click("#apercu >> text=Accepter")
    page.wait_for_url(f"**{held.get_absolute_url()}")
    held.refresh_from_db()
    assert held.head.number == 3
    assert said == []


def test_a_visit_is_moved_with_the_keyboard_alone(world, open_page, served):
    held = month()
    address = f"{held.get_absolute_url()}visite/?{visit_query()}"
    page, _ = open_page(address, member=member("ines"))
    page.focus("#id_day")
    page.keyboard.press("ArrowDown")
    page.wait_for_selector("#apercu >> text=Accepter")
    page.focus("#apercu button")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{held.get_absolute_url()}")
    held.refresh_from_db()
    assert held.head.number == 3
    page.focus("text=Annuler le dernier changement")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Changement annulé")
    held.refresh_from_db()
    assert held.head.number == 2
