"""The timetable of the instance: declared here, kept in the database, run by `manage.py qcluster`.

A run that was missed (the machine was off) is made up for at the next start: see ADR 0008.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone
from django_q.models import Schedule


@dataclass(frozen=True)
class Task:
    """Something that runs by itself."""

    name: str
    function: str
    minutes: int = 0
    """Every so many minutes; zero for once a day."""
    hour: int = 7


TIMETABLE = (
    Task("rappels aux équipes", "ruche.seances.tasks.remind", minutes=10),
    Task("fermeture des coffres inactifs", "ruche.vault.tasks.close_idle", minutes=5),
    Task("reprise des calculs du planning", "ruche.planning.computing.take_up_again", minutes=1),
    Task("fin des partages et des fiches", "ruche.vault.tasks.end_what_is_due", hour=3),
    Task("ordre des tables scellées", "ruche.desk.tasks.forget_order", hour=5),
    Task("tête du journal", "ruche.desk.tasks.send_journal_head", hour=7),
    Task("ménage", "ruche.desk.tasks.tidy_up", hour=4),
)


def declare(**_: Any) -> None:
    """Bring the database to the timetable: what is new begins, what is gone stops.

    A migration of one app alone may leave the tables of tasks for later: nothing is declared then.
    """
    if Schedule._meta.db_table not in connection.introspection.table_names():
        return
    for task in TIMETABLE:
        Schedule.objects.update_or_create(
            name=task.name,
            defaults={
                "func": task.function,
                "schedule_type": Schedule.MINUTES if task.minutes else Schedule.DAILY,
                "minutes": task.minutes or None,
                "repeats": -1,
            },
            create_defaults={
                "func": task.function,
                "schedule_type": Schedule.MINUTES if task.minutes else Schedule.DAILY,
                "minutes": task.minutes or None,
                "repeats": -1,
                "next_run": _first_run(task),
            },
        )
    Schedule.objects.exclude(name__in=[task.name for task in TIMETABLE]).delete()


def _first_run(task: Task) -> datetime:
    now = timezone.localtime()
    if task.minutes:
        return now
    today = now.replace(hour=task.hour, minute=0, second=0, microsecond=0)
    return today if today > now else today + timedelta(days=1)
