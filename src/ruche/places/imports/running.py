"""Who does the work of an import: the request when it is short, the queue when it is long."""

import logging
from uuid import UUID

from django.core.cache import cache
from django_q.tasks import async_task

from ruche.accounts.models import Member
from ruche.places.imports import actions
from ruche.places.imports.enums import BatchStatus
from ruche.places.imports.errors import StaleBatch
from ruche.places.imports.models import ImportBatch
from ruche.places.imports.planning import Tick

logger = logging.getLogger(__name__)

SHORT = 300
"""Lines that a request compares, writes or undoes while someone waits: less than a second."""

PROGRESS_KEPT = 3_600
AFTER_TROUBLE = {
    BatchStatus.PREPARING: BatchStatus.PREPARING,
    BatchStatus.APPLYING: BatchStatus.READY,
    BatchStatus.UNDOING: BatchStatus.APPLIED,
}
"""Where a batch goes back to when its work failed: nothing of that work is there."""


def start(batch: ImportBatch, *, by: Member) -> None:
    """Do, or give to the queue, the work that was just asked of a batch."""
    if not batch.is_at_work:
        return
    if batch.lines.count() <= SHORT:
        work(batch.pk, by.pk)
    else:
        async_task(f"{__name__}.work", batch.pk, by.pk, task_name=f"import {batch.pk}"[:100])


def work(batch_pk: UUID, member_pk: UUID) -> None:
    """Do what a batch waits for. Twice at once, it is done once."""
    batch = ImportBatch.objects.filter(pk=batch_pk).first()
    if batch is None or not batch.is_at_work:
        return
    by = Member.objects.get(pk=member_pk)
    status = BatchStatus(batch.status)
    try:
        _do(batch, status, by)
    except Exception as error:
        logger.exception("import %s stopped while %s", batch.pk, status)
        trouble = f"Le travail s’est arrêté ({type(error).__name__}) et rien n’a été enregistré."
        actions.note_trouble(batch, status, status=AFTER_TROUBLE[status], trouble=trouble)


def _do(batch: ImportBatch, status: BatchStatus, by: Member) -> None:
    def tick(done: int, total: int) -> None:
        cache.set(_key(batch.pk), (done, total), PROGRESS_KEPT)

    tick(0, 1)
    if status == BatchStatus.PREPARING:
        actions.prepare(batch, tick=tick)
    elif status == BatchStatus.UNDOING:
        actions.undo(batch, by=by, tick=tick)
    else:
        _apply(batch, by, tick)


def _apply(batch: ImportBatch, by: Member, tick: Tick) -> None:
    try:
        actions.apply(batch, by=by, tick=tick)
    except StaleBatch as error:
        actions.prepare(batch, tick=tick)
        ready = BatchStatus.READY
        actions.note_trouble(batch, ready, status=ready, trouble=str(error))


def progress_of(batch: ImportBatch) -> tuple[int, int]:
    """How much of the work is done, and of how much; (0, 1) when nobody has begun."""
    done, total = cache.get(_key(batch.pk)) or (0, 1)
    return done, total


def _key(pk: UUID) -> str:
    return f"import-{pk}"
