"""The dates of 200 sites: what a page of next distributions asks before it is written.

« Ours » is `occurrences` for each rule, over 60 days: our school holidays, the zone of Paris on
every instant, the nights of the clock. The rules are read once before, as in the server. The
alternative is what one would write first: ask the same library for each day of each rule. It has
our school holidays too, and gives hours without a zone.
"""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from opening_hours import State

from benchmarks.measuring import claim, conditions, medians
from ruche.places.openings import (
    DateRange,
    ExtraOpening,
    Holidays,
    Rhythm,
    Rule,
    Slot,
    occurrences,
    to_osm,
)
from ruche.places.openings.parsing import parsed

MILLISECONDS = 50.0
SITES, DAYS, SEED = 200, 60, 32
FIRST = date(2026, 9, 1)
RHYTHMS = [Rhythm.WEEKLY] * 5 + [Rhythm.MONTHLY] * 3 + [Rhythm.EVEN_WEEKS, Rhythm.ODD_WEEKS]
HOLIDAYS = [Holidays.OPEN] * 6 + [Holidays.CLOSED] * 3 + [Holidays.ONLY]


def rules() -> list[str]:
    """Half are weekly, a third close in the school holidays, two in five have a closure."""
    chance = random.Random(SEED)
    return [to_osm(rule(chance)) for _ in range(SITES)]


def rule(chance: random.Random) -> Rule:
    return Rule(
        slots=tuple(slot(chance) for _ in range(chance.choice([1, 1, 1, 2, 3]))),
        school_holidays=chance.choice(HOLIDAYS),
        public_holidays_open=chance.random() < 0.1,
        closures=tuple(closure(chance) for _ in range(chance.choice([0, 0, 0, 1, 2]))),
        extra=tuple(extra(chance) for _ in range(chance.choice([0, 0, 0, 0, 1]))),
    )


def slot(chance: random.Random) -> Slot:
    rhythm = chance.choice(RHYTHMS)
    ranks = tuple(chance.sample([1, 2, 3, 4, -1], 2)) if rhythm is Rhythm.MONTHLY else ()
    weekdays = tuple(chance.sample(range(6), chance.choice([1, 1, 1, 2, 5])))
    start = chance.randrange(8, 17)
    return Slot(rhythm, weekdays, ranks, time(start), time(start + 2, 30))


def closure(chance: random.Random) -> DateRange:
    first = FIRST + timedelta(days=chance.randrange(DAYS))
    return DateRange(first, first + timedelta(days=chance.randrange(14)))


def extra(chance: random.Random) -> ExtraOpening:
    return ExtraOpening(FIRST + timedelta(days=chance.randrange(DAYS)), time(9), time(11))


def ours(texts: list[str]) -> int:
    return sum(len(occurrences(text, FIRST, DAYS)) for text in texts)


def day_by_day(texts: list[str]) -> int:
    midnights = [datetime.combine(FIRST + timedelta(days=day), time()) for day in range(DAYS + 1)]
    return sum(
        state == State.OPEN
        for text in texts
        for start, end in pairwise(midnights)
        for _, _, state, _ in parsed(text).intervals(start, end)
    )


def run(full: bool) -> Iterator[dict[str, Any]]:
    """One claim."""
    texts = rules()
    found, witness = ours(texts), day_by_day(texts)
    if found != witness:
        raise RuntimeError(f"{found} openings, the library says {witness}")
    times = medians({"ours": lambda: ours(texts), "other": lambda: day_by_day(texts)})
    milliseconds = {name: seconds * 1000 for name, seconds in times.items()}
    about = conditions(rules=len(texts), days=DAYS, openings=found, runs=5)
    yield claim(
        "Next openings of 200 sites over 60 days, in milliseconds",
        ours=milliseconds["ours"],
        other=milliseconds["other"],
        bar=MILLISECONDS,
        holds=milliseconds["ours"] <= MILLISECONDS,
        conditions=about,
    )
