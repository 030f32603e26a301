"""Small months for the tests: places on a line, one minute and one kilometre apart."""

from dataclasses import replace
from datetime import date, timedelta

from ruche.engines.rounds import Need, Opening, Period, Problem, Site, Travel, Worker

MARCH = Period(date(2027, 3, 1), date(2027, 3, 31))
"""1 March 2027 is a Monday."""
MORNING = (9 * 60, 12 * 60)
AFTERNOON = (14 * 60, 17 * 60)


def in_march(day: int) -> date:
    return date(2027, 3, day)


def every(weekday: int, hours: tuple[int, int] = MORNING) -> tuple[Opening, ...]:
    """Each such weekday of March, 0 for Monday."""
    days = [MARCH.first + timedelta(days=rank) for rank in range(31)]
    return tuple(Opening(day, *hours) for day in days if day.weekday() == weekday)


def line(**spots: int) -> Travel:
    """Places on a straight road, each so many minutes from its start."""
    places = tuple(spots)
    far = [[abs(spots[a] - spots[b]) for b in places] for a in places]
    return Travel(
        places,
        tuple(tuple(row) for row in far),
        tuple(tuple(1000 * minutes for minutes in row) for row in far),
        "une route droite",
    )


def a_month(**changes: object) -> Problem:
    """Two nurses, two sites: La Halle on Tuesdays, Le Foyer on Thursdays, both in the morning."""
    month = Problem(
        periods=(MARCH,),
        sites=(
            Site(id="halle", name="La Halle", place="halle", openings=every(1)),
            Site(id="foyer", name="Le Foyer", place="foyer", openings=every(3)),
        ),
        needs=(Need(site="halle", team="sante"), Need(site="foyer", team="sante")),
        workers=(
            Worker(id="rose", name="Rose", team="sante", base="chez_rose"),
            Worker(id="odile", name="Odile", team="sante", base="chez_odile"),
        ),
        travel=line(chez_rose=0, halle=20, foyer=40, chez_odile=60),
    )
    return replace(month, **changes)  # type: ignore[arg-type]
