"""What a change by hand would do, told before anyone accepts it; and how two plans differ."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ruche.engines.rounds import Criterion, Plan, Problem
from ruche.engines.rounds.check import Violation, check
from ruche.engines.rounds.problem import monday_of
from ruche.engines.rounds.replanning import Call, calls
from ruche.planning.showing import is_better
from ruche.planning.wording import CRITERIA, duration, kilometres, reached_in_words


@dataclass(frozen=True, slots=True)
class Turn:
    """A criterion before and after: « mieux », « moins bien », or nothing when it is the same."""

    name: str
    before: str
    after: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Effort:
    """Hours and road of someone over a day or a week that changes."""

    who: str
    when: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """Everything that a coordinator weighs before she accepts."""

    broken: tuple[Violation, ...]
    mended: tuple[Violation, ...]
    criteria: tuple[Turn, ...]
    efforts: tuple[Effort, ...]
    calls: tuple[Call, ...]

    @property
    def changes(self) -> tuple[Turn, ...]:
        """The criteria that are not the same."""
        return tuple(turn for turn in self.criteria if turn.before != turn.after)


def consequences(problem: Problem, before: Plan, after: Plan) -> Consequences:
    """Rules, hours, roads, criteria and calls, from one plan of a problem to another."""
    old, new = set(check(problem, before)), set(check(problem, after))
    return Consequences(
        broken=tuple(sorted(new - old)),
        mended=tuple(sorted(old - new)),
        criteria=turns(before, after),
        efforts=tuple(_efforts(problem, before, after)),
        calls=tuple(calls(before.assignments, after.assignments)),
    )


def turns(before: Plan, after: Plan) -> tuple[Turn, ...]:
    """Each criterion that both plans tell."""
    others = {stage.criterion: stage for stage in after.stages}
    return tuple(
        Turn(
            CRITERIA[stage.criterion].name,
            reached_in_words(before, stage),
            reached_in_words(after, others[stage.criterion]),
            _verdict(stage.criterion, stage.value, others[stage.criterion].value),
        )
        for stage in before.stages
        if stage.criterion in others
    )


def _verdict(criterion: Criterion, before: float, after: float) -> str:
    if before == after:
        return ""
    return "mieux" if is_better(criterion, before, after) else "moins bien"


def _efforts(problem: Problem, before: Plan, after: Plan) -> Iterable[Effort]:
    """The days that change, then the weeks."""
    old = {(day.worker, day.day): (day.work, day.metres) for day in before.days}
    new = {(day.worker, day.day): (day.work, day.metres) for day in after.days}
    changed = sorted(
        (key for key in old.keys() | new.keys() if old.get(key) != new.get(key)),
        key=lambda key: (key[1], key[0]),
    )
    for worker, day in changed:
        yield _effort(
            problem, worker, f"le {day:%d/%m}", old.get((worker, day)), new.get((worker, day))
        )
    weeks = sorted(
        {(worker, monday_of(day)) for worker, day in changed}, key=lambda e: (e[1], e[0])
    )
    for worker, monday in weeks:
        yield _effort(
            problem,
            worker,
            f"semaine du {monday:%d/%m}",
            _of_week(old, worker, monday),
            _of_week(new, worker, monday),
        )


def _of_week(
    days: dict[tuple[str, date], tuple[int, int]], worker: str, monday: date
) -> tuple[int, int]:
    totals: dict[str, int] = defaultdict(int)
    for (who, day), (work, metres) in days.items():
        if who == worker and monday_of(day) == monday:
            totals["work"] += work
            totals["metres"] += metres
    return totals["work"], totals["metres"]


def _effort(
    problem: Problem,
    worker: str,
    when: str,
    before: tuple[int, int] | None,
    after: tuple[int, int] | None,
) -> Effort:
    known = problem.worker.get(worker)
    return Effort(known.name if known else "?", when, _said(before), _said(after))


def _said(effort: tuple[int, int] | None) -> str:
    if effort is None or effort == (0, 0):
        return "rien"
    return f"{duration(effort[0])}, {kilometres(effort[1])}"
