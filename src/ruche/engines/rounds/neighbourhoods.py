"""Small parts of a month to look at again, while the rest stays as it is.

A few needs, near one another, may change their days and their workers; all others keep theirs, but
not the days of work around them: a nurse who keeps her visits may still take one of the free needs
between them. Sometimes, reserved times move too.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from ruche.engines.rounds.master import Master, NeedKey
from ruche.engines.rounds.tables import Flags, Numbers
from ruche.engines.rounds.tours import Candidate

SAME_TEAM = 0.5
"""How often the needs of one team only are freed first."""
WITH_BLOCKS = 0.3
"""How often reserved times may move too."""
CHOSEN = 0.5

Subject = tuple[str, str]


class Neighbourhoods:
    """The columns of a month, by what they visit and who comes."""

    def __init__(self, master: Master) -> None:
        self.master = master
        self.needs: list[NeedKey] = sorted(master.rhythm_columns)
        subjects = [*self.needs, *((block.id, "") for block in master.problem.blocks)]
        self.subjects = {subject: rank for rank, subject in enumerate(subjects)}
        self.tours = np.array(master.tour_columns, dtype=np.int64)
        self._read_tours()
        self._read_rhythms()

    def _read_tours(self) -> None:
        """Each stop of each day of work: its day of work, what is visited, by whom and when."""
        kinds: dict[tuple[object, ...], int] = {}
        owners, subjects, stops = [], [], []
        for rank, tour in enumerate(self.master.tours):
            for stop in tour.stops:
                subject = self.subjects[_subject(stop)]
                owners.append(rank)
                subjects.append(subject)
                stops.append(kinds.setdefault((subject, tour.worker, stop.opening), len(kinds)))
        self.owner_of_stop = np.array(owners, dtype=np.int64)
        self.subject_of_stop = np.array(subjects, dtype=np.int64)
        self.kind_of_stop = np.array(stops, dtype=np.int64)

    def _read_rhythms(self) -> None:
        pairs = [
            (column, self.subjects[key])
            for key, choices in self.master.rhythm_columns.items()
            for column, _rank, _rhythm in choices
        ]
        self.rhythms = np.array([column for column, _subject in pairs], dtype=np.int64)
        self.subject_of_rhythm = np.array([subject for _column, subject in pairs], dtype=np.int64)

    def around(self, chance: random.Random, many: int) -> list[int]:
        """About so many needs around one of them, as ranks of `subjects`."""
        centre = chance.choice(self.needs)
        far = {need: self._minutes(centre, need) * chance.uniform(0.5, 1.5) for need in self.needs}
        one_team = chance.random() < SAME_TEAM
        near = sorted(self.needs, key=lambda need: (one_team and need[1] != centre[1], far[need]))
        freed = [self.subjects[need] for need in near[:many]]
        if chance.random() < WITH_BLOCKS:
            freed += range(len(self.needs), len(self.subjects))
        return freed

    def _minutes(self, one: NeedKey, other: NeedKey) -> int:
        problem = self.master.problem
        here, there = (problem.place[problem.site[site].place] for site, _team in (one, other))
        return problem.travel.minutes[here][there]

    def free_columns(self, freed: Sequence[int], values: Numbers) -> Flags:
        """What may change when these subjects do: all but days of work and choices of others."""
        is_freed = np.zeros(len(self.subjects), dtype=bool)
        is_freed[list(freed)] = True
        free = np.ones(len(values), dtype=bool)
        free[self.tours] = self._possible_tours(is_freed, values)
        free[self.rhythms] = is_freed[self.subject_of_rhythm]
        return free

    def _possible_tours(self, is_freed: Flags, values: Numbers) -> Flags:
        """Days of work whose every stop is freed, or made by the same worker as now."""
        is_made = values[self.tours][self.owner_of_stop] > CHOSEN
        made = np.zeros(self.kind_of_stop.max(initial=-1) + 1, dtype=bool)
        made[self.kind_of_stop[is_made]] = True
        barred = ~(is_freed[self.subject_of_stop] | made[self.kind_of_stop])
        possible = np.ones(len(self.tours), dtype=bool)
        possible[self.owner_of_stop[barred]] = False
        return possible


def _subject(stop: Candidate) -> Subject:
    if stop.need is not None:
        return stop.need.site, stop.need.team
    assert stop.block is not None
    return stop.block.id, ""
