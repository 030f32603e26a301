"""Rules of opening hours at random, for the properties of several files."""

from datetime import date, time

from hypothesis import strategies as st

from ruche.places.openings import (
    BadRule,
    DateRange,
    ExtraOpening,
    Holidays,
    Rhythm,
    Rule,
    Slot,
)

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
TIMES = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(tuple)
RANKS = st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1).map(tuple)


def or_none(build, *values):
    try:
        return build(*values)
    except BadRule:
        return None


def valid(build, *values):
    """What can be built from these values, the refused ones left out."""
    return st.tuples(*values).map(lambda drawn: or_none(build, *drawn)).filter(bool)


def slots_of(rhythm):
    return valid(
        Slot,
        st.just(rhythm),
        WEEKDAYS,
        RANKS if rhythm is Rhythm.MONTHLY else st.just(()),
        TIMES,
        TIMES,
    )


SLOTS = st.sampled_from(list(Rhythm)).flatmap(slots_of)
CLOSURES = st.builds(lambda one, other: DateRange(*sorted([one, other])), DAYS, DAYS)
SHORT_CLOSURES = st.builds(
    lambda first, length: DateRange(first, date.fromordinal(first.toordinal() + length)),
    DAYS,
    st.integers(0, 20),
)
EXTRAS = valid(ExtraOpening, DAYS, TIMES, TIMES)


def tuples_of(strategy, most):
    return st.lists(strategy, max_size=most).map(tuple)


RULES = valid(
    Rule,
    tuples_of(SLOTS, 4),
    st.sampled_from(list(Holidays)),
    st.booleans(),
    tuples_of(st.one_of(SHORT_CLOSURES, SHORT_CLOSURES, CLOSURES), 3),
    tuples_of(EXTRAS, 3),
)
