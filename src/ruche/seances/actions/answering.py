"""What a team answers: it comes, it does not, it proposes another date."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from ruche.seances.actions.common import locked, note, refresh_status, save_checked
from ruche.seances.enums import DECLINE_REASONS, OPEN, Answer
from ruche.seances.models import Participation, Seance
from ruche.seances.refusals import BadAnswer, TooLate

ANSWERS = (Answer.CONFIRMED, Answer.DECLINED, Answer.PROPOSED)


@transaction.atomic
def answer(
    participation: Participation,
    answer: Answer,
    *,
    by: str,
    reason: str = "",
    message: str = "",
    proposed_day: date | None = None,
) -> Participation:
    """Keep an answer; `by` is the actor: a member or a link. The same twice changes nothing.

    A team may change its mind until the end of the day (`TooLate` afterwards).
    """
    seance = locked(participation.seance_id)
    held: Participation = seance.participations.select_related("team").get(pk=participation.pk)
    held.seance = seance
    refuse_when_too_late(held)
    said = _checked(answer, reason, message, proposed_day, seance)
    if said == (held.answer, held.reason, held.message, held.proposed_day):
        return held
    held.answer, held.reason, held.message, held.proposed_day = said
    held.answered_at = timezone.now()
    held.version += 1
    save_checked(held)
    refresh_status(seance)
    note("team_answered", held, by, seance=str(seance.pk), answer=str(answer), reason=held.reason)
    return held


def refuse_when_too_late(participation: Participation) -> None:
    """`TooLate`, in the words of who would have answered."""
    seance = participation.seance
    if seance.is_cancelled:
        raise TooLate("Cette séance est annulée : il n’y a plus rien à répondre.")
    if participation.answer == Answer.CANCELLED:
        raise TooLate("Votre équipe n’est plus attendue à cette séance.")
    if seance.is_past or seance.status not in OPEN:
        raise TooLate("Cette séance est passée : il n’y a plus rien à répondre.")


def _checked(
    answer: Answer, reason: str, message: str, proposed_day: date | None, seance: Seance
) -> tuple[str, str, str, date | None]:
    """The four fields of an answer, without what does not go with it."""
    if answer not in ANSWERS:
        raise BadAnswer("Choisissez une réponse.")
    if answer == Answer.DECLINED and reason not in DECLINE_REASONS:
        raise BadAnswer("Choisissez une raison : elle aide à organiser la suite.")
    if answer == Answer.PROPOSED:
        _refuse_bad_day(proposed_day, seance)
    return (
        str(answer.value),
        reason if answer == Answer.DECLINED else "",
        message.strip(),
        proposed_day if answer == Answer.PROPOSED else None,
    )


def _refuse_bad_day(day: date | None, seance: Seance) -> None:
    if day is None:
        raise BadAnswer("Donnez la date que vous proposez.")
    if day < timezone.localdate():
        raise BadAnswer("La date que vous proposez est passée.")
    if day == seance.day:
        raise BadAnswer("C’est la date de la séance : proposez-en une autre, ou confirmez.")
