"""An empty journal for each test, an act to write in it, and what an attacker does to it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from ruche.journal import triggers
from ruche.journal.actions import VERBS, record
from ruche.journal.chain import GENESIS, HeadKept
from ruche.journal.models import Entry

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
"""Noon in Auch."""


def tamper(sql: str, *values: Any) -> None:
    """Change the database by hand, as someone who owns it: without the triggers."""
    triggers.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
    triggers.install(connection)


@pytest.fixture
def journal(db: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Entry]:
    """Nothing is written yet. `journal(detail={"place": "ici"})` writes a line."""
    tamper("DELETE FROM journal_entry")
    tamper("UPDATE journal_head SET number = 0, digest = %s", GENESIS)
    monkeypatch.setitem(VERBS, "trial_done", "Un essai a été mené à bien.")

    def written(verb: str = "trial_done", **changes: Any) -> Entry:
        given = {"actor": "member:4f1c", "kind": "trial", "id": "12", "at": NOON, **changes}
        return record(verb, **given)

    return written


@pytest.fixture
def five(journal: Callable[..., Entry]) -> list[HeadKept]:
    """Five lines, and the heads that someone wrote down after each."""
    written = [journal(id=str(place), detail={"place": place}) for place in range(1, 6)]
    return [HeadKept(entry.number, entry.digest) for entry in written]
