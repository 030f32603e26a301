"""The day of a team, stop by stop."""

from dataclasses import dataclass
from datetime import date

from ruche.seances.enums import OUT, SeanceStatus
from ruche.seances.models import Participation, Seance, Team


@dataclass(frozen=True)
class Stop:
    """A séance of the day, what the team brings there, and who else comes."""

    seance: Seance
    participation: Participation
    others: tuple[Participation, ...]


def day_sheet(team: Team, day: date) -> list[Stop]:
    """Where the team goes on a day, in the order of the clock. Cancelled séances are not there."""
    seances = (
        Seance.objects.between(day, day)
        .filter(pk__in=team.participations.exclude(answer__in=OUT).order_by().values("seance"))
        .exclude(status=SeanceStatus.CANCELLED)
        .with_teams()
    )
    return [_stop(seance, team) for seance in seances]


def _stop(seance: Seance, team: Team) -> Stop:
    coming = [each for each in seance.participations.all() if each.is_coming]
    mine = next(each for each in coming if each.team_id == team.pk)
    return Stop(seance, mine, tuple(each for each in coming if each is not mine))
