"""A year of permanences has a rhythm, weekdays, holidays, closed weeks, that no total shows: here
each day is a square, larger and darker as its value grows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from ruche.engines.figures.classes import Classes, Method, classify
from ruche.engines.figures.drawing import figure, hatch, hatched, plural, sentences, write
from ruche.engines.figures.layout import flow
from ruche.engines.figures.model import BadFigure, Figure, Reading, Table
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.text import SMALL, escape, fit, text_width

_MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
_SHORT: Final = (
    "janv.",
    "févr.",
    "mars",
    "avril",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
_DAYS: Final = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
_CELL = 14.0
_LEFT = 34.0
_TOP = 20.0
_SQUARE: Final = (
    '<rect x="%.4g" y="%.4g" width="%g" height="%g" fill="%s" stroke="%s"'
    ' stroke-width="0.7">%s</rect>'
)
_SMALL: Final = f' font-size="{SMALL:g}"'


def calendar_heatmap(
    days: Mapping[date, Reading],
    *,
    key: str,
    title: str,
    label: Callable[[float], str],
    classes: int = 5,
    method: Method = "quantile",
    bounds: Sequence[float] | None = None,
    value_label: str = "Valeur",
    palette: Palette = RUCHE,
) -> Figure:
    """One year, weeks across and weekdays down; a day without reading is left empty.

    ``label`` writes the bounds of the classes. A reading without a number is hatched, and the
    legend says why. Refuses an empty mapping, and days of several years.
    """
    year = _year(days)
    numbers = [r.value for r in days.values() if r.value is not None]
    found = classify(numbers, label=label, classes=classes, method=method, bounds=bounds)
    last = _column(date(year, 12, 31))
    width = _LEFT + _CELL * (last + 1) + 2
    legend, height = _legend(days, found, label, width, key, palette)
    blank = any(reading.value is None for reading in days.values())
    body = [
        hatch(key, palette) if blank else "",
        _names(year, palette),
        _empty(year, days, palette),
        *(_day(day, days[day], found, key, palette) for day in sorted(days)),
        legend,
    ]
    return figure(
        "".join(body),
        key=key,
        title=title,
        description=_description(days, year),
        table=Table(
            title,
            ("Jour", value_label),
            tuple((day_in_french(day), days[day].text) for day in sorted(days)),
        ),
        width=width,
        height=height,
        palette=palette,
    )


def day_in_french(day: date) -> str:
    """``1er mars 2026``, ``2 mars 2026``."""
    return f"{'1er' if day.day == 1 else day.day} {_MONTHS[day.month - 1]} {day.year}"


def _year(days: Mapping[date, Reading]) -> int:
    years = {day.year for day in days}
    if len(years) != 1:
        raise BadFigure("Un calendrier montre les jours d’une seule année, un au moins.")
    return years.pop()


def _column(day: date) -> int:
    """The week of the year, from 0, weeks beginning on Monday."""
    first = date(day.year, 1, 1)
    return (day.toordinal() - first.toordinal() + first.weekday()) // 7


def _corner(day: date) -> tuple[float, float]:
    return _LEFT + _CELL * _column(day), _TOP + _CELL * day.weekday()


def _names(year: int, palette: Palette) -> str:
    muted = f'{_SMALL} fill="{palette.muted}"'
    months = (write(_corner(date(year, m, 1))[0], 12, _SHORT[m - 1], _SMALL) for m in range(1, 13))
    days = (write(0, _TOP + _CELL * i + 11, name, muted) for i, name in enumerate(_DAYS))
    return "".join([*months, *days])


def _empty(year: int, days: Mapping[date, Reading], palette: Palette) -> str:
    """Small dots for the days that have no reading, in one path."""
    first, count = date(year, 1, 1), (date(year + 1, 1, 1) - date(year, 1, 1)).days
    empty = [day for day in (first + timedelta(i) for i in range(count)) if day not in days]
    if not empty:
        return ""
    corners = [_corner(day) for day in empty]
    dots = "".join([f"M{x + 6:g} {y + 6:g}h2v2h-2z" for x, y in corners])
    return f'<path d="{dots}" fill="{palette.rule}"/>'


def _day(day: date, reading: Reading, found: Classes, key: str, palette: Palette) -> str:
    x, y = _corner(day)
    name = f"<title>{day_in_french(day)}\u00a0: {escape(reading.text)}</title>"
    if reading.value is None:
        square = f'<rect x="{x + 2:g}" y="{y + 2:g}" width="10" height="10"'
        return f"{square}{hatched(key, palette)}>{name}</rect>"
    return _square(x, y, found.of(reading.value), len(found.counts), palette, name)


def _square(x: float, y: float, place: int, count: int, palette: Palette, name: str = "") -> str:
    """The square of a class: side from 5 to 12 pixels, colour from light to dark."""
    side, colour = _look(place, count, palette.sequential)
    corner = (_CELL - side) / 2
    return _SQUARE % (x + corner, y + corner, side, side, colour, palette.muted, name)


@lru_cache(maxsize=64)
def _look(place: int, count: int, sequential: tuple[str, ...]) -> tuple[float, str]:
    side = 12.0 if count == 1 else round(5 + 7 * place / (count - 1), 1)
    return side, Palette(sequential=sequential).scale(count)[place]


def _legend(
    days: Mapping[date, Reading],
    found: Classes,
    label: Callable[[float], str],
    width: float,
    key: str,
    palette: Palette,
) -> tuple[str, float]:
    """Classes, then the reasons of what has no number; returns where the figure ends."""
    texts = [
        label(low) if label(low) == label(high) else f"de {label(low)} à {label(high)}"
        for low, high in found.bounds
    ]
    reasons = list(dict.fromkeys(r.text for r in days.values() if r.value is None))
    labels = [fit(text, width - _LEFT - 24, size=SMALL) for text in (*texts, *reasons)]
    places = flow([20 + text_width(t, size=SMALL) for t in labels], width - _LEFT, gap=14.0)
    top = _TOP + _CELL * 7 + 10
    parts = []
    for i, (text, (line, x)) in enumerate(zip(labels, places, strict=True)):
        left, y = _LEFT + x, top + 18 * line
        square = f'<rect x="{left + 2:.1f}" y="{y + 2:.1f}" width="10" height="10"'
        parts.append(
            _square(round(left, 1), y, i, len(texts), palette)
            if i < len(texts)
            else f"{square}{hatched(key, palette)}/>"
        )
        parts.append(write(left + 19, y + 11, text, _SMALL))
    return "".join(parts), top + 18 * (places[-1][0] + 1)


def _description(days: Mapping[date, Reading], year: int) -> str:
    known = sorted((r.value, day) for day, r in days.items() if r.value is not None)
    missing = len(days) - len(known)
    parts = [f"Année {year}, {plural(len(days), 'jour')} avec une valeur"]
    if known:
        (_, low), (_, high) = known[0], known[-1]
        parts.append(f"Le plus faible\u00a0: {days[low].text}, le {day_in_french(low)}")
        parts.append(f"Le plus élevé\u00a0: {days[high].text}, le {day_in_french(high)}")
    parts.append(plural(missing, "jour") + " sans nombre" if missing else "")
    return sentences(parts)
