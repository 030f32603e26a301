"""The dates that a rule gives, so that a place can be announced, planned and put on a calendar.

The library reasons on the clock of the place, without a time zone; we put the zone afterwards. On
the night when the clock skips an hour, what falls inside it does not take place and what overlaps
it is shorter; on the night when an hour comes twice, an hour that is written once is the first.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, State

from ruche.places.openings.parsing import parsed
from ruche.places.openings.rules import NeverOpens

PARIS = ZoneInfo("Europe/Paris")
SKIPPED_HOUR = 2
"""The hour that France skips in March: from 2:00 the clock goes to 3:00."""

ONE_DAY = timedelta(days=1)

MARGIN = 2 * ONE_DAY
"""How far around a window we look. Longer than `ONE_DAY`, so that an opening cut by the edge is
still seen to be longer than a day."""

INTO_THE_NEXT_MONTH = timedelta(days=31)
"""From the first of a month, this falls in the next one."""

HORIZON = 400
"""Days in which a rule must open at least once."""

STRIDE = 32
"""Days looked at together when we search for the next openings."""


@dataclass(frozen=True, order=True)
class Occurrence:
    """One opening. Both instants are aware, in the zone of Paris."""

    start: datetime
    end: datetime

    @property
    def duration(self) -> timedelta:
        """Real time. `end - start` would be the time of the clock, wrong on two nights a year."""
        return self.end.astimezone(UTC) - self.start.astimezone(UTC)


def check(text: str, *, today: date | None = None) -> None:
    """Refuse what must not be kept: `BadRule`, with a French sentence saying what to do.

    With `today`, a rule without any opening in the 400 days that follow is refused as `NeverOpens`.
    """
    parsed(text)
    if today is not None and not occurrences(text, today, HORIZON):
        raise NeverOpens(
            f"Cette règle ne donne aucune ouverture dans les {HORIZON} jours qui viennent : "
            "vérifiez les jours, les dates et les fermetures."
        )


def occurrences(text: str, first: date, days: int) -> list[Occurrence]:
    """The openings that start on one of `days` days from `first`, in order.

    Two intervals of a day are two openings; one that crosses midnight is one. A continuous opening
    of more than 24 hours is told day by day, cut at midnight. Hours marked « unknown » in the rule
    are not openings. School holidays are those of our zone, up to `known_until()`. A text that the
    parser refuses raises `BadRule`.
    """
    hours = parsed(text)
    since = datetime.combine(first, time())
    until = since + timedelta(days=max(days, 0))
    found = (
        _in_paris(start, end)
        for whole in _continuous(hours, since - MARGIN, until + MARGIN)
        for start, end in _day_by_day(*whole)
        if since <= start < until
    )
    return [occurrence for occurrence in found if occurrence is not None]


def remembered(text: str, first: date, days: int) -> list[Occurrence]:
    """The same as `occurrences`, month by month and kept in memory: for the rules of the register.

    What a rule gives is fixed by its text, so that nothing kept here grows old. What somebody
    types is for `occurrences`: it would push out what every page asks.
    """
    last = first + timedelta(days=days)
    found: list[Occurrence] = []
    month = first.replace(day=1)
    while month < last:
        following = (month + INTO_THE_NEXT_MONTH).replace(day=1)
        whole = _month(text, month)
        if month < first or following > last:
            found += [each for each in whole if first <= each.start.date() < last]
        else:
            found += whole
        month = following
    return found


@lru_cache(maxsize=8_192)
def _month(text: str, month: date) -> tuple[Occurrence, ...]:
    following = (month + INTO_THE_NEXT_MONTH).replace(day=1)
    return tuple(occurrences(text, month, (following - month).days))


def next_openings(
    text: str, after: datetime, number: int = 10, horizon_days: int = HORIZON
) -> list[Occurrence]:
    """The first openings that start at this instant or later, within so many days of its date.

    `after` is aware (`ValueError` otherwise). An opening that has already begun is not among them.
    """
    if after.tzinfo is None:
        raise ValueError("next_openings needs an aware instant")
    moment, first = after.astimezone(UTC), after.astimezone(PARIS).date()
    found: list[Occurrence] = []
    for offset in range(0, horizon_days, STRIDE):
        start, days = first + offset * ONE_DAY, min(STRIDE, horizon_days - offset)
        found += [item for item in occurrences(text, start, days) if item.start >= moment]
        if len(found) >= number:
            break
    return found[:number]


Wall = tuple[datetime, datetime]
"""Two hours of the clock of the place, without a zone."""


def _continuous(hours: OpeningHours, since: datetime, until: datetime) -> Iterator[Wall]:
    for start, end, state, _comment in hours.intervals(since, until):
        if state == State.OPEN:
            yield start, end


def _day_by_day(start: datetime, end: datetime) -> Iterator[Wall]:
    if end - start <= ONE_DAY:
        yield start, end
        return
    while start < end:
        midnight = datetime.combine(start.date() + ONE_DAY, time())
        yield start, min(midnight, end)
        start = midnight


def _in_paris(start: datetime, end: datetime) -> Occurrence | None:
    """The opening with its zone; nothing when it was all in the hour that does not exist."""
    begins, finishes = _aware(start), _aware(end)
    return Occurrence(begins, finishes) if begins < finishes else None


def _aware(wall: datetime) -> datetime:
    """The instant of a clock's hour. In the skipped hour: the end of it."""
    moment = wall.replace(tzinfo=PARIS)
    if wall.hour == SKIPPED_HOUR and moment.astimezone(UTC).astimezone(PARIS).hour != wall.hour:
        return moment.replace(hour=SKIPPED_HOUR + 1, minute=0)
    return moment
