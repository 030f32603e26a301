"""From the rows of the network to a problem of `engines.rounds`: all that a month depends on.

Identifiers of the engine are those of the rows, so that a plan leads back to them. Nothing of a
person who is met is here, and of who travels only a commune.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

from django.db.models import Q
from django.utils import timezone

from ruche.engines.rounds import (
    Absence,
    Assignment,
    Block,
    CommutePolicy,
    Contract,
    Criterion,
    Need,
    Opening,
    Partner,
    Period,
    Pin,
    Problem,
    Site,
    Team,
    Vehicle,
    WorkedWeek,
    Worker,
)
from ruche.engines.rounds.limits import DAY
from ruche.engines.rounds.problem import DEFAULT_ORDER, monday_of
from ruche.places.agenda import Agenda
from ruche.places.openings.occurrences import occurrences
from ruche.planning import models
from ruche.planning.announced import told_of
from ruche.planning.roads import places_of, travel_between
from ruche.seances.models import Absence as AwayRow

REMEMBERED = timedelta(days=92)
"""How far back faces, dates and hours of work are looked at: the twelve weeks of the law."""


def problem_of(
    month: models.Month, *, fresh: bool = False, before: Criterion | None = None
) -> Problem:
    """The problem of a month as everything stands now. `BadProblem` tells every fault at once.

    What was announced is a promise that moves as little as possible; with `fresh`, only what is
    past, or of today, is kept. `before`: a criterion that is sought right after what was promised.
    """
    problem = _Gathering(month, fresh=fresh).problem()
    return problem if before is None else replace(problem, order=order_with(before))


def order_with(criterion: Criterion) -> tuple[Criterion, ...]:
    """The usual order, with this one sought right after visits and promises."""
    promised = DEFAULT_ORDER[: DEFAULT_ORDER.index(Criterion.CHANGED_WORKERS) + 1]
    rest = [each for each in DEFAULT_ORDER if each not in (*promised, criterion)]
    return (*promised, criterion, *rest)


def period_of(month: models.Month) -> Period:
    first = month.first
    return Period(first, first.replace(day=monthrange(first.year, first.month)[1]))


def minutes_of(moment: time) -> int:
    """14:30 → 870."""
    return moment.hour * 60 + moment.minute


def as_time(minutes: int) -> time:
    """870 → 14:30; midnight at the end of a day is its last minute."""
    last = min(minutes, DAY - 1)
    return time(last // 60, last % 60)


@dataclass
class _Gathering:
    """The rows of one month, read once each."""

    month: models.Month
    fresh: bool

    def __post_init__(self) -> None:
        self.period = period_of(self.month)
        self.days = (self.period.last - self.period.first).days + 1
        workers = models.Worker.objects.active().select_related("rota", "team", "base", "vehicle")
        self.workers = list(workers)
        needs = models.Need.objects.filter(rota__in={row.rota_id for row in self.workers})
        self.needs = list(
            needs.filter(
                Q(site__closed_on=None) | Q(site__closed_on__gt=self.period.first)
            ).select_related("site__commune", "reference")
        )
        self.sites = {row.site_id: row.site for row in self.needs}

    def problem(self) -> Problem:
        travel = travel_between(places_of(self.sites.values(), self.workers))
        today = timezone.localdate()
        return Problem(
            periods=(self.period,),
            sites=tuple(self.site_rows()),
            needs=tuple(self.need_rows()),
            workers=tuple(self.worker_rows()),
            travel=travel,
            absences=tuple(self.absences()),
            vehicles=tuple(self.vehicles()),
            partners=tuple(self.partners()),
            blocks=tuple(self.blocks()),
            pins=tuple(self.pins()),
            announced=tuple(self.announced(today)),
            frozen_until=today if self.period.first < today else None,
            history=tuple(self.history()),
            worked=tuple(self.worked()),
            teams=tuple({Team(str(row.rota_id), row.rota.name): None for row in self.workers}),
        )

    # ------------------------------------------------------------------- where and when

    def site_rows(self) -> Iterator[Site]:
        agenda = Agenda(self.sites.values())
        for pk, site in self.sites.items():
            yield Site(
                id=str(pk),
                name=site.name,
                place=str(pk),
                openings=tuple(sorted(set(self._openings(agenda, pk)))),
            )

    def _openings(self, agenda: Agenda, pk: object) -> Iterator[Opening]:
        """When the site itself receives people; a night stops at midnight."""
        for each in agenda.of(pk, self.period.first, self.days):  # type: ignore[arg-type]
            if each.service is None and each.is_held:
                start, end = each.start, each.end
                last = minutes_of(end.time()) if end.date() == start.date() else DAY
                if minutes_of(start.time()) < last:
                    yield Opening(start.date(), minutes_of(start.time()), last)

    # -------------------------------------------------------------------------- who

    def worker_rows(self) -> Iterator[Worker]:
        for row in self.workers:
            yield Worker(
                id=str(row.pk),
                name=row.name,
                team=str(row.rota_id),
                base=row.base_id,
                contract=contract_of(row),
                vehicle=str(row.vehicle_id) if row.vehicle_id else None,
                people=row.people,
            )

    def absences(self) -> Iterator[Absence]:
        """Those of each member, and those of the teams to which someone belongs."""
        away = AwayRow.objects.filter(first__lte=self.period.last, last__gte=self.period.first)
        rows = list(away.order_by("first", "pk"))
        for worker in self.workers:
            for row in rows:
                whole_team = row.member_id is None and row.team_id == worker.team_id
                herself = row.member_id is not None and row.member_id == worker.member_id
                if whole_team or herself:
                    yield Absence(
                        worker=str(worker.pk),
                        first=max(row.first, self.period.first),
                        last=min(row.last, self.period.last),
                        start=minutes_of(row.starts) if row.starts else 0,
                        end=_end_of_absence(row.ends),
                    )

    def vehicles(self) -> Iterator[Vehicle]:
        known = models.Vehicle.objects.prefetch_related("outages")
        for row in known:
            days = {
                day
                for outage in row.outages.all()
                for day in _days_between(
                    max(outage.first, self.period.first), min(outage.last, self.period.last)
                )
            }
            yield Vehicle(
                id=str(row.pk),
                name=row.name,
                seats=row.seats,
                count=row.count,
                unavailable=tuple(sorted(days)),
            )

    def partners(self) -> Iterator[Partner]:
        rows = models.PartnerOffer.objects.filter(is_active=True, team__is_active=True)
        used = {row.vehicle_id for row in self.workers}
        for row in rows.select_related("team").prefetch_related("sites", "rotas"):
            found = occurrences(row.rule, self.period.first, self.days)
            sites = {str(site.pk) for site in row.sites.all() if site.pk in self.sites}
            if row.sites.all() and not sites:
                continue
            yield Partner(
                id=str(row.team_id),
                name=row.team.name,
                days=tuple(sorted({each.start.date() for each in found})),
                sites=tuple(sorted(sites)),
                visits=row.visits,
                teams=tuple(sorted(str(rota.pk) for rota in row.rotas.all())),
                rides=str(row.rides_id) if row.rides_id in used and row.rides_id else None,
            )

    # ------------------------------------------------------------------- what is owed

    def need_rows(self) -> Iterator[Need]:
        present = {row.pk for row in self.workers}
        for row in self.needs:
            yield Need(
                site=str(row.site_id),
                team=str(row.rota_id),
                visits=row.visits,
                stay_min=row.stay_min,
                min_days=row.min_days,
                max_days=row.max_days,
                reference=str(row.reference_id) if row.reference_id in present else None,
            )

    def blocks(self) -> Iterator[Block]:
        """Reserved times that have a moment in this month, for those who are in the rounds."""
        present = {row.pk for row in self.workers}
        for row in models.Block.objects.prefetch_related("workers"):
            options = [
                Opening(date.fromisoformat(day), start, end) for day, start, end in row.options
            ]
            mine = tuple(each for each in options if each.day in self.period)
            who = tuple(str(each.pk) for each in row.workers.all() if each.pk in present)
            if mine and who:
                yield Block(
                    id=str(row.pk),
                    name=row.name,
                    workers=who,
                    options=mine,
                    stay_min=row.stay_min,
                    together=row.together,
                )

    def pins(self) -> Iterator[Pin]:
        owed = {(row.site_id, row.rota_id) for row in self.needs}
        present = {row.pk for row in self.workers}
        for row in self.month.pins.all():
            if (row.site_id, row.rota_id) not in owed:
                continue
            if row.worker_id is not None and row.worker_id not in present:
                continue
            yield Pin(
                site=str(row.site_id),
                team=str(row.rota_id),
                day=row.day,
                worker=str(row.worker_id) if row.worker_id else None,
            )

    # ------------------------------------------------------------------- what is known

    def announced(self, today: date) -> list[Assignment]:
        """Promises about what is owed. What is past can only be told of who is still there."""
        owed = {(row.site_id, row.rota_id) for row in self.needs}
        present = {row.pk for row in self.workers}
        return sorted(
            each.assignment
            for each in told_of(self.month, self.workers, self.period.last)
            if (each.site, each.rota) in owed
            and (each.worker in present or each.day >= today)
            and (each.day <= today or not self.fresh)
        )

    def history(self) -> Iterator[Assignment]:
        since = self.period.first - REMEMBERED
        rows = models.Visit.objects.filter(day__gte=since, day__lt=self.period.first)
        for row in rows.order_by("day", "pk"):
            yield Assignment(str(row.site_id), str(row.rota_id), row.day, str(row.worker_id))

    def worked(self) -> list[WorkedWeek]:
        """Minutes of the weeks before, from the plans that were published."""
        present = {str(row.pk) for row in self.workers}
        since = monday_of(self.period.first - REMEMBERED)
        weeks: dict[tuple[str, date], int] = defaultdict(int)
        before = models.Month.objects.filter(
            first__lt=self.period.first, first__gte=since, published__isnull=False
        )
        for month in before.select_related("published"):
            assert month.published is not None
            for day in month.published.found.days:
                if day.worker in present and since <= day.day < self.period.first:
                    weeks[day.worker, monday_of(day.day)] += day.work
        return [
            WorkedWeek(worker, monday, minutes)
            for (worker, monday), minutes in sorted(weeks.items())
        ]


def contract_of(row: models.Worker) -> Contract:
    """The contract of someone, as the engine reads it."""
    return Contract(
        workdays=tuple(sorted(row.workdays)),
        max_day_min=row.max_day_min,
        max_week_min=row.max_week_min,
        earliest_start=row.earliest_start,
        latest_end=row.latest_end,
        commute=CommutePolicy(row.commute),
        usual_commute_min=row.usual_commute_min,
    )


def _end_of_absence(moment: time | None) -> int:
    """A clock has no 24:00: the last minute of a day is its end."""
    return DAY if moment is None or moment >= time(23, 59) else minutes_of(moment)


def _days_between(first: date, last: date) -> Iterable[date]:
    return (first + timedelta(days=rank) for rank in range((last - first).days + 1))
