"""Each public page in a real browser: for all eyes, all hands, all screens."""

import pytest

from tests.browser.promises import active, broken_promises
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
def test_a_page_is_accessible_fits_and_keeps_its_console_silent(name, example, world, open_page):
    page, said = open_page(example.path(name))
    assert said == []
    assert broken_promises(page) == []


@each_address
def test_the_content_is_one_key_away(name, example, world, open_page):
    page, _ = open_page(example.path(name))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert active(page, "id") == "contenu"
