"""What ends by itself: idle rings, shares past their day, records past their month."""

from datetime import date

import pytest
import time_machine

from ruche.accounts.actions import deactivate
from ruche.desk.demo.vault import RIGHTS
from ruche.desk.tasks import forget_order, tidy_up
from ruche.journal.models import Entry
from ruche.people.models import Card, Thread
from ruche.vault import tasks
from ruche.vault.models import Circle, Piece, Record, Wrap
from tests.core.member_urls import circle, member, record
from tests.members import browser_of

pytestmark = pytest.mark.django_db


def test_the_month_of_the_end_follows_the_last_contact():
    held = Circle(retention_months=24)
    assert held.ends_in(date(2026, 11, 24)) == date(2028, 11, 1)
    assert Circle(retention_months=1).ends_in(date(2026, 12, 31)) == date(2027, 1, 1)


def test_a_record_whose_month_is_past_is_erased_keys_first(world):
    held = record()
    kept = Record.objects.exclude(pk=held.pk).count()
    last = held.ends_in
    Record.objects.exclude(pk=held.pk).update(ends_in=date(2090, 1, 1))
    with time_machine.travel(last.replace(day=28)):
        assert tasks.end_what_is_due() == 0, "le mois n’est pas fini"
    with time_machine.travel(date(last.year + 1, last.month, 1)):
        assert tasks.end_what_is_due() == 1
    assert not Record.objects.filter(pk=held.pk).exists()
    assert not Piece.objects.filter(record=held.pk).exists()
    assert not Wrap.objects.filter(piece__record=held.pk).exists()
    assert Record.objects.count() == kept
    line = Entry.objects.get(verb="record_erased")
    assert (line.actor, line.object_id) == ("system", str(held.pk))


def test_a_card_goes_with_the_record_that_it_opened(world):
    held = record()
    card = Card.objects.create(handle="a" * 32, proof="b" * 64)
    Thread.objects.create(card=card, record=held, held=b"\1" * 61)
    Record.objects.exclude(pk=held.pk).update(ends_in=date(2090, 1, 1))
    with time_machine.travel(date(2089, 1, 1)):
        tasks.end_what_is_due()
    assert not Thread.objects.exists()
    tidy_up()
    assert not Card.objects.exists()


def test_the_retention_is_that_of_the_circle(world):
    assert circle().retention_months == 24
    assert {one.ends_in.day for one in Record.objects.all()} == {1}


def test_the_order_of_rows_is_not_rewritten_inside_a_transaction(world):
    """It is each night, outside: tests/core/test_postgres.py, tests/core/test_row_order.py."""
    assert forget_order() == 0


def test_a_circle_says_how_long_it_keeps_and_its_members_change_it(world):
    held = circle()
    address = f"/coffre/cercles/{held.pk}/modifier/"
    nurse = browser_of(member("odile"))
    good = {"name": held.name, "purpose": held.purpose, "retention_months": "12"}
    assert nurse.post(address, good).status_code == 302
    held.refresh_from_db()
    assert (held.retention_months, held.epoch) == (12, 1)
    assert nurse.post(address, {**good, "retention_months": "0"}).status_code == 422
    assert nurse.post(address, {**good, "name": RIGHTS}).status_code == 422
    assert browser_of(member("ines")).post(address, good).status_code == 403
    assert Entry.objects.filter(verb="circle_described").count() == 1


def test_a_closed_account_is_told_to_those_who_stay_in_the_circle(world):
    address = f"/coffre/cercles/{circle().pk}/"
    assert "Compte désactivé" not in browser_of(member("odile")).get(address).content.decode()
    deactivate(member("rose"), by=member("ines"))
    assert "Compte désactivé" in browser_of(member("odile")).get(address).content.decode()
