"""What is not for the plan to choose: frozen days, and what a coordinator imposed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ruche.engines.rounds.checking.blocks import is_fact
from ruche.engines.rounds.checking.case import Case, Held, Visit
from ruche.engines.rounds.checking.violation import Violation, on
from ruche.engines.rounds.problem import Assignment, Pin


def judge_promises(case: Case) -> Iterator[Violation]:
    yield from _frozen_visits(case)
    yield from _frozen_blocks(case)
    for pin in case.problem.pins:
        yield from _pin(case, pin)


def _frozen_visits(case: Case) -> Iterator[Violation]:
    """Exactly what was announced: same site, team, day and worker."""
    problem = case.problem
    announced = Counter(each for each in problem.announced if problem.is_fact(each))
    made = Counter(
        Assignment(each.site, each.team, each.day, each.worker)
        for each in case.visits
        if problem.is_frozen(each.day)
    )
    for each in sorted(announced - made):
        yield _about(case, each, "était annoncée sur un jour figé et n’est plus là")
    for each in sorted(made - announced):
        yield _about(case, each, "n’était pas annoncée, et ce jour est figé")


def _about(case: Case, visit: Assignment, text: str) -> Violation:
    what = f"la visite de {case.place(visit.site)} (« {case.crew(visit.team)} »)"
    return Violation("frozen", f"{case.person(visit.worker)}, {on(visit.day)} : {what} {text}.")


def _frozen_blocks(case: Case) -> Iterator[Violation]:
    """Reserved times of frozen days: those with a single moment, and no other."""
    problem = case.problem
    facts = Counter(
        Held(block.id, worker, block.options[0])
        for block in problem.blocks
        if is_fact(problem, block)
        for worker in block.workers
    )
    held = Counter(each for each in case.held if problem.is_frozen(each.option.day))
    for each, text in (
        *((each, "a eu lieu et n’est plus là") for each in facts - held),
        *((each, "n’était pas prévu, et ce jour est figé") for each in held - facts),
    ):
        who = f"{case.person(each.worker)}, {on(each.option.day)}"
        yield Violation("frozen", f"{who} : « {problem.block[each.block].name} » {text}.")


def _pin(case: Case, pin: Pin) -> Iterator[Violation]:
    visits = case.visits_of[pin.site, pin.team]
    if pin.day is None:
        others = [each for each in visits if each.worker != pin.worker]
        for each in others:
            if not case.problem.is_frozen(each.day):
                yield _loose(case, pin, f"{case.person(each.worker)} y va {on(each.day)}")
    elif not any(_holds(pin, each) for each in visits):
        yield _loose(case, pin, "cette visite n’est pas dans le plan")


def _holds(pin: Pin, visit: Visit) -> bool:
    return visit.day == pin.day and pin.worker in (None, visit.worker)


def _loose(case: Case, pin: Pin, text: str) -> Violation:
    day = "" if pin.day is None else f", {on(pin.day)}"
    worker = "" if pin.worker is None else f", par {case.person(pin.worker)}"
    imposed = f"{case.place(pin.site)} (« {case.crew(pin.team)} »){day}{worker}"
    return Violation("pin", f"Choix imposé à {imposed} : {text}.")
