"""A map says where: it shows that a difference is that of a whole side of the département, which no
ranking can. Colours repeat what the legend, the name of each shape and the table say in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ruche.engines.figures.classes import Classes, Method, classify
from ruche.engines.figures.drawing import (
    figure,
    hatch,
    hatched,
    plural,
    rectangle,
    sentences,
    write,
)
from ruche.engines.figures.layout import flow
from ruche.engines.figures.model import BadFigure, Figure, Reading, Table, check_text
from ruche.engines.figures.outline import Area, Outline, prepare
from ruche.engines.figures.palette import RUCHE, Palette, contrast
from ruche.engines.figures.text import SMALL, escape, fit, text_width

_LINE = 18.0


def choropleth(
    features: Outline | Sequence[Mapping[str, Any]],
    values: Mapping[str, Reading],
    *,
    key: str,
    title: str,
    label: Callable[[float], str],
    classes: int = 5,
    method: Method = "quantile",
    bounds: Sequence[float] | None = None,
    highlight: str | None = None,
    missing_text: str = "non renseigné",
    column_label: str = "Territoire",
    value_label: str = "Valeur",
    palette: Palette = RUCHE,
) -> Figure:
    """Territories coloured by class, from contours or better from ``prepare(contours)``.

    ``values`` and ``highlight`` go by code; ``label`` writes the bounds of the classes, which are
    values really seen. Without a number, a territory is hatched and the legend says why. Refuses a
    code that has no contour: its value would be silently lost.
    """
    outline = features if isinstance(features, Outline) else prepare(features)
    absent = Reading(missing_text, None, missing_text)
    _check(outline, values, highlight)
    numbers = [r.value for r in values.values() if r.value is not None]
    found = classify(numbers, label=label, classes=classes, method=method, bounds=bounds)
    readings = [values.get(area.code, absent) for area in outline.areas]
    entries = _entries(found, readings, label, palette, key)
    legend, foot = _legend(entries, outline, _highlighted(outline, values, highlight), palette)
    body = _areas(outline, readings, found, key, palette) + _contour(outline, highlight, palette)
    if any(reading.value is None for reading in readings):
        body = hatch(key, palette) + body
    return figure(
        body + legend,
        key=key,
        title=title,
        description=_description(outline, readings, values, highlight),
        table=Table(title, (column_label, value_label), _rows(outline, readings, absent)),
        width=outline.width,
        height=foot,
        palette=palette,
    )


def _check(outline: Outline, values: Mapping[str, Reading], highlight: str | None) -> None:
    unknown = values.keys() - outline.codes
    if unknown:
        raise BadFigure(f"Aucun contour pour {', '.join(sorted(unknown)[:5])}.")
    if highlight is not None and highlight not in outline.codes:
        raise BadFigure(f"Aucun contour pour {highlight}, à mettre en avant.")


def _name(area: Area, reading: Reading) -> str:
    """The name given with the value when there is one, else that of the contour."""
    return area.name if reading.label == reading.text else reading.label


def _areas(
    outline: Outline, readings: Sequence[Reading], found: Classes, key: str, palette: Palette
) -> str:
    colours = [_fill(colour, palette) for colour in palette.scale(max(1, len(found.counts)))]
    blank = f' fill="url(#{key}-h)"'
    parts = [f'<g stroke="{palette.muted}" stroke-width="0.7" fill-rule="evenodd">']
    for area, reading in zip(outline.areas, readings, strict=True):
        fill = blank if reading.value is None else colours[found.of(reading.value)]
        name = f"{escape(_name(area, reading))}\u00a0: {escape(reading.text)}"
        parts.append(f'<path d="{area.path}"{fill}><title>{name}</title></path>')
    return "".join(parts) + "</g>"


def _fill(colour: str, palette: Palette) -> str:
    """A dark colour has a white edge, so that two dark neighbours are still told apart."""
    dark = contrast(colour, palette.paper) >= 3
    return f' fill="{colour}"' + (f' stroke="{palette.paper}"' if dark else "")


def _contour(outline: Outline, highlight: str | None, palette: Palette) -> str:
    """The thick edge of the highlighted territory, white under dark so as to be seen anywhere."""
    path = next((area.path for area in outline.areas if area.code == highlight), None)
    if path is None:
        return ""
    line = f'<path d="{path}" fill="none" stroke-linejoin="round"'
    return (
        f'{line} stroke="{palette.paper}" stroke-width="5"/>'
        f'{line} stroke="{palette.accent}" stroke-width="2.6"/>'
    )


def _highlighted(
    outline: Outline, values: Mapping[str, Reading], highlight: str | None
) -> str | None:
    for area in outline.areas:
        if area.code == highlight:
            reading = values.get(area.code)
            return f"{reading.label}\u00a0: {reading.text}" if reading else area.name
    return None


def _entries(
    found: Classes,
    readings: Sequence[Reading],
    label: Callable[[float], str],
    palette: Palette,
    key: str,
) -> list[tuple[str, str]]:
    """(attributes, text) of each line of the legend: the classes, then what has no number."""
    edge = f' stroke="{palette.muted}" stroke-width="0.7"'
    colours = palette.scale(max(1, len(found.counts)))
    entries: list[tuple[str, str]] = []
    for colour, (low, high), count in zip(colours, found.bounds, found.counts, strict=False):
        first, last = label(low), label(high)
        check_text(first, what="Borne de classe")
        bounds = first if first == last else f"de {first} à {last}"
        said = f"{count}" if entries else plural(count, "territoire")
        entries.append((f' fill="{colour}"{edge}', f"{bounds} ({said})"))
    for text in dict.fromkeys(reading.text for reading in readings if reading.value is None):
        count = sum(reading.value is None and reading.text == text for reading in readings)
        entries.append((hatched(key, palette), f"{text} ({count})"))
    return entries


def _legend(
    entries: Sequence[tuple[str, str]],
    outline: Outline,
    highlighted: str | None,
    palette: Palette,
) -> tuple[str, float]:
    """The entries one after the other under the map; returns where the figure ends."""
    if highlighted is not None:
        thick = f' fill="none" stroke="{palette.accent}" stroke-width="2.6"'
        entries = [*entries, (thick, highlighted)]
    texts = [fit(text, outline.width - 30, size=SMALL) for _, text in entries]
    places = flow([26 + text_width(t, size=SMALL) for t in texts], outline.width, gap=14.0)
    top = outline.height + 12
    parts = []
    for (attributes, _), text, (line, x) in zip(entries, texts, places, strict=True):
        y = top + _LINE * line
        parts.append(rectangle(x + 2, y, 17, 12, attributes))
        parts.append(write(x + 25, y + 10, text, f' font-size="{SMALL:g}"'))
    return "".join(parts), top + _LINE * (places[-1][0] + 1)


def _description(
    outline: Outline,
    readings: Sequence[Reading],
    values: Mapping[str, Reading],
    highlight: str | None,
) -> str:
    seen = sorted((r.value, r.label, r.text) for r in values.values() if r.value is not None)
    parts = [f"Carte de {plural(len(readings), 'territoire')}"]
    if seen:
        (_, low, low_text), (_, high, high_text) = seen[0], seen[-1]
        parts.append(f"Du plus faible, {low} ({low_text}), au plus élevé, {high} ({high_text})")
    parts.append(_highlighted(outline, values, highlight) or "")
    missing = sum(reading.value is None for reading in readings)
    parts.append(plural(missing, "territoire") + " sans nombre" if missing else "")
    return sentences(parts)


def _rows(
    outline: Outline, readings: Sequence[Reading], absent: Reading
) -> tuple[tuple[str, str], ...]:
    return tuple(
        (area.name if reading is absent else reading.label, reading.text)
        for area, reading in zip(outline.areas, readings, strict=True)
    )
