"""Who tries passwords one after another is made to wait."""

import pytest
from django.core.cache import cache
from django.test import Client

from ruche.accounts.enums import Role
from tests.members import PASSWORD, someone

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def limits_of_the_product(settings):
    """Those that the other tests lift."""
    del settings.ACCOUNT_RATE_LIMITS
    cache.clear()
    yield
    cache.clear()


def test_after_a_few_wrong_passwords_even_the_right_one_waits():
    member = someone(Role.NURSE)
    client = Client(SERVER_NAME="localhost")
    for _ in range(5):
        client.post("/connexion/", {"login": member.email, "password": "faux mot de passe"})
    answer = client.post("/connexion/", {"login": member.email, "password": PASSWORD})
    assert answer.status_code != 302
    assert "Trop de tentatives" in answer.content.decode()


def test_another_member_is_not_made_to_wait():
    member, other = someone(Role.NURSE), someone(Role.NURSE)
    client = Client(SERVER_NAME="localhost")
    for _ in range(5):
        client.post("/connexion/", {"login": member.email, "password": "faux mot de passe"})
    elsewhere = Client(SERVER_NAME="localhost", REMOTE_ADDR="192.0.2.7")
    answer = elsewhere.post("/connexion/", {"login": other.email, "password": PASSWORD})
    assert answer.status_code == 302
