"""A map of rounds says who goes where in a day: one line per person, from where she starts, through
the places of her round and back.

A line is told from the others by its colour and by its dashes, arrows say in which direction it is
travelled, and the table gives each stop in its order. Marks that would cover one another are pushed
apart, with a line to where each one belongs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from typing import Final, NamedTuple

from ruche.engines.figures.drawing import figure, polyline, shape, write
from ruche.engines.figures.framing import (
    FRAME,
    RADIUS,
    Spot,
    Window,
    apart,
    contours,
    span,
    window_on,
)
from ruche.engines.figures.layout import flow
from ruche.engines.figures.legs import Leg, arrows, bend
from ruche.engines.figures.model import BadFigure, Figure, Table, check_number, check_text
from ruche.engines.figures.outline import Outline
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.places import Pin, draw_pin, leader
from ruche.engines.figures.text import SMALL, escape, fit, text_width

APART = 2 * RADIUS + 14
"""Pixels between the centres of two marks: an arrow fits between them."""

_DASHES: Final = ("", "8 4", "0.1 4.6", "11 4 0.1 4", "15 5", "9 4 0.1 4 0.1 4", "4 4", "15 4 5 4")
"""Plain, dashed, dotted, dash and dot, long dashes, dash and two dots, short, long and short."""

_MARKERS: Final = ("", "circle", "square", "triangle", "diamond", "cross", "plus", "down")
MOST_ROUTES: Final = len(_DASHES) * len(_MARKERS)

_WIDTH = 2.4
_HALO = 5.8
_LINE = 18.0
_SAMPLE = 36.0


@dataclass(frozen=True, slots=True)
class Base:
    """Where rounds start and end: the name of its commune, its position in degrees."""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Route:
    """A person's round: what she is called, where she goes in order, at what hours (text).

    A stop is a pin, a base, or the latitude and longitude of one of them. At the ends of a route, a
    position that is both that of a base and that of a pin means the base; elsewhere, the pin.
    `hours` is empty, or says something for each stop.
    """

    label: str
    stops: tuple[Pin | Base | Spot, ...]
    hours: tuple[str, ...] = ()


class _Style(NamedTuple):
    colour: str
    dash: str
    marker: str


class _Plan(NamedTuple):
    """Where everything is, in pixels of the outline: marks as they are, as they are seen; lines."""

    outline: Outline
    true: list[Spot]
    seen: list[Spot]
    trips: list[list[Leg]]

    @property
    def spots(self) -> list[Spot]:
        """What the window must show."""
        curves = (leg.points for legs in self.trips for leg in legs)
        return [*self.true, *self.seen, *chain.from_iterable(curves)]


def rounds_map(
    outlines: Sequence[Outline],
    pins: Sequence[Pin],
    routes: Sequence[Route],
    *,
    key: str,
    title: str,
    description: str,
    columns: tuple[str, ...],
    bases: Sequence[Base] = (),
    base_label: str = "Départ et retour",
    palette: Palette = RUCHE,
) -> Figure:
    """The routes of a day on the largest of `outlines` (the same contours) where all are seen.

    `columns` head the table, one row per stop: person, order, place, and hours if there is a fourth
    one. Refuses no route, more than 64, two of the same name, a stop that is neither a pin nor a
    base (or that may be several pins), and a route that has not two points.
    """
    marks: list[Pin | Base] = [*pins, *dict.fromkeys(bases)]
    _check(outlines, marks, routes, columns)
    trips = [_trip(route, marks) for route in routes]
    plan = _plan(outlines, marks, trips)
    window = window_on(plan.outline, plan.spots)
    styles = [_style(rank, palette) for rank in range(len(routes))]
    body = contours(plan.outline, window, palette) + _leaders(plan, window, palette)
    body += _lines(plan, window, routes, styles, palette)
    body += _marks(marks, plan, window, palette)
    samples = [(route.label, style) for route, style in zip(routes, styles, strict=True)]
    legend, foot = _legend(samples, base_label if bases else "", window, palette)
    rows = [
        row for route, trip in zip(routes, trips, strict=True) for row in _rows(route, trip, marks)
    ]
    return figure(
        body + legend,
        key=key,
        title=title,
        description=description,
        table=Table(title, columns, tuple(row[: len(columns)] for row in rows)),
        width=window.width,
        height=foot,
        palette=palette,
    )


def _check(
    outlines: Sequence[Outline],
    marks: Sequence[Pin | Base],
    routes: Sequence[Route],
    columns: Sequence[str],
) -> None:
    if not outlines:
        raise BadFigure("La carte n’a aucun contour.")
    if not routes:
        raise BadFigure("La carte n’a aucune tournée.")
    if len(routes) > MOST_ROUTES:
        raise BadFigure(f"Au-delà de {MOST_ROUTES} tournées, la carte ne se lit plus.")
    if len({route.label for route in routes}) < len(routes):
        raise BadFigure("Deux tournées portent le même nom.")
    if len(columns) not in (3, 4):
        raise BadFigure("Le tableau des tournées a trois colonnes, ou quatre avec les heures.")
    for mark in marks:
        _check_mark(mark)
    for route in routes:
        _check_route(route, timed=len(columns) == 4)


def _check_mark(mark: Pin | Base) -> None:
    check_text(mark.name, what="Nom d’un lieu")
    check_number(mark.latitude, what=f"Latitude de « {mark.name} »")
    check_number(mark.longitude, what=f"Longitude de « {mark.name} »")
    if not (-90 <= mark.latitude <= 90 and -180 <= mark.longitude <= 180):
        raise BadFigure(f"« {mark.name} » est hors de la Terre.")


def _check_route(route: Route, *, timed: bool) -> None:
    check_text(route.label, what="Nom d’une tournée")
    if len(route.stops) < 2:
        raise BadFigure(f"« {route.label} » : une tournée va d’un point à un autre.")
    if len(route.hours) != (len(route.stops) if timed else 0):
        raise BadFigure(f"« {route.label} » : chaque arrêt a ses heures si le tableau les montre.")


def _trip(route: Route, marks: Sequence[Pin | Base]) -> list[int]:
    """The rank of the mark of each stop."""
    ends = (0, len(route.stops) - 1)
    trip = [
        _rank(stop, marks, route.label, prefer=Base if place in ends else Pin)
        for place, stop in enumerate(route.stops)
    ]
    if len(set(trip)) < 2:
        raise BadFigure(f"« {route.label} » : une tournée va d’un point à un autre.")
    return trip


def _rank(
    stop: Pin | Base | Spot, marks: Sequence[Pin | Base], label: str, *, prefer: type[Pin | Base]
) -> int:
    """Which mark a stop means."""
    if isinstance(stop, Pin | Base):
        found = [rank for rank, mark in enumerate(marks) if mark == stop]
    else:
        there = [r for r, mark in enumerate(marks) if (mark.latitude, mark.longitude) == stop]
        found = [rank for rank in there if isinstance(marks[rank], prefer)] or there
    if not found:
        raise BadFigure(f"« {label} » s’arrête à un endroit inconnu.")
    if len(found) > 1:
        raise BadFigure(f"« {label} » s’arrête où sont plusieurs lieux : il faut dire lequel.")
    return found[0]


def _plan(
    outlines: Sequence[Outline], marks: Sequence[Pin | Base], trips: Sequence[Sequence[int]]
) -> _Plan:
    """On the widest outline on which everything is inside one frame, else on the narrowest."""
    narrowing = sorted(outlines, key=lambda outline: -outline.width)
    moving = [[rank for rank, _ in groupby(trip)] for trip in trips]
    for outline in narrowing:
        true = [outline.at(mark.longitude, mark.latitude) for mark in marks]
        seen = apart(true, APART)
        plan = _Plan(outline, true, seen, bend(moving, seen))
        width, height = span(plan.spots)
        if width <= FRAME[0] - 3 * RADIUS and height <= FRAME[1] - 3 * RADIUS:
            break
    return plan


def _style(rank: int, palette: Palette) -> _Style:
    """Its colour, its dashes, and what marks it when others have the same ones."""
    colours = (
        palette.primary,
        palette.accent,
        palette.ink,
        palette.warm,
        palette.bar,
        palette.muted,
    )
    turn, place = divmod(rank, len(_DASHES))
    return _Style(colours[place % len(colours)], _DASHES[place], _MARKERS[turn])


def _lines(
    plan: _Plan,
    window: Window,
    routes: Sequence[Route],
    styles: Sequence[_Style],
    palette: Palette,
) -> str:
    """Every line, then every arrow above them."""
    lines, heads = "", ""
    shares = arrows(plan.trips, plan.seen)
    for route, legs, style, along in zip(routes, plan.trips, styles, shares, strict=True):
        points = [window.drawn(point) for leg in legs for point in leg.points]
        title = f"<title>{escape(route.label)}</title>"
        lines += f"<g>{title}{_halo(points, palette)}{_line(points, style)}</g>"
        heads += "".join(
            _head(leg, share, window, style, palette)
            for leg, share in zip(legs, along, strict=True)
        )
    return lines + heads


def _line(points: Sequence[Spot], style: _Style) -> str:
    dash = f' stroke-dasharray="{style.dash}"' if style.dash else ""
    cap = ' stroke-linecap="round"' if "0.1" in style.dash else ""
    stroke = f' stroke="{style.colour}" stroke-width="{_WIDTH:g}" stroke-linejoin="round"'
    return polyline([*chain.from_iterable(points)], stroke + dash + cap)


def _halo(points: Sequence[Spot], palette: Palette) -> str:
    """Under a line: where two cross, the one above is seen whole."""
    stroke = f' stroke="{palette.paper}" stroke-width="{_HALO:g}" stroke-linejoin="round"'
    return polyline([*chain.from_iterable(points)], stroke)


def _head(leg: Leg, share: float, window: Window, style: _Style, palette: Palette) -> str:
    """An arrow head on its leg, and the marker of the route if it has one behind it."""
    (x, y), (across, down) = window.drawn(leg.at(share)), leg.heading(share)
    corners = (
        (x + ahead * across - aside * down, y + ahead * down + aside * across)
        for ahead, aside in ((6.0, 0.0), (-4.5, 5.0), (-4.5, -5.0))
    )
    path = "L".join(f"{right:.1f} {below:.1f}" for right, below in corners)
    head = f'<path d="M{path}z" fill="{style.colour}" stroke="{palette.paper}"/>'
    if not style.marker:
        return head
    return _marker(style, window.drawn(leg.at(share - 0.16)), palette) + head


def _marker(style: _Style, spot: Spot, palette: Palette) -> str:
    paper = None if style.marker in ("cross", "plus") else palette.paper
    return shape(style.marker, *spot, colour=style.colour, paper=paper)


def _leaders(plan: _Plan, window: Window, palette: Palette) -> str:
    """The lines to where marks that were pushed away belong."""
    ends = zip(map(window.drawn, plan.true), map(window.drawn, plan.seen), strict=True)
    return "".join(leader(true, seen, palette) for true, seen in ends)


def _marks(marks: Sequence[Pin | Base], plan: _Plan, window: Window, palette: Palette) -> str:
    return "".join(
        draw_pin(mark, spot, palette.ink, palette)
        if isinstance(mark, Pin)
        else _base(mark.name, spot, palette)
        for mark, spot in zip(marks, map(window.drawn, plan.seen), strict=True)
    )


def _base(name: str, spot: Spot, palette: Palette) -> str:
    """A small house, with the name of its commune."""
    house = (
        f'<path d="M{spot[0]:.1f} {spot[1]:.1f}m-6 7v-7l6-6l6 6v7z" fill="{palette.paper}"'
        f' stroke="{palette.ink}" stroke-width="2" stroke-linejoin="round"/>'
    )
    return f"<g><title>{escape(name)}</title>{house}</g>"


def _legend(
    samples: Sequence[tuple[str, _Style]], base_label: str, window: Window, palette: Palette
) -> tuple[str, float]:
    """A sample of each line and its name under the map; returns where the figure ends."""
    names = [label for label, _ in samples] + ([base_label] if base_label else [])
    texts = [fit(name, window.width - _SAMPLE - 10, size=SMALL) for name in names]
    widths = [_SAMPLE + 8 + text_width(text, size=SMALL) for text in texts]
    places = flow(widths, window.width, gap=14.0)
    top, parts = window.height + 18, []
    for rank, (text, (line, x)) in enumerate(zip(texts, places, strict=True)):
        y = top + _LINE * line
        drawn = _sample(samples[rank][1], x, y, palette) if rank < len(samples) else ""
        parts.append(drawn or _base(text, (x + _SAMPLE / 2, y), palette))
        parts.append(write(x + _SAMPLE + 7, y + 4, text, f' font-size="{SMALL:g}"'))
    return "".join(parts), top + _LINE * places[-1][0] + 10


def _sample(style: _Style, x: float, y: float, palette: Palette) -> str:
    line = _line([(x + 2, y), (x + _SAMPLE, y)], style)
    return line + (_marker(style, (x + _SAMPLE / 2, y), palette) if style.marker else "")


def _rows(
    route: Route, trip: Sequence[int], marks: Sequence[Pin | Base]
) -> list[tuple[str, str, str, str]]:
    """Person, order, place, hours of each stop; starting and coming back are not visits."""
    rows, visits = [], 0
    for place, (rank, hours) in enumerate(zip(trip, route.hours or [""] * len(trip), strict=True)):
        mark = marks[rank]
        if isinstance(mark, Base) and place in (0, len(trip) - 1):
            order, name = ("Retour" if place else "Départ"), mark.name
        else:
            visits += 1
            order = str(visits)
            name = f"{mark.number}. {mark.name}" if isinstance(mark, Pin) else mark.name
        rows.append((route.label, order, name, hours))
    return rows
