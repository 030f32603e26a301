"""Absences that come from a diary: dates and hours, never a title."""

from collections.abc import Iterable
from datetime import date, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.planning.calendars.absences import Span, order
from ruche.planning.models import Worker
from ruche.seances.actions.common import note
from ruche.seances.actions.teams import add_absence
from ruche.seances.models import Absence


@transaction.atomic
def import_absences(worker: Worker, spans: Iterable[Span], *, by: Member) -> tuple[int, int]:
    """Keep spans as absences of the worker, and skip those already known: (kept, skipped)."""
    known, added, skipped = known_absences(worker), 0, 0
    for span in sorted(set(spans), key=order):
        if is_covered(span, known):
            skipped += 1
            continue
        kept = add_absence(
            worker.team,
            span.first,
            span.last,
            member=worker.member,
            starts=span.starts,
            ends=span.ends,
            by=by,
        )
        known.append(kept)
        added += 1
    note("absences_imported", worker, by.actor, added=added, skipped=skipped)
    return added, skipped


def known_absences(worker: Worker) -> list[Absence]:
    """Those of her team, and hers, that are not over."""
    hers = Q(team=worker.team_id, member=None)
    if worker.member_id:
        hers |= Q(member=worker.member_id)
    return list(Absence.objects.filter(hers, last__gte=timezone.localdate()).order_by("pk"))


def is_covered(span: Span, known: Iterable[Absence]) -> bool:
    """Whether each of its days, or its hours, is already in one of these absences."""
    absences = list(known)
    days = (span.last - span.first).days + 1
    return all(
        any(_covers(absence, span, span.first + timedelta(days=rank)) for absence in absences)
        for rank in range(days)
    )


def _covers(absence: Absence, span: Span, day: date) -> bool:
    if not absence.first <= day <= absence.last:
        return False
    if absence.starts is None or absence.ends is None:
        return True
    starts, ends = span.starts or time.min, span.ends or time.max
    return absence.starts <= starts and ends <= absence.ends
