"""Four planners act on one month at the same moment: one is heard, the others are told, once."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.planning.planners_at_once import PLANNERS

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow


def in_process(folder: Path, url: str) -> dict[str, Any]:
    """In another process, with its own database: no test commits in the one of the session."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.planning.planners_at_once"],
        cwd=ROOT,
        env={
            **os.environ,
            "RUCHE_VAR": str(folder),
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "ruche.settings_test",
            "DATABASE_URL": url,
        },
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


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
    found = in_process(tmp_path, f"sqlite:///{tmp_path / 'months.sqlite3'}")
    assert found["vendor"] == "sqlite"
    assert_one_is_heard(found)


@pytest.mark.postgres
def test_one_planner_is_heard_on_postgresql(tmp_path, schema_url):
    found = in_process(tmp_path, schema_url)
    assert found["vendor"] == "postgresql"
    assert_one_is_heard(found)
