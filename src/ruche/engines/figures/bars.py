"""Ranking territories is the first thing a reader looks for: who is above, who is below, and where
this one stands, with every value written outside the bars so that no line crosses it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from ruche.engines.figures.drawing import (
    figure,
    hatch,
    hatched,
    plural,
    rectangle,
    sentences,
    vertical,
    whole,
    write,
    write_lines,
)
from ruche.engines.figures.layout import Scale, scale
from ruche.engines.figures.model import BadFigure, Figure, Reading, Table, check_text
from ruche.engines.figures.palette import RUCHE, Palette
from ruche.engines.figures.text import SMALL, escape, fit, text_width, widest, wrap

Order = Literal["descending", "ascending", "given"]

_ROW = 20.0
_TALL = 32.0
_GAP = 10.0
_NEIGHBOURS = 4
_BAR: Final = (
    '<rect x="%.1f" y="%.1f" width="%.1f" height="13" fill="%s"/>'
    '<text x="%.1f" y="%.1f"%s>%s</text>'
)
_END: Final = ' text-anchor="end"'
_BOLD_END: Final = f'{_END} font-weight="bold"'


class _Row(NamedTuple):
    """A line of the drawing: a reading, or how many readings are left out here."""

    reading: Reading | None
    hidden: int
    lines: tuple[str, ...]
    height: float


class _Columns(NamedTuple):
    """Where the columns begin and end, in pixels."""

    names: float
    start: float
    end: float
    values: float
    width: float


def ranked_bars(
    readings: Sequence[Reading],
    *,
    key: str,
    title: str,
    highlight: str | None = None,
    reference: Reading | None = None,
    unit_label: str = "Valeur",
    column_label: str = "Territoire",
    order: Order = "descending",
    limit: int = 40,
    width: float = 560.0,
    palette: Palette = RUCHE,
) -> Figure:
    """Horizontal bars, names on the left, values in a column on the right.

    Readings without a number come last, hatched, with their text. Past ``limit`` readings, only the
    first ones, the highlighted one and its neighbours are drawn, and the figure says how many are
    not; the table has them all. Refuses fewer than two readings, or an unknown ``highlight``.
    """
    _check(readings, highlight, unit_label, order, limit, width)
    ranked = _ranked(readings, order)
    ranks = _ranks(ranked, order)
    columns = _columns(readings, width)
    rows = _rows(ranked, highlight, limit, columns.names)
    body, height = _body(rows, columns, highlight, reference, unit_label, key, palette)
    return figure(
        body,
        key=key,
        title=title,
        description=_description(ranked, ranks, rows, highlight, reference),
        table=_table(title, ranked, ranks, (column_label, unit_label), reference),
        width=width,
        height=height,
        palette=palette,
    )


def _check(
    readings: Sequence[Reading],
    highlight: str | None,
    unit: str,
    order: str,
    limit: int,
    width: float,
) -> None:
    if len(readings) < 2:
        raise BadFigure("Un classement demande au moins deux valeurs.")
    if width < 320:
        raise BadFigure("Un classement demande au moins 320 pixels de large.")
    if limit < 12:
        raise BadFigure("Un classement montre au moins douze lignes.")
    if order not in ("descending", "ascending", "given"):
        raise BadFigure(f"Ordre inconnu : « {order} ».")
    if highlight is not None and all(highlight != reading.label for reading in readings):
        raise BadFigure(f"« {highlight} » n’est pas parmi les valeurs à classer.")
    check_text(unit, what="Unité")


def _ranked(readings: Sequence[Reading], order: Order) -> list[Reading]:
    known = [reading for reading in readings if reading.value is not None]
    if order != "given":
        known.sort(key=_number, reverse=order == "descending")
    return known + [reading for reading in readings if reading.value is None]


def _number(reading: Reading) -> float:
    assert reading.value is not None
    return reading.value


def _ranks(ranked: Sequence[Reading], order: Order) -> list[int | None]:
    """Equal values share the best rank; no number, no rank."""
    if order == "given":
        return [None] * len(ranked)
    ranks: list[int | None] = []
    for place, reading in enumerate(ranked, start=1):
        tied = place > 1 and reading.value == ranked[place - 2].value
        ranks.append(None if reading.value is None else ranks[-1] if tied else place)
    return ranks


def _columns(readings: Sequence[Reading], width: float) -> _Columns:
    names = min(widest([r.label for r in readings], bold=True), width * 0.38)
    known = [r.text for r in readings if r.value is not None]
    values = min(widest(known, bold=True), width * 0.26)
    return _Columns(names, names + _GAP, width - values - _GAP, values, width)


def _shown(ranked: Sequence[Reading], highlight: str | None, limit: int) -> list[int]:
    """Places that are drawn: all, or the first ones and the neighbourhood of the highlight."""
    count = len(ranked)
    if count <= limit:
        return list(range(count))
    place = next((i for i, reading in enumerate(ranked) if reading.label == highlight), 0)
    around = range(max(0, place - _NEIGHBOURS), min(count, place + _NEIGHBOURS + 1))
    best = limit if place < limit - _NEIGHBOURS else limit - len(around)
    return sorted({*range(best), *around})


def _rows(ranked: Sequence[Reading], highlight: str | None, limit: int, names: float) -> list[_Row]:
    shown = _shown(ranked, highlight, limit)
    rows: list[_Row] = []
    for before, place in pairwise([-1, *shown, len(ranked)]):
        if place - before > 1:
            rows.append(_Row(None, place - before - 1, (), _ROW))
        if place < len(ranked):
            reading = ranked[place]
            lines = wrap(reading.label, names, bold=reading.label == highlight)
            rows.append(_Row(reading, 0, lines, _ROW if len(lines) == 1 else _TALL))
    return rows


def _body(
    rows: Sequence[_Row],
    columns: _Columns,
    highlight: str | None,
    reference: Reading | None,
    unit: str,
    key: str,
    palette: Palette,
) -> tuple[str, float]:
    drawn = [row.reading.value for row in rows if row.reading and row.reading.value is not None]
    line_at = None if reference is None else reference.value
    across = scale(
        [0.0, *drawn, *([] if line_at is None else [line_at])], columns.start, columns.end
    )
    head, top = _head(unit, reference, across, columns, palette)
    parts, y = [head], top
    for row in rows:
        parts.append(_row(row, y, across, columns, highlight, key, palette))
        y += row.height
    if any(row.reading is not None and row.reading.value is None for row in rows):
        parts.insert(0, hatch(key, palette))
    if drawn:
        parts.append(_lines(rows, top, across, line_at, palette))
    return "".join(parts), y + 2


def _head(
    unit: str, reference: Reading | None, across: Scale, columns: _Columns, palette: Palette
) -> tuple[str, float]:
    """The unit, then the reference above its line; returns where the rows begin."""
    muted = f' font-size="{SMALL:g}" fill="{palette.muted}"'
    head = write(0, 11, fit(unit, columns.width, size=SMALL), muted)
    if reference is None:
        return head, 18.0
    text = fit(f"{reference.label}\u00a0: {reference.text}", columns.width, size=SMALL)
    half = text_width(text, size=SMALL) / 2
    x = columns.start if reference.value is None else across(reference.value)
    x = max(half, min(columns.width - half, x))
    attributes = f' font-size="{SMALL:g}" text-anchor="middle"'
    return head + write(x, 27, text, attributes), 36.0


def _lines(
    rows: Sequence[_Row], top: float, across: Scale, line_at: float | None, palette: Palette
) -> str:
    """The zero axis and the reference, cut where a text spans the row."""
    zero = f' stroke="{palette.muted}" stroke-width="1"'
    dash = f' stroke="{palette.ink}" stroke-width="1.5" stroke-dasharray="4 2"'
    halo = f' stroke="{palette.paper}" stroke-width="3"'
    lines = ""
    for start, end in _spans(rows, top):
        lines += vertical(across(0.0), start, end, zero)
        if line_at is not None:
            lines += vertical(across(line_at), start, end, halo)
            lines += vertical(across(line_at), start, end, dash)
    return lines


def _spans(rows: Sequence[_Row], top: float) -> list[tuple[float, float]]:
    """Heights of the rows that hold a bar, neighbours joined."""
    spans: list[tuple[float, float]] = []
    y = top
    for row in rows:
        if row.reading is not None and row.reading.value is not None:
            start = spans.pop()[0] if spans and spans[-1][1] == y else y
            spans.append((start, y + row.height))
        y += row.height
    return spans


def _row(
    row: _Row,
    y: float,
    across: Scale,
    columns: _Columns,
    highlight: str | None,
    key: str,
    palette: Palette,
) -> str:
    middle = y + row.height / 2
    if row.reading is None:
        muted = f' fill="{palette.muted}" font-size="{SMALL:g}"'
        text = "⋯ " + plural(row.hidden, "valeur non dessinée", "valeurs non dessinées")
        text = fit(text, columns.width - columns.start, size=SMALL)
        return write(columns.start, middle + 4, text, muted)
    reading, bold = row.reading, row.reading.label == highlight
    weight = _BOLD_END if bold else _END
    name = write_lines(columns.names, middle, row.lines, weight)
    if reading.value is None:
        slot = rectangle(columns.start, middle - 6, 18, 12, hatched(key, palette))
        text = fit(reading.text, columns.width - columns.start - 24, bold=bold)
        return (
            name + slot + write(columns.start + 24, middle + 4, text, _missing_text(palette, bold))
        )
    zero, end = across(0.0), across(reading.value)
    left, length = (zero, end - zero) if end >= zero else (end, zero - end)
    text = escape(fit(reading.text, columns.values, bold=bold))
    fill = palette.accent if bold else palette.bar
    bar = (left, middle - 6.5, length, fill)
    return name + _BAR % (*bar, columns.width, middle + 4, weight, text)


def _missing_text(palette: Palette, bold: bool) -> str:
    """Attributes of the text that stands where a bar is missing."""
    return f' fill="{palette.muted}"' + (' font-weight="bold"' if bold else "")


def _description(
    ranked: Sequence[Reading],
    ranks: Sequence[int | None],
    rows: Sequence[_Row],
    highlight: str | None,
    reference: Reading | None,
) -> str:
    known = [(reading.value, reading) for reading in ranked if reading.value is not None]
    missing, hidden = len(ranked) - len(known), sum(row.hidden for row in rows)
    parts = [f"{plural(len(ranked), 'valeur')} en barres"]
    if known:
        numbers = [number for number, _ in known]
        low, high = known[numbers.index(min(numbers))][1], known[numbers.index(max(numbers))][1]
        parts += [f"La plus élevée\u00a0: {high.label}, {high.text}"]
        parts += [f"La plus faible\u00a0: {low.label}, {low.text}"]
    for reading, rank in zip(ranked, ranks, strict=True):
        if reading.label == highlight:
            place = f", rang {whole(rank)} sur {whole(len(known))}" if rank else ""
            parts.append(f"{reading.label}\u00a0: {reading.text}{place}")
    if reference is not None:
        parts.append(f"Repère, {reference.label}\u00a0: {reference.text}")
    parts.append(plural(missing, "sans nombre", "sans nombre") if missing else "")
    parts.append(
        plural(hidden, "non dessinée", "non dessinées") + ", dans le tableau" if hidden else ""
    )
    return sentences(parts)


def _table(
    title: str,
    ranked: Sequence[Reading],
    ranks: Sequence[int | None],
    columns: tuple[str, str],
    reference: Reading | None,
) -> Table:
    rows = [
        (reading.label, reading.text, whole(rank) if rank else "non classé")
        for reading, rank in zip(ranked, ranks, strict=True)
    ]
    if reference is not None:
        rows.append((reference.label, reference.text, "repère"))
    if not any(ranks):
        return Table(title, columns, tuple(row[:2] for row in rows))
    return Table(title, (*columns, "Rang"), tuple(rows))
