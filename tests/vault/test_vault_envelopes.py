"""Bad envelopes, at every address of the vault: a French sentence, and no log.

Browsers are played by the Python engine (`played_browsers`): each refusal is of something that a
browser could have sent, but for one thing.
"""

import json
import logging
import os
from uuid import UUID, uuid4

import pytest

from ruche.engines.vault.forms import text_of
from ruche.vault.models import (
    Act,
)
from ruche.vault.queries import (
    pieces_readable,
)
from tests.members import browser_of
from tests.vault.played_browsers import (
    Hand,
    admission,
    following,
    piece_given,
    ring_given,
    secrets_of,
    share_given,
    signed,
    slot_given,
    state,
    wrap_given,
    wraps_for,
)
from tests.vault.refusals import post, posted, rows

# ------------------------------------------------------------------------------- envelopes

ADDRESSES = (
    "moitie/",
    "moitie/nouvelle/",
    "fermer/",
    "trousseau/",
    "trousseau/faire/",
    "trousseau/changer/",
    "ouvertures/ajouter/",
    "ouvertures/retirer/",
    "etat/",
    "cercles/",
    "cles/",
    "actes/",
    "demandes/",
    "demandes/retirer/",
    "demandes/secours/",
    "demandes/accord/",
    "lire/",
    "fiche/",
    "annuaire/",
    "ecrire/",
    "effacer/",
    "partages/",
    "partages/completer/",
    "partages/retirer/",
)
MARK = "kqvwxzjsecret"
"""What a careless browser would have put in an envelope: it must appear in no log."""

BAD_BODIES = {
    "another field": json.dumps({"secret": MARK}).encode(),
    "a list": json.dumps([MARK]).encode(),
    "a text": json.dumps(MARK).encode(),
    "null": b"null",
    "a number": b"12",
    "not JSON": MARK.encode(),
    "cut": b'{"pieces": ["' + MARK.encode(),
    "not UTF-8": b'{"x": "\xff\xfe' + MARK.encode() + b'"}',
    "lone surrogate": b'{"x": "\\ud800' + MARK.encode() + b'"}',
    "very deep": b'{"x":' + b"[" * 50_000 + MARK.encode(),
    "too big": json.dumps({"x": MARK * 160_000}).encode(),
}


def assert_refused_in_french(answer, caplog, *, told: str = "rechargez la page"):
    assert answer.status_code == 400, answer.content[:200]
    message = answer.json()["message"]
    assert told in message or "rien n’a été enregistré" in message, message
    assert MARK not in message
    assert MARK not in caplog.text


@pytest.mark.parametrize("path", ADDRESSES)
def test_a_bad_envelope_is_refused_in_french_and_appears_in_no_log(hands, caplog, path):
    caplog.set_level(logging.DEBUG)
    client = browser_of(hands.odile.member)
    before = rows()
    for body in BAD_BODIES.values():
        assert_refused_in_french(post(client, path, body), caplog)
    assert rows() == before


def test_an_envelope_that_is_far_too_big_is_not_even_read(hands, caplog):
    caplog.set_level(logging.DEBUG)
    far_too_big = json.dumps({"pieces": [MARK * 260_000]}).encode()
    answer = posted(hands.odile, "ecrire/", far_too_big)
    assert answer.status_code == 400
    assert MARK not in answer.content.decode() + caplog.text


def good_envelopes(hands, record) -> dict:
    """An envelope that each address accepts, or would: each test spoils one."""
    [served] = pieces_readable(hands.odile.member, [UUID(record.note["id"])])
    part = {"part": text_of(os.urandom(81)), "signature": text_of(os.urandom(64))}
    return {
        "trousseau/faire/": ring_given(Hand(hands.odile.member), replace=True),
        "trousseau/changer/": {"sealed": text_of(os.urandom(100)), "version": 2},
        "ouvertures/ajouter/": slot_given(hands.odile, "sheet"),
        "actes/": admission(hands.odile, hands.nurses, hands.samir),
        "demandes/accord/": {"ask": str(uuid4()), **part},
        "ecrire/": {"pieces": [piece_given(hands.odile, hands.nurses, {"text": "…"})]},
        "partages/": share_given(hands.odile, record, hands.advisers),
        "partages/completer/": {
            "permission": str(uuid4()),
            "wraps": [wrap_given(hands.odile, served, hands.advisers)],
        },
    }


def spoilt(value, change):
    """Every copy of a value in which one text, at any depth, is changed."""
    if isinstance(value, dict):
        for key, inner in value.items():
            for one in spoilt(inner, change):
                yield {**value, key: one}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            for one in spoilt(inner, change):
                yield [*value[:at], one, *value[at + 1 :]]
    elif isinstance(value, str) and len(value) > 20 and value.count("-") != 4:
        yield change(value)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "=",
        lambda text: text.replace(text[3], "+", 1),
        lambda text: text + "é",
        lambda text: text[:21],
        lambda text: text * 700,
        lambda text: 12,
        lambda text: None,
        lambda text: {"secret": MARK},
    ],
    ids=["padding", "alphabet", "accent", "cut", "long", "number", "null", "object"],
)
def test_bytes_that_are_not_written_as_they_should_are_refused(hands, record, caplog, change):
    caplog.set_level(logging.DEBUG)
    client = browser_of(hands.odile.member)
    tried = 0
    for path, good in good_envelopes(hands, record).items():
        before = rows()
        for body in spoilt(good, change):
            answer = post(client, path, body)
            assert answer.status_code == 400, (path, answer.content[:200])
            assert answer.json()["message"]
            tried += 1
        assert rows() == before
    assert tried > 15
    assert MARK not in caplog.text


def test_a_field_in_excess_is_refused_at_any_depth(hands, record, caplog):
    caplog.set_level(logging.DEBUG)
    client = browser_of(hands.odile.member)
    for path, good in good_envelopes(hands, record).items():
        before = rows()
        for body in (good | {"secret": MARK}, *with_more(good)):
            assert_refused_in_french(post(client, path, body), caplog)
        assert rows() == before


def with_more(value: dict):
    """The envelope with one field more in what it holds."""
    for key, inner in value.items():
        if key in ("consent",):
            yield {**value, key: {**inner, "secret": MARK}}
        elif isinstance(inner, list) and isinstance(inner[0], dict):
            yield {**value, key: [{**inner[0], "secret": MARK}, *inner[1:]]}


def test_a_field_that_is_missing_is_refused(hands, record, caplog):
    may_be_absent = {"replace", "authenticator", "wraps", "parts", "chained", "recovery"}
    client = browser_of(hands.odile.member)
    for path, good in good_envelopes(hands, record).items():
        for name in good.keys() - (may_be_absent if path != "partages/" else set()):
            cut = {key: value for key, value in good.items() if key != name}
            assert_refused_in_french(post(client, path, cut), caplog)


BAD_ACTS = {
    "not JSON": MARK.encode(),
    "a list": b"[]",
    "a number": b"12",
    "deep": b"[" * 15_000,
    "not UTF-8": b"\xff\xfe{}",
    "an object": b"{}",
    "a huge number": b"1" * 9000,
}


@pytest.mark.parametrize("statement", BAD_ACTS.values(), ids=BAD_ACTS)
@pytest.mark.parametrize("known", [True, False])
def test_an_act_that_cannot_be_read_is_no_breakdown(hands, caplog, statement, known):
    caplog.set_level(logging.DEBUG)
    given = {
        "circle": str(hands.nurses.pk if known else uuid4()),
        "name": "Un cercle",
        "statement": text_of(statement),
        "signature": text_of(bytes(64)),
    }
    before = rows()
    answer = posted(hands.odile, "actes/", given)
    assert answer.status_code in (400, 409), answer.content[:200]
    assert MARK not in answer.json()["message"] + caplog.text
    assert rows() == before


def said_again(hands, **changed):
    """The admission of Samir, well signed, whose statement says something else."""
    said = following(state(hands.nurses), "admit")
    said["members"] |= {hands.samir.id: hands.samir.public}
    secret = secrets_of(hands.odile, hands.nurses)[1]
    wraps = wraps_for(secret, {hands.samir.id: hands.samir.public})
    return signed(hands.odile, said | changed, wraps=wraps)


@pytest.mark.parametrize(
    "changed",
    [
        {"number": 2.0},
        {"number": True},
        {"epoch": 1.0},
        {"on": float("nan")},
        {"on": ["x"]},
        {"by": 12},
        {"kind": "absent"},
        {"members": []},
        {"members": {"pas-un-identifiant": bytes(range(32))}},
        {"custodians": None},
        {"recovery": 12},
        {"more": "x"},
    ],
    ids=str,
)
def test_a_well_signed_act_that_makes_no_sense_is_no_breakdown(hands, changed):
    before = rows()
    answer = posted(hands.odile, "actes/", said_again(hands, **changed))
    assert answer.status_code == 400, answer.content[:200]
    assert rows() == before


def test_a_person_whose_name_is_no_identifier_does_not_enter(hands):
    members = {**state(hands.nurses).members, "quelquun": hands.samir.public}
    answer = posted(hands.odile, "actes/", said_again(hands, members=members))
    assert answer.status_code == 400, answer.content[:200]


def test_an_act_that_makes_sense_is_kept(hands):
    """The control of the refusals above: the same act, unchanged, enters."""
    assert posted(hands.odile, "actes/", said_again(hands)).status_code == 200
    assert Act.objects.filter(circle=hands.nurses).count() == 2


def test_who_is_not_signed_in_posts_nothing(hands, client):
    for path in ADDRESSES:
        answer = post(client, path, {})
        assert answer.status_code == 302
        assert "/connexion/" in answer["Location"]


def test_an_address_that_is_only_posted_to_shows_nothing(hands):
    client = browser_of(hands.odile.member)
    for path in ADDRESSES:
        if path not in ("cercles/",):
            assert client.get(f"/coffre/{path}").status_code == 405, path


def test_the_acts_of_a_circle_are_no_secret_between_members_and_its_parts_are(hands):
    ids = {"circles": [str(hands.nurses.pk)]}
    [seen] = posted(hands.karim, "cercles/", ids).json()["circles"]
    assert seen["acts"]
    assert seen["part"] is None
    parts = set()
    for guard in hands.guards:
        [kept] = posted(guard, "cercles/", ids).json()["circles"]
        parts.add(kept["part"]["sealed"])
    assert len(parts) == 3
