"""Départements that do not exist, drawn from a public seed, so that a claim can be run again.

Towns are scattered, the largest have several sites, nurses live in large towns far from one
another, as those who cover a territory do. Openings follow what distribution sites do: weekly,
every other week, twice a week, twice a month, mornings or afternoons. Nothing here tells of a real
place or of a real person.
"""

from __future__ import annotations

import calendar
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from ruche.engines.rounds.distances import Point, great_circle, metres_between
from ruche.engines.rounds.limits import Contract
from ruche.engines.rounds.problem import (
    Absence,
    Block,
    Need,
    Opening,
    Partner,
    Period,
    Problem,
    Site,
    Vehicle,
    Worker,
)

NURSES, VAN = "infirmieres", "camping-car"
MORNING, AFTERNOON = (9 * 60, 12 * 60), (14 * 60, 17 * 60)
NORTH, EAST = 45, 60
"""Half the height and half the width of a département, in kilometres."""
APART = 7
"""Two towns are at least so far from each other, in kilometres, as long as there is room."""
TOWNS = 2 / 3
"""Towns for each site: 22 towns have the 33 sites."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What to draw: how many of each, and over how many months from `first`."""

    sites: int = 33
    workers: int = 4
    van: bool = True
    markets: int = 10
    partners: int = 4
    months: int = 1
    first: date = date(2027, 3, 1)


def generate(seed: int, shape: Shape = Shape()) -> Problem:
    """The problem of a seed: the same, whenever and wherever it is drawn."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    periods = tuple(_months(shape.first, shape.months))
    towns = _towns(chance, max(2, round(shape.sites * TOWNS)))
    points = {f"s{rank:03d}": _in_town(chance, towns, rank) for rank in range(shape.sites)}
    sites = [_site(chance, name, periods) for name in points]
    homes = _far_apart(towns[: max(shape.workers, len(towns) // 2)], shape.workers)
    nurses = [_nurse(rank, home, points) for rank, home in enumerate(homes)]
    visited = sorted(chance.sample(list(points)[: shape.sites], max(1, shape.sites * 27 // 33)))
    needs = [_nurse_need(chance, site) for site in visited]
    squares: list[Site] = []
    workers = list(nurses)
    if shape.van:
        points["centre"] = Point(43.65, 0.58)
        workers.append(
            Worker(id="van", name="Camping-car", team=VAN, base="centre", vehicle="van", people=2)
        )
        needs += [Need(site=site.id, team=VAN, visits=1, stay_min=90) for site in sites]
        squares = [_market(chance, rank, points, periods) for rank in range(shape.markets)]
        needs += [Need(site=square.id, team=VAN, visits=1, stay_min=90) for square in squares]
    return Problem(
        periods=periods,
        sites=(*sites, *squares),
        needs=tuple(needs),
        workers=tuple(workers),
        travel=great_circle(points),
        absences=tuple(_absences(chance, nurses, periods)),
        vehicles=(Vehicle(id="van", name="Camping-car", seats=4),) if shape.van else (),
        partners=tuple(
            _partner(chance, rank, sites, periods, van=shape.van) for rank in range(shape.partners)
        ),
        blocks=tuple(_blocks(nurses, periods)),
    )


def _months(first: date, count: int) -> Iterator[Period]:
    for _ in range(count):
        last = first.replace(day=calendar.monthrange(first.year, first.month)[1])
        yield Period(first, last)
        first = last + timedelta(days=1)


def _days(periods: tuple[Period, ...], weekday: int) -> list[date]:
    """Each such day of the week over the periods."""
    day = periods[0].first
    day += timedelta(days=(weekday - day.weekday()) % 7)
    found = []
    while day <= periods[-1].last:
        found.append(day)
        day += timedelta(days=7)
    return found


def _towns(chance: random.Random, count: int) -> list[Point]:
    """From the largest to the smallest; nearer to each other when there is no room left."""
    towns: list[Point] = []
    apart = float(APART)
    while len(towns) < count:
        north, east = chance.uniform(-NORTH, NORTH), chance.uniform(-EAST, EAST)
        town = Point(43.65 + north / 111, 0.58 + east / 80.4)
        if all(metres_between(town, other) >= 1000 * apart for other in towns):
            towns.append(town)
        else:
            apart *= 0.99
    return towns


def _in_town(chance: random.Random, towns: list[Point], rank: int) -> Point:
    """One site in each town, then others in towns that are as often chosen as they are large."""
    if rank >= len(towns):
        weights = [1 / (size + 1) for size in range(len(towns))]
        rank = chance.choices(range(len(towns)), weights)[0]
    town = towns[rank]
    north, east = chance.uniform(-0.5, 0.5), chance.uniform(-0.5, 0.5)
    return Point(town.latitude + north / 111, town.longitude + east / 80.4)


def _far_apart(towns: list[Point], count: int) -> list[Point]:
    """The largest town, then each time the one that is farthest from those chosen."""
    chosen = towns[:1]
    while len(chosen) < count:
        chosen.append(
            max(towns, key=lambda town: min(metres_between(town, other) for other in chosen))
        )
    return chosen


def _site(chance: random.Random, name: str, periods: tuple[Period, ...]) -> Site:
    hours, others = MORNING, AFTERNOON
    if chance.random() > 0.6:
        hours, others = others, hours
    days, more = _opening_days(chance, periods)
    openings = [Opening(day, *hours) for day in days] + [Opening(day, *others) for day in more]
    return Site(
        id=name, name=f"Site {int(name[1:]) + 1}", place=name, openings=tuple(sorted(openings))
    )


def _opening_days(
    chance: random.Random, periods: tuple[Period, ...]
) -> tuple[list[date], list[date]]:
    """Days of the usual half-day, then days of the other one for sites open twice a week."""
    weekday, kind = chance.randrange(5), chance.random()
    days = _days(periods, weekday)
    if kind < 0.5:
        return days, []
    if kind < 0.7:
        return days[chance.randrange(2) :: 2], []
    if kind < 0.85:
        return days, _days(periods, (weekday + chance.choice([2, 3])) % 5)
    wanted = chance.choice([(1, 3), (2, 4)])
    return [day for day in days if (day.day - 1) // 7 + 1 in wanted], []


def _nurse(rank: int, town: Point, points: dict[str, Point]) -> Worker:
    home = f"h{rank:02d}"
    points[home] = town
    minutes = 1680 if rank % 4 == 1 else 2100
    workdays = (0, 1, 3, 4) if rank % 4 == 1 else (0, 1, 2, 3, 4)
    contract = Contract(max_week_min=minutes, workdays=workdays)
    return Worker(
        id=f"n{rank:02d}", name=f"Infirmière {rank + 1}", team=NURSES, base=home, contract=contract
    )


def _nurse_need(chance: random.Random, site: str) -> Need:
    return Need(site=site, team=NURSES, visits=2, stay_min=chance.choice([90, 120]))


def _market(
    chance: random.Random, rank: int, points: dict[str, Point], periods: tuple[Period, ...]
) -> Site:
    name = f"m{rank:02d}"
    points[name] = chance.choice([point for place, point in points.items() if place[0] == "s"])
    days = _days(periods, chance.randrange(5))
    openings = tuple(Opening(day, 8 * 60 + 30, 12 * 60 + 30) for day in days)
    return Site(id=name, name=f"Marché {rank + 1}", place=name, openings=openings)


def _absences(
    chance: random.Random, nurses: list[Worker], periods: tuple[Period, ...]
) -> Iterator[Absence]:
    """Each month, one nurse is away for a week."""
    for period in periods:
        monday = chance.choice(_days((period,), 0)[:4])
        away = chance.choice(nurses)
        yield Absence(worker=away.id, first=monday, last=monday + timedelta(days=4))


def _partner(
    chance: random.Random,
    rank: int,
    sites: list[Site],
    periods: tuple[Period, ...],
    *,
    van: bool,
) -> Partner:
    open_days = sorted({opening.day for site in sites for opening in site.openings})
    months = len(periods)
    days = chance.sample(open_days, min(6 * months, len(open_days)))
    return Partner(
        id=f"p{rank}",
        name=f"Partenaire {rank + 1}",
        days=tuple(sorted(days)),
        sites=tuple(sorted(site.id for site in chance.sample(sites, min(12, len(sites))))),
        visits=3 * months,
        rides="van" if van and rank == 0 else None,
    )


def _blocks(nurses: list[Worker], periods: tuple[Period, ...]) -> Iterator[Block]:
    """Each month, a team meeting to place on one of its Mondays."""
    everyone = tuple(nurse.id for nurse in nurses)
    for rank, period in enumerate(periods):
        options = tuple(Opening(day, 13 * 60, 17 * 60) for day in _days((period,), 0))
        yield Block(
            id=f"reunion{rank}",
            name="Réunion d’équipe",
            workers=everyone,
            options=options,
            stay_min=120,
            place=None,
            together=True,
        )
