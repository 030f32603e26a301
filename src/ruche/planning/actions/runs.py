"""A computation: asked, watched, stopped. One at a time for a month."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_q.tasks import async_task

from ruche.accounts.models import Member
from ruche.engines.rounds import Problem
from ruche.engines.rounds.serialisation import problem_to_json
from ruche.planning.enums import RunKind, RunStatus
from ruche.planning.models import Brief, Month, Run, Version
from ruche.planning.refusals import Busy, Refused
from ruche.seances.actions.common import note

WORK = "ruche.planning.computing.work"


@transaction.atomic
def ask_run(
    month: Month,
    problem: Problem,
    kind: RunKind,
    *,
    title: str,
    by: Member,
    base: Version | None,
    asked: dict[str, Any] | None = None,
) -> Run:
    """Give a problem to the background. `asked`: what this kind of computation must know.

    Refuses (`Busy`) while another one of the same month is at work.
    """
    if month.runs.at_work().exists():
        raise Busy
    brief = Brief.objects.create(month=month, text=problem_to_json(problem))
    run = Run(
        month=month,
        kind=kind,
        title=title[:300],
        brief=brief,
        asked_by=by,
        base=base,
        asked=asked or {},
    )
    try:
        with transaction.atomic():
            run.save()
    except IntegrityError as error:
        raise Busy from error
    note("run_asked", run, by.actor, month=str(month.pk))
    transaction.on_commit(lambda: start(run))
    return run


def start(run: Run) -> None:
    """Put it in the queue."""
    async_task(WORK, run.pk, task_name=f"planning {run.pk}"[:100])


@transaction.atomic
def stop_run(run: Run, *, by: Member) -> Run:
    """It ends as soon as it can, and keeps the best plan that it has found."""
    held: Run = Run.objects.select_for_update(of=("self",)).get(pk=run.pk)
    if not held.is_at_work:
        raise Refused("Ce calcul est déjà terminé.")
    held.stop_asked = True
    if held.status == RunStatus.WAITING:
        held.status, held.ended_at = RunStatus.STOPPED, timezone.now()
    held.save(update_fields=["stop_asked", "status", "ended_at"])
    note("run_stopped", held, by.actor, month=str(held.month_id))
    return held
