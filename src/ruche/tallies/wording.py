"""How a total reads: exact, « moins de 5 », or not shown, so that nobody is recognised in a table.

Everything that a page or a file says of a counter goes through here. A value of 1 to 4 is masked.
Where the rows of a table add up to a number that is known elsewhere (how many people were met), the
last masked one could be found by subtraction: others are then hidden with it. And a sum is made
from what was read, never from what was counted: it cannot tell more than its parts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ruche.french.numbers import number
from ruche.tallies.enums import MASKED_BELOW

Row = TypeVar("Row")

MOST_MASKED = MASKED_BELOW - 1
FEWEST_OF_A_WHOLE = 2 * MASKED_BELOW
"""Under ten people, the rows of a table would all be masked, or nearly."""

FEW = f"moins de {MASKED_BELOW}"
HIDDEN = "non affiché"


@dataclass(frozen=True, slots=True)
class Reading:
    """What may be read of a total: between which bounds it is, and in which words."""

    low: int
    high: int | None
    """None: nothing is said."""
    text: str

    @property
    def value(self) -> int | None:
        """The number, when it is shown as it is: what a bar may draw."""
        return self.low if self.low == self.high else None

    def __str__(self) -> str:
        return self.text


NOT_SHOWN = Reading(0, None, HIDDEN)


def reading(value: int, *, exact: bool = False) -> Reading:
    """A total as it reads: from 1 to 4, « moins de 5 », unless `exact`. Zero is zero."""
    if exact or value == 0 or value >= MASKED_BELOW:
        return Reading(value, value, number(value))
    return Reading(1, MOST_MASKED, FEW)


def readings_of_a_whole(values: Mapping[Row, int], *, exact: bool = False) -> dict[Row, Reading]:
    """The rows of a table of which each person counts in one at most: durations, ages.

    Their sum is supposed known. As soon as a row is masked, the smallest of those that are shown is
    not shown either. If a masked one could still be found, or under ten people, no row is shown.
    """
    masked = [value for value in values.values() if 0 < value < MASKED_BELOW]
    if exact or not masked:
        return {row: reading(value, exact=exact) for row, value in values.items()}
    shown = sorted((row for row in values if values[row] >= MASKED_BELOW), key=values.__getitem__)
    least = [values[row] for row in shown[:2]]
    if sum(values.values()) < FEWEST_OF_A_WHOLE or not _is_safe(masked, least):
        return dict.fromkeys(values, NOT_SHOWN)
    return {row: NOT_SHOWN if row in shown[:1] else reading(values[row]) for row in values}


def _is_safe(masked: Sequence[int], least: Sequence[int]) -> bool:
    """Whether each masked row may have several values, for who knows the sum of all the rows.

    `least`: the hidden row, then the smallest of those that are shown, if there are as many. Who
    knows this rule knows that the first is at least five, and under the second.
    """
    others, rest = len(masked) - 1, sum(masked) + sum(least[:1])
    low, high = rest - MOST_MASKED * others, rest - others
    if least:
        high -= MASKED_BELOW
        low = low - least[1] + 1 if len(least) > 1 else 1
    return max(low, 1) < min(high, MOST_MASKED)


def sum_of(readings: Iterable[Reading]) -> Reading:
    """What a sum may say: its parts as they read, added. « de 32 à 35 », « au moins 31 »."""
    parts = list(readings)
    if len(parts) == 1:
        return parts[0]
    low = sum(part.low for part in parts)
    if any(part.high is None for part in parts):
        return Reading(low, None, f"au moins {number(low)}")
    high = sum(part.high or 0 for part in parts)
    if (low, high) == (1, MOST_MASKED):
        return Reading(low, high, FEW)
    text = number(low) if low == high else f"de {number(low)} à {number(high)}"
    return Reading(low, high, text)
