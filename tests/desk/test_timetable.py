"""What runs by itself: declared once, made up for after a stop, started with the site."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from django.utils.module_loading import import_string
from django_q.models import Schedule

from ruche.accounts.enums import Role
from ruche.desk.schedules import TIMETABLE, declare
from ruche.desk.tasks import send_journal_head, tidy_up
from ruche.journal.queries import printable_head
from ruche.seances.models import SpentIncrement
from tests.members import someone

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("task", TIMETABLE, ids=lambda task: task.name)
def test_each_task_of_the_timetable_is_a_function_that_exists(task):
    assert callable(import_string(task.function))


@pytest.mark.django_db
def test_the_timetable_is_in_the_database_after_a_migration():
    names = set(Schedule.objects.order_by("name").values_list("name", flat=True))
    assert names == {task.name for task in TIMETABLE}


@pytest.mark.django_db
def test_declaring_again_keeps_when_a_task_runs_next_and_forgets_what_is_gone():
    task = Schedule.objects.order_by("name").first()
    due = timezone.now() + timedelta(minutes=3)
    Schedule.objects.filter(pk=task.pk).update(next_run=due)
    Schedule.objects.create(name="ancienne tâche", func="nulle.part")
    declare()
    assert Schedule.objects.get(pk=task.pk).next_run == due
    assert not Schedule.objects.filter(name="ancienne tâche").exists()


@pytest.mark.django_db
def test_the_head_of_the_journal_goes_to_the_data_protection_officers_and_to_nobody_else(world):
    officer, other = someone(Role.DPO), someone(Role.DPO)
    someone(Role.COORDINATOR)
    other.is_active = False
    other.save()
    mail.outbox.clear()
    send_journal_head()
    (letter,) = mail.outbox
    assert officer.email in letter.to
    assert other.email not in letter.to
    assert str(printable_head().number) in letter.body


@pytest.mark.django_db
def test_tidying_up_forgets_old_increments_and_keeps_recent_ones():
    today = timezone.localdate()
    for number, age in enumerate((0, 7, 9, 40)):
        SpentIncrement.objects.create(
            pk=f"00000000-0000-4000-8000-00000000000{number}", day=today - timedelta(days=age)
        )
    tidy_up()
    assert SpentIncrement.objects.filter(pk__startswith="00000000").count() == 2


# ------------------------------------------------------------------- in processes of their own


def instance(var: Path) -> dict[str, str]:
    """The environment of a new instance, its database ready."""
    environment = {
        **os.environ,
        "RUCHE_VAR": str(var),
        "DJANGO_SETTINGS_MODULE": "ruche.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONUNBUFFERED": "1",
    }
    manage(environment, "migrate", "--verbosity", "0")
    return environment


def manage(environment: dict[str, str], *arguments: str) -> None:
    subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, check=True, timeout=90
    )


def next_run(var: Path, name: str) -> str:
    with closing(sqlite3.connect(var / "ruche.sqlite3")) as held:
        question = "select next_run from django_q_schedule where name = ?"
        return str(held.execute(question, [name]).fetchone()[0])


def miss_a_run(var: Path, name: str) -> str:
    """As if the machine had been off at the hour of a task."""
    missed = f"{timezone.now() - timedelta(hours=30):%Y-%m-%d %H:%M:%S}"
    with closing(sqlite3.connect(var / "ruche.sqlite3")) as held, held:
        held.execute("update django_q_schedule set next_run = ? where name = ?", [missed, name])
    return missed


def wait_until_done(var: Path, name: str, missed: str) -> None:
    for _ in range(120):
        with closing(sqlite3.connect(var / "ruche.sqlite3")) as held:
            done = held.execute("select count(*) from django_q_task where success = 1").fetchone()
        if next_run(var, name) != missed and done[0]:
            return
        time.sleep(0.5)
    raise AssertionError("la tâche manquée n’a pas été rattrapée")


@pytest.mark.slow
@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_the_site_starts_its_tasks_makes_up_for_a_missed_run_and_stops_them(tmp_path):
    environment = instance(tmp_path)
    missed = miss_a_run(tmp_path, "ménage")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "manage.py", "serve", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True,
    )  # fmt: skip
    try:
        wait_until_done(tmp_path, "ménage", missed)
    finally:
        server.send_signal(signal.SIGINT)
        server.communicate(timeout=40)
    assert server.returncode == 0
    left = subprocess.run(["pgrep", "-s", str(server.pid)], capture_output=True, text=True)
    assert left.stdout == ""
