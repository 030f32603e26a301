"""The closed list of what the server holds about a record is that of the database, by column.

Someone who adds a column, or a table that points at a record, must say it in the list that members
and persons read (« Qui peut lire quoi »): these tests fail until then.
"""

import pytest
from django.apps import apps
from django.db import connection

from ruche.encounters.models import Promise
from ruche.engines.vault.forms import BUCKETS
from ruche.engines.vault.suite import NONCE, SUITE, TAG
from ruche.journal.models import Entry
from ruche.people.models import Card, Said, Shown, Thread
from ruche.vault import actions
from ruche.vault.models import Permission, Piece, Record, Wrap
from ruche.vault.queries import short
from ruche.vault.wording import HELD_ABOUT_A_RECORD
from tests.core.member_urls import member, record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

COLUMNS = {
    Record: {"id": "identifiant", "circle_id": "cercle", "ends_in": "mois de fin"},
    Piece: {
        "id": "identifiant",
        "record_id": "identifiant",
        "kind": "nature",
        "epoch": "époque",
        "body": "contenu",
    },
    Wrap: {
        "id": "identifiant",
        "piece_id": "identifiant",
        "circle_id": "cercle",
        "epoch": "époque",
        "permission_id": "partages",
        "key": "contenu",
    },
    Permission: {
        "id": "identifiant",
        "record_id": "identifiant",
        "circle_id": "partages",
        "since": "partages",
        "until": "partages",
        "ended_on": "partages",
    },
    Card: {"handle": "carte", "proof": "carte", "made_on": "carte"},
    Thread: {"id": "identifiant", "card_id": "carte", "record_id": "carte", "held": "contenu"},
    Shown: {"id": "identifiant", "piece_id": "carte", "thread_id": "carte", "key": "contenu"},
    Promise: {
        "id": "identifiant",
        "piece_id": "identifiant",
        "record_id": "identifiant",
        "site_id": "promesses",
        "month": "promesses",
    },
    Said: {"id": "identifiant", "thread_id": "carte", "kind": "nature", "body": "contenu"},
}
"""Table → its columns → the entry of the list that tells them."""

TOLD_BY_WHAT_IS_THERE = {
    "taille": "the length of a sealed body",
    "ouvertures": "the journal",
}
"""Entries that no column holds."""


@pytest.mark.parametrize("model", COLUMNS, ids=lambda model: model.__name__)
def test_each_column_of_a_record_is_told_by_the_list(model):
    with connection.cursor() as cursor:
        found = connection.introspection.get_table_description(cursor, model._meta.db_table)
    assert {column.name for column in found} == set(COLUMNS[model])
    assert set(COLUMNS[model].values()) <= set(HELD_ABOUT_A_RECORD)


def test_the_list_tells_nothing_that_is_not_held():
    told = {entry for columns in COLUMNS.values() for entry in columns.values()}
    assert set(HELD_ABOUT_A_RECORD) == told | set(TOLD_BY_WHAT_IS_THERE)


def test_no_other_table_points_at_a_record_or_at_what_it_holds():
    pointing = {
        model
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.concrete and field.related_model in COLUMNS
    }
    assert pointing == set(COLUMNS) - {Record, Card}


def test_the_size_of_what_is_sealed_is_one_of_ten():
    around = len(SUITE) + NONCE + TAG
    sizes = {len(piece.body) - around for piece in Piece.objects.all()}
    assert sizes
    assert sizes <= set(BUCKETS)


def test_who_opened_a_record_and_when_is_in_the_journal():
    opened = record()
    odile = member("odile")
    actions.open_pieces(odile, list(opened.pieces.values_list("pk", flat=True)))
    line = Entry.objects.order_by("-number")[0]
    assert (line.verb, line.actor) == ("pieces_opened", odile.actor)
    assert short(opened.pk) in line.detail["records1"]
