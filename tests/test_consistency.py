"""What holds for the whole product: addresses, pages, templates, words."""

import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import allauth
import html5lib
import pytest
from bs4 import BeautifulSoup
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve

import ruche.engines
from ruche.core.typesetting import typeset
from tests.core.public_urls import MEMBER_URLS, PUBLIC_URLS, Example, public_examples

ROOT = Path(__file__).resolve().parents[1]
SOURCES = ROOT / "src/ruche"
TEMPLATES = sorted(SOURCES.rglob("templates/**/*.html"))
CALLED_BY_DJANGO = {"400.html", "403.html", "403_csrf.html", "404.html", "500.html"}
ALLAUTH = Path(allauth.__path__[0]) / "templates"
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

UNREAD = ["pre", "code", "script"]

each_address = pytest.mark.parametrize(
    ("name", "example"), public_examples(), ids=lambda value: _label(value)
)
each_page = pytest.mark.parametrize(
    ("name", "example"), public_examples(pages_only=True), ids=lambda value: _label(value)
)


def _label(value: Any) -> str:
    if isinstance(value, Example):
        return value.label
    return str(value)


# -------------------------------------------------------------------------- addresses


def url_names(resolver: Any = None, spaces: tuple[str, ...] = ()) -> Iterator[str]:
    """The name, with its namespaces, of every address of the product."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inside = (*spaces, pattern.namespace) if pattern.namespace else spaces
            yield from url_names(pattern, inside)
        elif isinstance(pattern, URLPattern):
            yield ":".join([*spaces, pattern.name or f"(sans nom : {pattern.pattern})"])


def test_every_address_is_declared_public_or_reserved_to_members():
    undeclared = sorted(set(url_names()) - set(PUBLIC_URLS) - set(MEMBER_URLS))
    assert not undeclared, (
        f"adresses sans exemple : {undeclared}. Ajoutez-les à PUBLIC_URLS (tout le monde peut les "
        "ouvrir) ou à MEMBER_URLS, dans tests/core/public_urls.py, avec un exemple qui répond."
    )


def test_no_address_is_declared_that_no_longer_exists():
    gone = sorted((set(PUBLIC_URLS) | set(MEMBER_URLS)) - set(url_names()))
    assert not gone, f"à retirer de tests/core/public_urls.py : {gone}"


def test_no_address_is_both_public_and_reserved():
    assert not set(PUBLIC_URLS) & set(MEMBER_URLS)


# ------------------------------------------------------------------------------ pages


class Visitor:
    """Somebody without any account, who remembers each page: nothing of the world ever changes."""

    def __init__(self) -> None:
        self.client = Client(SERVER_NAME="localhost")

    def get(self, path: str) -> HttpResponse:
        if path not in SEEN:
            before = rows_written()
            SEEN[path] = self.client.get(path)
            assert rows_written() == before, f"{path} a écrit dans la base"
            assert set(SEEN[path].cookies) <= _needed_cookies(SEEN[path]), path
        return SEEN[path]


def _needed_cookies(response: HttpResponse) -> set[str]:
    """A visitor keeps nothing, but the proof that a form of ours was posted from our page."""
    return {"csrftoken"} if b"csrfmiddlewaretoken" in response.content else set()


def rows_written() -> int:
    """Rows that SQLite changed so far; elsewhere the middleware alone refuses what writes."""
    return getattr(connection.connection, "total_changes", 0)


SEEN: dict[str, HttpResponse] = {}
PARSED: dict[int, BeautifulSoup] = {}


@pytest.fixture
def visitor(world: Any) -> Visitor:
    return Visitor()


def parsed(response: HttpResponse) -> BeautifulSoup:
    """The page as a tree. The quick parser will do: another test asks the strict one."""
    if id(response) not in PARSED:
        PARSED[id(response)] = BeautifulSoup(response.content, "html.parser")
    return PARSED[id(response)]


LOOSENED = {"public:widget": ("X-Frame-Options", "Cross-Origin-Resource-Policy")}
"""What a page does without, because other sites show it."""


@each_address
def test_an_address_answers_with_strict_headers(name, example, visitor):
    response = visitor.get(example.path(name))
    assert response.status_code == example.status
    expected = {key: value for key, value in HEADERS.items() if key not in LOOSENED.get(name, ())}
    assert {key: response.headers[key] for key in expected} == expected
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert "unsafe" not in response.headers["Content-Security-Policy"]


@each_page
def test_a_page_has_one_title_of_first_rank_a_language_and_a_name(name, example, visitor):
    page = parsed(visitor.get(example.path(name)))
    assert [h1.get_text(strip=True) != "" for h1 in page.select("h1")] == [True]
    assert page.html["lang"] == example.language
    assert re.fullmatch(r"\S.* – \S.*", page.title.get_text(strip=True), re.DOTALL)
    assert len(page.select("main")) == 1


@each_page
def test_a_page_is_correct_html(name, example, visitor):
    html5lib.HTMLParser(strict=True).parse(visitor.get(example.path(name)).content.decode())


@each_page
def test_titles_of_a_page_go_down_one_rank_at_a_time(name, example, visitor):
    page = parsed(visitor.get(example.path(name)))
    ranks = [int(title.name[1]) for title in page.select("main :is(h1, h2, h3, h4, h5, h6)")]
    assert ranks[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(ranks))


@each_page
def test_a_page_uses_an_identifier_once_and_refers_to_those_that_exist(name, example, visitor):
    page = parsed(visitor.get(example.path(name)))
    identifiers = [element["id"] for element in page.select("[id]")]
    assert len(identifiers) == len(set(identifiers))
    asked = {
        word
        for attribute in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
        for element in page.select(f"[{attribute}]")
        for word in element[attribute].split()
    }
    assert asked <= set(identifiers)


@each_page
def test_a_page_carries_no_script_and_no_style_of_its_own(name, example, visitor):
    page = parsed(visitor.get(example.path(name)))
    assert not [
        script for script in page.select("script:not([src])") if "json" not in script["type"]
    ]
    assert not page.select("style, [style]")
    attributes = {attribute for element in page.find_all(True) for attribute in element.attrs}
    assert not [attribute for attribute in attributes if attribute.startswith("on")]


@each_page
def test_the_links_of_a_page_lead_somewhere(name, example, visitor):
    page = parsed(visitor.get(example.path(name)))
    links = {element["href"] for element in page.select("a[href], link[href]")}
    links |= {element["src"] for element in page.select("[src]")}
    lost = sorted(link for link in links if link.startswith("/") and not _leads_somewhere(link))
    assert not lost


def _leads_somewhere(link: str) -> bool:
    path = re.split(r"[?#]", link)[0]
    if path.startswith("/static/"):
        return finders.find(path.removeprefix("/static/")) is not None
    try:
        resolve(path)
    except Resolver404:
        return path == "/"
    return True


@each_page
def test_a_page_writes_true_apostrophes(name, example, visitor):
    page = parsed(visitor.get(example.path(name)))
    read = (text for text in page.find_all(string=True) if not text.find_parent(UNREAD))
    assert not [found for text in read for found in re.findall(r"\w+'\w+", text)]


def test_two_pages_do_not_share_a_name(visitor):
    names: dict[str, str] = {}
    for name, examples in PUBLIC_URLS.items():
        for example in (one for one in examples if one.page and one.status == 200):
            title = parsed(visitor.get(example.path(name))).title.get_text(strip=True)
            assert names.setdefault(title, name) == name, f"« {title} » : {names[title]} et {name}"


# -------------------------------------------------------------------------- templates


def template_name(path: Path) -> str:
    return path.as_posix().split("/templates/", 1)[1]


def test_no_template_is_left_unused():
    written = "\n".join(
        path.read_text(encoding="utf-8")
        for suffix in ("py", "html")
        for path in SOURCES.rglob(f"*.{suffix}")
    )
    names = {template_name(path) for path in TEMPLATES} - CALLED_BY_DJANGO
    names = {name for name in names if not (ALLAUTH / name).exists()}  # allauth calls them
    unused = sorted(
        name for name in names if not re.search(rf"[\"']{re.escape(name)}[\"'#]", written)
    )
    assert not unused


@pytest.mark.parametrize("template", TEMPLATES, ids=template_name)
def test_the_french_of_a_template_is_well_typeset(template):
    """True apostrophes; no-break spaces before ; : ! ? % and inside « »."""
    source = template.read_text(encoding="utf-8")
    better = typeset(source)
    wrong = [
        old for old, new in zip(source.split("\n"), better.split("\n"), strict=True) if old != new
    ]
    assert not wrong, "python manage.py typeset les met en forme"


# --------------------------------------------------------------------------- glossary


def glossary_identifiers() -> set[str]:
    """The column « identifiant » of the tables of docs/glossaire.md, without its backquotes."""
    found, column = set(), None
    for line in (ROOT / "docs/glossaire.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not line.lstrip().startswith("|"):
            column = None
        elif column is None:
            heads = [cell.lower() for cell in cells]
            column = next((rank for rank, head in enumerate(heads) if "identifiant" in head), -1)
        elif 0 <= column < len(cells):
            found |= set(re.findall(r"`([^`]+)`", cells[column]))
    return found


def exported_dataclasses() -> Iterator[str]:
    for module in pkgutil.iter_modules(ruche.engines.__path__, "ruche.engines."):
        engine = importlib.import_module(module.name)
        for name in engine.__all__:
            value = getattr(engine, name)
            if isinstance(value, type) and dataclasses.is_dataclass(value):
                yield name


def test_every_model_is_in_the_glossary():
    models = {m.__name__ for m in apps.get_models() if m.__module__.startswith("ruche.")}
    missing = sorted(models - glossary_identifiers())
    assert not missing, f"à ajouter à docs/glossaire.md : {missing}"


def test_everything_that_an_engine_exchanges_is_in_the_glossary():
    missing = sorted(set(exported_dataclasses()) - glossary_identifiers())
    assert not missing, f"à ajouter à docs/glossaire.md : {missing}"
