"""The product runs on PostgreSQL as it does on SQLite."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import needed

ROOT = Path(__file__).resolve().parents[2]
OPEN_A_PAGE = """
import django
django.setup()
from django.db import connection
from django.test import Client
assert connection.vendor == "postgresql", connection.vendor
assert Client(SERVER_NAME="localhost").get("/composants/").status_code == 200
"""


@pytest.mark.postgres
def test_the_migrations_and_a_page_run_on_postgresql(tmp_path):
    """TEST_POSTGRES_URL names an empty database, which the test fills."""
    url = os.environ.get("TEST_POSTGRES_URL")
    if not url:
        needed("TEST_POSTGRES_URL absent : postgres://utilisateur@hôte/base_vide")
    environment = {
        **os.environ,
        "DATABASE_URL": str(url),
        "RUCHE_VAR": str(tmp_path),
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "ruche.settings_test",
    }
    for arguments in (["manage.py", "migrate", "--verbosity", "0"], ["-c", OPEN_A_PAGE]):
        ended = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stderr
