"""Four planners act on one month at the same moment: one is heard, the others are told, once."""

from typing import Any

import pytest

from benchmarks.measuring import in_the_product
from tests.planning.planners_at_once import PLANNERS

pytestmark = pytest.mark.slow


def at_work(url: str) -> dict[str, Any]:
    """In another process, with its own database: no test commits in the one of the session."""
    return in_the_product(
        "tests.planning.planners_at_once",
        DJANGO_SETTINGS_MODULE="ruche.settings_test",
        DATABASE_URL=url,
    )


def assert_one_is_heard(found: dict[str, Any]) -> None:
    others = PLANNERS - 1
    assert list(found["begin"].values()) == [PLANNERS], "un seul mois"
    assert found["propose"] == {"done": 1, "Busy": others}
    assert found["change"] == {"done": 1, "StaleMonth": others}
    assert found["publish"] == {"done": 1, "StaleMonth": others}
    assert found["versions"] == 2, "la proposition, et un changement"
    assert found["publications"] == 1
    assert found["planned"] == found["visits"] == found["participations"] > PLANNERS


def test_one_planner_is_heard_on_sqlite(tmp_path):
    found = at_work(f"sqlite:///{tmp_path / 'months.sqlite3'}")
    assert found["vendor"] == "sqlite"
    assert_one_is_heard(found)


@pytest.mark.postgres
def test_one_planner_is_heard_on_postgresql(schema_url):
    found = at_work(schema_url)
    assert found["vendor"] == "postgresql"
    assert_one_is_heard(found)
