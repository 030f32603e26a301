"""The product runs on PostgreSQL as it does on SQLite.

The whole suite runs there too: `DATABASE_URL=postgres://… pytest -m "not browser"`.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import needed

ROOT = Path(__file__).resolve().parents[2]
OPEN_PAGES = """
import django
django.setup()
from django.db import connection
from django.test import Client
assert connection.vendor == "postgresql", connection.vendor
visitor = Client(SERVER_NAME="localhost")
for address in (
    "/composants/",
    "/",
    "/portraits/",
    "/portraits/243200409/",
    "/portraits/32013/",
    "/portraits/comparer/?t=243200409&t=dep-32",
    "/portraits/indicateurs/rev_pauvrete/?echelle=epci&page=2",
    "/portraits/recherche/?q=saint%00",
    "/portraits/recherche/suggestions/?q=%25_'",
    "/portraits/editions/2026-1/",
    "/portraits/donnees/portraits.csv",
):
    assert visitor.get(address).status_code == 200, address
from ruche.desk.tasks import SEALED, forget_order
assert forget_order() == len(SEALED)  # tables rewritten in the order of their random keys
assert "16,8" in visitor.get("/portraits/243200409/").content.decode()
"""


@pytest.mark.postgres
def test_a_new_instance_is_filled_and_read_on_postgresql(tmp_path):
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
    for arguments in (
        ["manage.py", "migrate", "--verbosity", "0"],
        ["manage.py", "demo"],
        ["manage.py", "demo"],
        ["-c", OPEN_PAGES],
    ):
        ended = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True
        )
        assert ended.returncode == 0, ended.stderr
