"""Several opening rules as one: partners read a single OSM `opening_hours` line per place.

Joined by a semicolon, the later rule takes the day from the earlier one; joined by a comma, it adds
to it, and a closure no longer closes what follows. Which one is right depends on the rules: we try,
and keep a line only if its dates are those of the rules, day after day, for a year.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from itertools import permutations

from ruche.french.numbers import THIN
from ruche.places.openings import BadRule, in_french, occurrences

YEAR = 366
JOINERS = ("; ", ", ")
FEW = 3
"""Above this number of rules, they are tried in their own order only."""


def joined(rules: Iterable[str], *, today: date) -> str | None:
    """One line that means the same as all the rules; None when we have no sure one."""
    return _joined(tuple(dict.fromkeys(rule.strip() for rule in rules)), today)


@lru_cache(maxsize=1024)
def _joined(rules: tuple[str, ...], today: date) -> str | None:
    try:
        wanted = _times(rules, today)
    except BadRule:
        return None
    if not wanted:
        return None
    return next((line for line in _lines(rules) if _says(line, wanted, today)), None)


def _lines(rules: tuple[str, ...]) -> Iterator[str]:
    orders = permutations(rules) if len(rules) <= FEW else iter([rules])
    for order in orders:
        yield from dict.fromkeys(joiner.join(order) for joiner in JOINERS)


def _says(line: str, wanted: list[tuple[datetime, datetime]], today: date) -> bool:
    try:
        return _times((line,), today) == wanted
    except BadRule:
        return False


def _times(rules: tuple[str, ...], today: date) -> list[tuple[datetime, datetime]]:
    """When at least one of the rules opens, in a year; what touches or overlaps is one."""
    found: list[tuple[datetime, datetime]] = []
    for each in sorted(each for rule in rules for each in occurrences(rule, today, YEAR)):
        if found and each.start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], each.end))
        else:
            found.append((each.start, each.end))
    return found


def in_words(rules: Iterable[str]) -> str:
    """The rules as French says them; a rule that cannot be read is left out."""
    return f"{THIN}; ".join(words for rule in rules if (words := sentence(rule)))


def sentence(rule: str) -> str:
    try:
        return in_french(rule)
    except BadRule:
        return ""
