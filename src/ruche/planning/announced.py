"""What teams and sites were told of a month: by a plan that was published, or by hand."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ruche.engines.rounds import Assignment
from ruche.planning.models import Month, Worker
from ruche.seances.enums import COMING, SeanceStatus
from ruche.seances.models import Participation


@dataclass(frozen=True)
class Told:
    """A visit that people expect, and the team's place in the séance that tells of it."""

    site: UUID
    rota: UUID
    day: date
    worker: UUID
    participation: Participation | None

    @property
    def assignment(self) -> Assignment:
        """The same, for the engine."""
        return Assignment(str(self.site), str(self.rota), self.day, str(self.worker))


def told_of(month: Month, workers: Iterable[Worker], last: date) -> list[Told]:
    """In order of day. `workers`: those whose teams may be expected in séances made by hand."""
    found = {(each.site, each.rota, each.day): each for each in _published(month)}
    for each in _by_hand(month, workers, last):
        found.setdefault((each.site, each.rota, each.day), each)
    return sorted(found.values(), key=lambda each: (each.day, str(each.site), str(each.rota)))


def _published(month: Month) -> Iterator[Told]:
    """Visits of a plan, unless the team has withdrawn since, or the séance was cancelled."""
    rows = month.visits.select_related("participation__seance", "participation__team")
    for row in rows.order_by("day", "pk"):
        part = row.participation
        if part is None or part.seance.is_cancelled or part.answer not in COMING:
            continue
        yield Told(row.site_id, row.rota_id, part.seance.day, row.worker_id, part)


def _by_hand(month: Month, workers: Iterable[Worker], last: date) -> Iterator[Told]:
    """Teams that are expected in séances that no plan made: who comes is told, or the first."""
    teams: dict[UUID, list[Worker]] = defaultdict(list)
    for worker in workers:
        teams[worker.team_id].append(worker)
    rows = Participation.objects.filter(
        team__in=list(teams),
        answer__in=COMING,
        planned=None,
        seance__day__range=(month.first, last),
    ).exclude(seance__status=SeanceStatus.CANCELLED)
    for row in rows.select_related("seance", "team").order_by("seance__day", "pk"):
        able = teams[row.team_id]
        named = [each for each in able if each.member_id and each.member_id == row.member_id]
        worker = (named or able)[0]
        yield Told(row.seance.site_id, worker.rota_id, row.seance.day, worker.pk, row)
