"""The place of a team in a séance: taken, left, and for whom."""

from collections.abc import Iterable

from django.utils import timezone

from ruche.accounts.models import Member
from ruche.places.models import Service
from ruche.seances.actions.common import note, revoke_links, save_checked, silence
from ruche.seances.enums import Answer
from ruche.seances.models import Participation, Seance, Team
from ruche.seances.refusals import Refused


def place(
    seance: Seance,
    team: Team,
    answer: Answer,
    *,
    services: Iterable[Service],
    member: Member | None = None,
    replaces: Participation | None = None,
) -> Participation:
    """The only row of this team in this séance, as if it had just been written."""
    if not team.is_active:
        raise Refused("Cette équipe n’est plus en activité.")
    refuse_stranger(team, member)
    known = seance.participations.filter(team=team).first()
    participation = known or Participation(seance=seance, team=team)
    participation.seance, participation.answer, participation.replaces = seance, answer, replaces
    participation.reason, participation.message, participation.proposed_day = "", "", None
    participation.asked_at, participation.answered_at = timezone.now(), None
    participation.member = member
    participation.version += 1 if known else 0
    save_checked(participation)
    participation.services.set(list(services))
    return participation


def refuse_stranger(team: Team, member: Member | None) -> None:
    """Only someone of the team comes for it."""
    if member and not team.members.filter(pk=member.pk, is_active=True).exists():
        raise Refused(
            f"{member} n’est pas dans l’équipe « {team} », ou ne l’est plus : "
            "choisissez quelqu’un de l’équipe."
        )


def send(participation: Participation, member: Member | None, *, by: Member) -> None:
    """One of the team comes for it, or the whole team. The same twice changes nothing."""
    if participation.member == member:
        return
    refuse_stranger(participation.team, member)
    participation.member = member
    participation.version += 1
    participation.save(update_fields=["member", "version"])
    seance, chosen = str(participation.seance_id), str(member.pk) if member else ""
    note("who_comes_chosen", participation, by.actor, seance=seance, member=chosen)


def leave(participation: Participation) -> None:
    """It is no longer expected, and nobody is told. What it answered is kept if it declined."""
    revoke_links(participation)
    silence(participation)
    if participation.answer == Answer.DECLINED:
        return
    participation.answer, participation.proposed_day = Answer.CANCELLED, None
    participation.version += 1
    participation.save(update_fields=["answer", "proposed_day", "version"])
