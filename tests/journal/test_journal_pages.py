"""The pages of the journal: read, search, print the head, verify, take away."""

import csv
import io
from datetime import timedelta
from types import SimpleNamespace

import html5lib
import pytest
from bs4 import BeautifulSoup
from django.test import Client, RequestFactory

from ruche.core.middleware import WriteInReadRequest
from ruche.journal.access import actor_of
from ruche.journal.actions import VERBS
from ruche.journal.models import Entry
from ruche.journal.queries import verify_all
from tests.journal.conftest import NOON, tamper

pytestmark = pytest.mark.urls("tests.journal.urls")


def page_of(response) -> BeautifulSoup:
    html5lib.HTMLParser(strict=True).parse(response.content.decode())
    return BeautifulSoup(response.content, "html.parser")


def numbers_on(response) -> list[str]:
    rows = page_of(response).select("tbody tr")
    return [row.th.get_text(strip=True) for row in rows]


# ---------------------------------------------------------------------------- reading


def test_the_journal_is_read_newest_first_in_french(five, client):
    response = client.get("/journal/")
    assert response.status_code == 200
    assert numbers_on(response) == ["5", "4", "3", "2", "1"]
    first = page_of(response).select_one("tbody tr").get_text(" ", strip=True)
    assert "24/11/2026 12:00:00" in first
    assert "Un essai a été mené à bien." in first
    assert "member:4f1c" in first
    assert "trial 5" in first
    assert "place\u00a0: 5" in first


def test_an_empty_journal_says_so(journal, client):
    assert "Le journal n’a pas encore de ligne" in client.get("/journal/").content.decode()


def test_the_head_is_there_to_be_printed(five, client):
    page = page_of(client.get("/journal/"))
    section = page.select_one("section[aria-labelledby=tete]")
    assert section.select_one("code").get_text().replace(" ", "") == five[-1].digest
    assert section.select_one("[data-ruche-print]")
    others = page.select("section:not([aria-labelledby=tete])")
    assert len(others) == 3
    assert all("no-print" in other["class"] for other in others)


def test_what_a_line_says_is_never_taken_for_markup(journal, client):
    journal(detail={"text": "<script>x</script>"})
    assert "<script>x" not in client.get("/journal/").content.decode()


def test_pages_hold_fifty_lines(journal, client):
    for _ in range(51):
        journal()
    assert len(numbers_on(client.get("/journal/"))) == 50
    assert numbers_on(client.get("/journal/?page=2")) == ["1"]
    assert numbers_on(client.get("/journal/?page=99")) == ["1"]


def test_the_pager_keeps_the_search(journal, client):
    for _ in range(51):
        journal()
    page = page_of(client.get("/journal/?q=essai"))
    assert page.select_one("a[rel=next]")["href"] == "?q=essai&page=2"


@pytest.fixture
def three(journal):
    journal(at=NOON - timedelta(days=2))
    journal("journal_exported", at=NOON - timedelta(days=1))
    journal(detail={"role": "soin"})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=soin", ["3"]),
        ("acte=journal_exported", ["2"]),
        ("du=2026-11-23", ["3", "2"]),
        ("au=2026-11-23", ["2", "1"]),
        ("du=2026-11-23&au=2026-11-23", ["2"]),
    ],
)
def test_the_journal_is_searched_by_words_act_and_period(three, client, query, expected):
    assert numbers_on(client.get(f"/journal/?{query}")) == expected


def test_a_search_that_finds_nothing_says_so(three, client):
    assert "Aucune ligne ne correspond" in client.get("/journal/?q=xyzzy").content.decode()


@pytest.mark.parametrize("query", ["du=hier", "acte=inconnu", "du=2026-11-24&au=2026-11-01"])
def test_a_search_that_cannot_be_understood_shows_no_line(three, client, query):
    response = client.get(f"/journal/?{query}")
    assert response.status_code == 200
    assert page_of(response).select(".field-invalid .errors li")
    assert numbers_on(response) == []


def test_every_declared_act_can_be_chosen(three, client):
    options = page_of(client.get("/journal/")).select("select[name=acte] option")
    assert {option["value"] for option in options} == {"", *VERBS}


# -------------------------------------------------------------------------- verifying


def test_an_intact_journal_is_said_intact(five, client):
    response = client.post("/journal/verifier/", {"heads": f"{five[1]}\n{five[4]}"})
    text = page_of(response).get_text(" ", strip=True)
    assert response.status_code == 200
    assert "Le journal est intact" in text
    assert "2\u00a0têtes gardées concordent" in text
    assert "Aucune tête gardée" not in text


def test_a_verification_without_a_head_says_what_it_cannot_see(five, client):
    text = page_of(client.post("/journal/verifier/", {"heads": ""})).get_text(" ", strip=True)
    assert "Le journal est intact" in text
    assert "Aucune tête gardée n’a été donnée" in text


@pytest.mark.parametrize("heads", ["", "5:abc"])
def test_the_forms_of_every_page_are_accepted_by_a_strict_server(five, heads):
    browser = Client(enforce_csrf_checks=True)

    def send(form):
        token = form.select_one("[name=csrfmiddlewaretoken]")["value"]
        sent = {"heads": heads, "csrfmiddlewaretoken": token}
        return browser.post(form["action"], sent)

    first, second = page_of(browser.get("/journal/")).select("form[method=post]")
    answered = send(first)
    (again,) = page_of(answered).select("form[method=post]")
    expected = 422 if heads else 200
    assert [answered.status_code, send(again).status_code] == [expected, expected]
    assert send(second).status_code == 200


def test_what_was_tampered_with_is_shown(five, client):
    tamper("UPDATE journal_entry SET actor = 'system' WHERE number = 3")
    response = client.post("/journal/verifier/", {"heads": str(five[4])})
    row = page_of(response).select_one("tbody tr").get_text(" ", strip=True)
    assert row.startswith("3 ligne modifiée")
    assert "est intact" not in response.content.decode()


def test_hundreds_of_faults_are_counted_and_the_first_ones_shown(journal, client):
    for _ in range(203):
        journal()
    tamper("UPDATE journal_entry SET actor = 'system'")
    response = client.post("/journal/verifier/")
    assert len(numbers_on(response)) == 200
    assert "203\u00a0anomalies" in response.content.decode()


def test_heads_that_cannot_be_read_are_refused_and_given_back(five, client):
    typed = f"{five[1]}\n5:abc"
    response = client.post("/journal/verifier/", {"heads": typed})
    page = page_of(response)
    assert response.status_code == 422
    assert "Ligne 2" in page.select_one(".alert-danger").get_text()
    assert page.textarea.get_text().strip() == typed


def test_verifying_is_not_a_reading_request(client, journal):
    assert client.get("/journal/verifier/").status_code == 405


# ------------------------------------------------------------------------- taking away


def test_an_export_holds_every_line_and_the_one_that_tells_it(five, client):
    response = client.post("/journal/journal.csv")
    assert response["Content-Disposition"] == 'attachment; filename="journal-6.csv"'
    text = b"".join(response.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["number"] for row in rows] == ["1", "2", "3", "4", "5", "6"]
    assert rows[4]["digest"] == five[4].digest
    assert rows[4]["at"] == "2026-11-24T11:00:00.000000Z"
    assert rows[4]["detail"] == '{"place":5}'
    assert rows[4]["label"] == "Un essai a été mené à bien."
    told = Entry.objects.get(pk=6)
    assert (told.verb, told.actor, told.object_id) == ("journal_exported", "anonymous", "5")
    assert verify_all(five) == []


def test_a_cell_is_not_taken_for_a_formula(five, client):
    tamper("UPDATE journal_entry SET object_id = '=1+1' WHERE number = 3")
    text = b"".join(client.post("/journal/journal.csv").streaming_content).decode()
    assert ",'=1+1," in text


def test_an_export_is_not_a_reading_request(five, client):
    assert client.get("/journal/journal.csv").status_code == 405
    assert Entry.objects.count() == 5


def test_a_reading_request_cannot_write_a_line(journal, settings):
    from ruche.core.middleware import ReadOnlyMiddleware

    with pytest.raises(WriteInReadRequest):
        ReadOnlyMiddleware(lambda request: journal())(RequestFactory().get("/"))


def test_the_actor_is_the_member_who_is_logged_in():
    request = RequestFactory().post("/")
    assert actor_of(request) == "anonymous"
    request.user = SimpleNamespace(pk="9f86", is_authenticated=False)
    assert actor_of(request) == "anonymous"
    request.user = SimpleNamespace(pk="9f86", is_authenticated=True)
    assert actor_of(request) == "member:9f86"
