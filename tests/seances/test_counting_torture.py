"""Fifty clients touch « + 1 » at once, some sent again: no touch is lost, none counts twice."""

import pytest
from django.conf import settings

from benchmarks.counts import A_TENTH, CLIENTS, INCREMENTS, in_process


def increments() -> int:
    return INCREMENTS // A_TENTH if settings.CI else INCREMENTS


def assert_each_touch_counted_once(found: dict[str, int], sent: int) -> None:
    assert found["sent"] > sent, "rien n’a été renvoyé : rien n’est prouvé"
    assert (found["lost"], found["doubled"]) == (0, 0)
    assert found["identifiers"] == sent
    assert found["rows"] == 5


@pytest.mark.slow
def test_no_touch_is_lost_or_doubled_on_sqlite():
    assert_each_touch_counted_once(in_process(increments()), increments())


def test_two_hundred_touches_of_eight_clients_are_each_counted_once():
    assert_each_touch_counted_once(in_process(200, clients=8), 200)


@pytest.mark.slow
@pytest.mark.postgres
def test_no_touch_is_lost_or_doubled_on_postgresql(schema_url):
    found = in_process(increments(), clients=CLIENTS, DATABASE_URL=schema_url)
    assert_each_touch_counted_once(found, increments())
