"""Someone who owns the database changes it by hand: each way of doing so is seen."""

import json
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction

from ruche.journal.chain import FaultKind, HeadKept, digest_of
from ruche.journal.models import Head
from ruche.journal.queries import current_head, lines, verify_all
from tests.journal.conftest import tamper


def kinds(heads=()) -> set[tuple[int, FaultKind]]:
    return {(fault.number, fault.kind) for fault in verify_all(heads)}


def rewrite(from_number: int) -> HeadKept:
    """Compute every digest again from a line on, and move the head: a perfect forgery."""
    found = list(lines())
    previous = found[from_number - 2].digest if from_number > 1 else found[0].previous
    for line in found[from_number - 1 :]:
        line.previous = previous
        line.digest = previous = digest_of(line.fields)
        # Two lines may not follow the same one, not even for the time of a forgery.
        sql = "UPDATE journal_entry SET previous = %s, digest = %s WHERE number = %s"
        tamper(sql, line.previous, line.digest, line.number)
    tamper("UPDATE journal_head SET digest = %s", previous)
    return HeadKept(found[-1].number, previous)


def test_an_untouched_journal_is_intact(five):
    assert verify_all(five) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("actor", "system"),
        ("verb", "journal_exported"),
        ("object_kind", "other"),
        ("object_id", "9"),
        ("at", "2026-11-24 11:00:00.000001+00:00"),
        ("detail", '{"place": 33}'),
        ("detail", '{"place": "3"}'),
        ("detail", '{"place": [3]}'),
        ("detail", "[]"),
        ("digest", "e" * 64),
        ("previous", "e" * 64),
    ],
)
def test_a_changed_column_is_seen(five, column, value):
    tamper(f"UPDATE journal_entry SET {column} = %s WHERE number = 3", value)
    assert (3, FaultKind.EDITED) in kinds()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuse ces valeurs")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "hier"),
        ("at", "2026-11-24 11:00:00+05:00"),
        ("at", "0001-01-01T00:00:00+23:00"),
        ("actor", b"\xff"),
    ],
)
def test_a_column_that_can_no_longer_be_read_is_seen(five, column, value):
    tamper(f"UPDATE journal_entry SET {column} = %s WHERE number = 3", value)
    assert kinds() == {(3, FaultKind.EDITED)}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL refuse ces valeurs")
@pytest.mark.parametrize(("column", "value"), [("detail", "{"), ("number", "trois")])
def test_a_value_that_the_columns_should_refuse_is_seen(five, column, value):
    tamper("PRAGMA ignore_check_constraints = ON")
    tamper(f"UPDATE journal_entry SET {column} = %s WHERE number = 3", value)
    tamper("PRAGMA ignore_check_constraints = OFF")
    assert FaultKind.EDITED in {kind for _, kind in kinds()}


def test_a_detail_nested_without_end_does_not_stop_the_verification(five):
    """Whatever the depth: before, at and after what Python can read, then what it can write."""
    for depth in range(800, 1000):
        nested = f'{{"place": {"[" * depth}{"]" * depth}}}'
        tamper("UPDATE journal_entry SET detail = %s WHERE number = 3", nested)
        assert kinds() == {(3, FaultKind.EDITED)}, depth


def test_a_changed_line_with_its_own_digest_breaks_the_chain(five):
    tamper("UPDATE journal_entry SET actor = 'system' WHERE number = 3")
    changed = list(lines())[2]
    tamper("UPDATE journal_entry SET digest = %s WHERE number = 3", digest_of(changed.fields))
    assert kinds() == {(4, FaultKind.BROKEN)}


def test_an_erased_line_is_seen(five):
    tamper("DELETE FROM journal_entry WHERE number = 3")
    assert kinds() == {(3, FaultKind.MISSING)}


def test_two_lines_that_exchange_their_numbers_are_seen(five):
    tamper("UPDATE journal_entry SET number = 99 WHERE number = 2")
    tamper("UPDATE journal_entry SET number = 2 WHERE number = 3")
    tamper("UPDATE journal_entry SET number = 3 WHERE number = 99")
    assert {(2, FaultKind.EDITED), (3, FaultKind.EDITED)} <= kinds()


def test_an_erased_end_is_seen_thanks_to_the_head_of_the_database(five):
    tamper("DELETE FROM journal_entry WHERE number > 3")
    assert kinds() == {(4, FaultKind.TRUNCATED)}


def test_an_erased_end_with_its_head_is_seen_by_a_head_kept_outside(five):
    tamper("DELETE FROM journal_entry WHERE number > 3")
    tamper("UPDATE journal_head SET number = 3, digest = %s", five[2].digest)
    assert verify_all() == []
    assert verify_all(five[:3]) == []
    assert kinds(five[3:4]) == {(4, FaultKind.TRUNCATED)}


def test_a_journal_rewritten_whole_is_seen_by_one_older_head(five):
    tamper("UPDATE journal_entry SET actor = 'system' WHERE number = 2")
    forged = rewrite(2)
    assert verify_all() == []
    assert verify_all([five[0], forged]) == []
    assert kinds([five[2]]) == {(3, FaultKind.REPLACED)}


def test_a_line_added_by_hand_is_beyond_the_head(five):
    *_, last = lines()
    last.number, last.previous = 6, last.digest
    last.digest = digest_of(last.fields)
    sql = (
        "INSERT INTO journal_entry (number, at, actor, verb, object_kind, object_id, detail,"
        " previous, digest) SELECT 6, at, actor, verb, object_kind, object_id, detail, %s, %s"
        " FROM journal_entry WHERE number = 5"
    )
    tamper(sql, last.previous, last.digest)
    assert kinds() == {(6, FaultKind.ADDED)}


def test_a_head_brought_back_or_erased_is_seen_and_stops_those_who_write(five, journal):
    tamper("UPDATE journal_head SET number = 3, digest = %s", five[2].digest)
    assert kinds() == {(4, FaultKind.ADDED)}
    with pytest.raises(IntegrityError), transaction.atomic():
        journal()
    tamper("DELETE FROM journal_head")
    assert kinds() == {(1, FaultKind.ADDED)}
    with pytest.raises(IntegrityError), transaction.atomic():
        journal()


def test_a_head_that_is_no_longer_one_does_not_stop_the_verification(five):
    Head.objects.update(digest="rien")
    assert kinds() == {(5, FaultKind.REPLACED)}


def test_a_journal_read_in_several_pieces_is_the_same(five, monkeypatch):
    monkeypatch.setattr("ruche.journal.queries.CHUNK", 2)
    assert [line.number for line in lines()] == [1, 2, 3, 4, 5]
    assert [line.number for line in lines(up_to=2)] == [1, 2]
    assert verify_all(five) == []


def test_details_do_not_depend_on_how_the_database_writes_them(five):
    """PostgreSQL sorts keys and chooses its spaces; SQLite keeps the text that it was given."""
    tamper(
        "UPDATE journal_entry SET detail = %s WHERE number = 3", json.dumps({"place": 3}, indent=2)
    )
    assert verify_all(five) == []


def test_the_triggers_leave_and_come_back_with_their_migration(five):
    migration = import_module("ruche.journal.migrations.0002_append_only_triggers")
    schema_editor = SimpleNamespace(connection=connection)
    migration.remove(apps, schema_editor)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET actor = 'system' WHERE number = 5")
    migration.install(apps, schema_editor)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET actor = 'system' WHERE number = 4")
    assert current_head() == five[-1]
    assert kinds() == {(5, FaultKind.EDITED)}
