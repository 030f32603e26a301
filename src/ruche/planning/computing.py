"""A computation at work, in the queue: it says where it stands, obeys, and dies without harm.

What it finds becomes a version of the month. It is taken in hand only if nobody changed the month
meanwhile; otherwise it waits beside, to be compared. A run that gives no sign of life is started
again by the timetable.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import F, Q
from django.utils import timezone

from ruche.engines.rounds import Plan, Problem, RoundsError
from ruche.engines.rounds.check import check
from ruche.engines.rounds.errors import ContradictoryPins
from ruche.engines.rounds.explaining import Reason, reason_of
from ruche.engines.rounds.plan import Ended
from ruche.engines.rounds.replanning import dates_kept, others_kept
from ruche.engines.rounds.serialisation import problem_to_json
from ruche.engines.rounds.solving import Limits, Progress, solve
from ruche.engines.rounds.waivers import Waiver, waivers_for
from ruche.planning.actions.months import add_version, locked_month, take_in_hand
from ruche.planning.actions.runs import start
from ruche.planning.enums import AT_WORK, Origin, RunKind, RunStatus
from ruche.planning.models import Brief, Month, Run, Version

logger = logging.getLogger(__name__)

LONGEST = 180.0
"""Seconds of search: the queue ends what lasts more than five minutes."""

URGENT = 4.0
"""Seconds for each of the three proposals that someone waits for on the telephone."""

QUIET = timedelta(seconds=90)
"""A run that said nothing for so long is dead."""

ATTEMPTS = 3
EXPLAINED = 8
"""Missing visits whose reason is looked for by itself."""

BETWEEN = 0.7
"""Seconds between two signs of life."""

REASONS = "reasons"
"""What `Run.criterion` says once the plan is found, while reasons are looked for."""


class StopAsked(Exception):
    """Someone asked for the end; what was found is kept."""


def work(pk: UUID) -> None:
    """Do a run that waits, or that died. Twice at once, it is done once."""
    run = _claim(pk)
    if run is None:
        return
    try:
        _do(run)
    except RoundsError as error:
        _end(run, RunStatus.STOPPED if run.stop_asked else RunStatus.FAILED, str(error))
    except StopAsked:
        _end(run, RunStatus.STOPPED)
    except Exception as error:
        logger.exception("planning run %s failed", run.pk)
        _end(
            run,
            RunStatus.FAILED,
            f"Le calcul s’est arrêté ({type(error).__name__}). Rien n’est perdu : relancez-le ; "
            "si cela recommence, prévenez l’administration technique.",
        )
    else:
        _end(run, RunStatus.STOPPED if run.stop_asked else RunStatus.DONE)


def take_up_again() -> int:
    """Start again the runs that died with their process; how many."""
    silent = timezone.now() - QUIET
    dead = Run.objects.at_work().filter(
        Q(beat_at__lt=silent) | Q(beat_at=None, asked_at__lt=silent)
    )
    for run in dead.order_by("asked_at"):
        start(run)
    return len(dead)


def _claim(pk: UUID) -> Run | None:
    """The run, for this process alone."""
    silent = timezone.now() - QUIET
    free = Q(status=RunStatus.WAITING) | Q(status=RunStatus.RUNNING, beat_at__lt=silent)
    taken = Run.objects.filter(free, pk=pk).update(
        status=RunStatus.RUNNING, beat_at=timezone.now(), attempts=F("attempts") + 1
    )
    if not taken:
        return None
    run: Run = Run.objects.select_related("month", "brief", "base__brief", "asked_by").get(pk=pk)
    if run.attempts > ATTEMPTS:
        _end(
            run,
            RunStatus.FAILED,
            "Le calcul s’est interrompu trois fois de suite : la machine manque peut-être de "
            "mémoire. Prévenez l’administration technique.",
        )
        return None
    return run


def _end(run: Run, status: RunStatus, trouble: str = "") -> None:
    Run.objects.filter(pk=run.pk, status__in=AT_WORK).update(
        status=status, trouble=trouble, ended_at=timezone.now(), beat_at=timezone.now()
    )


# ------------------------------------------------------------------------------- kinds


def _do(run: Run) -> None:
    search = {
        RunKind.PROPOSE: _propose,
        RunKind.REPAIR: _propose,
        RunKind.WHAT_IF: _what_if,
        RunKind.URGENT: _urgent,
    }[RunKind(run.kind)]
    search(run, _Pulse(run))


def _propose(run: Run, pulse: "_Pulse") -> None:
    """The best plan, in hand at once when nobody changed the month; then the reasons."""
    version = run.results.first() or _found(run, pulse)
    _explain(version, pulse)


def _found(run: Run, pulse: "_Pulse") -> Version:
    plan = _solved(run.brief.problem, pulse, LONGEST)
    origin = Origin.PROPOSAL if run.kind == RunKind.PROPOSE else Origin.REPAIR
    with transaction.atomic():
        month = locked_month(run.month)
        version = _keep(run, month, run.brief, plan, origin, run.title)
        if month.head_id == run.base_id:
            take_in_hand(month, version)
    return version


def _what_if(run: Run, pulse: "_Pulse") -> None:
    """The best plan once some rules are let go. Nobody has decided anything yet."""
    if run.results.exists():
        return
    relaxed = run.brief.problem
    for waiver in _waivers(relaxed, run.asked):
        relaxed = waiver.apply(relaxed)
    plan = _solved(relaxed, pulse, LONGEST)
    _keep_beside(run, relaxed, plan, Origin.WHAT_IF, run.title)


def _waivers(problem: Problem, asked: dict[str, object]) -> list[Waiver]:
    need = problem.need[str(asked["site"]), str(asked["team"])]
    wanted = [tuple(each) for each in asked["waivers"]]  # type: ignore[attr-defined]
    known = {(each.rule, each.label): each for each in waivers_for(problem, need, 0)}
    return [known[each] for each in wanted if each in known]


def _urgent(run: Run, pulse: "_Pulse") -> None:
    """Three ways out, each within a few seconds."""
    problem, worker = run.brief.problem, str(run.asked["worker"])
    ways = (
        ("Le moins de dates déplacées", problem),
        ("Aucune date ne bouge : des collègues remplacent, ou la visite est annulée",
         dates_kept(problem)),
        ("Les collègues gardent leurs journées : seules ses visites à elle bougent",
         others_kept(problem, worker)),
    )  # fmt: skip
    known = set(run.results.order_by().values_list("title", flat=True))
    for title, way in ways:
        if title in known:
            continue
        try:
            plan = _solved(way, pulse, URGENT)
        except ContradictoryPins:
            if way is problem:
                raise
            continue  # what others were told cannot all be held: this way out is closed
        _keep_beside(run, way, plan, Origin.URGENT, title)


def _solved(problem: Problem, pulse: "_Pulse", seconds: float) -> Plan:
    """A plan that the independent checker accepts, or nothing."""
    plan = solve(problem, Limits(seconds=seconds), pulse)
    if violations := check(problem, plan):
        raise RuntimeError(f"{len(violations)} violations, the first: {violations[0].rule}")
    if plan.ended is Ended.CALLER:
        pulse.stopped = True
    return plan


def _keep(run: Run, month: Month, brief: Brief, plan: Plan, origin: Origin, title: str) -> Version:
    return add_version(
        month, brief, plan, origin=origin, title=title, by=run.asked_by, parent=run.base, run=run
    )


def _keep_beside(run: Run, problem: Problem, plan: Plan, origin: Origin, title: str) -> None:
    with transaction.atomic():
        month = locked_month(run.month)
        brief = run.brief
        if problem is not brief.problem:
            brief = Brief.objects.create(month=month, text=problem_to_json(problem))
        _keep(run, month, brief, plan, origin, title)


# ------------------------------------------------------------------------------ reasons


def _explain(version: Version, pulse: "_Pulse") -> None:
    """The reason of each missing visit, one after the other, written as soon as it is known."""
    for reason in _reasons(version, pulse):
        version.reasons.append(
            {
                "site": reason.missing.site,
                "team": reason.missing.team,
                "period": reason.missing.period,
                "visits": reason.missing.visits,
                "text": reason.text,
                "waivers": [[each.rule, each.label] for each in reason.waivers],
            }
        )
        version.save(update_fields=["reasons"])


def _reasons(version: Version, pulse: "_Pulse") -> Iterator[Reason]:
    known = {(each["site"], each["team"], each["period"]) for each in version.reasons}
    for missing in version.found.missing[:EXPLAINED]:
        if (missing.site, missing.team, missing.period) in known:
            continue
        if not pulse.beats(REASONS):
            raise StopAsked
        yield reason_of(version.problem, version.found, missing, lambda: pulse.beats(REASONS))


# ------------------------------------------------------------------------- signs of life


@dataclass
class _Pulse:
    """Tells where the search stands, now and then, and hears whether someone wants it to stop."""

    run: Run
    clock: Callable[[], float] = time.monotonic
    stopped: bool = False
    last: float = field(default=-1e9)
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def __call__(self, progress: Progress) -> bool:
        return self.beats(progress.criterion.value, progress.value, progress.bound)

    def beats(self, criterion: str, value: float | None = None, bound: float | None = None) -> bool:
        """Whether to go on."""
        now = self.clock()
        if now - self.last < BETWEEN and criterion == self.run.criterion:
            return not self.stopped
        self.last, self.run.criterion = now, criterion
        with suppress(OperationalError):  # a long writer: the next sign of life will do
            self._tell(criterion, value, bound, now)
        self.stopped = self.stopped or self.run.stop_asked
        return not self.stopped

    def _tell(self, criterion: str, value: float | None, bound: float | None, now: float) -> None:
        Run.objects.filter(pk=self.run.pk).update(
            criterion=criterion,
            value=_finite(value),
            bound=_finite(bound),
            seconds=now - self.began,
            beat_at=timezone.now(),
        )
        self.run.stop_asked = Run.objects.filter(pk=self.run.pk, stop_asked=True).exists()


def _finite(value: float | None) -> float | None:
    return value if value is not None and abs(value) < 1e300 else None
