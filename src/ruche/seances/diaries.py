"""What a diary receives: the séances of a member or of a team, with where each one stands.

For members' own telephones: it says what is still asked and what is confirmed, who else comes, and
nothing about the people who are met.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from ruche.core.calendars import Event, calendar
from ruche.seances.enums import OUT, Answer
from ruche.seances.models import CalendarLink, Participation, Seance
from ruche.seances.wording import who

PAST_DAYS = 31
DAYS_AHEAD = 365


def diary(link: CalendarLink, *, now: datetime) -> bytes:
    """A month behind, a year ahead; in a number of queries that does not depend on the séances."""
    first = timezone.localdate(now) - timedelta(days=PAST_DAYS)
    teams = _teams(link)
    found = (
        Seance.objects.between(first, first + timedelta(days=PAST_DAYS + DAYS_AHEAD))
        .filter(pk__in=_attended(teams))
        .with_teams()
    )
    events = (_event(seance, teams) for seance in found)
    return calendar(f"Ruche – {_title(link)}", events, stamp=now)


def _title(link: CalendarLink) -> str:
    return str(link.team) if link.team else "mes séances"


def _teams(link: CalendarLink) -> set[UUID]:
    """The teams of the diary: those in which she is today."""
    hers = link.member.teams.order_by().values_list("pk", flat=True)
    return {link.team_id} if link.team_id else set(hers)


def _attended(teams: set[UUID]) -> Any:
    """Séances to which one of the teams comes, or is asked."""
    coming = Participation.objects.filter(team__in=teams).exclude(answer__in=OUT)
    return coming.order_by().values("seance")


def _event(seance: Seance, teams: set[UUID]) -> Event:
    coming = [each for each in seance.participations.all() if each.is_coming]
    mine = [each for each in coming if each.team_id in teams]
    site = seance.site
    return Event(
        uid=f"{seance.pk}@ruche-equipes",
        start=seance.begins_at,
        end=seance.ends_at,
        summary=f"{_state(seance, mine)}{site.name} ({site.commune.title})",
        location=f"{site.address}, {site.commune.title}",
        description="\n".join(_lines(coming)),
        url=settings.SITE_URL + seance.get_absolute_url(),
        position=site.position,
        is_cancelled=seance.is_cancelled,
        sequence=seance.version,
    )


def _state(seance: Seance, mine: list[Participation]) -> str:
    if seance.is_cancelled:
        return "ANNULÉE : "
    return "À confirmer : " if any(each.answer == Answer.ASKED for each in mine) else ""


def _lines(coming: list[Participation]) -> Iterator[str]:
    """« Infirmières, est (Odile Exemple) : Permanence santé, confirmée »."""
    for each in coming:
        services = ", ".join(service.name for service in each.services.all())
        brought = f" : {services}" if services else ""
        yield f"{who(each)}{brought}, {each.get_answer_display()}"
