"""A request that reads cannot write, whatever the view does."""

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.urls import path

from ruche.core.middleware import ReadOnlyMiddleware, WriteInReadRequest

pytestmark = pytest.mark.django_db


def call(view, method: str = "GET") -> HttpResponse:
    return ReadOnlyMiddleware(view)(RequestFactory().generic(method, "/"))


def runs(sql: str):
    """A view that sends one statement to the database."""

    def view(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(sql)
        return HttpResponse()

    return view


def creates(request: HttpRequest) -> HttpResponse:
    ContentType.objects.create(app_label="essai", model="essai")
    return HttpResponse()


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_a_reading_request_that_writes_is_stopped(method):
    with pytest.raises(WriteInReadRequest), transaction.atomic():
        call(creates, method)
    assert not ContentType.objects.filter(app_label="essai").exists()


def test_a_request_that_acts_may_write():
    call(creates, "POST")
    assert ContentType.objects.filter(app_label="essai").exists()


def test_a_reading_request_may_read_in_a_transaction():
    assert call(lambda request: HttpResponse(ContentType.objects.count())).status_code == 200


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO django_content_type (app_label, model) VALUES ('a', 'b')",
        "  update django_content_type set model = 'x'",
        "DELETE FROM django_content_type",
        "DROP TABLE django_content_type",
        "WITH x AS (SELECT 1) INSERT INTO django_content_type (app_label, model) SELECT 'a', 'b'",
        "WITH x AS (SELECT 1) DELETE FROM django_content_type",
        "TRUNCATE django_content_type",
        "/* django_session */ DELETE FROM django_content_type",
        "UPDATE django_sessions SET x = 1",
    ],
)
def test_a_write_is_recognised_however_it_is_written(sql):
    with pytest.raises(WriteInReadRequest):
        call(runs(sql))


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "WITH x AS (SELECT 1 AS n) SELECT n FROM x",
        "DELETE FROM django_session WHERE session_key = 'a'",
        "UPDATE \"django_session\" SET session_data = 'a' WHERE session_key = 'a'",
    ],
)
def test_reading_and_the_web_session_go_through(sql):
    assert call(runs(sql)).status_code == 200


def test_the_guard_is_lifted_after_the_request():
    call(lambda request: HttpResponse())
    creates(RequestFactory().get("/"))
    assert ContentType.objects.filter(app_label="essai").exists()


def keeps_its_session(request: HttpRequest) -> HttpResponse:
    request.session["seen"] = True
    request.session.save()
    return HttpResponse()


urlpatterns = [path("visite/", keeps_its_session), path("ecrit/", creates)]


def test_the_session_alone_is_written_by_a_page_that_is_only_read(client, settings):
    settings.ROOT_URLCONF = __name__
    client.get("/visite/")
    assert client.session["seen"] is True


def test_the_product_itself_is_guarded(client, settings):
    """The middleware is in the settings, and placed where it sees the view."""
    settings.ROOT_URLCONF = __name__
    with pytest.raises(WriteInReadRequest), transaction.atomic():
        client.get("/ecrit/")
