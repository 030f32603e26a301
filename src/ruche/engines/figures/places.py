"""A map of places says which is beyond which: numbered pins on known contours, without a tile.

The numbers are those of a list, that says the same to who does not see the map. Pins that would
cover one another are pushed apart, and a line shows where each one belongs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ruche.engines.figures.drawing import figure, polyline, shape, write
from ruche.engines.figures.framing import FRAME, RADIUS, Spot, apart, contours, span, window_on
from ruche.engines.figures.model import BadFigure, Figure, Table, check_text
from ruche.engines.figures.outline import Outline
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.text import escape

APART = 2 * RADIUS + 1.5
"""Pixels between the centres of two pins."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A place: its number in the list, its name, its position in degrees."""

    number: int
    name: str
    latitude: float
    longitude: float


def places_map(
    outlines: Sequence[Outline],
    pins: Sequence[Pin],
    *,
    key: str,
    title: str,
    description: str,
    columns: tuple[str, str],
    here: Spot | None = None,
    here_label: str = "",
    palette: Palette = RUCHE,
) -> Figure:
    """Pins on the largest of `outlines` (the same contours, wider and wider) where all are seen.

    `here`: latitude and longitude of who looks. Refuses a map without pin. `columns` head the table
    that goes with it: the number, the name.
    """
    if not pins:
        raise BadFigure("La carte n’a aucun lieu.")
    for pin in pins:
        check_text(pin.name, what=f"Lieu {pin.number}")
    if here is not None:
        check_text(here_label, what="Ce que dit la croix")
    known = [(pin.latitude, pin.longitude) for pin in pins] + ([here] if here else [])
    outline = _widest(outlines, known)
    spots = [outline.at(longitude, latitude) for latitude, longitude in known]
    placed = apart(spots[: len(pins)], APART, around=spots[len(pins) :])
    window = window_on(outline, [*spots, *placed])
    body = contours(outline, window, palette)
    for spot in spots[len(pins) :]:
        body += _here(*window.drawn(spot), here_label, palette)
    seen = [window.drawn(place) for place in placed]
    for spot, place in zip(spots, seen, strict=False):
        body += leader(window.drawn(spot), place, palette)
    for pin, place in zip(pins, seen, strict=True):
        body += draw_pin(pin, place, palette.primary, palette)
    rows = tuple((str(pin.number), pin.name) for pin in pins)
    return figure(
        body,
        key=key,
        title=title,
        description=description,
        table=Table(title, columns, rows),
        width=window.width,
        height=window.height,
        palette=palette,
    )


def _widest(outlines: Sequence[Outline], known: Sequence[Spot]) -> Outline:
    """The widest outline in which every position is inside one frame."""
    fitting = [outline for outline in outlines if _fits(outline, known)]
    return max(fitting or outlines[:1], key=lambda outline: outline.width)


def _fits(outline: Outline, known: Sequence[Spot]) -> bool:
    spots = [outline.at(longitude, latitude) for latitude, longitude in known]
    width, height = span(spots)
    return width <= FRAME[0] - 6 * RADIUS and height <= FRAME[1] - 6 * RADIUS


def _here(x: float, y: float, label: str, palette: Palette) -> str:
    mark = shape("plus", x, y, colour=palette.accent)
    return f"<g><title>{escape(label)}</title>{mark}</g>"


def leader(true: Spot, seen: Spot, palette: Palette) -> str:
    """A line from a mark that was pushed away to where it belongs."""
    if math.hypot(seen[0] - true[0], seen[1] - true[1]) <= RADIUS / 2:
        return ""
    return polyline((*true, *seen), f' stroke="{palette.ink}" stroke-width="1"')


def draw_pin(pin: Pin, seen: Spot, colour: str, palette: Palette) -> str:
    """The number of a place on its disc; its name is said."""
    x, y = seen
    disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:g}" fill="{colour}"/>'
    number = write(
        x,
        y + 4.2,
        str(pin.number),
        f' text-anchor="middle" font-weight="700" fill="{palette.paper}"',
    )
    return f"<g><title>{escape(f'{pin.number}. {pin.name}')}</title>{disc}{number}</g>"
