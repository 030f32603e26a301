"""What a member does without a mouse."""

import re

import pytest

from tests.browser.promises import active
from tests.core.member_urls import MEMBER_ADDRESSES, member, past_seance

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def tab_to(page, text: str, *, most: int = 60) -> None:
    """Press Tab until the focus is on something that says `text`."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if text in (active(page, "textContent") or "").strip():
            return
    raise AssertionError(f"« {text} » ne s’atteint pas au clavier")


def test_the_months_of_the_calendar_are_turned_by_keyboard(world, open_page):
    page, _ = open_page("/seances/", member=member("ines"))
    before = page.inner_text("main h2")
    tab_to(page, "Après")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "(before) => document.querySelector('main h2').innerText !== before", arg=before
    )
    tab_to(page, "Avant")
    page.keyboard.press("Enter")
    page.wait_for_function(
        "(before) => document.querySelector('main h2').innerText === before", arg=before
    )


def test_a_seance_is_reached_and_a_team_answered_for_by_keyboard(world, open_page):
    path = MEMBER_ADDRESSES["seances:seance"].path("seances:seance")
    page, _ = open_page(path, member=member("odile"))
    tab_to(page, "Répondre")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/venues/.*/reponse/"))
    tab_to(page, "Nous ne venons pas")
    page.keyboard.press("Enter")
    assert page.locator("details[open]").count() >= 1


def test_focus_is_always_visible_on_the_counting_page(world, open_page):
    page, _ = open_page(f"/seances/{past_seance().pk}/compter/", member=member("ines"))
    for _ in range(25):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", active(page, "outerHTML")[:120]
