"""The month's rounds: who goes where, on which day, proved best and explained.

The path: `problem` says the month and refuses what makes no sense → `schedules` and `tours` list
every legal day of work → `rhythms` list the days on which a site may be visited → `master` puts
them together as one program whose rows are named rules → `solving` finds the best plan,
criterion after criterion, with a bound for each → `check` judges a plan without any of these.

Only what searches needs HiGHS: it is imported when it is asked for.
"""

from typing import Any

from ruche.engines.rounds.errors import (
    BadProblem,
    BadTravel,
    ContradictoryPins,
    RoundsError,
    Stopped,
    UnreadableRounds,
)
from ruche.engines.rounds.limits import CommutePolicy, Contract, Rules
from ruche.engines.rounds.plan import (
    DayOfWork,
    Ended,
    Meeting,
    Missing,
    Plan,
    Stage,
    Stop,
    Unplaced,
)
from ruche.engines.rounds.problem import (
    Absence,
    Assignment,
    Block,
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
from ruche.engines.rounds.travel import Travel

__all__ = [
    "Absence",
    "Assignment",
    "BadProblem",
    "BadTravel",
    "Block",
    "CommutePolicy",
    "Contract",
    "ContradictoryPins",
    "Criterion",
    "DayOfWork",
    "Ended",
    "Limits",
    "Meeting",
    "Missing",
    "Need",
    "Opening",
    "Partner",
    "Period",
    "Pin",
    "Plan",
    "Problem",
    "Progress",
    "RoundsError",
    "Rules",
    "Site",
    "Stage",
    "Stop",
    "Stopped",
    "Team",
    "Travel",
    "Unplaced",
    "UnreadableRounds",
    "Vehicle",
    "WorkedWeek",
    "Worker",
    "solve",
]


def __getattr__(name: str) -> Any:
    if name in ("Limits", "Progress", "solve"):
        from ruche.engines.rounds import solving

        return getattr(solving, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
