"""Ask a team, say who of it comes, replace it, withdraw it, give it a new link."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from ruche.accounts.models import Member
from ruche.places.models import Service
from ruche.seances import mails
from ruche.seances.actions.coming import leave, place, send
from ruche.seances.actions.common import (
    locked,
    new_link,
    note,
    refresh_status,
    revoke_links,
    schedule_reminders,
)
from ruche.seances.enums import OUT, Answer
from ruche.seances.models import Participation, Seance, Team
from ruche.seances.refusals import (
    AlreadyAsked,
    ClosedSeance,
    Refused,
    StaleParticipation,
    TooEarly,
    TooLate,
)


@transaction.atomic
def ask_team(
    seance: Seance,
    team: Team,
    *,
    services: Iterable[Service],
    by: Member,
    message: str = "",
    member: Member | None = None,
) -> tuple[Participation, str]:
    """Ask a team to come. The secret of its link is returned once; the e-mail leaves afterwards.

    `member`: who of the team is awaited; the whole team unless told. A team that had declined or
    was withdrawn may be asked again; one that is there is refused (`AlreadyAsked`).
    """
    held = _to_come(seance)
    participation, token = _ask(held, team, services=services, member=member)
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


def _ask(seance: Seance, team: Team, **details: Any) -> tuple[Participation, str]:
    """`details`: as for `place`."""
    _refuse_twice(seance, team)
    participation = place(seance, team, Answer.ASKED, **details)
    revoke_links(participation)
    schedule_reminders(participation)
    return participation, new_link(participation)


def _refuse_twice(seance: Seance, team: Team) -> None:
    if seance.participations.filter(team=team).exclude(answer__in=OUT).exists():
        raise AlreadyAsked("Cette équipe est déjà dans la séance.")


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
    _refuse_twice(held, team)
    participation = place(held, team, Answer.HELD, services=services)
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
    """A team that had not declined is withdrawn, and told."""
    had_declined = participation.answer == Answer.DECLINED
    participation.seance = seance
    leave(participation)
    if not had_declined and not seance.is_past:
        mails.after_commit(mails.team_removed, participation)


@transaction.atomic
def choose_who_comes(
    participation: Participation, member: Member | None, *, version: int, by: Member
) -> Participation:
    """Say who of the team comes (nobody in particular: the whole team), if `version` is current.

    `StaleParticipation` otherwise. Nobody is told: it is the team's own matter.
    """
    held = locked(participation.seance_id)
    current = held.participations.select_related("team", "member").get(pk=participation.pk)
    if current.version != version:
        raise StaleParticipation
    if not held.is_open:
        raise ClosedSeance(f"Cette séance est {held.get_status_display()} : elle ne change plus.")
    if current.answer in OUT:
        raise Refused("Cette équipe ne vient pas : sollicitez-la de nouveau.")
    send(current, member, by=by)
    return current


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
