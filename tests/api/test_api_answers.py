"""How every address answers: read only, kept as long as true, readable by the pages of any site."""

import gzip

import pytest

from ruche.places.models import Site
from tests.api.reading import ROOT, got
from tests.core.public_urls import API_URLS
from tests.world import visitor

pytestmark = pytest.mark.usefixtures("world")

EXAMPLES = [(name, example) for name, examples in API_URLS.items() for example in examples]
HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
ELSEWHERE = "https://carte.example"


def each(examples):
    """Once per example; an example is shown by what follows its `?`."""
    return pytest.mark.parametrize(
        ("name", "example"), examples, ids=lambda value: getattr(value, "query", value) or "-"
    )


each_example = each(EXAMPLES)
each_given = each([pair for pair in EXAMPLES if pair[1].status == 200])


@each_example
def test_an_address_answers_to_everyone_with_strict_headers(name, example):
    response = visitor().get(example.path(name), headers={"origin": ELSEWHERE})
    assert response.status_code == example.status
    assert {key: response.headers[key] for key in HEADERS} == HEADERS
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert not response.cookies


@each_given
def test_a_copy_that_is_still_good_is_not_sent_again(name, example):
    path, browser = example.path(name), visitor()
    first = browser.get(path)
    assert first.headers["Cache-Control"].startswith("public, max-age=")
    again = browser.get(path, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert browser.get(path, headers={"if-none-match": '"autre"'}).status_code == 200


def test_a_compressed_copy_is_recognised_too():
    compressed = got("sites", **{"accept-encoding": "gzip"})
    assert gzip.decompress(compressed.content) == got("sites").content
    assert compressed.headers["ETag"].startswith("W/")
    got("sites", status=304, **{"if-none-match": compressed.headers["ETag"]})


def test_what_changes_has_another_mark():
    before = got("sites")["ETag"]
    site = Site.objects.filter(closed_on=None).order_by("pk").first()
    site.transport = "Bus 3, arrêt Mairie"
    site.save()
    assert got("sites")["ETag"] != before


@each_example
def test_a_head_says_what_a_get_would_without_its_content(name, example):
    browser = visitor()
    whole, head = browser.get(example.path(name)), browser.head(example.path(name))
    assert head.status_code == example.status
    assert head.content == b""
    assert head.headers.get("ETag") == whole.headers.get("ETag")
    if example.status == 200:
        assert head.headers["Content-Length"] == str(len(whole.content))


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["sites", "openapi.json", "sites.csv", "n-importe"])
def test_nothing_can_be_written(method, path):
    response = getattr(visitor(), method)(ROOT + path)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD"
    assert response.json()["code"] == "method_not_allowed"


def test_a_page_of_another_site_may_ask_beforehand():
    response = visitor().options(
        f"{ROOT}sites",
        headers={
            "origin": ELSEWHERE,
            "access-control-request-method": "GET",
            "access-control-request-headers": "if-none-match",
        },
    )
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "if-none-match" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "path", ["/", "/donnees-ouvertes/", "/portraits/", "/accueil/", "/connexion/", "/composants/"]
)
def test_nothing_else_may_be_read_by_another_site(path):
    for method in ("get", "options"):
        response = getattr(visitor(), method)(
            path, headers={"origin": ELSEWHERE, "access-control-request-method": "GET"}
        )
        assert not [name for name in response.headers if name.startswith("Access-Control")]
