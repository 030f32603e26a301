"""Reserved times: each once for each of its people, together when it says so, or told unplaced."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.violation import Violation, on
from ruche.engines.rounds.plan import Unplaced
from ruche.engines.rounds.problem import Block, Problem


def judge_blocks(case: Case) -> Iterator[Violation]:
    for block in case.problem.blocks:
        yield from _once_each(case, block)
        yield from _together(case, block)
    yield from _unplaced(case)


def is_fact(problem: Problem, block: Block) -> bool:
    """A single moment, on a day that nothing changes any more: it was held."""
    return len(block.options) == 1 and problem.is_frozen(block.options[0].day)


def pending(case: Case) -> set[Unplaced]:
    """What is asked of each person and is in no day of work; facts are not asked any more."""
    held = {(each.block, each.worker) for each in case.held}
    return {
        Unplaced(block.id, worker)
        for block in case.problem.blocks
        if not is_fact(case.problem, block)
        for worker in block.workers
        if (block.id, worker) not in held
    }


def _once_each(case: Case, block: Block) -> Iterator[Violation]:
    counted = Counter(each.worker for each in case.held if each.block == block.id)
    for worker, count in counted.items():
        who = case.person(worker)
        if worker in case.problem.worker and worker not in block.workers:
            days = ", ".join(_days(case, block, worker))
            yield Violation("block_worker", f"{block.name}, {days} : {who} n’a pas à y être.")
        if count > 1:
            text = f"{who} y est {count} fois"
            yield Violation("block_twice", f"{block.name} : {text}, une seule est prévue.")


def _days(case: Case, block: Block, worker: str) -> Iterator[str]:
    for each in case.held:
        if (each.block, each.worker) == (block.id, worker):
            yield on(each.option.day)


def _together(case: Case, block: Block) -> Iterator[Violation]:
    """Everyone at the same option, or nobody at all."""
    if not block.together:
        return
    held = [each for each in case.held if each.block == block.id and each.worker in block.workers]
    options = sorted({each.option for each in held})
    absent = sorted(set(block.workers) - {each.worker for each in held})
    if len(options) > 1:
        moments = " ; ".join(str(option) for option in options)
        yield Violation("together", f"{block.name} : tout le monde ensemble, or {moments}.")
    elif options and absent:
        names = ", ".join(case.person(worker) for worker in absent)
        yield Violation("together", f"{block.name}, {options[0]} : il manque {names}.")


def _unplaced(case: Case) -> Iterator[Violation]:
    """The list of what could not be placed is exact."""
    expected, told = Counter(pending(case)), Counter(case.plan.unplaced)
    for each in sorted(expected - told):
        yield _about(case, each, "n’est dans aucune journée, et le plan ne le dit pas")
    for each in sorted(told - expected):
        yield _about(case, each, "est dit non placé à tort")


def _about(case: Case, each: Unplaced, text: str) -> Violation:
    block = case.problem.block.get(each.block)
    name = block.name if block else f"« {each.block} »"
    return Violation("unplaced", f"{name}, pour {case.person(each.worker)} : {text}.")
