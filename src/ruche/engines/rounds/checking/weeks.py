"""What ties days together: the hours of a week, their average over twelve, and the night between.

Frozen days are facts. When they pass a limit by themselves, nothing more may be added to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.outing import Outing
from ruche.engines.rounds.checking.violation import Violation, lasting, on
from ruche.engines.rounds.limits import DAY, clock
from ruche.engines.rounds.problem import Worker, monday_of

AVERAGED_WEEKS = 12
"""Code du travail, art. L. 3121-22: the average is taken over twelve weeks in a row."""


def judge_weeks(case: Case) -> Iterator[Violation]:
    for worker in case.problem.workers:
        mine = [outing for outing in case.outings if outing.worker == worker]
        yield from _hours(case, worker, mine)
        yield from _rest(case, mine)


def _hours(case: Case, worker: Worker, mine: list[Outing]) -> Iterator[Violation]:
    facts, total = _before(case, worker), _before(case, worker)
    for outing in mine:
        monday = monday_of(outing.day)
        total[monday] += outing.work
        if case.problem.is_frozen(outing.day):
            facts[monday] += outing.work
    for monday in sorted({monday_of(outing.day) for outing in mine}):
        yield from _week(worker, monday, facts[monday], total[monday])
        yield from _average(worker, monday, facts, total)


def _before(case: Case, worker: Worker) -> Counter[date]:
    """Minutes worked in weeks that began before the month: the first may go on into it."""
    found: Counter[date] = Counter()
    for week in case.problem.worked:
        if week.worker == worker.id and week.monday < case.problem.first:
            found[week.monday] += week.minutes
    return found


def _week(worker: Worker, monday: date, fact: int, total: int) -> Iterator[Violation]:
    contract = worker.contract
    limits = (("week", contract.max_week_min), ("week_absolute", contract.max_week_abs_min))
    for rule, most in limits:
        if total > max(most, fact):
            text = f"{lasting(total)} de travail, au plus {lasting(max(most, fact))}."
            yield Violation(rule, f"{worker.name}, semaine du {monday:%d/%m/%Y} : {text}")


def _average(
    worker: Worker, last: date, facts: Counter[date], total: Counter[date]
) -> Iterator[Violation]:
    mondays = [last - timedelta(weeks=back) for back in range(AVERAGED_WEEKS)]
    most = AVERAGED_WEEKS * worker.contract.avg12_max_min
    worked = sum(total[monday] for monday in mondays)
    if worked > max(most, sum(facts[monday] for monday in mondays)):
        mean = lasting(worked // AVERAGED_WEEKS)
        limit = lasting(worker.contract.avg12_max_min)
        text = f"{mean} par semaine en moyenne sur douze semaines, au plus {limit}."
        yield Violation("average", f"{worker.name}, semaine du {last:%d/%m/%Y} : {text}")


def _rest(case: Case, mine: list[Outing]) -> Iterator[Violation]:
    """Two days in a row leave a night between them, unless both are facts."""
    problem = case.problem
    by_day = {outing.day: outing for outing in mine}
    for day, today in sorted(by_day.items()):
        tomorrow = by_day.get(day + timedelta(days=1))
        if tomorrow is None or problem.is_frozen(tomorrow.day):
            continue
        rest = tomorrow.told.leave + DAY - today.told.back
        if rest < problem.rules.rest_min:
            text = (
                f"retour à {clock(today.told.back)}, départ {on(tomorrow.day)} à "
                f"{clock(tomorrow.told.leave)} : {lasting(rest)} de repos, "
                f"il en faut {lasting(problem.rules.rest_min)}."
            )
            yield today.breaks("rest", text)
