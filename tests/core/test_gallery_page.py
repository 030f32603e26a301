"""The gallery shows everything that a page may use."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from ruche.core import design
from ruche.core.components import MARKS
from ruche.core.icons import PATHS
from ruche.core.templatetags.ui import STATUS_WORDS, register

CORE = Path(design.__file__).parent
GALLERY = (CORE / "templates/core/gallery.html").read_text(encoding="utf-8")
FRAME = {"main_navigation", "url_or_nothing", "logo", "icon"}
"""What the frame of every page shows already."""


@pytest.fixture
def page(settings, db) -> BeautifulSoup:
    settings.ROOT_URLCONF = "tests.core.urls"
    return BeautifulSoup(Client().get("/composants/").content, "html5lib")


@pytest.mark.parametrize("name", sorted(set(register.tags) - FRAME))
def test_a_component_is_shown_with_the_code_that_calls_it(name):
    shown, explained = (
        re.search(rf"{{% {name} ", text)
        for text in (re.sub(r"<pre>.*?</pre>", "", GALLERY, flags=re.DOTALL), _snippets())
    )
    assert explained
    assert shown or name == "scroll_region"  # written by hand there, since a table needs more


def _snippets() -> str:
    return "".join(re.findall(r"<pre>.*?</pre>", GALLERY, flags=re.DOTALL))


def test_the_code_is_shown_not_interpreted(page):
    assert not page.select("pre code *")
    assert "<p>…</p>" in page.select_one("#messages ~ details pre").get_text()


def test_every_state_of_a_value_is_shown(page):
    shown = {name for element in page.select(".status") for name in element["class"]}
    assert {f"status-{code}" for code in STATUS_WORDS} <= shown


def test_every_colour_is_shown_with_its_value(page):
    shown = page.select_one(".swatches").get_text()
    assert all(value in shown for value in design.colours().values())


def test_every_kind_of_message_is_shown(page):
    assert {
        kind for kind in ("info", "success", "warning", "danger") if page.select(f".alert-{kind}")
    } == {
        "info",
        "success",
        "warning",
        "danger",
    }


def test_every_pictogram_and_mark_is_correct_svg():
    for drawing in (*PATHS.values(), *MARKS.values()):
        parsed = BeautifulSoup(f"<svg>{drawing}</svg>", "html5lib")
        assert parsed.svg.find_all(True)
        assert not parsed.svg.select("[style]")
