"""Each public page in a real browser: for all eyes, all hands, all screens."""

import pytest

from tests.browser.promises import accessibility_faults, active, overflow, small_targets
from tests.core.public_urls import Example, public_examples

pytestmark = pytest.mark.browser

each_page = pytest.mark.parametrize(
    ("name", "example"),
    public_examples(pages_only=True),
    ids=lambda value: _label(value),
)
each_address = pytest.mark.parametrize(
    ("name", "example"),
    {
        name: (name, example) for name, example in reversed(public_examples(pages_only=True))
    }.values(),
    ids=lambda value: _label(value),
)
"""The first page of each address: enough for what does not depend on its content."""


def _label(value: Example | str) -> str:
    if isinstance(value, str):
        return value
    return value.label


@each_page
@pytest.mark.parametrize("width", [1280, 360])
def test_a_page_is_accessible_fits_and_keeps_its_console_silent(
    name, example, width, world, open_page
):
    page, said = open_page(example.path(name), width=width)
    assert said == []
    assert overflow(page) <= 0
    assert small_targets(page) == []
    page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert overflow(page) <= 0
    assert accessibility_faults(page) == []


@each_address
def test_the_content_is_one_key_away(name, example, world, open_page):
    page, _ = open_page(example.path(name))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert active(page, "id") == "contenu"
