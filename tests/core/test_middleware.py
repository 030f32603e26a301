"""What every response carries, and the one host name of the product."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from ruche.core.middleware import ContentSecurityPolicyMiddleware, LocalhostMiddleware

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


@pytest.mark.parametrize(
    ("host", "target"),
    [("127.0.0.1:8000", "http://localhost:8000"), ("[::1]:8010", "http://localhost:8010")],
)
def test_an_ip_address_is_sent_to_localhost_with_the_rest_of_the_address(host, target):
    request = RequestFactory().get("/portraits/?q=auch", HTTP_HOST=host)
    response = LocalhostMiddleware(lambda request: HttpResponse())(request)
    assert (response.status_code, response["Location"]) == (301, f"{target}/portraits/?q=auch")


@pytest.mark.parametrize("host", ["localhost:8000", "ruche.example", "127.0.0.1.example", ""])
def test_a_name_is_left_alone(host):
    request = RequestFactory().get("/", HTTP_HOST=host)
    assert LocalhostMiddleware(lambda request: HttpResponse())(request).status_code == 200


def test_the_policy_of_every_response_is_exactly_this_one():
    response = ContentSecurityPolicyMiddleware(lambda request: HttpResponse())(
        RequestFactory().get("/")
    )
    assert response["Content-Security-Policy"] == POLICY


def test_a_view_may_ask_for_a_stricter_policy():
    strict = HttpResponse(headers={"Content-Security-Policy": "default-src 'none'"})
    response = ContentSecurityPolicyMiddleware(lambda request: strict)(RequestFactory().get("/"))
    assert response["Content-Security-Policy"] == "default-src 'none'"
