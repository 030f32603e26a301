"""The page for people: every address that it shows is real, on this instance."""

import re

import pytest

from tests.core.public_urls import API_URLS
from tests.world import page_at, visitor, words_of

pytestmark = pytest.mark.usefixtures("world")

PAGE = "/donnees-ouvertes/"
ENTRIES = ("index", "api-root", "openapi-json")


def test_every_command_that_is_shown_works():
    shown = " ".join(each.get_text() for each in page_at(PAGE).select("pre"))
    urls = re.findall(r"http://localhost(/[^'\s]+)", shown)
    assert len(urls) >= 6
    for url in urls:
        assert visitor().get(url).status_code == 200, url


def test_every_file_and_every_schema_is_linked():
    links = [link["href"] for link in page_at(PAGE).select("main a[href^='/api/']")]
    assert len(links) == len(set(links)) == 12
    for link in links:
        assert visitor().get(link).status_code == 200, link


def test_it_says_the_licence_the_rhythm_and_how_to_report():
    said = words_of(page_at(PAGE).select_one("main"))
    for word in ("Licence Ouverte 2.0", "5 minutes", "200 au plus", "92 jours", "Signaler"):
        assert word in said, word


def test_the_entry_of_the_api_leads_to_every_resource():
    entry = visitor().get("/api/v1/").json()
    for url in (*entry["resources"].values(), entry["openapi"], entry["documentation"]):
        assert visitor().get(url.removeprefix("http://localhost")).status_code == 200, url
    without_argument = [name for name, examples in API_URLS.items() if not examples[0].kwargs]
    assert len(entry["resources"]) == len(without_argument) - len(ENTRIES)
