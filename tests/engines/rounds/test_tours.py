"""Legal days of work: listed once when they look alike, and never confused when they do not."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ruche.engines.rounds import tours
from ruche.engines.rounds.generating import Shape, generate
from ruche.engines.rounds.problem import Absence
from ruche.engines.rounds.tours import tours_of, tours_on

NINE, NOON = 9 * 60, 12 * 60


def day_by_day(problem):
    return [
        tour
        for worker in problem.workers
        for day in problem.days
        if not problem.is_frozen(day)
        for tour in tours_on(problem, worker, day, {})
    ]


@pytest.mark.parametrize("seed", range(4))
def test_days_that_look_alike_are_those_that_are_listed_one_by_one(seed):
    problem = generate(seed, Shape(sites=24, workers=3))
    assert tours_of(problem) == day_by_day(problem)


def test_a_day_with_an_absence_of_a_few_hours_is_not_like_the_others():
    problem = generate(1)
    worker = problem.workers[0]
    day = next(day for day in problem.days if tours_on(problem, worker, day, {}))
    away = Absence(worker=worker.id, first=day, last=day, start=NINE, end=NOON)
    changed = replace(problem, absences=(*problem.absences, away))
    assert tours_of(changed) == day_by_day(changed)
    assert tours_on(changed, worker, day, {}) != tours_on(problem, worker, day, {})


def test_a_day_like_another_is_listed_once(monkeypatch):
    problem = generate(1, Shape(months=2))
    looked = []

    def counted(*given):
        looked.append(given)
        return ways(*given)

    ways = tours._ways
    monkeypatch.setattr(tours, "_ways", counted)
    tours_of(problem)
    span = (problem.days[-1] - problem.days[0]) / timedelta(days=1)
    assert len(looked) < 0.5 * span * len(problem.workers)
