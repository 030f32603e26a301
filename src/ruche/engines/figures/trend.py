"""Two censuses can be compared only if they measured the same thing: the trend keeps a true time
scale and stops its lines at each rupture, with the name of each line written at its end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from ruche.engines.figures.drawing import (
    figure,
    plural,
    polyline,
    sentences,
    shapes,
    vertical,
    write,
)
from ruche.engines.figures.layout import Scale, scale, spread
from ruche.engines.figures.model import BadFigure, Figure, Reading, Table
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.series import Rupture, Series, comparable_runs, known, story
from ruche.engines.figures.text import SMALL, fit, text_width, widest

MOST_SERIES: Final = 12
_SHAPES: Final = ("circle", "diamond", "square", "triangle", "cross", "plus", "down")
_DASHES: Final = ("", "6 3", "2 2", "9 3 2 3", "12 4")
_LEADER = 28.0
_STEP = 15.0
_MOST_NOTES = 4
_SMALL: Final = f' font-size="{SMALL:g}"'


class _Style(NamedTuple):
    shape: str
    dash: str
    colour: str
    width: float
    bold: bool


class _Plot(NamedTuple):
    """The room of the lines, and the two scales."""

    left: float
    right: float
    top: float
    bottom: float
    width: float
    x: Scale
    y: Scale


def trend(
    series: Sequence[Series],
    *,
    key: str,
    title: str,
    ruptures: Sequence[Rupture] = (),
    unit_label: str | None = None,
    highlight: str | None = None,
    include_zero: bool = False,
    width: float = 560.0,
    plot_height: float = 170.0,
    palette: Palette = RUCHE,
) -> Figure:
    """Lines by year, broken at ruptures and at absent values.

    First and last values are written beside the lines, pushed apart so that they never touch;
    absent values are written under the figure. The first series is the emphasised one unless
    ``highlight`` names another. Refuses more than twelve series, or a width under 360 pixels.
    """
    chosen = _check(series, highlight, width, plot_height)
    styles = [_style(i, one.label == chosen, palette) for i, one in enumerate(series)]
    years = sorted({year for one in series for year, _ in one.points})
    inside = _inside(years, ruptures)
    placed, top = _rupture_labels(inside, 20.0 if unit_label else 4.0)
    plot = _plot(series, years, top, include_zero, width, plot_height)
    body = [_unit(unit_label, width, palette), _axis(plot, years, palette)]
    body.append(_ruptures(placed, plot, palette))
    for one, style in zip(series, styles, strict=True):
        body.append(_line(one, style, inside, plot, palette))
    body += [_starts(series, styles, years[0], plot), _ends(series, styles, plot, palette)]
    notes = _notes(series)
    foot = plot.bottom + 24
    for i, note in enumerate(notes):
        text = fit(note, width, size=SMALL)
        body.append(write(0, foot + 10 + 15 * i, text, f'{_SMALL} fill="{palette.muted}"'))
    return figure(
        "".join(body),
        key=key,
        title=title,
        description=_description(series, inside),
        table=_table(series, years, inside, f"{title} ({unit_label})" if unit_label else title),
        width=width,
        height=foot + 15 * len(notes),
        palette=palette,
    )


def _check(series: Sequence[Series], highlight: str | None, width: float, height: float) -> str:
    """The label of the emphasised series."""
    if not series:
        raise BadFigure("Une évolution demande au moins une courbe.")
    if len(series) > MOST_SERIES:
        raise BadFigure(f"Au-delà de {MOST_SERIES} courbes, la figure ne se lit plus.")
    if width < 360 or height < 60:
        raise BadFigure("Une évolution demande au moins 360 pixels de large et 60 de haut.")
    labels = [one.label for one in series]
    if len(set(labels)) < len(labels):
        raise BadFigure("Deux courbes portent le même nom.")
    if highlight is not None and highlight not in labels:
        raise BadFigure(f"« {highlight} » n’est pas parmi les courbes.")
    return highlight or labels[0]


def _style(place: int, bold: bool, palette: Palette) -> _Style:
    colours = (palette.primary, palette.muted, palette.ink)
    colour = palette.accent if bold else colours[place % 3]
    dash = _DASHES[place % len(_DASHES)]
    return _Style(_SHAPES[place % len(_SHAPES)], dash, colour, 2.6 if bold else 1.6, bold)


def _plot(
    series: Sequence[Series],
    years: Sequence[int],
    top: float,
    zero: bool,
    width: float,
    height: float,
) -> _Plot:
    values = [r.value for one in series for _, r in one.points if r.value is not None]
    starts = [one.points[0][1].text for one in series]
    ends = [f"{one.label} {_end_text(one)}" for one in series]
    left = max(16.0, min(widest(starts, bold=True), width * 0.18) + 12)
    right = width - _LEADER - min(widest(ends, bold=True), width * 0.42)
    bottom = top + max(height, _STEP * len(series))
    x = scale(years, left, right)
    y = scale([*values, *([0.0] if zero or not values else [])], bottom - 7, top + 7)
    return _Plot(left, right, top, bottom, width, x, y)


def _unit(label: str | None, width: float, palette: Palette) -> str:
    if label is None:
        return ""
    return write(0, 11, fit(label, width, size=SMALL), f'{_SMALL} fill="{palette.muted}"')


def _axis(plot: _Plot, years: Sequence[int], palette: Palette) -> str:
    """The base line, a tick per year, and the years that have room for their name."""
    base = f"M{plot.left:.1f} {plot.bottom:.1f}H{plot.right:.1f}"
    ticks = "".join([f"M{plot.x(year):.1f} {plot.bottom:.1f}v4" for year in years])
    line = f'<path d="{base}{ticks}" fill="none" stroke="{palette.muted}"/>'
    half = text_width("0000", size=SMALL) / 2
    last = plot.x(years[-1]) - half
    middle = f'{_SMALL} text-anchor="middle"'
    parts, taken = [line], -half * 4
    for year in years:
        x = plot.x(year)
        if x - half >= taken + 6 and (year == years[-1] or x + half + 6 <= last):
            parts.append(write(x, plot.bottom + 17, str(year), middle))
            taken = x + half
    return "".join(parts)


def _inside(years: Sequence[int], ruptures: Sequence[Rupture]) -> list[Rupture]:
    """The ruptures that separate two years of the figure."""
    inside = {r for r in ruptures if years[0] < r.year <= years[-1]}
    return sorted(inside, key=lambda r: (r.year, r.label))


def _rupture_labels(
    inside: Sequence[Rupture], top: float
) -> tuple[list[tuple[Rupture, float]], float]:
    """Each rupture with the height of its label, and where the plot begins."""
    placed = [(rupture, top + 11 + 15 * i) for i, rupture in enumerate(inside)]
    return placed, top + 15 * len(inside) + 2


def _ruptures(placed: Sequence[tuple[Rupture, float]], plot: _Plot, palette: Palette) -> str:
    """A dashed line half a year before the new measure, its label above, one label per line."""
    dash = f' stroke="{palette.ink}" stroke-width="1" stroke-dasharray="3 3"'
    parts = []
    for rupture, y in placed:
        x = plot.x(rupture.year - 0.5)
        text = fit(f"Rupture {rupture.year}\u00a0: {rupture.label}", plot.width, size=SMALL)
        half = text_width(text, size=SMALL) / 2
        centre = max(half, min(plot.width - half, x))
        parts.append(vertical(x, plot.top, plot.bottom, dash))
        parts.append(write(centre, y, text, f'{_SMALL} text-anchor="middle"'))
    return "".join(parts)


def _line(
    one: Series, style: _Style, inside: Sequence[Rupture], plot: _Plot, palette: Palette
) -> str:
    dash = f' stroke-dasharray="{style.dash}"' if style.dash else ""
    stroke = f' stroke="{style.colour}" stroke-width="{style.width:g}"{dash}'
    lines, marks = "", list[float]()
    for run in comparable_runs(one.points, inside):
        places = _places(run, plot)
        lines += polyline(places, stroke) if len(run) > 1 else ""
        marks += places
    return lines + (_markers(style, marks, palette) if marks else "")


def _places(run: Sequence[tuple[int, float]], plot: _Plot) -> list[float]:
    """x, y, x, y… of the points of a run."""
    x, y = plot.x, plot.y
    return [place for year, value in run for place in (x(year), y(value))]


def _markers(style: _Style, places: Sequence[float], palette: Palette) -> str:
    paper = None if style.bold or style.shape in ("cross", "plus") else palette.paper
    return shapes(style.shape, places, colour=style.colour, paper=paper)


def _starts(series: Sequence[Series], styles: Sequence[_Style], first: int, plot: _Plot) -> str:
    """The first values, on the left, for the series that begin with the figure."""
    begin = [
        (one.points[0][1], style)
        for one, style in zip(series, styles, strict=True)
        if one.points[0][0] == first and one.points[0][1].value is not None
    ]
    wanted = [plot.y(reading.value or 0.0) for reading, _ in begin]
    places = spread(wanted, _STEP, low=plot.top + 6, high=plot.bottom - 6)
    room = plot.left - 12
    return "".join(
        write(room, y + 4, fit(r.text, room, bold=s.bold), _label(s, ' text-anchor="end"'))
        for (r, s), y in zip(begin, places, strict=True)
    )


def _label(style: _Style, more: str = "") -> str:
    bold = ' font-weight="bold"' if style.bold else ""
    return f'{more} fill="{style.colour}"{bold}'


def _ends(series: Sequence[Series], styles: Sequence[_Style], plot: _Plot, palette: Palette) -> str:
    """The symbol, the name and the last value of each series, on the right."""
    wanted = [_last_height(one, plot) for one in series]
    places = spread(wanted, _STEP, low=plot.top + 6, high=plot.bottom - 6)
    left = plot.right + _LEADER
    parts = []
    for one, style, y in zip(series, styles, places, strict=True):
        text = _joined(one.label, _end_text(one), plot.width - left, style.bold)
        parts.append(_markers(style, [left - 9, y], palette))
        parts.append(write(left, y + 4, text, _label(style)))
    return "".join(parts)


def _last_height(one: Series, plot: _Plot) -> float:
    last = one.points[-1][1].value
    if last is not None:
        return plot.y(last)
    seen = known(one.points)
    return plot.bottom if not seen else plot.y(seen[-1][1].value or 0.0)


def _end_text(one: Series) -> str:
    """The last value; its year is said when it is not the last of the series."""
    last, reading = one.points[-1]
    if reading.value is not None:
        return reading.text
    seen = known(one.points)
    if not seen:
        return reading.text
    year, reading = seen[-1]
    return reading.text if year == last else f"{reading.text} ({year})"


def _joined(name: str, value: str, room: float, bold: bool) -> str:
    """``name value`` in ``room`` pixels: the name is shortened before the value."""
    both = f"{name} {value}"
    if text_width(both, bold=bold) <= room + 0.01:
        return both
    rest = room - text_width(" " + value, bold=bold)
    return fit(both, room, bold=bold) if rest < 30 else f"{fit(name, rest, bold=bold)} {value}"


def _notes(series: Sequence[Series]) -> list[str]:
    """What is absent, in words, one line each."""
    absent = [
        f"{one.label}, {year}\u00a0: {reading.text}"
        for one in series
        for year, reading in one.points
        if reading.value is None
    ]
    if len(absent) <= _MOST_NOTES:
        return absent
    others = plural(
        len(absent) - _MOST_NOTES + 1, "autre valeur absente", "autres valeurs absentes"
    )
    return [*absent[: _MOST_NOTES - 1], f"et {others}, dans le tableau"]


def _description(series: Sequence[Series], inside: Sequence[Rupture]) -> str:
    lines = [f"{one.label}\u00a0: {story(one.points)}" for one in series]
    breaks = [f"Rupture en {r.year}\u00a0: {r.label}" for r in inside]
    return sentences(lines + breaks)


def _table(
    series: Sequence[Series], years: Sequence[int], inside: Sequence[Rupture], title: str
) -> Table:
    absent = Reading("année", None, "non renseigné")
    by_year = [dict(one.points) for one in series]
    rows = [
        (str(year), *(readings.get(year, absent).text for readings in by_year)) for year in years
    ]
    breaks = [f"rupture en {r.year}\u00a0: {r.label}" for r in inside]
    caption = f"{title} ({', '.join(breaks)})" if breaks else title
    return Table(caption, ("Année", *(one.label for one in series)), tuple(rows))
