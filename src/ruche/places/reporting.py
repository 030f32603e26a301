"""Errors that visitors tell: received without an account, settled by who may mend the site.

A message is free text from anyone: it is read by the coordination alone, never shown elsewhere, and
erased when it is settled, or after ninety days.
"""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.core.once import insert_once
from ruche.journal.actions import record
from ruche.places.enums import ReportKind
from ruche.places.errors import TooManyReports
from ruche.places.models import Report, Site

PER_HOUR = 20
"""Reports of one site in one hour, beyond which nothing is kept."""

KEPT = timedelta(days=90)


@transaction.atomic
def report(site: Site, *, kind: ReportKind, message: str, language: str) -> bool:
    """Keep what somebody saw; False when the same is already waiting. `TooManyReports` beyond."""
    waiting = Report.objects.filter(site=site)
    if waiting.filter(received_at__gt=timezone.now() - timedelta(hours=1)).count() >= PER_HOUR:
        raise TooManyReports
    text = " ".join(message.split())
    return insert_once(Report(site=site, kind=kind, message=text, language=language))


@transaction.atomic
def settle(report: Report, *, by: Member) -> None:
    """It was read, and mended or not: the message is erased. Twice changes nothing."""
    deleted, _ = Report.objects.filter(pk=report.pk).delete()
    if deleted:
        detail = {"kind": str(report.kind)}
        record("report_settled", actor=by.actor, kind="site", id=str(report.site_id), detail=detail)


def forget_old_reports() -> int:
    """Erase what nobody settled in ninety days; how many."""
    deleted, _ = Report.objects.filter(received_at__lt=timezone.now() - KEPT).delete()
    return deleted
