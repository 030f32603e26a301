"""What is left of the order in which rows came is rewritten each night."""

import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import django
django.setup()
from ruche.desk.tasks import SEALED, forget_order
from ruche.accounts.models import Organisation
Organisation.objects.create(name="Une", kind="gip")
print(forget_order() == len(SEALED))
"""


def test_sqlite_is_rewritten_and_its_log_emptied(tmp_path):
    env = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT / "src"),
        "DJANGO_SETTINGS_MODULE": "ruche.settings",
        "RUCHE_VAR": str(tmp_path),
    }
    manage = [sys.executable, str(ROOT / "manage.py"), "migrate", "-v0"]
    subprocess.run(manage, env=env, check=True, cwd=ROOT)
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=env, check=True, cwd=ROOT, capture_output=True
    )
    assert done.stdout.strip() == b"True"
    log = tmp_path / "ruche.sqlite3-wal"
    assert not log.exists() or log.stat().st_size == 0
    with sqlite3.connect(tmp_path / "ruche.sqlite3") as held:
        assert held.execute("select name from accounts_organisation").fetchall() == [("Une",)]
