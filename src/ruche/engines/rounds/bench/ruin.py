"""Takes some visits out of a plan, close to one another, so that they may be put back better.

Two ways. By strings, after J. Christiaens and G. Vanden Berghe, “Slack induction by string
removals for vehicle routing problems”, Transportation Science 54(2), 2020: on one day, a few
consecutive stops of each tour that passes near a customer drawn at random. By customers: a
few neighbours leave all their days, so that they may choose other ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random

from ruche.engines.rounds.bench.plans import Plan
from ruche.engines.rounds.bench.tours import Atelier

Removed = dict[int, list[int] | None]
"""Customer → the days that it lost and must find again; None when it lost all and may choose."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is taken out.

    By strings, as in the article: `stops` on average, at most `string` in a row; with the chance
    `split`, some stops in the middle of the string stay, each more with the chance `kept`; with
    the chance `whole`, a customer that may change its days leaves all of them. By customers, with
    the chance `by_customers`: at most `customers` of them.
    """

    stops: int = 10
    string: int = 10
    customers: int = 8
    by_customers: float = 0.4
    whole: float = 0.5
    split: float = 0.5
    kept: float = 0.5


class Ruin:
    def __init__(self, atelier: Atelier, *, random: Random, sizes: Sizes | None = None) -> None:
        self._atelier = atelier
        self._sizes = sizes or Sizes()
        self._random = random
        places = atelier.instance.places
        self._flexible = [len(place.patterns) > 1 for place in places]
        self._frequent = [place.frequency > 1 for place in places]
        self._movable = [place.number for place in places if len(place.patterns) > 1]

    def __call__(self, plan: Plan) -> Removed:
        """Takes visits out of this plan, and says which."""
        if self._movable and self._random.random() < self._sizes.by_customers:
            return self._neighbours(plan)
        return self._strings(plan)

    def _neighbours(self, plan: Plan) -> Removed:
        """A few customers that have a choice of days, near one another."""
        random = self._random
        count = random.randint(1, self._sizes.customers)
        seed = random.choice(self._movable)
        near = [c for c in self._atelier.neighbours[seed] if self._flexible[c]][: 2 * count]
        chosen = {seed, *random.sample(near, min(count, len(near)) - 1)}
        self._take(plan, chosen)
        return dict.fromkeys(chosen)

    def _strings(self, plan: Plan) -> Removed:
        day = self._random.choice([day for day, tours in enumerate(plan) if tours])
        taken = self._take_strings(plan, day)
        removed: Removed = {}
        for customer in taken:
            whole = not self._frequent[customer] or (
                self._flexible[customer] and self._random.random() < self._sizes.whole
            )
            removed[customer] = None if whole else [day]
        self._take(plan, {c for c in taken if removed[c] is None and self._frequent[c]})
        return removed

    def _take_strings(self, plan: Plan, day: int) -> list[int]:
        random, tours = self._random, plan[day]
        rank_of = {stop: rank for rank, tour in enumerate(tours) for stop in tour.stops}
        longest = min(self._sizes.string, len(rank_of) / len(tours))
        count = int(random.uniform(1, 4 * self._sizes.stops / (1 + longest)))
        seed = random.choice(list(rank_of))
        cut: dict[int, set[int]] = {}
        for customer in self._atelier.neighbours[seed]:
            rank = rank_of.get(customer)
            if rank is not None and rank not in cut:
                cut[rank] = self._string(tours[rank].stops, around=customer, longest=longest)
                if len(cut) >= count:
                    break
        for rank, gone in cut.items():
            left = tuple([stop for stop in tours[rank].stops if stop not in gone])
            tours[rank] = self._atelier.tour(left, day=day)
        plan[day] = [tour for tour in tours if tour.stops]
        return [stop for gone in cut.values() for stop in gone]

    def _string(self, stops: tuple[int, ...], *, around: int, longest: float) -> set[int]:
        """Consecutive stops with this one among them; or a longer string whose middle stays."""
        random = self._random
        size = int(random.uniform(1, min(len(stops), longest) + 1))
        kept = 0
        if size > 1 and random.random() < self._sizes.split:
            while size + kept < len(stops) and random.random() < self._sizes.kept:
                kept += 1
        rank = stops.index(around)
        total = size + kept
        first = random.randint(max(0, rank - total + 1), min(rank, len(stops) - total))
        string = stops[first : first + total]
        if not kept:
            return set(string)
        hole = random.randint(1, size - 1) if size > 1 else 1
        return {*string[:hole], *string[hole + kept :]}

    def _take(self, plan: Plan, customers: Iterable[int]) -> None:
        """Take all the visits of these customers out."""
        gone = frozenset(customers)
        if not gone:
            return
        for day, tours in enumerate(plan):
            for rank, tour in enumerate(tours):
                if not gone.isdisjoint(tour.stops):
                    left = tuple([stop for stop in tour.stops if stop not in gone])
                    tours[rank] = self._atelier.tour(left, day=day)
            plan[day] = [tour for tour in tours if tour.stops]
