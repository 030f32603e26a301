"""What several actions share: rows held for an act, checks, links, reminders, status."""

from datetime import time, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from ruche.accounts.models import fingerprint, new_token
from ruche.journal.actions import record
from ruche.seances.enums import OPEN, OUT, Answer, SeanceStatus
from ruche.seances.models import AnswerLink, Participation, Reminder, Seance, at
from ruche.seances.refusals import Refused

REMINDER_DAYS = (7, 2)
"""Days before the séance at which a team is reminded."""

REMINDER_HOUR = time(9)


def locked(pk: UUID) -> Seance:
    """The séance as it is now; others who change it wait until the end of this act."""
    seance: Seance = Seance.objects.select_for_update().get(pk=pk)
    return seance


def note(verb: str, thing: models.Model, by: str, **detail: object) -> None:
    """The line of the journal: identifiers and values of enumerations, never a name."""
    record(verb, actor=by, kind=str(thing._meta.model_name), id=str(thing.pk), detail=detail)


def save_checked(thing: models.Model) -> None:
    """Save what respects the constraints of its model; refuse the rest with their French words."""
    try:
        thing.full_clean()
        with transaction.atomic():
            thing.save()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error
    except IntegrityError as error:
        raise Refused("Cela vient d’être enregistré par quelqu’un d’autre.") from error


# ------------------------------------------------------------------------------- status


def refresh_status(seance: Seance) -> None:
    """Confirmed when every team that did not decline has confirmed; in preparation otherwise."""
    if seance.status not in OPEN:
        return
    teams = seance.participations.exclude(answer__in=OUT)
    answers = set(teams.values_list("answer", flat=True))
    wanted = SeanceStatus.CONFIRMED if answers == {Answer.CONFIRMED} else SeanceStatus.PREPARED
    if wanted != seance.status:
        Seance.objects.filter(pk=seance.pk).update(status=wanted)
        seance.status = wanted


# ---------------------------------------------------------------------- links, reminders


def new_link(participation: Participation) -> str:
    """A link by which the team answers until the end of the day. Its secret is not kept."""
    token = new_token()
    AnswerLink.objects.create(
        participation=participation,
        token=fingerprint(token),
        expires_at=participation.seance.answers_until,
    )
    return token


def revoke_links(participation: Participation) -> None:
    """Its links stop working at once."""
    participation.links.filter(revoked_at=None).update(revoked_at=timezone.now())


def schedule_reminders(participation: Participation) -> None:
    """Seven days and two days before, at nine, when that is still to come.

    Those that have not gone are forgotten first, stopped or not: its place is a new one.
    """
    participation.reminders.filter(sent_at=None).delete()
    day, now = participation.seance.day, timezone.now()
    instants = (at(day - timedelta(days=days), REMINDER_HOUR) for days in REMINDER_DAYS)
    for due_at in instants:
        if due_at > now:
            Reminder.objects.get_or_create(participation=participation, due_at=due_at)


def silence(participation: Participation) -> int:
    """Its waiting reminders will not go; how many there were."""
    stopped: int = participation.reminders.waiting().update(stopped_at=timezone.now())
    return stopped
