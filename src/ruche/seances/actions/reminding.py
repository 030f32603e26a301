"""Remind the teams, once each time, however many processes try at the same moment."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.seances import mails
from ruche.seances.actions.common import new_link, note, silence
from ruche.seances.enums import OPEN, Answer
from ruche.seances.models import Participation

REMINDED = (Answer.ASKED, Answer.CONFIRMED, Answer.PROPOSED)

logger = logging.getLogger(__name__)


def send_due_reminders(now: datetime) -> int:
    """Send what is due; how many e-mails left. A team that is late by two gets one."""
    due = (
        Participation.objects.filter(
            reminders__due_at__lte=now,
            reminders__sent_at=None,
            reminders__stopped_at=None,
            answer__in=REMINDED,
            seance__status__in=OPEN,
            seance__day__gte=timezone.localdate(now),
        )
        .select_related("seance__site__commune", "team__organisation")
        .distinct()
    )
    return sum(_remind(participation, now) for participation in due)


def _remind(participation: Participation, now: datetime) -> int:
    """Claim first, send afterwards: of two processes, one alone has rows to claim."""
    with transaction.atomic():
        due = participation.reminders.waiting().filter(due_at__lte=now)
        claimed = list(due.values_list("pk", flat=True))
        if not due.filter(pk__in=claimed).update(sent_at=now):
            return 0
        token = new_link(participation)
    try:
        return mails.reminder(participation, token)
    except OSError:  # those of smtplib are too
        logger.exception("reminder not sent, participation %s", participation.pk)
        participation.reminders.filter(pk__in=claimed, sent_at=now).update(sent_at=None)
        return 0


@transaction.atomic
def stop_reminders(participation: Participation, *, by: Member) -> int:
    """Its next reminders will not go; how many there were."""
    stopped = silence(participation)
    if stopped:
        note("reminder_stopped", participation, by.actor, reminders=stopped)
    return stopped
