"""Each public page in a real browser: for all eyes, all hands, all screens."""

import pytest

from tests.browser.promises import accessibility_faults, active, overflow, small_targets
from tests.core.public_urls import Example, public_examples

pytestmark = pytest.mark.browser

each_page = pytest.mark.parametrize(
    ("name", "example"),
    public_examples(pages_only=True),
    ids=lambda value: value.query or "-" if isinstance(value, Example) else value,
)


@each_page
@pytest.mark.parametrize("width", [1280, 360])
def test_a_page_is_accessible_fits_and_keeps_its_console_silent(
    name, example, width, transactional_db, world, open_page
):
    page, said = open_page(example.path(name), width=width)
    assert said == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert overflow(page) <= 0
    assert accessibility_faults(page) == []


@each_page
def test_the_content_is_one_key_away(name, example, transactional_db, world, open_page):
    page, _ = open_page(example.path(name))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert active(page, "id") == "contenu"
