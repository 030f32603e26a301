"""When something goes wrong, the page says so in French and says what to do."""

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.test import Client
from django.urls import include, path
from django.views.decorators.csrf import csrf_protect


def fails(error: type[Exception]):
    def view(request: HttpRequest) -> HttpResponse:
        raise error

    return view


@csrf_protect
def form(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("composants/", include("ruche.core.urls")),
    path("403/", fails(PermissionDenied)),
    path("400/", fails(SuspiciousOperation)),
    path("500/", fails(RuntimeError)),
    path("formulaire/", form),
]


@pytest.fixture
def visitor(settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False, enforce_csrf_checks=True)


@pytest.mark.filterwarnings("ignore:Could not reverse")
@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/absente/", 404, "n’existe pas"),
        ("/403/", 403, "pas accès"),
        ("/400/", 400, "comprise"),
        ("/500/", 500, "panne"),
    ],
)
def test_an_error_page_is_a_page(visitor, address, status, words):
    response = visitor.get(address)
    page = BeautifulSoup(response.content, "html5lib")
    assert response.status_code == status
    assert words in page.h1.text
    assert page.html["lang"] == "fr"
    assert page.select_one("a[href='/']")


def test_a_form_without_its_proof_is_refused_in_french(visitor):
    response = visitor.post("/formulaire/")
    assert response.status_code == 403
    assert "n’a pas pu être vérifié" in response.content.decode()


def test_the_search_of_a_lost_page_shows_only_when_it_exists(visitor):
    assert 'role="search"' not in visitor.get("/absente/").content.decode()


@pytest.mark.parametrize("name", ["400.html", "403_csrf.html", "500.html"])
def test_the_page_of_a_breakdown_needs_nothing(name, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        html = get_template(name).render()
    assert "/static/ruche/css/base.css" in html
