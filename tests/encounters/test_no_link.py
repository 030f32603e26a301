"""A copy of the database does not put together what was said to someone and what was counted.

Six nurses meet twelve people each; their phones send encounters, batches and facts through the
product. Then a thief, who knows how the product works, matches what is kept of people with what is
counted: by the order of rows, by their place in the file, by identifiers that resemble, by
transactions that follow each other. He does no better than a draw; and the same thief finds nearly
everything in a table that keeps rows as they come. (The thief is in `benchmarks/encounters.py`.)
"""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, models

from benchmarks.encounters import (
    A_DAY,
    NURSES,
    ROWS,
    best,
    by_number,
    by_rank,
    in_process,
    limit,
    scored,
)
from benchmarks.measuring import schema_in
from ruche.encounters.models import Deposit, Facts, FiledDeposit, Promise
from ruche.tallies.models import SpentBatch, Tally
from tests.conftest import needed
from tests.encounters.sealed_phones import in_the_field, phone_of, posted
from tests.members import browser_of

DATES = {
    Deposit: {"month"},
    FiledDeposit: {"day"},
    Facts: set(),
    Promise: {"month"},
    Tally: set(),
    SpentBatch: {"day"},
}
"""The closed list: the month where something is due; days after which a number is forgotten."""

LOGICAL = ("as stored", "by index")
"""What a copy of the tables shows, before any rewriting."""

each_table = pytest.mark.parametrize("model", DATES, ids=lambda model: model.__name__)
sqlite_only = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL n’a pas de numéro de ligne"
)


# -------------------------------------------------------------------------------- schema


@sqlite_only
@each_table
@pytest.mark.django_db
def test_a_table_of_encounters_has_no_row_number(model):
    table = model._meta.db_table
    with connection.cursor() as cursor, pytest.raises(OperationalError, match="rowid"):
        cursor.execute(f"SELECT rowid FROM {table}")


@each_table
@pytest.mark.django_db
def test_no_column_dates_a_row_but_those_of_the_closed_list(model):
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, model._meta.db_table)
        dated = {
            column.name
            for column in columns
            if re.match("Date|Time", connection.introspection.get_field_type(column[1], column))
        }
    assert dated == DATES[model]
    assert not any(isinstance(field, models.DateTimeField) for field in model._meta.fields)


@each_table
def test_identifiers_are_not_numbers_that_grow(model):
    assert isinstance(model._meta.pk, models.UUIDField | models.CharField)


def test_nothing_of_an_encounter_is_written_on_both_sides(world):
    """Neither an identifier, nor a sealed body: only where, and for whom."""
    Tally.objects.all().delete()
    SpentBatch.objects.all().delete()
    Facts.objects.all().delete()
    place = in_the_field()
    phone = phone_of(place.odile, place)
    for _ in range(5):
        phone.meet({"age": ["25-44"], "themes": ["dents"]}, note="Venue avec sa sœur.")
    client = browser_of(place.odile.member)
    for address, body in phone.sync():
        assert posted(client, address, body).status_code == 200
    notes, counted, facts = _values(Deposit), _values(Tally) | _values(SpentBatch), _values(Facts)
    assert len(notes) > 10
    assert len(facts) > 10
    plain = {place.site.pk, place.team.pk, None}
    assert not notes & (counted - plain)
    assert not facts & (counted - plain)
    assert notes & facts <= {1, None}, "l’époque des deux cercles"


def _values(model: type[models.Model]) -> set[Any]:
    rows = model._default_manager.order_by("pk").values_list()
    found = {bytes(one) if isinstance(one, memoryview) else one for row in rows for one in row}
    return {one for one in found if not isinstance(one, bool)}


# --------------------------------------------------------------------------------- thief


def test_the_thief_and_his_measure_are_checked_on_a_case_small_enough_for_a_pencil():
    notes, rows = ["a0" * 16, "b0" * 16, "c0" * 16], ["a1" * 16, "b1" * 16, "c1" * 16]
    truth = {note: {row} for note, row in zip(notes, rows, strict=True)}
    for attack in (by_rank, by_number):
        one = scored("facts", "essai", attack(notes, rows), truth, rows)
        assert (one["found"], one["notes"], one["rows"]) == (3, 3, 3)
        assert one["chance"] == pytest.approx(1 / 3)
    assert by_number(notes, rows[::-1]) == by_number(notes, rows)
    assert limit({"notes": 10, "chance": 0.5}, risk=0.01) == 9
    assert limit({"notes": 10, "chance": 0.5}, risk=0.02) == 8


def assert_the_thief_sees(found: dict[str, Any]) -> None:
    """The measure must find links where there are some."""
    assert found["met"] == NURSES * A_DAY
    assert found["deposits"] > found["met"] // 2
    targets = {one["target"]: one for one in best(found["control"])}
    assert set(targets) == set(ROWS)
    for one in targets.values():
        assert one["found"] > 2 * limit(one)
        assert one["found"] >= one["notes"] * 0.6


def assert_no_better_than_a_draw(attacks: list[dict[str, Any]]) -> None:
    assert {one["target"] for one in attacks} == set(ROWS)
    assert len(attacks) >= 27, "trois façons, trois tables, trois buts"
    better = [one for one in attacks if one["found"] > limit(one)]
    assert better == []


def in_a_copy_of_the_tables(attacks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [one for one in attacks if any(name in one["attack"] for name in LOGICAL)]


@pytest.fixture(scope="module")
def on_sqlite() -> dict[str, Any]:
    """A day of encounters in a file of SQLite, as the embedded product keeps it."""
    return in_process("linkage", 1)


def test_the_thief_finds_nearly_everything_where_rows_are_kept_as_they_come(on_sqlite):
    assert_the_thief_sees(on_sqlite)


def test_a_copy_of_the_tables_tells_nothing_even_by_day(on_sqlite):
    assert_no_better_than_a_draw(in_a_copy_of_the_tables(on_sqlite["day"]))


def test_a_copy_of_the_file_tells_nothing_after_the_night(on_sqlite):
    assert_no_better_than_a_draw(on_sqlite["night"])


def test_two_encounters_side_by_side_are_not_those_of_one_phone(on_sqlite):
    for reading, one in on_sqlite["neighbours"].items():
        assert one["found"] <= limit(one), reading


@pytest.mark.slow
def test_five_days_tell_no_more_than_one():
    found = in_process("linkage", 5)
    assert_no_better_than_a_draw(found["night"])
    assert_no_better_than_a_draw(in_a_copy_of_the_tables(found["day"]))


# ---------------------------------------------------------------------------- postgresql


@pytest.fixture(scope="module")
def on_postgres() -> Iterator[dict[str, Any]]:
    """The same day on PostgreSQL, where a row also keeps the number of its transaction."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        needed("TEST_POSTGRES_URL absent : postgres://utilisateur@hôte/base_vide")
    with schema_in(str(url)) as own:
        yield in_process("linkage", 1, DATABASE_URL=own)


@pytest.mark.slow
@pytest.mark.postgres
def test_the_thief_sees_on_postgresql_too(on_postgres):
    assert_the_thief_sees(on_postgres)
    assert any("transaction" in one["attack"] for one in on_postgres["night"])


@pytest.mark.slow
@pytest.mark.postgres
def test_a_copy_of_the_tables_of_postgresql_tells_nothing_even_by_day(on_postgres):
    assert_no_better_than_a_draw(in_a_copy_of_the_tables(on_postgres["day"]))


@pytest.mark.slow
@pytest.mark.postgres
def test_postgresql_tells_nothing_after_the_night_not_even_by_its_transactions(on_postgres):
    assert_no_better_than_a_draw(on_postgres["night"])
    for reading, one in on_postgres["neighbours"].items():
        assert one["found"] <= limit(one), reading
