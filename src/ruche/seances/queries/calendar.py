"""The calendar: the days of a month, of a week, or to come, each with its séances.

Three queries whatever the number of sites: séances, teams, services.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from ruche.seances.enums import OUT
from ruche.seances.models import Participation, Seance

A_DAY = timedelta(days=1)
DAYS_IN_WEEK = 7
AGENDA_DAYS = 31


@dataclass(frozen=True)
class Filters:
    """What the calendar keeps: everything, unless told."""

    site: UUID | None = None
    team: UUID | None = None
    organisation: UUID | None = None

    @property
    def condition(self) -> Q:
        kept = Q()
        if self.site:
            kept &= Q(site=self.site)
        if self.team:
            kept &= Q(pk__in=_with_teams(Q(team=self.team)))
        if self.organisation:
            comes = Q(pk__in=_with_teams(Q(team__organisation=self.organisation)))
            kept &= comes | Q(site__presences__organisation=self.organisation)
        return kept


def _with_teams(condition: Q) -> object:
    """Séances that teams of this kind attend, or are asked to."""
    found = Participation.objects.filter(condition).exclude(answer__in=OUT)
    return found.order_by().values("seance")


@dataclass(frozen=True)
class Day:
    """A day of the calendar."""

    date: date
    seances: tuple[Seance, ...]
    is_inside: bool = True
    """False for the days of a neighbouring month that complete a week."""

    @property
    def is_today(self) -> bool:
        return self.date == timezone.localdate()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def month(first_day: date, filters: Filters | None = None) -> list[list[Day]]:
    """The weeks of a month, from Monday to Sunday."""
    start = monday_of(first_day.replace(day=1))
    after = (first_day.replace(day=1) + timedelta(days=31)).replace(day=1)
    end = monday_of(after - A_DAY) + timedelta(days=DAYS_IN_WEEK - 1)
    days = _days(start, end, filters, inside=first_day.month)
    return [days[place : place + DAYS_IN_WEEK] for place in range(0, len(days), DAYS_IN_WEEK)]


def week(day: date, filters: Filters | None = None) -> list[Day]:
    """The seven days around one."""
    start = monday_of(day)
    return _days(start, start + timedelta(days=DAYS_IN_WEEK - 1), filters)


def agenda(first: date, filters: Filters | None = None, *, days: int = AGENDA_DAYS) -> list[Day]:
    """The days, from this one, on which there is a séance."""
    found = _days(first, first + timedelta(days=days - 1), filters)
    return [day for day in found if day.seances]


def _days(
    first: date, last: date, filters: Filters | None, *, inside: int | None = None
) -> list[Day]:
    by_day: dict[date, list[Seance]] = {}
    kept = (filters or Filters()).condition
    for seance in Seance.objects.between(first, last).filter(kept).with_teams().distinct():
        by_day.setdefault(seance.day, []).append(seance)
    days = (first + timedelta(days=rank) for rank in range((last - first).days + 1))
    return [
        Day(day, tuple(by_day.get(day, ())), inside is None or day.month == inside) for day in days
    ]
