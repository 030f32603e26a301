"""How the tests of the vault look at what is refused, and at what the journal says."""

import json
from contextlib import contextmanager

import pytest
from django.apps import apps

from ruche.journal.models import Entry
from tests.members import browser_of
from tests.vault.played_browsers import Hand


def rows() -> dict[str, int]:
    models = [*apps.get_app_config("vault").get_models(), Entry]
    return {model.__name__: model.objects.count() for model in models}


@contextmanager
def refused(error, match=None):
    """It is refused, and nothing is left of it: no row, no line of the journal."""
    before = rows()
    with pytest.raises(error, match=match):
        yield
    assert rows() == before


def last_line(verb: str) -> Entry:
    found = Entry.objects.filter(verb=verb).order_by("number").last()
    assert found is not None
    return found


def post(client, path, body):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"/coffre/{path}", content, content_type="application/json")


def posted(hand: Hand, path: str, body):
    """An envelope as it is posted; a breakdown is an answer, not an exception of the test."""
    client = browser_of(hand.member)
    client.raise_request_exception = False
    return post(client, path, body)
