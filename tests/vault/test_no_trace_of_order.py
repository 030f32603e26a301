"""A copy of the database does not tell in what order notes were written, nor beside what.

A table of SQLite has a hidden number that grows with each row: two tables written by the same
requests could be joined by it, and a note would be dated by its neighbour. The tables of records
are kept in the order of their random key instead.
"""

import random
import re
from collections.abc import Sequence
from statistics import correlation
from uuid import UUID

import pytest
from django.db import OperationalError, connection, models

from ruche.engines.vault.forms import text_of
from ruche.people.models import Card, Said, Shown, Thread
from ruche.vault import actions
from ruche.vault.models import Permission, Piece, Record, Wrap
from ruche.vault.payloads import PieceGiven
from tests.core.member_urls import circle, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("world")]

DATES = {
    Record: {"ends_in"},
    Permission: {"since", "until", "ended_on"},
    Piece: set(),
    Wrap: set(),
    Card: {"made_on"},
    Thread: set(),
    Shown: set(),
    Said: set(),
}
"""The closed list: a month, the days between which a person agreed, the day of her card."""

TABLES = [model._meta.db_table for model in DATES]

NOTES = 400
NEAR_CHANCE = 0.15
"""Three times what chance gives to 400 rows: one over the square root of their number."""

sqlite_only = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL n’a pas de numéro de ligne"
)


# -------------------------------------------------------------------------------- schema


@sqlite_only
@pytest.mark.parametrize("model", DATES, ids=lambda model: model.__name__)
def test_a_table_of_records_has_no_row_number(model):
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name = %s", [table])
        assert cursor.fetchone()[0].rstrip().endswith("WITHOUT ROWID")
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="rowid"):
        cursor.execute(f"SELECT rowid FROM {table}")


@pytest.mark.parametrize("model", DATES, ids=lambda model: model.__name__)
def test_no_column_dates_a_record_but_those_of_the_closed_list(model):
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
        dated = {
            column.name
            for column in columns
            if re.match("Date|Time", connection.introspection.get_field_type(column[1], column))
        }
    assert dated == DATES[model]
    fields = {field.name for field in model._meta.fields if isinstance(field, models.DateField)}
    assert fields == dated
    assert not any(isinstance(field, models.DateTimeField) for field in model._meta.fields)


@pytest.mark.parametrize("model", DATES, ids=lambda model: model.__name__)
def test_the_identifiers_of_records_are_not_numbers_that_grow(model):
    assert isinstance(model._meta.pk, models.CharField if model is Card else models.UUIDField)
    kept = list(model.objects.values_list("pk", flat=True))
    assert all(pk.version == 4 for pk in kept if isinstance(pk, UUID))


# ---------------------------------------------------------------------------------- dump


@pytest.fixture
def written() -> list[UUID]:
    """Notes on forty persons, in order; after each, the same request writes elsewhere."""
    chance = random.Random(7)
    nurse, nurses, notes = member("odile"), circle(), []
    records = list(Record.objects.order_by("pk"))
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE beside (id INTEGER PRIMARY KEY, note CHAR(32))")
    for _ in range(NOTES):
        notes.append(UUID(int=chance.getrandbits(128), version=4))
        given = {
            "id": str(notes[-1]),
            "record": str(chance.choice(records).pk),
            "circle": str(nurses.pk),
            "kind": "note",
            "epoch": nurses.epoch,
            "body": text_of(chance.randbytes(285)),
            "key": text_of(chance.randbytes(81)),
        }
        actions.save_pieces(nurse, [PieceGiven.model_validate(given)])
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO beside (note) VALUES (%s)", [notes[-1].hex])
    return notes


def as_stored(table: str, column: str) -> list[UUID]:
    """A column in the order in which the table itself is stored."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} NOT INDEXED")
        return [UUID(value) for (value,) in cursor.fetchall()]


def order_kept(found: Sequence[UUID], written: Sequence[UUID]) -> float:
    """Spearman’s rank correlation of what is found with the order of writing: one, if it tells."""
    place = {one: at for at, one in enumerate(written)}
    ranks = [place[one] for one in found if one in place]
    assert len(ranks) == len(written)
    return correlation(range(len(ranks)), ranks)


@sqlite_only
def test_a_dump_joins_notes_with_what_was_written_beside_no_better_than_chance(written):
    beside = as_stored("beside", "note")
    assert order_kept(beside, written) > 0.99, "the measure must see an order where there is one"
    pieces = [one for one in as_stored("vault_piece", "id") if one in set(written)]
    assert abs(order_kept(pieces, written)) < NEAR_CHANCE
    joined = sum(one == other for one, other in zip(pieces, beside, strict=True))
    assert joined < 10, "one pair is joined by chance"


@sqlite_only
def test_keys_of_pieces_do_not_tell_the_order_either(written):
    pieces = as_stored("vault_wrap", "piece_id")
    assert abs(order_kept(pieces, written)) < 2 * NEAR_CHANCE, "the server draws these at each run"


@sqlite_only
@pytest.mark.parametrize("table", TABLES)
def test_an_index_gives_no_order_that_the_table_hides(table, written):
    """An index ends with the key of its row: random here, a row number elsewhere."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM pragma_index_list('{table}') ORDER BY name")
        indexes = [name for (name,) in cursor.fetchall()]
        for name in indexes:
            cursor.execute(f"SELECT name FROM pragma_index_xinfo('{name}') ORDER BY seqno")
            columns = [column for (column,) in cursor.fetchall()]
            assert None not in columns, f"{name} ends with a row number"
