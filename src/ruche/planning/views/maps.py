"""The map of a day: who goes where, on the contours of the intercommunalités."""

from datetime import date

from django.conf import settings

from ruche.engines.figures import Base, Figure, Pin, Route, rounds_map
from ruche.engines.rounds import DayOfWork, Stop
from ruche.engines.rounds.limits import clock
from ruche.french.times import day as in_words
from ruche.geography.outlines import outlines
from ruche.places.models import Site
from ruche.planning.models import Worker
from ruche.planning.roads import centre_of
from ruche.planning.showing import Board


def day_map(board: Board, day: date) -> Figure | None:
    """Nothing for a day on which nobody is on the road, or when a place is unknown."""
    held = [each for each in board.plan.days if each.day == day and each.visits()]
    contours = outlines(settings.NETWORK_DEPARTEMENT)
    pins = _pins(board, held)
    bases = _bases(board, held)
    routes = [
        _route(board, each, pins, bases[each.worker]) for each in held if each.worker in bases
    ]
    if not routes or not contours:
        return None
    return rounds_map(
        contours,
        list(pins.values()),
        routes,
        bases=list(dict.fromkeys(bases.values())),
        key="tournees",
        title=f"Tournées du {in_words(day)}",
        description="Chaque personne part de sa commune, passe par ses lieux, et revient.",
        columns=("Personne", "Ordre", "Lieu", "Heures"),
    )


def _pins(board: Board, held: list[DayOfWork]) -> dict[str, Pin]:
    """The places of the day, numbered in order of name."""
    wanted = {stop.site or "" for each in held for stop in each.visits()}
    rows = Site.objects.filter(pk__in=wanted).select_related("commune").order_by("name", "pk")
    found: dict[str, Pin] = {}
    for site in rows:
        where = site.position or centre_of(site.commune)
        if where is not None:
            found[str(site.pk)] = Pin(len(found) + 1, site.name, *where)
    return found


def _bases(board: Board, held: list[DayOfWork]) -> dict[str, Base]:
    """Where each person of the day leaves from, by her identifier."""
    wanted = [each.worker for each in held]
    rows = Worker.objects.filter(pk__in=wanted).select_related("base")
    points = {str(row.pk): (row.base.title, centre_of(row.base)) for row in rows.order_by("pk")}
    return {key: Base(name, *where) for key, (name, where) in points.items() if where is not None}


def _route(board: Board, held: DayOfWork, pins: dict[str, Pin], base: Base) -> Route:
    stops = [each for each in held.visits() if each.site in pins]
    return Route(
        board.problem.worker[held.worker].name,
        (base, *(pins[each.site or ""] for each in stops), base),
        hours=(clock(held.leave), *map(_hours, stops), clock(held.back)),
    )


def _hours(stop: Stop) -> str:
    return f"{clock(stop.start)} à {clock(stop.end)}"
