"""Ask a team, replace it, withdraw it, give it a new link."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.places.models import Service
from ruche.seances import mails
from ruche.seances.actions.common import (
    locked,
    new_link,
    note,
    refresh_status,
    revoke_links,
    save_checked,
    schedule_reminders,
    silence,
)
from ruche.seances.enums import OUT, Answer
from ruche.seances.models import Participation, Seance, Team
from ruche.seances.refusals import AlreadyAsked, ClosedSeance, Refused, TooEarly, TooLate


@transaction.atomic
def ask_team(
    seance: Seance, team: Team, *, services: Iterable[Service], by: Member, message: str = ""
) -> tuple[Participation, str]:
    """Ask a team to come. The secret of its link is returned once; the e-mail leaves afterwards.

    A team that had declined or was withdrawn may be asked again; one that is there is refused
    (`AlreadyAsked`).
    """
    held = _to_come(seance)
    participation, token = _ask(held, team, services=services)
    refresh_status(held)
    mails.after_commit(mails.team_asked, participation, token, message)
    note("team_asked", participation, by.actor, seance=str(held.pk), team=str(team.pk))
    return participation, token


def _to_come(seance: Seance) -> Seance:
    held = locked(seance.pk)
    if not held.is_open:
        raise ClosedSeance(f"Cette séance est {held.get_status_display()} : on n’y invite plus.")
    if held.is_past:
        raise TooLate("Cette séance est passée : notez plutôt l’équipe comme venue.")
    return held


def _ask(
    seance: Seance,
    team: Team,
    *,
    services: Iterable[Service],
    replaces: Participation | None = None,
) -> tuple[Participation, str]:
    participation = _participation(seance, team, Answer.ASKED, services, replaces)
    revoke_links(participation)
    schedule_reminders(participation)
    return participation, new_link(participation)


def _participation(
    seance: Seance,
    team: Team,
    answer: Answer,
    services: Iterable[Service],
    replaces: Participation | None = None,
) -> Participation:
    """The only row of this team in this séance, as if it had just been written."""
    known = seance.participations.filter(team=team).first()
    if known and known.answer not in OUT:
        raise AlreadyAsked("Cette équipe est déjà dans la séance.")
    if not team.is_active:
        raise Refused("Cette équipe n’est plus en activité.")
    participation = known or Participation(seance=seance, team=team)
    participation.seance, participation.answer, participation.replaces = seance, answer, replaces
    participation.reason, participation.message, participation.proposed_day = "", "", None
    participation.asked_at, participation.answered_at = timezone.now(), None
    participation.version += 1 if known else 0
    save_checked(participation)
    participation.services.set(services)
    return participation


@transaction.atomic
def record_team_that_came(
    seance: Seance, team: Team, *, services: Iterable[Service], by: Member
) -> Participation:
    """A team that was there without having been asked: written on the day, or afterwards."""
    held = locked(seance.pk)
    if held.is_cancelled or held.is_counted:
        raise ClosedSeance(f"Cette séance est {held.get_status_display()}.")
    if not held.has_come:
        raise TooEarly("Cette séance n’a pas encore eu lieu : sollicitez l’équipe.")
    participation = _participation(held, team, Answer.HELD, services)
    note("team_came", participation, by.actor, seance=str(held.pk), team=str(team.pk))
    return participation


@transaction.atomic
def replace_team(
    participation: Participation, team: Team, *, by: Member
) -> tuple[Participation, str]:
    """Ask another team in the place of one, for the services that both bring."""
    held = _to_come(participation.seance)
    old = held.participations.get(pk=participation.pk)
    services = list(old.services.filter(teams=team))
    new, token = _ask(held, team, services=services, replaces=old)
    _withdraw(old, held)
    refresh_status(held)
    mails.after_commit(mails.team_asked, new, token)
    note(
        "team_replaced",
        old,
        by.actor,
        seance=str(held.pk),
        team=str(team.pk),
        successor=str(new.pk),
    )
    return new, token


@transaction.atomic
def remove_team(participation: Participation, *, by: Member) -> Participation:
    """The team is no longer expected; it is told. Twice changes nothing."""
    held = locked(participation.seance_id)
    old = held.participations.select_related("team").get(pk=participation.pk)
    if old.answer == Answer.CANCELLED:
        return old
    if not held.is_open:
        raise ClosedSeance(f"Cette séance est {held.get_status_display()} : elle ne change plus.")
    _withdraw(old, held)
    refresh_status(held)
    note("team_removed", old, by.actor, seance=str(held.pk), team=str(old.team_id))
    return old


def _withdraw(participation: Participation, seance: Seance) -> None:
    """What a team answered is kept when it declined; otherwise it is withdrawn, and told."""
    revoke_links(participation)
    silence(participation)
    if participation.answer == Answer.DECLINED:
        return
    participation.seance = seance
    participation.answer, participation.proposed_day = Answer.CANCELLED, None
    participation.version += 1
    participation.save(update_fields=["answer", "proposed_day", "version"])
    if not seance.is_past:
        mails.after_commit(mails.team_removed, participation)


@transaction.atomic
def renew_link(participation: Participation, *, by: Member) -> str:
    """A new link in the place of the others, sent and returned once."""
    held = _to_come(participation.seance)
    current = held.participations.select_related("team__organisation").get(pk=participation.pk)
    if current.answer == Answer.CANCELLED:
        raise Refused("Cette équipe est retirée de la séance : sollicitez-la de nouveau.")
    current.seance = held
    revoke_links(current)
    token = new_link(current)
    mails.after_commit(mails.team_asked, current, token)
    note("answer_link_renewed", current, by.actor, seance=str(held.pk))
    return token
