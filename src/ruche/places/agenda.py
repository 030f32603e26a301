"""The dates of the register: what the rules give, with the days that were cancelled or moved."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from ruche.places.models import OccurrenceChange, Opening, Service, Site
from ruche.places.openings import BadRule
from ruche.places.openings.occurrences import HORIZON, PARIS, Occurrence, remembered
from ruche.places.wording import day_in_words, hours_in_words, until_in_words

logger = logging.getLogger(__name__)

STRIDES = (7, 21, 60, HORIZON)
"""Days looked at, from today, until enough openings are found: most sites open every week."""


@dataclass(frozen=True, order=True)
class DatedOpening:
    """One opening of one day, changes applied. Instants are aware, in the zone of Paris.

    `day` is the day of the rule: where a change is asked, even for an opening that was moved.
    """

    start: datetime
    end: datetime
    opening: Opening = field(compare=False)
    day: date
    change: OccurrenceChange | None = field(default=None, compare=False)

    @property
    def site(self) -> Site:
        return self.opening.site

    @property
    def service(self) -> Service | None:
        """The service that is given; nothing when it is the site itself that opens."""
        return self.opening.service

    @property
    def is_cancelled(self) -> bool:
        return self.change is not None and self.change.is_cancelled

    @property
    def is_moved(self) -> bool:
        return self.change is not None and not self.change.is_cancelled

    @property
    def is_held(self) -> bool:
        """People find the door open: at its day, or where it was moved."""
        return not self.is_cancelled

    @property
    def reason(self) -> str:
        return self.change.reason if self.change else ""

    @property
    def hours(self) -> str:
        """« de 14 h à 16 h 30 »."""
        return hours_in_words(self.start.time(), self.end.time())

    def in_words(self, now: datetime | None = None) -> str:
        """« aujourd’hui, de 14 h à 16 h 30 », « en ce moment, jusqu’à 16 h 30 »."""
        now = now or timezone.now()
        if self.is_held and self.start <= now < self.end:
            return until_in_words(self.end.time())
        today = now.astimezone(PARIS).date()
        return f"{day_in_words(self.start.date(), today=today)}, {self.hours}"


def openings_of(site: Site, first: date, days: int) -> list[DatedOpening]:
    """The openings of a site that start on one of `days` days from `first`, in order.

    A cancelled one is kept where it was, and says so; a moved one is where it was moved to.
    """
    return Agenda([site]).of(site.pk, first, days)


def next_openings_of(
    site: Site, number: int = 10, *, after: datetime | None = None
) -> list[DatedOpening]:
    """The first openings of a site that are not over, cancelled ones among them."""
    return Agenda([site]).next(number, after=after)[site.pk]


class RuleDate(NamedTuple):
    """When a rule opens, on a day of its own; `change` says that it does not, or not then."""

    start: datetime
    end: datetime
    day: date
    change: OccurrenceChange | None


class Agenda:
    """The opening hours of some sites, read once; dates are then computed without a query."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self.sites = {site.pk: site for site in sites}
        self.openings: dict[UUID, list[Opening]] = {pk: [] for pk in self.sites}
        for opening in _openings_with_changes(self.sites):
            opening.site = self.sites[opening.site_id]
            self.openings[opening.site_id].append(opening)

    def next(self, number: int, *, after: datetime | None = None) -> dict[UUID, list[DatedOpening]]:
        """The first that are not over, within 400 days."""
        return {pk: self._next(pk, number, after or timezone.now()) for pk in self.sites}

    def next_held(self, *, after: datetime | None = None) -> dict[UUID, DatedOpening | None]:
        """Of each site, the first opening that is not over and not cancelled."""
        now = after or timezone.now()
        return {pk: next(self._coming(pk, now, held=True), None) for pk in self.sites}

    def _next(self, pk: UUID, number: int, now: datetime) -> list[DatedOpening]:
        return [item for _, item in zip(range(number), self._coming(pk, now), strict=False)]

    def _coming(self, pk: UUID, now: datetime, *, held: bool = False) -> Iterator[DatedOpening]:
        """What is not over, in order. It begins the day before: a night may not be over."""
        first, seen = now.astimezone(PARIS).date() - timedelta(days=1), 0
        for until in STRIDES:
            for item in self.of(pk, first + timedelta(days=seen), until - seen):
                if item.end > now and (item.is_held or not held):
                    yield item
            seen = until

    def of(self, pk: UUID, first: date, days: int) -> list[DatedOpening]:
        """The openings of one site that start on one of `days` days from `first`, in order."""
        return sorted(
            DatedOpening(each.start, each.end, opening, each.day, each.change)
            for opening in self.openings[pk]
            for each in self.dates(opening, first, days)
        )

    def dates(self, opening: Opening, first: date, days: int) -> list[RuleDate]:
        """The same for one of its openings, in order, and nothing but the dates."""
        changes: list[OccurrenceChange] = opening.known_changes  # type: ignore[attr-defined]
        found = _dates(opening, changes, first, days)
        closed = self.sites[opening.site_id].closed_on
        if closed is not None:
            found = [each for each in found if each.start.date() < closed]
        if changes:
            found.sort(key=attrgetter("start", "end", "day"))
        return found


def _openings_with_changes(sites: Iterable[UUID]) -> QuerySet[Opening]:
    changes = Prefetch("changes", OccurrenceChange.objects.order_by("day"), to_attr="known_changes")
    return (
        Opening.objects.filter(site__in=list(sites))
        .select_related("service__organisation")
        .prefetch_related(changes)
    )


# ------------------------------------------------------------------- the lightest reading


class HoursRow(NamedTuple):
    """Opening hours of an open site: only the columns that give dates, and what they are for.

    `need` and `is_offered` are those of a service; None when it is the site itself that opens.
    """

    pk: UUID
    site: UUID
    choice: str
    need: str | None
    is_offered: bool | None
    rule: str
    since: date
    until: date | None


def hours_of_open_sites() -> list[HoursRow]:
    """Of every open site, in one query: a list that chooses among two hundred begins here."""
    columns = ("pk", "site", "site__choice", "service__need", "service__is_active",
               "rule", "since", "until")  # fmt: skip
    found = Opening.objects.filter(site__closed_on=None).order_by()
    return [HoursRow(*row) for row in found.values_list(*columns)]


def ends_of(
    rows: Iterable[HoursRow], first: date, days: int
) -> Iterator[tuple[HoursRow, datetime]]:
    """When each date of these hours ends, cancelled or held, for those of `Agenda`: one query."""
    window = (first, first + timedelta(days=days - 1))
    found = OccurrenceChange.objects.filter(Q(day__range=window) | Q(new_day__range=window))
    changes: dict[UUID, list[OccurrenceChange]] = defaultdict(list)
    for change in found.order_by("day"):
        changes[change.opening_id].append(change)
    for hours in rows:
        for each in _dates(hours, changes.get(hours.pk, ()), first, days):
            yield hours, each.end


# ------------------------------------------------------------------------ dates of a rule


def _dates(
    hours: Opening | HoursRow, changes: Iterable[OccurrenceChange], first: date, days: int
) -> list[RuleDate]:
    """What happens in a window, cancelled or held.

    Nothing, and a line in the log, when nobody can read the rule any more: one such rule must not
    take away the dates of every other site.
    """
    try:
        return list(_read(hours, changes, first, days))
    except BadRule:
        logger.warning("Horaire illisible, laissé de côté : %s", hours.rule)
        return []


def _read(
    hours: Opening | HoursRow, known: Iterable[OccurrenceChange], first: date, days: int
) -> Iterator[RuleDate]:
    """Those of the rule, without the moved, with the come."""
    changes = {change.day: change for change in known}
    for found in _of_the_rule(hours, first, days):
        day = found.start.date()
        change = changes.get(day)
        if change is None or change.new_day is None:
            yield RuleDate(found.start, found.end, day, change)
    last = first + timedelta(days=days)
    for change in changes.values():
        if change.new_day and first <= change.new_day < last and is_of_the_rule(hours, change.day):
            yield RuleDate(*_moved(change), change.day, change)


def _of_the_rule(hours: Opening | HoursRow, first: date, days: int) -> list[Occurrence]:
    """What the rule gives in a window, between the first and last days of the opening hours."""
    start = max(first, hours.since)
    last = first + timedelta(days=days)
    if hours.until is not None:
        last = min(last, hours.until + timedelta(days=1))
    return remembered(hours.rule, start, (last - start).days) if start < last else []


def is_of_the_rule(hours: Opening | HoursRow, day: date) -> bool:
    """Does the rule open on this day?"""
    return bool(_of_the_rule(hours, day, 1))


def _moved(change: OccurrenceChange) -> tuple[datetime, datetime]:
    assert change.new_day is not None
    assert change.starts is not None
    assert change.ends is not None
    return (
        datetime.combine(change.new_day, change.starts, PARIS),
        datetime.combine(change.new_day, change.ends, PARIS),
    )


def lost_changes(opening: Opening) -> list[OccurrenceChange]:
    """Changes to come whose day the rule no longer opens: they have no effect any more."""
    today = timezone.localdate()
    return [
        change
        for change in opening.changes.filter(day__gte=today).order_by("day")
        if not is_of_the_rule(opening, change.day)
    ]
