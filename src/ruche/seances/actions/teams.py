"""Teams, who is in them, and the days or hours when they do not come."""

from collections.abc import Iterable
from datetime import date, time

from django.db import transaction

from ruche.accounts.models import Member
from ruche.places.models import Service
from ruche.seances.actions.common import note, save_checked
from ruche.seances.models import Absence, Team


@transaction.atomic
def save_team(
    team: Team,
    *,
    by: Member,
    members: Iterable[Member] | None = None,
    services: Iterable[Service] | None = None,
) -> Team:
    """Create or change a team; members and services stay as they are unless given."""
    save_checked(team)
    if members is not None:
        team.members.set(members)
    if services is not None:
        team.services.set(services)
    note("team_saved", team, by.actor, organisation=str(team.organisation_id))
    return team


@transaction.atomic
def add_absence(
    team: Team,
    first: date,
    last: date,
    *,
    by: Member,
    member: Member | None = None,
    starts: time | None = None,
    ends: time | None = None,
) -> Absence:
    """Days on which one member, or the whole team, does not come. No reason is asked.

    `starts` and `ends`: only these hours of each day; one without the other is refused.
    """
    absence = Absence(team=team, member=member, first=first, last=last, starts=starts, ends=ends)
    save_checked(absence)
    note("absence_saved", absence, by.actor, team=str(team.pk))
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, by: Member) -> None:
    """They come after all."""
    note("absence_removed", absence, by.actor, team=str(absence.team_id))
    absence.delete()
