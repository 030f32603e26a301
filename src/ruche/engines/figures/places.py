"""A map of places says which is beyond which: numbered pins on known contours, without a tile.

The numbers are those of a list, that says the same to who does not see the map. Pins that would
cover one another are pushed apart, and a line shows where each one belongs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ruche.engines.figures.drawing import figure, polyline, shape, write
from ruche.engines.figures.model import BadFigure, Figure, Table, check_text
from ruche.engines.figures.outline import Outline
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.text import escape

RADIUS = 11.0
"""Pixels of a pin: two digits fit in it."""

APART = 2 * RADIUS + 1.5
"""Pixels between the centres of two pins."""

FRAME = (420.0, 330.0)
"""Pixels of what is shown, at most; the whole outline when it is smaller."""

ROUNDS = 200
"""Rounds in which pins push one another."""

Spot = tuple[float, float]


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
    placed = _apart(spots[: len(pins)], around=spots[len(pins) :])
    left, top, width, height = _frame(outline, [*spots, *placed])
    body = _contours(outline, (-left, -top), palette)
    for spot in spots[len(pins) :]:
        body += _here(spot[0] - left, spot[1] - top, here_label, palette)
    for pin, spot, place in zip(pins, spots[: len(pins)], placed, strict=True):
        true = (spot[0] - left, spot[1] - top)
        body += _pin(pin, true, (place[0] - left, place[1] - top), palette)
    rows = tuple((str(pin.number), pin.name) for pin in pins)
    return figure(
        body,
        key=key,
        title=title,
        description=description,
        table=Table(title, columns, rows),
        width=width,
        height=height,
        palette=palette,
    )


def _widest(outlines: Sequence[Outline], known: Sequence[Spot]) -> Outline:
    """The widest outline in which every position is inside one frame."""
    fitting = [outline for outline in outlines if _fits(outline, known)]
    return max(fitting or outlines[:1], key=lambda outline: outline.width)


def _fits(outline: Outline, known: Sequence[Spot]) -> bool:
    spots = [outline.at(longitude, latitude) for latitude, longitude in known]
    width, height = _span(spots)
    return width <= FRAME[0] - 6 * RADIUS and height <= FRAME[1] - 6 * RADIUS


def _span(spots: Sequence[Spot]) -> Spot:
    across, down = [x for x, _ in spots], [y for _, y in spots]
    return max(across) - min(across), max(down) - min(down)


def _frame(outline: Outline, spots: Sequence[Spot]) -> tuple[float, float, float, float]:
    """Left, top, width and height of what is shown: the middle of the pins is in its middle."""
    across, down = [x for x, _ in spots], [y for _, y in spots]
    edge = RADIUS + 2
    width = max(min(FRAME[0], outline.width), max(across) - min(across) + 2 * edge)
    height = max(min(FRAME[1], outline.height), max(down) - min(down) + 2 * edge)
    left = _kept((min(across) + max(across) - width) / 2, outline.width - width)
    top = _kept((min(down) + max(down) - height) / 2, outline.height - height)
    left = min(max(left, max(across) + edge - width), min(across) - edge)
    top = min(max(top, max(down) + edge - height), min(down) - edge)
    return round(left, 1), round(top, 1), round(width, 1), round(height, 1)


def _kept(start: float, last: float) -> float:
    """A frame stays on the outline as long as it can."""
    return min(max(start, 0.0), max(last, 0.0))


def _apart(spots: Sequence[Spot], *, around: Sequence[Spot]) -> list[Spot]:
    """Centres at least `APART` from one another, as near as can be to where they belong."""
    placed = [(x + 0.01 * rank, y - 0.01 * rank) for rank, (x, y) in enumerate(spots)]
    for _ in range(ROUNDS):
        pushed = False
        for one in range(len(placed)):
            for other in range(one):
                pushed |= _push(placed, one, other)
            for fixed in around:
                pushed |= _push_from(placed, one, fixed)
        if not pushed:
            break
    return placed


def _push(placed: list[Spot], one: int, other: int) -> bool:
    (x, y), (a, b) = placed[one], placed[other]
    distance = math.hypot(x - a, y - b)
    if distance >= APART:
        return False
    half = (APART - distance) / 2 + 0.1
    across, down = ((x - a) / distance, (y - b) / distance) if distance else (1.0, 0.0)
    placed[one] = (x + across * half, y + down * half)
    placed[other] = (a - across * half, b - down * half)
    return True


def _push_from(placed: list[Spot], one: int, fixed: Spot) -> bool:
    (x, y), (a, b) = placed[one], fixed
    distance, room = math.hypot(x - a, y - b), RADIUS + 6
    if distance >= room:
        return False
    across, down = ((x - a) / distance, (y - b) / distance) if distance else (0.0, -1.0)
    placed[one] = (a + across * (room + 0.1), b + down * (room + 0.1))
    return True


def _contours(outline: Outline, shift: Spot, palette: Palette) -> str:
    paths = "".join(f'<path d="{area.path}"/>' for area in outline.areas)
    return (
        f'<g fill="{palette.wash}" stroke="{palette.muted}" stroke-width="0.7"'
        f' fill-rule="evenodd" transform="translate({shift[0]:g} {shift[1]:g})">{paths}</g>'
    )


def _here(x: float, y: float, label: str, palette: Palette) -> str:
    mark = shape("plus", x, y, colour=palette.accent)
    return f"<g><title>{escape(label)}</title>{mark}</g>"


def _pin(pin: Pin, true: Spot, place: Spot, palette: Palette) -> str:
    x, y = place
    far = math.hypot(x - true[0], y - true[1]) > RADIUS / 2
    line = polyline((*true, x, y), f' stroke="{palette.ink}" stroke-width="1"') if far else ""
    disc = f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS:g}" fill="{palette.primary}"/>'
    number = write(
        x,
        y + 4.2,
        str(pin.number),
        f' text-anchor="middle" font-weight="700" fill="{palette.paper}"',
    )
    title = escape(f"{pin.number}. {pin.name}")
    return f"<g><title>{title}</title>{line}{disc}{number}</g>"
