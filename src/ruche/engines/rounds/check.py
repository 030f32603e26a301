"""Whether a plan keeps every rule: the witness that never saw how the plan was found.

Nothing here is shared with the solver but the words in which problems and plans are told. Hours,
roads, rests, counts and the worth of each criterion are computed again from the days of work, so
that an error of the solver cannot be its own alibi.
"""

from __future__ import annotations

from ruche.engines.rounds.checking.blocks import judge_blocks
from ruche.engines.rounds.checking.case import Case
from ruche.engines.rounds.checking.days import judge_days, judge_vehicles
from ruche.engines.rounds.checking.meetings import judge_meetings
from ruche.engines.rounds.checking.needs import judge_needs
from ruche.engines.rounds.checking.promises import judge_promises
from ruche.engines.rounds.checking.references import judge_references
from ruche.engines.rounds.checking.stages import judge_stages
from ruche.engines.rounds.checking.violation import Violation
from ruche.engines.rounds.checking.weeks import judge_weeks
from ruche.engines.rounds.plan import Plan
from ruche.engines.rounds.problem import Problem

__all__ = ["Violation", "check"]

JUDGES = (
    judge_references,
    judge_days,
    judge_vehicles,
    judge_weeks,
    judge_needs,
    judge_blocks,
    judge_promises,
    judge_meetings,
    judge_stages,
)


def check(problem: Problem, plan: Plan) -> list[Violation]:
    """Every rule that this plan breaks; an empty list for a legal plan that says the truth.

    Frozen days are facts: they must be what was announced, but their hours and their limits are
    not judged; what the plan adds around them is.
    """
    case = Case(problem, plan)
    return [violation for judge in JUDGES for violation in judge(case)]
