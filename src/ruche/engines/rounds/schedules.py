"""One day on the road: given stops in an order, the legal hours that take the least work.

A day is a system of differences between instants (leave base, start each stop, be back): roads and
stays push instants apart, openings and legal spans hold them together. The least span is a longest
path in that system, so it is exact, without a grid of minutes.

Two rules are about pauses. Between two idle spells of `break_min` or more, no stretch is longer
than `break_after_min`. A day longer than `lunch_after_min` holds one idle spell of at least
`lunch_min`, of which `lunch_min` is not work. An idle spell is taken after a stop, before leaving.
Everything else between leaving and being back is work, waiting included; then the part of the
commute that the contract does not count is taken off.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from ruche.engines.rounds.limits import CommutePolicy, Contract, Rules

UNREACHED = -(10**9)


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop as the road sees it: where (rank in the journeys), how long, within which hours."""

    place: int
    stay: int
    open: int
    close: int


@dataclass(frozen=True, slots=True)
class Hours:
    """Instants of a day, in minutes: leave base, start of each stop, be back; and what it costs."""

    leave: int
    starts: tuple[int, ...]
    back: int
    work: int
    lunch_after: int | None
    """Rank of the stop after which the meal is taken."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What does not change from one order of stops to another, for one worker on one day."""

    base: int
    minutes: tuple[tuple[int, ...], ...]
    contract: Contract
    rules: Rules
    earliest: int
    latest: int


def best_hours(ground: Ground, halts: Sequence[Halt]) -> Hours | None:
    """The legal hours of these stops in this order that take the least work, or None.

    Equal work: the shortest day, then the earliest one. The answer is exact (see the module).
    """
    roads = _roads(ground, halts)
    simple = _without_meal(ground, halts, roads)
    if simple is not None and _is_without_waiting(simple, roads, halts):
        return simple
    with_meal = _with_meal(ground, halts, roads)
    found = [hours for hours in (simple, with_meal) if hours is not None]
    return min(found, key=lambda hours: (hours.work, hours.back - hours.leave), default=None)


def _roads(ground: Ground, halts: Sequence[Halt]) -> list[int]:
    places = [ground.base, *(halt.place for halt in halts), ground.base]
    return [ground.minutes[a][b] for a, b in pairwise(places)]


def _is_without_waiting(hours: Hours, roads: list[int], halts: Sequence[Halt]) -> bool:
    return hours.back - hours.leave == sum(roads) + sum(halt.stay for halt in halts)


# ----------------------------------------------------------------------- without a meal


def _without_meal(ground: Ground, halts: Sequence[Halt], roads: list[int]) -> Hours | None:
    """Leave as late as one can to be back as early as one can: no shorter day exists."""
    moment = ground.earliest
    starts = []
    for halt, road in zip(halts, roads, strict=False):
        moment = max(moment + road, halt.open)
        if moment + halt.stay > halt.close:
            return None
        starts.append(moment)
        moment += halt.stay
    back = moment + roads[-1]
    if back > ground.latest:
        return None
    leave, starts = _as_late_as_possible(halts, roads, starts)
    span = back - leave
    rules = ground.rules
    if span > min(rules.lunch_after_min, rules.max_amplitude_min):
        return None
    if span > rules.break_after_min:
        return None  # a day this long without a meal: its breaks are looked for with the meal
    work = _work(ground, roads, span)
    if work > ground.contract.max_day_min:
        return None
    return Hours(leave, tuple(starts), back, work, None)


def _as_late_as_possible(
    halts: Sequence[Halt], roads: list[int], starts: list[int]
) -> tuple[int, list[int]]:
    """Push every start towards the one after it, without being back any later."""
    latest = list(starts)
    for rank in range(len(halts) - 2, -1, -1):
        halt = halts[rank]
        latest[rank] = min(latest[rank + 1] - roads[rank + 1] - halt.stay, halt.close - halt.stay)
    return latest[0] - roads[0], latest


# -------------------------------------------------------------------------- with a meal


def _with_meal(ground: Ground, halts: Sequence[Halt], roads: list[int]) -> Hours | None:
    """The best place of the meal and of other pauses: every choice that could help is tried."""
    options: list[Hours] = []
    for meal in range(len(halts)):
        options += _hours_around(ground, halts, roads, meal)
    return min(
        options,
        key=lambda hours: (hours.work, hours.back - hours.leave, hours.leave, hours.lunch_after),
        default=None,
    )


def _hours_around(
    ground: Ground, halts: Sequence[Halt], roads: list[int], meal: int
) -> Iterator[Hours]:
    """Days whose meal is after this stop. Other pauses only help when a stretch is too long."""
    unbound = _longest_paths(_system(ground, halts, roads, meal, ()), len(halts) + 3, source=1)
    if unbound is None:
        return
    others = [rank for rank in range(len(halts)) if rank != meal]
    for chosen in product((False, True), repeat=len(others)):
        pauses = tuple(rank for rank, taken in zip(others, chosen, strict=True) if taken)
        hours = _hours_with(ground, halts, roads, meal, pauses)
        if hours is not None:
            yield hours
            if hours.back - hours.leave == unbound[-1]:
                return


def _hours_with(
    ground: Ground,
    halts: Sequence[Halt],
    roads: list[int],
    meal: int,
    others: tuple[int, ...],
) -> Hours | None:
    """The shortest day with an idle spell after these stops, in which every stretch is legal."""
    system = _system(ground, halts, roads, meal, others)
    system += _stretches(halts, roads, sorted((meal, *others)), ground.rules.break_after_min)
    size = len(halts) + 3
    shortest = _longest_paths(system, size, source=1)
    if shortest is None:
        return None
    span = shortest[size - 1]
    work = _work(ground, roads, span) - ground.rules.lunch_min
    if span > ground.rules.max_amplitude_min or work > ground.contract.max_day_min:
        return None
    earliest = _longest_paths([*system, (size - 1, 1, -span)], size, source=0)
    if earliest is None:
        return None
    return Hours(earliest[1], tuple(earliest[2:-1]), earliest[-1], work, meal)


def _system(
    ground: Ground,
    halts: Sequence[Halt],
    roads: list[int],
    meal: int,
    others: tuple[int, ...],
) -> list[tuple[int, int, int]]:
    """Edges (u, v, w) for "v is at least w after u".

    Instant 0 is midnight, 1 leaves base, 2… starts each stop, the last is back.
    """
    rules = ground.rules
    back = len(halts) + 2
    edges = [(0, 1, ground.earliest), (back, 0, -ground.latest), (1, 2, roads[0])]
    edges.append((back, 1, -rules.max_amplitude_min))
    for rank, halt in enumerate(halts):
        idle = rules.lunch_min if rank == meal else rules.break_min if rank in others else 0
        here = rank + 2
        edges.append((0, here, halt.open))
        edges.append((here, 0, halt.stay - halt.close))
        edges.append((here, here + 1, halt.stay + idle + roads[rank + 1]))
    return edges


def _stretches(
    halts: Sequence[Halt], roads: list[int], cuts: list[int], longest: int
) -> Iterator[tuple[int, int, int]]:
    """From the end of a pause to the start of the next: at most `longest`.

    A pause starts when its stop ends (start + stay) and ends when the road to the next one begins
    (next start − road).
    """
    last = len(halts) - 1
    begins, shift = 1, 0
    for cut in cuts:
        yield cut + 2, begins, halts[cut].stay - longest - shift
        begins, shift = cut + 3, -roads[cut + 1]
    if begins <= last + 3:
        yield last + 3, begins, -longest - shift


def _longest_paths(edges: list[tuple[int, int, int]], size: int, source: int) -> list[int] | None:
    """Least instants that respect every edge, from `source`; None when they contradict."""
    found = [UNREACHED] * size
    found[source] = 0
    for _ in range(size + 1):
        changed = False
        for origin, target, apart in edges:
            candidate = found[origin] + apart
            if found[origin] != UNREACHED and candidate > found[target]:
                found[target] = candidate
                changed = True
        if not changed:
            return found
    return None


# ------------------------------------------------------------------------------- work


def _work(ground: Ground, roads: list[int], span: int) -> int:
    """Minutes of work of a day of this span, before its meal is taken off."""
    return span - uncounted_commute(ground.contract, roads[0], roads[-1])


def uncounted_commute(contract: Contract, there: int, back: int) -> int:
    """Minutes of the first and last road that the contract does not count as work."""
    if contract.commute is CommutePolicy.NONE:
        return there + back
    if contract.commute is CommutePolicy.EXCESS:
        return min(there, contract.usual_commute_min) + min(back, contract.usual_commute_min)
    return 0
