"""Addresses of diaries: made for oneself, shown once, taken back at once."""

from django.db import transaction

from ruche.accounts.models import Member, fingerprint, new_token
from ruche.seances.actions.common import note
from ruche.seances.models import CalendarLink, Team


@transaction.atomic
def make_calendar_link(member: Member, team: Team | None = None) -> tuple[CalendarLink, str]:
    """A new address for her own diary; the one that she had for the same thing stops working."""
    CalendarLink.objects.filter(member=member, team=team).delete()
    token = new_token()
    link = CalendarLink.objects.create(member=member, team=team, token=fingerprint(token))
    note("calendar_link_made", link, member.actor, **_about(link))
    return link, token


@transaction.atomic
def remove_calendar_link(link: CalendarLink, *, by: Member) -> None:
    """It stops working at once. Twice changes nothing."""
    key = link.pk
    deleted, _ = CalendarLink.objects.filter(pk=key).delete()
    if deleted:
        note("calendar_link_removed", link, by.actor, **_about(link))


def _about(link: CalendarLink) -> dict[str, str]:
    return {"team": str(link.team_id)} if link.team_id else {}
