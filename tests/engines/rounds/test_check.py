"""A plan is judged by a witness that never saw the solver: it finds nothing in what is legal, and
names each rule that is broken.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ruche.engines.rounds.check import Violation, check
from ruche.engines.rounds.generating import Shape, generate
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
    Vehicle,
    WorkedWeek,
    Worker,
)
from ruche.engines.rounds.solving import solve
from ruche.engines.rounds.travel import Travel
from ruche.french.numbers import NBSP

NURSES, VAN = "infirmieres", "camping-car"
MORNING, AFTERNOON = (540, 720), (840, 1020)
TUESDAYS = tuple(date(2027, 3, day) for day in (2, 9, 16, 23, 30))
SECOND, THIRD, FOURTH, NINTH, ELEVENTH, SIXTEENTH = (
    date(2027, 3, day) for day in (2, 3, 4, 9, 11, 16)
)
Corruption = Callable[[Problem, Plan], tuple[Problem, Plan]]


# ----------------------------------------------------------------------- a case for a pencil


def journeys(**longer: int) -> Travel:
    """One kilometre a minute. `auzan_barran=130`: that road takes longer, not further."""
    places = ("maison", "mairie", "depot", "auzan", "barran")
    minutes = [
        [0, 15, 10, 30, 40],
        [15, 0, 10, 35, 45],
        [10, 10, 0, 25, 30],
        [30, 35, 25, 0, 20],
        [40, 45, 30, 20, 0],
    ]
    metres = tuple(tuple(1000 * each for each in row) for row in minutes)
    for road, length in longer.items():
        one, other = road.split("_")
        minutes[places.index(one)][places.index(other)] = length
    return Travel(places, tuple(tuple(row) for row in minutes), metres, source="crayon")


def pencil_problem() -> Problem:
    """Two sites open on Tuesdays, three nurses and a van, a meeting to place, two partners."""
    return Problem(
        periods=(Period(date(2027, 3, 1), date(2027, 3, 31)),),
        sites=(
            site("auzan", "Auzan", MORNING),
            site("barran", "Barran", AFTERNOON),
        ),
        needs=(
            Need(site="auzan", team=NURSES, reference="nadia"),
            Need(site="barran", team=NURSES, visits=1),
            Need(site="auzan", team=VAN, visits=1, stay_min=60),
        ),
        workers=(
            Worker(id="odile", name="Odile", team=NURSES, base="maison"),
            Worker(id="paul", name="Paul", team=NURSES, base="mairie"),
            Worker(id="nadia", name="Nadia", team=NURSES, base="mairie"),
            Worker(id="van", name="Van", team=VAN, base="depot", vehicle="van", people=2),
        ),
        vehicles=(Vehicle(id="van", name="Camping-car", seats=3),),
        travel=journeys(),
        partners=(
            Partner(
                id="asso",
                name="Asso",
                days=(SECOND, NINTH),
                sites=("auzan", "barran"),
                teams=(VAN,),
                rides="van",
            ),
            Partner(
                id="ligue",
                name="Ligue",
                days=(SECOND, NINTH, SIXTEENTH),
                sites=("auzan", "barran"),
                visits=2,
                teams=(NURSES,),
            ),
        ),
        blocks=(meeting_to_place("odile", "paul"),),
        announced=(
            Assignment("auzan", NURSES, SIXTEENTH, "paul"),
            Assignment("barran", NURSES, NINTH, "odile"),
        ),
        rules=Rules(fairness_step_percent=1),
    )


def site(id: str, name: str, hours: tuple[int, int]) -> Site:
    openings = tuple(Opening(day, *hours) for day in TUESDAYS)
    return Site(id=id, name=name, place=id, openings=openings)


def meeting_to_place(*workers: str, together: bool = True) -> Block:
    options = (Opening(FOURTH, 780, 1020), Opening(ELEVENTH, 780, 1020))
    return Block(
        id="reunion",
        name="Réunion",
        workers=workers,
        options=options,
        stay_min=120,
        together=together,
    )


def visit(place: str, start: int, end: int, *, team: str = NURSES) -> Stop:
    opening = {"auzan": MORNING, "barran": AFTERNOON}[place]
    return Stop(start=start, end=end, opening=opening, site=place, team=team)


def at_meeting(worker: str, day: date) -> DayOfWork:
    stop = Stop(start=780, end=900, opening=(780, 1020), block="reunion")
    return DayOfWork(worker=worker, day=day, leave=780, back=900, work=120, metres=0, stops=(stop,))


LONG_DAY = DayOfWork(
    worker="odile",
    day=SECOND,
    leave=600,
    back=970,
    work=325,  # 370 minutes on the road, 45 for the meal
    metres=90_000,
    stops=(visit("auzan", 630, 720), visit("barran", 840, 930)),
    lunch_after=0,
)
VAN_DAY = DayOfWork(
    worker="van",
    day=SECOND,
    leave=545,
    back=655,
    work=110,
    metres=50_000,
    stops=(visit("auzan", 570, 630, team=VAN),),
)
SHORT_DAY = DayOfWork(
    worker="odile",
    day=SIXTEENTH,
    leave=510,
    back=660,
    work=150,
    metres=60_000,
    stops=(visit("auzan", 540, 630),),
)


def pencil_plan() -> Plan:
    return Plan(
        days=(
            LONG_DAY,
            VAN_DAY,
            at_meeting("odile", FOURTH),
            at_meeting("paul", FOURTH),
            SHORT_DAY,
        ),
        meetings=(
            Meeting(SECOND, "auzan", "asso", *MORNING),
            Meeting(SIXTEENTH, "auzan", "ligue", *MORNING),
        ),
        missing=(),
        unplaced=(),
        stages=(),
        ended=Ended.PROOF,
    )


WORTH = {
    Criterion.VISITS: 0,
    Criterion.MOVED_DATES: 1,  # Barran was announced for the 9th
    Criterion.CHANGED_WORKERS: 1,  # Auzan on the 16th was announced with someone else
    Criterion.CONTINUITY: 1,  # Auzan knows another nurse
    Criterion.RHYTHM: 0,  # first and third Tuesday
    Criterion.FAIRNESS: 6,  # 595 and 0 minutes of 9660: 6.16 points, less the first, in whole steps
    Criterion.COPRESENCE: 3,  # nurse and van at Auzan, and two partners
    Criterion.KILOMETRES: 2000,
}


def told(worth: dict[Criterion, int]) -> tuple[Stage, ...]:
    return tuple(Stage(each, value, value, proved=True) for each, value in worth.items())


def rules_of(found: list[Violation]) -> set[str]:
    return {violation.rule for violation in found}


# --------------------------------------------------------------- how a case is spoiled


def with_problem(**changes: Any) -> Corruption:
    return lambda problem, plan: (replace(problem, **changes), plan)


def with_plan(**changes: Any) -> Corruption:
    return lambda problem, plan: (problem, replace(plan, **changes))


def with_rules(**changes: int) -> Corruption:
    return with_problem(rules=Rules(**changes))


def with_contract(**changes: Any) -> Corruption:
    """Another contract for the one who works most."""
    return with_worker("odile", contract=Contract(**changes))


def with_worker(worker: str, **changes: Any) -> Corruption:
    def spoil(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        workers = tuple(
            replace(each, **changes) if each.id == worker else each for each in problem.workers
        )
        return replace(problem, workers=workers), plan

    return spoil


def with_need(site: str, of: str = NURSES, /, **changes: Any) -> Corruption:
    def spoil(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        needs = tuple(
            replace(each, **changes) if (each.site, each.team) == (site, of) else each
            for each in problem.needs
        )
        return replace(problem, needs=needs), plan

    return spoil


def with_partner(partner: str, **changes: Any) -> Corruption:
    def spoil(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        partners = tuple(
            replace(each, **changes) if each.id == partner else each for each in problem.partners
        )
        return replace(problem, partners=partners), plan

    return spoil


def with_day(rank: int, **changes: Any) -> Corruption:
    def spoil(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        days = list(plan.days)
        days[rank] = replace(days[rank], **changes)
        return problem, replace(plan, days=tuple(days))

    return spoil


def with_stop(rank: int, stop: int, **changes: Any) -> Corruption:
    def spoil(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        stops = list(plan.days[rank].stops)
        stops[stop] = replace(stops[stop], **changes)
        return with_day(rank, stops=tuple(stops))(problem, plan)

    return spoil


def without_day(rank: int) -> Corruption:
    return lambda problem, plan: (
        problem,
        replace(plan, days=plan.days[:rank] + plan.days[rank + 1 :]),
    )


def with_more_days(*days: DayOfWork) -> Corruption:
    return lambda problem, plan: (problem, replace(plan, days=(*plan.days, *days)))


def with_meetings(*meetings: Meeting) -> Corruption:
    """The first partner's meeting, and these."""
    return lambda problem, plan: (problem, replace(plan, meetings=(plan.meetings[0], *meetings)))


def together(*parts: Corruption) -> Corruption:
    def spoil(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
        for part in parts:
            problem, plan = part(problem, plan)
        return problem, plan

    return spoil


def frozen(*announced: Assignment, until: date = THIRD) -> Corruption:
    return with_problem(announced=announced, frozen_until=until)


ANNOUNCED = (
    Assignment("auzan", NURSES, SECOND, "odile"),
    Assignment("auzan", VAN, SECOND, "van"),
    Assignment("barran", NURSES, SECOND, "odile"),
)
OTHER_DAY = DayOfWork(
    worker="paul",
    day=SIXTEENTH,
    leave=505,
    back=665,
    work=160,
    metres=70_000,
    stops=(visit("auzan", 540, 630),),
)
TWICE_IN_A_DAY = replace(
    SHORT_DAY, back=750, work=240, stops=(visit("auzan", 540, 630), visit("auzan", 630, 720))
)
STRANGE_VISIT = replace(OTHER_DAY, stops=(replace(OTHER_DAY.stops[0], team="medecins"),))
STRANGE_BLOCK = replace(OTHER_DAY, stops=(Stop(start=540, end=630, opening=MORNING, block="fete"),))
MIXED_STOP = replace(OTHER_DAY, stops=(replace(OTHER_DAY.stops[0], block="reunion"),))
LATE_SITE = Site(id="barran", name="Barran", place="barran", openings=(Opening(SECOND, 840, 1200),))


def long_afternoon(stay: int) -> Corruption:
    """From 13 h 40 to the return, without a pause: the road, the stay, the road."""
    return together(
        with_need("barran", stay_min=stay),
        with_problem(sites=(site("auzan", "Auzan", MORNING), LATE_SITE)),
        with_stop(0, 1, end=840 + stay, opening=(840, 1200)),
        with_day(0, back=880 + stay, work=235 + stay),
    )


TRAINING = Block(
    id="formation",
    name="Formation",
    workers=("paul",),
    options=(Opening(SECOND, 540, 720),),
    stay_min=180,
)
MEETING_ON_THE_THIRD = together(
    with_problem(
        blocks=(replace(meeting_to_place("odile", "paul"), options=(Opening(THIRD, 780, 1020),)),)
    ),
    with_day(2, day=THIRD),
    with_day(3, day=THIRD),
)
WITHOUT_PAUL = with_problem(
    blocks=(meeting_to_place("odile"),),
    workers=tuple(each for each in pencil_problem().workers if each.id != "paul"),
)
HALVES = (Period(date(2027, 3, 1), date(2027, 3, 15)), Period(date(2027, 3, 17), date(2027, 3, 31)))

CORRUPTIONS: list[tuple[str, str, Corruption]] = [
    # what a plan names
    ("unknown", "someone who is not in the team", WITHOUT_PAUL),
    ("unknown", "a visit that nobody is owed", with_more_days(STRANGE_VISIT)),
    ("unknown", "a reserved time that does not exist", with_more_days(STRANGE_BLOCK)),
    ("unknown", "a stop that is two things", with_more_days(MIXED_STOP)),
    (
        "unknown",
        "a partner who does not exist",
        with_plan(meetings=(Meeting(SECOND, "auzan", "zzz", *MORNING),)),
    ),
    ("empty_day", "a day without a stop", with_more_days(replace(OTHER_DAY, stops=()))),
    (
        "one_day",
        "two days of work on one day",
        together(
            without_day(0),
            with_more_days(
                replace(
                    LONG_DAY,
                    back=750,
                    work=150,
                    metres=60_000,
                    stops=LONG_DAY.stops[:1],
                    lunch_after=None,
                ),
                replace(
                    LONG_DAY,
                    leave=800,
                    work=170,
                    metres=80_000,
                    stops=LONG_DAY.stops[1:],
                    lunch_after=None,
                ),
            ),
        ),
    ),
    (
        "outside",
        "a visit between two periods",
        with_problem(
            periods=HALVES,
            needs=tuple(replace(each, by_period=(1, 0)) for each in pencil_problem().needs),
        ),
    ),
    # a day on the road
    ("metres", "one metre less than the road", with_day(0, metres=89_999)),
    ("work", "one minute of work less than it takes", with_day(0, work=324)),
    ("workday", "a day that is not in the contract", with_contract(workdays=(0, 1, 2, 4))),
    ("contract_hours", "leaving before the contract allows", with_contract(earliest_start=511)),
    ("contract_hours", "back after the contract allows", with_contract(latest_end=969)),
    (
        "absence",
        "a day away",
        with_problem(absences=(Absence(worker="odile", first=SIXTEENTH, last=SIXTEENTH),)),
    ),
    (
        "absence",
        "hours away, in the middle of a day",
        with_problem(
            absences=(Absence(worker="odile", first=SECOND, last=SECOND, start=730, end=800),)
        ),
    ),
    (
        "vehicle_unavailable",
        "a vehicle that is being mended",
        with_problem(
            vehicles=(Vehicle(id="van", name="Camping-car", seats=3, unavailable=(SECOND,)),)
        ),
    ),
    ("road", "a first stop too soon", with_day(4, leave=511, work=149)),
    ("road", "back too soon", with_day(4, back=659, work=149)),
    (
        "road",
        "a second stop too soon",
        together(
            with_rules(lunch_after_min=400, break_after_min=400),
            with_problem(travel=journeys(auzan_barran=130)),
            with_day(0, lunch_after=None, work=370),
        ),
    ),
    ("stay", "a visit shorter than asked", with_stop(4, 0, end=629)),
    ("opening", "an opening that does not exist", with_stop(0, 1, opening=(840, 1021))),
    (
        "opening",
        "a reserved time outside of its moments",
        together(
            with_stop(2, 0, opening=(780, 1021)),
            with_stop(3, 0, opening=(780, 1021)),
        ),
    ),
    ("within_opening", "a visit before the doors open", with_stop(0, 1, start=839, end=929)),
    ("max_stops", "one place too many", with_rules(max_stops=1)),
    (
        "site_twice",
        "the same site twice in a day",
        together(with_need("auzan", visits=3), without_day(4), with_more_days(TWICE_IN_A_DAY)),
    ),
    (
        "team",
        "a visit by another team",
        together(
            with_problem(announced=()),
            with_need("barran", team=VAN),
            with_stop(0, 1, team=VAN),
        ),
    ),
    ("forbidden", "someone who must not go there", with_need("barran", forbidden=("odile",))),
    ("skill", "a skill that is not there", with_need("barran", required_skill="vaccination")),
    ("day_work", "a day of too much work", with_contract(max_day_min=324)),
    ("amplitude", "a day that is too long", with_rules(max_amplitude_min=369)),
    ("meal", "a long day without a meal", with_day(0, lunch_after=None, work=370)),
    (
        "meal",
        "a meal that is too short",
        together(with_rules(lunch_min=101), with_day(0, work=269)),
    ),
    ("meal", "a meal after a stop that is not", with_day(0, lunch_after=2)),
    ("meal", "a meal before the first stop", with_day(0, lunch_after=-1)),
    ("pause", "an afternoon without a pause", long_afternoon(301)),
    (
        "vehicles",
        "one car for two",
        together(
            with_problem(
                vehicles=(
                    Vehicle(id="van", name="Camping-car", seats=3),
                    Vehicle(id="clio", name="Clio", seats=5),
                )
            ),
            with_worker("odile", vehicle="clio"),
            with_worker("paul", vehicle="clio"),
        ),
    ),
    # what ties days together
    ("week", "a week longer than the contract", with_contract(max_week_min=444)),
    ("week_absolute", "a week longer than the law", with_contract(max_week_abs_min=444)),
    (
        "week",
        "a week that began before the month",
        together(
            with_problem(
                periods=(Period(SECOND, date(2027, 3, 31)),),
                worked=(WorkedWeek("odile", date(2027, 3, 1), 100),),
            ),
            with_contract(max_week_min=544),
        ),
    ),
    ("average", "twelve weeks that weigh too much", with_contract(avg12_max_min=49)),
    (
        "average",
        "twelve weeks, those of before included",
        together(
            with_problem(worked=(WorkedWeek("odile", date(2027, 2, 22), 100),)),
            with_contract(avg12_max_min=45),
        ),
    ),
    ("rest", "a night too short", together(MEETING_ON_THE_THIRD, with_rules(rest_min=1251))),
    # what is owed
    ("too_many_visits", "more than is wanted", with_need("barran", visits=0)),
    ("missing", "a missing visit that is not told", with_need("barran", visits=2)),
    (
        "missing",
        "a visit told missing that is made",
        with_plan(missing=(Missing("barran", NURSES, 0, 1),)),
    ),
    (
        "missing",
        "a wrong number of missing visits",
        together(
            with_need("barran", visits=3), with_plan(missing=(Missing("barran", NURSES, 0, 1),))
        ),
    ),
    ("missing", "a site that does not exist", with_plan(missing=(Missing("zzz", NURSES, 0, 1),))),
    ("missing", "no such period", with_plan(missing=(Missing("barran", NURSES, 1, 1),))),
    (
        "visit_twice",
        "two people for the same visit",
        together(with_need("auzan", visits=3), with_more_days(OTHER_DAY)),
    ),
    ("min_days", "two visits too close", with_need("auzan", min_days=15)),
    (
        "min_days",
        "a visit too close to the month before",
        with_problem(history=(Assignment("auzan", NURSES, date(2027, 2, 26), "odile"),)),
    ),
    ("max_days", "two visits too far", with_need("auzan", max_days=13)),
    # reserved times
    (
        "block_worker",
        "someone who is not expected",
        with_problem(blocks=(meeting_to_place("odile"),)),
    ),
    (
        "block_twice",
        "the same reserved time twice",
        together(
            with_problem(blocks=(meeting_to_place("odile", "paul", together=False),)),
            with_more_days(at_meeting("odile", ELEVENTH)),
        ),
    ),
    ("together", "each on her own day", with_day(3, day=ELEVENTH)),
    (
        "together",
        "one without the other",
        together(without_day(3), with_plan(unplaced=(Unplaced("reunion", "paul"),))),
    ),
    (
        "unplaced",
        "a reserved time that is forgotten",
        together(
            with_problem(blocks=(meeting_to_place("odile", "paul", together=False),)),
            without_day(3),
        ),
    ),
    (
        "unplaced",
        "a reserved time told unplaced that is placed",
        with_plan(unplaced=(Unplaced("reunion", "paul"),)),
    ),
    # what is not for the plan to choose
    (
        "frozen",
        "an announced visit that is not made",
        frozen(*ANNOUNCED, Assignment("barran", NURSES, date(2027, 3, 1), "odile")),
    ),
    ("frozen", "a visit added on a frozen day", frozen(*ANNOUNCED[:2])),
    (
        "frozen",
        "a frozen visit by someone else",
        frozen(*ANNOUNCED[:2], Assignment("barran", NURSES, SECOND, "paul")),
    ),
    (
        "frozen",
        "a past training that is gone",
        together(
            frozen(*ANNOUNCED),
            with_problem(blocks=(meeting_to_place("odile", "paul"), TRAINING)),
        ),
    ),
    (
        "frozen",
        "a meeting placed on a frozen day",
        together(
            frozen(*ANNOUNCED, until=date(2027, 3, 5)),
            with_problem(blocks=(meeting_to_place("odile", "paul"),)),
        ),
    ),
    ("pin", "an imposed day", with_problem(pins=(Pin(site="barran", team=NURSES, day=NINTH),))),
    (
        "pin",
        "an imposed person",
        with_problem(pins=(Pin(site="barran", team=NURSES, worker="paul"),)),
    ),
    (
        "pin",
        "an imposed person on a day",
        with_problem(pins=(Pin(site="barran", team=NURSES, day=SECOND, worker="paul"),)),
    ),
    # partners
    ("meeting_day", "a day that is not offered", with_partner("ligue", days=(SECOND, NINTH))),
    ("meeting_site", "a site that is not wished", with_partner("ligue", sites=("barran",))),
    (
        "meeting_one_a_day",
        "two sites in a day",
        with_meetings(
            Meeting(SECOND, "auzan", "ligue", *MORNING),
            Meeting(SECOND, "barran", "ligue", *AFTERNOON),
        ),
    ),
    (
        "meeting_once_a_site",
        "the same site twice",
        with_meetings(
            Meeting(SECOND, "auzan", "ligue", *MORNING),
            Meeting(SIXTEENTH, "auzan", "ligue", *MORNING),
        ),
    ),
    ("meeting_visits", "more than wished", with_partner("ligue", visits=0)),
    ("meeting_team", "nobody there", with_meetings(Meeting(NINTH, "auzan", "ligue", *MORNING))),
    ("meeting_team", "a team that is not accepted", with_partner("ligue", teams=("medecins",))),
    (
        "meeting_team",
        "another opening",
        with_meetings(Meeting(SIXTEENTH, "auzan", "ligue", *AFTERNOON)),
    ),
    ("meeting_vehicle", "a vehicle that is elsewhere", with_partner("ligue", rides="van")),
    (
        "seats",
        "no seat left",
        with_problem(vehicles=(Vehicle(id="van", name="Camping-car", seats=2),)),
    ),
]


@pytest.mark.parametrize(
    ("rule", "spoil"), [pytest.param(rule, spoil, id=name) for rule, name, spoil in CORRUPTIONS]
)
def test_each_rule_that_is_broken_is_named_and_no_other(rule: str, spoil: Corruption) -> None:
    found = check(*spoil(pencil_problem(), pencil_plan()))
    assert rules_of(found) == {rule}


def test_a_plan_drawn_with_a_pencil_breaks_no_rule_and_is_worth_what_it_says() -> None:
    plan = replace(pencil_plan(), stages=told(WORTH))
    assert check(pencil_problem(), plan) == []


SENTENCES: list[tuple[str, Corruption]] = [
    ("Odile, le 16/03/2027 : Auzan dure 89 min, il faut 90 min.", with_stop(4, 0, end=629)),
    (
        "Odile, semaine du 01/03/2027 : 7 h 25 de travail, au plus 7 h 24.",
        with_contract(max_week_min=444),
    ),
    (
        "Réunion, le 04/03/2027 : Paul n’a pas à y être.",
        with_problem(blocks=(meeting_to_place("odile"),)),
    ),
    (
        "Barran (« infirmieres »), du 01/03/2027 au 31/03/2027 : "
        "il manque 1 visite, le plan ne le dit pas.",
        with_need("barran", visits=2),
    ),
    (
        "Camping-car (Van), le 02/03/2027 : 2 personnes et 1 partenaire pour 2 places.",
        with_problem(vehicles=(Vehicle(id="van", name="Camping-car", seats=2),)),
    ),
]


@pytest.mark.parametrize(("sentence", "spoil"), SENTENCES)
def test_a_sentence_names_the_day_the_person_the_site_and_the_figures(
    sentence: str, spoil: Corruption
) -> None:
    (violation,) = check(*spoil(pencil_problem(), pencil_plan()))
    assert violation.text.replace(NBSP, " ") == sentence


def test_a_figure_and_its_unit_stay_on_one_line() -> None:
    problem, plan = pencil_problem(), pencil_plan()
    texts = [each.text for _, spoil in SENTENCES for each in check(*spoil(problem, plan))]
    assert [text for text in texts if re.search(r"\d (h|places?|visites?)\b", text)] == []


# ------------------------------------------------------------------------- what is allowed

ALLOWED: list[tuple[str, Corruption]] = [
    ("limits that are just reached", together(
        with_contract(max_day_min=325, max_week_min=445, earliest_start=510, latest_end=970),
        with_rules(max_amplitude_min=370, lunch_min=45, max_stops=2),
        with_need("auzan", min_days=14, max_days=14),
    )),
    ("an afternoon as long as one may go without a pause", long_afternoon(300)),
    ("a day as long as one may go without a meal", together(
        with_rules(lunch_after_min=370, break_after_min=370),
        with_day(0, lunch_after=None, work=370),
    )),
    ("a meal that fills the time between two sites", together(
        with_rules(lunch_min=100), with_day(0, work=270)
    )),
    ("an absence that ends when one leaves", with_problem(
        absences=(Absence(worker="odile", first=SECOND, last=SECOND, start=0, end=600),)
    )),
    ("visits that are missing and told so", together(
        with_need("barran", visits=3), with_plan(missing=(Missing("barran", NURSES, 0, 2),))
    )),
    ("visits far apart when some are missing", together(
        with_need("auzan", visits=3, max_days=13),
        with_plan(missing=(Missing("auzan", NURSES, 0, 1),)),
    )),
    ("pins that are held", with_problem(pins=(
        Pin(site="barran", team=NURSES, day=SECOND),
        Pin(site="auzan", team=NURSES, worker="odile"),
        Pin(site="auzan", team=NURSES, day=SIXTEENTH, worker="odile"),
    ))),
    ("a night that is long enough", together(MEETING_ON_THE_THIRD, with_rules(rest_min=1250))),
    ("a past training that was held", together(
        frozen(*ANNOUNCED),
        with_problem(blocks=(meeting_to_place("odile", "paul"), TRAINING)),
        with_more_days(DayOfWork(
            worker="paul", day=SECOND, leave=540, back=720, work=180, metres=0,
            stops=(Stop(start=540, end=720, opening=(540, 720), block="formation"),),
        )),
    )),
]  # fmt: skip


@pytest.mark.parametrize("change", [pytest.param(each, id=name) for name, each in ALLOWED])
def test_what_the_rules_allow_is_not_reproached(change: Corruption) -> None:
    assert check(*change(pencil_problem(), pencil_plan())) == []


FACTS: list[tuple[str, Corruption]] = [
    ("hours of the contract", with_contract(earliest_start=601, latest_end=960)),
    ("work of the day and of the week", with_contract(max_day_min=150, max_week_min=324)),
    ("the meal and the length", with_rules(lunch_min=101, max_amplitude_min=200)),
    ("someone who must not go there any more", with_need("barran", forbidden=("odile",))),
    ("more visits than are wanted", with_need("barran", visits=0)),
    ("a visit of the month before", with_problem(
        history=(Assignment("auzan", NURSES, date(2027, 2, 26), "odile"),)
    )),
    ("an opening that is gone", with_problem(
        sites=(site("auzan", "Auzan", MORNING), replace(LATE_SITE, openings=()))
    )),
]  # fmt: skip


@pytest.mark.parametrize("change", [pytest.param(each, id=name) for name, each in FACTS])
def test_frozen_days_are_facts_that_no_limit_judges(change: Corruption) -> None:
    """Nothing but the two days of the 2nd is kept; were they free, the same would be reproached."""
    problem, plan = together(
        with_need("auzan", visits=1),
        with_plan(days=(LONG_DAY, VAN_DAY), meetings=(pencil_plan().meetings[0],)),
        with_problem(blocks=()),
        change,
    )(pencil_problem(), pencil_plan())
    work = 370 - problem.rules.lunch_min  # another meal is another sum, and no other rule
    problem, plan = with_day(0, work=work)(problem, plan)
    assert check(problem, plan) != []
    assert check(*frozen(*ANNOUNCED)(problem, plan)) == []


def test_a_week_that_frozen_days_fill_gets_nothing_more() -> None:
    full = together(frozen(*ANNOUNCED), with_contract(max_week_min=200))
    problem, plan = full(pencil_problem(), pencil_plan())
    assert rules_of(check(problem, plan)) == {"week"}
    problem, plan = together(with_problem(blocks=(meeting_to_place("paul"),)), without_day(2))(
        problem, plan
    )
    assert check(problem, plan) == []


def test_a_free_day_rests_after_a_frozen_one() -> None:
    problem, plan = together(MEETING_ON_THE_THIRD, frozen(*ANNOUNCED), with_rules(rest_min=1251))(
        pencil_problem(), pencil_plan()
    )
    assert rules_of(check(problem, plan)) == {"rest"}


@pytest.mark.parametrize(
    ("policy", "usual", "work"),
    [(CommutePolicy.ALL, 0, 325), (CommutePolicy.EXCESS, 35, 260), (CommutePolicy.NONE, 0, 255)],
)
def test_the_way_from_home_counts_as_the_contract_says(
    policy: CommutePolicy, usual: int, work: int
) -> None:
    """Thirty minutes to the first stop, forty from the last; the other days are at home."""
    problem, plan = together(
        with_contract(commute=policy, usual_commute_min=usual),
        with_need("auzan", visits=1),
        without_day(4),
        with_plan(meetings=()),
        with_day(0, work=work),
    )(pencil_problem(), pencil_plan())
    assert check(problem, plan) == []
    assert rules_of(check(*with_day(0, work=work - 1)(problem, plan))) == {"work"}


# ------------------------------------------------------------------- what a plan is worth


@pytest.mark.parametrize("criterion", list(Criterion))
def test_a_criterion_told_better_than_it_is_is_found(criterion: Criterion) -> None:
    plan = replace(pencil_plan(), stages=told({**WORTH, criterion: WORTH[criterion] + 1}))
    (violation,) = check(pencil_problem(), plan)
    assert violation.rule == "stage_value"
    assert str(criterion) in violation.text


COUNTS: list[tuple[Criterion, int, str, Corruption]] = [
    (
        Criterion.VISITS,
        6,
        "two missing visits of priority 3",
        together(
            with_need("barran", visits=3, priority=3),
            with_plan(missing=(Missing("barran", NURSES, 0, 2),)),
        ),
    ),
    (
        Criterion.VISITS,
        2,
        "a meeting that two people cannot have",
        together(
            without_day(3),
            without_day(2),
            with_plan(unplaced=(Unplaced("reunion", "odile"), Unplaced("reunion", "paul"))),
        ),
    ),
    (
        Criterion.RHYTHM,
        15,
        "four weeks instead of two, up to a fifth Tuesday",
        together(
            with_need("auzan", max_days=28),
            with_day(4, day=TUESDAYS[-1]),
            with_plan(meetings=(pencil_plan().meetings[0],)),
        ),
    ),
    (
        Criterion.RHYTHM,
        3,
        "another weekday, a day too late",
        together(
            with_problem(
                sites=(
                    replace(
                        site("auzan", "Auzan", MORNING),
                        openings=(Opening(SECOND, *MORNING), Opening(date(2027, 3, 17), *MORNING)),
                    ),
                    site("barran", "Barran", AFTERNOON),
                )
            ),
            with_day(4, day=date(2027, 3, 17)),
            with_plan(meetings=(pencil_plan().meetings[0],)),
        ),
    ),
    (Criterion.CONTINUITY, 0, "the face that people know", with_need("auzan", reference="odile")),
    (
        Criterion.CONTINUITY,
        1,
        "two faces where none was known",
        together(
            with_need("auzan", reference=None),
            without_day(4),
            with_more_days(OTHER_DAY),
        ),
    ),
    (
        Criterion.CONTINUITY,
        0,
        "the face of the months before",
        together(
            with_need("auzan", reference=None),
            with_problem(history=(Assignment("auzan", NURSES, date(2027, 2, 2), "odile"),)),
        ),
    ),
    (
        Criterion.CHANGED_WORKERS,
        0,
        "what was announced",
        together(without_day(4), with_more_days(OTHER_DAY)),
    ),
    (
        Criterion.FAIRNESS,
        11,
        "days away are taken off, hours are not: 595 minutes of 5040",
        with_problem(
            absences=(
                Absence(worker="odile", first=date(2027, 3, 17), last=date(2027, 3, 31)),
                Absence(worker="odile", first=date(2027, 3, 1), last=date(2027, 3, 1), end=1000),
            )
        ),
    ),
    (
        Criterion.MOVED_DATES,
        1,
        "promises of the span that may still change, from its first day on",
        frozen(
            *ANNOUNCED,
            Assignment("barran", NURSES, date(2027, 3, 5), "odile"),
            Assignment("barran", NURSES, date(2027, 4, 6), "odile"),
        ),
    ),
    (
        Criterion.MOVED_DATES,
        1,
        "a promise of the first day",
        with_problem(announced=(Assignment("barran", NURSES, date(2027, 3, 1), "odile"),)),
    ),
    (
        Criterion.FAIRNESS,
        4,
        "two people: 595 and 120 minutes of 9660",
        together(
            with_need("auzan", reference=None),
            with_problem(
                workers=tuple(each for each in pencil_problem().workers if each.id != "nadia")
            ),
        ),
    ),
    (
        Criterion.FAIRNESS,
        11,
        "a day whose hours are all taken off is a day away",
        with_problem(
            absences=tuple(
                Absence(
                    worker="odile",
                    first=date(2027, 3, 17),
                    last=date(2027, 3, 31),
                    start=start,
                    end=end,
                )
                for start, end in ((800, 1200), (420, 800))
            )
        ),
    ),
    (Criterion.COPRESENCE, 1, "teams only", with_plan(meetings=())),
]


@pytest.mark.parametrize(
    ("criterion", "value", "change"),
    [
        pytest.param(criterion, value, change, id=f"{criterion}: {name}")
        for criterion, value, name, change in COUNTS
    ],
)
def test_each_criterion_is_counted_from_the_days_of_work(
    criterion: Criterion, value: int, change: Corruption
) -> None:
    problem, plan = change(pencil_problem(), pencil_plan())
    assert check(problem, replace(plan, stages=told({criterion: value}))) == []


def test_a_proof_needs_a_bound_that_meets_the_value() -> None:
    stages = (Stage(Criterion.KILOMETRES, 2000, 1999, proved=True),)
    found = check(pencil_problem(), replace(pencil_plan(), stages=stages))
    assert rules_of(found) == {"stage_proof"}


@pytest.mark.parametrize(
    ("criterion", "value", "good", "bad"),
    [(Criterion.KILOMETRES, 2000, 1900, 2001), (Criterion.COPRESENCE, 3, 5, 2)],
)
def test_a_bound_is_on_the_side_that_nothing_can_pass(
    criterion: Criterion, value: int, good: int, bad: int
) -> None:
    for bound, rules in ((good, set()), (bad, {"stage_bound"})):
        stages = (Stage(criterion, value, bound, proved=False),)
        found = check(pencil_problem(), replace(pencil_plan(), stages=stages))
        assert rules_of(found) == rules


# ----------------------------------------------------------------------------- the solver

SMALL = Shape(sites=6, workers=2, markets=1, partners=1)


@pytest.mark.parametrize("seed", range(6))
def test_what_the_solver_finds_breaks_no_rule(seed: int) -> None:
    problem = generate(seed, SMALL)
    assert check(problem, solve(problem)) == []


@pytest.mark.parametrize("seed", range(3))
def test_what_the_solver_finds_for_two_months_breaks_no_rule(seed: int) -> None:
    problem = generate(seed, replace(SMALL, months=2))
    assert check(problem, solve(problem)) == []


@pytest.mark.parametrize("seed", range(4))
def test_a_month_planned_again_around_frozen_days_breaks_no_rule(seed: int) -> None:
    problem = generate(seed, SMALL)
    announced = solve(problem).assignments
    away = Absence(worker="n00", first=date(2027, 3, 15), last=date(2027, 3, 26))
    again = replace(
        problem,
        announced=announced,
        frozen_until=date(2027, 3, 12),
        absences=(*problem.absences, away),
    )
    assert check(again, solve(again)) == []


@pytest.mark.parametrize("policy", list(CommutePolicy))
def test_what_the_solver_finds_under_tight_contracts_breaks_no_rule(policy: CommutePolicy) -> None:
    problem = generate(7, SMALL)
    contract = Contract(
        max_day_min=400, max_week_min=700, avg12_max_min=600, commute=policy, usual_commute_min=20
    )
    workers = tuple(replace(worker, contract=contract) for worker in problem.workers)
    tight = replace(problem, workers=workers)
    assert check(tight, solve(tight)) == []


def test_a_visit_taken_out_of_a_solved_plan_is_found_missing() -> None:
    problem = generate(2, SMALL)
    plan = replace(solve(problem), stages=(), meetings=())
    for rank, day in enumerate(plan.days):
        if day.visits():
            assert "missing" in rules_of(check(*without_day(rank)(problem, plan)))


# ------------------------------------------------------------------------------ the witness


def test_the_witness_knows_nothing_of_the_solver() -> None:
    """In a process of its own: what it loads is the words of problems and plans, and itself."""
    code = "import sys, ruche.engines.rounds.check; print(*sorted(sys.modules))"
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=path
    )
    loaded = set(done.stdout.split())
    words = {"check", "checking", "errors", "limits", "plan", "problem", "travel"}
    ours = {name for name in loaded if name.startswith("ruche.engines.rounds.")}
    assert {name.split(".")[3] for name in ours} == words
    assert not {"highspy", "numpy"} & loaded
