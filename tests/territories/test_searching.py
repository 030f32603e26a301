"""Find a territory: the page, the suggestions, the destination."""

import pytest

from tests.world import AUCH, BAS_ARMAGNAC, ELSEWHERE, GERS, page_at, visitor, words_of

pytestmark = pytest.mark.usefixtures("world")

SEARCH = "/portraits/recherche/"


def target(words: str) -> str:
    return visitor().get(SEARCH, {"q": words}).headers.get("Location", "")


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("mirande", "/portraits/32256/"),
        ("cc du bas-armagnac", f"/portraits/{BAS_ARMAGNAC}/"),
        (AUCH, f"/portraits/{AUCH}/"),
        ("dep-32", f"/portraits/{GERS}/"),
        ("75056", f"/portraits/{ELSEWHERE}/"),
    ],
)
def test_a_single_answer_opens_at_once(words, address):
    assert target(words) == address


def test_several_answers_are_listed_with_what_tells_them_apart():
    page = page_at(f"{SEARCH}?q=isle+jourdain")
    said = words_of(page.select_one(".results"))
    assert "commune, Gers" in said
    assert "commune, Vienne, portrait de son intercommunalité" in said


def test_nobody_answers_to_it_and_the_page_says_what_to_try():
    page = page_at(f"{SEARCH}?q=xyzzy")
    assert "Aucun nom ne ressemble à « xyzzy »" in words_of(page)


@pytest.mark.parametrize(
    "words", ["", " ", "%_'\"<script>alert(1)</script>", "a" * 500, "\0", "é\0"]
)
def test_hostile_words_are_shown_as_words(words):
    response = visitor().get(SEARCH, {"q": words})
    assert response.status_code in {200, 302}
    assert b"<script>alert" not in response.content
    assert visitor().get(f"{SEARCH}suggestions/", {"q": words}).status_code == 200


def test_suggestions_wait_for_two_letters_and_are_at_most_eight():
    assert page_at(f"{SEARCH}suggestions/?q=a").select("a") == []
    page = page_at(f"{SEARCH}suggestions/?q=saint")
    assert len(page.select("a")) == 8
    assert page.select_one("[data-ruche-announce]")["data-ruche-announce"] == "8\u00a0suggestions"


def test_suggestions_lead_where_the_search_leads():
    page = page_at(f"{SEARCH}suggestions/?q=mirande")
    assert [a["href"] for a in page.select("a")] == ["/portraits/32256/"]
