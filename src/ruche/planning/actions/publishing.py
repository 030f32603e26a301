"""A month that everyone reads: séances created and moved, each team told once, calls listed."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from ruche.accounts.models import Member
from ruche.engines.rounds import Assignment, Plan
from ruche.engines.rounds.replanning import Call, Change, calls
from ruche.french.times import month_of
from ruche.places.models import Site
from ruche.planning.actions.months import locked_month, refuse_strangers
from ruche.planning.announced import Told, told_of
from ruche.planning.enums import MonthStatus
from ruche.planning.gathering import as_time, period_of
from ruche.planning.models import Month, Publication, Version, Visit, Worker
from ruche.planning.refusals import NothingYet, Refused
from ruche.planning.wording import call_in_words
from ruche.seances import mails
from ruche.seances import refusals as seance_refusals
from ruche.seances.actions import announcing, ask_team, filling, remove_team
from ruche.seances.actions.common import note
from ruche.seances.enums import CERTAIN, COMING, Answer
from ruche.seances.models import Participation, Seance, Team

REASON = "Le planning du mois a changé."


@dataclass(frozen=True)
class Changes:
    """What publishing a version would change, in what was announced from today on."""

    calls: tuple[Call, ...]
    told: Mapping[tuple[str, str, date], Told]

    @property
    def is_first(self) -> bool:
        """Whether nothing had been announced."""
        return not self.told


def changes_of(month: Month, version: Version) -> Changes:
    """The difference with what was announced: what is past can no longer change."""
    today = timezone.localdate()
    workers = Worker.objects.active().select_related("rota")
    told = [each for each in told_of(month, workers, period_of(month).last) if each.day >= today]
    owed = set(version.problem.need)
    told = [each for each in told if (str(each.site), str(each.rota)) in owed]
    wanted = [each for each in version.found.assignments if each.day >= today]
    before = [each.assignment for each in told]
    return Changes(
        tuple(calls(before, wanted)),
        {(str(each.site), str(each.rota), each.day): each for each in told},
    )


@transaction.atomic
def publish(month: Month, *, generation: int, by: Member, message: str = "") -> Publication:
    """Announce the version in hand. All of it, or nothing: a refusal undoes what was begun."""
    held = locked_month(month, generation)
    if held.head is None:
        raise NothingYet
    if held.is_published_as_it_is:
        raise Refused("Ce planning est déjà publié tel qu’il est.")
    refuse_strangers(held.head)
    changes = changes_of(held, held.head)
    writer = _Writer(held, held.head, by)
    try:
        writer.move(changes)
        writer.add(changes)
        writer.keep_the_rest(changes)
        writer.write_down()
        writer.release_partners()
        writer.ask_partners()
    except seance_refusals.Refused as error:
        raise Refused(f"{writer.where} : {error} Rien n’a été publié.") from error
    publication = Publication.objects.create(
        month=held,
        version=held.head,
        made_by=by,
        calls=[_call(each) for each in changes.calls] if not changes.is_first else [],
    )
    Month.objects.filter(pk=held.pk).update(
        published=held.head, status=MonthStatus.PUBLISHED, version=F("version") + 1
    )
    note("month_published", held, by.actor, version=held.head.number, calls=len(changes.calls))
    _tell_teams(held, held.head, changes, message)
    return publication


def _call(call: Call) -> dict[str, Any]:
    def said(visit: Assignment | None) -> list[str] | None:
        return [str(visit.day), visit.worker] if visit else None

    return {
        "site": call.site,
        "team": call.team,
        "change": call.change.value,
        "before": said(call.before),
        "after": said(call.after),
    }


# ------------------------------------------------------------------------------- séances


class _Writer:
    """Brings séances to a version, one visit after the other."""

    def __init__(self, month: Month, version: Version, by: Member) -> None:
        self.month, self.version, self.by = month, version, by
        self.workers = {
            str(each.pk): each
            for each in Worker.objects.select_related("team__organisation", "member", "rota")
        }
        self.sites = {
            str(each.pk): each
            for each in Site.objects.filter(pk__in=[s.id for s in version.problem.sites])
        }
        self.hours = _hours_of(version.found)
        self.where = str(month)
        self.kept: dict[Assignment, Participation | None] = {}

    def move(self, changes: Changes) -> None:
        """What was announced and goes, or changes."""
        for call in changes.calls:
            if call.before is not None:
                self.where = str(self.sites.get(call.site, "Un lieu"))
                old = changes.told[call.site, call.team, call.before.day].participation
                self._change(call, old)

    def _change(self, call: Call, old: Participation | None) -> None:
        if call.after is None:
            if old is not None:
                announcing.withdraw(old, reason=REASON, by=self.by)
            return
        is_moved = call.change is Change.MOVED
        self.kept[call.after] = self._follows(call.after, old, is_moved=is_moved)

    def _follows(
        self, visit: Assignment, old: Participation | None, *, is_moved: bool
    ) -> Participation:
        """The team's place, where the visit is now."""
        worker = self.workers[visit.worker]
        coming = self._coming(visit)
        if old is None:
            return filling.bring_all([coming], by=self.by)[coming]
        if is_moved:
            old = announcing.move(
                old, visit.day, starts=coming.starts, ends=coming.ends, by=self.by
            )
        if (old.team_id, old.member_id) != (worker.team_id, worker.member_id):
            old = announcing.hand_over(old, team=worker.team, member=worker.member, by=self.by)
        return old

    def add(self, changes: Changes) -> None:
        """What had not been announced."""
        visits = [call.after for call in changes.calls if call.before is None and call.after]
        self.where = str(self.month).capitalize()
        comings = {visit: self._coming(visit) for visit in visits}
        found = filling.bring_all(list(comings.values()), by=self.by)
        self.kept |= {visit: found[coming] for visit, coming in comings.items()}

    def _coming(self, visit: Assignment) -> filling.Coming:
        worker = self.workers[visit.worker]
        starts, ends = self.hours[visit]
        site = self.sites[visit.site]
        return filling.Coming(site, visit.day, starts, ends, worker.team, worker.member)

    def keep_the_rest(self, changes: Changes) -> None:
        """Visits that do not change: they are of this plan now, whoever had made their séance."""
        today = timezone.localdate()
        for visit in self.version.found.assignments:
            old = changes.told.get((visit.site, visit.team, visit.day))
            if visit.day >= today and old is not None and str(old.worker) == visit.worker:
                self.where = str(self.sites.get(visit.site, "Un lieu"))
                self.kept[visit] = self._sure(visit, old.participation)

    def _sure(self, visit: Assignment, part: Participation | None) -> Participation | None:
        """The same place, confirmed, with who comes, when its séance had not said so."""
        worker = self.workers[visit.worker]
        is_sure = part is None or (part.answer in CERTAIN and part.member_id == worker.member_id)
        if part is None or is_sure or not part.seance.is_open:
            return part
        return announcing.hand_over(part, team=worker.team, member=worker.member, by=self.by)

    def write_down(self) -> None:
        """The visits that are announced from today on, in place of those that were."""
        owed = set(self.version.problem.need)
        rows = self.month.visits.filter(day__gte=timezone.localdate())
        gone = [row.pk for row in rows if (str(row.site_id), str(row.rota_id)) in owed]
        Visit.objects.filter(pk__in=gone).delete()
        Visit.objects.bulk_create(
            Visit(
                month=self.month,
                site_id=UUID(visit.site),
                rota_id=UUID(visit.team),
                day=visit.day,
                worker_id=UUID(visit.worker),
                participation=participation,
            )
            for visit, participation in self.kept.items()
        )

    def release_partners(self) -> None:
        """Partners who were asked for a meeting that is no more, and who have not confirmed."""
        if self.month.published is None:
            return
        kept = {(each.partner, each.site, each.day) for each in self.version.found.meetings}
        for meeting in self.month.published.found.meetings:
            if (meeting.partner, meeting.site, meeting.day) in kept:
                continue
            waiting = Participation.objects.waiting().filter(
                team=UUID(meeting.partner), seance__site=UUID(meeting.site), seance__day=meeting.day
            )
            for part in waiting.order_by("pk"):
                remove_team(part, by=self.by)

    def ask_partners(self) -> None:
        """Partners who join a team receive their request, unless they have answered that day."""
        teams = {str(each.pk): each for each in Team.objects.filter(is_active=True)}
        for meeting in self.version.found.meetings:
            seance = self._seance(meeting.site, meeting.day)
            team = teams.get(meeting.partner)
            if seance is None or team is None or meeting.day <= timezone.localdate():
                continue
            self.where = str(seance.site)
            if (
                not seance.participations.filter(team=team)
                .exclude(answer=Answer.CANCELLED)
                .exists()
            ):
                ask_team(seance, team, services=team.services.all(), by=self.by)

    def _seance(self, site: str, day: date) -> Seance | None:
        visit = (
            self.month.visits.filter(site=UUID(site), day=day, participation__isnull=False)
            .select_related("participation__seance__site__commune")
            .order_by("pk")
            .first()
        )
        return visit.participation.seance if visit and visit.participation else None


def _hours_of(plan: Plan) -> dict[Assignment, tuple[time, time]]:
    """When the site is open, for each visit: the hours that people are told."""
    return {
        Assignment(stop.site or "", stop.team or "", day.day, day.worker): (
            as_time(stop.opening[0]),
            as_time(stop.opening[1]),
        )
        for day in plan.days
        for stop in day.visits()
    }


# --------------------------------------------------------------------------------- teams


def _tell_teams(month: Month, version: Version, changes: Changes, message: str) -> None:
    """One e-mail for each team: its month, and what changed in what it had been told.

    A team that was told already, and for which nothing changes, is left in peace.
    """
    changed = {} if changes.is_first else _changes_by_team(version, changes)
    visits = _visits_by_team(month)
    is_new = month.published_id is None
    teams = (visits.keys() | changed.keys()) if is_new or message else changed.keys()
    for team in sorted(teams, key=lambda each: (each.name, str(each.pk))):
        mails.month_told(
            team,
            title=f"Vos séances de {month_of(month.first)}",
            visits=visits.get(team, []),
            changes=changed.get(team, []),
            message=message,
        )


def _visits_by_team(month: Month) -> dict[Team, list[Participation]]:
    found: dict[Team, list[Participation]] = defaultdict(list)
    rows = month.visits.filter(
        day__gte=timezone.localdate(), participation__answer__in=COMING
    ).select_related(
        "worker__team__organisation",
        "participation__seance__site__commune",
        "participation__member",
    )
    for visit in rows.order_by("day", "pk"):
        if visit.participation is not None:
            found[visit.worker.team].append(visit.participation)
    return found


def _changes_by_team(version: Version, changes: Changes) -> dict[Team, list[str]]:
    rows = Worker.objects.select_related("team__organisation")
    workers = {str(each.pk): each for each in rows}
    found: dict[Team, list[str]] = defaultdict(list)
    for call in changes.calls:
        who = {each.worker for each in (call.before, call.after) if each}
        line = f"{version.problem.site[call.site].name} : {told_in_words(call, workers)}"
        for team in {workers[each].team for each in who if each in workers}:
            found[team].append(line)
    return found


def told_in_words(call: Call, workers: Mapping[str, Worker]) -> str:
    """What to say of a change, with the names of those who come."""

    def said(visit: Assignment | None) -> tuple[date, str] | None:
        if visit is None:
            return None
        known = workers.get(visit.worker)
        return visit.day, known.name if known else "quelqu’un d’autre"

    return call_in_words(call.change, said(call.before), said(call.after))
