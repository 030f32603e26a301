"""A row of a table has room for the movement, not for its numbers: the sparkline shows the one, and
its description and its table keep the others."""

from __future__ import annotations

from collections.abc import Sequence

from ruche.engines.figures.drawing import figure, hatch, hatched, polyline
from ruche.engines.figures.layout import Scale, scale
from ruche.engines.figures.model import Figure, Table
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.series import Point, Rupture, comparable_runs, in_order, known, story

_EDGE = 5.0


def sparkline(
    points: Sequence[Point],
    *,
    key: str,
    title: str,
    ruptures: Sequence[Rupture] = (),
    value_label: str = "Valeur",
    width: float = 120.0,
    height: float = 28.0,
    palette: Palette = RUCHE,
) -> Figure:
    """A line without text, on a real time scale, its last point marked.

    It breaks at ruptures and at absent values; a last value that is absent shows as a hatched
    square at the foot of its year. Refuses an empty series and a year given twice.
    """
    ordered = in_order(points, what=title)
    x = scale([year for year, _ in ordered], _EDGE, width - _EDGE)
    runs = list(comparable_runs(ordered, ruptures))
    values = [value for run in runs for _, value in run]
    y = scale(values or [0.0], height - _EDGE, _EDGE)
    body = "".join(_run(run, x, y, palette) for run in runs)
    body += _end(ordered, x, y, height, key, palette)
    return figure(
        body,
        key=key,
        title=title,
        description=_description(ordered, ruptures),
        table=Table(
            title, ("Année", value_label), tuple((str(year), r.text) for year, r in ordered)
        ),
        width=width,
        height=height,
        palette=palette,
    )


def _run(run: Sequence[tuple[int, float]], x: Scale, y: Scale, palette: Palette) -> str:
    if len(run) == 1:
        year, value = run[0]
        return f'<circle cx="{x(year):.1f}" cy="{y(value):.1f}" r="1.6" fill="{palette.primary}"/>'
    places = [place for year, value in run for place in (x(year), y(value))]
    return polyline(places, f' stroke="{palette.primary}" stroke-width="1.6"')


def _end(
    ordered: Sequence[Point], x: Scale, y: Scale, height: float, key: str, palette: Palette
) -> str:
    year, reading = ordered[-1]
    if reading.value is None:
        square = f'<rect x="{x(year) - 4:.1f}" y="{height - 9:g}" width="8" height="8"'
        return hatch(key, palette) + square + hatched(key, palette) + "/>"
    return f'<circle cx="{x(year):.1f}" cy="{y(reading.value):.1f}" r="3" fill="{palette.accent}"/>'


def _description(ordered: Sequence[Point], ruptures: Sequence[Rupture]) -> str:
    ends = [ordered[0], ordered[-1]] if len(ordered) > 2 else list(ordered)
    said = story(ends if len(known(ends)) == len(ends) else ordered)
    breaks = "".join(f" Rupture en {r.year}\u00a0: {r.label}." for r in ruptures)
    return f"{said[0].upper()}{said[1:]}.{breaks}"
