"""Every plan of a tiny month, one by one: what the engine must equal. It shares no code with it.

Times are multiples of 15 minutes, so days of work are tried on a grid of 15 minutes, which then
misses nothing: every limit between two instants is a multiple of it too.
"""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, permutations, product

from ruche.engines.rounds import (
    Absence,
    Assignment,
    Contract,
    Need,
    Opening,
    Period,
    Problem,
    Rules,
    Site,
    Travel,
    Worker,
)

GRID = 15
MONDAY = date(2027, 3, 1)
DAYS = [MONDAY + timedelta(days=rank) for rank in range(5)]
RULES = Rules(break_min=30)
SLOTS = 8
"""Openings in a tiny month: each may be for either worker, or for nobody."""


# ------------------------------------------------------------------------ tiny months


def tiny(seed: int) -> Problem:
    """At most 6 sites, 2 workers and 5 days; weekly hours are tight more often than not."""
    chance = random.Random(seed)
    count = chance.randint(2, 6)
    names = [f"s{rank}" for rank in range(count)]
    left = SLOTS
    sites = []
    for name in names:
        openings = _openings(chance, min(left, chance.choice([1, 1, 2, 2, 3])))
        left -= len(openings)
        sites.append(Site(id=name, name=name, place=name, openings=openings))
    teams = chance.choice([("a", "a"), ("a", "a"), ("a", "b")])
    workers = tuple(_worker(chance, rank, team) for rank, team in enumerate(teams))
    needs = tuple(
        _need(chance, name, team) for name in names for team in sorted(set(teams))
        if team == "a" or chance.random() < 0.5
    )  # fmt: skip
    return Problem(
        periods=(Period(DAYS[0], DAYS[-1]),),
        sites=tuple(sites),
        needs=needs,
        workers=workers,
        travel=_roads(chance, [*names, "h0", "h1"]),
        absences=tuple(_absence(chance) for _ in range(chance.randint(0, 1))),
        announced=tuple(_announced(chance, sites, needs, workers)),
        rules=RULES,
    )


def _openings(chance: random.Random, count: int) -> tuple[Opening, ...]:
    found = {}
    for day in chance.sample(DAYS, count):
        start = chance.choice([8, 9, 10, 13, 14]) * 60
        found[day] = Opening(day, start, start + chance.choice([60, 120, 150, 180, 240]))
    return tuple(sorted(found.values()))


def _worker(chance: random.Random, rank: int, team: str) -> Worker:
    contract = Contract(
        max_week_min=chance.choice([240, 300, 360, 480, 600, 900, 2100]),
        max_day_min=chance.choice([300, 420, 600]),
    )
    return Worker(id=f"w{rank}", name=f"w{rank}", team=team, base=f"h{rank}", contract=contract)


def _need(chance: random.Random, site: str, team: str) -> Need:
    return Need(
        site=site,
        team=team,
        visits=chance.choice([1, 1, 2]),
        stay_min=chance.choice([60, 90, 120]),
        min_days=chance.choice([1, 2]),
        max_days=chance.choice([3, 5]),
        reference=chance.choice([None, None, "w0"]) if team == "a" else None,
    )


def _roads(chance: random.Random, places: list[str]) -> Travel:
    spots = {place: (chance.randrange(5), chance.randrange(5)) for place in places}

    def far(one: str, other: str) -> int:
        (x, y), (u, v) = spots[one], spots[other]
        return abs(x - u) + abs(y - v)

    minutes = tuple(tuple(GRID * far(a, b) for b in places) for a in places)
    metres = tuple(
        tuple(9_700 * far(a, b) + (a > b) * 300 * (a != b) for b in places) for a in places
    )
    return Travel(tuple(places), minutes, metres, "une grille")


def _absence(chance: random.Random) -> Absence:
    day = chance.choice(DAYS)
    hours = chance.choice([(0, 24 * 60), (0, 12 * 60), (13 * 60, 24 * 60)])
    return Absence(
        worker=chance.choice(["w0", "w1"]), first=day, last=day, start=hours[0], end=hours[1]
    )


def _announced(
    chance: random.Random, sites: list[Site], needs: tuple[Need, ...], workers: tuple[Worker, ...]
) -> Iterator[Assignment]:
    for site in sites:
        team = next(need.team for need in needs if need.site == site.id)
        if site.openings and chance.random() < 0.3:
            worker = chance.choice([worker.id for worker in workers if worker.team == team])
            yield Assignment(site.id, team, chance.choice(site.openings).day, worker)


# ---------------------------------------------------------------------- days of work

Day = tuple[int, int]
"""Minutes of work and metres of a day."""


def days_of(problem: Problem, worker: Worker, stops: list[tuple[Need, Opening]]) -> list[Day]:
    """The days that make all these stops, without those that are worse on both counts."""
    found = set()
    day = stops[0][1].day
    for low, high in _presence(problem, worker, day):
        for order in permutations(stops):
            work = min(_works(problem, worker, list(order), low, high), default=None)
            if work is not None:
                found.add((work, _metres(problem, worker, list(order))))
    return [
        one for one in found
        if not any(other != one and other[0] <= one[0] and other[1] <= one[1] for other in found)
    ]  # fmt: skip


def _presence(problem: Problem, worker: Worker, day: date) -> list[tuple[int, int]]:
    free = [
        minute for minute in range(worker.contract.earliest_start, worker.contract.latest_end, GRID)
        if not any(
            away.worker == worker.id and away.first <= day <= away.last
            and away.start <= minute < away.end for away in problem.absences
        )
    ]  # fmt: skip
    spans: list[tuple[int, int]] = []
    for minute in free:
        if spans and spans[-1][1] == minute:
            spans[-1] = (spans[-1][0], minute + GRID)
        else:
            spans.append((minute, minute + GRID))
    return spans


def _metres(problem: Problem, worker: Worker, order: list[tuple[Need, Opening]]) -> int:
    rank = {place: index for index, place in enumerate(problem.travel.places)}
    route = [worker.base, *(need.site for need, _opening in order), worker.base]
    return sum(problem.travel.metres[rank[a]][rank[b]] for a, b in pairwise(route))


def _works(
    problem: Problem, worker: Worker, order: list[tuple[Need, Opening]], low: int, high: int
) -> Iterator[int]:
    """The work of every legal timetable of these stops in this order, on the grid."""
    rank = {place: index for index, place in enumerate(problem.travel.places)}
    minutes = problem.travel.minutes

    def road(one: str, other: str) -> int:
        return minutes[rank[one]][rank[other]]

    choices = [
        range(opening.start, opening.end - need.stay_min + 1, GRID) for need, opening in order
    ]
    rules = problem.rules
    for starts in product(*choices):
        leave = starts[0] - road(worker.base, order[0][0].site)
        if leave < low:
            continue
        idles, ends = [], []
        for index, ((need, _opening), start) in enumerate(zip(order, starts, strict=True)):
            end = start + need.stay_min
            ends.append(end)
            if index + 1 < len(order):
                idles.append(starts[index + 1] - end - road(need.site, order[index + 1][0].site))
        if any(idle < 0 for idle in idles):
            continue
        home = road(order[-1][0].site, worker.base)
        for last in (0, rules.break_min, rules.lunch_min):
            back = ends[-1] + last + home
            if back <= high:
                yield from _legal_work(problem, worker, leave, back, ends, [*idles, last])


def _legal_work(
    problem: Problem, worker: Worker, leave: int, back: int, ends: list[int], idles: list[int]
) -> Iterator[int]:
    rules, span = problem.rules, back - leave
    if span > rules.max_amplitude_min:
        return
    began = leave
    for end, idle in zip(ends, idles, strict=True):
        if idle >= rules.break_min:
            if end - began > rules.break_after_min:
                return
            began = end + idle
    if back - began > rules.break_after_min:
        return
    meal = any(idle >= rules.lunch_min for idle in idles)
    if span > rules.lunch_after_min and not meal:
        return
    work = span - (rules.lunch_min if meal else 0)
    if work <= worker.contract.max_day_min:
        yield work


# ------------------------------------------------------------------------------ plans


def best_value(problem: Problem) -> tuple[int, ...]:
    """The criteria in the default order, less is better, of the best of all plans."""
    return min(_value(problem, plan) for plan in _plans(problem))


Made = dict[tuple[str, str, date], str]
"""(site, team, day) → worker."""


def _plans(problem: Problem) -> Iterator[tuple[Made, dict[str, int], int]]:
    """Visits, minutes of each worker, metres: of every legal plan."""
    by_day = [list(_days(problem, day)) for day in DAYS]
    for chosen in product(*by_day):
        made: Made = {}
        work = dict.fromkeys((worker.id for worker in problem.workers), 0)
        metres = 0
        for visits, works, road in chosen:
            made |= visits
            metres += road
            for worker, minutes in works.items():
                work[worker] += minutes
        holds = all(work[w.id] <= w.contract.max_week_min for w in problem.workers)
        if holds and _is_spaced(problem, made):
            yield made, work, metres


def _days(problem: Problem, day: date) -> Iterator[tuple[Made, dict[str, int], int]]:
    """What both workers may do on a day."""
    slots = [
        (need, opening) for need in problem.needs for site in problem.sites
        if site.id == need.site for opening in site.openings if opening.day == day
    ]  # fmt: skip
    who = [
        [None, *(worker for worker in problem.workers if worker.team == need.team)]
        for need, _opening in slots
    ]
    for workers in product(*who):
        parts: list[list[Day]] = []
        for worker in problem.workers:
            stops = [slot for slot, by in zip(slots, workers, strict=True) if by is worker]
            if len(stops) > problem.rules.max_stops:
                parts.append([])
            elif stops:
                parts.append(days_of(problem, worker, stops))
            else:
                parts.append([(0, 0)])
        made = {
            (need.site, need.team, day): by.id
            for (need, _opening), by in zip(slots, workers, strict=True) if by is not None
        }  # fmt: skip
        for days in product(*parts):
            works = {worker.id: one[0] for worker, one in zip(problem.workers, days, strict=True)}
            yield made, works, sum(one[1] for one in days)


def _is_spaced(problem: Problem, made: Made) -> bool:
    for need in problem.needs:
        days = sorted(d for site, team, d in made if (site, team) == (need.site, need.team))
        gaps = [(b - a).days for a, b in pairwise(days)]
        if len(days) > need.visits or any(gap < need.min_days for gap in gaps):
            return False
        if len(days) == need.visits and any(gap > need.max_days for gap in gaps):
            return False
    return True


def _value(problem: Problem, plan: tuple[Made, dict[str, int], int]) -> tuple[int, ...]:
    made, work, metres = plan
    announced = {(p.site, p.team, p.day): p.worker for p in problem.announced}
    return (
        sum(need.visits for need in problem.needs) - len(made),
        sum(key not in made for key in announced),
        sum(key in made and made[key] != worker for key, worker in announced.items()),
        sum(_other_faces(need, made) for need in problem.needs),
        sum(_irregularity(need, made) for need in problem.needs),
        _unfairness(problem, work),
        -_meetings(made),
        metres // 100,
    )


def _other_faces(need: Need, made: Made) -> int:
    faces = {by for (site, team, _d), by in made.items() if (site, team) == (need.site, need.team)}
    if need.reference is not None:
        return len(faces - {need.reference})
    return max(0, len(faces) - 1)


def _irregularity(need: Need, made: Made) -> int:
    days = sorted(d for site, team, d in made if (site, team) == (need.site, need.team))
    ideal = {1: 28, 2: 14}[need.visits]
    return sum(2 + abs((b - a).days - ideal) for a, b in pairwise(days))


def _unfairness(problem: Problem, work: dict[str, int]) -> int:
    total = 0
    for team in {worker.team for worker in problem.workers}:
        loads = []
        for worker in problem.workers:
            present = sum(1 for day in DAYS if _presence(problem, worker, day))
            contracted = present * worker.contract.max_week_min // 5
            if worker.team == team and contracted:
                loads.append(100 * work[worker.id] / contracted)
        if len(loads) > 1:
            gap = max(loads) - min(loads)
            while gap > 5 + 1e-6:
                total, gap = total + 1, gap - 5
    return total


def _meetings(made: Made) -> int:
    places = [(site, day) for site, _team, day in made]
    return sum(places.count(place) - 1 for place in set(places))
