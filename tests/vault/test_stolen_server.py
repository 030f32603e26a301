"""Copy disk, database, environment and memory of the running server while people work: nothing.

The promise that the vault makes, checked on the product as it is served. Each person has a mark in
every field; the thief takes everything and looks for the marks, the phrases and the keys under
every form. The same search, of a process that did open the persons, finds them all: it can see.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.urls import get_resolver, reverse

from ruche.engines.vault import EpochSecret, Piece, Place, Slot, Unreadable, open_piece
from ruche.engines.vault.forms import bytes_of, context
from ruche.engines.vault.pieces import opened
from ruche.engines.vault.ring import SlotKind, open_slot
from ruche.engines.vault.suite import KEY, derive, open_sealed, open_wrapped
from ruche.vault import models as kept
from tests.core.member_urls import circle, member, record
from tests.members import browser_of
from tests.vault.stolen_server import (
    Found,
    Product,
    Search,
    canary,
    draw_prefix,
    forms_of_text,
    open_circle_of,
    opener,
    robbed,
    work,
)

PEOPLE = 1_500 if settings.CI else 15_000


# -------------------------------------------------------------------------- the search sees


@pytest.mark.parametrize("form", forms_of_text("jkqvwxzjn"))
def test_the_search_reads_a_canary_under_every_form(form):
    prefix = draw_prefix()
    mark = canary(prefix, "note", 14_999)
    written = {
        **forms_of_text(f"--{mark}--"),
        **{f"UTF-{size}": mark.encode(f"utf-{size}-be") for size in (16, 32)},
    }[form]
    found = Search(prefix).bytes(b"\0" * 33 + written + b"\0" * 33, Found())
    assert found.persons == {14_999}


def test_the_search_reads_a_key_across_two_windows(tmp_path):
    key = bytes(range(100, 132))
    path = tmp_path / "file"
    path.write_bytes(b"\1" * (Search.WINDOW - 7) + key.hex().encode() + b"\1" * 50)
    found = Search(draw_prefix(), {"clé": key}).file(path, Found())
    assert found.secrets == {"clé, hex, file"}


# ------------------------------------------------------------------------------ the theft


@pytest.fixture(scope="module")
def theft(browser, tmp_path_factory):
    """The product at work, what can be taken from it, and what was drawn to be looked for."""
    prefix = draw_prefix()
    product = Product(tmp_path_factory.mktemp("vole") / "instance").prepare()
    drawn = product.seed(PEOPLE, prefix=prefix)
    with product:
        nurses, phrases = work(browser, product.url, prefix)
        secrets = {name: bytes_of(text) for name, text in drawn["secrets"].items()}
        yield SimpleNamespace(
            product=product,
            drawn=drawn,
            prefix=prefix,
            nurses=nurses,
            search=Search(prefix, secrets, phrases),
        )
        for nurse in nurses:
            nurse.context.close()


@pytest.mark.slow
@pytest.mark.browser
def test_a_stolen_server_gives_no_name_no_note_no_key_no_phrase(theft):
    found = robbed(theft.product, theft.search)
    assert not found.marks, str(found)
    assert not found.secrets, str(found)
    for nurse in theft.nurses:
        assert nurse.page.locator("[data-ruche-vault-bar][data-state=open]").count() == 1


@pytest.mark.slow
@pytest.mark.browser
def test_nothing_in_clear_leaves_a_browser(theft):
    found = Found()
    for nurse in theft.nurses:
        theft.search.bytes(b"\n".join(nurse.sent), found)
    assert found.searched > 10_000
    assert not found.marks | found.secrets, str(found)


@pytest.mark.slow
@pytest.mark.browser
def test_the_thief_reads_the_memory_of_the_server_itself(theft):
    """The key of its sessions is in every process and in its file: what is there is seen."""
    key = (theft.product.var / "secret-key").read_bytes()
    search = Search(theft.prefix, {"clé du site": key})
    found = search.folder(theft.product.var, Found())
    assert {line.split(", ")[2] for line in found.secrets} == {"secret-key"}
    for pid in theft.product.processes():
        assert search.process(pid, Found()).secrets, pid


@pytest.mark.slow
@pytest.mark.browser
def test_a_process_that_opened_them_gives_everyone_to_the_same_search(theft):
    with opener(theft.product, theft.drawn) as (pid, opened):
        found = theft.search.process(pid, Found())
    assert opened > PEOPLE
    assert set(range(PEOPLE)) <= found.persons, str(found)
    assert any(line.startswith("secret de l’époque") for line in found.secrets), str(found)


# ------------------------------------------------------------- who looks after the machine

ARGUMENTS: dict[str, Callable[[], Any]] = {
    "vault:words": lambda: member("odile").pk,
    "vault:circle": lambda: circle().pk,
}
"""What stands behind an address; for the others, a record."""

FOR_WHO_HOLDS_A_CARD = {"people:card", "people:open-card", "people:say", "people:withdraw"}
"""No account opens these: the page is the same for everyone, the rest asks what a card proves."""


def addresses_of(*spaces: str) -> Iterator[tuple[str, str]]:
    """Every address of some apps: its name, and its path to something that exists."""
    for space in spaces:
        _, resolver = get_resolver().namespace_dict[space]
        for one in resolver.url_patterns:
            name = f"{space}:{one.name}"
            value = ARGUMENTS.get(name, lambda: record().pk)()
            yield name, reverse(name, kwargs=dict.fromkeys(one.pattern.converters, value))


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.usefixtures("world")
def test_a_technical_administrator_opens_no_page_of_the_vault_nor_of_persons(method):
    luc = browser_of(member("luc"), sudo=True)
    found = dict(addresses_of("vault", "people"))
    assert len(found) > 30
    for name, path in found.items():
        answer = getattr(luc, method)(path, content_type="application/json")
        to_login = answer.headers.get("Location", "").startswith("/connexion/")
        if name not in FOR_WHO_HOLDS_A_CARD:
            assert answer.status_code == 403 or to_login, (name, answer.status_code)
        elif (name, method) != ("people:card", "get"):
            assert 400 <= answer.status_code < 500, (name, answer.status_code)


TABLES_WITH_SECRETS = ("account", "mfa", "django_session", "vault", "people")
"""Beginnings of their names: the rest is public, or about places and dates."""


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_a_technical_administrator_with_the_database_opens_nothing():
    odile = browser_of(member("odile"), sudo=True)
    odile.post("/coffre/moitie/nouvelle/", "{}", content_type="application/json")
    assert kept.Half.objects.exists()
    texts, keys = everything_the_server_knows()
    assert {bytes(half.half) for half in kept.Half.objects.all()} <= keys
    assert len(keys) > 500
    assert not opened_with(keys, texts)


@pytest.mark.django_db
@pytest.mark.usefixtures("world")
def test_the_same_tries_open_everything_with_what_the_server_does_not_have():
    from ruche.desk.demo.vault import PHRASE

    ring, secret, ring_key = open_circle_of("odile")
    found = opened_with({ring_key, ring.keys.seal_private, secret.secret}, [PHRASE])
    me = member("odile").pk
    pieces = {f"piece {pk}" for pk in kept.Piece.objects.values_list("pk", flat=True)}
    assert len(pieces) >= 50
    assert found == pieces | {f"slot of {me}", f"ring of {me}", f"epoch for {me}"}


def everything_the_server_knows() -> tuple[list[str], set[bytes]]:
    """The texts that may have been taken for a phrase, and every value made into a key."""
    odile = member("odile")
    texts = [
        settings.SECRET_KEY,
        odile.password,
        odile.email,
        odile.name,
        odile.authenticator_set.get(type="totp").data["secret"],
        apps.get_model("sessions.Session").objects.get().session_key,
    ]
    values = {value for table in _tables() for value in _values_of(table)}
    for session in apps.get_model("sessions.Session").objects.all():
        values |= {value.encode() for value in _texts_in(session.get_decoded())}
    values |= {text.encode() for text in texts}
    return texts, {key for value in values for key in _as_keys(value)}


def _tables() -> list[str]:
    names = connection.introspection.table_names()
    return [name for name in names if name.startswith(TABLES_WITH_SECRETS)]


def _values_of(table: str) -> Iterator[bytes]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')
        for value in (value for row in cursor.fetchall() for value in row):
            if isinstance(value, str):
                yield value.encode()
                yield from (word.encode() for word in value.replace('"', " ").split())
            elif isinstance(value, (bytes, memoryview)):
                yield bytes(value)


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list):
        for one in value:
            yield from _texts_in(one)
    else:
        yield str(value)


def _as_keys(value: bytes) -> Iterator[bytes]:
    """32 bytes as they are, at either end, decoded, or hashed."""
    yield sha256(value).digest()
    for read in (value, *_decoded(value)):
        if len(read) >= KEY:
            yield from (read[:KEY], read[-KEY:])


def _decoded(value: bytes) -> Iterator[bytes]:
    padding = b"=" * (-len(value) % 4)
    with suppress(ValueError):
        yield binascii.unhexlify(value)
    with suppress(ValueError):
        yield base64.urlsafe_b64decode(value + padding)


Try = tuple[str, Callable[[bytes], Any]]
"""An envelope, and what opens it with a key, or raises."""


def opened_with(keys: Iterable[bytes], phrases: Iterable[str]) -> set[str]:
    """What opens when each key is tried everywhere, and each phrase on Odile’s ring."""
    keys, me = list(keys), member("odile")
    kept_slot = me.ring.slots.get(kind="phrase")
    slot = Slot(str(kept_slot.pk), SlotKind.PHRASE, bytes(kept_slot.salt), bytes(kept_slot.sealed))
    by_phrase = partial(open_slot, slot, member=str(me.pk))
    found = {f"slot of {me.pk}" for phrase in phrases if _opens(by_phrase, phrase)}
    for name, attempt in (*_rings(), *_epochs(), *_pieces()):
        if any(_opens(attempt, key) for key in keys):
            found.add(name)
    return found


def _opens(attempt: Callable[[Any], Any], secret: Any) -> bool:
    try:
        attempt(secret)
    except (Unreadable, ValueError):
        return False
    return True


def _rings() -> Iterator[Try]:
    """Rings by their key; slots by the key of a slot, or by what a passkey would derive."""
    for ring in kept.KeyRing.objects.all():
        who = str(ring.pk)
        where = context("ring", who, ring.version)
        yield f"ring of {who}", partial(open_sealed, sealed=bytes(ring.sealed), where=where)
        for slot in ring.slots.all():
            where = context("slot", who, slot.kind, str(slot.pk))
            by_key = partial(open_sealed, sealed=bytes(slot.sealed), where=where)
            yield f"slot of {who}", by_key
            yield f"slot of {who}", partial(_as_a_passkey, by_key)


def _as_a_passkey(by_key: Callable[[bytes], Any], secret: bytes) -> Any:
    return by_key(derive(secret, context("slot", SlotKind.PASSKEY)))


def _epochs() -> Iterator[Try]:
    """The secret of the circle, as members, custodians and the recovery key hold it."""
    for one in kept.EpochWrap.objects.all():
        where = context("epoch", str(one.circle_id), one.epoch, str(one.member_id))
        yield (
            f"epoch for {one.member_id}",
            partial(open_wrapped, wrapped=bytes(one.wrapped), where=where),
        )
    for epoch in kept.Epoch.objects.all():
        where = context("recovery", str(epoch.circle_id), epoch.number)
        wrapped = bytes(epoch.recovery)
        yield "recovery of the epoch", partial(open_wrapped, wrapped=wrapped, where=where)
    for custody in kept.Custody.objects.all():
        who = str(custody.custodian_id)
        where = context("custody", str(custody.circle_id), custody.act, who)
        yield f"part of {who}", partial(open_wrapped, wrapped=bytes(custody.part), where=where)


def _pieces() -> Iterator[Try]:
    """Pieces by their own key, or by the secret of their circle."""
    for wrap in kept.Wrap.objects.select_related("piece__record"):
        piece = wrap.piece
        ids = (str(wrap.circle_id), piece.epoch, str(piece.record_id), str(piece.pk))
        held = Piece(Place(piece.kind, *ids), bytes(piece.body), bytes(wrap.key))
        yield f"piece {piece.pk}", partial(opened, held.body, place=held.place)
        yield f"piece {piece.pk}", partial(_by_the_circle, held)


def _by_the_circle(piece: Piece, secret: bytes) -> Any:
    return open_piece(piece, EpochSecret(piece.place.circle, piece.place.epoch, secret))
