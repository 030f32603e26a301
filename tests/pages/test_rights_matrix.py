"""Every role at every address by every method: what the table promises is what the product does."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.test import Client

from ruche.accounts.enums import Role, Scope
from ruche.accounts.models import Member
from ruche.accounts.policy import grants_of
from ruche.desk.demo.people import CHARACTERS, Character
from tests.core.member_urls import MEMBER_ADDRESSES, Address, Facts
from tests.members import browser_of

LOGIN = "/connexion/"
METHODS = ("GET", "POST")
NO_METHOD = "no method"
"""The address does not know this method: nothing opened, for anybody."""


def promised(who: Character, member: Member, address: Address, method: str) -> bool:
    """What the policy says, from the posts of the member and the facts of the object."""
    if address.needs is None:
        return True
    posts = [(Role(post.role), post.organisation_id) for post in member.posts.all()]
    grants = grants_of(posts, *address.needs)
    of = (address.facts_of_post if method == "POST" else None) or address.facts
    if of is None:
        return bool(grants)
    facts: Facts = of()
    return grants.covers(own=who.key in facts.owners) or any(
        grants.covers(organisation=organisation, site=who.key in facts.assigned)
        for organisation in facts.organisations or {None}
    )


def answered(client: Client, method: str, path: str) -> str:
    """« open », « refused », « login », or « no method »: what the product really does."""
    response = client.get(path) if method == "GET" else client.post(path)
    assert response.status_code < 500, (path, response.status_code)
    if response.status_code in (403, 405):
        return "refused" if response.status_code == 403 else NO_METHOD
    to = response.headers.get("Location", "")
    return "login" if to.startswith(LOGIN) else "open"


@pytest.mark.django_db
@pytest.mark.parametrize("who", CHARACTERS, ids=lambda one: one.key)
def test_each_address_opens_to_whom_the_table_says_and_to_nobody_else(who, world):
    member = Member.objects.get(email=who.email)
    session = browser_of(member).cookies["sessionid"].value
    differences = []
    for name, address in MEMBER_ADDRESSES.items():
        with undone():
            path = address.path(name)
            for method in METHODS:
                wanted = "open" if promised(who, member, address, method) else "refused"
                with undone():
                    found = answered(signed_in(session), method, path)
                if found not in (wanted, NO_METHOD):
                    differences.append(f"{method} {name} : {found}, la table dit {wanted}")
    assert not differences


@contextmanager
def undone() -> Iterator[None]:
    """Nothing of what happens here stays: the next one meets the same world."""
    from django.db import transaction

    with transaction.atomic():
        point = transaction.savepoint()
        yield
        transaction.savepoint_rollback(point)


def signed_in(session: str) -> Client:
    """A browser that holds this session, and nothing of what another page left."""
    client = Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = session
    return client


@pytest.mark.django_db
@pytest.mark.parametrize("name", MEMBER_ADDRESSES)
def test_a_visitor_is_sent_to_the_login_whatever_the_method(name, world):
    path = MEMBER_ADDRESSES[name].path(name)
    for method in METHODS:
        assert answered(Client(SERVER_NAME="localhost"), method, path) == "login", method


def test_the_matrix_crosses_every_scope():
    """Each kind of reach is met at least once, or the matrix proves less than it says."""
    roles = {role for one in CHARACTERS for role in one.roles}
    assert roles == set(Role)
    scopes = {
        grants_of([(role, None)], *address.needs).widest  # type: ignore[list-item]
        for address in MEMBER_ADDRESSES.values()
        if address.needs
        for role in Role
    }
    assert scopes == set(Scope)
