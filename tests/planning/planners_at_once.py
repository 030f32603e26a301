"""Four planners do the same thing at the same moment, each in a process of her own.

`python -m tests.planning.planners_at_once` on an empty database: prints what each got, as JSON.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from multiprocessing import get_context
from typing import Any

PLANNERS = 4


class Gate:
    """Where the planners of a process pool wait for one another before they act."""

    barrier: Any = None


def main() -> None:
    _open(None)
    from django.core.management import call_command

    from tests.planning.conftest import first_free_month, keep_few_needs
    from tests.world import load_world

    call_command("migrate", verbosity=0)
    load_world()
    first = first_free_month()
    # A copy of this process would wait for the threads of its libraries.
    spawn = get_context("spawn")
    with ProcessPoolExecutor(
        PLANNERS, mp_context=spawn, initializer=_open, initargs=(spawn.Barrier(PLANNERS),)
    ) as pool:
        told = {"begin": _together(pool, begin, first)}
        keep_few_needs(_month(first))
        told["propose"] = _together(pool, propose, first)
        _search(first)
        told["change"] = _together(pool, partial(change, _month(first).version), first)
        told["publish"] = _together(pool, partial(publish, _month(first).version), first)
    sys.stdout.write(json.dumps(told | _written(first)) + "\n")


def _open(barrier: Any) -> None:
    """What each process needs. What is put in the queue stays there: a run is done by its name."""
    import django

    django.setup()
    from ruche.planning.actions import runs

    runs.async_task = lambda *_call, **_options: None  # type: ignore[assignment]
    Gate.barrier = barrier


Act = Callable[[date, int], str]


def _together(pool: ProcessPoolExecutor, act: Act, first: date) -> dict[str, int]:
    """What planners were told → how many were."""
    asked = [pool.submit(_at_once, act, first, rank) for rank in range(PLANNERS)]
    return dict(Counter(each.result() for each in asked))


def _at_once(act: Act, first: date, rank: int) -> str:
    Gate.barrier.wait(timeout=300)
    return act(first, rank)


def _search(first: date) -> None:
    from ruche.planning import computing

    for run in _month(first).runs.order_by("pk"):
        computing.work(run.pk)


def _written(first: date) -> dict[str, Any]:
    """What is in the database once everything has been asked for."""
    from django.db import connection

    from ruche.seances.models import Participation

    month = _month(first)
    assert month.head is not None
    planned = {(one.site, one.day.isoformat(), one.worker) for one in month.head.found.assignments}
    coming = Participation.objects.filter(planned__month=month).order_by("pk")
    return {
        "vendor": connection.vendor,
        "versions": month.versions.count(),
        "publications": month.publications.count(),
        "planned": len(planned),
        "visits": month.visits.count(),
        "participations": coming.distinct().count(),
    }


def _month(first: date) -> Any:
    from ruche.planning.models import Month

    return Month.objects.select_related("head__brief").get(first=first)


def _coordinator() -> Any:
    from tests.core.member_urls import member

    return member("ines")


# ------------------------------------------------------------------- what each planner does


def begin(first: date, _rank: int) -> str:
    from ruche.planning.actions import months

    return str(months.begin_month(first, by=_coordinator()).pk)


def propose(first: date, _rank: int) -> str:
    from ruche.planning.actions import runs
    from ruche.planning.enums import RunKind
    from ruche.planning.gathering import problem_of

    month = _month(first)
    problem = problem_of(month)

    def ask() -> None:
        runs.ask_run(
            month, problem, RunKind.PROPOSE, title="Proposition", by=_coordinator(), base=None
        )

    return _said(ask)


def change(generation: int, first: date, rank: int) -> str:
    """Each takes away another visit of the plan that all have before their eyes."""
    from ruche.engines.rounds.editing import Edit, Slot
    from ruche.planning.actions import months

    month = _month(first)
    visit = month.head.found.assignments[rank]
    edit = Edit(site=visit.site, team=visit.team, before=Slot(visit.day, visit.worker))
    return _said(
        lambda: months.change_by_hand(month, edit, generation=generation, by=_coordinator())
    )


def publish(generation: int, first: date, _rank: int) -> str:
    from ruche.planning.actions import publishing

    month = _month(first)
    return _said(lambda: publishing.publish(month, generation=generation, by=_coordinator()))


def _said(act: Callable[[], object]) -> str:
    from ruche.planning.refusals import Refused

    try:
        act()
    except Refused as error:
        return type(error).__name__
    return "done"


if __name__ == "__main__":
    main()
