"""Several people act at the same moment: numbers follow one another, and the chain holds."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
WRITERS, ACTS = 4, 25

APPEND_TOGETHER = """
import json, sys, threading, time
import django
django.setup()
from django.core.management import call_command
from django.db import connection, transaction
from ruche.journal.actions import OutsideTransaction, record, register_verbs
from ruche.journal.models import Entry
from ruche.journal.queries import verify_all

writers, acts = map(int, sys.argv[1:])
call_command("migrate", "journal", verbosity=0)
register_verbs({"trial_done": "Un essai a été fait."})
start, errors = threading.Barrier(writers), []


class Undone(Exception):
    pass


def append(writer):
    start.wait()
    try:
        for act in range(acts):
            try:
                with transaction.atomic():
                    record("trial_done", actor=f"link:{writer}", kind="trial", id=str(act))
                    if act % 5 == 4:
                        raise Undone
            except Undone:
                pass
            time.sleep(0.002)  # the others have their turn
    except Exception as error:
        errors.append(repr(error))
    finally:
        connection.close()


threads = [threading.Thread(target=append, args=(number,)) for number in range(writers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
try:
    record("trial_done", actor="system", kind="trial", id="1")
except OutsideTransaction:
    refused = True
else:
    refused = False
found = Entry.objects.order_by("number")
turns = list(found.values_list("actor", flat=True))
print(json.dumps({
    "vendor": connection.vendor,
    "errors": errors,
    "numbers": list(found.values_list("number", flat=True)),
    "faults": [fault.text for fault in verify_all()],
    "changes_of_writer": sum(a != b for a, b in zip(turns, turns[1:])),
    "refused_outside": refused,
}))
"""


def append_together(tmp_path: Path, **environment: str) -> dict[str, object]:
    """In another process, with its own database: no test commits in the one of the session."""
    ended = subprocess.run(
        [sys.executable, "-c", APPEND_TOGETHER, str(WRITERS), str(ACTS)],
        cwd=ROOT,
        env={
            **os.environ,
            "RUCHE_VAR": str(tmp_path),
            "PYTHONPATH": str(ROOT / "src"),
            "DJANGO_SETTINGS_MODULE": "ruche.settings_test",
            **environment,
        },
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def assert_nobody_was_lost(found: dict[str, object], vendor: str) -> None:
    kept = WRITERS * ACTS * 4 // 5
    assert found["vendor"] == vendor
    assert found["errors"] == []
    assert found["numbers"] == list(range(1, kept + 1))
    assert found["faults"] == []
    assert found["refused_outside"]
    assert found["changes_of_writer"] >= WRITERS, "les uns après les autres : rien n’est prouvé"


def test_several_writers_append_to_one_chain_on_sqlite(tmp_path):
    url = f"sqlite:///{tmp_path / 'journal.sqlite3'}"
    assert_nobody_was_lost(append_together(tmp_path, DATABASE_URL=url), "sqlite")


@pytest.mark.postgres
def test_several_writers_append_to_one_chain_on_postgresql(tmp_path, schema_url):
    assert_nobody_was_lost(append_together(tmp_path, DATABASE_URL=schema_url), "postgresql")
